"""A table of the folder as it is: one row a thing, the largest sales first, with bars where several sold something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dacu.readable import bare
from dacu.report.folder import RunFolder
from dacu.report.parts import Chart, Part, Said, Sentences, Table, amount, said, same, title_of

LARGEST = 20
"""Bars in a chart; the table has all rows."""
FEWEST = 2
"""Bars that make a picture; one is told by the table."""


def ranked(
    folder: RunFolder, table: str, key: str, prefix: str, columns: Mapping[str, str], title: str
) -> Sequence[Part]:
    """Rows of `table` named by `key` without `prefix`, by GMV; `columns` by unit. () where there are none."""
    rows = sorted(folder.records(table), key=lambda row: -(row["gmv"] or 0)) if folder.has(table, "gmv") else []
    if not rows:
        return ()

    def name(row: Mapping[str, Any]) -> Said:
        return same(bare(row[key].removeprefix(prefix)))

    told = Table(
        said(title), [title_of(key), *map(title_of, columns)],
        [[name(row), *(amount(row[column], unit, row[f"{column}_low"], row[f"{column}_high"])
                       for column, unit in columns.items())] for row in rows],
    )  # fmt: skip
    return *bars(said("gmv_by", what=said(title)), rows, name, ("gmv",)), told


def bars(
    title: Said, rows: Sequence[Mapping[str, Any]], name: Callable[[Mapping[str, Any]], Said], columns: Sequence[str]
) -> Sequence[Part]:
    """Columns in yuan as bars, the longest first, and how many rows have none; () where too few have one."""
    longest = sorted(rows, key=lambda row: -max(row[column] or 0 for column in columns))[:LARGEST]
    drawn = [row for row in longest if any(row[column] for column in columns)]
    if len(drawn) < FEWEST:
        return ()
    series = [
        {"name": title_of(column), "unit": "yuan", "values": [row[column] for row in drawn]} for column in columns
    ]
    chart = Chart("bars", title, {"rows": [name(row) for row in drawn], "series": series})
    if len(drawn) == len(rows):
        return (chart,)
    return chart, Sentences([said("bars_left_out", count=str(len(rows) - len(drawn)))])
