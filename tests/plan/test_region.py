"""The trust region, and the probes within it."""

import pytest

from dacu.plan.limits import limits_of
from dacu.plan.problem import Cell
from dacu.plan.question import Objective, Question, Range
from dacu.plan.region import Goal, next_radius, reach, region_around, spends_to_try

A, B, C = (Cell(f"channels.{name}", "burst") for name in "abc")
PROBLEM = Question(
    current={A: 100_000, B: 0, C: 50_000},
    budget=300_000,
    objective=Objective("gmv", "GMV", "GMV"),
    cells={C: Range(40_000, 60_000)},
    lines={"channels.a": Range(most=120_000)},
)
LIMITS = limits_of(PROBLEM)


@pytest.mark.parametrize(
    ("cell", "radius", "edges"),
    [
        (A, 0.1, (90_000, 110_000)),
        (A, 0.5, (50_000, 120_000)),  # its line ends at 120,000
        (B, 0.5, (0, 10_000)),  # a tenth of the mean cell, 100,000
        (C, 0.5, (40_000, 60_000)),
    ],
)
def test_a_cell_reaches_as_far_as_the_radius_and_its_own_limits(cell, radius, edges):
    assert reach(cell, PROBLEM.current, LIMITS, radius) == edges


@pytest.mark.parametrize(
    ("radius", "ratio", "after"),
    [(0.5, 0.9, 0.75), (0.8, 2.0, 1.0), (0.5, 0.5, 0.5), (0.5, 0.2, 0.25), (0.5, -1, 0.25)],
)
def test_the_region_grows_where_curves_foretold_well_and_shrinks_where_they_did_not(radius, ratio, after):
    assert next_radius(radius, ratio) == after


def test_a_cell_without_room_is_not_probed():
    fixed = Question(PROBLEM.current, 300_000, PROBLEM.objective, cells={C: Range(50_000, 50_000)})
    tries = spends_to_try(fixed.current, fixed, limits_of(fixed), 0.5, (-1.0, 0.5, 1.0))
    assert tries == {A: [50_000, 125_000, 150_000], B: [5_000, 10_000], C: []}


def test_a_small_region_still_finds_the_money_of_a_booking():
    """The noon costs a tenth of the 100,000: cells may give up twice that much, whatever the radius."""
    noon = Cell("live.noon")
    plan = {A: 60_000, B: 40_000, noon: 0}
    asked = Question(plan, 100_000, PROBLEM.objective, bookings={"live.noon": 10_000})
    tries = spends_to_try(plan, asked, limits_of(asked), 0.02, (-1.0, 1.0))
    assert tries == {A: [48_000, 72_000], B: [32_000, 48_000], noon: [10_000]}
    outside = Question(
        plan, 100_000, PROBLEM.objective, bookings=asked.bookings, outside_budget=frozenset(asked.bookings)
    )
    assert spends_to_try(plan, outside, limits_of(outside), 0.02, (-1.0, 1.0))[A] == [58_800, 61_200]


def test_each_probe_moves_one_cell_of_the_plan(toy):
    class Line(toy):
        """A response of 2 a fen for A alone."""

        def values(self, plans, seeds):
            self.plans = plans
            return [[2.0 * plan[A] + seed for seed in seeds] for plan in plans]

    simulator = Line()
    tries = spends_to_try(PROBLEM.current, PROBLEM, LIMITS, 0.5, (-1.0, 0.5, 1.0))
    region = region_around(PROBLEM.current, tries, simulator, [1, 2], Goal("gmv", 0.01, 0.0), PROBLEM)
    first, *others = simulator.plans
    assert first == PROBLEM.current
    assert all(sum(plan[cell] != first[cell] for cell in first) == 1 for plan in others)
    curves = region.curves
    assert curves[A].spends == (50_000, 100_000, 110_000, 120_000)
    assert curves[B].spends == (0, 5_000, 10_000)
    assert curves[A].probes[0].gains == pytest.approx((-100_000.0, -100_000.0))
    assert curves[A].values == pytest.approx((-100_000.0, 0.0, 20_000.0, 40_000.0), abs=1e-6)
    assert curves[B].values == pytest.approx((0.0, 0.0, 0.0))
    assert region.levels["gmv"] == pytest.approx(100 * (200_000.0 + 1.5))
    assert region.figures["gmv"][A].values == pytest.approx((-1e7, 0.0, 2e6, 4e6))
