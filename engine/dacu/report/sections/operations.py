"""The back office by day: parcels and replies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dacu.report.folder import RunFolder
from dacu.report.parts import Chart, Part, Table, amount, kpi_name, said, title_of
from dacu.report.sections import Section

KPIS = ("ship48_rate", "ship_on_time_rate", "reply_mean_s", "reply_30s", "reply_3min", "abandoned_rate", "refund_rate",
        "return_rate", "preship_refund_rate", "lost_sales")  # fmt: skip


def fill(folder: RunFolder) -> Sequence[Part]:
    """Its figures; shipping and waiting by day."""
    figures = {row["kpi"]: row for row in folder.records("kpis")}
    rows = [
        [kpi_name(kpi), amount(row["mean"], row["unit"], row["mean_low"], row["mean_high"])]
        for kpi in KPIS
        if (row := figures.get(kpi)) and row["mean"] is not None
    ]
    parts: list[Part] = [Table(said("operations_table"), (said("figure"), said("mean_interval")), rows)] if rows else []
    if dispatch := folder.records("dispatch"):
        lines = [("ship48_due", "bar", "count", 0), ("ship48_rate", "line", "share", 1)]
        parts.append(_by_day("dispatch_title", dispatch, lines))
    if service := folder.records("service"):
        lines = [("contacts", "bar", "count", 0), ("reply_mean_s", "line", "seconds", 1)]
        parts.append(_by_day("service_title", service, lines))
    return parts


def _by_day(title: str, days: Sequence[dict[str, Any]], lines: Sequence[tuple[str, str, str, int]]) -> Chart:
    series = [{"name": title_of(column), "type": kind, "unit": unit, "axis": axis,
               "values": [day[column] for day in days]} for column, kind, unit, axis in lines]  # fmt: skip
    return Chart(
        "series", said(title), {"x": [day["date"] for day in days], "zoom": False, "bands": [], "series": series}
    )


SECTION = Section("operations", frozenset({"simulate"}), 140, fill)
