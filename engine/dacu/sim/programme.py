"""The membership programme among people: who stands on which level, points earned, used, taken back and lost."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.columns import totals_by
from dacu.draws import Stream, uniform
from dacu.levers.members import Members
from dacu.people.population import Seed
from dacu.people.users import Users
from dacu.shop.points import points_earned, points_off, points_undone, points_used
from dacu.shop.shares import spread
from dacu.sim.tally import Measure
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
MOST = 2**32 - 1
NO_LEVER = -1


def enrol(users: Users, members: Members, seed: Seed) -> None:
    """Give the crowd the programme's columns; some old customers start on a level, having just reached it."""
    agents = len(users)
    users.level, users.points = np.zeros(agents, np.uint8), np.zeros(agents, np.uint32)
    users.spend_year = np.zeros(agents, np.uint32)
    draw = uniform(seed.key(Stream.MEMBERSHIP, ordinal=1), np.arange(agents))
    below = 0.0
    for _, level in reversed(members.ladder):
        holds = (users.orders > 0) & (draw >= below) & (draw < below + level.held)
        users.spend_year[holds] = level.over
        below += level.held


def promote(world: World) -> None:
    """Once a day: what people have spent within a year tells their level, and the level its price."""
    users, members = world.users, world.setting.members
    if members is None:
        return
    thresholds = np.array([level.over for _, level in members.ladder], np.int64)
    users.level[:] = np.searchsorted(thresholds, users.spend_year, side="right")
    for place, bit in enumerate(world.setting.level_bits.values()):
        users.audiences &= np.uint32(0xFFFFFFFF ^ bit)
        users.audiences[users.level == place + 1] |= np.uint32(bit)


def standing(world: World, users: I32) -> F32:
    """Level of each person, 0 without a programme."""
    if world.setting.members is None:
        return np.zeros(len(users), np.float32)
    return world.users.level[users].astype(np.float32)


def off_by_points(world: World, users: I32, pay: I64) -> I64:
    """Fen that each person's points would take off a payment."""
    members = world.setting.members
    if members is None:
        return np.zeros(len(users), np.int64)
    return points_off(members.points, pay, world.users.points[users].astype(np.int64))


def redeem(money: I64, of: I64, off: I64) -> I64:
    """Take each order's points off its lines pro rata, as the shop's discount.

    money: lines × (list, off by the shop, off by the platform, paid). of: each line's order, in turn. off: by order.
    """
    if not off.any():
        return money
    money = money.copy()
    first = np.searchsorted(of, np.arange(len(off) + 1))
    for order in np.flatnonzero(off).tolist():
        lines = slice(first[order], first[order + 1])
        parts = np.array(spread(int(off[order]), money[lines, 3].tolist()), np.int64)
        money[lines, 1] += parts
        money[lines, 3] -= parts
    return money


def remember_order(world: World, users: I32, pay: I64, off: I64) -> None:
    """After paying: used points are gone, new ones are there, and the year's spend has grown."""
    members, columns = world.setting.members, world.users
    if members is None:
        return
    used, earned = points_used(members.points, off), points_earned(members.points, pay)
    columns.points[users] = np.minimum(columns.points[users].astype(np.int64) - used + earned, MOST).astype(np.uint32)
    spent = columns.spend_year[users].astype(np.int64) + pay
    columns.spend_year[users] = np.minimum(spent, MOST).astype(np.uint32)
    _count(world, Measure.POINTS_REDEEMED, used)
    _count(world, Measure.POINTS_ISSUED, earned)
    _count(world, Measure.POINTS_OFF, off)


def take_back(world: World, line: I64) -> None:
    """Refunded ledger lines take back the points of their part of the order, as far as the buyer still has any.

    What is refunded after the campaign's end counts in its last hour.
    """
    members, columns, lines = world.setting.members, world.users, world.ledger.lines
    if members is None:
        return
    orders = np.unique(lines["order"][line])
    first, last = (np.searchsorted(lines["order"], orders, side) for side in ("left", "right"))
    whole = np.concatenate([np.arange(start, end) for start, end in zip(first, last, strict=True)])
    of = np.repeat(np.arange(len(orders)), last - first)
    kept = lines["paid"][whole] * (lines["refund"][whole] == 0)
    back = lines["paid"][whole] * np.isin(whole, line)
    after, undone = totals_by(of, kept, len(orders)), totals_by(of, back, len(orders))
    weight = world.setting.weight
    due = points_undone(members.points, (after + undone) // weight, after // weight)
    users, buyer = np.unique(lines["user"][first], return_inverse=True)
    has = columns.points[users].astype(np.int64)
    taken = np.minimum(has, totals_by(buyer, due, len(users)))
    columns.points[users] = (has - taken).astype(np.uint32)
    last_hour = world.setting.calendar.end_hour - 1
    people = int(taken.sum()) * world.setting.weight
    world.tally.add_people(Measure.POINTS_TAKEN, min(world.t, last_hour), NO_LEVER, people)


def lapse(world: World) -> None:
    """Points of people who have not ordered for too long expire."""
    members, users = world.setting.members, world.users
    if members is None:
        return
    late = np.flatnonzero((users.points > 0) & (world.t - users.last_order.astype(np.int64) > members.points.valid))
    _count(world, Measure.POINTS_EXPIRED, users.points[late].astype(np.int64))
    users.points[late] = 0


def note_opening(world: World) -> None:
    """Points open at D1 00:00."""
    world.tally.add_people(Measure.POINTS_OPENING, world.t, NO_LEVER, open_points(world))


def open_points(world: World) -> int:
    """Points that people have now."""
    return int(world.users.points.sum(dtype=np.int64)) * world.setting.weight


def _count(world: World, measure: Measure, amounts: I64) -> None:
    world.tally.add_people(measure, world.t, NO_LEVER, int(amounts.sum()) * world.setting.weight)
