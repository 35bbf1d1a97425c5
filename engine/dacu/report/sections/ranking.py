"""Which alternative is best, how often, and what choosing it may cost."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.outcomes import by_outcome
from dacu.report.parts import Cell, Part, Table, amount, said, same, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """A table for each outcome."""
    return [
        Table(said("ranking_table", kpi=title_of(kpi)),
              [title_of(name) for name in ("alternative", "mean", "best", "regret")], _rows(rows, unit))
        for kpi, unit, rows in by_outcome(folder, "ranking")
    ]  # fmt: skip


def _rows(rows: Sequence[dict[str, float | str]], unit: str) -> list[list[Cell]]:
    return [
        [same(str(row["alternative"])), amount(row["mean"], unit),
         amount(row["best"], "chance", row["best_low"], row["best_high"]),
         amount(row["regret"], unit, row["regret_low"], row["regret_high"])]
        for row in rows
    ]  # fmt: skip


SECTION = Section("ranking", frozenset({"study"}), 20, fill)
