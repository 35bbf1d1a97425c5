"""The calendar of a campaign: dates, phases, events and activity, as hours.

Hours run from −24 × warm-up days to 24 × days − 1; hour 0 begins D1. Time is local, windows are half-open.
Arrays by hour hold the warm-up behind the last hour, so that `array[t]` is hour t for negative hours too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.clock.activity import Rhythm, activity
from dacu.clock.blocks import ONE_WAVE, CalendarBlock, EventBlock, PhaseBlock, PresaleBlock, WaveBlock, event_and_wave
from dacu.clock.hours import HOURS_A_DAY, MINUTES_A_SLOT, day_of, days_to, hour_of, minute_of
from dacu.clock.restdays import DayKind, day_kinds, unannounced_years
from dacu.errors import Finding
from dacu.units import Moment, Repeat

NO_PHASE = -1


@dataclass(frozen=True)
class Phase:
    """A stretch of whole hours [first, last) with its own share of money; labels never enter an equation."""

    name: str
    type: str | None
    first: int
    last: int
    budget_multiplier: float

    @property
    def hours(self) -> range:
        """Its hours."""
        return range(self.first, self.last)

    @property
    def days(self) -> range:
        """The days (D1 is 0) it touches, even if for an hour only."""
        return range(self.first // HOURS_A_DAY, ceil(self.last / HOURS_A_DAY))


class Presale(NamedTuple):
    """Deposits are taken in hours [start, end); balances are due within `within` hours of the wave's start."""

    start: float
    end: float
    within: float


class Wave(NamedTuple):
    """A stretch in which an event is open: hours [start, end).

    cpm_index: media price against a normal day. presale: when deposits are taken, None where there is spot sale only.
    """

    name: str
    start: float
    end: float
    cpm_index: float
    presale: Presale | None

    def open(self, hour: float) -> bool:
        """Within its window."""
        return self.start <= hour < self.end


@dataclass(frozen=True)
class Event:
    """A sale of a platform: known from `announce` on, open in its waves, which stand in the order of time.

    cpm_days: media price against a normal day, by day (D1 is 0), where a day differs from its wave.
    venue_exposures: card views a day the venue offers the shop.
    protected_until: hour until which its orders may claim the difference to a lower price, None where they may not.
    price_check: hours before the first wave in which no price may have been lower, 0 for no check.
    """

    name: str
    platform: str | None
    announce: float
    waves: tuple[Wave, ...]
    cpm_days: Mapping[int, float]
    venue_exposures: int
    protected_until: float | None
    price_check: float

    @property
    def start(self) -> float:
        """The hour in which its first wave opens."""
        return self.waves[0].start

    @property
    def end(self) -> float:
        """The hour after its last wave."""
        return self.waves[-1].end

    @property
    def references(self) -> tuple[tuple[str, ...], ...]:
        """Its own name, and the names of its waves below it."""
        return (self.name,), *((self.name, wave.name) for wave in self.waves if wave.name != ONE_WAVE)

    def awaited(self, hour: float) -> bool:
        """Announced and not open, a wave still to come: people wait for it."""
        return self.announce <= hour < self.waves[-1].start and not self.open(hour)

    def open(self, hour: float) -> bool:
        """Within one of its waves."""
        return any(wave.open(hour) for wave in self.waves)

    def opening(self, hour: float) -> bool:
        """Within the first hour of one of its waves."""
        return any(wave.start <= hour < wave.start + 1 for wave in self.waves)

    def media_price(self, hour: float) -> float | None:
        """Against a normal day: the day's own, else that of the wave that is open; None where it says nothing."""
        of_wave = next((wave.cpm_index for wave in self.waves if wave.open(hour)), None)
        return self.cpm_days.get(day_of(hour), of_wave)


