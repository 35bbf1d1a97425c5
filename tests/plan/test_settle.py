"""Newton's method finds the optimum of the true curves to rounding, and says nothing it cannot prove."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.plan.certificate import bound_of, certify, whole_box
from dacu.plan.curves import Hill, Log, Logistic, Points, Power
from dacu.plan.problem import Amount, Cell, Claim, Limit, Room, keeps
from dacu.plan.program import solve
from dacu.plan.settle import around, polished, settle

ROOTS = {name: Power(scale, 0.5) for name, scale in zip("abcd", (3.0, 1.0, 1.0, 3.0), strict=True)}


def moved(problem, budget):
    return replace(problem, limits=(replace(problem.limits[0], value=budget), *problem.limits[1:]))


def central_difference(problem, known, step):
    up, down = (settle(moved(problem, problem.limits[0].value + s), known.money, known.prices) for s in (step, -step))
    return (up.objective - down.objective) / (2 * step)


def test_square_roots_have_the_price_of_their_closed_form(curve_problem):
    problem = curve_problem(ROOTS, 1200.0)
    found = polished(problem, solve(problem))
    assert found.objective == pytest.approx(math.sqrt(20 * 1200), rel=1e-13)
    assert found.prices["budget"][0] == pytest.approx(math.sqrt(20 / 1200) / 2, rel=1e-12)
    assert found.money[Cell("a")] == pytest.approx(1200 * 9 / 20, rel=1e-10)


def test_logs_share_by_their_slopes(curve_problem):
    slopes = {"a": 8256.21, "b": 7764.20, "c": 7953.36}
    problem = curve_problem({name: Log(0.0, slope, 1.0) for name, slope in slopes.items()}, 100_000.0)
    found = polished(problem, solve(problem))
    assert found.prices["budget"][0] == pytest.approx(sum(slopes.values()) / 100_000, rel=1e-12)
    assert found.money[Cell("b")] == pytest.approx(100_000 * 7764.20 / sum(slopes.values()), rel=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_the_price_of_the_budget_is_the_central_difference(curve_problem, seed):
    rng = np.random.default_rng(seed)
    curves = {f"hill {k}": Hill(rng.uniform(10, 90), rng.uniform(1, 20), rng.uniform(0.5, 1)) for k in range(8)}
    curves |= {f"logistic {k}": Logistic(rng.uniform(5, 40), rng.uniform(0.02, 0.3)) for k in range(4)}
    problem = curve_problem(curves, 120.0)
    known = polished(problem, solve(problem))
    difference = central_difference(problem, known, 1e-4 * 120)
    assert known.prices["budget"][0] == pytest.approx(difference, rel=1e-6)


def test_a_price_on_a_stretch_of_an_s_is_the_difference_there(curve_problem):
    curves = {name: Hill(top, half, 2.5) for name, top, half in (("a", 60, 10), ("b", 50, 20), ("c", 20, 30))}
    problem = curve_problem(curves, 45.0)
    found = solve(problem)
    local = around(problem, found)
    known = polished(local, found)
    assert known.prices["budget"][0] == pytest.approx(central_difference(local, known, 1e-3), rel=1e-6)
    assert local.rooms[Cell("a")].least == pytest.approx(curves["a"].turns[0])


def test_a_floor_of_returns_on_money_is_settled_with_its_price(curve_problem):
    """Two roots, at least 4 returned a unit spent: 2·√2·√B = 4·B, so B = ½, and nothing is left of the budget."""
    curves = {name: Power(2.0, 0.5) for name in "ab"}
    cells = dict.fromkeys(map(Cell, "ab"), 1.0)
    floor = Limit(
        "roi", "at_least", 4.0, "ratio", "ROI 下限", "ROI floor", (Amount(response={"return": cells}),), Amount(cells)
    )
    problem = curve_problem(curves, 10.0, floor)
    found = polished(problem, solve(problem))
    assert sum(found.money.values()) == pytest.approx(0.5, rel=1e-9)
    # B = 8/v², so the objective √(8B) = 8/v falls by 8/v² = ½ a unit of the floor, which weighs B = ½
    assert found.prices["roi"][0] * 0.5 == pytest.approx(0.5, rel=1e-9)
    assert found.prices["budget"] == (0.0,)


def test_a_polished_solution_has_a_certificate_without_a_gap(curve_problem, row):
    """Whatever the programme's segments left between plan and bound is gone."""
    curves = {"a": Hill(80.0, 9.0, 0.7), "b": Logistic(30.0, 0.05), "c": Log(3.0, 9.0, 0.5), "d": Power(4.0, 0.5)}
    problem = curve_problem(curves, 60.0, row("share", "at_most", 0.4, ["a", "b"], of=list(curves), unit="share"))
    found = polished(problem, solve(problem))
    certificate = certify(problem, Claim(found.money, found.objective, found.prices, found.bound), gap=1e-13)
    assert certificate.holds
    assert certificate.fill_order < 1e-13


