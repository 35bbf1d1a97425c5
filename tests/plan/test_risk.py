"""Mean and worst runs: arithmetic by hand, the linear rows against a grid, and the loop on a campaign with bad luck."""

from itertools import product

import numpy as np
import pytest

from dacu.plan.answer import Effort
from dacu.plan.curves import Points
from dacu.plan.limits import limits_of
from dacu.plan.margins import margins
from dacu.plan.optimise import Optimised
from dacu.plan.optimum import optimum
from dacu.plan.prices import prices
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room
from dacu.plan.program import solve
from dacu.plan.question import Objective, Question, Range, Risk
from dacu.plan.risk import Fate, foretold, in_the_tail, outlook, risky, scores, trade_offs, weighed
from dacu.plan.search import search

SAFE, BOLD = Cell("channels.safe"), Cell("channels.bold")
GMV = Objective("gmv", "GMV", "GMV")
EFFORT = Effort(probes=(-1.0, -0.5, 0.5, 1.0))


def plain(curves, budget):
    total = Limit("budget", "at_most", budget, "plain", "总预算", "total budget", (Amount(dict.fromkeys(curves, 1.0)),),
                  kind="budget")  # fmt: skip
    rooms = {cell: Room(curve.low, curve.high) for cell, curve in curves.items()}
    return Problem(rooms, {"gain": curves}, Amount(response={"gain": dict.fromkeys(curves, 1.0)}), (total,))


def mean_of(fates):
    """The problem of the mean curves of fates that share their spends."""
    return {
        cell: Points(curve.spends, tuple(np.mean([fate.gains[cell].values for fate in fates], axis=0).tolist()))
        for cell, curve in fates[0].gains.items()
    }


def line(slope, most=10.0):
    return Points((0.0, most), (0.0, slope * most))


LUCK = (Fate(100.0, {SAFE: line(1.0), BOLD: line(4.0)}), Fate(110.0, {SAFE: line(1.0), BOLD: line(-1.0)}))
"""A yuan of the safe line brings 1; one of the bold line 4 in one year, −1 in the other, which is 10 better anyway."""


@pytest.mark.parametrize("runs", [1, 7, 10, 30, 33])
@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.75, 0.9])
def test_the_tail_is_the_mean_of_the_worst_runs(runs, alpha):
    outcomes = np.random.default_rng(runs).normal(100, 20, runs)
    share = (1 - alpha) * runs
    if share < 1:
        expected = outcomes.min()
    else:  # whole runs, then the part of the next one that is missing
        worst, number = np.sort(outcomes), int(share + 1e-9)
        part = share - number
        expected = (worst[:number].sum() + (part * worst[number] if part > 1e-9 else 0.0)) / share
    assert outlook(outcomes, Risk(alpha, 1.0, runs)).mean == pytest.approx(outcomes.mean())
    if share >= 1:
        assert in_the_tail(outcomes, alpha).mean() == pytest.approx(expected)


def test_scores_weigh_mean_and_tail_for_each_plan():
    # worst half of 1, 2, 3, 6 is 1.5, the mean 3: a quarter of the way down is 2.625
    outcomes = np.array([[6.0, 1.0, 3.0, 2.0], [4.0, 4.0, 4.0, 4.0]])
    assert scores(outcomes, Risk(0.5, 0.25, 4)).mean(axis=1) == pytest.approx([2.625, 4.0])


def test_the_split_between_a_safe_and_a_bold_line_is_that_of_arithmetic():
    """With b on the bold line of 10, the years are 110 + 3b and 120 − 2b, the mean 115 + b/2, equal at b = 2.

    The worst half is the lower: 110 + 3b up to b = 2, then 120 − 2b. For weight κ the score beyond 2 rises by
    (1 − κ)/2 − 2κ a yuan: below 0 for κ > 0.2.
    """
    problem = plain(mean_of(LUCK), 10.0)
    for weight, bold, score in ((0.0, 10.0, 120.0), (0.1, 10.0, 118.0), (0.5, 2.0, 116.0), (1.0, 2.0, 116.0)):
        risk = Risk(0.5, weight, 2)
        found = optimum(risky(problem, LUCK, risk))
        assert found.certificate.holds
        assert found.claim.money[BOLD] == pytest.approx(bold, abs=1e-6)
        assert found.claim.money[SAFE] == pytest.approx(10.0 - bold, abs=1e-6)
        assert found.claim.objective + 105.0 == pytest.approx(score)
        assert foretold(problem, LUCK, risk, found.claim.money).score(risk) == pytest.approx(score)


