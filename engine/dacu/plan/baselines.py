"""The rules of thumb that a plan must beat: equal parts, in proportion to last-touch ROI, greedily by marginal return.

All spend the same money as the plan found, book what it books, and are then moved as little as the limits demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dacu.plan.fit import Fitted
from dacu.plan.near import nearest
from dacu.plan.problem import Cell, Limit
from dacu.plan.question import Plan, Question
from dacu.plan.whole import whole

GREEDY_STEPS = 50
"""In how many equal parts greedy money is given out."""


def equal_split(plan: Plan, question: Question, limits: Sequence[Limit]) -> Plan:
    """The media money of a plan in equal parts on all cells."""
    return _allowed(plan, dict.fromkeys(question.media, _media(plan, question) / len(question.media)), question, limits)


def by_last_touch(plan: Plan, credited: Mapping[str, float], question: Question, limits: Sequence[Limit]) -> Plan:
    """Money to lines in proportion to last-touch ROI (GMV credited ÷ spend now), over phases as they spend now."""
    spent = {line: sum(question.current[cell] for cell in question.cells_of([line])) for line in question.line_names}
    roi = {line: max(credited.get(line, 0.0), 0.0) / now if now else 0.0 for line, now in spent.items()}
    lines = {cell.line for cell in question.media}
    total = sum(roi[line] for line in lines)
    if total <= 0:
        return equal_split(plan, question, limits)
    money = _media(plan, question)
    parts = {
        cell: money * roi[cell.line] / total * (question.current[cell] / spent[cell.line] if spent[cell.line] else 0.0)
        for cell in question.media
    }
    return _allowed(plan, parts, question, limits)


def greedy(plan: Plan, curves: Mapping[Cell, Fitted], question: Question, limits: Sequence[Limit]) -> Plan:
    """Money in equal steps, each to the cell whose curve then rises most; nothing is taken back."""
    money, media = _media(plan, question), question.media
    step = money / GREEDY_STEPS
    given = {cell: min(curves[cell].low, money) for cell in media}
    for _ in range(GREEDY_STEPS):
        rises = {cell: _rise(curves[cell], given[cell], step) for cell in media}
        best = max(rises, key=rises.__getitem__)
        if sum(given.values()) + step > money or rises[best] <= 0:
            break
        given[best] = min(given[best] + step, curves[best].high)
    return _allowed(plan, given, question, limits)


def _rise(curve: Fitted, spend: float, step: float) -> float:
    return curve.at(min(spend + step, curve.high)) - curve.at(spend)


def _media(plan: Plan, question: Question) -> float:
    return float(sum(plan[cell] for cell in question.media))


def _allowed(plan: Plan, parts: Mapping[Cell, float], question: Question, limits: Sequence[Limit]) -> Plan:
    wanted = {cell: parts.get(cell, float(money)) for cell, money in plan.items()}
    return whole(nearest(wanted, question, limits), limits, question.media)
