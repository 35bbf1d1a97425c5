"""Shocks: the risks that last turn the dials of this hour, from neutral, and change what people think of the shop."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from dacu.draws import Stream, bits32, chance_of
from dacu.levers.base import Shock
from dacu.people.users import Flag
from dacu.sim.dials import Dials
from dacu.sim.hour import HourView
from dacu.sim.now import Now
from dacu.sim.world import World

FULL = 65_535  # parts of a full stock
DIALS = tuple(field.name for field in fields(Shock) if field.name in Dials.__dataclass_fields__)
NEUTRAL = {name: getattr(Shock(), name) for name in DIALS}


def shocks(world: World, now: Now) -> None:
    """Ask every lever that may strike, turn the dials, then strike people."""
    if not world.setting.striking:  # then every dial stays neutral
        return
    view = HourView(world, now)
    answers = [(row, row.lever.shock(view.of(index))) for index, row in world.setting.striking]
    struck = [(row, shock) for row, shock in answers if shock is not None]
    world.dials = turned(world.dials, [shock for _, shock in struck])
    if world.t >= 0:
        world.tally.tracked[world.t] = world.dials.tracked
    for row, shock in struck:
        _members(world, shock, int(row.hash))
        _visitors(world, shock)


def turned(dials: Dials, together: list[Shock]) -> Dials:
    """The dials under several shocks: multiples multiply, pulls add up; what shocks do not turn stays as it is."""
    values = dict(NEUTRAL)
    accounts: dict[str, float] = {}
    for shock in together:
        for name in DIALS:
            change = getattr(shock, name)
            if name == "accounts":
                accounts |= {path: accounts.get(path, 1.0) * factor for path, factor in change.items()}
            else:
                values[name] = values[name] * change if NEUTRAL[name] else values[name] + change
    return replace(dials, **values | {"accounts": accounts})


def _members(world: World, shock: Shock, ordinal: int) -> None:
    """Members of the private domain lose trust, and some leave."""
    if not shock.member_trust and not shock.member_leave:
        return
    members = np.flatnonzero(world.users.flags & Flag.MEMBER).astype(np.int32)
    _move_trust(world, members, shock.member_trust)
    gone = members[bits32(world.key(Stream.RISK_PEOPLE, ordinal), members) < chance_of(shock.member_leave)]
    world.users.flags[gone] &= np.uint8(0xFF ^ Flag.MEMBER)


def _visitors(world: World, shock: Shock) -> None:
    """Whoever came to the shop on the day that just ended."""
    if shock.visitor_trust:
        came = np.flatnonzero(world.users.visited == world.t // 24 - 1).astype(np.int32)
        _move_trust(world, came, shock.visitor_trust)


def _move_trust(world: World, users: NDArray[np.int32], change: float) -> None:
    moved = world.users.trust[users].astype(np.int64) + round(change * FULL)
    world.users.trust[users] = np.clip(moved, 0, FULL).astype(np.uint16)
