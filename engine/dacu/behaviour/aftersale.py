"""After the sale: satisfaction, and what comes back. Pure formulas over float32 arrays of order lines,
or over one line's numbers.

An order may be refunded before it is shipped, without goods coming back, or after delivery by competing risks.

| name | meaning |
|---|---|
| `Lines` | what returns depend on, by line (arrays of one length) |
| `Terms` | what the shop promises (numbers) |
| `satisfaction(aftersale, quality, hype, listing, late_days, notice, reply_wait, price_ratio)` | expected S in [0, 1] |
| `made_good(aftersale, satisfied, in_time)` | S after cases that were answered in time |
| `with_taste(aftersale, satisfied, z)` | S with its noise |
| `moved(aftersale, stock, trust, satisfied)` | the buyer's satisfaction and trust after a delivery |
| `preship(aftersale, category, late_days, offset)` | chance of a refund before shipment |
| `cancel_lag(aftersale, u, wait)` | hours from payment to it |
| `refund_only(category, lines)` | chance, of what is delivered, of money without goods back |
| `return_hazards(aftersale, category, lines, terms) -> Hazards` | of a return, by cause |
| `return_chance(hazards)` | 1 − e^(−Σ), of what is delivered and not refunded |
| `return_cause(u, hazards)` | row of the cause, drawn pro rata |
| `return_lag(aftersale, u, window)` | hours from delivery, within the window |
| `fates(aftersale, category, lines, terms) -> Fates` | unconditional chances, for expected sums |
| `outcome(fate, money, subsidy, cost, fee, return_cost) -> Outcome` | fen expected of a line, by its fate |
| `terms_utility(aftersale, insured, lenient)` | log hazard of buying that the terms add (number) |
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour import scalars
from dacu.behaviour.coefficients import AfterSale, Category
from dacu.behaviour.floats import as_double, as_single
from dacu.behaviour.maths import exp32, log32, log64, one_minus_exp32, one_minus_exp64
from dacu.behaviour.quantiles import gamma

Floats: TypeAlias = NDArray[np.float32]
Reals: TypeAlias = NDArray[np.float64]

ONE, TWO, ZERO = np.float32(1), np.float32(2), np.float32(0)
LEAST = np.float32(2.0**-149)
"""The least number above 0: divides what is 0 where the divisor would be 0."""
LAG_SHAPE = 2.0
HOURS_A_DAY = 24.0


class Cause(IntEnum):
    """Why goods come back, in the order of `Hazards`."""

    QUALITY = 0
    MISMATCH = 1
    LOGISTICS = 2
    MIND_CHANGE = 3
    FILLER = 4


class Lines(NamedTuple):
    """Order lines as columns.

    person: return multiple of the buyer's persona. quality, listing: of the SKU. hype: over-promise of what brought
    the buyer. late_days: beyond the promise of dispatch. live, impulse, filler: 1 if bought in a room, within an hour
    of the cart, to reach a threshold. preship_offset, refund_offset: the shop's own multiples on that platform.
    """

    person: Floats
    quality: Floats
    listing: Floats
    hype: Floats
    late_days: Floats
    live: Floats
    impulse: Floats
    filler: Floats
    preship_offset: Floats
    refund_offset: Floats

    def take(self, rows: NDArray[Any]) -> Lines:
        """Some of the lines."""
        return Lines(*(column[rows] for column in self))


class Terms(NamedTuple):
    """damage: share of parcels of the carrier in use. restock: share of sound returned goods that are sold again."""

    damage: float
    insured: bool
    lenient: bool
    restock: float


class Hazards(NamedTuple):
    """Competing risks of a return, by cause."""

    quality: Floats
    mismatch: Floats
    logistics: Floats
    mind_change: Floats
    filler: Floats


class Fates(NamedTuple):
    """Chances of an order line, at payment: the first three exclude each other.

    restocked: comes back after delivery and is sold again, a part of `returned`. What is refunded before shipment is
    sold again too, and not counted here. causes: `returned` by cause.
    """

    preship: Floats
    refund_only: Floats
    returned: Floats
    restocked: Floats
    causes: Hazards


class Outcome(NamedTuple):
    """Fen expected of an order line, at payment."""

    refunded: Reals
    cancelled: Reals  # of it before shipment
    subsidy_back: Reals  # what the platform bore of it, and takes back
    fee: Reals  # of the platform, on what is not refunded
    cogs: Reals  # of goods that are neither kept nor sold again
    returning: Reals  # what it costs that goods come back


def satisfaction(
    aftersale: AfterSale, quality: Floats, hype: Floats, listing: Floats, late_days: Floats, notice: bool,
    reply_wait: Floats, price_ratio: Floats,
) -> Floats:  # fmt: skip
    """Expected satisfaction after delivery (expectation and disconfirmation, Oliver 1980), without its noise.

    notice: late buyers are told. reply_wait: mean human wait when bought, s. price_ratio: paid ÷ reference price.
    """
    pleased = (quality - np.float32(aftersale.product_quality)) * np.float32(aftersale.pleased_quality)
    pleased += np.float32(aftersale.pleased)
    pleased -= hype * (ONE - listing) * np.float32(aftersale.pleased_hype)
    pleased -= late_days * np.float32(aftersale.pleased_late * (1 - aftersale.notice * notice))
    pleased -= as_single(reply_wait > np.float32(aftersale.slow_reply)) * np.float32(aftersale.pleased_reply)
    pleased += as_single(price_ratio < np.float32(aftersale.bargain_below)) * np.float32(aftersale.pleased_bargain)
    return _share(pleased)


def made_good(aftersale: AfterSale, satisfied: Floats, in_time: Floats | np.float32) -> Floats:
    """Satisfaction of late or faulty orders, of which a share `in_time` was answered in time."""
    lost: Floats = np.maximum(np.float32(aftersale.pleased) - satisfied, ZERO)
    return satisfied + lost * in_time * np.float32(aftersale.made_good)


def with_taste(aftersale: AfterSale, satisfied: Floats, z: Reals) -> Floats:
    """Satisfaction with its noise, from one standard normal number each."""
    return _share(satisfied + as_single(z * aftersale.noise))


def moved(aftersale: AfterSale, stock: Floats, trust: Floats, satisfied: Floats) -> tuple[Floats, Floats]:
    """A buyer's satisfaction and trust after a delivery: each closes its share of the gap to it."""
    pleased = stock + (satisfied - stock) * np.float32(aftersale.satisfaction_move)
    return pleased, trust + (satisfied - trust) * np.float32(aftersale.trust_move)


