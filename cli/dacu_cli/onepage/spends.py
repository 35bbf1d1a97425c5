"""The table of money: a row a line, a column a phase, before and after; of many lines the last are told as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dacu.plan.problem import Cell
from dacu.plan.question import Plan
from dacu.plan.ranges import Range
from dacu.readable import short_path
from dacu.units import FEN
from dacu_cli.onepage.sheet import Box, Part, Table, say, short
from dacu_cli.planning import THOUSANDS

DIGITS = {"zh": 1, "en": 0}
"""Decimals with which money is told, so that it is told to a thousand yuan."""
MOST_LINES = 12
"""Lines with a row of their own."""


def spend_part(before: Plan, after: Plan, ranges: Mapping[str, Range], lang: str) -> Part:
    """Money of each line in each phase, before and after, with the range in which it may move for nothing much."""
    lines = list(dict.fromkeys(cell.line for cell in after))
    phases = [phase for phase in dict.fromkeys(cell.phase for cell in after) if phase]
    shown = largest(before, after, lines)
    groups = [(short(short_path(line)), [line]) for line in shown]
    if others := [line for line in lines if line not in shown]:
        groups.append((say(lang, "other_lines", count=len(others)), others))
    groups.append((say(lang, "total"), lines))
    rows = []
    for name, of in groups:
        cells = [
            [cell for cell in after if cell.line in of and phase in (None, cell.phase)] for phase in (*phases, None)
        ]
        rows.append((Box(name), *(_money(before, after, some, lang) for some in cells), *_range(of, ranges, lang)))
    columns = (say(lang, "line"), *map(short, phases), say(lang, "total"), *([say(lang, "range")] if ranges else []))
    loss = f"{100 * next(iter(ranges.values())).loss:g}%" if ranges else ""
    note = say(lang, "range_note", loss=loss) if ranges else say(lang, "money_note")
    return Part(
        say(lang, "money_title", unit=say(lang, "unit")),
        table=Table(columns, tuple(rows), last_is_total=True),
        note=note,
    )


def largest(before: Plan, after: Plan, lines: Sequence[str]) -> list[str]:
    """The lines that move most money, in the order of the plan; of lines that stay, those that spend most."""

    def weight(line: str) -> tuple[int, int]:
        cells = [cell for cell in after if cell.line == line]
        return sum(abs(after[cell] - before[cell]) for cell in cells), sum(after[cell] for cell in cells)

    chosen = set(sorted(lines, key=weight, reverse=True)[:MOST_LINES])
    return [line for line in lines if line in chosen]


def _money(before: Plan, after: Plan, cells: Sequence[Cell], lang: str) -> Box:
    """`20.0 → 25.0` with the difference beneath; a sum that stays stands alone."""
    if not cells:
        return Box("–")
    was, will = (sum(plan[cell] for cell in cells) for plan in (before, after))
    if _shown(was, lang) == _shown(will, lang):
        return Box(_shown(will, lang))
    sign = "+" if will > was else "−"
    return Box(f"{_shown(was, lang)} → {_shown(will, lang)}", f"{sign}{_shown(abs(will - was), lang)}")


def _range(lines: Sequence[str], ranges: Mapping[str, Range], lang: str) -> list[Box]:
    if not ranges:
        return []
    if len(lines) > 1 or lines[0] not in ranges:
        return [Box("")]
    span = ranges[lines[0]]
    return [Box(say(lang, "span", low=_shown(span.low, lang), high=_shown(span.high, lang)))]


def _shown(money: float, lang: str) -> str:
    """To a thousand yuan."""
    return f"{money / FEN / THOUSANDS[lang]:,.{DIGITS[lang]}f}" if money else "0"
