"""What each line cost and brought, return on every basis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Part, Table, amount, line, said, title_of
from dacu.report.plain import bars
from dacu.report.sections import Section

COLUMNS = {"spend": "yuan", "exposures": "count", "reach": "people", "frequency": "ratio", "ctr": "share",
           "orders": "count", "gmv": "yuan", "roi": "ratio", "roi_platform": "ratio"}  # fmt: skip


def fill(folder: RunFolder) -> Sequence[Part]:
    """Spend beside last-touch GMV as bars, and the table of lines that showed, spent or sold anything."""
    rows = [row for row in folder.records("channels") if row["exposures"] or row["spend"] or row["gmv"]]
    if not rows:
        return ()
    names = [name for name in COLUMNS if name in rows[0]]
    table: list[list[Cell]] = [
        [line(row["channel"]), *(amount(row[name], COLUMNS[name], row[f"{name}_low"], row[f"{name}_high"])
                                 for name in names), amount(_conversion(row), "share")]
        for row in rows
    ]  # fmt: skip
    columns = [title_of("line"), *map(title_of, names), title_of("cvr")]
    picture = bars(said("lines_chart"), rows, lambda row: line(row["channel"]), ("gmv", "spend"))
    return *picture, Table(said("lines_table"), columns, table)


def _conversion(row: dict[str, Any]) -> float | None:
    """Last-touch orders of its clicks."""
    return row["orders"] / row["clicks"] if row["clicks"] else None


SECTION = Section("lines", frozenset({"simulate"}), 80, fill)
