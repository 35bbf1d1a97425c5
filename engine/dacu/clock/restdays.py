"""Rest days of China: public holidays, the weekends joined to them, and the days that make up for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, partial
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class DayKind(StrEnum):
    """What a day is to the people who live it."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # a public rest day
    MAKE_UP = "make_up"  # a weekend day worked for a holiday elsewhere (调休)


def day_kinds(
    dates: Sequence[date],
    *,
    rest_days: Collection[date] = (),
    work_days: Collection[date] = (),
) -> tuple[DayKind, ...]:
    """The kind of each of the consecutive `dates`.

    A weekend that touches a public holiday belongs to it, as in the State Council's notices: 1–7 October has
    a Sunday in it. `rest_days` and `work_days` are the planner's own and win over the public calendar.
    """
    public, made_up = _public_days(frozenset(day.year for day in dates))
    off = (public | set(rest_days)) - set(work_days)
    worked = (made_up | set(work_days)) - set(rest_days)
    return tuple(_kind(day, off, worked) for day in dates)


def unannounced_years(years: Collection[int]) -> tuple[int, ...]:
    """Years whose make-up workdays are not known yet: China's State Council names them each November."""
    _, made_up = _public_days(frozenset(years))
    return tuple(sorted(set(years) - {day.year for day in made_up}))


@cache
def _public_days(years: frozenset[int]) -> tuple[frozenset[date], frozenset[date]]:
    """Holidays and make-up workdays of these years, and the next for a New Year that joins a weekend."""
    known = _china()(years=sorted(years | {year + 1 for year in years}))
    return frozenset(known), frozenset(known.weekend_workdays)


@cache
def _china() -> Callable[..., Any]:
    """China's calendar from its own file, where `holidays` has one: its package brings two hundred other countries."""
    package = find_spec("holidays")
    file = Path(package.origin).parent / "countries" / "china.py" if package and package.origin else None
    spec = spec_from_file_location("holidays_of_china", file) if file and file.is_file() else None
    if spec is None or spec.loader is None:
        from holidays import country_holidays

        return partial(country_holidays, "CN")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    china: Callable[..., Any] = module.China
    return china


def _kind(day: date, off: Set[date], worked: Set[date]) -> DayKind:
    if day in off:
        return DayKind.HOLIDAY
    if day in worked:
        return DayKind.MAKE_UP if day.weekday() >= SATURDAY else DayKind.WORKDAY
    if day.weekday() < SATURDAY:
        return DayKind.WORKDAY
    return DayKind.HOLIDAY if _joined(day, off, worked) else DayKind.WEEKEND


def _joined(day: date, off: Set[date], worked: Set[date]) -> bool:
    """Whether a free weekend day leads to a holiday through free weekend days alone."""
    return any(_reaches(day, step, off, worked) for step in (-ONE_DAY, ONE_DAY))


def _reaches(day: date, step: timedelta, off: Set[date], worked: Set[date]) -> bool:
    day += step
    while day.weekday() >= SATURDAY and day not in off and day not in worked:
        day += step
    return day in off
