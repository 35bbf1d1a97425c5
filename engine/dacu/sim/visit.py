"""A visit: it is counted, coupons are claimed, a SKU is chosen, the price is remembered, and perhaps a cart is made."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import (
    awareness_of_sale,
    cart_utility,
    land_utility,
    logistic,
    missing,
    reference_utility,
    review_utility,
)
from dacu.behaviour.maths import exp32, log32
from dacu.behaviour.quantiles import race
from dacu.behaviour.scalars import logit64
from dacu.clock.hours import HOURS_A_DAY
from dacu.columns import present
from dacu.draws import Stream, bits32, chance, chance_of, uniform
from dacu.people.users import REFERENCE, CartFlag, Flag
from dacu.shop.offers import Claim
from dacu.sim.claims import claim
from dacu.sim.crowd import Mind, join, match_goods
from dacu.sim.kept import in_shop
from dacu.sim.now import Came, Now, Visits
from dacu.sim.pricing import Baskets, coupon_bits, eligible, pay_of, public_prices
from dacu.sim.tally import Expected, Measure
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
NO_LEVER = -1


def land_and_cart(world: World, now: Now) -> Visits:
    """Live through all visits of the hour, in the order of their arrival in the tables; returns them joined."""
    visits = Visits.join([part for part in now.visits if len(part)])
    if not len(visits):
        return visits
    note_visits(world, visits.user, visits.platform)
    join(world, visits.user, world.setting.behaviour.private.join_click, where=1)
    world.tally.add(Measure.VISITS, world.t, visits.lever)
    claim(world, visits.user, visits.slot, visits.platform, Claim.VISIT)
    sku = choose_sku(world, now, visits)
    here = sku >= 0
    visits, sku = visits.take(here), sku[here]
    if len(visits):
        _cart(world, visits, sku)
    return visits


def note_visits(world: World, users: I32, platform: NDArray[np.uint8]) -> None:
    """Unique people of the day and of the run; a first visit of the day lets the seen price sink in later."""
    today = world.t // 24
    news = np.flatnonzero(world.users.visited[users] != today)
    fresh, first = np.unique(users[news], return_index=True)
    _note_returns(world, fresh)
    again = np.intersect1d(fresh, world.guests, assume_unique=True)
    world.users.visited[fresh] = today
    world.places.come(world.t, platform[news[first]])
    new = fresh[world.users.orders[fresh] == 0]
    world.tally.add(Measure.NEW_VISITORS, world.t, np.full(len(new), -1, np.int16))
    if world.booked:
        world.tally.visitors[today] += len(fresh) * world.setting.weight
        world.tally.add_people(Measure.COUPON_RETURNED, world.t, NO_LEVER, len(again) * world.setting.weight)
        world.users.flags[fresh] |= np.uint8(Flag.VISITED)


def _note_returns(world: World, fresh: I32) -> None:
    """Of those who come for the first time today, who came yesterday too; D1 has no yesterday."""
    if world.t < HOURS_A_DAY:
        return
    back = fresh[world.users.visited[fresh] == world.t // HOURS_A_DAY - 1]
    checked_in = back[world.users.flags[back] & Flag.CHECKED_IN != 0]
    for measure, users in ((Measure.RETURNS, back), (Measure.CHECK_IN_RETURNS, checked_in)):
        world.tally.add(measure, world.t, np.full(len(users), -1, np.int16))


def choose_sku(world: World, now: Now, visits: Visits) -> NDArray[np.int16]:
    """The SKU each visitor looks at: multinomial logit among the goods of the item seen, or all; −1 for nothing.

    A race keyed by SKU, so that one more or less changes only the choices it wins. Goods of a room alone are not there.
    """
    goods, users = world.goods, visits.user
    weight = exp32(_sku_utility(world, now, visits)).astype(np.float64)
    if len(world.items):
        weight[~np.where(visits.item >= 0, world.items.goods[visits.item].T, True)] = 0.0
    weight[world.setting.hidden] = 0.0
    entity = np.tile(users.astype(np.int64), len(goods))
    draws = uniform(world.key(Stream.LAND), entity, np.repeat(world.setting.sku_hash, len(users)))
    scores = race(draws.reshape(len(goods), -1), weight)
    chosen = scores.argmin(axis=0).astype(np.int16)
    nothing = np.isinf(scores[chosen, np.arange(len(users))])
    gone = ~in_shop(world)
    if gone.any():
        chosen = _substitute(world, users, chosen, scores, gone)
    return np.where(nothing, -1, chosen).astype(np.int16)


def _substitute(
    world: World, users: I32, chosen: NDArray[np.int16], scores: NDArray[np.float64], gone: NDArray[np.bool_]
) -> NDArray[np.int16]:
    """Who wants what is sold out takes the next best now and then; others leave (Gruen, Corsten & Bharadwaj 2002)."""
    scores[gone] = np.inf
    other = scores.argmin(axis=0).astype(np.int16)
    share = world.setting.behaviour.buy.substitute
    stays = bits32(world.key(Stream.STOCK_OUT, 1), users) < chance_of(share)
    stays &= ~np.isinf(scores.min(axis=0))
    return np.where(gone[chosen], np.where(stays, other, -1), chosen).astype(np.int16)


def _sku_utility(world: World, now: Now, visits: Visits) -> F32:
    """SKUs × visits: landing utility."""
    behaviour, goods = world.setting.behaviour, world.goods
    spend = world.users.born.spend_cap[visits.user] * np.float32(1 / world.setting.mean_spend)
    pull = np.array([behaviour.land.traffic, behaviour.land.profit, behaviour.land.image], np.float32)[goods.role]
    reviews = review_utility(behaviour, goods.rating, goods.reviews.astype(np.float32))
    prices = np.stack([public_prices(world, now, row) for row in range(len(world.setting.platforms))])
    levels = log32((prices / goods.category_price).astype(np.float32))
    matched = match_goods(world, visits.user)
    level = levels[visits.platform, visits.slot].T
    dearer = level * world.setting.platforms.offsets.basket[visits.platform]
    return land_utility(behaviour, pull[:, None], reviews[:, None], matched, level, spend) + dearer


def _cart(world: World, visits: Visits, sku: NDArray[np.int16]) -> None:
    """Draw who adds to the cart; the cart is new, whatever lay in it before."""
    behaviour, cart = world.setting.behaviour, world.setting.behaviour.cart
    usable = eligible(world, visits.user, visits.slot, visits.platform)
    pay, feel = pay_of(world, Baskets.plain(sku, np.ones(len(sku), np.int64), usable))
    price = feel.astype(np.float32)
    mind = Mind.of(world, visits.user)
    goods, worth = world.goods, world.goods.market_value[sku].astype(np.float32)
    log_price = log32(price / worth)
    season = goods.season[sku, world.setting.month(world.t)]
    utility = cart_utility(
        behaviour, goods.listing[sku], mind.consideration, mind.need * season, mind.trust, log_price,
        log32(worth * np.float32(1 / goods.category_price)),
    )  # fmt: skip
    reviews = review_utility(behaviour, goods.rating[sku], goods.reviews[sku].astype(np.float32))
    reference = reference_price(world, visits.user, sku)
    missed = _missed(world, visits, sku, price, mind.awareness)
    utility += (reference_utility(behaviour, log_price, reference) + reviews - missed) * np.float32(0.5)
    coupons = _holds_coupon(world, usable)
    affinity = np.array([p.coupon for p in world.setting.personas], np.float32)[world.users.born.persona[visits.user]]
    utility += affinity * coupons - np.float32(world.setting.market.outside + world.dials.outside)
    utility += world.setting.platforms.offsets.cart[visits.platform]
    rates = np.array([logit64(r) for r in (cart.rate, cart.rate_search, cart.rate_direct, cart.rate_habit)], np.float32)
    chances = chance(logistic(0.5, utility + rates[visits.came]))
    remember_price(world, visits.user, sku, pay.astype(np.float32) / worth)
    _make_carts(world, visits, sku, chances)


def _make_carts(world: World, visits: Visits, sku: NDArray[np.int16], chances: NDArray[np.uint32]) -> None:
    hashes = np.array([*(row.hash for row in world.setting.levers), 0], np.uint64)  # the last: without a lever
    ordinal = hashes[visits.lever] ^ visits.came.astype(np.uint64)
    made = np.flatnonzero(bits32(world.key(Stream.CART), visits.user, ordinal) < chances)
    tally, t, medium = world.tally, world.t, visits.lever >= 0
    tally.expect(Expected.CARTS, t, visits.lever, chances)
    tally.expect(Expected.CHANNEL_CARTS, t, visits.lever[medium], chances[medium])
    tally.add(Measure.CARTS, t, visits.lever[made])
    tally.add(Measure.CHANNEL_CARTS, t, visits.lever[made][medium[made]])
    users, columns = visits.user[made], world.users
    columns.cart_sku[users] = sku[made]
    columns.cart_slot[users] = t * 12 + visits.slot[made].astype(np.int32)
    flags = visits.platform[made].astype(np.int64)
    flags |= np.where(visits.came[made] == Came.DIRECT, CartFlag.DIRECT, 0)
    flags |= np.where(medium[made], CartFlag.CHANNEL, 0)
    columns.cart_flags[users] = flags.astype(np.uint8)


def reference_price(world: World, users: I32, sku: NDArray[np.int16]) -> F32:
    """What each person is used to paying for goods of this role, as a fraction of market value."""
    return world.users.ref_price[world.goods.role[sku], users] * np.float32(1 / REFERENCE)


def remember_price(world: World, users: I32, sku: NDArray[np.int16], fraction: F32) -> None:
    """A seen price moves the reference, at most once a day and role (the day's first visit)."""
    memory = np.float32(world.setting.behaviour.price.memory)
    first = np.unique(users, return_index=True)[1]
    first = first[world.users.priced[users[first]] != np.uint8(world.t // 24 % 256)]
    who, role = users[first], world.goods.role[sku[first]]
    world.users.priced[who] = np.uint8(world.t // 24 % 256)
    moved = world.users.ref_price[role, who] * memory + fraction[first] * (1 - memory) * np.float32(REFERENCE)
    world.users.ref_price[role, who] = np.minimum(moved + np.float32(0.5), 65535).astype(np.uint16)


def _missed(world: World, visits: Visits, sku: NDArray[np.int16], price: F32, awareness: F32) -> F32:
    missed = np.zeros(len(visits), np.float32)
    for row in present(visits.platform):
        rows = visits.platform == row
        last = world.setting.outlook.last_sale(world.t, int(row))
        days = last.days.astype(np.float32)[sku[rows]]
        aware = awareness_of_sale(world.setting.behaviour, awareness[rows])
        cheaper = last.price[sku[rows]].astype(np.float32)
        missed[rows] = missing(world.setting.behaviour, price[rows], cheaper, days, aware)
    return missed


def _holds_coupon(world: World, usable: NDArray[np.uint32]) -> F32:
    """1 for people who hold a coupon they can use now."""
    mask = sum(1 << bit for bit in coupon_bits(world))
    holds: NDArray[np.bool_] = usable & np.uint32(mask) != 0
    return holds.astype(np.float32)
