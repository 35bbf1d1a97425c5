"""What a live room is, once its lever has opened: the facts that sim/rooms.py lives through."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

NEVER = -(2**62)  # a slot before all others


@dataclass(frozen=True)
class Room:
    """What a room is: sessions as half-open slots, the host, what is sold, the flow.

    sessions: array of (first slot, slot after the last). flow: kind of each step of a repeating cycle (0 warm-up,
    1 explanation, 2 flash).
    fans: list number, fan_bit: bit in `follows`. offer: bit of the price only the room has, −1 for none.
    host: path of the creator whose room it is, "" for the shop's own. only: goods sold nowhere else.
    reserve: pieces of a SKU, people's, kept back for the room until its last session is over.
    extra: (first slot, slot after the last) of a session that is held only if the host owes it.
    """

    path: str
    platform: int
    sessions: NDArray[np.int64]
    skill: float
    skus: tuple[int, ...]
    flow: tuple[int, ...]
    benefit: float
    recommended: float
    fans: int
    fan_bit: int
    offer: int
    item: int
    host: str = ""
    only: tuple[int, ...] = ()
    reserve: tuple[tuple[int, int], ...] = ()
    extra: tuple[int, int] | None = None

    def with_extra(self) -> Room:
        """The room with its extra session among the others."""
        return self if self.extra is None else self._prolonged

    @cached_property
    def _prolonged(self) -> Room:
        return replace(self, sessions=np.vstack([self.sessions, np.array(self.extra, np.int64)]))

    def over(self, slot: int) -> bool:
        """No session is under way or to come at a slot."""
        return slot >= self._last

    @cached_property
    def _slots(self) -> list[int]:
        """The slots in which the room is open, in order."""
        return sorted(self._session_in)

    @cached_property
    def _last(self) -> int:
        """The slot after the last session."""
        return int(self.sessions[:, 1].max(initial=NEVER))

    def sessions_at(self, first: int, end: int) -> list[int]:
        """Of each slot from `first` up to `end`: the number of the session it lies in, −1 if the room is closed."""
        return [self._session_in.get(slot, -1) for slot in range(first, end)]

    def open_slots(self, first: int, end: int) -> int:
        """In how many slots from `first` up to `end` it is open."""
        return bisect_left(self._slots, end) - bisect_left(self._slots, first)

    @cached_property
    def _session_in(self) -> dict[int, int]:
        """Of each slot in which the room is open, the first session that it lies in."""
        sessions = reversed(list(enumerate(self.sessions.tolist())))
        return {slot: session for session, (start, stop) in sessions for slot in range(start, stop)}

    def overlaps(self, other: Room) -> bool:
        """Whether both are open at some time."""
        first = np.maximum(self.sessions[:, None, 0], other.sessions[None, :, 0])
        last = np.minimum(self.sessions[:, None, 1], other.sessions[None, :, 1])
        return bool((first < last).any())
