"""A budget question as business data: which cells of money are free, and what the planner demands of them.

A cell is one budget line in one phase of the campaign. All money is whole fen, all shares are fractions.
The demands become the limits of limits.py; nothing here knows how a plan is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Literal

from dacu.errors import Finding, InputError
from dacu.plan.problem import Cell

Plan = Mapping[Cell, int]
"""What each cell spends, in whole fen."""


@dataclass(frozen=True)
class Range:
    """The least and the most money (fen) that a cell, a line or a phase may spend; None is no limit."""

    least: int | None = None
    most: int | None = None


FREE = Range()


@dataclass(frozen=True)
class Group:
    """Lines that together take between `least` and `most` (fractions) of all money spent, as in 品效."""

    lines: tuple[str, ...]
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class DailyCap:
    """No day of the campaign spends more than `multiple` times `baseline_day` (fen)."""

    multiple: float
    baseline_day: int


@dataclass(frozen=True)
class Objective:
    """What the plan shall raise. `kpi` is its id; a sum of money is in yuan, anything else in counts.

    `least_slope` is the worst that one more yuan can do: 0 if money never harms (GMV, orders), −1 if the yuan
    itself is a cost inside the objective (contribution).
    """

    kpi: str
    zh: str
    en: str
    is_money: bool = True
    least_slope: float = 0.0


@dataclass(frozen=True)
class Question:
    """One budget question. Raises InputError, with every finding at once, when the demands contradict
    themselves.

    `current` is the plan of today and names the cells; a cell that is not free has a range of one point.
    `days` gives for each phase the share of its money that falls on each day (see `evenly`); `names` the (zh,
    en) name of a line, a phase or a group, which otherwise goes by its path.
    """

    current: Plan
    budget: int
    objective: Objective
    spend: Literal["at_most", "exactly"] = "at_most"
    days: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    cells: Mapping[Cell, Range] = field(default_factory=dict)
    lines: Mapping[str, Range] = field(default_factory=dict)
    phases: Mapping[str, Range] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    daily_cap: DailyCap | None = None
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        findings = list(_contradictions(self))
        if findings:
            raise InputError(*findings)

    @cached_property
    def line_names(self) -> tuple[str, ...]:
        """The lines in the order of their first cell."""
        return tuple(dict.fromkeys(cell.line for cell in self.current))

    @cached_property
    def phase_names(self) -> tuple[str, ...]:
        """The phases in the order of their first cell."""
        return tuple(dict.fromkeys(cell.phase for cell in self.current))

    def range(self, cell: Cell) -> Range:
        """What the cell itself may spend, whatever its line and phase allow."""
        return self.cells.get(cell, FREE)

    def name(self, key: str) -> tuple[str, str]:
        """The (zh, en) name of a line, a phase or a group."""
        return self.names.get(key, (key, key))


def evenly(first_day: int, days: int) -> dict[int, float]:
    """A phase of `days` days from `first_day` on, each with the same share of its money."""
    return dict.fromkeys(range(first_day, first_day + days), 1 / days)


def ranges(question: Question) -> Iterator[tuple[str, tuple[Cell, ...], Range]]:
    """Every range of the question: its scenario path, the cells that it covers, the range."""
    for cell, span in question.cells.items():
        yield f"optimise.{cell.line}.{cell.phase}", (cell,), span
    for line, span in question.lines.items():
        yield f"optimise.{line}", tuple(cell for cell in question.current if cell.line == line), span
    for phase, span in question.phases.items():
        yield f"optimise.phases.{phase}", tuple(cell for cell in question.current if cell.phase == phase), span


def _contradictions(question: Question) -> Iterator[Finding]:
    if not question.current:
        yield _finding("plan_no_cells", "optimise")
        return
    yield from _unknown_names(question)
    yield from _bad_groups(question)
    yield from _bad_ranges(question)
    yield from _bad_shares(question)
    yield from _bad_days(question)
    yield from _floors_above_budget(question)


def _unknown_names(question: Question) -> Iterator[Finding]:
    for cell in question.cells:
        if cell not in question.current:
            yield _finding("plan_unknown_cell", f"optimise.{cell.line}.{cell.phase}", f"{cell.line}.{cell.phase}")
    for line in question.lines:
        if line not in question.line_names:
            yield _finding("plan_unknown_line", f"optimise.{line}", line)
    for phase in question.phases:
        if phase not in question.phase_names:
            yield _finding("plan_unknown_phase", f"optimise.phases.{phase}", phase)


def _bad_groups(question: Question) -> Iterator[Finding]:
    for name, group in question.groups.items():
        if not group.lines:
            yield _finding("plan_empty_group", f"optimise.groups.{name}", name)
        for line in group.lines:
            if line not in question.line_names:
                yield _finding("plan_unknown_line", f"optimise.groups.{name}", line)


def _bad_ranges(question: Question) -> Iterator[Finding]:
    for cell, money in question.current.items():
        if money < 0:
            yield _finding("plan_negative", f"{cell.line}.{cell.phase}", _yuan(money))
    if question.budget <= 0:
        yield _finding("plan_no_budget", "optimise.budget", _yuan(question.budget))
    for path, _, span in ranges(question):
        least = 0 if span.least is None else span.least
        if least < 0:
            yield _finding("plan_negative", f"{path}.min", _yuan(least))
        if span.most is not None and span.most < least:
            yield _finding("plan_min_above_max", path, _yuan(least), maximum=_yuan(span.most))


def _bad_shares(question: Question) -> Iterator[Finding]:
    for name, group in question.groups.items():
        path = f"optimise.groups.{name}.share"
        least, most = group.least or 0.0, 1.0 if group.most is None else group.most
        for share in (least, most):
            if not 0 <= share <= 1:
                yield _finding("plan_share_range", path, _percent(share))
        if least > most:
            yield _finding("plan_min_above_max", path, _percent(least), maximum=_percent(most))
    apart = all(not set(a.lines) & set(b.lines) for a, b in combinations(question.groups.values(), 2))
    floors = sum(group.least or 0.0 for group in question.groups.values())
    if apart and floors > 1 + 1e-9:
        yield _finding("plan_shares_above_whole", "optimise.groups", _percent(floors))


def _bad_days(question: Question) -> Iterator[Finding]:
    cap = question.daily_cap
    if cap is None:
        return
    if not (cap.multiple > 0 and cap.baseline_day > 0):
        yield _finding("plan_bad_daily_cap", "optimise.daily_cap_multiple", f"{cap.multiple:g}")
    for phase in question.phase_names:
        if abs(sum(question.days.get(phase, {}).values()) - 1) > 1e-9:
            yield _finding("plan_days_incomplete", f"calendar.phases.{phase}", phase)


def _floors_above_budget(question: Question) -> Iterator[Finding]:
    """Floors that alone pass the budget: cells and lines together, or cells and phases together."""
    for owner, own in ((0, question.lines), (1, question.phases)):
        floors = dict.fromkeys((cell[owner] for cell in question.current), 0)
        for cell, span in question.cells.items():
            floors[cell[owner]] = floors.get(cell[owner], 0) + (span.least or 0)
        total = sum(max(floor, own.get(name, FREE).least or 0) for name, floor in floors.items())
        if total > question.budget:
            yield _finding("plan_floors_above_budget", "optimise", _yuan(total), budget=_yuan(question.budget))
            return


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")


def _percent(share: float) -> str:
    return f"{100 * share:g}%"


def _finding(code: str, path: str, value: str = "", **args: str) -> Finding:
    return Finding(code=code, mark=None, path=path, value=value, args=args)
