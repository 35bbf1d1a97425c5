"""The last sale beside the plan's: multiples by hand, whatever the size of the shop or the length of the sale."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from dacu.calibrate.history import Settled
from dacu.calibrate.last_event import Beside, beside_last_event, warnings_of
from dacu.errors import InputError
from dacu.results import Replication, Result, summarise
from dacu.scenario.load import load
from dacu.tables import Table

DAYS = 20
USUAL = {"gmv_day": 2_000.0, "visitors_day": 100.0, "cvr": 0.1, "aov": 200.0, "spend_day": 50.0}
TOWN = """\
dacu: 1
calendar:
  start: 2026-10-12
  days: 20
  warmup: 0
  events: {sale: {announce: D2, start: D5 20:00, end: D7 24:00}}
people: {size: 10000, agents: 200}
platforms: {douyin: {}, tmall: {}}
skus: {soap: {list: 79, cost: 21}}
channels: {feed_ads: {platform: douyin, daily_budget: 100}}
market: {baseline: {feed_ads: 100}}
"""
HISTORY = """\
history:
  douyin:
    gmv_day: 1000
    aov: 100
    spend_day: 100
    last_event:
      start: 2026-06-17
      days: 2
      gmv: 12000
      peak_day_gmv: 8000
      after_7d_gmv: 6300
      orders: 80
      spend: 500
