"""What planners write, by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu import units
from dacu.units import Moment, Rate, Repeat, Unreadable


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("300万", 300_000_000),
        ("1.2亿", 12_000_000_000),
        ("5000", 500_000),
        ("¥99.9", 9_990),
        ("￥99.9", 9_990),
        ("10w", 10_000_000),
        ("-5万", -5_000_000),
        ("-¥5", -500),
        ("3元", 300),
        ("５０００", 500_000),
        ("2千万", 2_000_000_000),
        ("0.01", 1),
    ],
)
def test_money_is_whole_fen(text: str, fen: int) -> None:
    assert units.parse_money(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.001", "finer_than_fen"),
        ("5块钱", "not_money"),
        ("nan", "not_money"),
        ("inf", "not_money"),
        ("1e999", "number_too_large"),
        ("1" * 5000, "number_too_long"),
        ("100万亿", "number_too_large"),
        ("1_000", "not_money"),
        ("٥", "not_money"),
        ("5%", "not_money"),
        ("", "not_money"),
    ],
)
def test_what_is_no_money_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        units.parse_money(text)
    assert refused.value.code == code


def test_a_comma_is_refused_and_the_number_without_it_proposed() -> None:
    for text in ("1,000", "1，000"):
        with pytest.raises(Unreadable) as refused:
            units.parse_money(text)
        assert (refused.value.code, refused.value.hint) == ("number_comma", "1000")
    with pytest.raises(Unreadable) as refused:
        units.parse_money("1,5")
    assert refused.value.hint == ""


@given(st.integers(-(10**14), 10**14))
def test_yuan_shown_is_money_read(fen: int) -> None:
    assert units.parse_money(units.yuan(fen)) == fen


def test_a_share_is_percent_permille_or_fraction() -> None:
    assert [units.parse_share(text) for text in ("3%", "0.03", "30‰", "3％")] == [0.03] * 4


def test_a_fold_is_what_one_pays_and_a_discount_what_one_saves() -> None:
    assert [units.parse_discount(text) for text in ("85折", "8.5折", "15%", "0.15")] == [0.15] * 4
    assert units.parse_discount("9折") == 0.1


@pytest.mark.parametrize("text", ["10折", "0折", "100折", "120折"])
def test_a_fold_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="discount_unclear"):
        units.parse_discount(text)


def test_whole_numbers_take_scales_and_no_fraction() -> None:
    assert units.parse_whole("10w") == 100_000
    assert units.parse_whole("1.5万") == 15_000
    with pytest.raises(Unreadable, match="not_whole"):
        units.parse_whole("1.5")


def test_a_ratio_is_its_second_part_for_one() -> None:
    assert [units.parse_ratio(text) for text in ("1:5.3", "2:10.6", "5.3", "1：5.3")] == [5.3] * 4
    with pytest.raises(Unreadable):
        units.parse_ratio("0:5")


@pytest.mark.parametrize(
    ("text", "hours"), [("90min", 1.5), ("3d", 72), ("2h", 2), ("1h30min", 1.5), ("3天", 72), ("2周", 336), ("0", 0)]
)
def test_a_span_is_hours(text: str, hours: float) -> None:
    assert units.parse_span(text) == hours


@pytest.mark.parametrize(
    ("text", "code"),
    [("3", "span_without_unit"), ("2w", "span_without_unit"), ("2m", "span_without_unit"), ("soon", "not_a_span")],
)
def test_a_span_without_a_clear_unit_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        units.parse_span(text)


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("19:30", 1170),
        ("24:00", 1440),
        ("0:05", 5),
        ("晚8点", 1200),
        ("晚上8点半", 1230),
        ("早9点", 540),
        ("下午3点15分", 915),
        ("中午12点", 720),
        ("中午1点", 780),
        ("晚12点", 1440),
        ("凌晨0点", 0),
        ("20点", 1200),
    ],
)
def test_a_time_of_day_is_its_minute(text: str, minute: int) -> None:
    assert units.parse_clock(text) == minute


@pytest.mark.parametrize("text", ["24:01", "25:00", "12:60", "早1点", "晚3点", "晚20点", "下午9点"])
def test_there_are_times_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable, match="no_such_time"):
        units.parse_clock(text)


def test_a_moment_is_a_day_and_a_minute() -> None:
    assert units.parse_moment("2026-11-11 20:00") == Moment(date(2026, 11, 11), 1200)
    assert units.parse_moment("2026-11-11T20:00") == Moment(date(2026, 11, 11), 1200)
    assert units.parse_moment("D3 19:30") == Moment(3, 1170)
    assert units.parse_moment("D3 晚8点") == Moment(3, 1200)
    assert units.parse_moment("D3 24:00") == Moment(3, 1440)
    assert units.parse_moment("D3") == Moment(3, 0)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("20:00", "moment_without_day", "D1 20:00"),
        ("D0", "day_before_first", "D1"),
        ("2026-13-45", "no_such_date", ""),
        ("2026-02-29", "no_such_date", ""),
        ("2026/11/1", "not_a_date", "2026-11-01"),
        ("2026年11月11日", "not_a_date", "2026-11-11"),
    ],
)
def test_what_is_no_moment_is_refused_with_what_was_meant(text: str, code: str, hint: str) -> None:
    with pytest.raises(Unreadable) as refused:
        units.parse_moment(text)
    assert (refused.value.code, refused.value.hint) == (code, hint)


def test_a_rhythm_is_weekdays_and_a_minute() -> None:
    assert units.parse_repeat("周二 周四 20:00") == Repeat(frozenset({1, 3}), 1200)
    assert units.parse_repeat("Tue Thu 20:00") == Repeat(frozenset({1, 3}), 1200)
    assert units.parse_repeat("每天 20:00") == Repeat(frozenset(range(7)), 1200)
    assert units.parse_repeat("周末") == Repeat(frozenset({5, 6}), None)
    for text in ("20:00", "", "周八 20:00"):
        with pytest.raises(Unreadable):
            units.parse_repeat(text)


def test_a_rhythm_shown_is_a_rhythm_read() -> None:
    rhythm = Repeat(frozenset({0, 6}), 1200)
    assert units.parse_repeat(str(rhythm)) == rhythm


def test_a_rate_is_so_many_per_time() -> None:
    assert units.parse_rate("5/周") == Rate(5, 168)
    assert units.parse_rate("2/day").per_day == 2
    with pytest.raises(Unreadable):
        units.parse_rate("5")


def test_flags_in_two_languages() -> None:
    assert all(units.parse_flag(text) for text in ("yes", "TRUE", "on", "是"))
    assert not any(units.parse_flag(text) for text in ("no", "false", "off", "否"))
    with pytest.raises(Unreadable):
        units.parse_flag("1")


def test_amounts_to_read_are_shortened_as_each_language_does() -> None:
    assert units.show_money(1_234_567_890, "zh") == "¥1234.57万"
    assert units.show_money(-9_990, "zh") == "-¥99.9"
    assert units.show_count(12_345_678, "zh") == "1234.57万"
    assert units.show_count(12_345_678, "en") == "12.35M"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    readers = [getattr(units, name) for name in units.__all__ if name.startswith("parse_")]
    for read in readers:
        try:
            read(text)
        except Unreadable:
            continue
