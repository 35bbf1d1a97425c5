"""The acceptance table itself: its rows, how they are told, what their plans may differ in; and its cheap rows, small.

The whole table is `make acceptance`.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from itertools import chain
from math import inf
from pathlib import Path
from types import ModuleType

import pytest
from bench import Bench, Plan
from figures import Found
from table import ROWS, Row

from dacu.language.text import dump
from dacu.language.tree import Branch
from dacu.scenario.diff import differences
from dacu.scenario.load import Loaded

pytestmark = pytest.mark.acceptance

WANTED = {
    *(f"A{number:02}" for number in range(1, 36)),
    *(f"N{number:02}" for number in range(1, 19)),
    *(f"P{number}" for number in range(1, 7)),
}
CHEAP = ("A19", "A24", "A32", "N02", "N07", "N10")
PROGRAMMES = {"A10", "A22", "A23", "A25", "A35", "N09", "N15"}
"""Rows that compare a whole programme with none, by what the table says they are: several blocks differ."""


@cache
def script() -> ModuleType:
    """The script, which also registers the rows."""
    spec = importlib.util.spec_from_file_location("acceptance_script", Path(__file__).with_name("__main__.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script()
PLANS = sorted({plan for one in ROWS.values() for plan in one.plans.values()}, key=lambda plan: plan.name)
PAIRS = sorted(one.id for one in ROWS.values() if len(one.plans) > 1 and one.id not in PROGRAMMES)


@cache
def loaded(plan: Plan) -> Loaded:
    return plan.load()


def behaviour(plan: Plan) -> str:
    tree = loaded(plan).composed.tree.children["behaviour"]
    assert isinstance(tree, Branch)
    return dump(tree, origins=False)


def test_every_row_of_the_table_is_there() -> None:
    assert ROWS.keys() == WANTED


def test_one_set_of_behavioural_coefficients_serves_every_row() -> None:
    assert len(PLANS) > 50
    assert {behaviour(plan) for plan in PLANS} == {behaviour(Plan("baseline_shop.yaml"))}


@pytest.mark.parametrize("name", PAIRS)
def test_plans_that_a_row_compares_differ_in_one_block(name: str) -> None:
    first, *others = (loaded(plan) for plan in ROWS[name].plans.values())
    for other in others:
        changed = {change.path.split(".")[0] for change in differences(first.composed, other.composed)}
        assert len(changed - {"name"}) == 1, changed


def test_a_row_is_told_as_a_program_reads_it() -> None:
    plain = Row("X1", "a rate", 0.5, 1, {}, lambda _: Found(0.75))
    floor = Row("X2", "a volume", 100, inf, {}, lambda _: Found(90.0))
    found = {"X1": Found(0.75, 0.7, 0.8, {"beside": 3.0}), "X2": Found(90.0)}
    one, two = json.loads(script().as_json([plain, floor], found))
    told = {"id": "X1", "value": 0.75, "low": 0.7, "high": 0.8, "band": [0.5, 1], "ok": True}
    assert {key: one[key] for key in told} == told
    assert (two["band"], two["ok"], two["low"]) == ([100, None], False, None)


def test_a_row_is_out_where_its_figure_is_none_or_something_else_fails() -> None:
    plain = Row("X1", "a rate", 0.5, 1, {}, lambda _: Found(None))
    assert plain.verdict(Found(None)) == "OUT"
    assert plain.verdict(Found(0.75).provided(False)) == "OUT"
    assert plain.verdict(Found(1.0)) == "in"


def test_the_page_names_what_waits_and_does_not_count_it() -> None:
    page = script().as_page([ROWS["A19"]], {"A19": Found(1.0)}, Bench())
    assert "1 of 1 rows" in page


@pytest.mark.parametrize("name", CHEAP)
def test_a_cheap_row_is_inside_its_band_at_a_small_size(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    bench = Bench(replications=1, workers=1, folder=tmp_path_factory.getbasetemp() / "acceptance", scale=0.1)
    found = script().answer(ROWS[name], bench)
    assert ROWS[name].verdict(found) == "in", found


def test_no_row_is_cheap_that_is_not_there() -> None:
    assert set(chain(CHEAP, PROGRAMMES)) <= ROWS.keys()
