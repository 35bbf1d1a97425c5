"""Around the plan: other budgets, how far each line may move, what its next and last money returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dacu.report.folder import RunFolder
from dacu.report.outcomes import objective_unit
from dacu.report.parts import Cell, Chart, Part, Table, amount, said, short, title_of
from dacu.report.sections import Section

TABLES: Mapping[str, Mapping[str, str]] = {
    "ranges": {"spend": "yuan", "spend_low": "yuan", "spend_high": "yuan", "loss": "share"},
    "margins": {"spend": "yuan", "marginal_return": "ratio", "last_return": "ratio", "average_return": "ratio"},
}
"""Tables by line: their figures with units."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """The frontier as a curve, ranges and margins as tables; none without a programme."""
    parts: list[Part] = []
    if frontier := folder.records("frontier"):
        budgets, gains = [row["budget"] for row in frontier], [row["gain"] for row in frontier]
        spent = sum(cell["spend_after"] for cell in folder.records("allocation"))
        inside = budgets[0] <= spent <= budgets[-1]
        here = [spent, float(np.interp(spent, budgets, gains))] if inside else None
        curve = {"name": said("frontier_line"), "points": list(zip(budgets, gains, strict=True)),
                 "before": None, "after": here}  # fmt: skip
        parts.append(Chart("curves", said("frontier_title"), {"unit": objective_unit(folder), "curves": [curve]}))
    for table, units in TABLES.items():
        if rows := folder.records(table):
            names = [name for name in ("line", "phase") if name in rows[0]]
            cells: list[list[Cell]] = [
                [*(short(row[name] or "–") for name in names),
                 *(amount(row[column], unit) for column, unit in units.items())]
                for row in rows
            ]  # fmt: skip
            columns = [title_of(name) for name in (*names, *units)]
            parts.append(Table(said(f"{table}_title"), columns, cells, folded=True))
    return parts


SECTION = Section("around", frozenset({"optimise"}), 60, fill)
