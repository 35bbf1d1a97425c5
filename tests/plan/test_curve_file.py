"""A file of curves becomes the problem it says, and `allocate` asks the same from Python."""

import math
import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from dacu.errors import AnswerIsNo, InputError
from dacu.plan import allocate
from dacu.plan.curve_file import MEASURE, FromNothing, read, unlimited
from dacu.plan.problem import Cell, Problem, Room

ROOT = Path(__file__).parents[2]
DESIGN = """\
budget: 300万
spend: exactly
channels:
  feed_ads:  {curve: {hill: {top: 900万, half: 80万, slope: 1.8}}, min: 0, max: 200万}
  search:    {curve: {points: [[0, 0], [20万, 90万], [60万, 150万]]}, min_or_zero: 5万, max: 60万}
  kol:       {curve: {logistic: {top: 400万, rate: 0.000002}}}
  private:   {curve: {power: {scale: 900, exponent: 0.5}}}
  brand:     {curve: {log: {level: 1000, slope: 8256}}, min: 1}
  mixed:     {curve: {sum: [{logistic: {top: 2, rate: 0.3}}, {hill: {top: 1, half: 4, slope: 2}}]}}
groups: {品效: {channels: [kol, brand], share: [20%, 50%], money: [10万, 90万]}}
rows:   {pull: {terms: {search: 1, private: 1, feed_ads: -1}, at_most: 0}}
choose: {one_brand: {channels: [kol, brand], at_most: 1}}
"""


def problem(text: str = DESIGN) -> Problem:
    return read(text, "curves.yaml").problem


def test_every_family_is_its_formula() -> None:
    curves = {cell.line: curve for cell, curve in problem().curves[MEASURE].items()}
    x = 5e5
    assert curves["feed_ads"].at(x) == pytest.approx(9e6 * x**1.8 / (8e5**1.8 + x**1.8))
    assert curves["search"].at(x) == pytest.approx(9e5 + 6e5 * 3 / 4)
    assert curves["kol"].at(x) == pytest.approx(4e6 * (1 - math.exp(-1)) / (1 + math.exp(-1)))
    assert curves["private"].at(x) == pytest.approx(900 * math.sqrt(x))
    assert curves["brand"].at(x) == pytest.approx(1000 + 8256 * math.log(x))
    assert curves["mixed"].at(4) == pytest.approx(2 * (1 - math.exp(-1.2)) / (1 + math.exp(-1.2)) + 0.5)


def test_rooms_end_at_maximum_curve_and_budget() -> None:
    rooms = {cell.line: room for cell, room in problem().rooms.items()}
    assert rooms["feed_ads"] == Room(0, 2e6)
    assert rooms["search"] == Room(5e4, 6e5, or_zero=True)
    assert rooms["brand"] == Room(1, 3e6)
    wide = unlimited(problem()).rooms
    assert wide[Cell("feed_ads")] == Room(0, 6e6)
    assert wide[Cell("search")] == rooms["search"]  # no one knows its curve beyond


def test_every_demand_is_a_limit() -> None:
    limits = {limit.id: limit for limit in problem().limits}
    assert {key: (limit.side, limit.value, limit.unit) for key, limit in limits.items()} == {
        "budget": ("exactly", 3e6, "plain"),
        "channels.feed_ads.max": ("at_most", 2e6, "plain"),
        "channels.search.max": ("at_most", 6e5, "plain"),
        "channels.brand.min": ("at_least", 1, "plain"),
        "groups.品效.money.max": ("at_most", 9e5, "plain"),
        "groups.品效.money.min": ("at_least", 1e5, "plain"),
        "groups.品效.share.max": ("at_most", 0.5, "share"),
        "groups.品效.share.min": ("at_least", 0.2, "share"),
        "rows.pull": ("at_most", 0, "plain"),
        "choose.one_brand": ("at_most", 1, "count"),
    }
    money = dict.fromkeys(problem().rooms, 0.0) | {Cell("kol"): 3.0, Cell("private"): 9.0}
    state = problem().state(money | {Cell("brand"): 1.0})
    assert limits["groups.品效.share.max"].measured(state) == pytest.approx(4 / 13)  # of the money spent
    assert limits["rows.pull"].measured(state) == 9
    assert limits["choose.one_brand"].measured(state) == 2


