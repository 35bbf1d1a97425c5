from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.clock.activity import Rhythm
from dacu.clock.blocks import CalendarBlock
from dacu.clock.calendar import Calendar, build_calendar, occurrences
from dacu.clock.restdays import DayKind
from dacu.units import parse_moment, parse_repeat

RHYTHM = Rhythm(hours=[h + 1 for h in range(24)], weekdays=(1, 1, 1, 1, 0.9, 1.1, 1.2), holiday=0.5)
PHASES = {
    "爆发": {"from": "2026-11-10 20:00", "to": "D11 24:00", "budget_multiplier": "3", "type": "burst"},
    "蓄水": {"from": "D1", "to": "2026-11-10 20:00"},
}
E_ANNOUNCE = ("events", "e", "announce")
EVENT = {"announce": "2026-10-20", "start": "D10 20:00", "end": "D11 24:00"}


def calendar(**keys: Any) -> Calendar:
    block = CalendarBlock.model_validate({"start": "2026-11-01", "days": "14", **keys})
    assert list(block.check()) == []
    return build_calendar(block, RHYTHM, event_cpm_index=1.6)


def problems(**keys: Any) -> list[tuple[str, tuple[str, ...]]]:
    block = CalendarBlock.model_validate({"start": "2026-11-01", "days": "14", **keys})
    return [(problem.code, problem.at) for problem in block.check()]


def test_hours_run_from_the_warm_up_to_the_last_day() -> None:
    assert calendar().hours == range(-14 * 24, 14 * 24)
    assert calendar(warmup="0").hours == range(14 * 24)


def test_every_hour_finds_its_own_activity_also_in_the_warm_up() -> None:
    cal = calendar(start="2026-11-08", warmup="7d")  # no holiday near
    for t in cal.hours:
        assert cal.activity[t] == RHYTHM.weekdays[cal.date(t).weekday()] * (RHYTHM.hours[t % 24] / 12.5)


def test_the_rest_of_a_day_ends_at_midnight_also_in_the_warm_up() -> None:
    cal = calendar(start="2026-11-08", warmup="7d")
    assert cal.rest_of_day[-1] == cal.activity[-1]
    assert cal.rest_of_day[0] == sum(cal.activity[:24].tolist())
    for t in (-30, 22, 95):
        assert cal.rest_of_day[t] == pytest.approx(sum(cal.activity[h] for h in range(t, t - t % 24 + 24)))


def test_the_holiday_in_the_warm_up_is_known() -> None:
    cal = calendar(start="2026-10-09", days="3", warmup="9d")
    holidays = ["holiday"] * 7
    assert list(cal.kinds) == ["workday", *holidays, "workday", "workday", "make_up", "weekend"]


def test_dates_belong_to_hours() -> None:
    cal = calendar()
    assert cal.date(0) == cal.date(23) == date(2026, 11, 1)
    assert cal.date(24) == date(2026, 11, 2)
    assert cal.date(-1) == date(2026, 10, 31)


def test_moments_become_hours_and_slots() -> None:
    cal = calendar()
    assert cal.hour(parse_moment("2026-11-02 19:30")) == 43.5
    assert cal.slot(parse_moment("D2 19:32")) == 43 * 12 + 6


def test_phases_are_half_open_and_stand_in_the_order_of_time() -> None:
    cal = calendar(phases=PHASES)
    assert [phase.name for phase in cal.phases] == ["蓄水", "爆发"]
    turn = 9 * 24 + 20
    assert cal.phase_index[[0, turn - 1, turn, 11 * 24 - 1, 11 * 24]].tolist() == [0, 0, 1, 1, -1]
    assert set(cal.phase_index[-14 * 24 :]) == {-1}


def test_a_phase_knows_its_hours_days_and_multiplier() -> None:
    burst = calendar(phases=PHASES).phase("爆发")
    assert burst.hours == range(9 * 24 + 20, 11 * 24)
    assert burst.days == range(9, 11)
    assert (burst.budget_multiplier, burst.type) == (3.0, "burst")


