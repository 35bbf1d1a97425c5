"""What one factor alone moves, from one end of what it may be to the other."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.outcomes import by_outcome
from dacu.report.parts import Cell, Chart, Part, Table, amount, said, same, short, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """A picture and a table for each outcome, the longest bar first."""
    parts: list[Part] = []
    for kpi, unit, found in by_outcome(folder, "tornado"):
        rows = sorted(found, key=lambda row: -abs(row["swing"] or 0.0))
        bars = [{"name": short(row["factor"]), "value": row["swing"], "low": row["swing_low"],
                 "high": row["swing_high"], "ends": same(f"{row['low_at']} → {row['high_at']}")}
                for row in rows]  # fmt: skip
        parts.append(Chart("tornado", said("tornado_chart", kpi=title_of(kpi)), {"rows": bars, "unit": unit}))
        cells: list[list[Cell]] = [
            [short(row["factor"]), same(row["low_at"]), same(row["high_at"]), amount(row["low_mean"], unit),
             amount(row["high_mean"], unit),
             amount(row["swing"], unit, row["swing_low"], row["swing_high"], signed=True)]
            for row in rows
        ]  # fmt: skip
        columns = [title_of(name) for name in ("factor", "low_at", "high_at", "low_mean", "high_mean", "swing")]
        parts.append(Table(said("tornado_table", kpi=title_of(kpi)), columns, cells, folded=True))
    return parts


SECTION = Section("tornado", frozenset({"study"}), 30, fill)
