"""The back office by day: parcels and replies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Chart, Part, Said, Table, amount, said, title_of
from dacu.report.sections import Section

KPIS = ("ship48_rate", "ship_on_time_rate", "reply_mean_s", "reply_30s", "reply_3min", "abandoned_rate", "refund_rate",
        "return_rate", "preship_refund_rate", "lost_sales")  # fmt: skip
BY_DAY = (("dispatch", "ship48_due", "ship48_rate", "share"), ("service", "contacts", "reply_mean_s", "seconds"))
"""Tables by day: what came, how well it was served, and the unit of that."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """Its figures; shipping and waiting by day."""
    figures = {row["kpi"]: row for row in folder.records("kpis")}
    rows: list[list[Cell]] = [
        [title_of(kpi), amount(row["mean"], row["unit"], row["mean_low"], row["mean_high"])]
        for kpi in KPIS
        if (row := figures.get(kpi)) and row["mean"] is not None
    ]
    parts: list[Part] = [Table(said("operations_table"), (said("figure"), said("mean_interval")), rows)] if rows else []
    for table, load, quality, unit in BY_DAY:
        days = folder.records(table)
        if any(day[load] for day in days):
            parts.append(_by_day(said(f"{table}_title"), days, load, quality, unit))
    return parts


def _by_day(title: Said, days: Sequence[dict[str, Any]], load: str, quality: str, unit: str) -> Chart:
    """What came as bars, how well it was served as a line."""
    series = [
        {"name": title_of(load), "type": "bar", "unit": "count", "axis": 0, "values": [day[load] for day in days]},
        {"name": title_of(quality), "type": "line", "unit": unit, "axis": 1, "values": [day[quality] for day in days]},
    ]
    return Chart("series", title, {"x": [day["date"] for day in days], "zoom": False, "bands": [], "series": series})


SECTION = Section("operations", frozenset({"simulate"}), 140, fill)
