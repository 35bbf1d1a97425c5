"""Delivery: planned views become views of people. The funnel decides who sees; a lever only said how many.

A pool placement spreads its volume over the people online in its audience, in proportion to e^(θ z), where z is their
predicted click utility at its mean item, standardised with the last hour's mean and spread: sharper targeting finds
warmer people, and a higher budget reaches colder ones. Each person's views are one Poisson count by one keyed draw.
Spend never passes the placement's limit: surplus views fall away in the order of the draws.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import match_appeal
from dacu.behaviour.coefficients import Views
from dacu.behaviour.groups import opened
from dacu.behaviour.interest import exposure_gain, log_of_views, match_of, stock, weariness
from dacu.behaviour.maths import exp32, exp64, one_minus_exp32
from dacu.draws import Stream, bits32, chance
from dacu.kernels import kernel
from dacu.ledger import Account, round_fen
from dacu.levers.base import Channel, Mode, PaysOn, Placement
from dacu.people.users import Flag
from dacu.sim.board import Board
from dacu.sim.crowd import appeal_of, need_of, raise_stock, roles_of, tire
from dacu.sim.now import Now, Touches
from dacu.sim.online import slots_of
from dacu.sim.tally import Measure
from dacu.sim.world import FATIGUE, World

F32: TypeAlias = NDArray[np.float32]
F64: TypeAlias = NDArray[np.float64]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U8: TypeAlias = NDArray[np.uint8]
SHARES = np.float32(4096)  # parts of a weight, so that sums over people are whole numbers
FARTHEST = np.float32(4)  # z beyond which nobody is aimed at more
LEAST_SPREAD = 0.05  # of utility, where a handful of people hardly differ
MOST_VIEWS = 12  # one a slot
ALL_SLOTS = 0xFFF
NOT_CAPPED, TIRELESS = np.empty(0, np.uint8), np.empty(0, np.uint16)
PER_FEN = 1000  # placements price in 1/1000 fen


def deliver(world: World, now: Now) -> None:
    """Show this hour's placements, charge views and messages, and let them sink in."""
    now.needs = need_of(world, now.online)  # nobody buys before the hour has its visitors
    appeal, _ = appeal_of(world, now.online, now.needs)
    _cap_own_content(world, now)
    parts: list[Touches] = []
    for row, (lever, placement) in enumerate(now.placements):
        if placement.mode is Mode.QUERY:
            continue
        if placement.mode is Mode.LIST:
            touched = _to_list(world, now, lever, placement)
        else:
            touched = _to_pool(world, now, lever, placement, appeal)
        users, slot, views = touched
        if placement.pays_on is PaysOn.VIEW:
            users, slot, views = _charge_views(world, lever, placement, users, slot, views)
        if len(users):
            parts.append(Touches(users, slot, np.full(len(users), row, np.int16), views))
        _count_today(world, lever, placement, users, views)
    now.touches = Touches.join(parts)


def sink_in(world: World, now: Now, board: Board, quality: F32, matches: F32) -> None:
    """Exposures raise awareness, tire the channel and count as reach. quality, matches: of each touch's last item."""
    touches, users = now.touches, world.users
    sink(
        touches.user, touches.placement, touches.views, quality, matches, board.awareness, board.fatigue,
        world.setting.reach_bits[board.lever], users.awareness, users.fatigue, users.reached,
    )  # fmt: skip


@kernel
def sink(
    users: I32, placement: NDArray[np.int16], views: I64, quality: F32, matches: F32, rates: F64, fatigue_of: I64,
    bits: NDArray[np.uint32], awareness: NDArray[np.uint16], fatigue: NDArray[np.uint16], reached: NDArray[np.uint32],
) -> None:  # fmt: skip
    """Write what touches leave behind into the columns of all people: awareness, fatigue, reached.

    quality, matches: of each touch. By placement: rates (awareness of one view), fatigue_of (row in fatigue, −1: none),
    bits (of its lever in reached).
    """
    raise_stock(awareness, users, closed_gap(placement, views, quality, matches, rates))
    tire(fatigue, fatigue_of, placement, users, views)
    np.bitwise_or.at(reached, users, bits[placement])


