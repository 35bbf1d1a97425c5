"""A table of the folder as it is: one row a thing, the largest sales first, with bars where there are several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Chart, Part, Table, amount, said, same, title_of

LARGEST = 20
"""Bars in a chart; the table has all rows."""


def ranked(
    folder: RunFolder, table: str, key: str, prefix: str, columns: Mapping[str, str], title: str
) -> Sequence[Part]:
    """Rows of `table` named by `key` without `prefix`, by GMV; `columns` by unit. () where there are none."""
    rows = sorted(folder.records(table), key=lambda row: -(row["gmv"] or 0)) if folder.has(table, "gmv") else []
    if not rows:
        return ()
    names = [same(row[key].removeprefix(prefix)) for row in rows]
    told = Table(
        said(title), [title_of(key), *map(title_of, columns)],
        [[name, *(amount(row[column], unit, row[f"{column}_low"], row[f"{column}_high"])
                  for column, unit in columns.items())] for name, row in zip(names, rows, strict=True)],
    )  # fmt: skip
    if len(rows) == 1:
        return (told,)
    series = [{"name": title_of("gmv"), "unit": "yuan", "values": [row["gmv"] for row in rows[:LARGEST]]}]
    return Chart("bars", said("gmv_by", what=said(title)), {"rows": names[:LARGEST], "series": series}), told
