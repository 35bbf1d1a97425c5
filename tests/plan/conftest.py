"""A campaign in miniature: concave lines, money of the warm-up that works on in the burst, noisy seeds."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from dacu.plan.problem import Amount, Cell, Limit, Problem, Room
from dacu.plan.question import Figure, Objective, Question

sys.path.insert(0, str(Path(__file__).parent))  # given.py, which benchmarks share

LINES = ("channels.feed", "channels.search", "kols.lin")
PHASES = ("warm", "burst")
CELLS = tuple(Cell(line, phase) for line in LINES for phase in PHASES)
HEIGHT = np.array([90.0, 60.0, 25.0])
HALF = np.array([40e5, 25e5, 15e5])
"""Half of a line's height is reached at so many fen."""


class Toy:
    """A simulator whose one figure is the objective: `values` in yuan, which it reports in fen."""

    figures = (Figure("gmv", ()),)
    recalled = 0

    def work(self, plans):
        return float(len(plans))

    def outcomes(self, plans, seeds):
        return 100.0 * np.asarray(self.values(plans, seeds), dtype=float)[None]


class Campaign(Toy):
    """Each line lifts by height·x/(x + half) a phase; 30% of the warm-up's money still works in the burst.

    A seed moves all plans together (the noise that pairing removes), each cell's effect by a few per cent, and
    each plan by a little of its own.
    """

    def __init__(self, heights=HEIGHT, own_noise=0.2, effect_noise=0.05):
        self.heights, self.own_noise, self.effect_noise = heights, own_noise, effect_noise
        self.asked = []

    def expected(self, spends):
        warm, burst = np.asarray(spends, dtype=float).reshape(len(LINES), len(PHASES)).T
        later = burst + 0.3 * warm
        return float(self._lift(warm, self.heights) + self._lift(later, 2 * self.heights))

    def values(self, plans, seeds):
        self.asked.append((len(plans), tuple(seeds)))
        return np.array([[self._outcome(plan, seed) for seed in seeds] for plan in plans])

    def _outcome(self, plan, seed):
        spends = [plan[cell] for cell in CELLS]
        people = np.random.default_rng([seed, 0])
        level, effects = people.normal(0, 20), 1 + people.normal(0, self.effect_noise, len(LINES))
        own = np.random.default_rng([seed, 1, *spends]).normal(0, self.own_noise)
        noisy = Campaign(self.heights * effects)
        return 1000 + level + noisy.expected(spends) + own

    @staticmethod
    def _lift(spends, heights):
        return np.sum(heights * spends / (spends + HALF))


@pytest.fixture
def toy():
    return Toy


@pytest.fixture
def campaign():
    return Campaign


@pytest.fixture
def question():
    def build(**demands):
        even = dict.fromkeys(CELLS, 20_000_00)
        given = {
            "current": even,
            "budget": 120_000_00,
            "objective": Objective("gmv", "GMV", "GMV"),
            **demands,
        }
        return Question(**given)

    return build


@pytest.fixture
def best_possible():
    """The optimum of the expected campaign under the budget and further SLSQP constraints."""

    def solve(budget, constraints=()):
        total = {"type": "ineq", "fun": lambda y: 1 - y.sum()}
        found = minimize(
            lambda y: -Campaign().expected(y * budget) / 100,
            np.full(len(CELLS), 1 / len(CELLS)),
            method="SLSQP",
            bounds=[(0, 1)] * len(CELLS),
            constraints=[total, *constraints],
            options={"ftol": 1e-9, "maxiter": 500},
        )
        assert found.success
        return -100 * found.fun

    return solve


@pytest.fixture(scope="session")
def curve_problem():
    """Σ of given curves, one a cell, in plain numbers, under a budget."""

    def build(curves, budget, *limits, rooms=None, side="at_most", unit="plain"):
        cells = {cell: curve for name, curve in curves.items() for cell in [Cell(*name.split("/"))]}
        total = Amount(dict.fromkeys(cells, 1.0))
        first = Limit("budget", side, budget, unit, "总预算", "total budget", (total,), kind="budget")
        given = {Cell(*name.split("/")): room for name, room in (rooms or {}).items()}
        free = {cell: Room(curve.low, min(curve.high, 2 * budget)) for cell, curve in cells.items()}
        goal = Amount(response={"return": dict.fromkeys(cells, 1.0)})
        return Problem(free | given, {"return": cells}, goal, (first, *limits))

    return build


@pytest.fixture(scope="session")
def row():
    """A limit on the money of cells, as a share of that of others; or on how many of them are chosen."""

    def build(name, side, value, cells, *, of=(), unit="plain", chosen=False):
        factors = {Cell(*cell.split("/")): 1.0 for cell in cells}
        amount = Amount(chosen=factors) if chosen else Amount(factors)
        against = Amount({Cell(*cell.split("/")): 1.0 for cell in of}) if of else Amount(base=1.0)
        return Limit(name, side, value, unit, f"{name}上限", f"limit of {name}", (amount,), against)

    return build
