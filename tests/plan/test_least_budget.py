"""The least money for a target, against closed forms."""

import math

import pytest

from dacu.errors import AnswerIsNo
from dacu.plan.curves import Hill, Log, Points, Power
from dacu.plan.least_budget import least_budget
from dacu.plan.optimum import optimum
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room

A, B = Cell("a"), Cell("b")


def problem(one, other, *limits, most=1000.0, least=0.0, or_zero=False):
    budget = Limit(
        "budget", "at_most", 100.0, "plain", "总预算", "total budget", (Amount({A: 1.0, B: 1.0}),), kind="budget"
    )
    rooms = dict.fromkeys((A, B), Room(least, most, or_zero))
    objective = Amount(response={"gmv": {A: 1.0, B: 1.0}})
    return Problem(rooms, {"gmv": {A: one, B: other}}, objective, (budget, *limits))


@pytest.mark.parametrize("target", [1.0, 30.0, 90.0])
def test_square_roots(target):
    # √B·√(9 + 1) is the most that B returns
    found = least_budget(problem(Power(3.0, 0.5), Power(1.0, 0.5)), target, "budget")
    assert found.budget == pytest.approx(target**2 / 10, rel=1e-6)
    assert found.floor == pytest.approx(found.budget, rel=1e-6)
    assert found.reached >= target * (1 - 1e-6)


def test_logs():
    # 8·ln x + 2·ln y: x is 0.8 of the money, so the target fixes 10·ln B + 8·ln 0.8 + 2·ln 0.2
    found = least_budget(problem(Log(0.0, 8.0, 1.0), Log(0.0, 2.0, 1.0), least=1.0), 40.0, "budget")
    assert found.budget == pytest.approx(math.exp((40 - 8 * math.log(0.8) - 2 * math.log(0.2)) / 10), rel=1e-6)


def test_two_equal_hills_share_the_money():
    found = least_budget(problem(Hill(100.0, 50.0, 1.0), Hill(100.0, 50.0, 1.0)), 120.0, "budget")
    assert found.budget == pytest.approx(150.0, rel=1e-6)  # 75 each: 100·75/125 = 60


def test_an_s_curve_is_used_alone_rather_than_two_halves():
    # one Hill of slope 2 reaches 80 at twice its half; two at 40 each would cost √(2/3)·50 each, which is less
    found = least_budget(problem(Hill(100.0, 50.0, 2.0), Hill(100.0, 500.0, 2.0)), 80.0, "budget")
    best = min(_cost(80.0 - part, 50.0) + _cost(part, 500.0) for part in [k / 1000 for k in range(40_000)])
    assert found.budget == pytest.approx(best, rel=1e-6)


def _cost(response, half):
    return half * math.sqrt(response / (100 - response))


def test_a_line_that_takes_nothing_or_forty():
    # slopes 2 and 3: a target of 90 needs 30 of b, but b takes at least 40; a alone would need 45
    straight = problem(
        Points((0.0, 1000.0), (0.0, 2000.0)), Points((0.0, 1000.0), (0.0, 3000.0)), least=40.0, or_zero=True
    )
    assert least_budget(straight, 90.0, "budget").budget == pytest.approx(40.0)
    assert least_budget(straight, 150.0, "budget").budget == pytest.approx(50.0)


def test_other_limits_are_kept():
    half = Limit("half", "at_least", 0.5, "share", "占比", "share", (Amount({B: 1.0}),), Amount({A: 1.0, B: 1.0}))
    found = least_budget(problem(Power(3.0, 0.5), Power(1.0, 0.5), half), 40.0, "budget")
    assert found.budget == pytest.approx(200.0, rel=1e-6)  # 4·√(B/2)


def test_a_target_above_the_best_reaches_the_best():
    found = least_budget(problem(Power(3.0, 0.5), Power(1.0, 0.5), most=100.0), 41.0, "budget")
    assert not found.is_reached
    assert found.reached == pytest.approx(40.0)
    assert found.budget == pytest.approx(200.0)


def test_a_target_a_hair_below_the_best_is_reached():
    found = least_budget(problem(Power(3.0, 0.5), Power(1.0, 0.5), most=100.0), 40.0 * (1 - 1e-7), "budget")
    assert found.is_reached
    assert found.budget == pytest.approx(200.0, rel=1e-5)


def test_it_inverts_the_forward_question():
    forward = problem(Hill(900.0, 80.0, 0.8), Power(7.0, 0.6))
    found = least_budget(forward, optimum(forward, second=False).claim.objective, "budget")
    assert found.budget == pytest.approx(100.0, rel=1e-6)


def test_no_plan_at_all_is_no_answer():
    floor = Limit("floor", "at_least", 5000.0, "plain", "下限", "minimum", (Amount({A: 1.0}),))
    with pytest.raises(AnswerIsNo):
        least_budget(problem(Power(3.0, 0.5), Power(1.0, 0.5), floor), 10.0, "budget")
