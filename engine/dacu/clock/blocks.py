"""The block `calendar` of a scenario: its days, its phases, the platforms' events, the rhythm of a week."""

from collections.abc import Container, Iterator
from datetime import date
from itertools import combinations
from typing import Literal, NamedTuple

from pydantic import ConfigDict

from dacu.clock.hours import HOURS_A_DAY, MINUTES_A_DAY, days_to, minute_of
from dacu.language.block import Block, Date, Day, Moment, Number, Problem, Span, Text, Whole, item
from dacu.language.paths import names_in
from dacu.units import show_day

ONE_WAVE = ""  # the name of the only opening of an event without waves
FIRST_YEAR, LAST_YEAR = 2001, 2099  # as far as public holidays are known or foreseen
PhaseType = Literal[
    "cold_start", "ramp", "burst", "stable", "plateau", "returns", "蓄水", "预热", "爆发", "返场", "余热"
]


class PhaseBlock(Block):
    """A phase of the campaign: whole hours, from `from` up to, not including, `to`."""

    model_config = ConfigDict(alias_generator=lambda name: name.removesuffix("_"), populate_by_name=True)

    from_: Moment = item(..., zh="开始", en="start")
    to: Moment = item(..., zh="结束(不含)", en="end (not included)")
    type: PhaseType | None = item(None, zh="阶段类型", en="kind of phase", about="A label only.")
    budget_multiplier: Number = item("1", zh="预算倍数", en="budget multiplier", unit="multiple", ge=0, le=99)


class VenueBlock(Block):
    """What the event's venue (会场) offers the shop."""

    exposures: Whole = item(..., zh="会场曝光", en="venue card views", unit="views/day", ge=0)


class PriceProtectionBlock(Block):
    """价保: who bought in the sale and sees a lower price until then may ask for the difference."""

    until: Moment = item(..., zh="价保截止", en="protected until")


class PresaleBlock(Block):
    """预售 of an event: deposits from `start` to `end`, balances from the event's own start on."""

    start: Moment = item(..., zh="定金开始", en="deposits from")
    end: Moment | None = item(
        None, zh="定金截止(不含)", en="deposits to (not included)", about="Left out: until the event starts."
    )
    pay_within: Span = item("24h", zh="尾款时长", en="time to pay the balance", ge=1, le=720)


class WaveBlock(Block):
    """A wave (一波) of an event: open from `start` up to, not including, `end`."""

    start: Moment = item(..., zh="开始", en="start")
    end: Moment = item(..., zh="结束(不含)", en="end (not included)")
    cpm_index: Number | None = item(
        None, zh="CPM 指数", en="CPM index", unit="multiple", ge=0.1, le=10, about="Left out: the event's."
    )
    presale: PresaleBlock | None = item(None, zh="预售期", en="presale", about="Left out: no deposits for this wave.")


class EventBlock(Block):
    """A platform's sale: known from `announce` on, open from `start` up to, not including, `end`, or in waves.

    Waves share the announcement, the venue, the price check before the first and the price protection.
    """

    platform: Text | None = item(None, zh="平台", en="platform", about="Left out: every platform.")
    announce: Moment = item(..., zh="官宣", en="announced")
    start: Moment | None = item(None, zh="开始", en="start", about="Left out: waves tell.")
    end: Moment | None = item(None, zh="结束(不含)", en="end (not included)", about="Left out: waves tell.")
    waves: dict[str, WaveBlock] = item(
        {}, zh="波次", en="waves", about="Instead of start, end and presale; promotions name one as `event.wave`."
    )
    cpm_index: Number | None = item(
        None,
        zh="CPM 指数",
        en="CPM index",
        unit="multiple",
        ge=0.1,
        le=10,
        about="Media price against a normal day.",
    )
    cpm_days: dict[Day, Number] = item(
        {},
        zh="分日 CPM 指数",
        en="CPM index by day",
        unit="multiple",
        ge=0.1,
        le=10,
        about="Whole days that differ, from the announcement on.",
    )
    presale: PresaleBlock | None = item(
        None, zh="预售期", en="presale", about="Left out: a spot sale. A shop takes part by a promotion `presale`."
    )
    venue: VenueBlock | None = item(None, zh="会场", en="venue")
    price_check: Span | None = item(
        None, zh="价格校验期", en="price check", gt=0, le=2400, about="Warns where a price was lower this long before."
    )
    price_protection: PriceProtectionBlock | None = item(None, zh="价保", en="price protection")

    @property
    def openings(self) -> dict[str, WaveBlock]:
        """Its waves; of an event without, its one opening, which has no name; none where neither is said."""
        if self.waves or self.start is None or self.end is None:
            return self.waves
        return {ONE_WAVE: WaveBlock(start=self.start, end=self.end, presale=self.presale)}

    @property
    def takes_deposits(self) -> bool:
        """Whether it, or a wave of it, has a presale."""
        return any(wave.presale is not None for wave in self.openings.values())