def closed_gap(placement: NDArray[np.int16], views: I64, quality: F32, matches: F32, rates: F64) -> F32:
    """Share of the gap to full awareness that the views of each touch close. rates: by placement, of one view."""
    one = exposure_gain(rates[placement], quality, matches)
    return 1 - _power(1 - one, views)


def _power(base: F32, times: I64) -> F32:
    """base^times for small whole times, by multiplication."""
    result = base.copy()
    for turn in range(1, int(times.max(initial=1))):
        more = times > turn
        result[more] *= base[more]
    return result


def _cap_own_content(world: World, now: Now) -> None:
    """Own items of all accounts together get at most a share of the people online, pro rata."""
    own = [
        (row, p) for row, (_, p) in enumerate(now.placements) if p.channel is Channel.ORGANIC and p.mode is Mode.POOL
    ]
    most = world.setting.behaviour.content.pool_share * world.setting.weight
    for platform in {p.platform for _, p in own}:
        planned = sum(p.volume for _, p in own if p.platform == platform)
        limit = most * int(np.count_nonzero(now.platform == platform))
        if planned > limit:
            for row, p in own:
                if p.platform == platform:
                    lever = now.placements[row][0]
                    now.placements[row] = (lever, p._replace(volume=p.volume * limit / planned))


def _to_pool(world: World, now: Now, lever: int, placement: Placement, appeal: F32) -> tuple[I32, U8, I64]:
    """Spread a volume over the people online, by fit."""
    if placement.volume <= 0:
        return _nobody()
    users, item = world.users, int(placement.items[0])
    seen = world.seen_today.get(lever, NOT_CAPPED) if placement.cap else NOT_CAPPED
    fatigue = users.fatigue[FATIGUE[placement.channel]] if placement.channel in FATIGUE else TIRELESS
    mean, spread = world.appeal[lever, 0], world.appeal[lever, 1]
    wanted = Wanted(
        placement.platform, placement.audience, placement.slots, placement.cap if len(seen) else 0,
        np.float32(mean), np.float32(placement.sharpness / spread), placement.volume / world.setting.weight,
    )  # fmt: skip
    shown = spread_over(
        _views_key(world, lever, placement.mode), wanted, world.setting.behaviour.views, now.online, now.platform,
        now.slot, users.audiences, seen, appeal, _match_online(world, now, item), users.born.persona,
        affinity(world, item), fatigue, log_of_views(),
    )  # fmt: skip
    if shown.aimed:
        _remember_utility(world, lever, shown)
    return shown.users, shown.slot, shown.views


class Wanted(NamedTuple):
    """Whom a placement may reach, and how it aims: utility less `mean`, times `slope`, is the exponent of a weight."""

    platform: int
    audience: int  # bits, 0: everybody
    slots: int  # bits of the five-minute slots in which it is on
    cap: int  # views a day; 0: no limit
    mean: np.float32
    slope: np.float32
    volume: float  # views of agents


class Aimed(NamedTuple):
    """People online whom a placement may reach, their weights in parts, and sums that are exact in any order."""

    rows: I64
    weight: I64
    parts: int  # of all weights
    utility: int  # of all, in 1/4096
    squares: int  # of utility in 1/4096


class Spread(NamedTuple):
    """Who sees a placement, when and how often; of all whom it may reach their number and sums as in Aimed."""

    users: I32
    slot: U8
    views: I64
    aimed: int
    utility: int
    squares: int


