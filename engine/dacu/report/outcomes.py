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


LEADING = ("total", "mu_star", "rank", "first")
"""The index that orders the factors: the first of these that a study has."""


def leading_index(rows: Sequence[dict[str, Any]]) -> tuple[str, Sequence[dict[str, Any]]]:
    """Which of an outcome's indices orders the factors, and its rows in that order; "" where there is none."""
    kinds = {row["index"] for row in rows}
    kind = next((name for name in LEADING if name in kinds), "")
    return kind, sorted((row for row in rows if row["index"] == kind), key=lambda row: -abs(row["value"] or 0.0))


def leading_factors(folder: RunFolder, kpi: str) -> Sequence[str]:
    """All factors of a study, those first that move the outcome most: by an index, else by the tornado."""
    own = {name: [row for row in folder.records(name) if row["kpi"] == kpi] for name in ("indices", "tornado")}
    swings = sorted(own["tornado"], key=lambda row: -abs(row["swing"] or 0.0))
    led = [str(row["factor"]) for row in (*leading_index(own["indices"])[1], *swings)]
    return tuple(dict.fromkeys((*led, *(str(row["factor"]) for row in folder.records("settings")))))


def outcome_means(folder: RunFolder) -> dict[str, dict[int, float]]:
    """Of each outcome the mean over the replications of a point, by the point's number; without those that failed."""
    rows = folder.table("rows")
    means = rows.groupby("point").mean(numeric_only=True)
    known = {str(kpi): means[kpi].dropna() for kpi in rows.columns if kpi in BY_ID}
    return {kpi: dict(zip(found.index.tolist(), found.tolist(), strict=True)) for kpi, found in known.items()}


def objective(folder: RunFolder) -> str:
    """The KPI that an optimisation raised; empty where it was on curves of somebody's own."""
    plans = folder.records("verified")
    return str(plans[0]["kpi"]) if plans else ""


def objective_unit(folder: RunFolder) -> str:
    """Its unit."""
    kpi = objective(folder)
    return BY_ID[kpi].unit if kpi in BY_ID else ""
