"""The cart: buy, wait, or leave. A discrete hazard with complementary log-log link while its owner is active.

The first hour decides most; later hours have a lower hazard. An announced cheaper price freezes a cart, for buying and
for leaving alike, so demand bunches at the opening. Chances are summed beside the draws: an expected order carries the
money of the basket it would be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import (
    awareness_of_sale,
    buy_utility,
    giving_up,
    hazard,
    missing,
    overspent,
    reference_utility,
    too_dear,
    urgency,
    waiting,
)
from dacu.behaviour.coefficients import Buying
from dacu.behaviour.counts import poisson
from dacu.behaviour.interest import ZERO
from dacu.behaviour.maths import log32, sigmoid32
from dacu.columns import present
from dacu.draws import Stream, bits32, chance, uniform
from dacu.kernels import kernel
from dacu.ledger import HOURS_A_DAY, NONE, SLOTS_AN_HOUR, LineFlag
from dacu.people.users import NO_CART, CartFlag, Flag
from dacu.shop.bill import LEAST_PAY, Bill, Line
from dacu.shop.service import reply_utility
from dacu.sim.crowd import People
from dacu.sim.due import presale_terms
from dacu.sim.expect import Chances, expect, paid_for
from dacu.sim.kept import there
from dacu.sim.now import Now, Visits
from dacu.sim.online import slots_of
from dacu.sim.pricing import Baskets, bills, eligible, felt, paid_ahead
from dacu.sim.programme import off_by_points, standing
from dacu.sim.shelf import Sales, Shelf, shelf_of
from dacu.sim.tally import Expected, Measure
from dacu.sim.visit import log_of_reference
from dacu.sim.world import World

Bools: TypeAlias = NDArray[np.bool_]
F32: TypeAlias = NDArray[np.float32]
I16: TypeAlias = NDArray[np.int16]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U8: TypeAlias = NDArray[np.uint8]
U32: TypeAlias = NDArray[np.uint32]
PLATFORM_BITS = 0x0F
IMPULSE = int(LineFlag.IMPULSE)
ATTRIBUTION_SLOTS = 7 * 24 * 12  # a touch counts for seven days
FAR = 1e6  # hours: no deadline


@dataclass
class Buyers:
    """People who pay this hour: their basket's bill (a row of `distinct`), slot, lever credited, and room."""

    user: I32
    slot: NDArray[np.uint8]
    platform: NDArray[np.uint8]
    lever: NDArray[np.int16]
    bill: I64
    distinct: list[Bill]
    flags: NDArray[np.uint16]
    filler: NDArray[np.int16]
    add_on: NDArray[np.int16]
    room: NDArray[np.int16]

    def of_bill(self, figure: Callable[[Bill], int]) -> I64:
        """A figure of each one's bill."""
        return np.array([figure(bill) for bill in self.distinct], np.int64)[self.bill]

    def take(self, rows: I64) -> Buyers:
        """Some of the rows, and no more bills than they have."""
        used = present(self.bill[rows])
        place = np.empty(len(self.distinct), np.int64)
        place[used] = np.arange(len(used))
        distinct = [self.distinct[bill] for bill in used.tolist()]
        columns = {name: getattr(self, name)[rows] for name in BESIDE_BILLS}
        return Buyers(bill=place[self.bill[rows]], distinct=distinct, **columns)

    def join(self, other: Buyers) -> Buyers:
        """These, and the others after them."""
        columns = {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in BESIDE_BILLS}
        bill = np.concatenate([self.bill, other.bill + len(self.distinct)])
        return Buyers(bill=bill, distinct=self.distinct + other.distinct, **columns)


BESIDE_BILLS = ("user", "slot", "platform", "lever", "flags", "filler", "add_on", "room")
"""Columns of buyers that have one value each."""


def decide(world: World, now: Now, visits: Visits) -> None:
    """All carts whose owner is online or came to the shop this hour; and what is to be expected of this hour."""
    _decide(world, now, visits)
    expect(world, now.chances)