def test_a_trade_off_gives_mean_for_worst_runs():
    told = trade_offs(plain(mean_of(LUCK), 10.0), LUCK, Risk(0.5, 0.5, 2))
    assert [point.weight for point in told] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert [point.outlook.mean for point in told] == pytest.approx([120, 116, 116, 116, 116])
    assert [point.outlook.tail for point in told] == pytest.approx([100, 116, 116, 116, 116])


def test_the_next_yuan_is_worth_what_it_adds_to_the_runs_that_are_the_worst():
    """At κ = 1 both years are equally bad, so they weigh so that both lines return the same: 4p − (1 − p) = 1."""
    risk, problem = Risk(0.5, 1.0, 2), plain(mean_of(LUCK), 10.0)
    mixed = risky(problem, LUCK, risk)
    found = solve(mixed)
    (price,) = prices(mixed, found, GMV)
    assert price.limit.id == "budget"
    assert price.low == pytest.approx(1.0)
    told = margins(*weighed(problem, LUCK, risk, found), GMV)
    assert {margin.cell: margin.last for margin in told} == pytest.approx({SAFE: 1.0, BOLD: 1.0})


def drawn(seed):
    """Three cells, up to six seeds, concave curves of three points, some of them falling."""
    rng = np.random.default_rng([seed, 15])
    cells = [Cell(f"channels.c{number}") for number in range(3)]
    curves = []
    for _ in range(int(rng.integers(2, 7))):
        slopes = -np.sort(-rng.normal(1.0, 1.5, (3, 2)), axis=1)
        rises = [Points((0.0, 2.0, 4.0), (0.0, 2 * a, 2 * (a + b))) for a, b in slopes.tolist()]
        curves.append(dict(zip(cells, rises, strict=True)))
    fates = tuple(Fate(float(rng.normal(50, 3)), gains) for gains in curves)
    return fates, plain(mean_of(fates), 6.0), Risk(float(rng.choice([0.0, 0.5])), float(rng.uniform()), len(fates))


@pytest.mark.parametrize("seed", range(50))
def test_the_linear_rows_beat_every_plan_of_a_grid_and_say_their_own_value(seed):
    fates, problem, risk = drawn(seed)
    found = optimum(risky(problem, fates, risk))
    assert found.certificate.holds
    own = foretold(problem, fates, risk, found.claim.money).score(risk)
    assert found.claim.objective + np.mean([fate.level for fate in fates]) == pytest.approx(own)
    steps = np.linspace(0.0, 4.0, 9)
    grid = [dict(zip(problem.rooms, plan, strict=True)) for plan in product(steps, repeat=3) if sum(plan) <= 6.0]
    best = max(foretold(problem, fates, risk, plan).score(risk) for plan in grid)
    assert best - 1e-6 <= own <= best + 4.0  # no step of half a unit in three cells is worth more


@pytest.mark.parametrize("seed", range(8))
def test_without_weight_the_plain_programme_is_solved(seed):
    fates, problem, risk = drawn(seed)
    free = Risk(risk.alpha, 0.0, risk.replications)
    own, mixed = solve(problem), solve(risky(problem, fates, free))
    assert mixed.objective == pytest.approx(own.objective)
    assert {cell: mixed.money[cell] for cell in problem.rooms} == pytest.approx(own.money, abs=1e-5)


class Fortune:
    """The safe line brings ¥1.5 a yuan; the bold one 2.5 on average, but nothing and worse in every fourth year."""

    recalled = 0

    def __init__(self, toy):
        self.figures = toy.figures
        self.work = toy().work

    def outcomes(self, plans, seeds):
        return np.array([[[self._outcome(plan, seed) for seed in seeds] for plan in plans]])

    @staticmethod
    def _outcome(plan, seed):
        luck = -2.0 if seed % 4 == 0 else 4.0
        return 1_000_000_00 + 1.5 * plan[SAFE] + luck * plan[BOLD]


