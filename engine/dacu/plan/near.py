"""The plan nearest to another that keeps the limits which money and choices alone can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dacu.plan.curves import Points
from dacu.plan.limits import needs_curves
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room
from dacu.plan.program import solve
from dacu.plan.question import Question

STAYS = "stays"
"""The one measure: money of a cell less what it moves away from the target, so that nothing is worth nothing."""


def nearest(target: Mapping[Cell, float], question: Question, limits: Iterable[Limit]) -> dict[Cell, float]:
    """The plan that moves the least money: Σ|y − target|. AnswerIsNo if none keeps the limits."""
    curves = {cell: _stays(target[cell], room) for cell, room in question.rooms.items()}
    objective = Amount(response={STAYS: dict.fromkeys(curves, 1.0)})
    told = tuple(limit for limit in limits if not needs_curves(limit))
    return dict(solve(Problem(question.rooms, {STAYS: curves}, objective, told)).money)


def _stays(target: float, room: Room) -> Points:
    """target − |y − target| from nothing to all that the cell can take."""
    spends = sorted({0.0, target, max(room.most, target, 1.0)})
    return Points(tuple(spends), tuple(target - abs(spend - target) for spend in spends))