@dataclass(frozen=True)
class Calendar:
    """Time as the simulator uses it.

    activity: by hour, multiples of the mean hour. phase_index: by hour, an index into `phases`, −1 for none.
    kinds: of each day, from the first of the warm-up on. warnings: what the planner should know of the dates.
    """

    start: dt.date
    days: int
    warmup_days: int
    activity: NDArray[np.float64]
    phase_index: NDArray[np.int16]
    phases: tuple[Phase, ...]
    events: tuple[Event, ...]
    kinds: tuple[DayKind, ...]
    warnings: tuple[Finding, ...]

    @property
    def first_hour(self) -> int:
        """The first hour of the warm-up."""
        return -HOURS_A_DAY * self.warmup_days

    @property
    def end_hour(self) -> int:
        """The hour after the last."""
        return HOURS_A_DAY * self.days

    @property
    def hours(self) -> range:
        """All hours, the warm-up first."""
        return range(self.first_hour, self.end_hour)

    @cached_property
    def rest_of_day(self) -> list[float]:
        """By hour, the activity of the hour and of all later ones of its day, as one sum."""
        ends = {hour: hour - hour % HOURS_A_DAY + HOURS_A_DAY for hour in self.hours}
        rest = {hour: sum(float(self.activity[later]) for later in range(hour, end)) for hour, end in ends.items()}
        return [rest[hour] for hour in (*range(self.end_hour), *range(self.first_hour, 0))]

    def date(self, hour: int) -> dt.date:
        """The date an hour belongs to."""
        return self.start + dt.timedelta(days=day_of(hour))

    def iso_date(self, day: int) -> str:
        """The date of a day (D1 is 0) as files have it."""
        return self.date(HOURS_A_DAY * day).isoformat()

    def hour(self, moment: Moment) -> float:
        """A moment as hours after the first day began."""
        return hour_of(moment, self.start)

    def slot(self, moment: Moment) -> int:
        """The five-minute slot a moment falls into; twelve an hour, slot 0 begins D1."""
        return minute_of(moment, self.start) // MINUTES_A_SLOT

    def phase(self, name: str) -> Phase:
        """The phase of that name; KeyError if there is none."""
        return {phase.name: phase for phase in self.phases}[name]

    def phase_at(self, hour: int) -> Phase | None:
        """The phase an hour lies in, if any."""
        index = int(self.phase_index[hour])
        return None if index == NO_PHASE else self.phases[index]

    def announced(self, hour: float) -> tuple[Event, ...]:
        """Events that people know of and still wait for."""
        return tuple(event for event in self.events if event.awaited(hour))

    def running(self, hour: float) -> tuple[Event, ...]:
        """Events that are open."""
        return tuple(event for event in self.events if event.open(hour))

    def waves(self, reference: str) -> tuple[tuple[Event, Wave], ...]:
        """What a promotion's `events` name: all waves of an event, or one as `event.wave`; () for a name of none."""
        events = {event.name: event for event in self.events}
        name, of_wave = event_and_wave(reference, events)
        waves = events[name].waves if name in events else ()
        return tuple((events[name], wave) for wave in waves if of_wave in (ONE_WAVE, wave.name))

    def media_price(self, hour: float, platform: str) -> float:
        """The dearest that an event makes a platform's media, against a normal day."""
        said = (event.media_price(hour) for event in self.events if event.platform in (None, platform))
        return max((price for price in said if price is not None), default=1.0)

    def rest_days(self) -> tuple[tuple[dt.date, DayKind], ...]:
        """Every day, warm-up included, that is not a plain workday."""
        first = self.start - dt.timedelta(days=self.warmup_days)
        table = ((first + dt.timedelta(days=i), kind) for i, kind in enumerate(self.kinds))
        return tuple((day, kind) for day, kind in table if kind is not DayKind.WORKDAY)


