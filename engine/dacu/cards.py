"""Answers in a notebook: a heading, sentences and a table as HTML that stands for itself.

Nothing is fetched, no script runs, and colours are the notebook's own, light or dark. Every text is escaped. The
language is that of the locale, as on the command line. The offline report tells the same from a folder, at length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from dacu import words
from dacu.errors import inert
from dacu.readable import Quantity, Span, interval, readable
from dacu.sheets import titles

LINE = "1px solid rgba(128, 128, 128, 0.35)"
MOST_ROWS = 40
"""Of a card's table; a notebook is no place for more."""


Cell = str | Quantity | Span


class Grid(NamedTuple):
    """Columns by id (headings are looked up) and rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def card(title: str, lines: Iterable[str], tables: Iterable[Grid] = (), notes: Iterable[str] = ()) -> str:
    """The HTML of one answer: what it is, what it says, its figures, and what to know of them."""
    lang = words.of_locale()
    parts = [f"<strong>{_text(title)}</strong>", *(f"<p>{_text(line)}</p>" for line in lines)]
    parts += [_table(table, lang) for table in tables]
    parts += [f'<p style="opacity: 0.75"><small>{_text(note)}</small></p>' for note in notes]
    return f'<section lang="{lang}">{"".join(parts)}</section>'


def _table(table: Grid, lang: str) -> str:
    heads = "".join(_cell("th", titles(column)[lang], place > 0) for place, column in enumerate(table.columns))
    body = "".join(f"<tr>{''.join(_cells(row, lang))}</tr>" for row in table.rows[:MOST_ROWS])
    left_out = len(table.rows) - MOST_ROWS
    more = f"<p><small>{words.say(lang, 'card_more_rows', count=left_out)}</small></p>" if left_out > 0 else ""
    return (
        '<table style="border-collapse: collapse; background: transparent; color: inherit">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"
    )


def _cells(row: Sequence[Cell], lang: str) -> Iterator[str]:
    for cell in row:
        match cell:
            case Quantity(value, unit, signed):
                yield _cell("td", readable(value, unit, lang, signed), right=True)
            case Span(low, high, unit, signed):
                yield _cell("td", interval(low, high, unit, lang, signed), right=True)
            case _:
                yield _cell("td", cell, right=False)


def _cell(tag: str, text: str, right: bool) -> str:
    side = "right" if right else "left"
    style = f"text-align: {side}; padding: 0.2em 0.7em; border-bottom: {LINE}"
    return f'<{tag} style="{style}">{_text(text)}</{tag}>'


def _text(text: str) -> str:
    return escape(inert(text))
