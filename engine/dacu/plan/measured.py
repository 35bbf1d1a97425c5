"""Limits of what a plan brings: KPIs, returns of lines and conversions of creators, linear in simulated figures.

A figure of a new plan is its level at the plan that the curves depart from, plus what every cell gains over it. So
`above ÷ below ≥ value` becomes level + Σ gain of the sum above against value · (level + Σ gain of the sum below).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dacu import words
from dacu.kpis import MEASURE_UNITS
from dacu.plan.problem import ONE, Amount, Cell, Limit, Unit
from dacu.plan.question import Bound, Question

UNITS: Mapping[str, Unit] = {"yuan": "fen", "share": "share", "ratio": "ratio"}
"""Units of limits by those of KPIs; anything else is a count."""


def measured(question: Question, levels: Mapping[str, float]) -> Iterator[Limit]:
    """Every limit that needs curves. KeyError for a level that is missing."""
    for path, bound in question.bounds.items():
        yield _bound(question, f"optimise.{path}", bound, levels)
    if question.reach is not None:
        yield _reach(question, question.reach, levels)
    yield from _line_roi(question, levels)
    yield from _conversions(question, levels)


def _sum(question: Question, figure: str, levels: Mapping[str, float], times: float = 1.0) -> Amount:
    """A figure of the whole plan, so many times: every cell may move it."""
    row: Mapping[Cell, float] = dict.fromkeys(question.current, times)
    return Amount(response={figure: row}, base=times * levels[figure])


def _bound(question: Question, path: str, bound: Bound, levels: Mapping[str, float]) -> Limit:
    kpi = bound.kpi
    scale = (1 if kpi.unit == "yuan" else MEASURE_UNITS[kpi.unit]) / kpi.times
    above = _sum(question, f"{kpi.id}.above", levels)
    below = _sum(question, f"{kpi.id}.below", levels, scale) if kpi.below else Amount(base=scale)
    side = ("下限", "least") if bound.side == "at_least" else ("上限", "most")
    names = (words.joined(kpi.zh, "的", side[0]), f"{side[1]} {kpi.en}")
    return Limit(path, bound.side, bound.value, UNITS.get(kpi.unit, "count"), *names, (above,), below, "wish")


def _reach(question: Question, reach: Bound, levels: Mapping[str, float]) -> Limit:
    names = (words.joined("要达到的", reach.kpi.zh), f"{reach.kpi.en} to reach")
    amounts = (_sum(question, reach.kpi.id, levels),)
    unit = UNITS.get(reach.kpi.unit, "count")
    return Limit(f"optimise.reach.{reach.kpi.id}", "at_least", reach.value, unit, *names, amounts, ONE, "wish")


def _line_roi(question: Question, levels: Mapping[str, float]) -> Iterator[Limit]:
    """By last touch any cell may move a line's sales; sales that would not be without it, its own cells do."""
    for line, roi in question.line_roi.items():
        own, (zh, en) = question.cells_of([line]), question.name(line)
        sales = _sum(question, f"line.{line}", levels) if roi.basis == "last_touch" else _added(line, own, levels)
        names = (words.joined(zh, "的ROI下限"), f"least ROI of {en}")
        money = Amount(dict.fromkeys(own, 1.0))
        yield Limit(f"optimise.{line}.roi_floor", "at_least", roi.value, "ratio", *names, (sales,), money, "wish")


def _added(line: str, own: tuple[Cell, ...], levels: Mapping[str, float]) -> Amount:
    return Amount(response={"gmv": dict.fromkeys(own, 1.0)}, base=levels[f"incremental.{line}"])


def _conversions(question: Question, levels: Mapping[str, float]) -> Iterator[Limit]:
    """A creator who is picked converts well enough; one who is not has the whole of his clicks to spare."""
    for path, floor in question.conversions.items():
        amounts = tuple(
            Amount(chosen={cell: -1.0}, base=1.0 + _conversion(cell.line, levels))
            for cell in question.cells_of(floor.creators)
        )
        zh, en = question.name(path)
        names = (words.joined(zh, "的预测转化率下限"), f"least predicted conversion of {en}")
        yield Limit(f"optimise.{path}.min_cvr", "at_least", floor.least, "share", *names, amounts, ONE, "wish")


def _conversion(creator: str, levels: Mapping[str, float]) -> float:
    clicks = levels[f"cvr.{creator}.below"]
    return levels[f"cvr.{creator}.above"] / clicks if clicks > 0 else 0.0
