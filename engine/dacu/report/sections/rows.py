"""The rows of a study: what each set, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.kpis import BY_ID
from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Part, Sentences, Table, amount, said, same, title_of
from dacu.report.sections import Section

MOST = 500
"""Rows in the page; rows.csv has all."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """The first rows as a table."""
    found = folder.records("rows")
    if not found:
        return ()
    table: list[list[Cell]] = [
        [amount(value, BY_ID[name].unit) if name in BY_ID else same("–" if value in (None, "") else str(value))
         for name, value in row.items()]
        for row in found[:MOST]
    ]  # fmt: skip
    parts: list[Part] = [Table(said("rows_title"), [title_of(name) for name in found[0]], table, folded=True)]
    if len(found) > MOST:
        parts.append(Sentences([said("rows_first", shown=f"{MOST:,}", all=f"{len(found):,}")]))
    return parts


SECTION = Section("rows", frozenset({"study"}), 50, fill)