def preship(aftersale: AfterSale, category: Category, late_days: Floats, offset: Floats) -> Floats:
    """Chance of a refund before shipment; late parcels are cancelled more often. offset: the shop's own multiple."""
    base = late_days * np.float32(aftersale.cancel_late) + np.float32(category.preship)
    return one_minus_exp32(-log32(ONE - base) * offset)


def cancel_lag(aftersale: AfterSale, u: Reals, wait: Reals) -> Reals:
    """Hours from payment to a refund before shipment, below `wait`, the hours to shipment.

    A share asks within the first hour, evenly (秒退); the others after it with an exponential law cut at `wait`.
    """
    first = np.minimum(wait, 1.0)
    later = np.maximum(u - aftersale.cancel_quick, 0.0) / max(1.0 - aftersale.cancel_quick, 2.0**-53)
    lag = first + _cut_exponential(later, wait - first, aftersale.cancel_hours)
    quick = u < aftersale.cancel_quick
    lag[quick] = first[quick] * (u[quick] / aftersale.cancel_quick)
    return lag


def _cut_exponential(u: Reals, end: Reals, mean: float) -> Reals:
    lag: Reals = np.minimum(-mean * log64(1.0 - u * one_minus_exp64(end / mean)), end)
    return lag


def refund_only(category: Category, lines: Lines) -> Floats:
    """Chance, of delivered lines, that the money goes back and the goods do not (仅退款)."""
    return one_minus_exp32(_hazard(category.refund_only) * (lines.person * lines.refund_offset))


