"""A plan as a scenario file has it: money by phase, or by day where part of it is past, and bookings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dacu.clock.calendar import Calendar
from dacu.language.paths import join_path
from dacu.levers.paid import spread
from dacu.plan.bookings import path_of, paths
from dacu.plan.budgets import current_plan, first_day, phase_hours
from dacu.plan.problem import Cell
from dacu.plan.question import Plan
from dacu.scenario.load import Loaded
from dacu.sim.stage import calendar_of
from dacu.units import yuan


def variant_text(plan: Plan, loaded: Loaded, parent: str) -> str:
    """The plan as a scenario file on top of `parent`: every budget line with its money by phase, in yuan to the fen
    (by date where part of it is past), and every booking, made or not.
    """
    lines = ["dacu: 1", f"extends: {parent}", "channels:"]
    amounts_of = written(plan, loaded)
    for name, line in loaded.scenario.paid.items():
        if line.days:
            continue
        form, amounts = amounts_of[path_of(name)]
        together = ", ".join(f"{_key(key)}: {yuan(money)}" for key, money in amounts.items())
        unset = [key for key in line.forms if key != form]
        lines += [f"  {_key(name)}:", *(f"    {key}: null" for key in unset), f"    {form}: {{{together}}}"]
    for family, block in loaded.scenario.optimise.bookings.items():
        if block.free:
            lines.append(f"{family}:")
        for name, path in zip(block.free, paths(family, block), strict=True):
            lines.append(f"  {_key(name)}: {{active: {'yes' if plan[Cell(path)] else 'no'}}}")
    return "\n".join(lines) + "\n"


def written(plan: Plan, loaded: Loaded) -> dict[str, tuple[str, dict[str, int]]]:
    """Each line's money in the form that a scenario file has it in: `budget` by phase, `days` where part is past."""
    return _by_date(plan, loaded) if loaded.scenario.optimise.from_ is not None else _by_phase(plan)


def _by_phase(plan: Plan) -> dict[str, tuple[str, dict[str, int]]]:
    by_line: dict[str, tuple[str, dict[str, int]]] = {}
    for cell, money in plan.items():
        by_line.setdefault(cell.line, ("budget", {}))[1][cell.phase] = money
    return by_line


def _by_date(plan: Plan, loaded: Loaded) -> dict[str, tuple[str, dict[str, int]]]:
    calendar = calendar_of(loaded)
    current = current_plan(loaded, calendar)
    by_line = budgets_by_day(plan, calendar, current, first_day(loaded, calendar))
    dates = [*map(calendar.iso_date, range(calendar.days))]
    return {path: ("days", dict(zip(dates, by_day.tolist(), strict=True))) for path, by_day in by_line.items()}


def budgets_by_day(
    plan: Plan, calendar: Calendar, current: Plan | None = None, first_day: int = 0
) -> dict[str, NDArray[np.int64]]:
    """Fen a day of each line, spread over the hours of each phase as the scenario file would.

    Days before `first_day` spend what `current` spends on them; the rest of a phase falls on its hours to come.
    """
    hours = phase_hours(calendar)
    by_line: dict[str, NDArray[np.int64]] = {}
    for cell, money in plan.items():
        if not cell.phase:
            continue
        by_line.setdefault(cell.line, np.zeros(calendar.days, np.int64))
        past = spread(0 if current is None else current[cell], hours[cell.phase])
        past[first_day:] = 0
        to_come = hours[cell.phase].copy()
        to_come[:first_day] = 0
        by_line[cell.line] += past + spread(money - int(past.sum()), to_come)
    return by_line


def _key(name: str) -> str:
    return join_path((name,))
