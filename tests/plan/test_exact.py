"""Linear programmes against exact arithmetic, mixed-integer ones against all plans. All of them: make proofs."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from exact import highest
from given import cells_of, counted, limit, money, problem_of, seeds_of

from dacu.errors import AnswerIsNo
from dacu.plan.curves import Points
from dacu.plan.optimum import optimum
from dacu.plan.problem import Amount, Problem, Room


def test_the_exact_simplex_knows_a_textbook_answer_and_an_impossible_one():
    assert highest([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18]) == 36
    assert highest([-1, -1], [[-2, -1], [-1, -3]], [-3, -4]) == Fraction(-2)
    assert highest([1], [[1], [-1]], [1, -2]) is None


def random_lp(seed: int) -> Problem:
    """Concave chains of whole numbers under a budget, a share, the money of a group, a floor of ROI."""
    rng = np.random.default_rng([seed, 1])
    count = int(rng.integers(2, 6))
    curves = []
    for _ in range(count):
        widths = rng.integers(1, 40, 3)
        slopes = np.sort(rng.integers(1, 60, 3))[::-1]
        curves.append(
            Points(tuple(np.cumsum([0, *widths]).astype(float)), tuple(np.cumsum([0, *widths * slopes]).astype(float)))
        )
    cells, rooms = cells_of(count), [Room(0.0, curve.high) for curve in curves]
    budget = float(rng.integers(20, int(sum(curve.high for curve in curves)) + 20))
    sales, own = (Amount(response={"sales": dict.fromkeys(some, 1.0)}) for some in (cells, cells[:1]))
    wanted = [
        limit("share", "at_most", float(rng.integers(2, 8)) / 8, money(cells[:1]), money(cells)),
        limit("group", str(rng.choice(["at_most", "at_least"])), float(rng.integers(5, 60)), money(cells[-2:])),
        limit("roi", "at_least", float(rng.integers(4, 100)) / 4, sales, money(cells)),
        limit("own_roi", "at_least", float(rng.integers(4, 60)) / 4, own, money(cells[:1])),
    ]
    side = "exactly" if rng.random() < 0.2 else "at_most"
    return problem_of(curves, budget, side=side, rooms=rooms, limits=[x for x in wanted if rng.random() < 0.6])


def exactly(problem: Problem) -> Fraction | None:
    """The same programme, from its data, over one variable a segment."""
    curves = problem.curves["sales"]
    parts = [(cell, Fraction(s.width), Fraction(s.slope)) for cell, curve in curves.items() for s in pieces(curve)]
    rows = [[Fraction(int(i == k)) for k in range(len(parts))] for i in range(len(parts))]
    right = [width for _, width, _ in parts]
    for x in problem.limits:
        (amount,) = x.amounts
        row = [factor(amount, cell, slope) - Fraction(x.value) * factor(x.of, cell, slope) for cell, _, slope in parts]
        for sign in {"at_most": (1,), "at_least": (-1,), "exactly": (1, -1)}[x.side]:
            rows.append([sign * value for value in row])
            right.append(sign * Fraction(x.value) * Fraction(x.of.base))
    return highest([slope for *_, slope in parts], rows, right)


def pieces(curve):
    return [s._replace(slope=round(s.slope)) for s in curve.segments]


def factor(amount, cell, slope):
    return Fraction(amount.money.get(cell, 0.0)) + slope * Fraction(amount.response.get("sales", {}).get(cell, 0.0))


@pytest.mark.parametrize("seed", seeds_of(60, full=300))
def test_a_linear_programme_equals_exact_arithmetic(seed):
    problem = random_lp(seed)
    truth = exactly(problem)
    if truth is None:
        with pytest.raises(AnswerIsNo):
            optimum(problem)
        return
    found = optimum(problem)
    assert found.claim.objective == pytest.approx(float(truth), rel=1e-9)
    assert found.claim.bound == pytest.approx(float(truth), rel=1e-7)


def random_milp(seed: int) -> Problem:
    """Chains of any shape with choices: nothing or at least something, at most or exactly so many, never both."""
    rng = np.random.default_rng([seed, 2])
    count = int(rng.integers(3, 6))
    cells, most = cells_of(count), 6
    curves = [
        Points(tuple(map(float, range(most + 1))), tuple(np.cumsum([0, *rng.integers(-3, 20, most)]).astype(float)))
        for _ in cells
    ]
    switched = rng.random(count) < 0.6
    rooms = [
        Room(float(rng.integers(1, 5)), float(most), or_zero=True) if switch else Room(0.0, float(most))
        for switch in switched
    ]
    choosable = [cell for cell, switch in zip(cells, switched, strict=True) if switch]
    wanted = [limit("group", str(rng.choice(["at_most", "at_least"])), float(rng.integers(1, 9)), money(cells[:2]))]
    if choosable:
        side = str(rng.choice(["at_most", "exactly"]))
        wanted.append(limit("choose", side, float(rng.integers(0, len(choosable) + 1)), counted(choosable)))
    if len(choosable) > 1:
        wanted.append(limit("exclusive", "at_most", 1.0, counted(choosable[:2])))
    limits = [x for x in wanted if rng.random() < 0.6]
    return problem_of(curves, float(rng.integers(3, 4 * count)), rooms=rooms, limits=limits)


def by_all_plans(problem: Problem) -> float | None:
    """The best of all plans in whole numbers. At any choice of segments the limits nest (a group inside the budget), so
    a best plan in whole numbers exists.
    """
    rooms = problem.rooms.values()
    spends = [[x for x in range(7) if room.least <= x <= room.most or (room.or_zero and x == 0)] for room in rooms]
    plans = np.array(list(itertools.product(*spends)), dtype=int)
    kept = np.ones(len(plans), bool)
    order = {cell: k for k, cell in enumerate(problem.rooms)}
    for x in problem.limits:
        (amount,) = x.amounts
        total = sum(
            (f * plans[:, order[cell]] for cell, f in amount.money.items()),
            sum((f * (plans[:, order[cell]] > 0) for cell, f in amount.chosen.items()), np.zeros(len(plans))),
        )
        kept &= {"at_most": total <= x.value, "at_least": total >= x.value, "exactly": total == x.value}[x.side]
    values = sum(np.array(curve.values)[plans[:, k]] for k, curve in enumerate(problem.curves["sales"].values()))
    return float(values[kept].max()) if kept.any() else None


@pytest.mark.parametrize("seed", seeds_of(60, full=500))
def test_a_mixed_integer_programme_equals_the_best_of_all_plans(seed):
    problem = random_milp(seed)
    truth = by_all_plans(problem)
    if truth is None:
        with pytest.raises(AnswerIsNo):
            optimum(problem)
        return
    found = optimum(problem)
    assert found.claim.objective == pytest.approx(truth, rel=1e-6, abs=1e-6)
    assert found.claim.bound == pytest.approx(truth, rel=1e-6, abs=1e-6)
    assert found.second is None or found.second == pytest.approx(truth, rel=1e-4)