def test_an_hour_knows_its_phase() -> None:
    cal = calendar(phases=PHASES)
    burst = cal.phase_at(10 * 24)
    assert burst is not None
    assert burst.name == "爆发"
    assert cal.phase_at(-1) is None
    assert cal.phase_at(12 * 24) is None


def test_an_event_is_awaited_from_its_announcement_and_open_from_its_start() -> None:
    cal = calendar(events={"双11": EVENT})
    opening = 9 * 24 + 20
    assert [event.name for event in cal.announced(-12 * 24)] == ["双11"]
    assert cal.announced(-12 * 24 - 1) == ()
    assert cal.announced(opening) == ()
    assert [event.name for event in cal.running(opening)] == ["双11"]
    assert cal.running(opening - 1 / 12) == ()
    assert cal.running(11 * 24) == ()


def test_an_event_takes_its_media_price_from_the_parameters_unless_it_says_one() -> None:
    venue = {"exposures": "5万"}
    cal = calendar(events={"双11": EVENT, "店庆": {**EVENT, "cpm_index": "1.2", "venue": venue}})
    assert [(event.waves[0].cpm_index, event.venue_exposures) for event in cal.events] == [(1.6, 0), (1.2, 50_000)]


def test_an_event_of_another_season_may_stand_in_the_file() -> None:
    cal = calendar(events={"618": {"announce": "2026-05-20", "start": "2026-06-16", "end": "2026-06-21"}})
    assert all(not cal.announced(t) and not cal.running(t) for t in cal.hours)


def test_the_block_may_bring_its_own_rhythm() -> None:
    flat = calendar(activity=["2"] * 24, weekdays=["1"] * 7)
    assert set(flat.activity.tolist()) == {1.0}
    quiet = calendar(start="2026-10-01", days="1", warmup="0", activity=["2"] * 24, holiday_factor="0.2")
    assert set(quiet.activity.tolist()) == {0.2}


def test_the_table_of_rest_days_leaves_out_plain_workdays() -> None:
    cal = calendar(start="2026-10-07", days="5", warmup="0")
    assert cal.rest_days() == (
        (date(2026, 10, 7), DayKind.HOLIDAY),
        (date(2026, 10, 10), DayKind.MAKE_UP),
        (date(2026, 10, 11), DayKind.WEEKEND),
    )


def test_unannounced_make_up_days_are_said_once_a_year() -> None:
    assert calendar().warnings == ()
    (warning,) = calendar(start="2040-05-01").warnings
    assert "2040" in warning.sentence("en")
    assert "2040" in warning.sentence("zh")


def test_who_gives_the_days_of_a_year_is_not_warned() -> None:
    assert calendar(start="2040-05-01", work_days=["2040-05-06"]).warnings == ()


