"""What stands on the one page, before it is drawn: a verdict, a few figures, short tables, short lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dacu import words
from dacu.errors import LONGEST_QUOTE, inert
from dacu.readable import Quantity, Span, brief
from dacu_cli.page import Cell, Section, heading, reading

LONGEST_NAME = 28
"""Characters of a name in a table; more would push the figures off a phone."""


class Box(NamedTuple):
    """A cell: what it says, and beneath it in small print what belongs to it, such as an interval."""

    main: str
    below: str = ""


@dataclass(frozen=True)
class Table:
    """Columns by their headings; the first names the row, the others are figures unless `words` has them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Box, ...], ...]
    words: frozenset[int] = frozenset({0})
    last_is_total: bool = False


@dataclass(frozen=True)
class Part:
    """A titled part of the page: sentences, a table, or both; `listed` sentences stand as a numbered list."""

    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    listed: bool = False
    note: str = ""

    @property
    def filled(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.sentences or self.table)


class Tile(NamedTuple):
    """A headline figure with its interval or whatever stands beneath it."""

    label: str
    main: str
    below: str = ""


@dataclass(frozen=True)
class Sheet:
    """The whole page in one language. `about` says how the figures were made, `foot` what they do not cover."""

    lang: str
    title: str
    about: str
    verdict: tuple[str, ...]
    tiles: tuple[Tile, ...]
    parts: tuple[Part, ...]
    foot: tuple[str, ...]


def say(lang: str, key: str, **values: object) -> str:
    """A sentence of words/onepage.toml."""
    return words.say(lang, f"onepage_{key}", **values)


def titled(verb: str, names: Sequence[str], lang: str) -> str:
    """As a report is titled: what was run, and the question that it answers."""
    return words.say(lang, f"report_of_{verb}", name=" · ".join(map(short, names)))


def figure(value: float | None, unit: str, lang: str, *, signed: bool = False) -> str:
    """A figure to three digits."""
    return reading(Quantity(brief(value), unit, signed), lang)


def span(low: float | None, high: float | None, unit: str, lang: str, *, signed: bool = False) -> str:
    """An interval to three digits; nothing where there is none."""
    if low is None or high is None:
        return ""
    return say(lang, "span", low=figure(low, unit, lang, signed=signed), high=figure(high, unit, lang, signed=signed))


def short(name: str) -> str:
    """A name that fits a cell, without what moves a cursor or turns a line round; of a path its end, which tells it
    from others.
    """
    told = inert(name[:LONGEST_QUOTE])
    parts = [] if " " in told else told.split(".")[1:]
    while len(told) > LONGEST_NAME and parts:
        told = f"…{'.'.join(parts)}"
        parts = parts[1:]
    return told if len(told) <= LONGEST_NAME else f"{told[: LONGEST_NAME - 1]}…"


def table(section: Section, lang: str, most: int) -> Table:
    """The first rows of a table of the terminal, an interval beneath the figure before it; a column is words where its
    cells are.
    """
    rows = section.rows[:most]
    kept = [place for place in range(len(section.columns)) if not any(isinstance(row[place], Span) for row in rows)]
    said = frozenset(at for at, place in enumerate(kept) if any(isinstance(row[place], str) for row in rows))
    boxes = tuple(tuple(_box(row[place], lang, row[place + 1 : place + 2]) for place in kept) for row in rows)
    return Table(tuple(heading(section.columns[place], lang) for place in kept), boxes, said | {0})


def _box(cell: Cell, lang: str, following: Sequence[Cell]) -> Box:
    main = short(cell) if isinstance(cell, str) else reading(cell, lang)
    return Box(main, *(span(*after[:3], lang, signed=after.signed) for after in following if isinstance(after, Span)))


def first(sentences: Sequence[str], most: int) -> tuple[str, ...]:
    """The first different ones, fit for a page."""
    return tuple(dict.fromkeys(map(inert, sentences)))[:most]
