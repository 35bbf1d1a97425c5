"""The warehouse: what is paid and not yet shipped, in lots, first in, first out.

A lot is what entered the queue within one hour. The warehouse ships at the beginning of an hour, so a piece paid in
hour t leaves in hour t + 1 at the earliest, and its wait is a whole number of hours.

| name | meaning |
|---|---|
| `Queue()` | hour i32[k], units i64[k]; the oldest lot first; `.copy()` is a snapshot |
| `Queue.add(hour, units)` | a lot, or more pieces of the last one |
| `Queue.ship(capacity) -> list[Lot]` | what leaves now, by lot; at most `capacity` units |
| `Queue.cancel(hour, units) -> int` | pieces of a lot that are refunded first: how many were still there |
| `Queue.backlog -> int` | units waiting |
| `hours_until(ahead, capacity, hour) -> int` | wait (h) of the last of `ahead` units queued at the end of hour `hour` |
| `late_days(wait, promise) -> float` | days beyond the promise (both h) |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.clock.hours import HOURS_A_DAY
from dacu.shop.shifts import DAYS_A_WEEK, Capacity

_LOOK_AHEAD = 4 * DAYS_A_WEEK * HOURS_A_DAY


class Lot(NamedTuple):
    """Units that entered the queue in one hour."""

    hour: int
    units: int


@dataclass
class Queue:
    """Lots in the order of their hours."""

    hour: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    units: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def backlog(self) -> int:
        """Units waiting."""
        return int(self.units.sum())

    def copy(self) -> Queue:
        """A snapshot."""
        return Queue(self.hour.copy(), self.units.copy())

    def add(self, hour: int, units: int) -> None:
        """Put units at the end of the queue; hours never run backwards."""
        if units <= 0:
            return
        if self.hour.size and self.hour[-1] == hour:
            self.units[-1] += units
        else:
            self.hour = np.append(self.hour, np.int32(hour))
            self.units = np.append(self.units, np.int64(units))

    def ship(self, capacity: int) -> list[Lot]:
        """Take up to `capacity` units from the front; the last lot may leave in part."""
        through = np.minimum(np.cumsum(self.units), capacity)
        leaving = np.diff(through, prepend=0)
        shipped = [Lot(int(self.hour[i]), int(leaving[i])) for i in np.flatnonzero(leaving)]
        self._keep(self.units - leaving)
        return shipped

    def cancel(self, hour: int, units: int) -> int:
        """Take units of one lot out of the queue; those that have left already stay shipped."""
        place = np.flatnonzero(self.hour == hour)
        if not place.size:
            return 0
        gone = min(units, int(self.units[place[0]]))
        left = self.units.copy()
        left[place[0]] -= gone
        self._keep(left)
        return gone

    def _keep(self, units: NDArray[np.int64]) -> None:
        waiting = units > 0
        self.hour, self.units = self.hour[waiting], units[waiting]


def hours_until(ahead: int, capacity: Capacity, hour: int) -> int:
    """Hours after `hour` in which the last of `ahead` units leaves; with none ahead, the next worked hour.

    Beyond four weeks the weekly capacity without surges goes on for ever.
    """
    hours = np.arange(hour + 1, hour + 1 + _LOOK_AHEAD, dtype=np.int64)
    wanted, reached = max(ahead, 1), np.cumsum(capacity.of(hours))
    if wanted <= reached[-1]:
        return 1 + int(np.searchsorted(reached, wanted))
    week = np.cumsum(capacity.plain(hours[: DAYS_A_WEEK * HOURS_A_DAY]))
    weeks, rest = divmod(wanted - int(reached[-1]) - 1, int(week[-1]))
    further = weeks * DAYS_A_WEEK * HOURS_A_DAY + int(np.searchsorted(week, rest + 1))
    return 1 + _LOOK_AHEAD + further


def late_days(wait: float, promise: float) -> float:
    """Days by which a parcel leaves after its promise; both in hours after payment."""
    return max(0.0, wait - promise) / HOURS_A_DAY
