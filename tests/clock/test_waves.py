"""A long sale in waves, and media prices by day: what the calendar makes of them, and what it refuses."""

from typing import Any

import pytest

from dacu.clock.activity import Rhythm
from dacu.clock.blocks import CalendarBlock, event_and_wave
from dacu.clock.calendar import Calendar, build_calendar

RHYTHM = Rhythm(hours=[1] * 24, weekdays=[1] * 7, holiday=1)
FIRST = {"start": "D3 20:00", "end": "D5 24:00", "cpm_index": "1.3", "presale": {"start": "D2 20:00"}}
MAIN = {"start": "D9", "end": "D10 24:00"}
SALE = {"announce": "D2 10:00", "cpm_index": "1.5", "waves": {"正日": MAIN, "开门红": FIRST}}  # not in order of time


def block(**event: Any) -> CalendarBlock:
    return CalendarBlock.model_validate({"start": "2026-06-01", "days": "14", "events": {"tmall": event}})


def calendar(**event: Any) -> Calendar:
    return build_calendar(block(**event), RHYTHM, event_cpm_index=1.6)


def test_an_event_is_open_in_its_waves_and_awaited_before_each() -> None:
    (event,) = calendar(**SALE).events
    assert [(wave.name, wave.start, wave.end) for wave in event.waves] == [("开门红", 68, 120), ("正日", 192, 240)]
    assert (event.start, event.end) == (68, 240)
    hours = range(14 * 24)
    assert [t for t in hours if event.open(t)] == [*range(68, 120), *range(192, 240)]
    assert [t for t in hours if event.awaited(t)] == [*range(34, 68), *range(120, 192)]
    assert [t for t in hours if event.opening(t)] == [68, 192]


def test_a_waves_own_media_price_goes_before_the_events() -> None:
    cal = calendar(**SALE)
    assert [cal.media_price(t, "tmall") for t in (67, 68, 119, 120, 192)] == [1, 1.3, 1.3, 1, 1.5]
    without = {key: value for key, value in SALE.items() if key != "cpm_index"}
    assert calendar(**without).media_price(192, "tmall") == 1.6


def test_deposits_are_of_a_wave_until_it_opens() -> None:
    (event,) = calendar(**SALE).events
    assert [wave.presale for wave in event.waves] == [(44, 68, 24), None]


def test_a_day_of_its_own_media_price_is_dear_for_all_its_hours() -> None:
    cal = calendar(**SALE, cpm_days={"D3": "2.2", "2026-06-09": "0.8"})
    # D3 is dear before the sale opens at 20:00 as well; 9 June is D9
    assert [cal.media_price(t, "tmall") for t in (47, 48, 71, 72, 191, 192, 215, 216)] == [
        1, 2.2, 2.2, 1.3, 1, 0.8, 0.8, 1.5,
    ]  # fmt: skip


def test_of_two_events_the_dearer_counts_and_another_platforms_does_not() -> None:
    events = {
        "a": {"announce": "D1", "start": "D2", "end": "D4", "cpm_index": "0.8"},
        "b": {"announce": "D1", "start": "D3", "end": "D4", "cpm_index": "1.2"},
        "c": {"announce": "D1", "start": "D1", "end": "D4", "cpm_index": "9", "platform": "jd"},
    }
    plan = CalendarBlock.model_validate({"start": "2026-06-01", "days": "14", "events": events})
    cal = build_calendar(plan, RHYTHM, event_cpm_index=1.6)
    assert [cal.media_price(t, "tmall") for t in (0, 24, 48)] == [1, 0.8, 1.2]


def test_a_promotion_names_an_event_or_one_of_its_waves() -> None:
    cal = calendar(**SALE)
    named = {name: [wave.start for _, wave in cal.waves(name)] for name in ("tmall", "tmall.正日", "tmall.返场", "jd")}
    assert named == {"tmall": [68, 192], "tmall.正日": [192], "tmall.返场": [], "jd": []}


@pytest.mark.parametrize(
    ("reference", "event", "wave"),
    [
        ("双11.11", "双11.11", ""),
        ('"双11.11".正日', "双11.11", "正日"),
        ('"双11.11"."第 1 波"', "双11.11", "第 1 波"),
        ("双12.12", "双12", "12"),
        ("not=a path", "not=a path", ""),
    ],
)
def test_names_with_dots_stand_in_quotes_before_a_wave(reference: str, event: str, wave: str) -> None:
    assert event_and_wave(reference, {"双11.11"}) == (event, wave)


REFUSED = [
    ({"start": "D3"}, "waves_and_own", ("start",), ("waves",)),
    ({"end": "D12"}, "waves_and_own", ("end",), ("waves",)),
    ({"presale": {"start": "D3"}}, "waves_and_own", ("presale",), ("waves",)),
    ({"waves": {}}, "event_without_time", (), ()),
    ({"announce": "D9 00:01", "waves": {"b": {"start": "D11", "end": "D12"}, "a": MAIN}}, "announced_after_start",
     ("announce",), ("waves", "a", "start")),
    ({"price_protection": {"until": "D10 23:00"}}, "protection_too_short", ("price_protection", "until"),
     ("waves", "正日", "end")),
    ({"cpm_days": {"D1": "2"}}, "cpm_day_outside", ("cpm_days", "D1"), ("announce",)),
    ({"cpm_days": {"D11": "2"}}, "cpm_day_outside", ("cpm_days", "D11"), ("announce",)),
    ({"cpm_days": {"D9": "2", "2026-06-09": "3"}}, "cpm_day_twice", ("cpm_days", "2026-06-09"), ("cpm_days", "D9")),
    ({"waves": {"a": FIRST, "b": {"start": "D5 23:59", "end": "D6"}}}, "waves_overlap", ("waves", "b", "start"),
     ("waves", "a", "end")),
    ({"waves": {"a": FIRST, "b": {"start": "D8", "end": "D8"}}}, "ends_before_start", ("waves", "b", "end"),
     ("waves", "b", "start")),
    ({"waves": {"a": {**FIRST, "presale": {"start": "D2 09:00"}}}}, "presale_before_announcement",
     ("waves", "a", "presale", "start"), ("announce",)),
    ({"waves": {"a": {**FIRST, "presale": {"start": "D3 21:00"}}}}, "presale_after_start",
     ("waves", "a", "presale", "start"), ("waves", "a", "start")),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "code", "at", "against"), REFUSED)
def test_a_sale_that_makes_no_sense_is_refused_at_both_places(
    keys: dict[str, Any], code: str, at: tuple[str, ...], against: tuple[str, ...]
) -> None:
    (problem,) = block(**{**SALE, **keys}).check()
    event = ("events", "tmall")
    assert (problem.code, problem.at) == (code, (*event, *at))
    assert problem.against == ((*event, *against) if against else ())


def test_a_wave_that_covers_two_others_is_told_twice() -> None:
    waves = {"b": {"start": "D3", "end": "D4"}, "a": {"start": "D2", "end": "D9"}, "c": {"start": "D5", "end": "D6"}}
    problems = block(announce="D1", waves=waves).check()
    found = [(problem.code, problem.at[-2], problem.against[-2]) for problem in problems]
    assert found == [("waves_overlap", "b", "a"), ("waves_overlap", "c", "a")]


def test_waves_may_touch_and_a_day_may_be_the_announcements_or_the_last() -> None:
    waves = {"a": {"start": "D3", "end": "D5"}, "b": {"start": "D5", "end": "D6 24:00"}}
    assert list(block(announce="D2 10:00", waves=waves, cpm_days={"D2": "2", "D6": "2"}).check()) == []