def test_what_cannot_be_proved_is_not_said(curve_problem):
    s_curves = {name: Hill(50.0, 10.0, 3.0) for name in "abc"}
    problem = curve_problem(s_curves, 20.0)
    even = dict.fromkeys(problem.rooms, 20 / 3)
    assert settle(problem, even, {"budget": (1.0,)}) is None


def test_straight_lines_and_choices_are_left_to_the_programme(curve_problem):
    lines = curve_problem({"a": Points((0.0, 9.0), (0.0, 9.0))}, 5.0)
    assert settle(lines, {Cell("a"): 5.0}, {"budget": (1.0,)}) is None
    closed = curve_problem(ROOTS, 5.0, rooms={"a": Room(1.0, 5.0, or_zero=True)})
    assert settle(closed, dict.fromkeys(closed.rooms, 1.25), {"budget": (1.0,)}) is None


def test_chains_of_straight_lines_among_smooth_curves_are_settled(curve_problem, row):
    """The chain ends on its kink at 10, 1.5 a unit before and 0.1 after; a floor of 30 takes it across, to 0.1."""
    chain = Points((0.0, 10.0, 50.0), (0.0, 15.0, 19.0))
    curves = {"a": Power(6.0, 0.5), "b": Power(8.0, 0.5), "c": chain}
    problem = curve_problem(curves, 60.0)
    known = polished(problem, solve(problem))
    assert known.money[Cell("c")] == 10.0
    assert known.prices["budget"][0] == pytest.approx(10 / (2 * 50**0.5), rel=1e-12)  # √(6² + 8²) over 2·√50
    floor = row("floor", "at_least", 30.0, ["c"])
    held = replace(problem, limits=(*problem.limits, floor))
    found = settle(held, known.money, {**known.prices, "floor": (0.0,)})
    assert found.money[Cell("c")] == pytest.approx(30.0)
    assert found.prices["floor"][0] == pytest.approx(10 / (2 * 30**0.5) - 0.1, rel=1e-9)


def test_a_budget_out_of_reach_is_not_settled(curve_problem):
    problem = curve_problem(ROOTS, 100.0, rooms=dict.fromkeys(ROOTS, Room(0.0, 10.0)), side="exactly")
    assert settle(problem, dict.fromkeys(problem.rooms, 10.0), {"budget": (0.1,)}) is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.3, 3.0))
def test_wherever_it_starts_it_ends_at_a_proved_optimum_or_nowhere(curve_problem, row, seed, times):
    rng = np.random.default_rng(seed)
    curves = {f"c{k}": Hill(rng.uniform(1, 90), rng.uniform(1, 30), rng.uniform(0.6, 1)) for k in range(6)}
    share = row("brand", "at_most", rng.uniform(0.1, 0.9), ["c0", "c1"], of=list(curves), unit="share")
    floor = row("floor", "at_least", rng.uniform(0, 10), ["c2", "c3"])
    problem = curve_problem(curves, 60.0, share, floor)
    known = polished(problem, solve(problem))
    there = moved(problem, 60.0 * times)
    found = settle(there, known.money, known.prices)
    if found is not None:
        state = there.state(found.money)
        assert keeps(state, there.limits)
        assert bound_of(there, whole_box(there), found.prices) <= found.objective + 1e-8 * found.objective
        assert found.objective == pytest.approx(solve(there).objective, rel=1e-8)
