"""A plan in round sums: within its limits, and with what that costs."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dacu.plan.curves import Hill, Points, Power
from dacu.plan.problem import Amount, Cell, Limit, Room, keeps
from dacu.plan.program import solve
from dacu.plan.question import Objective
from dacu.plan.rounding import rounded

GMV = Objective("gmv", "GMV", "GMV")


def test_two_roots_cost_what_their_values_say(curve_problem):
    """3·√x + √y with 1000: 900 and 100; in lots of 400 it is 800 and 0, in lots of 250 it is 750 and 250."""
    problem = curve_problem({"a": Power(3.0, 0.5), "b": Power(1.0, 0.5)}, 1000.0)
    money = solve(problem).money
    assert rounded(problem, money, 100).money == {Cell("a"): 900, Cell("b"): 100}
    lots = rounded(problem, money, 250)
    assert lots.money == {Cell("a"): 750, Cell("b"): 250}
    assert lots.cost == pytest.approx(100 - (3 * 750**0.5 + 250**0.5), rel=1e-6)
    assert lots.share == pytest.approx(lots.cost / 100, rel=1e-9)


@pytest.mark.parametrize("unit", [1.0, 2.5, 4.0])
def test_no_other_plan_in_round_sums_near_it_is_better(curve_problem, unit):
    curves = {"a": Hill(60.0, 9.0, 1.0), "b": Hill(30.0, 4.0, 1.0), "c": Hill(25.0, 20.0, 1.0)}
    problem = curve_problem(curves, 40.0)
    told = rounded(problem, solve(problem).money, unit)
    most = int(40 / unit)
    best = max(
        problem.value(dict(zip(problem.rooms, (unit * k for k in lots), strict=True)))
        for lots in itertools.product(range(most + 1), repeat=3)
        if sum(lots) <= most
    )
    assert problem.value(told.money) == pytest.approx(best, rel=1e-12)


def test_a_floor_and_a_share_hold_after_rounding(curve_problem, row):
    curves = {name: Points((0.0, 1e5), (0.0, worth * 1e5)) for name, worth in zip("abc", (3, 2, 1), strict=True)}
    floor = row("floor", "at_least", 10_500.0, ["c"])
    share = row("share", "at_most", 0.4, ["a"], of=list(curves), unit="share")
    problem = curve_problem(curves, 50_000.0, floor, share)
    told = rounded(problem, solve(problem).money, 1000)
    assert told.money == {Cell("a"): 20_000, Cell("b"): 19_000, Cell("c"): 11_000}
    assert told.cost == pytest.approx(500.0)
    assert told.sentence("plain", GMV, "en") == "rounded to 1K, the plan gives away ¥500 of GMV (0.46%)"
    assert told.sentence("fen", GMV, "zh") == "取整到 ¥10,GMV 少 ¥500(0.46%)"


def test_an_exact_budget_keeps_its_odd_rest(curve_problem):
    problem = curve_problem(
        {"a": Points((0.0, 9e3), (0.0, 9e3)), "b": Points((0.0, 9e3), (0.0, 18e3))}, 10_050.0, side="exactly"
    )
    told = rounded(problem, solve(problem).money, 100)
    assert sum(told.money.values()) == pytest.approx(10_050)
    assert told.cost == pytest.approx(0.0, abs=1e-6)


def test_closed_lines_stay_closed_and_open_ones_keep_their_least(curve_problem):
    rooms = {"a": Room(150.0, 900.0, or_zero=True), "b": Room(150.0, 900.0, or_zero=True)}
    problem = curve_problem(
        {"a": Points((0.0, 900.0), (0.0, 900.0)), "b": Points((0.0, 900.0), (0.0, 450.0))}, 190.0, rooms=rooms
    )
    money = {Cell("a"): 190.0, Cell("b"): 0.0}
    # 100 is below a's least and 200 above the budget: no plan in hundreds
    assert rounded(problem, money, 100) is None
    assert rounded(problem, money, 10).money == {Cell("a"): 190, Cell("b"): 0}


def test_a_floor_of_returns_is_kept_or_nothing_is_told(curve_problem):
    cells = dict.fromkeys(map(Cell, "ab"), 1.0)
    floor = Limit("roi", "at_least", 2.0, "ratio", "ROI", "ROI", (Amount(response={"return": cells}),), Amount(cells))
    problem = curve_problem({name: Hill(100.0, 20.0, 1.0) for name in "ab"}, 90.0, floor)
    told = rounded(problem, solve(problem).money, 5)
    assert told is not None
    assert keeps(problem.state(told.money), problem.limits)


@settings(max_examples=30, deadline=None)
@given(
    tops=st.lists(st.floats(5, 90), min_size=4, max_size=4),
    budget=st.floats(20, 200),
    unit=st.sampled_from([0.5, 1, 5]),
)
@example(tops=[5.0, 17.0, 5.0, 5.0], budget=20.875, unit=0.5)
@example(tops=[5.0, 26.0, 5.0, 5.0], budget=34.0, unit=5)
def test_rounding_keeps_the_limits_and_never_costs_more_than_the_rounded_money(curve_problem, row, tops, budget, unit):
    curves = {f"c{k}": Hill(top, 15.0, 1.0) for k, top in enumerate(tops)}
    share = row("share", "at_most", 0.6, ["c0", "c1"], of=list(curves), unit="share")
    problem = curve_problem(curves, budget, share)
    money = solve(problem).money
    told = rounded(problem, money, unit)
    assert told is not None
    assert keeps(problem.state(told.money), problem.limits)
    assert sum(spend != unit * round(spend / unit) for spend in told.money.values()) <= 1  # the odd rest of a share
    assert told.cost <= sum(curves[cell.line].slope(0) * unit for cell in money)
