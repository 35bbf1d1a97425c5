"""Spans, days, times of day, rhythms and rates as planners write them, and as they are shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dacu.units.amounts import LONGEST, Unreadable, decimal, plain

DAY = 1440
"""Minutes in a day."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: a date, or the campaign's day number (1 is the first), and the minute of that day.

    Minute 1440 is the end of the day.
    """

    day: date | int
    minute: int = 0

    def __str__(self) -> str:
        return f"{show_day(self.day)} {show_clock(self.minute)}"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A weekly rhythm: weekdays (Monday is 0) and the minute of the day, None if the time is said elsewhere."""

    weekdays: frozenset[int]
    minute: int | None

    def __str__(self) -> str:
        days = " ".join("周" + "一二三四五六日"[day] for day in sorted(self.weekdays))
        return days if self.minute is None else f"{days} {show_clock(self.minute)}"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many per so many hours."""

    count: float
    hours: float

    @property
    def per_day(self) -> float:
        """How many a day."""
        return self.count * 24 / self.hours

    def __str__(self) -> str:
        return f"{self.per_day:g}/day"


_SPANS: Mapping[str, int] = {
    "s": 1, "sec": 1, "秒": 1, "min": 60, "分钟": 60, "分": 60, "h": 3600, "小时": 3600,
    "d": 86400, "day": 86400, "days": 86400, "天": 86400, "日": 86400,
    "week": 604800, "weeks": 604800, "周": 604800,
}  # fmt: skip
_SPAN_UNITS = "|".join(sorted(_SPANS, key=len, reverse=True))
_SPAN_PART = re.compile(rf"(\d+(?:\.\d+)?)\s*({_SPAN_UNITS})(?![a-z])\s*", re.ASCII)
_BARE_SPAN = re.compile(r"\d+(\.\d+)?(w|m|)", re.ASCII)


def parse_span(text: str) -> float:
    """Hours: `90min`, `2h`, `3d`, `1h30min`, `3天`; a bare number has no unit and is refused, save 0."""
    text = plain(text).lower()
    if text == "0":
        return 0.0
    parts = _SPAN_PART.findall(text)
    if not parts or _SPAN_PART.sub("", text) or len(text) > LONGEST:
        raise Unreadable("span_without_unit" if _BARE_SPAN.fullmatch(text) else "not_a_span")
    seconds = sum((Decimal(count) * _SPANS[unit] for count, unit in parts), Decimal(0))
    return float(seconds / 3600)


_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_OTHER_DATE = re.compile(r"(\d{4})(?:[/.]|年)(\d{1,2})(?:[/.]|月)(\d{1,2})日?", re.ASCII)
_DAY = re.compile(r"[Dd](\d{1,4})", re.ASCII)


def parse_date(text: str) -> date:
    """A date: `2026-11-11`."""
    text = plain(text)
    found = _DATE.fullmatch(text)
    if found is None:
        other = _OTHER_DATE.fullmatch(text)
        raise Unreadable("not_a_date", hint=f"{other[1]}-{other[2]:0>2}-{other[3]:0>2}" if other else "")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Unreadable("no_such_date") from None


def parse_day(text: str) -> date | int:
    """A date, or a day of the campaign: `D1` is its first."""
    found = _DAY.fullmatch(plain(text))
    if found is None:
        return parse_date(text)
    if int(found[1]) < 1:
        raise Unreadable("day_before_first", hint="D1")
    return int(found[1])


_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_SPOKEN = re.compile(r"(凌晨|早上|早|上午|中午|下午|晚上|晚|)(\d{1,2})点(半|\d{1,2}分?|)", re.ASCII)
_PARTS_OF_DAY = {
    "": range(25), "凌晨": range(7), "早": range(4, 13), "早上": range(4, 13), "上午": range(6, 13),
    "中午": range(11, 15), "下午": range(13, 20), "晚": range(17, 25), "晚上": range(17, 25),
}  # fmt: skip
"""The hours that each part of the day may mean."""


def parse_clock(text: str) -> int:
    """Minute of the day, 0 to 1440: `19:30`, `24:00`, `晚8点`, `早9点半`."""
    text = plain(text)
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2])) if found else _spoken(text)
    if minute >= 60 or hour * 60 + minute > DAY:
        raise Unreadable("no_such_time")
    return hour * 60 + minute


def _spoken(text: str) -> tuple[int, int]:
    found = _SPOKEN.fullmatch(text)
    if found is None:
        raise Unreadable("not_a_time")
    part, hour, rest = found[1], int(found[2]), found[3].rstrip("分")
    hours = [meant for meant in (hour, hour + 12) if meant in _PARTS_OF_DAY[part]]
    if not hours or (part and hour > 12):
        raise Unreadable("no_such_time")
    return hours[0], 30 if rest == "半" else int(rest or 0)


def parse_moment(text: str) -> Moment:
    """A day, and the time on it if there is one: `2026-11-11 20:00`, `D3 晚8点`, `D3 24:00`, `D3` (its start)."""
    day, _, clock = re.sub(r"(?<=\d)T(?=\d)", " ", plain(text)).partition(" ")
    if not clock and _is_clock(day):
        raise Unreadable("moment_without_day", hint=f"D1 {day}")
    return Moment(parse_day(day), parse_clock(clock) if clock else 0)


def _is_clock(text: str) -> bool:
    return bool(_CLOCK.fullmatch(text) or _SPOKEN.fullmatch(text))


_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS: Mapping[str, frozenset[int]] = {
    **{f"{week}{day}": frozenset((i,)) for week in ("周", "星期") for i, day in enumerate("一二三四五六日")},
    **{name: frozenset((i,)) for i, name in enumerate(_ENGLISH)},
    **dict.fromkeys(("周天", "星期天"), frozenset((6,))),
    **dict.fromkeys(("每天", "daily"), frozenset(range(7))),
    **dict.fromkeys(("工作日", "weekdays"), frozenset(range(5))),
    **dict.fromkeys(("周末", "weekend"), frozenset((5, 6))),
}


def parse_repeat(text: str) -> Repeat:
    """Weekdays and a time: `周二 周四 20:00`, `Tue Thu 20:00`, `每天 晚8点`, `周末`."""
    parts = plain(text).lower().replace("、", " ").split()
    minute = parse_clock(parts.pop()) if parts and _is_clock(parts[-1]) else None
    if not parts:
        raise Unreadable("not_a_repeat")
    for part in parts:
        if part not in _DAYS:
            raise Unreadable("not_a_weekday", word=part)
    return Repeat(frozenset().union(*(_DAYS[part] for part in parts)), minute)


_RATE_HOURS = {"h": 1, "hour": 1, "小时": 1, "d": 24, "day": 24, "天": 24, "日": 24, "week": 168, "周": 168}


def parse_rate(text: str) -> Rate:
    """So many per time: `5/周`, `2/day`, `1/h`."""
    count, _, span = plain(text).lower().partition("/")
    if span.strip() not in _RATE_HOURS:
        raise Unreadable("not_a_rate")
    return Rate(float(decimal(count.strip(), "not_a_rate")), _RATE_HOURS[span.strip()])


def show_day(day: date | int) -> str:
    """`2026-11-11` or `D3`."""
    return f"D{day}" if isinstance(day, int) else day.isoformat()


def show_clock(minute: int) -> str:
    """`19:30`; the end of a day is `24:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
