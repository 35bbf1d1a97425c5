"""Who is online this hour, in which five-minute slot, on which platform. All of it keyed by person and hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.maths import one_minus_exp64
from dacu.behaviour.quantiles import exponential, race
from dacu.draws import Stream, chance, gate, uniform, whole
from dacu.people.population import class_middles
from dacu.sim.now import Now
from dacu.sim.world import World

SLOTS_AN_HOUR = 12


def come_online(world: World) -> Now:
    """Draw this hour's people: the gate by pace class, a slot each, and one platform each."""
    setting, users = world.setting, world.users
    rates = exponential(class_middles()) * setting.behaviour.activity.session_rate
    chances = chance(one_minus_exp64(rates * setting.calendar.activity[world.t]))
    everyone = np.arange(len(users), dtype=np.int64)
    passed = gate(world.key(Stream.ONLINE), everyone, users.born.pace, chances)
    passed &= users.born.platforms != 0
    online = np.flatnonzero(passed).astype(np.int32)
    return Now(world.t, online, slots_of(world, online), platform_of(world, online))


def slots_of(world: World, users: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The slot in which each person acts in this hour, whatever made them active."""
    return whole(world.key(Stream.SLOT), users, SLOTS_AN_HOUR).astype(np.uint8)


def platform_of(world: World, users: NDArray[np.int32], among: int = 0xFF) -> NDArray[np.uint8]:
    """One of each person's platforms (of those in the bits `among`), drawn by relative time there.

    A race keyed by platform: adding a platform moves only those who choose it.
    """
    platforms = world.setting.platforms
    if len(platforms) == 1:
        return np.zeros(len(users), np.uint8)
    member = users_platforms(world, users) & np.uint8(among)
    scores = np.empty((len(platforms), len(users)))
    for row, minutes in enumerate(platforms.minutes):
        draw = uniform(world.key(Stream.PLATFORM_NOW, platforms.hash[row]), users)
        scores[row] = race(draw, np.where(member >> np.uint8(row) & 1, minutes, 0.0))
    first: NDArray[np.int64] = scores.argmin(axis=0)
    return first.astype(np.uint8)


def users_platforms(world: World, users: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Bits of the platforms each person uses."""
    return world.users.born.platforms[users]
