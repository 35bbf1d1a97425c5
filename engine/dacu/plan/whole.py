"""From the fractions of a solver to a plan that can be booked: whole yuan, and never a fen above a ceiling."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dacu.errors import Fault, Finding
from dacu.plan.limits import keeps
from dacu.plan.problem import Cell, Limit, State

YUAN, FEN = 100, 1


def whole(spend: Mapping[Cell, float], limits: Sequence[Limit], best_first: Sequence[Cell]) -> dict[Cell, int]:
    """The plan rounded down to whole yuan, the rest given to the first cell of `best_first` that has room.

    Cells that `best_first` leaves out (a booking has one price) keep what they spend. Where the limits leave no room
    for whole yuan it is rounded to the fen. The first limit is the budget: a total within a yuan of it is meant to be
    it. Raises Fault if the rounded plan breaks a limit (limits.keeps).
    """
    counted, free = limits[0].amounts[0].money, frozenset(best_first)
    total, budget = math.fsum(spend[cell] for cell in counted), limits[0].value
    target = math.floor((budget if abs(total - budget) < YUAN else total) + 0.5)
    for unit in (YUAN, FEN):
        plan = {
            cell: unit * math.floor(money / unit + 0.005) if cell in free else round(money)
            for cell, money in spend.items()
        }
        _fill_floors(plan, limits, target, free)
        _give(plan, target - sum(plan[cell] for cell in counted), limits, best_first)
        if keeps(plan, limits):
            return plan
    raise Fault(Finding("plan_not_whole", path="optimise"))


def room(cell: Cell, plan: Mapping[Cell, int], limits: Sequence[Limit]) -> int:
    """How many more fen the cell can take before the first ceiling stops it."""
    rooms = [_room(cell, plan, limit) for limit in limits if limit.side != "at_least" and limit.is_money]
    return max(0, math.floor(min(rooms) + 1e-6))


def _room(cell: Cell, plan: Mapping[Cell, int], limit: Limit) -> float:
    state = State(plan)
    allowed = limit.value * limit.yardstick(state)
    nearest = math.inf
    for amount in limit.amounts:
        grows = amount.money.get(cell, 0.0) - limit.value * limit.of.money.get(cell, 0.0)
        if grows > 0:
            nearest = min(nearest, (allowed - amount.total(state)) / grows)
    return nearest


def _fill_floors(plan: dict[Cell, int], limits: Sequence[Limit], target: int, free: frozenset[Cell]) -> None:
    """Floors that rounding has undercut get their fen back; a share is one of the money that will be spent."""
    for limit in limits:
        if limit.side == "at_least" and limit.is_money:
            row = limit.amounts[0].money
            least = limit.value * (target if limit.of.money else limit.of.base)
            _give(
                plan,
                math.ceil(least - sum(plan[cell] for cell in row) - 1e-6),
                limits,
                [cell for cell in row if cell in free],
            )


def _give(plan: dict[Cell, int], money: int, limits: Sequence[Limit], order: Sequence[Cell]) -> None:
    for cell in order:
        given = min(money, room(cell, plan, limits))
        if given > 0:
            plan[cell] += given
            money -= given