def _decide(world: World, now: Now, visits: Visits) -> None:
    columns = world.users
    users = owners(now.online, visits.user, columns.cart_sku)
    if now.buyers:  # who has just paid in a room does not decide again in the shop
        users = np.setdiff1d(users, np.concatenate([part.user for part in now.buyers]))
    if not len(users):
        return
    sku, cart_flags = columns.cart_sku[users], columns.cart_flags[users]
    slot = slots_of(world, users)
    platform = cart_flags & PLATFORM_BITS
    usable = eligible(world, users, slot, platform)
    fresh = columns.cart_slot[users] // SLOTS_AN_HOUR == world.t
    asking = pieces(world, users, sku, usable)
    chances, bought, gone = resolve(
        world.key(Stream.BUY), world.key(Stream.LEAVE), world.setting.behaviour.buying, world.t, users, platform, sku,
        asking.price, fresh, deadline(world, users, asking), standing(world, users), _far(world, asking),
        People.of(columns), shelf_of(world, now), _buy_terms(world),
    )  # fmt: skip
    baskets = compose(world, now, users, platform, asking)
    distinct, row = bills(world, baskets)
    lever = credited(world, users)
    live = np.zeros(len(users), np.bool_)
    now.chances.append((Chances(users, platform, lever, chances, baskets, row, live, impulse=fresh), distinct))
    led = cart_flags & CartFlag.CHANNEL != 0
    ahead = paid_ahead(world, distinct, row)
    world.tally.expect(Expected.CHANNEL_ORDERS, world.t, lever[led], paid_for(world, chances, ahead)[led])
    world.tally.add(Measure.CHANNEL_ORDERS, world.t, lever[led & bought & ~ahead])
    buyers = np.flatnonzero(bought)
    now.buyers.append(
        Buyers(
            users[buyers], slot[buyers], platform[buyers], lever[buyers], row[buyers], distinct,
            np.where(fresh[buyers], IMPULSE, 0).astype(np.uint16), baskets.filler[buyers], baskets.add_on[buyers],
            np.full(len(buyers), NONE, np.int16),
        )
    )  # fmt: skip
    columns.cart_sku[users[gone]] = NO_CART


@kernel
def owners(online: I32, visitors: I32, cart_sku: I16) -> I32:
    """Who of these has a cart, rising. cart_sku: of all people."""
    active = np.concatenate([online, visitors])
    return np.unique(active[cart_sku[active] != NO_CART])


class BuyTerms(NamedTuple):
    """What is the same for all carts of an hour."""

    base: F32  # hazard: of carts of earlier hours, of this hour, of this hour's direct visits
    offset: F32  # of utility, by platform
    level: np.float32  # utility of a step on the ladder of members
    per_sense: np.float32  # 1 ÷ mean price sensitivity
    delivery: np.float32  # log hazard that the days to delivery take off
    returns: np.float32  # and what the terms of returns add
    reply: np.float32  # and the wait for an answer takes off


def _buy_terms(world: World) -> BuyTerms:
    setting = world.setting
    return BuyTerms(
        setting.buy_hazards, setting.platforms.offsets.order, np.float32(setting.behaviour.loyalty.level_buy),
        np.float32(1 / setting.mean_price_sense), setting.slow_delivery, setting.easy_returns,
        np.float32(reply_utility(setting.behaviour.operations, world.dials.reply_wait)),
    )  # fmt: skip


@kernel
def resolve(
    key: np.uint64, leave_key: np.uint64, behaviour: Buying, hour: int, users: I32, platform: U8, sku: I16,
    price: F32, fresh: Bools, pressed: F32, level: F32, far: F32, people: People, shelf: Shelf, terms: BuyTerms,
) -> tuple[U32, Bools, Bools]:  # fmt: skip
    """Chance that each cart is bought, whether it is, and whether it is given up.

    price: fen that a piece of the main SKU feels like; fresh: carts of this hour; pressed, far: log hazard that a
    deadline adds, that the days to the balance of a presale take off; level: of its owner among members.

    Bargain hunters order at a deep total discount only. From the second hour on a cart may be given up; an announced
    cheaper price keeps it (waiting), and a sale that was missed makes idle (Tykocinski, Pittman & Tuttle 1995).
    """
    mind, worth = people.minds(users, hour), shelf.worth[sku]
    log_price, sense = log32(price / worth), people.price_sense[users]
    utility = buy_utility(behaviour, mind.need * shelf.season[sku], mind.trust, sense, log_price)
    reference = log_of_reference()[people.ref_price[shelf.role[sku], users]]
    utility += reference_utility(behaviour, log_price, reference)
    utility += shelf.reviews[sku] * np.float32(behaviour.buy.reviews)
    utility += pressed
    utility += level * terms.level
    utility -= terms.delivery
    utility += terms.returns
    utility -= terms.reply
    utility -= overspent(people.spend_30d[users], people.spend_cap[users])
    aware = awareness_of_sale(behaviour, mind.awareness)
    soon, past = (Sales(sale.price[platform, sku], sale.left[platform, sku]) for sale in (shelf.coming, shelf.over))
    wait = waiting(behaviour, price, soon.price, soon.left, sense * terms.per_sense, aware)
    utility -= wait
    utility -= far
    utility -= missing(behaviour, price, past.price, past.left, aware)
    utility += terms.offset[platform]
    direct = fresh & (people.cart_flags[users] & CartFlag.DIRECT != 0)
    probability = hazard(terms.base[fresh.astype(np.int64) + direct], utility)
    hunter = people.flags[users] & Flag.BARGAIN != 0
    probability[hunter & too_dear(behaviour, price, worth)] = 0
    chances = chance(probability)
    bought = bits32(key, users) < chances
    leaves = chance(giving_up(behaviour, wait))
    return chances, bought, ~bought & ~fresh & (bits32(leave_key, users) < leaves)


