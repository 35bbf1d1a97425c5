"""Problems of every family of curves and every form of limit at once: each is proved, or has no plan."""

import math

import pytest
from given import cells_of, limit, mixed_problem, money, problem_of, seeds_of

from dacu.errors import AnswerIsNo
from dacu.plan.certificate import charges
from dacu.plan.curves import Power
from dacu.plan.elastic import plan_of
from dacu.plan.optimum import ENOUGH, optimum
from dacu.plan.problem import Amount

HARD = (106, 136, 155, 227, 1001)
"""Where plans stood on a convex piece of some curve, where a limit's blur looked like a better plan, and where no money
may be spent on a curve that rises vertically.
"""


@pytest.mark.parametrize("seed", [*HARD, *seeds_of(26, full=300)])
def test_a_mixed_problem_is_proved_or_has_no_plan(seed):
    problem = mixed_problem(seed)
    try:
        found = optimum(problem, second=False)
    except AnswerIsNo:
        assert plan_of(problem) is None
    else:
        assert found.gap <= ENOUGH


@pytest.mark.parametrize("seed", HARD)
def test_at_its_prices_a_plan_moves_nowhere_for_more(seed):
    """A cell within its room, on whatever shape of curve, returns for its next unit what the limits charge for it."""
    problem = mixed_problem(seed)
    claim = optimum(problem, second=False).claim
    gains = charges(problem, claim.prices)[1]
    for cell, spend in claim.money.items():
        room, curve = problem.rooms[cell], gains[cell].curve(problem, cell)
        if room.least < spend < room.most and not any(math.isclose(spend, turn) for turn in curve.turns):
            assert curve.slope(spend) + gains[cell].money == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("share", [0.999, 0.9999, 0.999999])
def test_a_floor_of_returns_near_the_best_reachable_has_its_plan(share):
    """3√x + √y with x + y = 100 returns at most √1000, at x = 90: straight lines between 12 points know less."""
    claim = optimum(problem_with_floor(share * math.sqrt(1000) / 100)).claim
    assert list(claim.money.values()) == pytest.approx([90.0, 10.0], rel=1e-6)
    assert claim.objective == pytest.approx(math.sqrt(1000))


def test_a_floor_of_returns_above_the_best_reachable_has_none():
    with pytest.raises(AnswerIsNo):
        optimum(problem_with_floor(1.00001 * math.sqrt(1000) / 100))


def problem_with_floor(roi):
    """Two roots, 100 to spend to the last, and so much to return a unit."""
    cells = cells_of(2)
    sales = Amount(response={"sales": dict.fromkeys(cells, 1.0)})
    floor = limit("roi", "at_least", roi, sales, money(cells))
    return problem_of([Power(3.0, 0.5), Power(1.0, 0.5)], 100.0, side="exactly", limits=[floor])
