from datetime import date, timedelta

import numpy as np
import pytest

from dacu.clock.activity import Rhythm, activity
from dacu.clock.restdays import DayKind, day_kinds

TAOBAO_AND_THREE_PEAKS = (
    0.77, 0.38, 0.22, 0.15, 0.13, 0.16, 0.36, 0.69, 1.06, 1.12, 0.99, 1.07,
    1.32, 1.21, 1.01, 1.00, 1.00, 0.99, 1.26, 1.57, 1.93, 2.09, 2.04, 1.48,
)  # fmt: skip
WEEKDAYS = (1.01, 1.01, 1.01, 1.01, 0.93, 0.99, 1.04)
RHYTHM = Rhythm(TAOBAO_AND_THREE_PEAKS, WEEKDAYS, holiday=0.5)


def one_day(day: date, rhythm: Rhythm = RHYTHM) -> np.ndarray:
    return activity([day], day_kinds([day]), rhythm)


def test_the_default_day_has_its_three_peaks_where_people_take_a_break() -> None:
    week = [date(2026, 11, 9) + timedelta(days=i) for i in range(7)]
    mean_day = activity(week, day_kinds(week), RHYTHM).reshape(7, 24).mean(axis=0)
    peaks = [h for h in range(24) if mean_day[h] > mean_day[h - 1] and mean_day[h] > mean_day[(h + 1) % 24]]
    largest = sorted(sorted(peaks, key=lambda h: mean_day[h])[-3:])
    windows = [(8, 10), (11.5, 13.5), (18, 24)]
    assert len(peaks) == 3
    for hour, (first, last) in zip(largest, windows, strict=True):
        assert first <= hour < last


def test_the_mean_hour_of_a_week_is_one() -> None:
    week = [date(2026, 11, 9) + timedelta(days=i) for i in range(7)]
    assert activity(week, day_kinds(week), RHYTHM).mean() == pytest.approx(1.0, abs=1e-12)


def test_the_default_curve_is_taken_as_it_is_to_the_bit() -> None:
    plain = Rhythm(TAOBAO_AND_THREE_PEAKS, (1.0,) * 7, 1.0)
    assert one_day(date(2026, 11, 11), plain).tolist() == list(TAOBAO_AND_THREE_PEAKS)


def test_a_curve_in_any_unit_is_scaled_to_mean_one() -> None:
    percent = Rhythm([100 * x / 24 for x in TAOBAO_AND_THREE_PEAKS], (1.0,) * 7, 1.0)
    assert one_day(date(2026, 11, 11), percent) == pytest.approx(TAOBAO_AND_THREE_PEAKS)


def test_a_friday_is_quieter_than_a_sunday_by_their_factors() -> None:
    friday, sunday = one_day(date(2026, 11, 13)), one_day(date(2026, 11, 15))
    assert friday[20] == 1.93 * 0.93
    assert sunday[20] == 1.93 * 1.04


def test_a_public_holiday_keeps_its_weekday_and_takes_the_holiday_factor() -> None:
    friday_in_the_national_week = one_day(date(2026, 10, 2))
    assert friday_in_the_national_week[20] == pytest.approx(1.93 * 0.93 * 0.5)


def test_a_make_up_saturday_is_lived_like_a_monday_to_thursday() -> None:
    assert day_kinds([date(2026, 10, 10)]) == (DayKind.MAKE_UP,)
    assert one_day(date(2026, 10, 10))[20] == pytest.approx(1.93 * 1.01)


def test_hours_follow_each_other_day_by_day() -> None:
    days = [date(2026, 11, 12), date(2026, 11, 13)]
    both = activity(days, day_kinds(days), RHYTHM)
    assert both.tolist() == [*one_day(days[0]), *one_day(days[1])]
