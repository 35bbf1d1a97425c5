"""Decisions: click, landing, cart, purchase, waiting, a stay in a room. Pure formulas over float32 arrays of people.

Every covariate is centred on a reference constant, so an intercept is the logit of the rate at reference conditions.
Probabilities come out as float32; the kernels turn them into whole chances.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Behaviour, Buying, Carting, Content, Live, Looking, Views, Watching
from dacu.behaviour.floats import as_single
from dacu.behaviour.interest import HALF, ONE, ZERO
from dacu.behaviour.maths import exp32, log32, one_minus_exp32, sigmoid32
from dacu.behaviour.quantiles import weibull
from dacu.behaviour.scalars import log64, logit64

Floats: TypeAlias = NDArray[np.float32]
Reals: TypeAlias = NDArray[np.float64]
FEN = np.float32(100)  # of a yuan
EFFECTIVE_SECONDS = np.float32(60)  # a viewer counts as effective from one minute on: who bounces has left by then


def person_appeal(behaviour: Behaviour | Views, awareness: Floats, consideration: Floats, need: Floats) -> Floats:
    """The part of click utility that belongs to the person, whatever is shown."""
    click, at = behaviour.click, behaviour.reference
    stored = awareness * np.float32(click.awareness)
    stored += consideration * np.float32(click.consideration)
    appeal: Floats = as_single(stored + need * np.float32(click.need))
    centre = click.awareness * at.awareness + click.consideration * at.consideration + click.need * at.need
    appeal -= np.float32(centre)
    return appeal


def item_appeal(
    behaviour: Behaviour | Views, quality: Floats, trust: Floats, fit: Floats, discount: Floats, sold: Floats
) -> Floats:
    """The part of click utility that belongs to the item: quality, creator, shown discount, units sold."""
    click, at = behaviour.click, behaviour.reference
    appeal = (quality * np.float32(2) - ONE) * np.float32(click.quality)
    appeal += (trust - np.float32(at.creator_trust)) * np.float32(click.creator_trust)
    appeal += (fit - np.float32(at.creator_fit)) * np.float32(click.creator_fit)
    appeal += discount * np.float32(click.discount)
    appeal += log32(ONE + sold * np.float32(0.01)) * np.float32(click.sold)
    return appeal


def match_appeal(behaviour: Behaviour | Views, match: Floats) -> Floats:
    """The part of click utility that belongs to the pair: interest match."""
    return (match - np.float32(behaviour.reference.match)) * np.float32(behaviour.click.match)


def interaction_utility(
    behaviour: Views, content: Content, quality: Floats, new_format: Floats, match: Floats, consideration: Floats
) -> Floats:
    """Utility of liking, commenting, collecting or sharing. quality, new_format: what the item brings by itself."""
    at = behaviour.reference
    utility = quality + (match - np.float32(at.match)) * np.float32(content.interaction_match)
    utility += (consideration - np.float32(at.consideration)) * np.float32(content.interaction_consideration)
    return utility + new_format


def follow_utility(behaviour: Views, content: Content, quality: Floats, match: Floats) -> Floats:
    """Utility of following the account of an item. quality: what the item brings by itself."""
    return quality + (match - np.float32(behaviour.reference.match)) * np.float32(content.follow_match)


def logistic(rate: float, utility: Floats) -> Floats:
    """Probability with intercept logit(rate) at utility 0."""
    return sigmoid32(utility + np.float32(logit64(rate)))


def land_utility(
    behaviour: Behaviour | Looking, pull: Floats, reviews: Floats, topic: Floats, price_level: Floats, spend: Floats
) -> Floats:
    """Utility of a SKU in the landing choice (multinomial logit, Guadagni & Little 1983).

    price_level: ln(price ÷ category mean price). spend: capacity of the person ÷ category mean capacity.
    """
    land = behaviour.land
    slope = exp32(log32(spend) * np.float32(-land.capacity)) * np.float32(land.price)
    utility = (topic - np.float32(0.5)) * np.float32(land.topic) + (pull + reviews)
    utility -= slope * price_level
    return utility


def review_utility(behaviour: Behaviour, rating: Floats, reviews: Floats) -> Floats:
    """Valence and volume of reviews (You, Vadakkepatt & Joshi 2015), 0 at the reference rating and count."""
    land = behaviour.land
    valence = log32(rating * np.float32(1 / land.rating_reference)) * np.float32(land.rating)
    volume = log32((ONE + reviews) * np.float32(1 / (1 + land.reviews_reference))) * np.float32(land.reviews)
    return valence + volume


def reference_utility(
    behaviour: Behaviour | Carting | Buying | Watching, log_price: Floats, log_reference: Floats
) -> Floats:
    """Gain or loss against the price one is used to: both ln of fractions of market value. Losses weigh more."""
    gap = log_reference - log_price
    gain: Floats = np.maximum(gap, ZERO) * np.float32(behaviour.price.gain)
    loss: Floats = np.minimum(gap, ZERO) * np.float32(behaviour.price.loss)
    return gain + loss


def awareness_of_sale(behaviour: Behaviour | Carting | Buying, awareness: Floats) -> Floats:
    """Share who know an announced sale, by stored awareness."""
    share = awareness * np.float32(behaviour.price.aware_slope) + np.float32(behaviour.price.aware_base)
    known: Floats = np.minimum(share, ONE)
    return known


def waiting(
    behaviour: Behaviour | Buying, price: Floats, coming: Floats, eager: Floats, sensitivity: Floats, aware: Floats
) -> Floats:
    """Log hazard taken off by an announced cheaper price (`coming`, 0 = none). eager: see `eagerness`.

    Carts are kept, so demand bunches at the opening; a sale of zero depth changes nothing.
    """
    known = as_single(coming > 0)
    saving: Floats = np.maximum(ONE - coming / price, ZERO) * known
    return saving * eager * sensitivity * aware * np.float32(behaviour.price.wait)


def eagerness(behaviour: Behaviour, days: Floats) -> Floats:
    """Share of the wish to wait that is there so many days before a sale."""
    return exp32(days * np.float32(log64(behaviour.price.wait_daily)))


def missing(
    behaviour: Behaviour | Carting | Buying, price: Floats, last: Floats, regret: Floats, aware: Floats
) -> Floats:
    """Log hazard taken off by a sale that has passed (`last` price, 0 = none). regret: see `regrets`."""
    known = as_single(last > 0)
    loss: Floats = np.maximum(ONE - last / price, ZERO) * known
    return loss * regret * aware * np.float32(behaviour.price.miss)


def regrets(behaviour: Behaviour, days: Floats) -> Floats:
    """Share of the regret about a sale that is left so many days after it."""
    return exp32(days * np.float32(-0.6931471805599453 / behaviour.price.miss_half_life))


def urgency(behaviour: Behaviour | Buying, saving: Floats, hours_left: Floats) -> Floats:
    """Pull of a deadline: saving at stake (share of market value) and hours to expiry (large = none)."""
    price = behaviour.price
    depth: Floats = np.maximum(np.minimum(saving * np.float32(1 / price.urgency_depth), ONE), ZERO)
    return depth * exp32(hours_left * np.float32(-1 / price.urgency_hours)) * np.float32(price.urgency)


def cart_utility(
    behaviour: Behaviour | Carting, listing: Floats, consideration: Floats, need: Floats, trust: Floats,
    log_price: Floats, log_level: Floats,
) -> Floats:  # fmt: skip
    """Cart utility but for price memory and coupons.

    log_price: ln(price ÷ market value); log_level: ln(market value ÷ category mean price).
    """
    cart, at = behaviour.cart, behaviour.reference
    stored = (listing * np.float32(2) - np.float32(2 * at.listing)) * np.float32(cart.listing)
    stored += (consideration - np.float32(at.consideration)) * np.float32(cart.consideration)
    utility: Floats = as_single(stored + (need - np.float32(at.need)) * np.float32(cart.need))
    utility += (trust - np.float32(at.trust)) * np.float32(cart.trust)
    utility -= log_price * np.float32(cart.price)
    utility -= log_level * np.float32(cart.price_level)
    return utility


def memory_utility(
    behaviour: Behaviour | Carting, log_price: Floats, log_reference: Floats, reviews: Floats, missed: Floats
) -> Floats:
    """Cart utility of prices remembered and of reviews: half of what they weigh in an order. missed: see `missing`."""
    return (reference_utility(behaviour, log_price, log_reference) + reviews - missed) * HALF


def buy_utility(
    behaviour: Behaviour | Buying | Watching, need: Floats, trust: Floats, sensitivity: Floats, log_price: Floats
) -> Floats:
    """Core of the log hazard of purchase: need, trust and price against market value."""
    buy, at = behaviour.buy, behaviour.reference
    utility = (need - np.float32(at.need)) * np.float32(buy.need)
    utility += (trust - np.float32(at.trust)) * np.float32(buy.trust)
    utility -= sensitivity * log_price
    return utility


def overspent(spent: NDArray[np.uint32], cap: Floats) -> Floats:
    """Log hazard taken off by money already spent: fen spent, yuan that one can, in 30 days. 0 up to the cap."""
    over: Floats = np.maximum(log32(np.maximum(as_single(spent), ONE) / (cap * FEN)), ZERO)
    return over


def buy_hazards(behaviour: Behaviour) -> tuple[float, float, float]:
    """Base hazard an hour of carts of earlier hours, of those of this hour, and of these where a visit was direct."""
    buy = behaviour.buy
    return buy.later, buy.first_hour, float(np.float32(buy.first_hour) * np.float32(buy.direct_boost))


def giving_up(behaviour: Behaviour | Buying, wait: Floats) -> Floats:
    """Chance in one hour that a cart is given up: an announced cheaper price keeps it. wait: see `waiting`."""
    return hazard(np.float32(behaviour.buy.abandon), -wait)


def hazard(base: Floats | np.float32, utility: Floats) -> Floats:
    """Chance in one hour or step at a base hazard (complementary log-log link): 1 − exp(−base · e^utility)."""
    return one_minus_exp32(base * exp32(utility))


def bounce(live: Live, usual: np.float32, fan: Floats) -> Floats:
    """Chance to leave a room within a minute. usual: its logit among strangers; fan: 1 for who follows it, else 0."""
    return sigmoid32(usual - fan * np.float32(live.bounce_fan))


def glance(u: Reals) -> Floats:
    """Seconds that those who bounce are in a room: 5 to 60."""
    seconds: Floats = as_single(5 + 55 * u)
    return seconds


def dwell(
    live: Live, usual: np.float32, fan: Floats, match: Floats, usual_match: np.float32, u: Reals
) -> Floats:  # fmt: skip
    """Seconds that the others are: a minute and a Weibull. usual: what the room adds to its log; fan: see `bounce`."""
    longer = usual + fan * np.float32(live.dwell_fan)
    longer += (match - usual_match) * np.float32(live.dwell_match)
    scale = exp32(longer) * np.float32(live.dwell_minutes * 60)
    seconds: Floats = as_single(weibull(u, live.dwell_shape, 1.0)) * scale + EFFECTIVE_SECONDS
    return seconds


def room_utility(
    behaviour: Behaviour | Watching, need: Floats, trust: Floats, consideration: Floats, sensitivity: Floats,
    log_price: Floats, log_reference: Floats,
) -> Floats:  # fmt: skip
    """The part of the log hazard of a purchase in a room that belongs to viewer and price. See `reference_utility`."""
    buy, live, at = behaviour.buy, behaviour.live, behaviour.reference
    utility = buy_utility(behaviour, need, trust, sensitivity, log_price)
    utility += (trust - np.float32(at.trust)) * np.float32(live.trust - buy.trust)
    utility += (need - np.float32(at.need)) * np.float32(live.need - buy.need)
    utility += reference_utility(behaviour, log_price, log_reference)
    utility += (consideration - np.float32(at.consideration)) * np.float32(live.consideration)
    return utility


def room_hazard(base: np.float32, inside: Floats, looked: Floats) -> Floats:
    """Base hazard of a step in a room: by the part of it spent there; it falls with the steps before: `looked`."""
    spent: Floats = np.maximum(looked, ZERO)
    return base * inside / (ONE + spent)


def too_dear(behaviour: Behaviour | Buying | Watching, price: Floats, worth: Floats) -> NDArray[np.bool_]:
    """Whether a bargain hunter leaves it: they order at a deep total discount from market value only."""
    saving = ONE - price / worth
    dear: NDArray[np.bool_] = saving < np.float32(behaviour.buy.bargain_discount)
    return dear
