"""What the best plan returns at each budget."""

import itertools
import math
from dataclasses import replace

import pytest
from given import hill_problem

from dacu.errors import Fault
from dacu.plan import program
from dacu.plan.curves import Hill, Points, Power
from dacu.plan.frontier import frontier, with_budget
from dacu.plan.optimum import ENOUGH, optimum
from dacu.plan.problem import Room
from dacu.plan.question import Objective

ORDERS = Objective("orders", "订单", "orders", is_money=False)
ROOTS = {name: Power(scale, 0.5) for name, scale in zip("abcd", (3.0, 1.0, 1.0, 3.0), strict=True)}


def pairs(points):
    return list(itertools.pairwise(points))


def test_square_roots_have_the_frontier_of_their_closed_form(curve_problem):
    points = frontier(curve_problem(ROOTS, 1200.0))
    assert [point.budget for point in points] == pytest.approx([120.0 * k for k in range(1, 21)])
    for point in points:
        assert point.objective == pytest.approx(math.sqrt(20 * point.budget), rel=1e-11)
        assert point.marginal == pytest.approx(math.sqrt(20 / point.budget) / 2, rel=1e-9)
        assert point.average == pytest.approx(2 * point.marginal, rel=1e-9)


def test_a_concave_frontier_rises_ever_less(curve_problem, row):
    curves = {f"c{k}": Hill(20.0 + 7 * k, 5.0 + k, 1.0) for k in range(6)}
    share = row("brand", "at_most", 0.3, ["c4", "c5"], of=list(curves), unit="share")
    points = frontier(curve_problem(curves, 50.0, share))
    assert len(points) == 20
    for one, other in pairs(points):
        assert other.objective > one.objective
        assert other.marginal < one.marginal
        chord = (other.objective - one.objective) / (other.budget - one.budget)
        assert other.marginal < chord < one.marginal


def test_the_points_of_an_s_shaped_frontier_are_optima_and_rise(curve_problem):
    curves = {f"c{k}": Hill(30.0 + 11 * k, 8.0 + 3 * k, 2.5) for k in range(4)}
    points = frontier(curve_problem(curves, 40.0), points=8)
    for one, other in pairs(points):
        assert other.objective >= one.objective
    for point in points:
        proved = optimum(curve_problem(curves, point.budget), second=False)
        assert point.objective == pytest.approx(proved.claim.objective, rel=1e-4)
        assert point.local


def test_beyond_what_the_lines_can_take_the_frontier_is_flat(curve_problem):
    points = frontier(curve_problem({"a": Points((0.0, 6.0), (0.0, 12.0))}, 5.0), points=4)
    assert [(p.spent, p.objective, p.marginal) for p in points] == [(2.5, 5, 2), (5, 10, 2), (6, 12, 0), (6, 12, 0)]
    assert points[-1].average == 2.0


def test_a_budget_that_no_plan_keeps_has_no_point(curve_problem, row):
    floor = row("floor", "at_least", 300.0, ["a", "b"])
    points = frontier(curve_problem(ROOTS, 1200.0, floor))
    assert points[0].budget == pytest.approx(360.0)
    assert len(points) == 18


def test_a_point_is_told_in_both_languages(curve_problem):
    point = frontier(curve_problem({"a": Points((0.0, 6e6), (0.0, 6e6))}, 2e6))[9]
    assert point.sentence(ORDERS, "en") == "with 2M the best plan returns 2M of orders; 20K more would add about 20K"
    assert point.sentence(ORDERS, "zh") == "预算 200万 时最优方案的订单为 200万;再多 2万,约增加 2万"


def test_without_a_budget_there_is_no_frontier(curve_problem):
    problem = curve_problem(ROOTS, 10.0)
    with pytest.raises(Fault) as raised:
        frontier(type(problem)(problem.rooms, problem.curves, problem.objective, ()))
    assert raised.value.findings[0].code == "plan_no_budget_limit"


def test_points_of_s_curves_start_from_their_neighbours_and_are_the_best_plans(monkeypatch):
    """Of 20 points only a few need a programme: the others are reached by Newton's method and proved as they are."""
    problem = hill_problem(3, 12)
    budget = replace(problem.limits[0], kind="budget")
    problem = replace(
        problem, limits=(budget,), rooms=dict.fromkeys(problem.rooms, Room(0.0, 2 * budget.value))
    )
    programmes = []
    monkeypatch.setattr(
        program, "solve", lambda *args, was=program.solve, **kinds: programmes.append(1) or was(*args, **kinds)
    )
    points = frontier(problem)
    assert len(programmes) <= 5
    for point in points[3::5]:
        best = optimum(with_budget(problem, 0, point.budget), second=False).claim.objective
        assert point.objective == pytest.approx(best, rel=ENOUGH)
