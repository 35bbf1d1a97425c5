"""The certificate accepts right answers and refuses 1,000 of 1,000 that were tampered with."""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from given import any_problem, cells_of, counted, hill_problem, limit, money, problem_of, seeds_of

from dacu.errors import AnswerIsNo
from dacu.plan.certificate import Certificate, certify
from dacu.plan.curves import Hill, Logistic, Points, Power
from dacu.plan.optimum import Optimum, optimum
from dacu.plan.problem import Amount, Claim, Problem, Room, Split, keeps

PROBLEMS = 24
CORRUPTED = 1000
WRONG = 1e-4
"""By how much figures are tampered with; a thousand times the gap that a certificate allows."""


def concave(rng: np.random.Generator) -> Problem:
    """Smooth curves with a share, the money of a group and a floor of ROI, some of which bind."""
    cells = cells_of(5)
    curves = [
        Hill(rng.uniform(50, 150), rng.uniform(20, 200), rng.uniform(0.5, 1)),
        Power(rng.uniform(1, 9), rng.uniform(0.3, 0.8)),
        *(Logistic(rng.uniform(50, 150), rng.uniform(0.005, 0.05)) for _ in cells[2:]),
    ]
    sales = Amount(response={"sales": dict.fromkeys(cells, 1.0)})
    limits = [
        limit("share", "at_most", rng.uniform(0.3, 0.5), money(cells[2:4]), money(cells)),
        limit("group", "at_least", rng.uniform(30, 60), money(cells[:2])),
        limit("roi", "at_least", 0.3, sales, money(cells)),
    ]
    return problem_of(curves, rng.uniform(200, 400), limits=limits)


def chains(rng: np.random.Generator) -> Problem:
    """Straight lines of any slope under a choice, an exclusion and minima; the budget fills no segment to its end."""
    cells = cells_of(5)
    curves = [Points(tuple(range(0, 61, 10)), (0.0, *np.cumsum(rng.integers(5, 200, 6) * 1.0).tolist())) for _ in cells]
    rooms = [*(Room(10.0, 60.0, or_zero=True) for _ in cells[:3]), *(Room(0.0, 60.0) for _ in cells[3:])]
    limits = [
        limit("choose", "at_most", 2.0, counted(cells[:3])),
        limit("exclusive", "at_most", 1.0, counted(cells[1:3])),
    ]
    return problem_of(curves, float(rng.integers(8, 20)) * 10 + 3.7, rooms=rooms, limits=limits)


@cache
def solved(number: int) -> tuple[Problem, Optimum]:
    """One of the problems with its optimum."""
    rng = np.random.default_rng([number, 4])
    problem = (concave, chains, lambda _: hill_problem(number, 6))[number % 3](rng)
    return problem, optimum(problem, second=False)


@cache
def judged(number: int) -> Certificate:
    problem, found = solved(number)
    return certify(problem, found.claim)


@pytest.mark.parametrize("number", range(PROBLEMS))
def test_right_answers_are_accepted(number):
    assert judged(number).failures == ()
    assert judged(number).gap <= 1e-7


@pytest.mark.parametrize("seed", [238, *seeds_of(30, full=300)])  # 238: only to spend nothing keeps the limits
def test_whatever_the_limits_the_answer_is_proved_or_there_is_none(seed):
    problem = any_problem(seed)
    try:
        found = optimum(problem)
    except AnswerIsNo:
        return
    assert found.gap <= 1e-7
    assert keeps(problem.state(found.claim.money), problem.limits)


def shifted(problem: Problem, claim: Claim, rng: np.random.Generator) -> Iterator[Claim]:
    """A spend moved by 1e-4 of itself, with the old objective, and with that of the moved plan."""
    rise = claim.objective
    curves = problem.curves["sales"]
    steep = [c for c, x in claim.money.items() if abs(curves[c].slope(x)) * x * WRONG > 2e-6 * rise]
    if steep:
        cell = steep[rng.integers(len(steep))]
        moved = {**claim.money, cell: claim.money[cell] * (1 + WRONG * rng.choice([-1, 1]))}
        yield replace(claim, money=moved)
        room = problem.rooms[cell]
        if room.least <= moved[cell] <= room.most:
            yield replace(claim, money=moved, objective=problem.value(moved))


