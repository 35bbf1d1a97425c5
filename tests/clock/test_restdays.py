from datetime import date, timedelta

from dacu.clock import restdays
from dacu.clock.restdays import DayKind, day_kinds, unannounced_years


def kind(day: date, rest_days: tuple[date, ...] = (), work_days: tuple[date, ...] = ()) -> DayKind:
    return day_kinds([day], rest_days=rest_days, work_days=work_days)[0]


def run_of_holidays(around: date) -> tuple[date, date]:
    """First and last day of the unbroken holiday that contains `around`."""
    first = last = around
    while kind(first - timedelta(days=1)) is DayKind.HOLIDAY:
        first -= timedelta(days=1)
    while kind(last + timedelta(days=1)) is DayKind.HOLIDAY:
        last += timedelta(days=1)
    return first, last


def test_the_national_day_of_2026_rests_from_the_first_to_the_seventh() -> None:
    assert run_of_holidays(date(2026, 10, 1)) == (date(2026, 10, 1), date(2026, 10, 7))


def test_the_holidays_of_2026_are_those_the_state_council_announced() -> None:
    announced = [
        (date(2026, 1, 1), date(2026, 1, 3)),
        (date(2026, 2, 15), date(2026, 2, 23)),
        (date(2026, 4, 4), date(2026, 4, 6)),
        (date(2026, 5, 1), date(2026, 5, 5)),
        (date(2026, 6, 19), date(2026, 6, 21)),
        (date(2026, 9, 25), date(2026, 9, 27)),
        (date(2026, 10, 1), date(2026, 10, 7)),
    ]
    for first, last in announced:
        assert run_of_holidays(first) == (first, last)


def test_the_make_up_workdays_of_2026_are_the_six_announced() -> None:
    year = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    made_up = [day for day, kind in zip(year, day_kinds(year), strict=True) if kind is DayKind.MAKE_UP]
    assert made_up == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


def test_an_ordinary_weekend_is_no_holiday() -> None:
    assert kind(date(2026, 11, 14)) is DayKind.WEEKEND
    assert kind(date(2026, 11, 11)) is DayKind.WORKDAY


def test_the_planners_own_rest_day_wins_over_the_public_calendar() -> None:
    assert kind(date(2026, 11, 11), rest_days=(date(2026, 11, 11),)) is DayKind.HOLIDAY
    assert kind(date(2026, 10, 10), rest_days=(date(2026, 10, 10),)) is DayKind.HOLIDAY


def test_the_planners_own_workday_wins_over_the_public_calendar() -> None:
    assert kind(date(2026, 10, 5), work_days=(date(2026, 10, 5),)) is DayKind.WORKDAY
    assert kind(date(2026, 11, 14), work_days=(date(2026, 11, 14),)) is DayKind.MAKE_UP


def test_a_year_without_announced_make_up_days_is_named() -> None:
    assert unannounced_years({2026, 2040}) == (2040,)


def test_the_file_that_is_read_says_what_the_library_says() -> None:
    """China's calendar is read without the package that it stands in."""
    from holidays import country_holidays

    for year in range(2018, 2031):
        known = country_holidays("CN", years=[year, year + 1])
        assert restdays._public_days(frozenset({year})) == (set(known), set(known.weekend_workdays))
