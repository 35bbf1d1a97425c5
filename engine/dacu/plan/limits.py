"""The demands of a question as limits, all in the one form of problem.py.

Limits of money and of choices stand by themselves. Limits of KPIs are linear in figures: what the plan that the curves
depart from comes to (its level), and what each cell's money adds to that (its response).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from dacu import words
from dacu.plan.measured import measured
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room, State
from dacu.plan.question import Choice, Question, Row

BUDGET = "optimise.budget"

DIGITS = 12
"""Shares are rounded to so many digits, so that a limit reads as it was written."""


def limits_of(question: Question, levels: Mapping[str, float] | None = None) -> tuple[Limit, ...]:
    """All limits of the question, the budget first.

    Those of KPIs only with `levels`: by figure (and `incremental.<line>`) what the plan comes to from which the curves
    depart, money in fen. Their responses are gains over that plan in the figure's unit.
    """
    limits = (
        _budget(question),
        *_ranges(question),
        *_shares(question),
        *_changes(question),
        *_rows(question),
        *_choices(question),
        *_daily(question),
        *_growth(question),
    )
    return limits if levels is None else (*limits, *measured(question, levels))


def keeps(plan: Mapping[Cell, float], limits: Iterable[Limit]) -> bool:
    """Whether the plan keeps every limit that its money alone can tell: ceilings to the fen, floors and shares to one
    fen a cell.
    """
    state = State(plan, chosen=frozenset(cell for cell, money in plan.items() if money > 0))
    return all(limit.excess(state) <= _rounding(limit, len(plan)) for limit in limits if not needs_curves(limit))


def needs_curves(limit: Limit) -> bool:
    """Whether it takes more than a plan's money to judge a limit."""
    return any(amount.response for amount in (*limit.amounts, limit.of))


def money_problem(question: Question, limits: tuple[Limit, ...]) -> Problem:
    """The limits that need no curves, over all the money that any cell could take."""
    most = max(question.budget, sum(question.current.values()))
    rooms = {
        cell: question.rooms[cell] if cell.line in question.bookings else Room(0.0, float(most))
        for cell in question.current
    }
    return Problem(rooms, {}, Amount(), tuple(limit for limit in limits if not needs_curves(limit)))


def _rounding(limit: Limit, cells: int) -> float:
    """Fen by which rounding may pass a limit; rounded down, a plan passes no plain ceiling."""
    factors = [factor for amount in limit.amounts for factor in amount.money.values()]
    down = limit.side == "at_most" and not limit.of.money and all(factor >= 0 for factor in factors)
    if down or limit.id == BUDGET or not factors:
        return 0.5
    return cells * max(1.0, *map(abs, factors))


def _budget(question: Question) -> Limit:
    amounts = (Amount(dict.fromkeys(question.counted, 1.0)),)
    name = ("总预算", "total budget")
    return Limit(BUDGET, question.spend, question.budget, "fen", *name, amounts, kind="budget")


def _ranges(question: Question) -> Iterator[Limit]:
    for path, cells, span in question.ranges():
        amounts = (Amount(dict.fromkeys(cells, 1.0)),)
        zh, en = _subject(question, path, cells)
        if span.most is not None:
            names = words.joined(zh, "的上限"), f"maximum of {en}"
            yield Limit(f"{path}.max", "at_most", span.most, "fen", *names, amounts)
        if span.least and span.or_zero:
            yield _nothing_or(path, cells, span.least, zh, en)
        elif span.least:
            names = words.joined(zh, "的下限"), f"minimum of {en}"
            yield Limit(f"{path}.min", "at_least", span.least, "fen", *names, amounts)


def _nothing_or(path: str, cells: tuple[Cell, ...], least: int, zh: str, en: str) -> Limit:
    """Nothing or at least this: where any cell is chosen, all of them together spend it.

    A cell that is not chosen has the floor lifted by twice its value, so the limit may move up to that far.
    """
    lifted = 2.0 * least
    amounts = tuple(Amount(dict.fromkeys(cells, 1.0), chosen={cell: -lifted}, base=lifted) for cell in cells)
    names = words.joined(zh, "的起投额"), f"least spend of {en} if any"
    return Limit(f"{path}.min_or_zero", "at_least", least, "fen", *names, amounts)


def _subject(question: Question, path: str, cells: tuple[Cell, ...]) -> tuple[str, str]:
    for name, of in ((name, f"optimise.groups.{name}.money") for name in question.groups):
        if path == of:
            return question.name(name)
    line, phase = (question.name(key) for key in cells[0])
    if path == f"optimise.{cells[0].line}":
        return line
    if path == f"optimise.phases.{cells[0].phase}":
        return phase
    return f"{line[0]}·{phase[0]}", f"{line[1]} in {phase[1]}"


