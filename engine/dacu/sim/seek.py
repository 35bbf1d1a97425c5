"""Coming by oneself: brand and category searches, direct visits of customers, next-day visits, calls of a sent coupon.

Searches belong to the people online; direct and habit visits come by their own hazards, whatever the online draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour import scalars
from dacu.behaviour.coefficients import Returning, Searching
from dacu.behaviour.floats import as_single
from dacu.behaviour.interest import search_rate, stock
from dacu.behaviour.loyalty import Reasons, direct_rate, habit_rate, wake_rate
from dacu.behaviour.maths import one_minus_exp32, one_minus_exp64, sigmoid32
from dacu.draws import Stream, bits32, chance, chance_of, uniform_one
from dacu.kernels import kernel
from dacu.levers.base import Mode, Placement
from dacu.people.users import NO_CART, Flag, having
from dacu.shop.offers import Claim
from dacu.sim.crowd import need_of, raise_stock, touch
from dacu.sim.deliver import PER_FEN, charge
from dacu.sim.now import Came, Now, Visits
from dacu.sim.online import platform_of, slots_of
from dacu.sim.pricing import coupon_bits, valid_coupons
from dacu.sim.programme import standing
from dacu.sim.tally import CHANCE, Expected, Measure
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
NO_LEVER = -1
MEMBER, BARGAIN, CHECKED_IN = (np.uint8(flag) for flag in (Flag.MEMBER, Flag.BARGAIN, Flag.CHECKED_IN))


def seek(world: World, now: Now) -> None:
    """All visits that no medium of this hour brought."""
    users = world.users
    searched = look_up(
        world.key(Stream.SEARCH, 1), world.key(Stream.SEARCH, 0), world.setting.behaviour.searching, now.online,
        users.awareness, users.consideration, now.needs, _own_traffic(world, now.online),
    )  # fmt: skip
    world.tally.expect_mass(Expected.BRAND_SEARCHES, world.t, NO_LEVER, searched.brand_mass)
    world.tally.add_people(Measure.BRAND_SEARCHES, world.t, NO_LEVER, len(searched.brand) * world.setting.weight)
    world.tally.note_usual(world.t, searched.brand_mass, len(searched.brand))
    _search(world, now, searched.brand, brand_query=True)
    _search(world, now, searched.category, brand_query=False)
    _come(world, now, _direct_visitors(world), Came.DIRECT)
    _come(world, now, _habit_visitors(world), Came.HABIT)
    for woken in _woken_visitors(world):
        _come(world, now, woken, Came.CHANNEL)


def _own_traffic(world: World, users: I32) -> F32:
    """The shop's multiple of visits on the platform where each person would come to it."""
    visits = world.setting.platforms.offsets.visits
    if world.setting.one_traffic:
        return np.full(len(users), visits[0])
    return visits[platform_of(world, users, buying=True)]


class Searched(NamedTuple):
    """Rows of the people online who search for the brand and for the category; chances of the first, summed."""

    brand: I64
    category: I64
    brand_mass: int


@kernel
def look_up(
    brand_key: np.uint64, category_key: np.uint64, behaviour: Searching, users: I32, awareness: NDArray[np.uint16],
    consideration: NDArray[np.uint16], needs: F32, own: F32,
) -> Searched:  # fmt: skip
    """Who of the people online searches. needs, own (the shop's multiple of visits): of each; columns of all people."""
    brand = search_rate(behaviour, stock(awareness[users]), stock(consideration[users]), needs) * own
    chances = chance(one_minus_exp32(brand))
    category = chance(one_minus_exp32(needs * np.float32(behaviour.search.category_rate) * own))
    return Searched(
        np.flatnonzero(bits32(brand_key, users) < chances),
        np.flatnonzero(bits32(category_key, users) < category),
        int(chances.sum(dtype=np.int64)),
    )


def _search(world: World, now: Now, searched: I64, brand_query: bool) -> None:
    """Where those who search arrive; an ad may be shown above the shop's own result. searched: of people online."""
    users, slot = now.online[searched], now.slot[searched]
    if not len(users):
        return
    platform = _where_it_sells(world, users, now.platform[searched])
    seen = world.setting.behaviour.search.brand_seen if brand_query else world.setting.behaviour.search.category_seen
    relevance = float(world.goods.search_relevance.max()) if not brand_query else 1.0
    organic = bits32(world.key(Stream.SEARCH_CLICK, int(brand_query)), users) < chance_of(min(1.0, seen * relevance))
    paid = np.full(len(users), NO_LEVER, np.int64)
    for lever, placement in now.placements:
        if placement.mode is Mode.QUERY and placement.brand_queries == brand_query:
            _advertise(world, now, lever, placement, users, slot, platform, paid, organic)
    own = organic & (paid < 0) & (world.setting.platforms.sells[platform])
    came = Came.SEARCH if brand_query else Came.CHANNEL
    _remember(world, users[own], "search")
    now.visits.append(_visits(users[own], slot[own], platform[own], NO_LEVER, came))


