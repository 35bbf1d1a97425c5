"""Who is online this hour, in which five-minute slot, on which platform. All of it keyed by person and hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.maths import one_minus_exp64
from dacu.behaviour.quantiles import race
from dacu.draws import Stream, chance, gate, uniform, whole
from dacu.kernels import kernel
from dacu.people.population import class_rates
from dacu.sim.now import Now
from dacu.sim.world import World

SLOTS_AN_HOUR = 12
LEAST_SHARE = 0.05  # of sales that a platform counts with when people choose where to buy


def come_online(world: World) -> Now:
    """Draw this hour's people: the gate by pace class, a slot each, and one platform each."""
    setting, users = world.setting, world.users
    rates = class_rates() * setting.behaviour.activity.session_rate
    chances = chance(one_minus_exp64(rates * setting.calendar.activity[world.t]))
    online = gate(world.key(Stream.ONLINE), users.born.pace, chances)
    online = online[users.born.platforms[online] != 0]
    return Now(world.t, online, slots_of(world, online), platform_of(world, online))


def slots_of(world: World, users: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The slot in which each person acts in this hour, whatever made them active."""
    return slot_of(world.key(Stream.SLOT), users)


@kernel
def slot_of(key: np.uint64, users: NDArray[np.int32]) -> NDArray[np.uint8]:
    """One of an hour's slots for each, equally likely."""
    return whole(key, users, SLOTS_AN_HOUR).astype(np.uint8)


def platform_of(world: World, users: NDArray[np.int32], buying: bool = False) -> NDArray[np.uint8]:
    """One of each person's platforms, drawn by relative time there; where to buy (only where the shop sells) by time
    and by what has been sold there so far.

    A race keyed by platform: adding a platform moves only those who choose it.
    """
    platforms = world.setting.platforms
    if len(platforms) == 1 or not len(users):
        return np.zeros(len(users), np.uint8)
    keys = np.array([world.key(Stream.PLATFORM_NOW, own) for own in platforms.hash])
    within = np.uint8(platforms.selling_bits if buying else 0xFF)
    weights = platforms.minutes * _sales_share(world) if buying else platforms.minutes
    return choose_platform(keys, users, world.users.born.platforms, within, weights)


@kernel
def choose_platform(
    keys: NDArray[np.uint64], users: NDArray[np.int32], uses: NDArray[np.uint8], within: np.uint8,
    weights: NDArray[np.float64],
) -> NDArray[np.uint8]:  # fmt: skip
    """A race among the platforms that each person uses, the first one for those who use none.

    keys, weights: by platform. uses: bits of each person's platforms; within: bits of those that count.
    """
    draws = np.array([uniform(key, users) for key in keys])
    member = uses[users] & within
    taken = member >> np.arange(len(keys), dtype=np.uint8)[:, None] & np.uint8(1)
    first: NDArray[np.int64] = race(draws, taken * weights[:, None]).argmin(axis=0)
    return first.astype(np.uint8)


def _sales_share(world: World) -> NDArray[np.float64]:
    """Share of sales so far by platform, never below a floor."""
    total = int(world.sales.sum())
    return np.maximum(world.sales / total, LEAST_SHARE) if total else np.ones(len(world.sales))
