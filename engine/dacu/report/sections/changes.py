"""What differs between the plans, with the lines that say so."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Part, Said, Table, said, same, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """One row a leaf that differs."""
    rows: list[list[Cell]] = [
        [same(row["other"]), same(row["path"]), _leaf(row["from"]), _leaf(row["to"]),
         same(f"{row['file']}:{row['line']}")]
        for row in folder.records("changes")
    ]  # fmt: skip
    columns = [title_of(name) for name in ("other", "path", "from", "to", "where")]
    return (Table(said("changes_table"), columns, rows),) if rows else ()


def _leaf(value: object) -> Said:
    """What a leaf says; nothing where the plan has none."""
    return same("–" if value in (None, "") else str(value))


SECTION = Section("changes", frozenset({"compare"}), 20, fill)