def build_calendar(block: CalendarBlock, rhythm: Rhythm, event_cpm_index: float) -> Calendar:
    """Compile the block `calendar`; what it leaves out is passed in from behaviour/parameters.yaml."""
    warmup_days = round(block.warmup / HOURS_A_DAY)
    first = block.start - dt.timedelta(days=warmup_days)
    dates = [first + dt.timedelta(days=i) for i in range(warmup_days + block.days)]
    kinds = day_kinds(dates, rest_days=block.rest_days, work_days=block.work_days)
    phases = sorted((_phase(name, b, block.start) for name, b in block.phases.items()), key=lambda p: p.first)
    by_hour = np.roll(activity(dates, kinds, _own_rhythm(block, rhythm)), -HOURS_A_DAY * warmup_days)
    by_hour.setflags(write=False)
    return Calendar(
        start=block.start,
        days=block.days,
        warmup_days=warmup_days,
        activity=by_hour,
        phase_index=_phase_index(phases, len(by_hour)),
        phases=tuple(phases),
        events=tuple(_event(name, e, block.start, event_cpm_index) for name, e in block.events.items()),
        kinds=kinds,
        warnings=_unannounced(block, dates),
    )


def occurrences(repeat: Repeat, calendar: Calendar, first: float, last: float) -> tuple[float, ...]:
    """The hours in [first, last) at which `repeat` comes round; without a time, at midnight of its days."""
    days = range(day_of(first) - 1, day_of(last) + 1)  # a day early: 24:00 belongs to the evening before
    its_days = (day for day in days if calendar.date(HOURS_A_DAY * day).weekday() in repeat.weekdays)
    hours = (HOURS_A_DAY * day + (repeat.minute or 0) / 60 for day in its_days)
    return tuple(hour for hour in hours if first <= hour < last)


def _own_rhythm(block: CalendarBlock, rhythm: Rhythm) -> Rhythm:
    holiday = rhythm.holiday if block.holiday_factor is None else block.holiday_factor
    return Rhythm(block.activity or rhythm.hours, block.weekdays or rhythm.weekdays, holiday)


def _phase(name: str, block: PhaseBlock, start: dt.date) -> Phase:
    first, last = minute_of(block.from_, start) // 60, minute_of(block.to, start) // 60
    return Phase(name, block.type, first, last, block.budget_multiplier)


def _event(name: str, block: EventBlock, start: dt.date, cpm_index: float) -> Event:
    own = cpm_index if block.cpm_index is None else block.cpm_index
    waves = [_wave(wave, wave_block, start, own) for wave, wave_block in block.openings.items()]
    return Event(
        name=name,
        platform=block.platform,
        announce=hour_of(block.announce, start),
        waves=tuple(sorted(waves, key=lambda wave: wave.start)),
        cpm_days={days_to(day, start): index for day, index in block.cpm_days.items()},
        venue_exposures=0 if block.venue is None else block.venue.exposures,
        price_check=block.price_check or 0.0,
        protected_until=None if block.price_protection is None else hour_of(block.price_protection.until, start),
    )


def _wave(name: str, block: WaveBlock, start: dt.date, cpm_index: float) -> Wave:
    opens = hour_of(block.start, start)
    return Wave(
        name=name,
        start=opens,
        end=hour_of(block.end, start),
        cpm_index=cpm_index if block.cpm_index is None else block.cpm_index,
        presale=None if block.presale is None else _presale(block.presale, opens, start),
    )


def _presale(block: PresaleBlock, opens: float, start: dt.date) -> Presale:
    end = opens if block.end is None else hour_of(block.end, start)
    return Presale(hour_of(block.start, start), end, block.pay_within)


def _phase_index(phases: Sequence[Phase], hours: int) -> NDArray[np.int16]:
    index = np.full(hours, NO_PHASE, dtype=np.int16)
    for i, phase in enumerate(phases):
        index[phase.first : phase.last] = i
    index.setflags(write=False)
    return index


def _unannounced(block: CalendarBlock, dates: Sequence[dt.date]) -> tuple[Finding, ...]:
    """A warning for each year whose make-up workdays nobody knows yet, unless the planner gave days of it."""
    own = {day.year for day in (*block.rest_days, *block.work_days)}
    years = [year for year in unannounced_years({day.year for day in dates}) if year not in own]
    return tuple(Finding("make_up_days_unknown", path="calendar.work_days", args={"year": str(year)}) for year in years)