@dataclass(frozen=True)
class Asking:
    """What each cart's main SKU would cost now: pieces, what one feels like in fen, the bill (a row of `distinct`)."""

    sku: I16
    qty: I64
    price: F32
    distinct: list[Bill]
    row: I64
    eligible: U32


def pieces(world: World, users: I32, sku: NDArray[np.int16], usable: U32) -> Asking:
    """Pieces each would take, by one draw of their own: deep discounts are stocked up on."""
    basket, worth = world.setting.behaviour.basket, world.goods.market_value[sku]
    qty = np.ones(len(sku), np.int64)
    distinct, row = bills(world, Baskets.plain(sku, qty, usable))
    pay = np.array([bill.pay for bill in distinct], np.int64)[row]
    deep = np.maximum(0.0, 1 - pay / worth - basket.stock_up_from) / 0.10
    mean = basket.stock_up * deep * world.goods.stockable[sku]
    if mean.any():
        key = world.setting.seed.key(Stream.QUANTITY)
        draw = uniform(key, users, world.users.cart_slot[users].astype(np.int64).astype(np.uint64))
        qty += np.minimum(poisson(draw, mean), int(basket.stock_up_most))
        distinct, row = bills(world, Baskets.plain(sku, qty, usable))
        pay = np.array([bill.pay for bill in distinct], np.int64)[row]
    feels = np.maximum(LEAST_PAY, felt(world, distinct)[row] - off_by_points(world, users, pay))
    return Asking(sku, qty, (feels / qty).astype(np.float32), distinct, row, usable)


def deadline(world: World, users: I32, asking: Asking) -> F32:
    """Urgency of the most pressing offer that a basket really uses: the saving that goes with it, and how soon; and the
    pull of a visible counter that runs down (Aggarwal, Jun & Huh 2011).
    """
    behaviour, t = world.setting.behaviour.buying, world.t
    used = np.array([bill.offers for bill in asking.distinct], np.int64)
    if not used.any():
        return np.zeros(len(users), np.float32)
    savings, closes = _savings(world, asking), np.minimum(world.offers.closes(t), FAR).astype(np.float32)
    counter = [behaviour.price.scarcity * _gone(world, bit) for bit in range(len(closes))]
    scarce = np.array(counter, np.float32)
    own = [bit for bit in world.coupon_until if (used >> bit & 1).any()]
    apart = sum(1 << bit for bit in own)  # these close for each person at another hour
    pull = most_pressing(behaviour, used & ~apart, savings, closes, scarce)[asking.row]
    for bit in own:
        rows = np.flatnonzero(used[asking.row] >> bit & 1)
        hours = (world.coupon_until[bit][users[rows]] - t).astype(np.float32)
        press = urgency(behaviour, savings[asking.row[rows], bit], hours) + scarce[bit]
        pull[rows] = np.maximum(pull[rows], press)
    return pull


@kernel
def most_pressing(behaviour: Buying, used: I64, savings: F32, closes: F32, scarce: F32) -> F32:
    """Pull of the most pressing offer that each bill uses, at least 0.

    used: bits, by bill; savings: bills × offers; closes: hours from now, and scarce: what a counter adds, by offer.
    """
    uses = used[:, None] >> np.arange(len(closes)) & 1 != 0
    pull: F32 = np.where(uses, urgency(behaviour, savings, closes) + scarce, ZERO).max(axis=1, initial=ZERO)
    return pull


def _savings(world: World, asking: Asking) -> F32:
    """Distinct bills × offers: what each bill saves by each offer it uses, as a share of market value."""
    anyone = np.zeros(len(asking.distinct), np.int64)
    anyone[asking.row] = np.arange(len(asking.row))  # all rows of a bill may use the same offers
    sku, saved = asking.sku[anyone], world.setting.savings
    columns = (sku, asking.qty[anyone], asking.eligible[anyone], world.goods.market_value[sku])
    return np.array([saved(*code) for code in zip(*(column.tolist() for column in columns), strict=True)])