@kernel
def spread_over(
    key: np.uint64, wanted: Wanted, behaviour: Views, online: I32, platform: U8, slot: U8,
    audiences: NDArray[np.uint32], seen: U8, appeal: F32, matched: F32, persona: U8, affinity: F32,
    fatigue: NDArray[np.uint16], log_of_views: F32,
) -> Spread:  # fmt: skip
    """Spread a placement's volume over those online in its audience, in proportion to their weights.

    One value a person online: platform, slot, appeal (the person's part of click utility), matched (with the mean
    item). One a person: audiences, seen (views today, empty: no limit), persona, fatigue (empty: none). affinity: taste
    of each persona.
    """
    aimed = aim(
        wanted, behaviour, online, platform, slot, audiences, seen, appeal, matched, persona, affinity, fatigue,
        log_of_views,
    )  # fmt: skip
    users = online[aimed.rows]
    share = np.float32(wanted.volume / max(aimed.parts, 1))
    viewers, views = counted(key, users, aimed.weight.astype(np.float32) * share)
    users = users[viewers]
    if wanted.cap:
        views = np.minimum(views, wanted.cap - seen[users].astype(np.int64))
    return Spread(users, slot[aimed.rows[viewers]], views, len(aimed.rows), aimed.utility, aimed.squares)


def aim(
    wanted: Wanted, behaviour: Views, online: I32, platform: U8, slot: U8, audiences: NDArray[np.uint32], seen: U8,
    appeal: F32, matched: F32, persona: U8, affinity: F32, fatigue: NDArray[np.uint16], log_of_views: F32,
) -> Aimed:  # fmt: skip
    """Those online in a placement's audience, and their weights e^(θ z)."""
    inside = platform == wanted.platform
    if wanted.audience:
        inside &= audiences[online] & np.uint32(wanted.audience) != 0
    if wanted.slots != ALL_SLOTS:
        inside &= (np.int64(wanted.slots) >> slot.astype(np.int64)) & 1 != 0
    if wanted.cap:
        inside &= seen[online] < wanted.cap
    rows = np.flatnonzero(inside)
    users = online[rows]
    fit = match_appeal(behaviour, matched[rows])
    fit += affinity[persona[users]]
    if len(fatigue):
        fit -= weariness(log_of_views, fatigue[users], behaviour.click.fatigue)
    utility = appeal[rows] + fit
    z = (utility - wanted.mean) * wanted.slope
    weight = (exp32(np.minimum(z, FARTHEST)) * SHARES).astype(np.int64)
    fixed = np.rint(utility * SHARES).astype(np.int64)
    return Aimed(rows, weight, int(weight.sum()), int(fixed.sum()), int((fixed * fixed).sum()))


def _remember_utility(world: World, lever: int, shown: Spread) -> None:
    """Mean and spread of utility, which the next hour is standardised with."""
    centre, square = shown.utility / shown.aimed, shown.squares / shown.aimed
    world.appeal[lever, 0] = centre / SHARES
    world.appeal[lever, 1] = max(np.sqrt(max(square - centre * centre, 0.0)) / SHARES, LEAST_SPREAD)


def _match_online(world: World, now: Now, item: int) -> F32:
    """Interest match of everybody online with an item's topics; lines that share topics share it."""
    topic = world.items.topic[:, item]
    key = topic.tobytes()
    if key not in now.matches:
        now.matches[key] = match_of(world.users.born.interests, now.online, topic)
    return now.matches[key]


def affinity(world: World, item: int) -> F32:
    """Taste of each persona for notes and for live rooms, as far as an item is one."""
    note, live = world.items["note"][item], world.items["live"][item]
    taste: F32 = world.setting.note_taste * note + world.setting.live_taste * live
    return taste


def _views_key(world: World, lever: int, mode: Mode) -> np.uint64:
    """The key of the draws that decide who sees a line."""
    return world.key(Stream.EXPOSE, int(world.setting.levers[lever].hash) ^ mode)


