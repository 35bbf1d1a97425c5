"""The day's end among people: visitors check in, members talk, prizes are drawn. Once a day, when who came is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.counts import poisson
from dacu.behaviour.groups import talk
from dacu.behaviour.interest import stock
from dacu.clock.hours import HOURS_A_DAY
from dacu.draws import Stream, bits32, chance_of, uniform
from dacu.ledger import Account
from dacu.levers.activity import Activity, Kind
from dacu.people.users import Flag
from dacu.sim.now import Now
from dacu.sim.tally import Measure
from dacu.sim.world import World

I32: TypeAlias = NDArray[np.int32]
HOUR = HOURS_A_DAY - 1
UNCHECKED = np.uint8(0xFF ^ Flag.CHECKED_IN)


def mingle(world: World, now: Now) -> None:
    """Live through the day's activities."""
    if now.t % HOURS_A_DAY != HOUR:
        return
    _check_in(world)
    members = np.flatnonzero(world.users.flags & Flag.MEMBER).astype(np.int32)
    if world.setting.has_members:
        _talk(world, members)
    for lever, activity in _on(world, Kind.THEME):
        _pay(world, lever, Account.CONTENT, activity.fen)
    for lever, activity in _on(world, Kind.DRAW):
        _pay(world, lever, Account.GIFT, activity.fen * min(activity.prizes, len(members) * world.setting.weight))


def _on(world: World, kind: Kind) -> Iterator[tuple[int, Activity]]:
    """Activities of a kind that are on today, by lever."""
    end = world.t + 1
    for lever, activity in world.setting.activities:
        if activity.kind is kind and activity.on(end - HOURS_A_DAY, end):
            yield lever, activity


def _check_in(world: World) -> None:
    """A share of today's visitors checks in; the mark stands until their next visit."""
    users, setting = world.users, world.setting
    came = np.flatnonzero(users.visited == world.t // HOURS_A_DAY).astype(np.int32)
    users.flags[came] &= UNCHECKED
    for lever, activity in _on(world, Kind.CHECK_IN):
        draw = bits32(world.key(Stream.CHECK_IN, int(setting.levers[lever].hash)), came)
        takes_part = draw < chance_of(setting.behaviour.private.check_in)
        if activity.audience:
            takes_part &= users.audiences[came] & np.uint32(activity.audience) != 0
        who = came[takes_part]
        world.tally.add(Measure.CHECK_INS, world.t, np.full(len(who), lever, np.int16))
        users.flags[who] |= np.uint8(Flag.CHECKED_IN)
        _pay(world, lever, Account.GIFT, activity.fen * len(who) * setting.weight)


def _talk(world: World, members: I32) -> None:
    """Members talk, the more the more goes on: a Poisson count each."""
    facts = world.setting.behaviour.private
    adds = {Kind.THEME: facts.talk_theme, Kind.CHECK_IN: facts.talk_check_in, Kind.DRAW: facts.talk_draw}
    lift = sum(add for kind, add in adds.items() if any(_on(world, kind)))
    rate = talk(world.setting.behaviour, lift, stock(world.users.satisfaction[members]))
    counts = poisson(uniform(world.key(Stream.GROUP_TALK), members), rate)
    nobody = np.full(len(members), -1, np.int16)
    world.tally.add(Measure.TALK, world.t, nobody, counts)
    world.tally.add(Measure.MEMBER_DAYS, world.t, nobody)


def _pay(world: World, lever: int, account: Account, fen: int) -> None:
    if fen and world.booked:
        world.ledger.book_entry(world.t, account, fen, lever=lever)
