from datetime import date

import pytest

from dacu.clock.hours import day_of, hour_of, minute_of, slot_of
from dacu.units import Moment, parse_moment

START = date(2026, 11, 1)


def test_the_first_day_is_day_one_and_begins_hour_zero() -> None:
    assert hour_of(parse_moment("D1 00:00"), START) == 0
    assert hour_of(parse_moment("2026-11-01 00:00"), START) == 0
    assert hour_of(parse_moment("D3 19:30"), START) == 67.5


def test_a_date_and_its_day_number_are_the_same_moment() -> None:
    assert minute_of(parse_moment("2026-11-11 20:00"), START) == minute_of(parse_moment("D11 20:00"), START)


def test_twenty_four_o_clock_is_the_beginning_of_the_next_day() -> None:
    assert hour_of(parse_moment("D1 24:00"), START) == hour_of(parse_moment("D2"), START) == 24


def test_a_moment_before_the_first_day_is_negative() -> None:
    assert hour_of(parse_moment("2026-10-31 23:00"), START) == -1


@pytest.mark.parametrize(
    ("hour", "day"),
    [(0, 0), (23, 0), (24, 1), (-1, -1), (-24, -1), (-25, -2)],
)
def test_days_count_through_the_warm_up(hour: int, day: int) -> None:
    assert day_of(hour) == day


def test_every_minute_of_a_long_campaign_falls_into_its_slot() -> None:
    for minute in range(-1440, 400 * 1440, 5):
        assert slot_of(minute / 60) == minute // 5
        assert slot_of((minute + 4.9) / 60) == minute // 5


def test_a_moment_between_two_slots_lies_in_the_earlier() -> None:
    assert slot_of(hour_of(Moment(1, 20 * 60 + 4), START)) == 240
    assert slot_of(hour_of(Moment(1, 20 * 60 + 5), START)) == 241
