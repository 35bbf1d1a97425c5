"""How busy an hour is: hour of the day times weekday times holiday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.clock.restdays import DayKind

MONDAY_TO_THURSDAY = slice(0, 4)


class Rhythm(NamedTuple):
    """The habits of a week: 24 hours of the day, Monday to Sunday, and the factor of a public holiday."""

    hours: Sequence[float]
    weekdays: Sequence[float]
    holiday: float


def activity(dates: Sequence[date], kinds: Sequence[DayKind], rhythm: Rhythm) -> NDArray[np.float64]:
    """Activity of every hour of `dates`, shape (24 × days,), in multiples of the mean hour.

    The curve of the day is scaled to mean 1, so a planner may give shares or counts. Weekday factors stand as
    they are; a make-up workday is lived like a Monday to Thursday.
    """
    level = fsum(rhythm.hours) / 24
    hours = np.array([hour / level for hour in rhythm.hours])
    days = np.array([_day_factor(day, kind, rhythm) for day, kind in zip(dates, kinds, strict=True)])
    by_hour: NDArray[np.float64] = np.repeat(days, 24) * np.tile(hours, len(days))
    return by_hour


def _day_factor(day: date, kind: DayKind, rhythm: Rhythm) -> float:
    if kind is DayKind.MAKE_UP:
        return fsum(rhythm.weekdays[MONDAY_TO_THURSDAY]) / 4
    factor = rhythm.weekdays[day.weekday()]
    return factor * rhythm.holiday if kind is DayKind.HOLIDAY else factor
