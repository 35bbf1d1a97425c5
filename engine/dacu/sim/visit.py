"""A visit: it is counted, coupons are claimed, a SKU is chosen, the price is remembered, and perhaps a cart is made."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import awareness_of_sale, cart_utility, land_utility, memory_utility, missing
from dacu.behaviour.coefficients import Carting, Looking
from dacu.behaviour.floats import as_single
from dacu.behaviour.interest import HALF, ONE
from dacu.behaviour.maths import exp32, log32, sigmoid32
from dacu.behaviour.quantiles import race
from dacu.clock.hours import HOURS_A_DAY, SLOTS_AN_HOUR
from dacu.draws import Stream, bits32, chance, chance_of, uniform
from dacu.kernels import kernel
from dacu.people.users import REFERENCE, CartFlag, Flag
from dacu.shop.offers import Claim
from dacu.sim.claims import claim
from dacu.sim.crowd import People, join, match_each
from dacu.sim.kept import there
from dacu.sim.now import Came, Now, Visits
from dacu.sim.pricing import Baskets, coupon_bits, eligible, pay_of, public_levels
from dacu.sim.shelf import Shelf, shelf_of
from dacu.sim.tally import Expected, Measure
from dacu.sim.world import World

Bools: TypeAlias = NDArray[np.bool_]
F32: TypeAlias = NDArray[np.float32]
I16: TypeAlias = NDArray[np.int16]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U8: TypeAlias = NDArray[np.uint8]
U32: TypeAlias = NDArray[np.uint32]
U64: TypeAlias = NDArray[np.uint64]
NO_LEVER = -1
PARTS, PER_REFERENCE = np.float32(REFERENCE), np.float32(1 / REFERENCE)
MOST_PARTS = np.float32(65535)


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
        _cart(world, now, visits, sku)
    return visits


def note_visits(world: World, users: I32, platform: NDArray[np.uint8]) -> None:
    """Unique people of the day and of the run; a first visit of the day lets the seen price sink in later."""
    today, tally, columns = world.t // HOURS_A_DAY, world.tally, world.users
    first, came = first_today(
        columns.visited, columns.flags, users, today, world.booked, columns.orders, world.guests
    )  # fmt: skip
    world.places.come(world.t, platform[first])
    counts = [(Measure.NEW_VISITORS, came.new)]
    if world.booked:
        tally.visitors[today] += len(first) * world.setting.weight
        counts.append((Measure.COUPON_RETURNED, came.guests))
    if world.booked and today > 0:  # D1 has no yesterday
        counts += [(Measure.RETURNS, came.again), (Measure.CHECK_IN_RETURNS, came.checked_in)]
    for measure, agents in counts:
        tally.add_people(measure, world.t, NO_LEVER, agents * world.setting.weight)


class Comers(NamedTuple):
    """Of those who come for the first time today, how many …"""

    new: int  # never ordered
    again: int  # came yesterday, too
    checked_in: int  # did, and checked in then
    guests: int  # came yesterday with a coupon


@kernel
def first_today(
    visited: I16, flags: U8, users: I32, today: int, booked: bool, orders: NDArray[np.uint16], guests: I32
) -> tuple[I64, Comers]:  # fmt: skip
    """Rows of the first visits of the day, which are noted in `visited`, and once the campaign has begun in `flags`.

    visited, flags, orders: of all people; guests: who came yesterday with a coupon, rising.
    """
    news = np.flatnonzero(visited[users] != today)
    first = news[np.sort(np.unique(users[news], return_index=True)[1])]
    fresh = users[first]
    again = fresh[visited[fresh] == today - 1]
    comers = Comers(
        int(np.count_nonzero(orders[fresh] == 0)), len(again),
        int(np.count_nonzero(flags[again] & Flag.CHECKED_IN)),
        len(np.intersect1d(fresh, guests, assume_unique=True)),
    )  # fmt: skip
    visited[fresh] = today
    if booked:
        flags[fresh] |= np.uint8(Flag.VISITED)
    return first, comers


def choose_sku(world: World, now: Now, visits: Visits) -> I16:
    """The SKU each visitor looks at; −1 for nothing."""
    setting, behaviour = world.setting, world.setting.behaviour
    choice = Choice(
        world.key(Stream.LAND), world.key(Stream.STOCK_OUT, 1), chance_of(behaviour.buy.substitute),
        np.float32(1 / setting.mean_spend),
    )  # fmt: skip
    return look(
        choice, behaviour.looking, visits.user, visits.platform, visits.slot, visits.item, world.users.born.interests,
        world.users.born.spend_cap, _display(world, now), world.items.goods, ~there(world, now),
        setting.platforms.offsets.basket,
    )  # fmt: skip


class Display(NamedTuple):
    """What people choose by, a value a SKU."""

    hash: U64
    pull: F32  # of its role
    reviews: F32  # utility of its reviews
    topics: F32  # the different topic vectors, a row each
    topic: I64  # its row of them
    level: F32  # platforms × slots × SKUs: ln(public price ÷ mean price of the category)
    apart: Bools  # sold in a room alone


def _display(world: World, now: Now) -> Display:
    setting, goods, land = world.setting, world.goods, world.setting.behaviour.land
    levels = [public_levels(world, now, platform) for platform in range(len(setting.platforms))]
    return Display(
        setting.sku_hash, np.array([land.traffic, land.profit, land.image], np.float32)[goods.role],
        shelf_of(world, now).reviews, *goods.topics, np.array(levels), setting.hidden,
    )  # fmt: skip


class Choice(NamedTuple):
    """How a choice among goods is drawn."""

    key: np.uint64
    other_key: np.uint64  # of who takes the next best where the best is sold out
    other: np.uint32  # their chance
    per_spend: np.float32  # 1 ÷ mean category capacity


@kernel
def look(
    choice: Choice, behaviour: Looking, users: I32, platform: U8, slot: U8, item: I32, interests: NDArray[np.int8],
    spend_cap: F32, display: Display, shown: NDArray[np.bool_], gone: NDArray[np.bool_], offset: F32,
) -> I16:  # fmt: skip
    """The SKU each visitor looks at: multinomial logit among the goods of the item seen, or all; −1 for nothing.

    A race keyed by SKU, so that one more or less changes only the choices it wins. Goods of a room alone are not there.
    Who wants what is sold out takes the next best now and then; others leave (Gruen, Corsten & Bharadwaj 2002).
    interests, spend_cap: of all people; shown: items × SKUs; gone: by SKU; offset: of price sensitivity, by platform.
    """
    spend = spend_cap[users] * choice.per_spend
    level = display.level[platform, slot].T
    matched = match_each(interests, users, display.topics, display.topic)
    utility = land_utility(behaviour, display.pull[:, None], display.reviews[:, None], matched, level, spend)
    weight = exp32(utility + level * offset[platform]).astype(np.float64)
    if len(shown):
        weight[~np.where(item >= 0, shown[item].T, True)] = 0.0
    weight[display.apart] = 0.0
    draws = uniform(choice.key, np.tile(users.astype(np.int64), len(weight)), np.repeat(display.hash, len(users)))
    scores = race(draws.reshape(weight.shape), weight)
    chosen = scores.argmin(axis=0)
    nothing = np.isinf(scores.min(axis=0))
    if gone.any():
        scores[gone] = np.inf
        stays = bits32(choice.other_key, users) < choice.other
        stays &= ~np.isinf(scores.min(axis=0))
        chosen = np.where(gone[chosen], np.where(stays, scores.argmin(axis=0), -1), chosen)
    return np.where(nothing, -1, chosen).astype(np.int16)


def _cart(world: World, now: Now, visits: Visits, sku: I16) -> None:
    """Draw who adds to the cart; the cart is new, whatever lay in it before."""
    setting, users = world.setting, world.users
    usable = eligible(world, visits.user, visits.slot, visits.platform)
    pay, feel = pay_of(world, Baskets.plain(sku, np.ones(len(sku), np.int64), usable))
    shelf = shelf_of(world, now)
    holds = np.uint32(sum(1 << bit for bit in coupon_bits(world)))
    terms = CartTerms(
        setting.platforms.offsets.cart, setting.cart_rates, setting.coupon_taste, setting.lever_hash,
        np.float32(1 / world.goods.category_price), np.float32(setting.market.outside + world.dials.outside),
    )  # fmt: skip
    chances, made = put_in_cart(
        world.key(Stream.CART), setting.behaviour.carting, world.t, visits.user, visits.platform, visits.came,
        visits.lever, sku, feel, usable & holds, People.of(users), shelf, terms,
    )  # fmt: skip
    today = np.uint8(world.t // HOURS_A_DAY % 256)
    memory = np.float32(setting.behaviour.price.memory)
    remember(users.ref_price, users.priced, today, memory, visits.user, shelf.role[sku], pay, shelf.worth[sku])
    _make_carts(world, visits, sku, chances, made)


class CartTerms(NamedTuple):
    """What is the same for all visitors of an hour when they think of a cart."""

    offset: F32  # of utility, by platform
    rate: F32  # logit of the usual rate, by how a visit came about
    coupon_taste: F32  # by persona
    lever_hash: U64
    per_price: np.float32  # 1 ÷ mean price of the category
    outside: np.float32  # utility of other shops


@kernel
def put_in_cart(
    key: np.uint64, behaviour: Carting, hour: int, users: I32, platform: U8, came: U8, lever: I16, sku: I16,
    feel: I64, coupons: U32, people: People, shelf: Shelf, terms: CartTerms,
) -> tuple[U32, I64]:  # fmt: skip
    """Chance that each visit ends with a cart, and the visits that do.

    feel: fen that one piece feels like; coupons: bits of those that take something off now.
    """
    mind, price, worth = people.minds(users, hour), feel.astype(np.float32), shelf.worth[sku]
    log_price = log32(price / worth)
    utility = cart_utility(
        behaviour, shelf.listing[sku], mind.consideration, mind.need * shelf.season[sku], mind.trust, log_price,
        log32(worth * terms.per_price),
    )  # fmt: skip
    reference = log_of_reference()[people.ref_price[shelf.role[sku], users]]
    aware = awareness_of_sale(behaviour, mind.awareness)
    missed = missing(behaviour, price, shelf.over.price[platform, sku], shelf.over.left[platform, sku], aware)
    utility += memory_utility(behaviour, log_price, reference, shelf.reviews[sku], missed)
    utility += terms.coupon_taste[people.persona[users]] * as_single(coupons != 0) - terms.outside
    utility += terms.offset[platform]
    chances = chance(sigmoid32(utility + terms.rate[came]))
    ordinal = terms.lever_hash[lever] ^ came.astype(np.uint64)
    return chances, np.flatnonzero(bits32(key, users, ordinal) < chances)


def _make_carts(world: World, visits: Visits, sku: I16, chances: U32, made: I64) -> None:
    """Count and write the carts that were made."""
    tally, t, medium = world.tally, world.t, visits.lever >= 0
    tally.expect(Expected.CARTS, t, visits.lever, chances)
    tally.expect(Expected.CHANNEL_CARTS, t, visits.lever[medium], chances[medium])
    tally.add(Measure.CARTS, t, visits.lever[made])
    tally.add(Measure.CHANNEL_CARTS, t, visits.lever[made][medium[made]])
    columns = world.users
    put(
        columns.cart_sku, columns.cart_slot, columns.cart_flags, made, visits.user, sku, visits.slot, visits.platform,
        visits.came == Came.DIRECT, medium, t * SLOTS_AN_HOUR,
    )  # fmt: skip


@kernel
def put(
    cart_sku: I16, cart_slot: I32, cart_flags: U8, made: I64, users: I32, sku: I16, slot: U8, platform: U8,
    direct: Bools, medium: Bools, now: int,
) -> None:  # fmt: skip
    """Write carts into the columns of all people; of several of one person the last stays. now: slot of the hour."""
    who = users[made]
    cart_sku[who] = sku[made]
    cart_slot[who] = now + slot[made].astype(np.int32)
    flags = np.where(direct[made], CartFlag.DIRECT, 0) | np.where(medium[made], CartFlag.CHANNEL, 0)
    cart_flags[who] = platform[made] | flags.astype(np.uint8)


def reference_price(world: World, users: I32, sku: I16) -> F32:
    """What each person is used to paying for goods of this role, as a fraction of market value."""
    return world.users.ref_price[world.goods.role[sku], users] * PER_REFERENCE


@cache
def log_of_reference() -> F32:
    """ln of every reference price that a column can hold: looking it up is faster than computing it."""
    return log32(np.arange(2**16, dtype=np.uint16) * PER_REFERENCE)


@kernel
def remember(
    ref_price: NDArray[np.uint16], priced: U8, today: np.uint8, memory: np.float32, users: I32, role: U8, pay: I64,
    worth: F32,
) -> None:  # fmt: skip
    """A seen price moves the reference of its role, at most once a day (the day's first visit).

    ref_price, priced: of all people; pay and worth: fen that each visit's SKU costs and is worth.
    """
    first = np.unique(users, return_index=True)[1]
    first = first[priced[users[first]] != today]
    who, role = users[first], role[first]
    priced[who] = today
    fraction = pay[first].astype(np.float32) / worth[first]
    moved = ref_price[role, who] * memory + fraction * (ONE - memory) * PARTS
    ref_price[role, who] = np.minimum(moved + HALF, MOST_PARTS).astype(np.uint16)
