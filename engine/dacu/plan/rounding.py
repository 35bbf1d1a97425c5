"""A plan in round sums, hundreds or thousands of yuan, as people write it down, and what that costs on the curves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dacu import words
from dacu.plan.prices import shown_amount, shown_step
from dacu.plan.problem import BLUR, Cell, Problem, Unit, keeps
from dacu.plan.question import Objective


@dataclass(frozen=True)
class Rounded:
    """A plan in multiples of `unit`, the objective that rounding gives away, and its share of the exact plan's."""

    money: Mapping[Cell, float]
    unit: float
    cost: float
    share: float

    def sentence(self, money_unit: Unit, objective: Objective, lang: str) -> str:
        """What rounding costs, in words."""
        args = {
            "unit": shown_step(self.unit, money_unit, lang),
            "amount": shown_amount(max(0.0, self.cost), objective, lang),
            "share": f"{100 * max(0.0, self.share):.2g}%",
            "objective": words.name_of(objective, lang),
        }
        return words.say(lang, "plan_rounded", **args)


def rounded(problem: Problem, money: Mapping[Cell, float], unit: float) -> Rounded | None:
    """The plan in multiples of a unit within its limits and rooms; None where they leave no such plan in reach.

    Every cell is rounded down; then unit after unit goes to where it mends a limit or adds most on the curves, until
    the money of the exact plan is spent. Where no multiples keep a limit (a budget that must be spent exactly, a share
    that is met to the last coin), the odd rest stays with one cell.
    """
    plan = {cell: _down(problem, cell, spend, unit) for cell, spend in money.items()}
    total = math.fsum(money.values())
    for _ in range(math.floor((total - math.fsum(plan.values())) / unit + BLUR)):
        more = _best_more(problem, plan, unit)
        if more is None:
            break
        plan = more
    rest = total - math.fsum(plan.values())
    if rest > 0 and not keeps(problem.state(plan), problem.limits):
        plan = _best_more(problem, plan, rest) or plan
    if not keeps(problem.state(plan), problem.limits):
        return None
    value = problem.value(money)
    cost = value - problem.value(plan)
    return Rounded(plan, unit, cost, cost / abs(value) if value else 0.0)


def _down(problem: Problem, cell: Cell, spend: float, unit: float) -> float:
    """The multiple of the unit below a spend; where the room begins above it, the next one, or where it begins."""
    room = problem.rooms[cell]
    below = unit * math.floor(spend / unit + BLUR)
    if below >= room.least or (room.or_zero and spend == 0):
        return min(below, room.most)
    above = unit * math.ceil(room.least / unit - BLUR)
    return above if above <= room.most else room.least


def _best_more(problem: Problem, plan: Mapping[Cell, float], money: float) -> dict[Cell, float] | None:
    """The plan with so much more in one cell: where the limits are broken least, and then where it returns most.

    None if that breaks the limits further wherever it goes. A closed cell stays closed.
    """
    tried = [
        {**plan, cell: spend + money}
        for cell, spend in plan.items()
        if spend + money <= problem.rooms[cell].most and not (cell in problem.switched and spend == 0)
    ]
    best = min(tried, key=lambda one: (_broken(problem, one), -problem.value(one)), default=None)
    return None if best is None or _broken(problem, best) > _broken(problem, plan) else best


def _broken(problem: Problem, plan: Mapping[Cell, float]) -> float:
    """By how much a plan breaks the limits, each as a share of what it adds up; 0 within rounding."""
    state = problem.state(plan)
    shares = (limit.excess(state) / (limit.weight(state) or 1.0) for limit in problem.limits)
    return math.fsum(share for share in shares if share > BLUR)