def _gone(world: World, bit: int) -> float:
    """Share of a limited offer that is taken, where buyers see a counter."""
    rule = world.offers.rules[bit]
    if not rule.visible_counter or rule.quantity <= 0:
        return 0.0
    return 1 - int(world.offers.left[bit]) / rule.quantity


def _far(world: World, asking: Asking) -> F32:
    """What the days to the balance of a presale cost: nothing is sent before, as with a slower delivery."""
    far = np.zeros(len(asking.row), np.float32)
    ahead = paid_ahead(world, asking.distinct, asking.row)
    if ahead.any():
        days = (presale_terms(world, asking.distinct, asking.row[ahead])["first"] - world.t) / HOURS_A_DAY
        far[ahead] = (world.setting.behaviour.buy.delivery * days).astype(np.float32)
    return far


def compose(world: World, now: Now, users: I32, platform: U8, asking: Asking) -> Baskets:
    """The whole basket: a complement may come along, and a filler where the next threshold is near (凑单).

    A presale is ordered alone, and no price of a presale counts for what comes along.
    """
    setting, cart_slot, available = world.setting, world.users.cart_slot, there(world, now)
    alone = paid_ahead(world, asking.distinct, asking.row)
    add_on, usable = take_along(
        setting.seed.key(Stream.ADD_ON), users, cart_slot, platform, asking.sku, asking.eligible, alone,
        setting.add_on, world.goods.complement, available, setting.presale_bits,
    )  # fmt: skip
    baskets = Baskets(asking.sku, asking.qty, add_on, np.full(len(users), -1, np.int16), usable)
    if not (usable & setting.tier_bits).any():
        return baskets
    willing = bits32(setting.seed.key(Stream.TOP_UP), users, cart_slot[users].astype(np.int64).astype(np.uint64))
    filler = np.where(alone, -1, _fillers(world, users, baskets, available, willing)).astype(np.int16)
    return baskets._replace(filler=filler)


@kernel
def take_along(
    key: np.uint64, users: I32, cart_slot: I32, platform: U8, sku: I16, eligible: U32, alone: Bools, chances: U32,
    complement: I16, available: Bools, presales: np.uint32,
) -> tuple[I16, U32]:  # fmt: skip
    """The complement that comes along with each basket, −1: none; and the offers that the whole basket may use.

    cart_slot: of all people; alone: of a presale; chances: by platform; complement, available: by SKU; presales: bits.
    """
    other = complement[sku]
    along = bits32(key, users, cart_slot[users].astype(np.int64).astype(np.uint64)) < chances[platform]
    add_on = np.where(along & available[other] & ~alone, other, -1).astype(np.int16)
    return add_on, np.where(alone, eligible, eligible & ~presales)


def _fillers(world: World, users: I32, baskets: Baskets, available: Bools, willing: U32) -> I64:
    """What fills each basket up to its next threshold, −1: nothing. willing: draws; available: by SKU, in the shop."""
    basket = world.setting.behaviour.basket
    steps, row = _next_steps(world, baskets)
    gap, threshold, saving, filler = (steps[row, column] for column in range(4))
    reachable = (filler >= 0) & available[filler] & (gap <= basket.top_up_reach * threshold)
    affinity = np.array([p.coupon for p in world.setting.personas])[world.users.born.persona[users]]
    worth = basket.top_up + basket.top_up_saving * (saving - 0.5 * gap) / np.maximum(threshold, 1) + affinity
    return np.where(reachable & (willing < chance(sigmoid32(worth.astype(np.float32)))), filler, -1)


def _next_steps(world: World, baskets: Baskets) -> tuple[I64, I64]:
    """(gap, threshold, saving, filler) of each distinct basket, filler −1 where no threshold is ahead."""
    codes = np.stack([baskets.sku, baskets.qty, baskets.add_on, baskets.eligible.astype(np.int64)], axis=1)
    distinct, row = np.unique(codes.astype(np.int64), axis=0, return_inverse=True)
    steps = np.full((len(distinct), 4), -1, np.int64)
    for place, (sku, qty, add_on, bits) in enumerate(distinct.tolist()):
        lines = (Line(sku, qty),) if add_on < 0 or add_on == sku else tuple(sorted((Line(sku, qty), Line(add_on, 1))))
        step = world.setting.next_step(lines, bits)
        if step is not None:
            steps[place] = (step.gap, step.threshold, step.saving, step.filler)
    return steps, row.reshape(-1)


def credited(world: World, users: I32) -> NDArray[np.int16]:
    """The last touch within seven days, −1 without one."""
    recent = world.users.touch_slot[users] > world.t * 12 - ATTRIBUTION_SLOTS
    return np.where(recent, world.users.touch_lever[users], -1).astype(np.int16)
