"""Where a round looks: the trust region around a plan, and the curves simulated within it."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.plan.curves import Curve, Probe, fit
from dacu.plan.limits import Limit
from dacu.plan.problem import Cell, Plan, Problem
from dacu.plan.verify import Simulator

SMALL_CELL = 0.2
"""A cell below this share of the mean cell moves as if it had it, so that a line of nothing can grow."""


def reach(cell: Cell, plan: Plan, limits: Sequence[Limit], radius: float) -> tuple[int, int]:
    """The least and the most fen that a cell may spend next: `radius` times its money up or down, within the limits
    that it could meet alone.
    """
    money, mean = plan[cell], limits[0].value / len(plan)
    move = radius * max(money, SMALL_CELL * mean)
    alone = [limit for limit in limits if limit.unit == "fen" and cell in limit.rows[0]]
    floors = [limit.value for limit in alone if limit.side == "at_least" and len(limit.rows[0]) == 1]
    ceilings = [limit.value for limit in alone if limit.side != "at_least"]
    return min(money, round(max(0.0, money - move, *floors))), max(money, round(min(money + move, *ceilings)))


def curves_around(
    plan: Plan,
    problem: Problem,
    limits: Sequence[Limit],
    radius: float,
    probes: Sequence[float],
    simulator: Simulator,
    seeds: Sequence[int],
) -> dict[Cell, Curve]:
    """The response of every cell near the plan, all others held: one batch of simulations, one fit a cell.

    `probes` are fractions of the way from the plan to the edges of the region.
    """
    reaches = {cell: reach(cell, plan, limits, radius) for cell in plan}
    tried = [(cell, spend) for cell in plan for spend in _spends(plan[cell], reaches[cell], probes)]
    outcomes = simulator.outcomes([plan, *({**plan, cell: spend} for cell, spend in tried)], seeds)
    points = {cell: [Probe(money, (0.0,) * len(seeds))] for cell, money in plan.items()}
    for (cell, spend), gains in zip(tried, outcomes[1:] - outcomes[0], strict=True):
        points[cell].append(Probe(spend, tuple(gains.tolist())))
    return {cell: fit(points[cell], problem.objective.least_slope / 100) for cell in plan}


def free_cells(plan: Plan, limits: Sequence[Limit], radius: float) -> int:
    """How many cells have room to move."""
    reaches = (reach(cell, plan, limits, radius) for cell in plan)
    return sum(low < high for low, high in reaches)


def _spends(money: int, edges: tuple[int, int], probes: Sequence[float]) -> list[int]:
    """The spends to simulate besides the plan's own, each once."""
    low, high = edges
    spends = {money + round(part * (high - money if part > 0 else money - low)) for part in probes}
    return sorted(spends - {money})
