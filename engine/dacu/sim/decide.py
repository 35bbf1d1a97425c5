"""The cart: buy, wait, or leave. A discrete hazard with complementary log-log link while its owner is active.

The first hour decides most; later hours have a lower hazard. An announced cheaper price freezes a cart, for buying and
for leaving alike, so demand bunches at the opening. Chances are summed beside the draws: an expected order carries the
money of the basket it would be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import terms_utility
from dacu.behaviour.choice import (
    awareness_of_sale,
    buy_utility,
    hazard,
    missing,
    reference_utility,
    review_utility,
    urgency,
    waiting,
)
from dacu.behaviour.counts import poisson
from dacu.behaviour.maths import exp32, log32, one_minus_exp32, sigmoid32
from dacu.columns import present
from dacu.draws import Stream, bits32, chance, uniform
from dacu.ledger import HOURS_A_DAY, NONE, LineFlag
from dacu.people.users import NO_CART, CartFlag, Flag
from dacu.shop.bill import LEAST_PAY, Bill, Line
from dacu.shop.service import reply_utility
from dacu.sim.crowd import Mind
from dacu.sim.due import presale_terms
from dacu.sim.expect import Chances, balanced, expect
from dacu.sim.kept import in_shop
from dacu.sim.now import Now, Visits
from dacu.sim.online import slots_of
from dacu.sim.pricing import Baskets, bills, eligible, felt, paid_ahead
from dacu.sim.programme import off_by_points, standing
from dacu.sim.tally import Expected, Measure
from dacu.sim.visit import reference_price
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U32: TypeAlias = NDArray[np.uint32]
PLATFORM_BITS = 0x0F
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
    """All carts whose owner is online or came to the shop this hour."""
    columns = world.users
    active = np.concatenate([now.online, visits.user])
    users = np.unique(active[columns.cart_sku[active] != NO_CART])
    if now.buyers:  # who has just paid in a room does not decide again in the shop
        users = np.setdiff1d(users, np.concatenate([part.user for part in now.buyers]))
    if not len(users):
        return
    sku = columns.cart_sku[users]
    slot = slots_of(world, users)
    platform = (columns.cart_flags[users] & PLATFORM_BITS).astype(np.uint8)
    usable = eligible(world, users, slot, platform)
    fresh = columns.cart_slot[users] // 12 == world.t
    mind = Mind.of(world, users)
    asking = pieces(world, users, sku, usable)
    price = asking.price
    wait = _wait(world, users, platform, sku, price, mind.awareness)
    utility = value(world, users, sku, asking, mind) - wait
    utility -= _far(world, asking)
    utility -= _miss(world, platform, sku, price, mind.awareness)
    utility += world.setting.platforms.offsets.order[platform]
    buy = world.setting.behaviour.buy
    base = np.where(fresh, np.float32(buy.first_hour), np.float32(buy.later))
    base[fresh & (columns.cart_flags[users] & CartFlag.DIRECT != 0)] *= np.float32(buy.direct_boost)
    probability = hazard(base, utility)
    probability[too_dear(world, users, sku, price)] = 0
    chances = chance(probability)
    baskets, filler = compose(world, users, platform, sku, asking)
    distinct, row = bills(world, baskets)
    lever = credited(world, users)
    expect(world, Chances(users, platform, lever, chances, baskets, distinct, row, live=False, impulse=fresh))
    bought = bits32(world.key(Stream.BUY), users) < chances
    led = columns.cart_flags[users] & CartFlag.CHANNEL != 0
    ahead = paid_ahead(world, distinct, row)
    world.tally.expect(
        Expected.CHANNEL_ORDERS, world.t, lever[led], np.where(ahead, balanced(world, chances), chances)[led]
    )
    world.tally.add(Measure.CHANNEL_ORDERS, world.t, lever[led & bought & ~ahead])
    now.buyers.append(
        Buyers(
            users[bought], slot[bought], platform[bought], lever[bought], row[bought], distinct,
            np.where(fresh[bought], LineFlag.IMPULSE, 0).astype(np.uint16), filler[bought], baskets.add_on[bought],
            np.full(int(bought.sum()), NONE, np.int16),
        )
    )  # fmt: skip
    _leave(world, users, wait, ~bought & ~fresh)


@dataclass(frozen=True)
class Asking:
    """What each cart's main SKU would cost now: pieces, what one feels like in fen, the bill (a row of `distinct`)."""

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
    return Asking(qty, (feels / qty).astype(np.float32), distinct, row, usable)


