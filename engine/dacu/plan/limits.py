"""The demands of a question as limits, all in the one form of problem.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dacu.plan.problem import Amount, Cell, Limit, State
from dacu.plan.question import Question, ranges


def limits_of(question: Question, levels: Mapping[str, float] | None = None) -> tuple[Limit, ...]:
    """All limits of the question, the budget first."""
    return (_budget(question), *_ranges(question), *_shares(question), *_daily(question))


def keeps(plan: Mapping[Cell, float], limits: Iterable[Limit]) -> bool:
    """Whether the plan keeps every limit: ceilings to the fen, floors and shares to one fen a cell."""
    state = State(plan)
    return all(limit.excess(state) <= _rounding(limit, len(plan)) for limit in limits if limit.is_money)


def _rounding(limit: Limit, cells: int) -> float:
    return float(cells) if limit.side == "at_least" or limit.of.money else 0.5


def _budget(question: Question) -> Limit:
    amounts = (Amount(dict.fromkeys(question.current, 1.0)),)
    name = ("总预算", "total budget")
    return Limit("optimise.budget", question.spend, question.budget, "fen", *name, amounts, kind="budget")


def _ranges(question: Question) -> Iterator[Limit]:
    for path, cells, span in ranges(question):
        amounts = (Amount(dict.fromkeys(cells, 1.0)),)
        zh, en = _subject(question, path, cells)
        if span.most is not None:
            yield Limit(f"{path}.max", "at_most", span.most, "fen", f"{zh}的上限", f"maximum of {en}", amounts)
        if span.least:
            yield Limit(f"{path}.min", "at_least", span.least, "fen", f"{zh}的下限", f"minimum of {en}", amounts)


def _subject(question: Question, path: str, cells: tuple[Cell, ...]) -> tuple[str, str]:
    line, phase = (question.name(key) for key in cells[0])
    if path == f"optimise.{cells[0].line}":
        return line
    if path == f"optimise.phases.{cells[0].phase}":
        return phase
    return f"{line[0]}·{phase[0]}", f"{line[1]} in {phase[1]}"


def _shares(question: Question) -> Iterator[Limit]:
    everything = Amount(dict.fromkeys(question.current, 1.0))
    for name, group in question.groups.items():
        amounts = (Amount(dict.fromkeys((cell for cell in question.current if cell.line in group.lines), 1.0)),)
        path, (zh, en) = f"optimise.groups.{name}.share", question.name(name)
        if group.most is not None:
            zh_most, en_most = f"{zh}的占比上限", f"maximum share of {en}"
            yield Limit(f"{path}.max", "at_most", group.most, "share", zh_most, en_most, amounts, everything)
        if group.least:
            zh_least, en_least = f"{zh}的占比下限", f"minimum share of {en}"
            yield Limit(f"{path}.min", "at_least", group.least, "share", zh_least, en_least, amounts, everything)


def _daily(question: Question) -> Iterator[Limit]:
    """One row a day; days on which the phases spend alike give the same row, which is written once."""
    cap = question.daily_cap
    if cap is None:
        return
    days = sorted({day for phase in question.phase_names for day in question.days[phase]})
    rows = dict.fromkeys(tuple(_day_row(question, day)) for day in days)
    amounts = tuple(Amount(dict(row)) for row in rows if row)
    zh, en, of = "单日投放倍数上限", "daily spend multiple", Amount(base=cap.baseline_day)
    yield Limit("optimise.daily_cap_multiple", "at_most", cap.multiple, "multiple", zh, en, amounts, of)


def _day_row(question: Question, day: int) -> Iterator[tuple[Cell, float]]:
    for cell in question.current:
        share = question.days[cell.phase].get(day, 0.0)
        if share:
            yield cell, share
