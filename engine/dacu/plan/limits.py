"""The demands of a question in one form: something measured on a plan, a side, a value.

Every demand (budget, ranges, group shares, daily cap) reads

    for each row:  Σ terms·y  ≤  value · (Σ of·y + base)        (or ≥, or =)

with y the money of the cells in fen. A ceiling on money has `base` 1 and its value in fen; a share has `of`
the money of all cells; the daily cap has one row a day and `base` the baseline day. So a limit is moved,
priced and checked in its own unit, by the same few lines for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dacu.plan.problem import Cell, Problem, ranges

Side = Literal["at_most", "at_least", "exactly"]
Unit = Literal["fen", "share", "multiple"]
Row = Mapping[Cell, float]


@dataclass(frozen=True)
class Limit:
    """One demand; `id` is its scenario path, (`zh`, `en`) its name in a sentence, `value` is in `unit`."""

    id: str
    side: Side
    value: float
    unit: Unit
    zh: str
    en: str
    rows: tuple[Row, ...]
    of: Row = field(default_factory=dict)
    base: float = 0.0

    def yardstick(self, plan: Mapping[Cell, float]) -> float:
        """What one unit of the limit is worth on this plan, in fen: Σ of·y + base."""
        return _total(self.of, plan) + self.base

    def measured(self, plan: Mapping[Cell, float]) -> float:
        """Where the plan stands, in the unit of the limit; the row nearest to the limit speaks for all."""
        spent = [_total(row, plan) for row in self.rows]
        nearest = min(spent) if self.side == "at_least" else max(spent)
        yardstick = self.yardstick(plan)
        return nearest / yardstick if yardstick > 0 else self.value

    def excess(self, plan: Mapping[Cell, float]) -> float:
        """By how much money (fen) the plan breaks the limit; 0 if it keeps it."""
        over = (self.measured(plan) - self.value) * self.yardstick(plan)
        broken = {"at_most": over, "at_least": -over, "exactly": abs(over)}[self.side]
        return max(0.0, broken)


def limits_of(problem: Problem) -> tuple[Limit, ...]:
    """All limits of the question, the budget first."""
    return (_budget(problem), *_ranges(problem), *_shares(problem), *_daily(problem))


def keeps(plan: Mapping[Cell, float], limits: Iterable[Limit]) -> bool:
    """Whether the plan keeps every limit: ceilings to the fen, floors and shares to one fen a cell."""
    return all(limit.excess(plan) <= _rounding(limit, len(plan)) for limit in limits)


def _rounding(limit: Limit, cells: int) -> float:
    return float(cells) if limit.side == "at_least" or limit.of else 0.5


def _total(row: Row, plan: Mapping[Cell, float]) -> float:
    return math.fsum(factor * plan[cell] for cell, factor in row.items())


def _budget(problem: Problem) -> Limit:
    rows = (dict.fromkeys(problem.current, 1.0),)
    return Limit("optimise.budget", problem.spend, problem.budget, "fen", "总预算", "total budget", rows, base=1.0)


def _ranges(problem: Problem) -> Iterator[Limit]:
    for path, cells, span in ranges(problem):
        rows = (dict.fromkeys(cells, 1.0),)
        zh, en = _subject(problem, path, cells)
        if span.most is not None:
            yield Limit(f"{path}.max", "at_most", span.most, "fen", f"{zh}的上限", f"maximum of {en}", rows, base=1.0)
        if span.least:
            yield Limit(
                f"{path}.min",
                "at_least",
                span.least,
                "fen",
                f"{zh}的下限",
                f"minimum of {en}",
                rows,
                base=1.0,
            )


def _subject(problem: Problem, path: str, cells: tuple[Cell, ...]) -> tuple[str, str]:
    line, phase = (problem.name(key) for key in cells[0])
    if path == f"optimise.{cells[0].line}":
        return line
    if path == f"optimise.phases.{cells[0].phase}":
        return phase
    return f"{line[0]}·{phase[0]}", f"{line[1]} in {phase[1]}"


def _shares(problem: Problem) -> Iterator[Limit]:
    everything = dict.fromkeys(problem.current, 1.0)
    for name, group in problem.groups.items():
        rows = (dict.fromkeys((cell for cell in problem.current if cell.line in group.lines), 1.0),)
        path, (zh, en) = f"optimise.groups.{name}.share", problem.name(name)
        if group.most is not None:
            zh_most, en_most = f"{zh}的占比上限", f"maximum share of {en}"
            yield Limit(f"{path}.max", "at_most", group.most, "share", zh_most, en_most, rows, everything)
        if group.least:
            zh_least, en_least = f"{zh}的占比下限", f"minimum share of {en}"
            yield Limit(f"{path}.min", "at_least", group.least, "share", zh_least, en_least, rows, everything)


def _daily(problem: Problem) -> Iterator[Limit]:
    """One row a day; days on which the phases spend alike give the same row, which is written once."""
    cap = problem.daily_cap
    if cap is None:
        return
    days = sorted({day for phase in problem.phase_names for day in problem.days[phase]})
    rows = dict.fromkeys(tuple(_day_row(problem, day)) for day in days)
    kept = tuple(dict(row) for row in rows if row)
    zh, en, base = "单日投放倍数上限", "daily spend multiple", cap.baseline_day
    yield Limit("optimise.daily_cap_multiple", "at_most", cap.multiple, "multiple", zh, en, kept, base=base)


def _day_row(problem: Problem, day: int) -> Iterator[tuple[Cell, float]]:
    for cell in problem.current:
        share = problem.days[cell.phase].get(day, 0.0)
        if share:
            yield cell, share
