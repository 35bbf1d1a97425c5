"""The rules of thumb that a plan must beat: equal parts, in proportion to last-touch ROI, and greedily by marginal
return.

All spend the same money as the plan found and are then moved as little as the limits demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dacu.plan.fit import Fitted
from dacu.plan.problem import Cell, Limit
from dacu.plan.program import nearest
from dacu.plan.question import Plan
from dacu.plan.whole import whole

GREEDY_STEPS = 50
"""In how many equal parts greedy money is given out."""


def equal_split(money: int, cells: Sequence[Cell], limits: Sequence[Limit]) -> Plan:
    """The money in equal parts on all cells."""
    return _allowed(dict.fromkeys(cells, money / len(cells)), limits)


def by_last_touch(money: int, current: Plan, credited: Mapping[str, float], limits: Sequence[Limit]) -> Plan:
    """Money to lines in proportion to their last-touch ROI (GMV credited ÷ spend now), over phases as they spend
    now.
    """
    spent: dict[str, int] = {}
    for cell, now in current.items():
        spent[cell.line] = spent.get(cell.line, 0) + now
    roi = {line: max(credited.get(line, 0.0), 0.0) / now if now else 0.0 for line, now in spent.items()}
    total = sum(roi.values())
    if total <= 0:
        return equal_split(money, tuple(current), limits)
    parts = {
        cell: money * roi[cell.line] / total * (now / spent[cell.line] if spent[cell.line] else 0.0)
        for cell, now in current.items()
    }
    return _allowed(parts, limits)


def greedy(money: int, curves: Mapping[Cell, Fitted], limits: Sequence[Limit]) -> Plan:
    """Money in equal steps, each to the cell whose curve then rises most; nothing is taken back."""
    step = money / GREEDY_STEPS
    given = {cell: min(curve.low, float(money)) for cell, curve in curves.items()}
    for _ in range(GREEDY_STEPS):
        rises = {
            cell: curve.at(min(given[cell] + step, curve.high)) - curve.at(given[cell])
            for cell, curve in curves.items()
        }
        best = max(rises, key=rises.__getitem__)
        if sum(given.values()) + step > money or rises[best] <= 0:
            break
        given[best] = min(given[best] + step, curves[best].high)
    return _allowed(given, limits)


def _allowed(parts: Mapping[Cell, float], limits: Sequence[Limit]) -> Plan:
    return whole(nearest(parts, limits), limits, tuple(parts))