def _shares(question: Question) -> Iterator[Limit]:
    everything = Amount(dict.fromkeys(question.counted, 1.0))
    for name, group in question.groups.items():
        amounts = (Amount(dict.fromkeys(question.cells_of(group.lines), 1.0)),)
        path, (zh, en) = f"optimise.groups.{name}.share", question.name(name)
        if group.most is not None:
            zh_most, en_most = words.joined(zh, "的占比上限"), f"maximum share of {en}"
            yield Limit(f"{path}.max", "at_most", group.most, "share", zh_most, en_most, amounts, everything, "wish")
        if group.least:
            zh_least, en_least = words.joined(zh, "的占比下限"), f"minimum share of {en}"
            yield Limit(
                f"{path}.min", "at_least", group.least, "share", zh_least, en_least, amounts, everything, "wish"
            )


def _changes(question: Question) -> Iterator[Limit]:
    """How much of its current money a line keeps, and up to how much it grows."""
    for line, most in question.changes.items():
        cells, (zh, en) = question.cells_of([line]), question.name(line)
        amounts, now = (Amount(dict.fromkeys(cells, 1.0)),), Amount(base=sum(question.current[c] for c in cells))
        path = f"optimise.{line}.change_limit"
        up = (words.joined(zh, "与现方案之比的上限"), f"most of {en} against now")
        yield Limit(f"{path}.up", "at_most", round(1 + most, DIGITS), "share", *up, amounts, now, "wish")
        if most < 1:
            down = (words.joined(zh, "与现方案之比的下限"), f"least of {en} against now")
            yield Limit(f"{path}.down", "at_least", round(1 - most, DIGITS), "share", *down, amounts, now, "wish")


def _rows(question: Question) -> Iterator[Limit]:
    for name, row in question.rows.items():
        zh, en = question.name(name)
        yield Limit(f"optimise.rows.{name}", row.side, row.money, "fen", zh, en, (Amount(_factors(question, row)),))


def _factors(question: Question, row: Row) -> dict[Cell, float]:
    return {
        cell: factor for line, factor in row.factors.items() for cell in question.cells_of([line], row.phase) if factor
    }


def _choices(question: Question) -> Iterator[Limit]:
    for path, choice in question.choices.items():
        zh, en = question.name(path)
        yield from _counted(question, f"optimise.{path}", choice, words.joined(zh, "的个数"), f"number of {en}")


def _counted(question: Question, path: str, choice: Choice, zh: str, en: str) -> Iterator[Limit]:
    """A line counts if any of its cells is chosen: at most k, whichever cell of each line one looks at; at least k, as
    of so many lines that one of them must count some cell is chosen.
    """
    lines = list(filter(None, (question.open_cells(line) for line in choice.lines)))
    if not lines:
        return
    picks = tuple(Amount(chosen=dict.fromkeys(cells, 1.0)) for cells in product(*lines))
    if len(picks) == 1 or choice.side == "at_most":
        yield Limit(path, choice.side, choice.count, "count", zh, en, picks)
        return
    yield Limit(f"{path}.most", "at_most", choice.count, "count", words.joined(zh, "上限"), f"most {en}", picks)
    if choice.count:
        some = combinations(lines, len(lines) - choice.count + 1)
        covers = tuple(Amount(chosen=dict.fromkeys((c for cells in group for c in cells), 1.0)) for group in some)
        yield Limit(f"{path}.least", "at_least", 1, "count", words.joined(zh, "下限"), f"least {en}", covers)


def _daily(question: Question) -> Iterator[Limit]:
    """One row a day; days on which the phases spend alike give the same row, which is written once."""
    cap = question.daily_cap
    if cap is None:
        return
    by_day = [_day(question, day) for day in question.open_days]
    rows = {(*day.money.items(), day.base): day for day in by_day if day.money}
    zh, en, of = "单日投放倍数上限", "daily spend multiple", Amount(base=cap.baseline_day)
    yield Limit("optimise.daily_cap_multiple", "at_most", cap.multiple, "multiple", zh, en, tuple(rows.values()), of)


def _growth(question: Question) -> Iterator[Limit]:
    """A day against the day before, where the two can differ; a day without money asks nothing of the next."""
    if question.growth is None:
        return
    for day in question.open_days:
        before, after = _day(question, day - 1), _day(question, day)
        if day - 1 not in question.covered_days or before == after:
            continue
        zh, en = f"D{day + 1} 环比上限", f"spend of D{day + 1} against the day before"
        path = f"optimise.change_per_day.D{day + 1}"
        yield Limit(path, "at_most", question.growth, "ratio", zh, en, (after,), before, "wish")


def _day(question: Question, day: int) -> Amount:
    """What a day spends. What the past has spent of a phase stays as it is; the rest falls on the days to come."""
    money: dict[Cell, float] = {}
    base = 0.0
    for cell in question.media:
        shares = question.days[cell.phase]
        past = math.fsum(share for at, share in shares.items() if at < question.first_day)
        share = shares.get(day, 0.0)
        if share and day < question.first_day:
            base += share * question.current[cell]
        elif share:
            money[cell] = share / (1 - past)
            base -= share / (1 - past) * past * question.current[cell]
    return Amount(money, base=base)
