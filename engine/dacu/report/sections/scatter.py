"""Every point of a study: the outcome by where each of the leading factors was set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dacu.kpis import BY_ID
from dacu.report.folder import RunFolder
from dacu.report.outcomes import leading_factors, outcome_means
from dacu.report.parts import Chart, Gallery, Part, Sentences, said, same, setting_name, short, title_of
from dacu.report.sections import Section

FACTORS = 6
"""Pictures an outcome: its leading factors."""
POINTS = 600
"""Dots in a picture, the first points of the study; a design's beginning covers the whole of it."""
NAMED = 8
"""A factor of at most so many settings has their names below its dots."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """A small picture for each outcome and leading factor; none for a list, which has no factors."""
    by_factor: dict[str, list[dict[str, Any]]] = {}
    for row in folder.records("settings"):
        by_factor.setdefault(row["factor"], []).append(row)
    if not by_factor:
        return ()
    charts = [chart for kpi, means in outcome_means(folder).items()
              for chart in _charts(kpi, means, leading_factors(folder, kpi)[:FACTORS], by_factor)]  # fmt: skip
    return (Sentences([said("scatter_explained")]), Gallery(charts)) if charts else ()


def _charts(
    kpi: str, means: Mapping[int, float], factors: Sequence[str], by_factor: Mapping[str, Sequence[dict[str, Any]]]
) -> Iterator[Chart]:
    for factor in factors:
        known = [row for row in by_factor[factor] if row["point"] in means]
        if not known:
            continue
        axis = _axis(known)
        title = said("scatter_of", kpi=title_of(kpi), factor=short(factor))
        yield Chart("dots", title, {"unit": BY_ID[kpi].unit, **axis, "points": [
            [row["part"] if axis["names"] else row["place"], means[row["point"]], row["setting"] or "–"]
            for row in known[:POINTS]
        ]})  # fmt: skip


def _has_names(rows: Sequence[dict[str, Any]]) -> bool:
    return all(row["part_name"] == (row["setting"] or "–") for row in rows) and len({
        row["setting"] for row in rows}) <= NAMED  # fmt: skip


def _axis(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The settings by their number, or the first and the last setting that was tried."""
    if _has_names(rows):
        names = {row["part"]: setting_name(row["part_name"]) for row in rows}
        return {"names": [names.get(part, same("")) for part in range(max(names) + 1)], "ends": None}
    ordered = sorted(rows, key=lambda row: float(row["place"]))
    return {"names": None, "ends": [ordered[0]["setting"], ordered[-1]["setting"]]}


SECTION = Section("scatter", frozenset({"study"}), 44, fill)
