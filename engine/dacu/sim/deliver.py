"""Delivery: planned views become views of people. The funnel decides who sees; a lever only said how many.

A pool placement spreads its volume over the people online in its audience, in proportion to e^(θ z), where z is their
predicted click utility at its mean item, standardised with the last hour's mean and spread: sharper targeting finds
warmer people, and a higher budget reaches colder ones. Each person's views are one Poisson count by one keyed draw.
Spend never passes the placement's limit: surplus views fall away in the order of the draws.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import match_appeal
from dacu.behaviour.groups import opened
from dacu.behaviour.interest import exposure_gain, match, stock, weariness
from dacu.behaviour.maths import exp32, exp64, one_minus_exp32
from dacu.columns import present
from dacu.draws import Stream, bits32, chance
from dacu.ledger import Account, round_fen
from dacu.levers.base import Mode, PaysOn, Placement
from dacu.people.users import Flag
from dacu.sim.crowd import Mind, raise_stock, reach, roles_of, tire
from dacu.sim.now import Now, Touches
from dacu.sim.online import slots_of
from dacu.sim.tally import Measure
from dacu.sim.world import FATIGUE, World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
SHARES = 4096.0  # parts of a weight, so that sums over people are whole numbers
FARTHEST = 4.0  # z beyond which nobody is aimed at more
LEAST_SPREAD = 0.05  # of utility, where a handful of people hardly differ
MOST_VIEWS = 12  # one a slot
PER_FEN = 1000  # placements price in 1/1000 fen


def deliver(world: World, now: Now) -> None:
    """Show this hour's placements, charge views and messages, and let them sink in."""
    appeal = Mind.of(world, now.online).appeal(world)
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
        parts.append(Touches(users, slot, np.full(len(users), row, np.int16), views))
        _count_today(world, lever, placement, users, views)
    now.touches = Touches.join(parts)


def sink_in(world: World, now: Now, quality: F32, matches: F32) -> None:
    """Exposures raise awareness, tire the channel and count as reach. quality, matches: of each touch's last item."""
    touches = now.touches
    if not len(touches):
        return
    gains = np.zeros(len(touches), np.float32)
    levers = np.array([lever for lever, _ in now.placements], np.int16)[touches.placement]
    channels = np.array([placement.channel for _, placement in now.placements], np.int16)[touches.placement]
    for channel in present(channels):
        rows = channels == channel
        kind = world.setting.behaviour.channels[_label(now, int(channel))]
        one = exposure_gain(kind.awareness_gain, quality[rows], matches[rows])
        gains[rows] = 1 - _power(1 - one, touches.views[rows])
    raise_stock(world.users.awareness, touches.user, gains)
    for channel in present(channels):
        if channel in FATIGUE:
            rows = channels == channel
            tire(world, FATIGUE[channel], touches.user[rows], touches.views[rows])
    reach(world, touches.user, levers)


def _label(now: Now, channel: int) -> str:
    return next(placement.channel.label for _, placement in now.placements if placement.channel == channel)


def _power(base: F32, times: NDArray[np.int64]) -> F32:
    """base^times for small whole times, by multiplication."""
    result = base.copy()
    for turn in range(1, int(times.max(initial=1))):
        more = times > turn
        result[more] *= base[more]
    return result


def _cap_own_content(world: World, now: Now) -> None:
    """Own items of all accounts together get at most a share of the people online, pro rata."""
    most = world.setting.behaviour.content.pool_share * world.setting.weight
    for platform in range(len(world.setting.platforms)):
        rows = [
            row for row, (_, p) in enumerate(now.placements)
            if p.platform == platform and p.channel.label == "organic" and p.mode is Mode.POOL
        ]  # fmt: skip
        planned = sum(now.placements[row][1].volume for row in rows)
        limit = most * int((now.platform == platform).sum())
        if planned > limit:
            for row in rows:
                lever, placement = now.placements[row]
                now.placements[row] = (lever, replace(placement, volume=placement.volume * limit / planned))


def _to_pool(
    world: World, now: Now, lever: int, placement: Placement, appeal: F32
) -> tuple[I32, NDArray[np.uint8], NDArray[np.int64]]:
    """Spread a volume over the people online, by fit."""
    rows = _audience(world, now, lever, placement)
    users = now.online[rows]
    if not len(users) or placement.volume <= 0:
        return _nobody()
    utility = appeal[rows] + _fit(world, now, placement, rows)
    weight = _weights(world, lever, placement, utility)
    total = int(weight.sum())
    mean = weight.astype(np.float32) * np.float32(placement.volume / world.setting.weight / max(total, 1))
    seen, views = _views(world, lever, placement.mode, users, mean)
    if placement.cap and lever in world.seen_today:
        views = np.minimum(views, placement.cap - world.seen_today[lever][users[seen]].astype(np.int64))
    return users[seen], now.slot[rows][seen], views