def return_hazards(aftersale: AfterSale, category: Category, lines: Lines, terms: Terms) -> Hazards:
    """Competing risks of a return after delivery."""
    worse = (np.float32(aftersale.product_quality) - lines.quality) * np.float32(aftersale.return_quality_slope)
    unlike = lines.hype * np.float32(aftersale.return_hype) - (lines.listing * TWO - ONE)
    damage = np.float32(terms.damage - aftersale.damage)
    late = (lines.late_days + ONE) * np.float32(aftersale.return_logistics)
    mind = (lines.live * np.float32(aftersale.return_live - 1) + ONE) * np.float32(aftersale.return_mind)
    hasty = lines.impulse * np.float32(aftersale.return_impulse - 1) + ONE
    factor = category.returns
    factor *= aftersale.insured_returns if terms.insured else 1.0
    factor *= aftersale.lenient_returns if terms.lenient else 1.0
    often = lines.person * lines.refund_offset * np.float32(factor)
    return Hazards(
        exp32(worse) * np.float32(aftersale.return_quality) * often,
        exp32(unlike) * np.float32(aftersale.return_mismatch) * often,
        np.maximum(late + damage, ZERO) * often,
        mind * hasty * often,
        lines.filler * np.float32(aftersale.return_filler) * often,
    )


def return_chance(hazards: Hazards) -> Floats:
    """Chance of a return of any cause."""
    return one_minus_exp32(_total(hazards))


def return_cause(u: Reals, hazards: Hazards) -> NDArray[np.int8]:
    """The cause of each return, pro rata to its hazards; rises with the uniform."""
    wanted = u * _total(hazards)
    reached = np.zeros(len(u), np.float32)
    cause = np.zeros(len(u), np.int8)
    for row in hazards[:-1]:
        reached += row
        cause += wanted >= reached
    return cause


def return_lag(aftersale: AfterSale, u: Reals, window: float) -> Reals:
    """Hours from delivery to the return: Gamma of shape 2, cut at `window` (hours), so that no chance is lost."""
    scale = aftersale.return_scale * HOURS_A_DAY
    end = window / scale
    within = 1.0 - scalars.exp64(-end) * (1.0 + end)
    lag: Reals = np.minimum(gamma(LAG_SHAPE, u * within) * scale, window)
    return lag


def fates(aftersale: AfterSale, category: Category, lines: Lines, terms: Terms) -> Fates:
    """What may become of each line, in chances at payment."""
    before = preship(aftersale, category, lines.late_days, lines.preship_offset)
    without = refund_only(category, lines)
    hazards = return_hazards(aftersale, category, lines, terms)
    delivered = ONE - before
    returned = delivered * (ONE - without) * return_chance(hazards)
    total = _total(hazards)
    some: Floats = np.maximum(total, LEAST)
    share = (total - hazards.quality - hazards.logistics) / some
    causes = Hazards(
        hazards.quality * returned / some, hazards.mismatch * returned / some, hazards.logistics * returned / some,
        hazards.mind_change * returned / some, hazards.filler * returned / some,
    )  # fmt: skip
    return Fates(before, delivered * without, returned, returned * share * np.float32(terms.restock), causes)


def outcome(
    fate: Fates, money: Reals, subsidy: NDArray[np.int64], cost: NDArray[np.int64], fee: Reals, return_cost: np.float32
) -> Outcome:
    """Fen that become of a line: `money` is paid for it, the platform bears `subsidy` of it, its goods cost `cost`.

    fee: share of the platform; return_cost: fen a return.
    """
    before, back = as_double(fate.preship), as_double(fate.refund_only) + fate.returned
    return Outcome(
        money * (before + back), money * before, subsidy * (before + back), money * fee * (1 - before - back),
        as_double(cost) * (1 - before - fate.restocked), as_double(fate.returned * return_cost),
    )  # fmt: skip


def terms_utility(aftersale: AfterSale, insured: bool, lenient: bool) -> float:
    """What lenient returns and insured return freight add to the log hazard of a purchase."""
    return aftersale.insured_utility * insured + aftersale.lenient_utility * lenient


@cache
def _hazard(share: float) -> np.float32:
    """−ln(1 − share): what is multiplied where a share happens more often."""
    hazard: np.float32 = -log32(ONE - np.float32(share))
    return hazard


def _total(hazards: Hazards) -> Floats:
    return hazards.quality + hazards.mismatch + hazards.logistics + hazards.mind_change + hazards.filler


def _share(value: Floats) -> Floats:
    inside: Floats = np.minimum(np.maximum(value, ZERO), ONE)
    return inside
