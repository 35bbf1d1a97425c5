"""Rounding to money that can be booked."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.errors import Fault
from dacu.plan.limits import keeps, limits_of
from dacu.plan.near import nearest
from dacu.plan.problem import Cell
from dacu.plan.question import DailyCap, Group, Objective, Question, Range, evenly
from dacu.plan.whole import whole

A, B, C = CELLS = tuple(Cell(f"channels.{name}", "burst") for name in "abc")


def question(budget, **demands):
    return Question(dict.fromkeys(CELLS, 1), budget, Objective("gmv", "GMV", "GMV"), **demands)


def test_the_rest_goes_to_the_best_cell_and_the_budget_is_spent_to_the_fen():
    limits = limits_of(question(1_000_05))
    plan = whole({A: 333_35.0, B: 333_35.0, C: 333_35.0}, limits, (B, A, C))
    assert plan == {A: 333_00, B: 334_05, C: 333_00}


def test_a_full_best_cell_passes_the_rest_on():
    limits = limits_of(question(1_000_05, lines={"channels.b": Range(most=333_50)}))
    plan = whole({A: 333_35.0, B: 333_35.0, C: 333_35.0}, limits, (B, A, C))
    assert plan == {A: 333_55, B: 333_50, C: 333_00}


def test_money_left_on_purpose_stays_unspent():
    plan = whole({A: 100_60.2, B: 0.0, C: 0.0}, limits_of(question(1_000_00)), CELLS)
    assert plan == {A: 100_60, B: 0, C: 0}


def test_a_floor_undercut_by_rounding_is_filled_again():
    limits = limits_of(question(1_000_00, lines={"channels.a": Range(least=100_50)}))
    plan = whole({A: 100_50.0, B: 899_50.0, C: 0.0}, limits, (B, C, A))
    assert plan == {A: 100_50, B: 899_50, C: 0}


def test_both_ends_of_a_share_hold_although_every_cell_was_rounded():
    groups = {"x": Group(("channels.a",), least=1 / 3), "y": Group(("channels.b",), most=1 / 3)}
    limits = limits_of(question(1_000_00, groups=groups))
    plan = whole(dict.fromkeys(CELLS, 333_33.3), limits, (B, C, A))
    assert plan[A] >= 1_000_00 / 3 > plan[B]
    assert sum(plan.values()) == 1_000_00


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 5e6), min_size=3, max_size=3),
    st.integers(100_000, 3_000_000),
    st.floats(0.2, 0.9),
    st.integers(50_000, 2_000_000),
)
def test_a_rounded_plan_keeps_its_limits_and_moves_less_than_a_yuan_a_cell(spends, budget, share, most):
    problem = question(
        budget,
        lines={"channels.b": Range(most=most)},
        groups={"brand": Group(("channels.a",), most=share)},
        days={"burst": evenly(0, 3)},
        daily_cap=DailyCap(5, budget // 12),
    )
    limits = limits_of(problem)
    exact = nearest(dict(zip(CELLS, spends, strict=True)), problem, limits)
    plan = whole(exact, limits, CELLS)
    assert keeps(plan, limits)
    assert sum(plan.values()) <= budget
    assert sum(plan.values()) == pytest.approx(math.fsum(exact.values()), abs=300)
    assert all(type(money) is int for money in plan.values())


def test_a_plan_that_breaks_its_limits_is_not_rounded_into_silence():
    with pytest.raises(Fault):
        whole({A: 900_00.0, B: 0.0, C: 0.0}, limits_of(question(500_00)), CELLS)
