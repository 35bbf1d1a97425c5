"""A media plan, budget line × phase × money × dates: out of a scenario or an optimised plan, and back over one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dacu.clock.calendar import Calendar, Phase
from dacu.clock.hours import HOURS_A_DAY
from dacu.errors import Finding, InputError, Mark, nearest, shown
from dacu.language.text import dump
from dacu.language.tree import Branch, Leaf, Node
from dacu.levers.paid import Paid, spread
from dacu.plan.bookings import path_of
from dacu.plan.budgets import phase_hours, phase_money
from dacu.plan.plan_sheet import PlanSheet, Row
from dacu.plan.question import Plan
from dacu.plan.written import written
from dacu.scenario.load import Loaded
from dacu.sim.stage import calendar_of
from dacu.units import FEN, yuan

if TYPE_CHECKING:
    from pandas import DataFrame

ONE_DAY = dt.timedelta(days=1)
Days = tuple[dt.date, dt.date]
"""The first and the last of a stretch of days."""
Told = Mapping[str, "str | Told | None"]
"""A block of a scenario file: null removes."""


class Entry(NamedTuple):
    """What a line spends (fen) in a phase, or with no phase on a stretch of days."""

    line: str
    phase: str
    money: int
    first: dt.date
    last: dt.date


def entries(loaded: Loaded, plan: Plan | None = None) -> Iterator[Entry]:
    """The media plan of a scenario, or of an optimised `plan` for it: by phase, or by date where the money of a line is
    written so or falls outside the phases.
    """
    calendar = calendar_of(loaded)
    phases = {phase.name: days_of(phase, calendar) for phase in calendar.phases}
    planned = {} if plan is None else written(plan, loaded)
    for name, line in loaded.scenario.paid.items():
        path = path_of(name)
        form, amounts = _own(line, calendar) if line.days or path not in planned else planned[path]
        if form == "budget":
            yield from (Entry(name, phase, money, *phases[phase]) for phase, money in amounts.items())
        else:
            yield from _stretches(name, amounts)


def table(loaded: Loaded, plan: Plan | None = None) -> DataFrame:
    """The media plan as the table `plan`: money in yuan, the last day is one of the phase's."""
    from pandas import DataFrame

    rows = [[one.line, one.phase, one.money / FEN, one.first, one.last] for one in entries(loaded, plan)]
    return DataFrame(rows, columns=["line", "phase", "budget", "start", "end"])


def days_of(phase: Phase, calendar: Calendar) -> Days:
    """The first and last date that a phase touches."""
    return calendar.date(HOURS_A_DAY * phase.days[0]), calendar.date(HOURS_A_DAY * phase.days[-1])


def _stretches(name: str, by_date: Mapping[str, int]) -> Iterator[Entry]:
    """Days on end with the same money as one entry; days without any are left out."""
    for money, found in groupby(by_date, by_date.__getitem__):
        days = [dt.date.fromisoformat(date) for date in found]
        if money:
            yield Entry(name, "", money * len(days), days[0], days[-1])


def _own(line: Paid, calendar: Calendar) -> tuple[str, dict[str, int]]:
    """A line's money as its scenario has it."""
    by_phase, outside = phase_money(line, calendar, phase_hours(calendar))
    if not line.days and not outside:
        return "budget", by_phase
    dates = map(calendar.iso_date, range(calendar.days))
    return "days", dict(zip(dates, line.by_day(calendar).tolist(), strict=True))


def scenario_text(sheet: PlanSheet, base: Loaded, parent: str) -> str:
    """A scenario file that extends `parent` (composed: `base`) with the money of a sheet; lines that it does not name
    spend nothing. Phases with other days than in `base` take the sheet's, and then `base` keeps no other phase.

    Raises InputError with every cell that does not fit.
    """
    calendar = calendar_of(base)
    known = base.scenario.paid
    findings = [
        sheet.finding("media_line_unknown", row.number, "line", row.line, {"known": ", ".join(known)},
                      nearest(known, row.line))
        for row in sheet.rows if row.line not in known
    ]  # fmt: skip
    phases = _phases(sheet, calendar, findings)
    money = _money(sheet, findings)
    if findings:
        raise InputError(*findings)
    told: dict[str, str | Told | None] = {"extends": parent}
    if moved := _calendar(sheet, phases, calendar):
        told["calendar"] = moved
    told["channels"] = {name: _channel(line, money.get(name)) for name, line in known.items()}
    origin = shown(f"{sheet.file} · {sheet.name}")
    return f"# {origin}\n" + dump(_branch(told, Mark(sheet.file, 1, 1)), origins=False)