def _where_it_sells(world: World, users: I32, here: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A search happens where one is if the shop sells there, else on one of the person's selling platforms."""
    platforms = world.setting.platforms
    away = ~platforms.sells[here]
    if not away.any():
        return here
    there = here.copy()
    there[away] = platform_of(world, users[away], buying=True)
    uses = (world.users.born.platforms[users] & np.uint8(platforms.selling_bits)) != 0
    return np.where(uses, there, here).astype(np.uint8)


def _advertise(
    world: World, now: Now, lever: int, placement: Placement, users: I32, slot: NDArray[np.uint8],
    platform: NDArray[np.uint8], paid: NDArray[np.int64], organic: NDArray[np.bool_],
) -> None:  # fmt: skip
    """One search line: shown if it wins the query, clicked at its rate, paid by the click until the money is out."""
    setting, hash_ = world.setting, int(world.setting.levers[lever].hash)
    click = _click_chance(
        setting.behaviour.channels[placement.channel.label].click_rate, setting.behaviour.click.quality,
        float(world.items["quality"][placement.items[0]]),
    )  # fmt: skip
    shown, clicked = show_above(
        world.key(Stream.EXPOSE, hash_), world.key(Stream.CLICK, hash_), users, platform, paid, world.users.audiences,
        placement.platform, placement.audience, chance_of(placement.volume), np.uint32(click),
    )  # fmt: skip
    world.tally.add_people(Measure.VIEWS, world.t, lever, shown * setting.weight)
    affordable = _affordable(world, lever, placement)
    paid_for = min(1.0, affordable / max(shown * click / CHANCE, 1e-9))
    world.tally.expect_mass(Expected.CLICKS, world.t, lever, shown * int(click * paid_for))
    if len(clicked) > affordable:
        order = np.argsort(bits32(world.key(Stream.RATION, hash_), users[clicked]), kind="stable")
        clicked = np.sort(clicked[order[:affordable]])
    if not len(clicked):
        return
    charge(world, lever, len(clicked) * setting.weight * placement.price / PER_FEN, placement.limit)
    paid[clicked] = lever
    levers = np.full(len(clicked), lever, np.int16)
    world.tally.add(Measure.CLICKS, world.t, levers)
    world.tally.add(Measure.CANNIBALISED, world.t, levers[organic[clicked]])
    _remember(world, users[clicked], placement.channel.label)
    touch(world, users[clicked], slot[clicked], levers)
    came = Came.SEARCH if placement.brand_queries else Came.CHANNEL
    visits = _visits(users[clicked], slot[clicked], platform[clicked], lever, came)
    visits.item[:] = placement.items[0]
    now.visits.append(visits)


@lru_cache
def _click_chance(usual: float, slope: float, quality: float) -> int:
    """Of an ad of some quality: every hour asks for the same few."""
    return int(chance_of(float(sigmoid32(scalars.logit64(usual) + slope * (2 * quality - 1)))))


@kernel
def show_above(
    show_key: np.uint64, click_key: np.uint64, users: I32, platform: NDArray[np.uint8], paid: I64,
    audiences: NDArray[np.uint32], where: int, audience: int, shown: np.uint32, clicked: np.uint32,
) -> tuple[int, I64]:  # fmt: skip
    """How many of those who search on a platform see a line's ad, and the rows of those who would click it.

    paid: the line that has each row already, −1: none. audience: bits, 0: everybody. shown, clicked: chances.
    """
    open_ = (platform == where) & (paid < 0)
    if audience:
        open_ &= audiences[users] & np.uint32(audience) != 0
    rows = np.flatnonzero(open_ & (bits32(show_key, users) < shown))
    return len(rows), rows[bits32(click_key, users[rows]) < clicked]


def _affordable(world: World, lever: int, placement: Placement) -> int:
    """Agents' clicks this hour may pay for: its target, a part of a click by a keyed draw, never more than the limit.

    One agent's click costs as much as its people's clicks, often more than an hour's money.
    """
    price = max(placement.price * world.setting.weight, 1)
    wanted = placement.target * PER_FEN / price
    draw = uniform_one(world.key(Stream.RATION, 1), int(world.setting.levers[lever].hash))
    return min(int(wanted + draw), placement.limit * PER_FEN // price)


def _direct_visitors(world: World) -> I32:
    """Customers who come by themselves: one draw against the highest hazard of their class, then against their own."""
    setting, users = world.setting, world.users
    key, share = world.key(Stream.DIRECT), setting.calendar.activity[world.t] / 24
    at_most = chance(one_minus_exp64(setting.repeat_rates * (setting.most_direct * share)))
    near = struck(key, world.customers, users.born.repeat, at_most)
    if not len(near):
        return near
    return come_directly(
        key, setting.behaviour.returning, near, setting.repeat_rates[users.born.repeat[near]].astype(np.float32),
        need_of(world, near), users.flags, _coupon(world, near), setting.pulls[platform_of(world, near, buying=True)],
        standing(world, near), np.float32(share),
    )  # fmt: skip


@kernel
def struck(key: np.uint64, people: I32, class_of: NDArray[np.uint8], chance_of_class: NDArray[np.uint32]) -> I32:
    """Those of some people whom the chance of their class strikes. class_of: of all people."""
    return people[bits32(key, people) < chance_of_class[class_of[people]]]


@kernel
def come_directly(
    key: np.uint64, behaviour: Returning, near: I32, rate: F32, needs: F32, flags: NDArray[np.uint8], coupon: F32,
    pull: F32, level: F32, share: np.float32,
) -> I32:  # fmt: skip
    """Who of some customers comes. rate, needs, coupon, pull, level: of each; flags: of all people; share: of a day."""
    own = direct_rate(behaviour, rate, needs, having(flags[near], MEMBER), coupon, pull, level)
    return near[bits32(key, near) < chance(one_minus_exp32(own * share))]


def _habit_visitors(world: World) -> I32:
    """Visitors of the last days who look in again."""
    users = world.users
    share = world.setting.calendar.activity[world.t] / 24
    key = world.key(Stream.HABIT)
    at_most = chance_of(scalars.one_minus_exp64(world.setting.most_habit * share))
    recent, days = come_again(key, world.recent, users.visited, world.t // 24, at_most)
    if not len(recent):
        return recent
    return look_in(
        key, world.setting.behaviour.returning, recent, days, users.flags, users.trust, users.cart_sku,
        _coupon(world, recent), _own_traffic(world, recent), np.float32(share),
    )  # fmt: skip


@kernel
def come_again(
    key: np.uint64, recent: I32, visited: NDArray[np.int16], today: int, at_most: np.uint32
) -> tuple[I32, NDArray[np.int16]]:
    """Visitors of earlier days whom a chance strikes, and how many days ago they came. visited: day, of all people."""
    days = today - visited[recent]
    near = (days >= 1) & (bits32(key, recent) < at_most)
    return recent[near], days[near]


@kernel
def look_in(
    key: np.uint64, behaviour: Returning, recent: I32, days: NDArray[np.int16], flags: NDArray[np.uint8],
    trust: NDArray[np.uint16], cart_sku: NDArray[np.int16], coupon: F32, own: F32, share: np.float32,
) -> I32:  # fmt: skip
    """Who of the visitors of so many days ago looks in again; bargain hunters do not.

    coupon, own (the shop's multiple of visits): of each; flags, trust, cart_sku: of all people; share: of a day.
    """
    has = flags[recent]
    why = Reasons(
        stock(trust[recent]), having(has, MEMBER), coupon, as_single(cart_sku[recent] != NO_CART),
        having(has, CHECKED_IN),
    )  # fmt: skip
    rate = habit_rate(behaviour, as_single(days), why) * own
    comes = bits32(key, recent) < chance(one_minus_exp32(rate * share))
    found: I32 = recent[comes & (has & BARGAIN == 0)]
    return found


def _woken_visitors(world: World) -> Iterator[I32]:
    """By offer, people who look in within a day of a coupon sent to them, while they hold it."""
    setting, users, share = world.setting, world.users, world.setting.calendar.activity[world.t] / 24
    for bit in coupon_bits(world):
        rule = world.offers.rules[bit]
        if rule.claimed_at is not Claim.SENT:
            continue
        sent_today = world.coupon_until[bit] > world.t - 24 + int(rule.valid_h)
        told = np.flatnonzero(sent_today & (users.held >> np.uint32(bit) & np.uint32(1) != 0)).astype(np.int32)
        face = max(step.off for step in rule.steps) / world.goods.category_price
        rate = wake_rate(setting.behaviour, face, setting.coupon_taste[users.born.persona[told]])
        draw = bits32(world.key(Stream.WAKE_UP, int(setting.offer_hash[bit])), told)
        yield told[draw < chance(one_minus_exp32(rate * np.float32(share)))]


def _coupon(world: World, users: I32) -> F32:
    """1 for those who hold a coupon, else 0."""
    worth = np.uint32(sum(1 << bit for bit in coupon_bits(world)))
    holds: F32 = as_single(valid_coupons(world, users) & worth != 0)
    return holds


def _come(world: World, now: Now, users: I32, came: Came) -> None:
    """Visits of people who simply come, on one of their selling platforms."""
    users = users[world.users.born.platforms[users] & np.uint8(world.setting.platforms.selling_bits) != 0]
    if not len(users):
        return
    if came is Came.DIRECT:
        _remember(world, users, "direct")
    platform = platform_of(world, users, buying=True)
    now.visits.append(_visits(users, slots_of(world, users), platform, NO_LEVER, came))


def _remember(world: World, users: I32, channel: str) -> None:
    """A visit of one's own raises consideration."""
    gain = world.setting.behaviour.channels[channel].consideration_gain
    raise_stock(world.users.consideration, users, np.full(len(users), gain, np.float32))


def _visits(users: I32, slot: NDArray[np.uint8], platform: NDArray[np.uint8], lever: int, came: Came) -> Visits:
    return Visits(
        users, slot, platform, np.full(len(users), lever, np.int16), np.full(len(users), -1, np.int32),
        np.full(len(users), int(came), np.uint8),
    )  # fmt: skip
