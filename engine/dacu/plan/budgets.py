"""A scenario's budget question: its paid lines by phase as cells, its `optimise` block as limits; and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dacu import words
from dacu.clock.calendar import Calendar
from dacu.clock.hours import HOURS_A_DAY, days_to
from dacu.errors import Finding, InputError
from dacu.kpis import BY_ID
from dacu.levers.paid import Paid, spread
from dacu.plan.bookings import (
    begun,
    booked,
    choices,
    conversions,
    line_or_booking,
    names,
    outside_budget,
    path_of,
    prices,
)
from dacu.plan.problem import Cell, Side
from dacu.plan.question import FREE, Bound, DailyCap, Group, LineRoi, Objective, Plan, Question, Range, Risk, Row
from dacu.readable import short_path
from dacu.scenario.load import Loaded
from dacu.scenario.optimise import GroupBlock, LineBlock, OptimiseBlock, RangeBlock, RowBlock
from dacu.targets import parse_figure
from dacu.units import yuan


def paid_lines(loaded: Loaded) -> dict[str, Paid]:
    """Budget lines by path."""
    return {path_of(name): line for name, line in loaded.scenario.paid.items()}


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
    """What each line spends in each phase now, and what bookings cost: all of it, or nothing.

    Money by day is told apart by the hours of the phases on that day.
    """
    plan: dict[Cell, int] = {}
    hours = phase_hours(calendar)
    for path, line in paid_lines(loaded).items():
        by_phase, outside = phase_money(line, calendar, hours)
        if outside:  # belongs to no cell, so it could not be moved: said, not dropped
            raise InputError(Finding("plan_money_outside_phases", path=path, value=yuan(outside)))
        plan |= {Cell(path, phase): money for phase, money in by_phase.items()}
    return plan | booked(loaded.scenario, calendar)


def phase_money(line: Paid, calendar: Calendar, hours: Mapping[str, NDArray[np.int64]]) -> tuple[dict[str, int], int]:
    """What a line spends in each phase, and on days outside every phase; `hours` are those of `phase_hours`."""
    by_day = line.by_day(calendar)
    covered = sum(hours.values(), np.zeros(calendar.days, np.int64))
    by_phase: dict[str, int] = {}
    for name, in_phase in hours.items():
        if line.budget:
            by_phase[name] = line.budget.get(name, 0)
            continue
        parts = [
            spread(int(money), np.array([h, c - h])) for money, h, c in zip(by_day, in_phase, covered, strict=True)
        ]
        by_phase[name] = sum(int(part[0]) for part in parts)
    return by_phase, int(by_day[covered == 0].sum())


def question_of(loaded: Loaded, calendar: Calendar) -> Question:
    """The budget question. Raises InputError where the demands contradict themselves."""
    block, current = loaded.scenario.optimise, current_plan(loaded, calendar)
    if not calendar.phases:
        raise InputError(Finding("plan_needs_phases", path="calendar.phases"))
    dated = dated_lines(loaded)
    for name in block.channels:
        if path_of(name) in dated:
            raise InputError(Finding("plan_dated_line", path=f"optimise.channels.{name}"))
    usual = sum(loaded.scenario.market.baseline.values())
    if block.daily_cap_multiple is not None and not usual:
        raise InputError(Finding("plan_cap_needs_baseline", path="optimise.daily_cap_multiple"))
    outside, risk = outside_budget(loaded.scenario), _risk(block)
    return Question(
        current=current,
        budget=block.budget or sum(money for cell, money in current.items() if cell.line not in outside),
        objective=objective_of(block.objective, risk),
        spend=block.spend,
        days={name: _shares(in_phase) for name, in_phase in phase_hours(calendar).items()},
        cells=_cells(loaded, calendar, current),
        lines={path_of(name): _range(line) for name, line in block.channels.items() if _limited(line)}
        | begun(loaded.scenario, calendar, first_day(loaded, calendar)),
        phases={name: _range(limits) for name, limits in block.phases.items()},
        groups={name: _group(group) for name, group in block.groups.items()},
        daily_cap=DailyCap(block.daily_cap_multiple, usual) if block.daily_cap_multiple is not None else None,
        names=_names(loaded),
        bookings=prices(loaded.scenario, calendar),
        outside_budget=outside,
        changes=_changes(loaded),
        growth=block.change_per_day,
        rows={name: _row(row) for name, row in block.rows.items()},
        choices=choices(loaded.scenario),
        bounds=_bounds(block),
        line_roi={
            path_of(name): LineRoi(line.roi_floor.value, line.roi_floor.basis)
            for name, line in block.channels.items() if line.roi_floor is not None
        },
        conversions=conversions(loaded.scenario),
        reach=next((_bound(goal, "at_least", text) for goal, text in block.reach.items()), None),
        risk=risk,
        first_day=first_day(loaded, calendar),
    )  # fmt: skip


def first_day(loaded: Loaded, calendar: Calendar) -> int:
    """The first day (D1 is 0) whose money is free: as the question says, else today."""
    day = loaded.scenario.optimise.from_ or loaded.scenario.calendar.today
    return 0 if day is None else max(0, days_to(day, calendar.start))


def _cells(loaded: Loaded, calendar: Calendar, current: Plan) -> dict[Cell, Range]:
    """Ranges of cells: those of the file, one point for what is not free or committed, and what the past has spent."""
    block, dated = loaded.scenario.optimise, dated_lines(loaded)
    committed = {path_of(name) for name, line in block.channels.items() if line.committed}
    free = ({path_of(name) for name in block.channels} or set(paid_lines(loaded)) - dated) - committed
    cells = {cell: Range(money, money) for cell, money in current.items() if cell.phase and cell.line not in free}
    for name, line in block.channels.items():
        cells |= {Cell(path_of(name), phase): _range(limits) for phase, limits in line.phases.items()}
        cells |= {Cell(path_of(name), phase): Range(most=0) for phase in line.closed}
    hours, day = phase_hours(calendar), first_day(loaded, calendar)
    for cell, money in current.items():
        if day > 0 and cell.phase:
            past = int(spread(money, hours[cell.phase])[:day].sum())
            over = not hours[cell.phase][day:].any()
            if not past and not over:
                continue
            spent = Range(past, past if over else None)
            cells[cell] = cells.get(cell, FREE).within(spent)
    return cells


def objective_of(kpi: str, risk: Risk | None = None) -> Objective:
    """The KPI to raise, by name with its worst runs where they count; a yuan spent is a cost of the contribution."""
    known = BY_ID[kpi]
    zh, en = known.zh, known.en
    if risk is not None:
        args = {"share": risk.shown_tail, "weight": f"{100 * risk.weight:g}%"}
        zh, en = (words.say(lang, "plan_of_risk", name=name, **args) for lang, name in (("zh", zh), ("en", en)))
    return Objective(kpi, zh, en, is_money=known.unit == "yuan", least_slope=-1.0 if kpi == "contribution" else 0.0)


def _limited(line: LineBlock) -> bool:
    return any(floor is not None for floor in (line.min, line.max, line.min_or_zero))


def _range(block: RangeBlock) -> Range:
    if block.min_or_zero is not None:
        return Range(block.min_or_zero, block.max, or_zero=True)
    return Range(block.min, block.max)


def _group(block: GroupBlock) -> Group:
    least, most = block.share or (None, None)
    money = Range() if block.money is None else Range(*block.money)
    return Group(tuple(line_or_booking(name) for name in block.channels), least, most, money)


def _row(block: RowBlock) -> Row:
    side: Side = "at_most" if block.at_most is not None else "at_least" if block.at_least is not None else "exactly"
    factors = {line_or_booking(name): factor for name, factor in block.terms.items()}
    return Row(factors, side, getattr(block, side), block.phase)


def _changes(loaded: Loaded) -> dict[str, float]:
    """How far each free line may change: its own limit, or that of all lines."""
    block = loaded.scenario.optimise
    limits = {name: line.change_limit or block.change_limit for name, line in block.channels.items()}
    if not limits:
        limits = dict.fromkeys(loaded.scenario.paid, block.change_limit)
    return {path_of(name): limit.at_most for name, limit in limits.items() if limit is not None}


def _bounds(block: OptimiseBlock) -> dict[str, Bound]:
    """Limits on KPIs by their path."""
    bounds = {
        f"kpis.{name}.{side}": _bound(name, side, text)
        for name, limits in block.kpis.items()
        for side, text in limits.sides()
    }
    if block.roi_floor is not None:
        bounds["roi_floor"] = Bound(block.roi_floor.kpi, "at_least", block.roi_floor.value)
    if block.margin_floor is not None:
        bounds["margin_floor"] = Bound(BY_ID["contribution_rate"], "at_least", block.margin_floor)
    return bounds


def _bound(kpi: str, side: Literal["at_least", "at_most"], text: str) -> Bound:
    known = BY_ID[kpi]
    value = parse_figure(text, known)
    return Bound(known, side, round(100 * value) if known.unit == "yuan" else value)


def _risk(block: OptimiseBlock) -> Risk | None:
    risk = block.risk
    return None if risk is None else Risk(risk.alpha, risk.weight, risk.replications)


def _shares(hours: NDArray[np.int64]) -> dict[int, float]:
    total = int(hours.sum())
    return {day: int(count) / total for day, count in enumerate(hours) if count}


def _names(loaded: Loaded) -> Mapping[str, tuple[str, str]]:
    lines = {path: (short_path(path),) * 2 for path in paid_lines(loaded)}
    chosen = {f"choose.{name}": (name, name) for name in loaded.scenario.optimise.choose}
    return {**lines, **chosen, **names(loaded.scenario)}