def test_a_curve_that_starts_above_nothing_returns_nothing_for_nothing() -> None:
    channels = {
        "log": {"curve": {"log": {"level": 1, "slope": 2}}, "min_or_zero": 3},
        "points": {"curve": {"points": [[2, 5], [9, 6]]}, "min_or_zero": 2},
    }
    for name, best in (("log", 1 + 2 * math.log(8)), ("points", 5 + 6 / 7)):
        found = allocate({name: channels[name], "rest": {"curve": {"power": {"scale": 0.001, "exponent": 1}}}}, 8)
        assert found.choices == {name: 1}
        assert found.objective == pytest.approx(best, rel=1e-6)
        curve = found.asked.problem.curves[MEASURE][Cell(name)]
        assert isinstance(curve, FromNothing)
        assert curve.at(0) == 0
    closed = allocate({**channels, "rest": {"curve": {"power": {"scale": 9, "exponent": 1}}}}, 1)
    assert closed.choices == {"log": 0, "points": 0}
    assert closed.objective == pytest.approx(9)


def test_logarithms_have_their_published_optimum() -> None:
    levels, slopes = (-9453.72, -8312.84, -7371.33), (8256.21, 7764.20, 7953.36)
    pairs = enumerate(zip(levels, slopes, strict=True))
    channels = {f"c{k}": {"curve": {"log": {"level": level, "slope": slope}}, "min": 1} for k, (level, slope) in pairs}
    found = allocate(channels, 100_000)
    assert found.objective == pytest.approx(224_540.15, abs=0.01)
    for k, slope in enumerate(slopes):  # money goes as the slopes
        assert found.spend[f"c{k}"] == pytest.approx(100_000 * slope / sum(slopes), rel=1e-4)


def mixed(money: float, response: float) -> Mapping[str, Mapping[str, object]]:
    """An S, a log, points and a choice, in units of so much money and response."""
    return {
        "S": {"curve": {"hill": {"top": 90 * response, "half": 40 * money, "slope": 2.5}}, "max": 70 * money},
        "千川": {"curve": {"logistic": {"top": 50 * response, "rate": 0.05 / money}}},
        "two lines": {"curve": {"points": [[0, 0], [10 * money, 30 * response], [60 * money, 45 * response]]}},
    }


def test_units_do_not_move_the_plan() -> None:
    plain = allocate(mixed(1, 1), 100)
    for money, response in product((1e-6, 1e6), (1e-6, 1e6)):
        other = allocate(mixed(money, response), 100 * money)
        assert other.objective / response == pytest.approx(plain.objective, rel=1e-6)
        assert {k: x / money for k, x in other.spend.items()} == pytest.approx(plain.spend, rel=1e-3)


def test_the_maximum_of_an_s_has_a_price() -> None:
    channels = {
        "S": {"curve": {"hill": {"top": 90, "half": 40, "slope": 2.5}}, "max": 50},
        "line": {"curve": {"power": {"scale": 0.1, "exponent": 1}}},
    }
    found = allocate(channels, 100)
    (price,) = [price for price in found.prices if price.limit.id == "channels.S.max"]
    share = 50**2.5 / (40**2.5 + 50**2.5)
    assert price.price == pytest.approx(90 * 2.5 * share * (1 - share) / 50 - 0.1, rel=1e-6)  # less what the line loses
    assert found.marginal["line"] == pytest.approx(0.1)


def test_what_python_asks_wrongly_is_told_without_a_place() -> None:
    with pytest.raises(InputError) as told:
        allocate({"a": {"curve": {"hill": {"top": 1, "half": math.nan}}}}, 3)
    (finding,) = told.value.findings
    assert (finding.code, finding.path, finding.mark) == ("not_a_number", "channels.a.curve.hill.half", None)


def test_floors_above_the_budget_are_no_plan() -> None:
    curve = {"power": {"scale": 1, "exponent": 0.5}}
    with pytest.raises(AnswerIsNo):
        allocate({"a": {"curve": curve, "min": 6}, "b": {"curve": curve, "min": 5}}, 10)


def test_the_entry_is_the_function_whatever_was_imported_before() -> None:
    code = "import dacu.plan.allocation, dacu.plan; from dacu.plan import allocate; print(callable(allocate))"
    paths = os.pathsep.join([str(ROOT / "engine"), str(ROOT / "cli")])
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths}, capture_output=True, encoding="utf-8",
        check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "True"
