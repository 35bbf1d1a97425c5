"""Shifts: the hours in which people are at work, and surges in which there are more of them.

| name | meaning |
|---|---|
| `build_shift(block, start) -> Shift` | compiled for a calendar whose D1 is the date `start` |
| `Shift.open(hours) -> bool[n]` | which hours are worked |
| `Shift.until_open(hour) -> int` | hours from `hour` to the first worked one, 0 if it is one itself |
| `build_capacity(per_hour, shift, surges, start) -> Capacity` | None per hour: no limit while at work |
| `Capacity.plain(hours)`, `Capacity.of(hours) -> i64[n]` | units in each hour, without and with surges |
| `Capacity.at(hour) -> int` | the same of one hour, with surges |
| `Capacity.by_surge(hour, handled) -> int` | units of an hour that only the surge made possible |
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from dacu.clock.hours import HOURS_A_DAY, hour_of, minute_of
from dacu.language.block import Block, Clock, Moment, Number, Problem, Repeat, item
from dacu.units import Repeat as Weekly

DAYS_A_WEEK = 7
NO_LIMIT = 10**12
"""Units an hour of a warehouse without a stated capacity; a year of it still fits 64 bits."""


class ShiftBlock(Block):
    """Whole hours of the day, and the weekdays that are worked. One that ends before it starts runs past midnight."""

    model_config = ConfigDict(alias_generator=lambda name: name.removesuffix("_"), populate_by_name=True)

    from_: Clock = item("9:00", zh="上班", en="start")
    to: Clock = item("21:00", zh="下班", en="end (not included)")
    days: Repeat = item("每天", zh="工作日", en="days worked")

    def check(self) -> Iterator[Problem]:
        """Whole hours, at least one; days without a time of their own."""
        for key, minute in (("from", self.from_), ("to", self.to)):
            if minute % 60:
                yield Problem("shift_not_full_hour", (key,))
        if self.from_ == self.to:
            yield Problem("shift_empty", ("to",), against=("from",))
        if self.days.minute is not None:
            yield Problem("shift_days_with_time", ("days",))


class SurgeBlock(Block):
    """Days on which the warehouse works with hired hands."""

    model_config = ConfigDict(alias_generator=lambda name: name.removesuffix("_"), populate_by_name=True)

    from_: Moment = item(..., zh="开始", en="start")
    to: Moment = item(..., zh="结束(不含)", en="end (not included)")
    multiple: Number = item(..., zh="产能倍数", en="multiple of capacity", unit="multiple", ge=1, le=8)


def check_surges(surges: Mapping[str, SurgeBlock], start: date, at: tuple[str, ...]) -> Iterator[Problem]:
    """Whole hours, forwards, one at a time; `at` is the path of the map of surges."""
    wrong = [problem for name, surge in surges.items() for problem in _check_surge((*at, name), surge, start)]
    yield from wrong or _overlaps(surges, start, at)


def _check_surge(at: tuple[str, ...], surge: SurgeBlock, start: date) -> Iterator[Problem]:
    first, last = minute_of(surge.from_, start), minute_of(surge.to, start)
    for key, minute in (("from", first), ("to", last)):
        if minute % 60:
            yield Problem("surge_not_full_hour", (*at, key))
    if last <= first:
        yield Problem("ends_before_start", (*at, "to"), against=(*at, "from"))


def _overlaps(surges: Mapping[str, SurgeBlock], start: date, at: tuple[str, ...]) -> Iterator[Problem]:
    for before, after in combinations(sorted(surges, key=lambda name: minute_of(surges[name].from_, start)), 2):
        if minute_of(surges[after].from_, start) < minute_of(surges[before].to, start):
            yield Problem("surges_overlap", (*at, after, "from"), {"other": before}, against=(*at, before, "to"))


@dataclass(frozen=True)
class Shift:
    """Hours of the day [first, last), with `last` up to a day after midnight; worked[d]: days from D1 on, modulo 7."""

    first: int
    last: int
    worked: tuple[bool, ...]

    def open(self, hours: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which hours are worked; those past midnight belong to the day on which the shift began."""
        since = (hours - self.first) % HOURS_A_DAY
        day = (hours - self.first) // HOURS_A_DAY
        at_work = np.array(self.worked, np.bool_)[day % DAYS_A_WEEK]
        inside: NDArray[np.bool_] = (since < self.last - self.first) & at_work
        return inside

    def until_open(self, hour: int) -> int:
        """Hours from `hour` to the first worked one; a week holds one at least."""
        ahead = np.arange(hour, hour + HOURS_A_DAY * (DAYS_A_WEEK + 1), dtype=np.int64)
        return int(np.argmax(self.open(ahead)))


def build_shift(block: ShiftBlock, start: date) -> Shift:
    """Compile a shift for a calendar that begins on `start`."""
    first, last = block.from_ // 60, block.to // 60
    return Shift(first, last if last > first else last + HOURS_A_DAY, _worked(block.days, start))


def _worked(days: Weekly, start: date) -> tuple[bool, ...]:
    return tuple((start.weekday() + day) % DAYS_A_WEEK in days.weekdays for day in range(DAYS_A_WEEK))


@dataclass(frozen=True)
class Surge:
    """Hours [first, last) with `multiple` times the capacity."""

    first: int
    last: int
    multiple: float


@dataclass(frozen=True)
class Capacity:
    """What a warehouse can ship: units an hour of its shift, times the multiple of a surge."""

    per_hour: int
    shift: Shift
    surges: tuple[Surge, ...] = ()

    def plain(self, hours: NDArray[np.int64]) -> NDArray[np.int64]:
        """Units in each hour without hired hands."""
        return np.where(self.shift.open(hours), np.int64(self.per_hour), np.int64(0))

    def of(self, hours: NDArray[np.int64]) -> NDArray[np.int64]:
        """Units in each hour, rounded down."""
        units = self.plain(hours)
        for surge in self.surges:
            inside = (surge.first <= hours) & (hours < surge.last)
            units[inside] = np.floor(units[inside] * surge.multiple).astype(np.int64)
        return units

    def at(self, hour: int) -> int:
        """Units of one hour; those of a day are worked out together, and kept."""
        if hour not in self._known:
            hours = np.arange(hour, hour + HOURS_A_DAY, dtype=np.int64)
            self._known.update(zip(hours.tolist(), self.of(hours).tolist(), strict=True))
        return self._known[hour]

    @cached_property
    def _known(self) -> dict[int, int]:
        return {}

    def by_surge(self, hour: int, handled: int) -> int:
        """Units of those handled in an hour that are beyond its capacity without a surge: they cost more."""
        return max(0, handled - int(self.plain(np.array([hour], np.int64))[0]))


def build_capacity(per_hour: int | None, shift: Shift, surges: Mapping[str, SurgeBlock], start: date) -> Capacity:
    """Compile capacity; None: whatever is paid ships in the next hour that is worked."""
    spans = [Surge(int(hour_of(s.from_, start)), int(hour_of(s.to, start)), s.multiple) for s in surges.values()]
    return Capacity(NO_LIMIT if per_hour is None else per_hour, shift, tuple(spans))