def value(world: World, users: I32, sku: NDArray[np.int16], asking: Asking, mind: Mind) -> F32:
    """Log hazard of a purchase without waiting and missed deals."""
    setting, behaviour, goods = world.setting, world.setting.behaviour, world.goods
    worth: F32 = goods.market_value[sku].astype(np.float32)
    log_price = log32(asking.price / worth)
    season = goods.season[sku, setting.month(world.t)]
    utility = buy_utility(behaviour, mind.need * season, mind.trust, world.users.born.price_sense[users], log_price)
    utility += reference_utility(behaviour, log_price, reference_price(world, users, sku))
    reviews = review_utility(behaviour, goods.rating[sku], goods.reviews[sku].astype(np.float32))
    utility += reviews * np.float32(behaviour.buy.reviews)
    utility += deadline(world, users, asking)
    utility += standing(world, users) * np.float32(behaviour.loyalty.level_buy)
    days = setting.shop.delivery / 24 - behaviour.buy.delivery_reference
    utility -= np.float32(behaviour.buy.delivery * days)
    returns = setting.operations.returns
    utility += np.float32(terms_utility(behaviour.aftersale, returns.insurance.on, returns.lenient))
    utility -= np.float32(reply_utility(behaviour.operations, world.dials.reply_wait))
    own = np.maximum(world.users.spend_30d[users], 1).astype(np.float32)
    over = log32(own / (world.users.born.spend_cap[users] * np.float32(100)))
    utility -= np.maximum(over, 0)
    return utility


def deadline(world: World, users: I32, asking: Asking) -> F32:
    """Urgency of the most pressing offer that a basket really uses: the saving that goes with it, and how soon; and the
    pull of a visible counter that runs down (Aggarwal, Jun & Huh 2011).
    """
    behaviour, pull, closes = world.setting.behaviour, np.zeros(len(users), np.float32), world.offers.closes(world.t)
    used = np.array([bill.offers for bill in asking.distinct], np.uint32)[asking.row]
    savings = _savings(world, asking)
    for bit in range(len(world.offers)):
        rows = np.flatnonzero(used >> np.uint32(bit) & np.uint32(1))
        if not len(rows):
            continue
        if bit in world.coupon_until:
            hours = (world.coupon_until[bit][users[rows]] - world.t).astype(np.float32)
        else:
            hours = np.full(len(rows), min(float(closes[bit]), FAR), np.float32)
        press = urgency(behaviour, savings[asking.row[rows], bit], hours)
        press += np.float32(behaviour.price.scarcity * _gone(world, bit))
        pull[rows] = np.maximum(pull[rows], press)
    return pull


def _savings(world: World, asking: Asking) -> F32:
    """Distinct bills × offers: what each bill saves by each offer it uses, as a share of market value."""
    bill_of, worth = world.setting.rulebook.bill, world.goods.market_value
    savings = np.zeros((len(asking.distinct), len(world.offers)), np.float32)
    anyone = np.zeros(len(asking.distinct), np.int64)
    anyone[asking.row] = np.arange(len(asking.row))  # all rows of a bill may use the same offers
    for place, (bill, usable) in enumerate(zip(asking.distinct, asking.eligible[anyone].tolist(), strict=True)):
        lines = tuple(Line(line.sku, line.qty) for line in bill.lines)
        value = sum(int(worth[sku]) * qty for sku, qty in lines)
        for bit in range(len(world.offers)):
            if bill.offers >> bit & 1:
                savings[place, bit] = (bill_of(lines, usable & ~(1 << bit)).pay - bill.pay) / value
    return savings


def _gone(world: World, bit: int) -> float:
    """Share of a limited offer that is taken, where buyers see a counter."""
    rule = world.offers.rules[bit]
    if not rule.visible_counter or rule.quantity <= 0:
        return 0.0
    return 1 - int(world.offers.left[bit]) / rule.quantity


def _wait(
    world: World, users: I32, platform: NDArray[np.uint8], sku: NDArray[np.int16], price: F32, awareness: F32
) -> F32:
    """Pull of an announced cheaper price on each person's platform."""
    behaviour = world.setting.behaviour
    sensitivity = world.users.born.price_sense[users] * np.float32(1 / world.setting.mean_price_sense)
    pull = np.zeros(len(users), np.float32)
    for row in present(platform):
        rows = platform == row
        sale = world.setting.outlook.coming(world.t, int(row))
        days, cheaper = sale.days.astype(np.float32)[sku[rows]], sale.price.astype(np.float32)[sku[rows]]
        aware = awareness_of_sale(behaviour, awareness[rows])
        pull[rows] = waiting(behaviour, price[rows], cheaper, days, sensitivity[rows], aware)
    return pull


