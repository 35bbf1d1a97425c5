"""What passes through one hour and is forgotten after it: who is online, what is shown, who arrives."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dacu.levers.base import Placement
    from dacu.sim.shelf import Shelf

I32: TypeAlias = NDArray[np.int32]
NOWHERE = np.uint8(255)


class Came(IntEnum):
    """How a visit came about: it sets the cart rate."""

    CHANNEL = 0
    SEARCH = 1
    DIRECT = 2
    HABIT = 3


@dataclass
class Visits:
    """Arrivals at the shop: people, five-minute slot, platform, lever that brought them (−1 none), item seen (−1)."""

    user: I32
    slot: NDArray[np.uint8]
    platform: NDArray[np.uint8]
    lever: NDArray[np.int16]
    item: I32
    came: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.user)

    @classmethod
    def join(cls, parts: list[Visits]) -> Visits:
        """One table of all parts, in their order."""
        columns = ("user", "slot", "platform", "lever", "item", "came")
        if not parts:
            kinds: tuple[Any, ...] = (np.int32, np.uint8, np.uint8, np.int16, np.int32, np.uint8)
            return cls(*(np.empty(0, kind) for kind in kinds))
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))

    def take(self, rows: NDArray[Any]) -> Visits:
        """Some of the rows."""
        return Visits(
            self.user[rows], self.slot[rows], self.platform[rows], self.lever[rows], self.item[rows], self.came[rows]
        )


@dataclass
class Touches:
    """Views delivered this hour, a row a person and placement: views ≥ 1."""

    user: I32
    slot: NDArray[np.uint8]
    placement: NDArray[np.int16]
    views: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.user)

    @classmethod
    def join(cls, parts: list[Touches]) -> Touches:
        """One table of all parts, in their order."""
        if not parts:
            return cls(np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.int16), np.empty(0, np.int64))
        columns = ("user", "slot", "placement", "views")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


@dataclass
class Now:
    """One hour: what its steps fill in, in their order."""

    t: int
    online: I32  # ascending
    slot: NDArray[np.uint8]
    platform: NDArray[np.uint8]
    placements: list[tuple[int, Placement]] = field(default_factory=list)  # (lever, placement)
    touches: Touches = field(default_factory=lambda: Touches.join([]))
    visits: list[Visits] = field(default_factory=list)
    entries: list[Visits] = field(default_factory=list)  # into rooms; `item` is the room
    chances: list[Any] = field(default_factory=list)  # of orders, each with its different bills
    buyers: list[Any] = field(default_factory=list)
    public: dict[int, tuple[int, ...]] = field(default_factory=dict)  # bits of offers open to everybody: slots
    savings: dict[int, NDArray[np.float64]] = field(default_factory=dict)  # largest of the hour, by platform: SKUs
    needs: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))  # of the people online
    shelf: Shelf | None = None
    there: NDArray[np.bool_] | None = None  # goods that the shop can sell, until orders are granted
    _where: NDArray[np.uint8] | None = None
    matches: dict[bytes, NDArray[np.float32]] = field(default_factory=dict)  # of the people online, by topic vector

    def where(self, people: int) -> NDArray[np.uint8]:
        """Of each of so many people the platform, NOWHERE if offline; found once an hour, when all are known."""
        if self._where is None:
            self._where = np.full(people, NOWHERE)
            self._where[self.online] = self.platform
        return self._where

    @classmethod
    def of(cls, t: int) -> Now:
        """An hour before its first step."""
        return cls(t, np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.uint8))
