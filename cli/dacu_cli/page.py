"""An answer before it is drawn: tables, sentences and data; and its plain forms: JSON, CSV, TSV, Markdown."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dacu import words
from dacu.errors import inert, visible
from dacu.readable import Quantity, Span, interval, readable
from dacu.sheets import neutral, titles


class Alarm(str):
    """A text that a terminal shows in red."""

    __slots__ = ()


Cell = str | int | Quantity | Span | None
TAB = "\t"


@dataclass(frozen=True)
class Section:
    """One table: its columns by id (headings are looked up) and its rows."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Page:
    """One answer. `data` is its JSON, `sections` are its tables, `whole` is the one table of its CSV (or the first)."""

    data: Any
    sections: tuple[Section, ...] = ()
    whole: Section | None = None
    opening: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    text: str = ""
    """What stands for the tables where the answer is a text, such as a scenario file."""


def heading(column: str, lang: str) -> str:
    """A column's heading."""
    return titles(column)[lang]


def reading(cell: Cell, lang: str) -> str:
    """A cell for people."""
    match cell:
        case None:
            return "–"
        case Quantity(value, unit, signed):
            return readable(value, unit, lang, signed)
        case Span(low, high, unit, signed):
            return interval(low, high, unit, lang, signed)
        case _:
            return inert(str(cell))


def as_json(page: Page) -> str:
    """The answer as data; what is not defined is null."""
    return json_text(_defined(page.data))


def json_text(data: Any) -> str:
    """JSON to read: every script as it is, what hides as its escape, which reads back as it was."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return "".join(c if c == "\n" or visible(c) else json.dumps(c)[1:-1] for c in text) + "\n"


def as_csv(page: Page) -> str:
    """The answer's one table with raw values under column ids."""
    return _separated(_whole(page), ",")


def as_tsv(page: Page) -> str:
    """The answer's tables one after another, raw values under column ids; where there are several, each has a title."""
    if len(page.sections) <= 1:
        return _separated(_whole(page), TAB)
    return "\n".join(f"# {inert(table.title)}\n{_separated(table, TAB)}" for table in page.sections)


def _whole(page: Page) -> Section:
    return page.whole or page.sections[0]


def _separated(table: Section, separator: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow([name for column in table.columns for name in _names(column, table)])
    for row in table.rows:
        writer.writerow([neutral(value) for cell in row for value in _raw(cell)])
    return out.getvalue()


def as_markdown(page: Page, lang: str) -> str:
    """The answer with its tables in Markdown."""
    parts = [_paragraph(line) for line in page.opening]
    if page.text:
        parts.append(f"```yaml\n{page.text}```\n")
    parts += [_markdown_table(section, lang) for section in page.sections]
    parts += [_paragraph(line) for line in page.notes]
    return "\n".join(parts)


def _paragraph(line: str) -> str:
    return escaped(inert(line)) + "\n"


def _markdown_table(section: Section, lang: str) -> str:
    rows: Iterable[Sequence[str]] = (
        [heading(column, lang) for column in section.columns],
        ["---"] * len(section.columns),
        *([escaped(reading(cell, lang)) for cell in row] for row in section.rows),
    )
    title = f"## {escaped(inert(section.title))}\n\n" if section.title else ""
    return title + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no table, link, entity, formula or HTML comes of it."""
    return "".join(f"\\{char}" if char in "\\`*_|<>[]#&~$" else char for char in text)


def _names(column: str, table: Section) -> list[str]:
    """An interval makes two columns of raw values."""
    place = table.columns.index(column)
    spans = any(isinstance(row[place], Span) for row in table.rows)
    return ["low", "high"] if spans else [column]


def _raw(cell: Cell) -> list[object]:
    match cell:
        case Quantity(value):
            return [value]
        case Span(low, high):
            return [low, high]
        case str():
            return [inert(cell)]
        case _:
            return [cell]


def _defined(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _defined(item) for key, item in value.items()}
    return [_defined(item) for item in value] if isinstance(value, list | tuple) else value


def say(lang: str, key: str, **values: object) -> str:
    """A sentence of the command line."""
    return words.say(lang, f"cli_{key}", **values)