def _far(world: World, asking: Asking) -> F32:
    """What the days to the balance of a presale cost: nothing is sent before, as with a slower delivery."""
    far = np.zeros(len(asking.row), np.float32)
    ahead = paid_ahead(world, asking.distinct, asking.row)
    if ahead.any():
        days = (presale_terms(world, asking.distinct, asking.row[ahead])["first"] - world.t) / HOURS_A_DAY
        far[ahead] = (world.setting.behaviour.buy.delivery * days).astype(np.float32)
    return far


def _miss(world: World, platform: NDArray[np.uint8], sku: NDArray[np.int16], price: F32, awareness: F32) -> F32:
    """Inertia after a sale that was missed (Tykocinski, Pittman & Tuttle 1995)."""
    behaviour, inertia = world.setting.behaviour, np.zeros(len(sku), np.float32)
    for row in present(platform):
        rows = platform == row
        last = world.setting.outlook.last_sale(world.t, int(row))
        days, cheaper = last.days.astype(np.float32)[sku[rows]], last.price.astype(np.float32)[sku[rows]]
        inertia[rows] = missing(behaviour, price[rows], cheaper, days, awareness_of_sale(behaviour, awareness[rows]))
    return inertia


def too_dear(world: World, users: I32, sku: NDArray[np.int16], price: F32) -> NDArray[np.bool_]:
    """Bargain hunters order at a deep total discount only."""
    saving = 1 - price / world.goods.market_value[sku].astype(np.float32)
    hunter: NDArray[np.bool_] = world.users.flags[users] & Flag.BARGAIN != 0
    return hunter & (saving < np.float32(world.setting.behaviour.buy.bargain_discount))


def compose(
    world: World, users: I32, platform: NDArray[np.uint8], sku: NDArray[np.int16], asking: Asking
) -> tuple[Baskets, NDArray[np.int16]]:
    """The whole basket: a complement may come along, and a filler where the next threshold is near (凑单).

    A presale is ordered alone, and no price of a presale counts for what comes along.
    """
    basket, qty = world.setting.behaviour.basket, asking.qty
    alone = paid_ahead(world, asking.distinct, asking.row)
    usable = np.where(alone, asking.eligible, asking.eligible & ~world.setting.presale_bits)
    ordinal = world.users.cart_slot[users].astype(np.int64).astype(np.uint64)
    seed = world.setting.seed
    complement = world.goods.complement[sku]
    along = bits32(seed.key(Stream.ADD_ON), users, ordinal) < world.setting.add_on[platform]
    there = in_shop(world)
    add_on = np.where(along & there[complement] & ~alone, complement, -1).astype(np.int16)
    none = np.full(len(users), -1, np.int16)
    steps, row = _next_steps(world, Baskets(sku, qty, add_on, none, usable))
    gap, threshold, saving, filler = (steps[row, column] for column in range(4))
    reachable = (filler >= 0) & there[filler] & (gap <= basket.top_up_reach * threshold)
    affinity = np.array([p.coupon for p in world.setting.personas])[world.users.born.persona[users]]
    worth = basket.top_up + basket.top_up_saving * (saving - 0.5 * gap) / np.maximum(threshold, 1) + affinity
    willing = bits32(seed.key(Stream.TOP_UP), users, ordinal) < chance(sigmoid32(worth.astype(np.float32)))
    filler = np.where(reachable & willing & ~alone, filler, -1).astype(np.int16)
    return Baskets(sku, qty, add_on, filler, usable), filler


def _next_steps(world: World, baskets: Baskets) -> tuple[I64, I64]:
    """(gap, threshold, saving, filler) of each distinct basket, filler −1 where no threshold is ahead."""
    tiers = world.setting.tier_bits
    steps = np.full((1, 4), -1, np.int64)
    if not (baskets.eligible & tiers).any():
        return steps, np.zeros(len(baskets.sku), np.int64)
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


def _leave(world: World, users: I32, wait: F32, may: NDArray[np.bool_]) -> None:
    """From the second hour on a cart may be given up; waiting keeps it."""
    rate = exp32(-wait) * np.float32(world.setting.behaviour.buy.abandon)
    gone = may & (bits32(world.key(Stream.LEAVE), users) < chance(one_minus_exp32(rate)))
    world.users.cart_sku[users[gone]] = NO_CART
