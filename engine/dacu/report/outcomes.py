"""Outcomes that tables are about: those of a study one by one, and the objective of an optimisation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from dacu.kpis import BY_ID
from dacu.report.folder import RunFolder


def by_outcome(folder: RunFolder, table: str) -> Iterator[tuple[str, str, Sequence[dict[str, Any]]]]:
    """Each KPI of a table with its unit and its rows."""
    for kpi, rows in groupby(folder.records(table), lambda row: str(row["kpi"])):
        yield kpi, BY_ID[kpi].unit if kpi in BY_ID else "", list(rows)


def objective(folder: RunFolder) -> str:
    """The KPI that an optimisation raised; empty where it was on curves of somebody's own."""
    plans = folder.records("verified")
    return str(plans[0]["kpi"]) if plans else ""


def objective_unit(folder: RunFolder) -> str:
    """Its unit."""
    kpi = objective(folder)
    return BY_ID[kpi].unit if kpi in BY_ID else ""