def _audience(world: World, now: Now, lever: int, placement: Placement) -> NDArray[np.int64]:
    """Rows of the people online whom a placement may reach."""
    inside = now.platform == placement.platform
    if placement.audience:
        inside &= world.users.audiences[now.online] & np.uint32(placement.audience) != 0
    if placement.slots != 0xFFF:
        inside &= (np.int64(placement.slots) >> now.slot.astype(np.int64)) & 1 != 0
    if placement.cap and lever in world.seen_today:
        inside &= world.seen_today[lever][now.online] < placement.cap
    return np.flatnonzero(inside)


def _fit(world: World, now: Now, placement: Placement, rows: NDArray[np.int64]) -> F32:
    """Predicted click utility at the placement's mean item, without the person's part. rows: of the people online."""
    behaviour, item, users = world.setting.behaviour, int(placement.items[0]), now.online[rows]
    utility = match_appeal(behaviour, _match_online(world, now, item)[rows])
    utility += affinity(world, item, users)
    if placement.channel in FATIGUE:
        views = world.users.fatigue[FATIGUE[placement.channel], users]
        utility -= weariness(views, behaviour.click.fatigue)
    return utility


def _match_online(world: World, now: Now, item: int) -> F32:
    """Interest match of everybody online with an item's topics; lines that share topics share it."""
    topic = world.items.topic[:, item]
    key = topic.tobytes()
    if key not in now.matches:
        now.matches[key] = match(world.users.born.interests[:, now.online], topic)
    return now.matches[key]


def affinity(world: World, item: int, users: I32) -> F32:
    """Taste of the persona for notes and for live rooms."""
    note, live = world.items["note"][item], world.items["live"][item]
    table = np.array([p.note * note + p.live * live for p in world.setting.personas], np.float32)
    return table[world.users.born.persona[users]]


def _weights(world: World, lever: int, placement: Placement, utility: F32) -> NDArray[np.int64]:
    """Targeting weights e^(θ z) as whole parts, and the mean and spread of utility for the next hour."""
    mean, spread = world.appeal[lever, 0], world.appeal[lever, 1]
    z = (utility - np.float32(mean)) * np.float32(placement.sharpness / spread)
    parts: F32 = exp32(np.minimum(z, np.float32(FARTHEST))) * np.float32(SHARES)
    fixed = np.rint(utility * np.float32(SHARES)).astype(np.int64)
    count = len(fixed)
    centre = int(fixed.sum()) / count
    square = int((fixed * fixed).sum()) / count
    world.appeal[lever, 0] = centre / SHARES
    world.appeal[lever, 1] = max(np.sqrt(max(square - centre * centre, 0.0)) / SHARES, LEAST_SPREAD)
    return parts.astype(np.int64)


def _views(world: World, lever: int, mode: Mode, users: I32, mean: F32) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of those who see at least once, and how often: a Poisson count of `mean` by one draw each."""
    draw = bits32(world.key(Stream.EXPOSE, int(world.setting.levers[lever].hash) ^ mode), users)
    seen = np.flatnonzero(draw < chance(one_minus_exp32(mean)))
    if not len(seen):
        return seen, np.empty(0, np.int64)
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
    world: World, lever: int, placement: Placement, users: I32, slot: NDArray[np.uint8], views: NDArray[np.int64]
) -> tuple[I32, NDArray[np.uint8], NDArray[np.int64]]:
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


def _to_list(
    world: World, now: Now, lever: int, placement: Placement
) -> tuple[I32, NDArray[np.uint8], NDArray[np.int64]]:
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
        here = np.zeros(len(world.users), np.bool_)
        here[now.online[now.platform == placement.platform]] = True
        users = users[here[users]]
    if not len(users):
        return _nobody()
    if placement.pays_on is PaysOn.SEND:
        draw = bits32(world.key(Stream.PUSH_OPEN, int(world.setting.levers[lever].hash)), users)
        content = stock(world.users.satisfaction[users])
        chances = opened(world.setting.behaviour, placement.volume, roles_of(world, users), content)
        seen = np.flatnonzero(draw < chance(chances))
        views = np.ones(len(seen), np.int64)
    else:
        seen, views = _views(world, lever, placement.mode, users, np.full(len(users), placement.volume, np.float32))
    return users[seen], slots_of(world, users[seen]), views


def _count_today(world: World, lever: int, placement: Placement, users: I32, views: NDArray[np.int64]) -> None:
    """Views of capped lines today; a person stands once in one placement."""
    if placement.cap and lever in world.seen_today:
        column = world.seen_today[lever]
        column[users] = np.minimum(column[users] + views, 255).astype(np.uint8)


def _nobody() -> tuple[I32, NDArray[np.uint8], NDArray[np.int64]]:
    return np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.int64)