def test_the_arrays_cannot_be_written() -> None:
    cal = calendar(phases=PHASES)
    with pytest.raises(ValueError, match="read-only"):
        cal.activity[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        cal.phase_index[0] = 1


def test_a_repeat_comes_round_on_its_weekdays_within_the_window() -> None:
    cal = calendar()  # 1 November 2026 is a Sunday
    tuesdays_and_thursdays = occurrences(parse_repeat("周二 周四 20:00"), cal, 0, 14 * 24)
    assert tuesdays_and_thursdays == (2 * 24 + 20, 4 * 24 + 20, 9 * 24 + 20, 11 * 24 + 20)


def test_the_window_of_a_repeat_is_half_open() -> None:
    cal, daily = calendar(), parse_repeat("每天 20:00")
    assert occurrences(daily, cal, 20, 44) == (20,)
    assert occurrences(daily, cal, 20.5, 44.5) == (44,)
    assert occurrences(daily, cal, -5, 20) == (-4,)


def test_a_repeat_at_twenty_four_belongs_to_the_evening_before() -> None:
    saturday_night = occurrences(parse_repeat("周六 24:00"), calendar(), 0, 8 * 24)
    assert saturday_night == (0, 7 * 24)


def test_a_repeat_without_a_time_comes_at_the_beginning_of_its_days() -> None:
    assert occurrences(parse_repeat("周日"), calendar(), 0, 8 * 24) == (0, 7 * 24)


@given(st.integers(-300, 300), st.integers(0, 200), st.integers(0, 200))
def test_neighbouring_windows_share_no_occurrence_and_lose_none(first: int, a: int, b: int) -> None:
    cal, repeat = CAL, parse_repeat("周一 周三 周日 19:40")
    middle, last = first + a, first + a + b
    left, right = occurrences(repeat, cal, first, middle), occurrences(repeat, cal, middle, last)
    assert left + right == occurrences(repeat, cal, first, last)


CAL = calendar()


def test_overlapping_phases_are_named_both() -> None:
    later = {"from": "D5", "to": "D9"}
    block = CalendarBlock.model_validate(
        {"start": "2026-11-01", "days": "14", "phases": {"a": {"from": "D1", "to": "D6"}, "b": later}}
    )
    (problem,) = block.check()
    assert problem.code == "phases_overlap"
    assert problem.at == ("phases", "b", "from")
    assert problem.against == ("phases", "a", "to")


def test_phases_may_touch_and_leave_gaps() -> None:
    windows = {"a": ("D1", "D3"), "b": ("D3", "D4"), "c": ("D9", "D10")}
    assert problems(phases={name: {"from": first, "to": last} for name, (first, last) in windows.items()}) == []


@pytest.mark.parametrize(
    ("keys", "code", "at"),
    [
        ({"phases": {"a": {"from": "D3", "to": "D3"}}}, "ends_before_start", ("phases", "a", "to")),
        ({"phases": {"a": {"from": "D1 09:30", "to": "D3"}}}, "phase_not_full_hour", ("phases", "a", "from")),
        ({"phases": {"a": {"from": "D3", "to": "D16"}}}, "outside_calendar", ("phases", "a", "to")),
        ({"phases": {"a": {"from": "2026-10-31", "to": "D2"}}}, "outside_calendar", ("phases", "a", "from")),
        (
            {"events": {"e": {**EVENT, "price_protection": {"until": "D10 20:01"}}}},
            "protection_too_short",
            ("events", "e", "price_protection", "until"),
        ),
        ({"events": {"e": {**EVENT, "announce": "D10 20:01"}}}, "announced_after_start", E_ANNOUNCE),
        ({"events": {"e": {**EVENT, "end": "D10 20:00"}}}, "ends_before_start", ("events", "e", "end")),
        ({"start": "2100-01-01"}, "year_out_of_reach", ("start",)),
        ({"warmup": "36h"}, "warmup_not_whole_days", ("warmup",)),
        ({"activity": ["1"] * 23}, "activity_not_24", ("activity",)),
        ({"activity": ["0"] * 24}, "activity_not_24", ("activity",)),
        ({"weekdays": ["1"] * 6}, "weekdays_not_7", ("weekdays",)),
        ({"rest_days": ["2026-11-02"], "work_days": ["2026-11-02"]}, "rest_and_work", ("work_days",)),
    ],
)  # fmt: skip
def test_a_calendar_that_makes_no_sense_is_refused(keys: dict[str, Any], code: str, at: tuple[str, ...]) -> None:
    assert problems(**keys) == [(code, at)]


def test_an_event_may_be_announced_the_moment_it_begins() -> None:
    assert problems(events={"e": {**EVENT, "announce": EVENT["start"]}}) == []


def test_the_day_begins_at_midnight_and_the_campaign_may_end_at_twenty_four() -> None:
    cal = calendar(phases={"all": {"from": "D1", "to": "D14 24:00"}})
    assert np.all(cal.phase_index[: 14 * 24] == 0)


def test_a_phase_that_covers_two_others_is_told_twice() -> None:
    windows = {"a": ("D1", "D10"), "b": ("D2", "D3"), "c": ("D5", "D6")}
    told = problems(phases={name: {"from": first, "to": last} for name, (first, last) in windows.items()})
    assert told == [("phases_overlap", ("phases", "b", "from")), ("phases_overlap", ("phases", "c", "from"))]