def asked(risk):
    current = {SAFE: 50_000_00, BOLD: 50_000_00}
    return Question(current, 100_000_00, GMV, lines={"channels.bold": Range(least=10_000_00)}, risk=risk)


def test_the_loop_leaves_the_bold_line_where_the_worst_runs_count(toy):
    bold = search(asked(None), Fortune(toy), EFFORT)
    assert bold.candidate == {SAFE: 0, BOLD: 100_000_00}
    careful = search(asked(Risk(0.75, 0.5, 8)), Fortune(toy), EFFORT)
    assert careful.plan == {SAFE: 90_000_00, BOLD: 10_000_00}
    before, after = careful.verified.outlooks
    # of eight seeds two are bad: 1,000,000 + 1.5 · 50,000 − 2 · 50,000, and 1,000,000 + 1.5 · 90,000 − 2 · 10,000
    assert (before.tail, after.tail) == pytest.approx((975_000, 1_115_000))
    assert (before.mean, after.mean) == pytest.approx((1_200_000, 1_160_000))
    assert careful.verified.gain.mean == pytest.approx((140_000 - 40_000) / 2)
    assert careful.forecast == pytest.approx(50_000)  # the curves of single seeds may fall
    assert careful.proof.certificate.holds
    assert [price.limit.id for price in careful.prices] == [limit.id for limit in limits_of(asked(None))]
    assert [point.outlook.tail for point in careful.trade_offs] == sorted(p.outlook.tail for p in careful.trade_offs)


def test_a_mean_that_falls_further_than_was_meant_is_not_given_for_better_worst_runs(toy):
    class Dull(Fortune):
        """Where both lines move, every year is the same: ¥45,000 above the bad ones, 255,000 below others."""

        def _outcome(self, plan, seed):
            moved = plan[SAFE] != 50_000_00 and plan[BOLD] != 50_000_00
            return 1_020_000_00 if moved else super()._outcome(plan, seed)

    answer = search(asked(Risk(0.75, 0.9, 8)), Dull(toy), EFFORT)
    # curves: 0.9 · 140,000 − 0.1 · 40,000; trial: 0.9 · 45,000 − 0.1 · 180,000, of which a tenth would have been enough
    assert answer.rounds[0].predicted == pytest.approx(122_000)
    assert answer.rounds[0].gain.mean == pytest.approx(22_500)
    assert not answer.rounds[0].accepted


def test_as_many_runs_as_the_question_asks_judge_every_plan_on_seeds_of_their_own(toy):
    class Counted(Fortune):
        seen = ()

        def outcomes(self, plans, seeds):
            self.seen = (*self.seen, tuple(seeds))
            return super().outcomes(plans, seeds)

    simulator = Counted(toy)
    answer = search(asked(Risk(0.9, 0.5, 30)), simulator, EFFORT)
    assert {len(seeds) for seeds in simulator.seen} == {30}
    assert not set(answer.verified.seeds) & {seed for seeds in simulator.seen[:-1] for seed in seeds}


def test_what_the_worst_runs_say_is_told_in_both_languages(toy):
    few = search(asked(Risk(0.75, 0.5, 8)), Fortune(toy), EFFORT)
    told = "\n".join(few.sentences("en"))
    assert "worst 25% of 16 fresh runs: before ¥975K, with the plan found ¥1.12M" in told
    assert "the worst 25% of 8 runs is 2 of them, too few to be sure of; 12 runs would do" in told
    assert told.count("were the worst 25% to weigh") == 5
    assert "现方案" in "\n".join(few.sentences("zh"))
    enough = search(asked(Risk(0.9, 0.5, 30)), Fortune(toy), EFFORT)
    small = Optimised(asked(Risk(0.9, 0.5, 30)), None, enough, None, agents=5_000, weight=200)
    assert [part for part in small.sentences("en") if "30 runs of 5000 agents each" in part]
    assert list(small.sentences("zh"))
    assert not list(Optimised(asked(None), None, enough, None, agents=5_000, weight=200).sentences("en"))
    assert "too few" not in "\n".join(enough.sentences("en"))
