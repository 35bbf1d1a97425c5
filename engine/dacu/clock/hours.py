"""Moments, hours, days and slots: one way to count time. Hour 0 begins D1; hours before it are negative."""

from __future__ import annotations

from datetime import date
from math import floor

from dacu.units import Moment

HOURS_A_DAY = 24
MINUTES_A_DAY = 1440
MINUTES_A_SLOT = 5
SLOTS_AN_HOUR = 12


def days_to(day: date | int, start: date) -> int:
    """Days from D1, the date `start`, to a date or a day of the campaign (1 is the first)."""
    return (day - start).days if isinstance(day, date) else day - 1


def minute_of(moment: Moment, start: date) -> int:
    """Minutes from the beginning of D1, the date `start`, to a moment."""
    return MINUTES_A_DAY * days_to(moment.day, start) + moment.minute


def hour_of(moment: Moment, start: date) -> float:
    """Hours from the beginning of D1, the date `start`, to a moment."""
    return minute_of(moment, start) / 60


def day_of(hour: float) -> int:
    """The day an instant lies in: 0 is D1."""
    return floor(hour / HOURS_A_DAY)


def slot_of(hour: float) -> int:
    """The five-minute slot an instant lies in: slot 0 begins D1.

    An instant up to 30 ms short of a slot belongs to it: 20:20 is a third of an hour, which no float holds,
    so it would else fall into the slot of 20:15.
    """
    return floor(SLOTS_AN_HOUR * hour + 1e-4)