def _phases(sheet: PlanSheet, calendar: Calendar, findings: list[Finding]) -> dict[str, Days]:
    """Days of the sheet's phases: its own, or else those of the calendar."""
    known = {phase.name: days_of(phase, calendar) for phase in calendar.phases}
    stated: dict[str, Row] = {}
    for row in (row for row in sheet.rows if row.phase and row.first):
        first = stated.setdefault(row.phase, row)
        if (row.first, row.last) != (first.first, first.last):
            args = {"phase": row.phase, "row": str(first.number)}
            findings.append(sheet.finding("media_phase_dates", row.number, "start", row.phase, args))
    phases: dict[str, Days] = {}
    for row in (row for row in sheet.rows if row.phase):
        own = stated.get(row.phase)
        if own is not None and own.first is not None and own.last is not None:
            phases[row.phase] = (own.first, own.last)
        elif row.phase in known:
            phases[row.phase] = known[row.phase]
        else:
            args = {"known": ", ".join(known) or "–"}
            findings.append(sheet.finding("media_phase_unknown", row.number, "phase", row.phase, args,
                                          nearest(known, row.phase)))  # fmt: skip
    return phases


def _money(sheet: PlanSheet, findings: list[Finding]) -> dict[str, tuple[str, dict[str, int]]]:
    """Each line's money: by phase, or by date where its rows name none; a stretch of days is spread evenly."""
    found: dict[str, tuple[str, dict[str, int]]] = {}
    first_rows: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        form = "budget" if row.phase else "days"
        begun, amounts = found.setdefault(row.line, (form, {}))
        row_before = first_rows.setdefault((row.line, row.phase), row.number)
        if begun != form:
            findings.append(sheet.finding("media_two_forms", row.number, "phase", row.line))
        elif row.phase and row.phase in amounts:
            args = {"phase": row.phase, "row": str(row_before)}
            findings.append(sheet.finding("media_line_twice", row.number, "phase", row.line, args))
        elif row.phase:
            amounts[row.phase] = row.money
        elif row.first is None or row.last is None:
            findings.append(sheet.finding("media_no_date", row.number, "start"))
        else:
            count = (row.last - row.first).days + 1
            for day, part in enumerate(spread(row.money, np.ones(count, np.int64)).tolist()):
                date = (row.first + day * ONE_DAY).isoformat()
                amounts[date] = amounts.get(date, 0) + part
    return found


def _calendar(sheet: PlanSheet, phases: Mapping[str, Days], calendar: Calendar) -> dict[str, str | Told | None]:
    """What the sheet changes of the calendar."""
    told: dict[str, str | Told | None] = {}
    dates = [date for days in phases.values() for date in days]
    dates += [date for row in sheet.rows for date in (row.first, row.last) if date is not None]
    first, last = min(dates), max(dates)
    if first < calendar.start or last > calendar.date(HOURS_A_DAY * (calendar.days - 1)):
        told = {"start": first.isoformat(), "days": str((last - first).days + 1)}
    known = {phase.name: days_of(phase, calendar) for phase in calendar.phases}
    if phases and any(known.get(name) != days for name, days in phases.items()):
        kept = {name: {"from": first.isoformat(), "to": (last + ONE_DAY).isoformat()}
                for name, (first, last) in phases.items()}  # fmt: skip
        told["phases"] = dict.fromkeys((name for name in known if name not in phases), None) | kept
    return told


def _channel(line: Paid, money: tuple[str, dict[str, int]] | None) -> Told:
    """A line's budget in its one form; what the base has in another form, or beside it, goes."""
    form, amounts = ("daily_budget", {}) if money is None else money
    own: dict[str, str | Told | None] = {key: None for key in line.forms if key != form}
    if form == "daily_budget":
        return own | {form: "0"}
    before = {key if isinstance(key, str) else key.isoformat() for key in getattr(line, form)}
    gone: dict[str, str | None] = dict.fromkeys(sorted(before - set(amounts)), None)
    return own | {form: gone | {key: yuan(part) for key, part in amounts.items()}}


def _branch(told: Told, mark: Mark) -> Branch:
    children: dict[str, Node] = {
        key: _branch(value, mark) if isinstance(value, Mapping) else Leaf(value, mark) for key, value in told.items()
    }
    return Branch(children, mark, dict.fromkeys(told, mark))
