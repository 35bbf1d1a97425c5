"""Stock kept back for rooms: the shop cannot sell it until the room's last session is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.clock.hours import SLOTS_AN_HOUR
from dacu.levers.room import Room
from dacu.sim.now import Now
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]


def kept_at_first(rooms: Sequence[Room], skus: int) -> I64:
    """Rooms × SKUs: pieces that the plan keeps back, people's."""
    kept = np.zeros((len(rooms), skus), np.int64)
    for number, room in enumerate(rooms):
        for sku, units in room.reserve:
            kept[number, sku] = units
    return kept


def release(world: World) -> None:
    """What a room has not sold by the end of its last session is for everybody."""
    for number in range(len(world.setting.rooms)):
        if world.room(number).over(world.t * SLOTS_AN_HOUR):
            world.kept[number] = 0


def open_to(world: World, room: int) -> I64:
    """Pieces of each SKU that a room can sell, or the shop (−1); below 0 where stock is not counted."""
    own = world.kept[room] if room >= 0 else 0
    pieces: I64 = world.goods.stock - world.kept.sum(axis=0) + own
    return np.where(world.goods.stock < 0, world.goods.stock, pieces)


def in_shop(world: World) -> NDArray[np.bool_]:
    """Which goods the shop can sell now: not kept to a room, and in stock beyond what is kept back."""
    pieces = open_to(world, -1)
    there: NDArray[np.bool_] = (pieces < 0) | (pieces >= world.setting.weight)
    return there & ~world.setting.hidden


def there(world: World, now: Now) -> NDArray[np.bool_]:
    """`in_shop`, until orders are granted in this hour: found when somebody first asks."""
    if now.there is None:
        now.there = in_shop(world)
    return now.there


def rooms_by_lever(world: World, levers: NDArray[np.int16]) -> I64:
    """Number of the room of each lever, −1 for none (the shop)."""
    return world.setting.room_of_lever[levers]
