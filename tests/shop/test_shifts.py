"""When people are at work, and how much a surge adds."""

from datetime import date

import numpy as np
import pytest

from dacu.shop.shifts import NO_LIMIT, ShiftBlock, SurgeBlock, build_capacity, build_shift

MONDAY = date(2026, 9, 7)


def shift(**written):
    return build_shift(ShiftBlock.model_validate(written), MONDAY)


def open_hours(worked, first, last):
    hours = np.arange(first, last)
    return hours[worked.open(hours)].tolist()


def test_a_shift_is_open_from_its_start_up_to_its_end():
    assert open_hours(shift(**{"from": "9:00", "to": "12:00"}), -24, 24) == [-15, -14, -13, 9, 10, 11]


def test_a_shift_past_midnight_belongs_to_the_day_it_began():
    late = shift(**{"from": "22:00", "to": "2:00", "days": "周一"})
    assert open_hours(late, -24, 48) == [22, 23, 24, 25]


def test_a_full_day_is_always_open():
    assert open_hours(shift(**{"from": "0:00", "to": "24:00"}), 0, 48) == list(range(48))


def test_a_weekend_shift_of_a_monday_campaign_opens_on_its_sixth_day():
    weekend = shift(**{"from": "8:00", "to": "9:00", "days": "周末"})
    assert open_hours(weekend, 0, 336) == [128, 152, 296, 320]
    assert [weekend.until_open(hour) for hour in (0, 127, 128, 153)] == [128, 1, 0, 143]


def test_a_surge_multiplies_capacity_and_names_the_units_it_made_possible():
    surge = SurgeBlock.model_validate({"from": "D1 10:00", "to": "D1 12:00", "multiple": "2.5"})
    capacity = build_capacity(101, shift(**{"from": "9:00", "to": "13:00"}), {"big": surge}, MONDAY)
    assert capacity.of(np.arange(8, 14)).tolist() == [0, 101, 252, 252, 101, 0]
    assert [capacity.at(hour) for hour in (13, 12, 8, 9, 10, 11)] == [0, 101, 0, 101, 252, 252]
    assert capacity.plain(np.arange(8, 14)).tolist() == [0, 101, 101, 101, 101, 0]
    assert [capacity.by_surge(10, handled) for handled in (90, 101, 252)] == [0, 0, 151]


def test_without_a_capacity_all_leaves_at_the_next_hour_of_work():
    capacity = build_capacity(None, shift(), {}, MONDAY)
    assert capacity.of(np.array([8, 9])).tolist() == [0, NO_LIMIT]


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ({"from": "9:30"}, ["shift_not_full_hour"]),
        ({"from": "9:00", "to": "9:00"}, ["shift_empty"]),
        ({"days": "每天 8:00"}, ["shift_days_with_time"]),
    ],
)
def test_a_shift_that_cannot_be_is_refused(written, codes):
    assert [problem.code for problem in ShiftBlock.model_validate(written).check()] == codes