"""


def settled(*sets: str, history: str = HISTORY) -> Settled:
    loaded = load("town.yaml", sets, lambda name: (name, TOWN + history))
    return Settled(loaded, usual={"douyin": USUAL})


def result(gmv: Mapping[int, float], *runs: float, lost_units: int = 0) -> Result:
    """Runs in which douyin sells so much on some days (D1 is 1), times a factor a run, and tmall far more."""

    def places(factor: float) -> Table:
        sold = [factor * gmv.get(day, 2_000.0) for day in range(1, DAYS + 1)]
        columns: dict[str, Sequence[float | None]] = {
            "gmv_expected": sold, "gmv": [amount + 1 for amount in sold],
            "orders_expected": [amount / 200 for amount in sold], "orders": [amount / 100 for amount in sold],
            "spend": [75.0] * DAYS,
        }  # fmt: skip
        keys = {"platform": [f"platforms.{name}" for _ in range(DAYS) for name in ("douyin", "tmall")]}
        return Table(
            keys, {name: [one for own in own_days for one in (own, 9e9)] for name, own_days in columns.items()}
        )

    counted = [
        Replication(1, number, {"gmv": 1, "orders": 1, "lost_units": lost_units}, {"gmv": 1.0, "orders": 1.0},
                    {"places": places(factor)})
        for number, factor in enumerate(runs)
    ]  # fmt: skip
    return summarise("town", 1, 200, 50, counted)


SALE = {5: 6_000.0, 6: 10_000.0, 7: 14_000.0} | dict.fromkeys(range(8, 15), 1_500.0)


def by_figure(rows: Sequence[Beside]) -> dict[str, Beside]:
    return {row.figure: row for row in rows}


def test_a_day_of_each_sale_is_a_multiple_of_its_ordinary_day() -> None:
    rows = by_figure(beside_last_event(settled(), result(SALE, 0.99, 1.01)))
    assert {figure: row.last_multiple for figure, row in rows.items()} == pytest.approx({
        "gmv": 12_000 / 2 / 1_000, "peak_day_gmv": 8_000 / 1_000, "after_7d_gmv": 6_300 / 7 / 1_000,
        "orders": 80 / 2 / 10, "spend": 500 / 2 / 100,
    })  # fmt: skip
    assert {figure: row.as_json()["model"] for figure, row in rows.items()} == pytest.approx({
        "gmv": 30_000, "peak_day_gmv": 14_000, "after_7d_gmv": 10_500, "orders": 150, "spend": 225,
    })  # fmt: skip
    assert {figure: row.as_json()["multiple"] for figure, row in rows.items()} == pytest.approx({
        "gmv": 30_000 / 3 / 2_000, "peak_day_gmv": 14_000 / 2_000, "after_7d_gmv": 10_500 / 7 / 2_000,
        "orders": 150 / 3 / 10, "spend": 75 / 50,
    })  # fmt: skip
    low, high = (rows["gmv"].as_json()[f"multiple_{bound}"] for bound in ("low", "high"))
    assert (low + high) / 2 == pytest.approx(5)
    assert high - low == pytest.approx(2 * 12.7062047 * 0.05)  # t of one degree × the standard error of 4.95 and 5.05


def test_what_is_unlike_is_red_and_warned_of_at_its_line() -> None:
    own = settled()
    rows = beside_last_event(own, result(SALE, 1.0))
    assert {row.figure: row.off for row in rows} == pytest.approx({
        "gmv": 5 / 6 - 1, "peak_day_gmv": 7 / 8 - 1, "after_7d_gmv": 0.75 / 0.9 - 1, "orders": 5 / 4 - 1,
        "spend": 1.5 / 2.5 - 1,
    })  # fmt: skip
    red = [row.figure for row in rows if row.red]
    assert red == ["gmv", "after_7d_gmv", "orders", "spend"]
    warnings = warnings_of(own, rows)
    lines = (TOWN + HISTORY).splitlines()
    told = [
        (lines[finding.mark.line - 1].split(":")[0].strip(), finding.args["off"])
        for finding in warnings
        if finding.mark
    ]
    assert told == [("gmv", "-17%"), ("after_7d_gmv", "-17%"), ("orders", "+25%"), ("spend", "-40%")]


def test_a_shop_that_has_grown_is_measured_by_its_ordinary_day_of_then() -> None:
    rows = by_figure(beside_last_event(settled("history.douyin.last_event.gmv_day=500"), result(SALE, 1.0)))
    multiples = {figure: row.last_multiple for figure, row in rows.items()}
    assert multiples == pytest.approx({"gmv": 12, "peak_day_gmv": 16, "after_7d_gmv": 1.8, "orders": 8, "spend": 5})


def test_a_shop_that_ran_short_is_read_by_what_it_sold() -> None:
    rows = by_figure(beside_last_event(settled(), result(SALE, 1.0, lost_units=3)))
    assert rows["gmv"].as_json()["model"] == 30_003
    assert rows["orders"].as_json()["model"] == 300


def test_days_that_the_plan_does_not_hold_have_no_figure() -> None:
    late = settled("calendar.events.sale.end=D13 24:00", "calendar.events.sale.start=D12")
    rows = by_figure(beside_last_event(late, result({}, 1.0)))
    assert rows["gmv"].as_json()["multiple"] == pytest.approx(1)
    assert rows["after_7d_gmv"].as_json()["multiple"] == pytest.approx(1)
    later = settled("calendar.events.sale.end=D14 1:00", "calendar.events.sale.start=D12")
    rows = by_figure(beside_last_event(later, result({}, 1.0)))
    assert rows["gmv"].model is not None
    assert rows["after_7d_gmv"].model is None
    assert not rows["after_7d_gmv"].red


def test_a_model_that_sells_nothing_on_an_ordinary_day_has_no_multiple() -> None:
    nothing = replace(settled(), usual={"douyin": USUAL | {"gmv_day": 1e-10}})
    rows = by_figure(beside_last_event(nothing, result(SALE, 1.0)))
    assert rows["gmv"].multiple is None
    assert rows["orders"].multiple is not None


def test_each_sale_of_the_platform_stands_beside_it_and_none_of_another() -> None:
    other = "calendar.events.other={platform: tmall, announce: D1, start: D10, end: D11}"
    again = "calendar.events.again={platform: douyin, announce: D1, start: D10, end: D11}"
    rows = beside_last_event(settled(other, again), result({}, 1.0))
    assert list(dict.fromkeys(row.event for row in rows)) == ["sale", "again"]
    alone = settled("calendar.events.sale.platform=tmall")
    assert {row.event for row in beside_last_event(alone, result({}, 1.0))} == {None}


@pytest.mark.parametrize(
    ("change", "code", "here", "there"),
    [
        (("peak_day_gmv: 8000", "peak_day_gmv: 12001"), "last_event_peak_above_all", "peak_day_gmv", "gmv: 12000"),
        (("peak_day_gmv: 8000", "peak_day_gmv: 5700"), "last_event_peak_too_low", "peak_day_gmv", "gmv: 12000"),
        (("after_7d_gmv: 6300", "after_7d_gmv: 56001"), "last_event_week_above_peak", "after_7d_gmv", "peak_day_gmv"),
        (("start: 2026-06-17", "start: 2026-10-04"), "last_event_not_over", "start: 2026-10-04", "start: 2026-10-12"),
    ],
)
def test_figures_that_contradict_name_both_lines(change: tuple[str, str], code: str, here: str, there: str) -> None:
    text = HISTORY.replace(*change)
    lines = (TOWN + text).splitlines()
    with pytest.raises(InputError) as refused:
        settled(history=text)
    (finding,) = refused.value.findings
    places = [1 + next(n for n, line in enumerate(lines) if line.strip().startswith(start)) for start in (here, there)]
    assert finding.code == code
    assert finding.mark is not None
    assert [finding.mark.line, finding.args["where"]] == [places[0], f"town.yaml:{places[1]}"]
    for lang in ("zh", "en"):
        assert f"town.yaml:{places[1]}" in finding.sentence(lang)


@pytest.mark.parametrize(
    ("gone", "figure"),
    [("    gmv_day: 1000\n", "gmv"), ("    aov: 100\n", "orders"), ("    spend_day: 100\n", "spend")],
)
def test_without_an_ordinary_day_there_is_no_multiple(gone: str, figure: str) -> None:
    with pytest.raises(InputError) as refused:
        settled(history=HISTORY.replace(gone, ""))
    codes = {finding.path: finding.code for finding in refused.value.findings}
    assert codes[f"history.douyin.last_event.{figure}"] == "last_event_without_usual"


def test_no_multiple_lies_below_nothing() -> None:
    row = by_figure(beside_last_event(settled(), result(SALE, 0.9, 1.1)))["gmv"]
    assert row.as_json()["multiple_low"] == 0
    assert row.as_json()["multiple_high"] == pytest.approx(5 + 12.7062047 * 0.5)
