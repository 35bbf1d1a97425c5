"""Demands of a question that make no sense by themselves. Those that only together have no plan are diagnose.py's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dacu.errors import Finding

if TYPE_CHECKING:
    from dacu.plan.question import Question

MOST_WAYS = 2_000
"""A choice among lines is written once for every way to take a phase of each; no more of them than this."""


def of(question: Question) -> Iterator[Finding]:
    """Every contradiction, with its place."""
    if not question.current:
        yield _finding("plan_no_cells", "optimise")
        return
    yield from _unknown_names(question)
    yield from _bad_groups(question)
    yield from _bad_ranges(question)
    yield from _bad_shares(question)
    yield from _bad_days(question)


def _unknown_names(question: Question) -> Iterator[Finding]:
    for cell in question.cells:
        if cell not in question.current:
            yield _finding("plan_unknown_cell", f"optimise.{cell.line}.{cell.phase}", f"{cell.line}.{cell.phase}")
    for path, lines in _named_lines(question):
        for line in lines:
            if line not in question.line_names:
                yield _finding("plan_unknown_line", path, line)
    phases = {f"phases.{phase}": phase for phase in question.phases}
    phases |= {f"rows.{name}.phase": row.phase for name, row in question.rows.items() if row.phase is not None}
    for path, phase in phases.items():
        if phase not in question.phase_names:
            yield _finding("plan_unknown_phase", f"optimise.{path}", phase)


def _named_lines(question: Question) -> Iterator[tuple[str, Iterable[str]]]:
    """Lines that demands name, with the place."""
    for line in (*question.lines, *question.changes, *question.line_roi, *question.bookings):
        yield f"optimise.{line}", [line]
    for name, group in question.groups.items():
        yield f"optimise.groups.{name}", group.lines
    for name, row in question.rows.items():
        yield f"optimise.rows.{name}", row.factors
    for path, choice in question.choices.items():
        yield f"optimise.{path}", choice.lines
    for path, floor in question.conversions.items():
        yield f"optimise.{path}", floor.creators


def _bad_groups(question: Question) -> Iterator[Finding]:
    for name, group in question.groups.items():
        if not group.lines:
            yield _finding("plan_empty_group", f"optimise.groups.{name}", name)
    for path, choice in question.choices.items():
        lines = len(choice.lines)
        if choice.side == "exactly" and choice.count > lines:
            yield _finding("plan_choice_of_too_few", f"optimise.{path}", str(choice.count), lines=str(lines))
        ways = math.prod(max(1, len(question.open_cells(line))) for line in choice.lines)
        if ways > MOST_WAYS:
            yield _finding("plan_choice_too_wide", f"optimise.{path}", str(ways), most=str(MOST_WAYS))


def _bad_ranges(question: Question) -> Iterator[Finding]:
    for cell, money in question.current.items():
        if money < 0:
            yield _finding("plan_negative", f"{cell.line}.{cell.phase}", _yuan(money))
    if question.budget <= 0:
        yield _finding("plan_no_budget", "optimise.budget", _yuan(question.budget))
    for path, _, span in question.ranges():
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


def _bad_days(question: Question) -> Iterator[Finding]:
    cap = question.daily_cap
    if cap is None and question.growth is None:
        return
    if cap is not None and not (cap.multiple > 0 and cap.baseline_day > 0):
        yield _finding("plan_bad_daily_cap", "optimise.daily_cap_multiple", f"{cap.multiple:g}")
    for phase in question.phase_names:
        if abs(sum(question.days.get(phase, {}).values()) - 1) > 1e-9:
            yield _finding("plan_days_incomplete", f"calendar.phases.{phase}", phase)


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")


def _percent(share: float) -> str:
    return f"{100 * share:g}%"


def _finding(code: str, path: str, value: str = "", **args: str) -> Finding:
    return Finding(code=code, mark=None, path=path, value=value, args=args)