@kernel
def counted(key: np.uint64, users: I32, mean: F32) -> tuple[I64, I64]:
    """Rows of those who see at least once, and how often: a Poisson count of `mean` by one draw each."""
    draw = bits32(key, users)
    seen = np.flatnonzero(draw < chance(one_minus_exp32(mean)))
    left = draw[seen].astype(np.float64) * 2.0**-32  # below the chance of one view at least
    rate = mean[seen].astype(np.float64)
    term = exp64(-rate)
    tail = 1 - term
    views = np.ones(len(seen), np.int64)
    for count in range(1, MOST_VIEWS):
        term = term * rate / count
        tail = tail - term
        more = left < tail
        if not more.any():
            break
        views += more
    return seen, views


def _charge_views(
    world: World, lever: int, placement: Placement, users: I32, slot: U8, views: I64
) -> tuple[I32, U8, I64]:
    """Pay for the views that the limit affords; the rest is not shown, in the order of the draws."""
    weight = world.setting.weight
    affordable = placement.limit * PER_FEN // max(weight * placement.price, 1)
    total = int(views.sum())
    if total > affordable:
        draw = bits32(world.key(Stream.RATION, int(world.setting.levers[lever].hash)), users)
        order = np.argsort(draw, kind="stable")
        before = np.cumsum(views[order]) - views[order]
        granted = np.clip(affordable - before, 0, views[order])
        views = np.zeros_like(views)
        views[order] = granted
        kept = views > 0
        users, slot, views = users[kept], slot[kept], views[kept]
        total = int(views.sum())
    charge(world, lever, total * weight * placement.price / PER_FEN, placement.limit)
    return users, slot, views


def charge(world: World, lever: int, fen: float, limit: int, account: Account = Account.MEDIA) -> None:
    """Book what a line spends, never above its limit; the warm-up spends without booking."""
    amount = min(int(round_fen(fen)), limit)
    if amount <= 0:
        return
    if account is Account.MEDIA:
        world.spent_today[lever] += amount
    if world.booked:
        if account is Account.MEDIA:
            world.spent[lever, world.t // 24] += amount
        world.ledger.book_entry(world.t, account, amount, lever=lever)


def _to_list(world: World, now: Now, lever: int, placement: Placement) -> tuple[I32, U8, I64]:
    """A chance for each person on a list; a push reaches members whether online or not, a post those online here."""
    users = world.lists[placement.list]
    if placement.audience:
        users = users[world.users.audiences[users] & np.uint32(placement.audience) != 0]
    if placement.list == world.member_list:  # some have left since the morning
        users = users[world.users.flags[users] & Flag.MEMBER != 0]
    if placement.pays_on is PaysOn.SEND:
        sent = len(users) * world.setting.weight
        charge(world, lever, sent * placement.price / PER_FEN, placement.limit, Account.MESSAGES)
        world.tally.add_people(Measure.MESSAGES, world.t, lever, sent)
    else:
        users = users[now.where(len(world.users))[users] == placement.platform]
    if not len(users):
        return _nobody()
    if placement.pays_on is PaysOn.SEND:
        draw = bits32(world.key(Stream.PUSH_OPEN, int(world.setting.levers[lever].hash)), users)
        content = stock(world.users.satisfaction[users])
        chances = opened(world.setting.behaviour, placement.volume, roles_of(world, users), content)
        seen = np.flatnonzero(draw < chance(chances))
        views = np.ones(len(seen), np.int64)
    else:
        mean = np.full(len(users), placement.volume, np.float32)
        seen, views = counted(_views_key(world, lever, placement.mode), users, mean)
    return users[seen], slots_of(world, users[seen]), views


def _count_today(world: World, lever: int, placement: Placement, users: I32, views: I64) -> None:
    """Views of capped lines today; a person stands once in one placement."""
    if placement.cap and lever in world.seen_today:
        column = world.seen_today[lever]
        column[users] = np.minimum(column[users] + views, 255).astype(np.uint8)


def _nobody() -> tuple[I32, U8, I64]:
    return np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.int64)
