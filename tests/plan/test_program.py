"""The linear programme against closed forms, brute force and itself in other units and orders."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.errors import AnswerIsNo
from dacu.plan import program
from dacu.plan.curves import Points
from dacu.plan.limits import keeps, limits_of
from dacu.plan.near import nearest
from dacu.plan.problem import Cell, State
from dacu.plan.question import Group, Objective, Question, Range
from dacu.plan.region import local_problem

GMV = Objective("gmv", "GMV", "GMV")


def solve(curves, limits):
    return program.solve(local_problem(curves, tuple(limits)))


def cells(count):
    return [Cell(f"channels.c{i}", "burst") for i in range(count)]


def root_curve(height, most, pieces=400):
    """height·√x on a grid of squares, so that chords lie close to the curve everywhere."""
    spends = most * (np.arange(pieces + 1) / pieces) ** 2
    return Points(tuple(spends.tolist()), tuple((height * np.sqrt(spends)).tolist()))


def question(count, budget, **demands):
    return Question(current=dict.fromkeys(cells(count), budget // count), budget=budget, objective=GMV, **demands)


def test_square_roots_share_the_money_by_the_squares_of_their_heights():
    heights, budget = [3.0, 2.0, 1.0], 1_400_000
    curves = {cell: root_curve(h, budget) for cell, h in zip(cells(3), heights, strict=True)}
    solution = solve(curves, limits_of(question(3, budget)))
    assert [solution.money[cell] for cell in cells(3)] == pytest.approx([900_000, 400_000, 100_000], rel=0.01)
    assert solution.objective == pytest.approx(math.sqrt(14 * budget), rel=1e-5)
    # the price of the budget is the common marginal return, √(Σh²) / (2√B)
    assert solution.prices["optimise.budget"][0] == pytest.approx(math.sqrt(14 / budget) / 2, rel=0.01)


def test_straight_lines_fill_from_the_steepest_until_the_water_is_gone():
    curves = {
        cell: Points((0.0, 100.0), (0.0, 100.0 * slope)) for cell, slope in zip(cells(3), [5.0, 3.0, 1.0], strict=True)
    }
    solution = solve(curves, limits_of(question(3, 150)))
    assert list(solution.money.values()) == pytest.approx([100.0, 50.0, 0.0])
    assert solution.prices["optimise.budget"][0] == pytest.approx(3.0)


def test_a_grid_of_all_plans_knows_none_better():
    rng = np.random.default_rng(5)
    grid = [0.0, 10.0, 20.0, 30.0, 40.0]
    curves = {
        cell: Points(tuple(grid), tuple(np.concatenate([[0], np.cumsum(np.sort(rng.uniform(0, 9, 4))[::-1])])))
        for cell in cells(4)
    }
    groups = {"brand": Group(("channels.c0", "channels.c1"), least=0.5, most=0.75)}
    limits = limits_of(question(4, 80, groups=groups, lines={"channels.c0": Range(most=20)}))
    best = max(
        sum(curve.at(x) for curve, x in zip(curves.values(), plan, strict=True))
        for plan in itertools.product(grid, repeat=4)
        if all(limit.excess(State(dict(zip(curves, plan, strict=True)))) < 1e-9 for limit in limits)
    )
    assert solve(curves, limits).objective >= best - 1e-9


def test_money_that_returns_nothing_stays_unspent():
    curves = {cell: Points((0.0, 100.0, 300.0), (0.0, 50.0, 50.0)) for cell in cells(2)}
    solution = solve(curves, limits_of(question(2, 500)))
    assert sum(solution.money.values()) == pytest.approx(200.0)
    assert solution.prices["optimise.budget"][0] == 0.0


def test_a_floor_on_a_share_does_not_tempt_to_waste():
    # c0 may spend 300 at no loss, and its share asks for 90 of the 300 that are worth spending
    curves = {cell: Points((0.0, 100.0, 300.0), (0.0, 20.0, 20.0)) for cell in cells(3)}
    groups = {"brand": Group(("channels.c0",), least=0.3)}
    assert sum(solve(curves, limits_of(question(3, 636, groups=groups))).money.values()) == pytest.approx(300.0)


def test_a_curve_is_filled_from_its_start_even_where_its_end_is_steeper():
    convex = {cell: Points((0.0, 100.0, 200.0), (0.0, 10.0, 100.0)) for cell in cells(1)}
    assert solve(convex, limits_of(question(1, 100))).objective == pytest.approx(10.0)


def test_money_stands_together_where_curves_are_convex():
    convex = {cell: Points((0.0, 100.0, 200.0), (0.0, 10.0, 100.0)) for cell in cells(2)}
    solution = solve(convex, limits_of(question(2, 200)))
    assert sorted(solution.money.values()) == pytest.approx([0.0, 200.0])
    assert solution.objective == pytest.approx(100.0)


def test_an_exact_budget_is_spent_even_where_it_hurts():
    curves = {cell: Points((0.0, 100.0, 300.0), (0.0, 50.0, -50.0)) for cell in cells(2)}
    solution = solve(curves, limits_of(question(2, 400, spend="exactly")))
    assert sum(solution.money.values()) == pytest.approx(400.0)
    assert solution.prices["optimise.budget"][0] == pytest.approx(-0.5)


def test_limits_that_no_plan_keeps_are_an_answer_and_not_a_crash():
    curves = {cell: Points((0.0, 100.0), (0.0, 1.0)) for cell in cells(2)}
    with pytest.raises(AnswerIsNo) as raised:
        solve(curves, limits_of(question(2, 300, spend="exactly")))
    assert raised.value.exit_code == 1


MOST = {"channels.c0": Range(most=300_000)}
GROUP = {"brand": Group(("channels.c1", "channels.c2"), most=0.6)}


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3, 1e6])
def test_a_plan_does_not_depend_on_units(factor):
    heights = [3.0, 2.0, 1.0]
    limits = limits_of(question(3, 1_400_000, lines=MOST, groups=GROUP))
    scaled = [replace(limit, value=limit.value * factor) if limit.unit == "fen" else limit for limit in limits]
    curves = {cell: root_curve(h, 1_000_000, 20) for cell, h in zip(cells(3), heights, strict=True)}
    other = {
        cell: Points(tuple(x * factor for x in curve.spends), tuple(v / factor for v in curve.values))
        for cell, curve in curves.items()
    }
    plain, changed = solve(curves, limits), solve(other, scaled)
    assert [money / factor for money in changed.money.values()] == pytest.approx(list(plain.money.values()), rel=1e-6)
    for limit in limits:
        priced = [price * factor**2 for price in changed.prices[limit.id]]
        assert priced == pytest.approx(list(plain.prices[limit.id]), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("order", [[2, 0, 1], [1, 2, 0]])
def test_the_order_of_the_cells_does_not_matter(order):
    limits = limits_of(question(3, 1_400_000, lines=MOST, groups=GROUP))
    curves = {cell: root_curve(h, 1_000_000, 20) for cell, h in zip(cells(3), [3.0, 2.0, 1.0], strict=True)}
    names = list(curves)
    shuffled = solve({names[i]: curves[names[i]] for i in order}, limits[::-1])
    assert dict(shuffled.money) == pytest.approx(dict(solve(curves, limits).money), rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3),
    st.integers(20, 200),
    st.integers(1, 100),
)
def test_more_budget_never_hurts(slopes, budget, more):
    curves = {
        cell: Points((0.0, 30.0, 60.0, 90.0), tuple(np.cumsum([0, *sorted(s, reverse=True)]).tolist()))
        for cell, s in zip(cells(3), slopes, strict=True)
    }
    groups = {"brand": Group(("channels.c0",), least=0.1, most=0.5)}
    poor, rich = (solve(curves, limits_of(question(3, b, groups=groups))) for b in (budget, budget + more))
    assert rich.objective >= poor.objective - 1e-6


def test_the_nearest_plan_moves_no_more_money_than_it_must():
    asked = question(3, 300, lines={"channels.c0": Range(most=40)}, spend="exactly")
    limits, target = limits_of(asked), dict.fromkeys(cells(3), 100.0)
    plan = nearest(target, asked, limits)
    assert keeps(plan, limits)
    assert plan[cells(3)[0]] == pytest.approx(40)
    assert sum(abs(plan[cell] - target[cell]) for cell in target) == pytest.approx(120)


def test_the_plan_nearest_to_nothing_meets_the_floors_and_no_more():
    asked = question(3, 300, lines={"channels.c0": Range(least=40)})
    assert list(nearest(dict.fromkeys(cells(3), 0.0), asked, limits_of(asked)).values()) == pytest.approx(
        [40.0, 0.0, 0.0]
    )
