"""How far each line may move before it matters, against a search by hand."""

import pytest
from scipy.optimize import brentq

from dacu.plan.curves import Hill, Points, Power
from dacu.plan.problem import Cell, Room
from dacu.plan.program import solve
from dacu.plan.ranges import flat_ranges, line_ranges


def test_two_roots_lose_a_hundredth_where_the_closed_form_does(curve_problem):
    """√x + √(1 − x) falls from √2 to 0.99·√2 at x = ½ ± s with s² = ¼ − (0.99² − ½)²."""
    problem = curve_problem({"a": Power(1.0, 0.5), "b": Power(1.0, 0.5)}, 1.0)
    low, high = flat_ranges(problem, solve(problem))[Cell("a")]
    away = (0.25 - (0.99**2 - 0.5) ** 2) ** 0.5
    assert (low, high) == pytest.approx((0.5 - away, 0.5 + away), rel=0.02)
    assert (low**0.5 + (1 - low) ** 0.5) >= 0.99 * 2**0.5


@pytest.mark.parametrize("loss", [0.002, 0.01, 0.05])
def test_the_ranges_are_those_of_a_search_that_solves_again_at_every_spend(curve_problem, row, loss):
    curves = {"a": Hill(60.0, 9.0, 1.0), "b": Hill(30.0, 4.0, 0.8), "c": Hill(25.0, 20.0, 1.0)}
    share = row("brand", "at_most", 0.6, ["a"], of=list(curves), unit="share")
    problem = curve_problem(curves, 40.0, share)
    best = solve(problem)

    def lost(cell, spend):
        rooms = {**problem.rooms, cell: Room(spend, spend)}
        held = type(problem)(rooms, problem.curves, problem.objective, problem.limits)
        return best.objective - solve(held).objective - loss * best.objective

    for cell, (low, high) in flat_ranges(problem, best, loss).items():
        at = best.money[cell]
        assert low <= at <= high
        if low > 1e-3:
            assert low - at == pytest.approx(brentq(lambda x: lost(cell, x), 1e-3, at, rtol=1e-4) - at, rel=0.05)  # noqa: B023
        top = 24.0 if cell == Cell("a") else 39.9
        if high < top - 1e-3:
            assert high - at == pytest.approx(brentq(lambda x: lost(cell, x), at, top, rtol=1e-4) - at, rel=0.05)  # noqa: B023


def test_a_range_ends_where_the_limits_do(curve_problem, row):
    """Two equal lines: b must spend 3, so a cannot pass 7 of 10 although nothing would be lost."""
    lines = {name: Points((0.0, 10.0), (0.0, 10.0)) for name in "ab"}
    problem = curve_problem(lines, 10.0, row("floor", "at_least", 3.0, ["b"]))
    low, high = flat_ranges(problem, solve(problem))[Cell("a")]
    assert (low, high) == pytest.approx((0.0, 7.0), abs=1e-5)


def test_straight_lines_lose_in_proportion(curve_problem):
    """2 a unit against 1.5: the plan's 20 may fall by 0.2, which is 0.4 units moved."""
    lines = {"a": Points((0.0, 20.0), (0.0, 40.0)), "b": Points((0.0, 20.0), (0.0, 30.0))}
    problem = curve_problem(lines, 10.0)
    ranges = flat_ranges(problem, solve(problem))
    assert ranges[Cell("a")] == pytest.approx((9.6, 10.0), abs=0.02)
    assert ranges[Cell("b")] == pytest.approx((0.0, 0.4), abs=0.02)


def test_a_line_over_its_phases_moves_less_freely_than_one_of_its_cells(curve_problem):
    """Money may move between the phases of a line for nothing, but not out of the line."""
    lines = {
        "a/warm": Points((0.0, 10.0), (0.0, 20.0)),
        "a/burst": Points((0.0, 10.0), (0.0, 20.0)),
        "b/burst": Points((0.0, 10.0), (0.0, 1.0)),
    }
    problem = curve_problem(lines, 10.0)
    best = solve(problem)
    assert flat_ranges(problem, best)[Cell("a", "warm")] == pytest.approx((0.0, 10.0), abs=1e-4)
    whole = line_ranges(problem, best)["a"]
    assert (whole.spend, whole.high) == pytest.approx((10.0, 10.0))
    assert whole.low == pytest.approx(10 - 0.2 / 1.9, abs=0.01)
    assert not whole.is_flat
    assert list(line_ranges(problem, best)) == ["a", "b"]


def test_ranges_are_told_in_words(curve_problem):
    flat = {name: Points((0.0, 1e6), (0.0, 1e6)) for name in "ab"}
    problem = curve_problem(flat, 1e6)
    told = line_ranges(problem, solve(problem))["a"]
    assert told.sentence("Feed", "plain", "en") == "Feed is flat: anywhere between 0 and 1M loses less than 1%"
    assert told.sentence("千川", "fen", "zh") == "千川很平缓:在 ¥0 至 ¥1万 之间任选,损失不到 1%"
    fixed = curve_problem(flat, 1e6, rooms={"a": Room(2e5, 2e5)})
    only = line_ranges(fixed, solve(fixed))["a"]
    assert only.sentence("千川", "plain", "zh") == "千川只能是 20万:限制与取舍没有给它余地"
    steep = curve_problem({"a": Points((0.0, 2e6), (0.0, 2e7)), "b": Points((0.0, 1e6), (0.0, 1.0))}, 1e6)
    assert "may move between" in line_ranges(steep, solve(steep))["a"].sentence("Feed", "plain", "en")
