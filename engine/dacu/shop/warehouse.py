"""The warehouse: what is paid and not yet shipped, in lots, first in, first out.

A lot is what entered the queue within one hour. The warehouse ships at the beginning of an hour, so a piece paid in
hour t leaves in hour t + 1 at the earliest, and its wait is a whole number of hours.

| name | meaning |
|---|---|
| `Queue()` | units by hour, the oldest lot first; `.copy()` is a snapshot |
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

    units: dict[int, int] = field(default_factory=dict)  # by hour of payment
    backlog: int = 0  # units waiting

    def copy(self) -> Queue:
        """A snapshot."""
        return Queue(dict(self.units), self.backlog)

    def add(self, hour: int, units: int) -> None:
        """Put units at the end of the queue; hours never run backwards."""
        if units > 0:
            self._move(hour, units)

    def ship(self, capacity: int) -> list[Lot]:
        """Take up to `capacity` units from the front; the last lot may leave in part."""
        shipped = []
        for hour, waiting in self.units.items():
            if capacity <= 0:
                break
            shipped.append(Lot(hour, min(waiting, capacity)))
            capacity -= waiting
        for lot in shipped:
            self._move(lot.hour, -lot.units)
        return shipped

    def cancel(self, hour: int, units: int) -> int:
        """Take units of one lot out of the queue; those that have left already stay shipped."""
        gone = min(units, self.units.get(hour, 0))
        self._move(hour, -gone)
        return gone

    def _move(self, hour: int, more: int) -> None:
        self.backlog += more
        self.units[hour] = self.units.get(hour, 0) + more
        if not self.units[hour]:
            del self.units[hour]


def hours_until(ahead: int, capacity: Capacity, hour: int) -> int:
    """Hours after `hour` in which the last of `ahead` units leaves; with none ahead, the next worked hour.

    Beyond four weeks the weekly capacity without surges goes on for ever.
    """
    left = max(ahead, 1)
    for wait in range(1, 1 + _LOOK_AHEAD):
        left -= capacity.at(hour + wait)
        if left <= 0:
            return wait
    week = np.cumsum(capacity.plain(np.arange(hour + 1, hour + 1 + DAYS_A_WEEK * HOURS_A_DAY, dtype=np.int64)))
    weeks, rest = divmod(left - 1, int(week[-1]))
    further = weeks * DAYS_A_WEEK * HOURS_A_DAY + int(np.searchsorted(week, rest + 1))
    return 1 + _LOOK_AHEAD + further


def late_days(wait: float, promise: float) -> float:
    """Days by which a parcel leaves after its promise; both in hours after payment."""
    return max(0.0, wait - promise) / HOURS_A_DAY
