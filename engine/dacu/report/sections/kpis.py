"""The headline figures, and every KPI with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dacu.kpis import HEADLINE
from dacu.report.folder import RunFolder
from dacu.report.parts import Amount, Part, Said, Sentences, Table, Tile, Tiles, amount, said, spoken, title_of
from dacu.report.sections import Section

ENOUGH = 4
"""Replications from which intervals are no longer mostly the fault of their number: Student's t is 12.7 at two."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """Tiles, and the table of all that is defined."""
    rows = {row["kpi"]: row for row in folder.records("kpis")}
    tiles = [Tile(title_of(kpi), _figure(rows[kpi])) for kpi in HEADLINE if kpi in rows]
    columns = (said("figure"), said("mean_interval"), said("counted_as"))
    table = [
        (title_of(kpi), _figure(row), spoken(f"cli_used_{row['used']}"))
        for kpi, row in rows.items()
        if row["mean"] is not None
    ]
    kinds = dict.fromkeys(row["kind"] for row in rows.values())
    return (
        Tiles(tiles),
        Sentences([*_few(folder, rows.values()), *(spoken(f"kind_{kind}") for kind in kinds)]),
        Table(said("kpis_all"), columns, table, folded=True),
    )


def _few(folder: RunFolder, rows: Iterable[dict[str, Any]]) -> Sequence[Said]:
    """What to think of intervals from a handful of replications."""
    count = folder.facts.get("replications")
    if not isinstance(count, int) or not 1 < count < ENOUGH or all(row["mean_low"] == row["mean_high"] for row in rows):
        return ()
    return (said("few_replications", count=str(count)),)


def _figure(row: dict[str, Any]) -> Amount:
    return amount(row["mean"], row["unit"], row["mean_low"], row["mean_high"])


SECTION = Section("kpis", frozenset({"simulate"}), 20, fill)