def event_and_wave(reference: str, events: Container[str]) -> tuple[str, str]:
    """What a promotion's `events` name: an event and all of it (`ONE_WAVE`), or `event.wave`."""
    names = names_in(reference)
    return (names[0], names[1]) if reference not in events and len(names) == 2 else (reference, ONE_WAVE)


class _Opening(NamedTuple):
    """An opening of an event in minutes from D1 on, and the path at which it is told."""

    first: int
    last: int
    name: str
    wave: WaveBlock
    at: tuple[str, ...]


class CalendarBlock(Block):
    """When: the first day, how many, and what makes one hour busier than another."""

    start: Date = item(..., zh="第一天", en="first day")
    days: Whole = item(..., zh="天数", en="days", unit="days", ge=1, le=400)
    warmup: Span = item(
        "14d", zh="模拟热身期", en="warm-up", ge=0, le=9600, about="Lived through, not reported; whole days."
    )
    today: Date | None = item(
        None, zh="今天", en="today", about="Phases before this day are over: their money is spent, none of it moves."
    )
    phases: dict[str, PhaseBlock] = item({}, zh="阶段", en="phases")
    events: dict[str, EventBlock] = item({}, zh="大促", en="events")
    activity: tuple[Number, ...] | None = item(
        None,
        zh="24 小时活跃度",
        en="activity by hour",
        ge=0,
        about="24 values in any unit; scaled to mean 1.",
    )
    weekdays: tuple[Number, ...] | None = item(
        None, zh="星期系数", en="weekday factors", unit="multiple", ge=0.1, le=5, about="Monday to Sunday."
    )
    holiday_factor: Number | None = item(None, zh="节假日系数", en="holiday factor", unit="multiple", ge=0.15, le=2)
    rest_days: tuple[Date, ...] = item((), zh="自定休息日", en="own rest days")
    work_days: tuple[Date, ...] = item((), zh="自定工作日", en="own workdays")

    def check(self) -> Iterator[Problem]:
        """Windows that run backwards, overlap or leave the calendar; lists of the wrong length."""
        if not FIRST_YEAR <= self.start.year <= LAST_YEAR:
            yield Problem("year_out_of_reach", ("start",), {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)})
        yield from self._check_rhythm()
        wrong = [problem for name in self.phases for problem in self._check_phase(name)]
        yield from wrong or self._check_overlaps()
        yield from self._check_today()
        for name in self.events:
            yield from self._check_event(name)

    def over(self, phase: str) -> bool:
        """Whether a phase lies before today."""
        return self.today is not None and self._first_minute(phase) < self._minutes_gone(self.today)

    def _minutes_gone(self, today: date) -> int:
        return MINUTES_A_DAY * (today - self.start).days

    def _check_today(self) -> Iterator[Problem]:
        """Today is a day of the campaign, and no phase is half over: its money would be half spent."""
        if self.today is None:
            return
        gone = self._minutes_gone(self.today)
        if not 0 <= gone < MINUTES_A_DAY * self.days:
            yield Problem("outside_calendar", ("today",), {"days": str(self.days)})
        for name, phase in self.phases.items():
            if self._first_minute(name) < gone < minute_of(phase.to, self.start):
                yield Problem("phase_half_over", ("phases", name, "to"), {"phase": name}, against=("today",))

    def _check_rhythm(self) -> Iterator[Problem]:
        if self.warmup % HOURS_A_DAY:
            yield Problem("warmup_not_whole_days", ("warmup",))
        if self.activity is not None and (len(self.activity) != HOURS_A_DAY or not any(self.activity)):
            yield Problem("activity_not_24", ("activity",), {"count": str(len(self.activity))})
        if self.weekdays is not None and len(self.weekdays) != 7:
            yield Problem("weekdays_not_7", ("weekdays",), {"count": str(len(self.weekdays))})
        for day in sorted(set(self.rest_days) & set(self.work_days)):
            yield Problem("rest_and_work", ("work_days",), {"day": day.isoformat()})

    def _check_phase(self, name: str) -> Iterator[Problem]:
        phase, at = self.phases[name], ("phases", name)
        first, last = minute_of(phase.from_, self.start), minute_of(phase.to, self.start)
        for key, minute in (("from", first), ("to", last)):
            if minute % 60:
                yield Problem("phase_not_full_hour", (*at, key))
            if not 0 <= minute <= MINUTES_A_DAY * self.days:
                yield Problem("outside_calendar", (*at, key), {"days": str(self.days)})
        if last <= first:
            yield Problem("ends_before_start", (*at, "to"), against=(*at, "from"))

    def _check_overlaps(self) -> Iterator[Problem]:
        for before, after in combinations(sorted(self.phases, key=self._first_minute), 2):
            if self._first_minute(after) < minute_of(self.phases[before].to, self.start):
                at, against = ("phases", after, "from"), ("phases", before, "to")
                yield Problem("phases_overlap", at, {"before": before, "after": after}, against=against)

    def _first_minute(self, phase: str) -> int:
        return minute_of(self.phases[phase].from_, self.start)

    def _check_event(self, name: str) -> Iterator[Problem]:
        event, at = self.events[name], ("events", name)
        said = [key for key in ("start", "end", "presale") if getattr(event, key) is not None]
        if event.waves and said:
            for key in said:
                yield Problem("waves_and_own", (*at, key), {"key": key}, against=(*at, "waves"))
        elif not event.openings:
            yield Problem("event_without_time", at)
        else:
            openings = self._in_time(event, at)
            yield from self._check_openings(openings)
            yield from self._check_shared(event, at, openings)
            yield from self._check_cpm_days(event, at)

    def _in_time(self, event: EventBlock, at: tuple[str, ...]) -> list[_Opening]:
        spans = [
            _Opening(minute_of(wave.start, self.start), minute_of(wave.end, self.start), name, wave,
                     (*at, "waves", name) if event.waves else at)
            for name, wave in event.openings.items()
        ]  # fmt: skip
        return sorted(spans, key=lambda span: span.first)

    def _check_openings(self, openings: list[_Opening]) -> Iterator[Problem]:
        """Each by itself, and one against the other."""
        for span in openings:
            if span.last <= span.first:
                yield Problem("ends_before_start", (*span.at, "end"), against=(*span.at, "start"))
            if span.wave.presale is not None:
                yield from self._check_presale(span.wave, span.wave.presale, span.at)
        for before, after in combinations(openings, 2):
            if after.first < before.last:
                args = {"before": before.name, "after": after.name}
                yield Problem("waves_overlap", (*after.at, "start"), args, against=(*before.at, "end"))

    def _check_shared(self, event: EventBlock, at: tuple[str, ...], openings: list[_Opening]) -> Iterator[Problem]:
        """What an event's openings have in common: announced before all, protected until after the last."""
        announced, first = minute_of(event.announce, self.start), openings[0]
        if announced > first.first:
            yield Problem("announced_after_start", (*at, "announce"), against=(*first.at, "start"))
        for span in openings:
            if span.wave.presale is not None and minute_of(span.wave.presale.start, self.start) < announced:
                deposits = (*span.at, "presale", "start")
                yield Problem("presale_before_announcement", deposits, against=(*at, "announce"))
        protection, last = event.price_protection, max(openings, key=lambda span: span.last)
        if protection is not None and minute_of(protection.until, self.start) < last.last:
            until = (*at, "price_protection", "until")
            yield Problem("protection_too_short", until, against=(*last.at, "end"))

    def _check_presale(self, wave: WaveBlock, presale: PresaleBlock, wave_at: tuple[str, ...]) -> Iterator[Problem]:
        at = (*wave_at, "presale")
        opens = minute_of(wave.start, self.start)
        first = minute_of(presale.start, self.start)
        last = opens if presale.end is None else minute_of(presale.end, self.start)
        if last > opens:
            yield Problem("presale_after_start", (*at, "end"), against=(*wave_at, "start"))
        elif last <= first and presale.end is None:
            yield Problem("presale_after_start", (*at, "start"), against=(*wave_at, "start"))
        elif last <= first:
            yield Problem("ends_before_start", (*at, "end"), against=(*at, "start"))

    def _check_cpm_days(self, event: EventBlock, event_at: tuple[str, ...]) -> Iterator[Problem]:
        """Days from the announcement to the end of the last wave, each said once."""
        first = minute_of(event.announce, self.start) // MINUTES_A_DAY
        last = (max(minute_of(wave.end, self.start) for wave in event.openings.values()) - 1) // MINUTES_A_DAY
        said: dict[int, tuple[str, ...]] = {}
        for day in event.cpm_days:
            at, number = (*event_at, "cpm_days", show_day(day)), days_to(day, self.start)
            args = {"day": show_day(day)}
            if not first <= number <= last:
                yield Problem("cpm_day_outside", at, args, against=(*event_at, "announce"))
            if number in said:
                yield Problem("cpm_day_twice", at, args, against=said[number])
            said[number] = at