def without_a_row(problem: Problem, claim: Claim, rng: np.random.Generator) -> Iterator[Claim]:
    """The price of a limit left out; a plan that was made without a limit that binds."""
    dropped = problem.limits[rng.integers(len(problem.limits))]
    yield replace(claim, prices={key: row for key, row in claim.prices.items() if key != dropped.id})
    bind = [x for x in problem.limits if claim.prices[x.id][0] > 0 and x.id != "budget"]
    if bind:
        dropped = bind[rng.integers(len(bind))]
        free = optimum(
            replace(problem, limits=tuple(x for x in problem.limits if x is not dropped)), second=False
        ).claim
        yield replace(free, prices={**free.prices, dropped.id: (0.0,)})
        yield replace(free, prices={**free.prices, dropped.id: claim.prices[dropped.id]})


def other_prices(problem: Problem, claim: Claim, rng: np.random.Generator) -> Iterator[Claim]:
    """A price with its sign turned; the price of the budget as it may have been with more money or with less."""
    bind = [x for x in problem.limits if claim.prices[x.id][0] > 0]
    flipped = bind[rng.integers(len(bind))]
    yield replace(claim, prices={**claim.prices, flipped.id: (-claim.prices[flipped.id][0],)})
    now = claim.prices["budget"][0]
    for factor in (rng.uniform(0.3, 0.9), rng.uniform(1.1, 2)):
        yield replace(claim, prices={**claim.prices, "budget": (now * factor,)})


def other_bounds(problem: Problem, claim: Claim, rng: np.random.Generator) -> Iterator[Claim]:
    """A bound told too low, too high, or not at all."""
    off = rng.uniform(1, 100) * WRONG * claim.objective
    yield replace(claim, bound=claim.bound - off)
    yield replace(claim, bound=claim.bound + off)
    yield replace(claim, bound=math.nan)


def out_of_order(problem: Problem, claim: Claim, rng: np.random.Generator) -> Iterator[Claim]:
    """What a solver returns that fills the steepest segments of a curve first; money of a filled segment left over."""
    cells = [cell for cell, x in claim.money.items() if x > 0]
    cell = cells[rng.integers(len(cells))]
    curve, spend = problem.curves["sales"][cell], claim.money[cell]
    room = problem.rooms[cell]
    steps = np.linspace(0, room.most, 61)
    slopes = np.diff([curve.at(x) for x in steps.tolist()]) / (steps[1] - steps[0])
    filled = np.sort(slopes)[::-1][: int(spend / (steps[1] - steps[0]))].sum() * (steps[1] - steps[0])
    if filled > curve.at(spend) + WRONG * claim.objective:
        yield replace(claim, objective=claim.objective - curve.at(spend) + filled)
    if claim.prices["budget"][0] * 0.2 * spend > 1e-6 * claim.objective and spend * 0.8 >= room.least:
        less = {**claim.money, cell: spend * 0.8}
        yield replace(claim, money=less, objective=problem.value(less))


TAMPERINGS = (shifted, without_a_row, other_prices, other_bounds, out_of_order)


def corrupted() -> Iterator[tuple[str, int, Claim]]:
    """Wrong answers without end, of every kind and problem in turn."""
    for lap in range(CORRUPTED):
        for number in range(PROBLEMS):
            problem, found = solved(number)
            for tamper in TAMPERINGS:
                for claim in tamper(problem, found.claim, np.random.default_rng([lap, number])):
                    yield tamper.__name__, number, claim


def test_a_thousand_of_a_thousand_wrong_answers_are_refused():
    wrong = corrupted()
    accepted = []
    for _ in range(CORRUPTED):
        kind, number, claim = next(wrong)
        if certify(solved(number)[0], claim).holds:
            accepted.append((kind, number, claim))
    assert accepted == []


def test_a_proof_that_leaves_boxes_out_bounds_no_more_than_its_prices_do():
    cut = [solved(n) for n in range(PROBLEMS) if isinstance(solved(n)[1].claim.proof, Split)]
    assert len(cut) >= 3
    for problem, found in cut:
        for half in (found.claim.proof.left, found.claim.proof.right):
            told = certify(problem, replace(found.claim, proof=half))
            assert told.bound >= found.claim.bound
            assert not told.holds
