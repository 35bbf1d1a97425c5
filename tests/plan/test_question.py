"""Demands that contradict themselves are all found at once, before anything is solved."""

from dataclasses import replace

import pytest

from dacu.errors import InputError, render
from dacu.plan.problem import Cell
from dacu.plan.question import Choice, Conversion, DailyCap, Group, LineRoi, Objective, Question, Range, Row, evenly

GMV = Objective("gmv", "GMV", "GMV")
A1, A2, B1 = Cell("channels.a", "warm"), Cell("channels.a", "burst"), Cell("channels.b", "burst")
BASE = Question(current={A1: 100_00, A2: 200_00, B1: 300_00}, budget=600_00, objective=GMV)


def codes(**demands):
    with pytest.raises(InputError) as raised:
        replace(BASE, **demands)
    assert all(render(raised.value.findings, lang) for lang in ("zh", "en"))
    return [finding.code for finding in raised.value.findings]


@pytest.mark.parametrize(
    ("demands", "code"),
    [
        ({"current": {}}, "plan_no_cells"),
        ({"budget": 0}, "plan_no_budget"),
        ({"current": {A1: -1}}, "plan_negative"),
        ({"cells": {A1: Range(least=-5)}}, "plan_negative"),
        ({"cells": {A1: Range(least=5, most=4)}}, "plan_min_above_max"),
        ({"cells": {Cell("channels.b", "warm"): Range()}}, "plan_unknown_cell"),
        ({"lines": {"channels.c": Range(most=1)}}, "plan_unknown_line"),
        ({"phases": {"encore": Range(most=1)}}, "plan_unknown_phase"),
        ({"groups": {"brand": Group(("channels.c",), most=0.5)}}, "plan_unknown_line"),
        ({"groups": {"brand": Group((), most=0.5)}}, "plan_empty_group"),
        ({"groups": {"brand": Group(("channels.a",), most=1.5)}}, "plan_share_range"),
        ({"groups": {"brand": Group(("channels.a",), least=0.5, most=0.4)}}, "plan_min_above_max"),
        ({"groups": {"brand": Group(("channels.a",), money=Range(5, 4))}}, "plan_min_above_max"),
        ({"rows": {"r": Row({"channels.c": 1.0}, "at_most", 5)}}, "plan_unknown_line"),
        ({"rows": {"r": Row({"channels.a": 1.0}, "at_most", 5, "encore")}}, "plan_unknown_phase"),
        ({"choices": {"choose.x": Choice(("channels.c",), "at_most", 1)}}, "plan_unknown_line"),
        ({"choices": {"choose.x": Choice(("channels.a",), "exactly", 2)}}, "plan_choice_of_too_few"),
        ({"changes": {"channels.c": 0.1}}, "plan_unknown_line"),
        ({"line_roi": {"channels.c": LineRoi(1.0)}}, "plan_unknown_line"),
        ({"bookings": {"kols.x": 5}}, "plan_unknown_line"),
        ({"conversions": {"kols": Conversion(("kols.x",), 0.1)}}, "plan_unknown_line"),
        ({"growth": 2.0}, "plan_days_incomplete"),
        ({"daily_cap": DailyCap(5, 10_00)}, "plan_days_incomplete"),
        (
            {"daily_cap": DailyCap(0, 10_00), "days": {"warm": evenly(0, 2), "burst": evenly(2, 1)}},
            "plan_bad_daily_cap",
        ),
    ],
)
def test_a_contradiction_is_named(demands, code):
    assert code in codes(**demands)


def test_all_contradictions_are_reported_together():
    found = codes(budget=-1, lines={"channels.c": Range(most=1)}, cells={A1: Range(least=5, most=4)})
    assert {"plan_no_budget", "plan_unknown_line", "plan_min_above_max"} <= set(found)


def test_overlapping_groups_may_both_ask_for_most_of_the_money():
    groups = {"x": Group(("channels.a", "channels.b"), least=0.9), "y": Group(("channels.b",), least=0.5)}
    assert replace(BASE, groups=groups).groups == groups


def test_a_floor_of_a_line_counts_the_floors_of_its_cells_once():
    demands = {"cells": {A1: Range(least=300_00)}, "lines": {"channels.a": Range(least=400_00)}}
    assert replace(BASE, **demands).budget == 600_00
