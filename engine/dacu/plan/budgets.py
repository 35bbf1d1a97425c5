"""A scenario's budget question: its paid lines by phase as cells, its `optimise` block as limits; and the way back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dacu.clock.calendar import Calendar
from dacu.errors import Finding, InputError
from dacu.kpis import BY_ID
from dacu.language.paths import join_path
from dacu.levers.paid import Paid, spread
from dacu.plan.problem import Cell
from dacu.plan.question import DailyCap, Group, Objective, Plan, Question, Range
from dacu.scenario.load import Loaded
from dacu.scenario.optimise import RangeBlock
from dacu.units import yuan

HOURS_A_DAY = 24


def path_of(name: str) -> str:
    """Scenario path of a budget line."""
    return join_path(("channels", name))


def paid_lines(loaded: Loaded) -> dict[str, Paid]:
    """Budget lines by path."""
    return {path_of(name): line for name, line in loaded.scenario.channels.items() if isinstance(line, Paid)}


def dated_lines(loaded: Loaded) -> frozenset[str]:
    """Lines whose money is written by date: a split by phase would flatten it, so it is not moved."""
    return frozenset(path for path, line in paid_lines(loaded).items() if line.days)


def phase_hours(calendar: Calendar) -> dict[str, NDArray[np.int64]]:
    """Hours of each phase on each day of the campaign."""
    days = range(calendar.days)
    return {
        phase.name: np.array(
            [len(range(max(phase.first, day * HOURS_A_DAY), min(phase.last, (day + 1) * HOURS_A_DAY))) for day in days],
            np.int64,
        )
        for phase in calendar.phases
    }


def current_plan(loaded: Loaded, calendar: Calendar) -> Plan:
    """What each line spends in each phase now. Money by day is told apart by the hours of the phases on that day."""
    plan: dict[Cell, int] = {}
    hours = phase_hours(calendar)
    for path, line in paid_lines(loaded).items():
        by_day = line.by_day(calendar)
        covered = sum(hours.values(), np.zeros(calendar.days, np.int64))
        for name, in_phase in hours.items():
            if line.budget:
                plan[Cell(path, name)] = line.budget.get(name, 0)
                continue
            parts = [
                spread(int(money), np.array([h, c - h])) for money, h, c in zip(by_day, in_phase, covered, strict=True)
            ]
            plan[Cell(path, name)] = sum(int(part[0]) for part in parts)
        _check_covered(path, by_day, covered)
    return plan


def _check_covered(path: str, by_day: NDArray[np.int64], covered: NDArray[np.int64]) -> None:
    """Money on days outside every phase belongs to no cell, so it could not be moved: said, not dropped."""
    outside = int(by_day[covered == 0].sum())
    if outside:
        raise InputError(Finding("plan_money_outside_phases", path=path, value=yuan(outside)))


def budgets_by_day(plan: Plan, calendar: Calendar) -> dict[str, NDArray[np.int64]]:
    """Fen a day of each line, spread over the hours of each phase as the scenario file would."""
    hours = phase_hours(calendar)
    by_line: dict[str, NDArray[np.int64]] = {}
    for cell, money in plan.items():
        by_line.setdefault(cell.line, np.zeros(calendar.days, np.int64))
        by_line[cell.line] += spread(money, hours[cell.phase])
    return by_line


def question_of(loaded: Loaded, calendar: Calendar) -> Question:
    """The budget question. Raises InputError where the demands contradict themselves."""
    block, current = loaded.scenario.optimise, current_plan(loaded, calendar)
    if not calendar.phases:
        raise InputError(Finding("plan_needs_phases", path="calendar.phases"))
    dated = dated_lines(loaded)
    for name in block.channels:
        if path_of(name) in dated:
            raise InputError(Finding("plan_dated_line", path=f"optimise.channels.{name}"))
    free = {path_of(name) for name in block.channels} or set(paid_lines(loaded)) - dated
    cells = {
        cell: Range(money, money)
        for cell, money in current.items()
        if cell.line not in free or loaded.scenario.calendar.over(cell.phase)
    }
    for name, line in block.channels.items():
        cells |= {Cell(path_of(name), phase): _range(limits) for phase, limits in line.phases.items()}
    hours = phase_hours(calendar)
    usual = sum(loaded.scenario.market.baseline.values())
    if block.daily_cap_multiple is not None and not usual:
        raise InputError(Finding("plan_cap_needs_baseline", path="optimise.daily_cap_multiple"))
    return Question(
        current=current,
        budget=block.budget or sum(current.values()),
        objective=objective_of(block.objective),
        spend=block.spend,
        days={name: _shares(in_phase) for name, in_phase in hours.items()},
        cells=cells,
        lines={path_of(name): _range(line) for name, line in block.channels.items() if line.min or line.max},
        phases={name: _range(limits) for name, limits in block.phases.items()},
        groups={
            name: Group(tuple(path_of(line) for line in group.channels), *group.share)
            for name, group in block.groups.items()
        },
        daily_cap=DailyCap(block.daily_cap_multiple, usual) if block.daily_cap_multiple is not None else None,
        names=_names(loaded),
    )


def objective_of(kpi: str) -> Objective:
    """The KPI to raise; a yuan spent is itself a cost of the contribution."""
    known = BY_ID[kpi]
    return Objective(
        kpi, known.zh, known.en, is_money=known.unit == "yuan", least_slope=-1.0 if kpi == "contribution" else 0.0
    )


def variant_text(plan: Plan, loaded: Loaded, parent: str) -> str:
    """The plan as a scenario file on top of `parent`: every budget line with its money by phase, in yuan to the fen."""
    lines = ["dacu: 1", f"extends: {parent}", "channels:"]
    by_line: dict[str, dict[str, int]] = {}
    for cell, money in plan.items():
        by_line.setdefault(cell.line, {})[cell.phase] = money
    for path, line in paid_lines(loaded).items():
        if line.days:
            continue
        name = path.removeprefix("channels.")
        amounts = ", ".join(f"{_key(phase)}: {yuan(money)}" for phase, money in by_line[path].items())
        lines += [f"  {name}:", *_unset(line), f"    budget: {{{amounts}}}"]
    return "\n".join(lines) + "\n"


def _unset(line: Paid) -> list[str]:
    """Other forms of budget must go, as a line has one."""
    return [] if line.daily_budget is None else ["    daily_budget: null"]


def _key(name: str) -> str:
    return join_path((name,))


def _range(block: RangeBlock) -> Range:
    return Range(block.min, block.max)


def _shares(hours: NDArray[np.int64]) -> dict[int, float]:
    total = int(hours.sum())
    return {day: int(count) / total for day, count in enumerate(hours) if count}


def _names(loaded: Loaded) -> Mapping[str, tuple[str, str]]:
    return {path: (path.removeprefix("channels."),) * 2 for path in paid_lines(loaded)}
