"""Sales and media by day and by hour, with the days of the sales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dacu.report.dates import event_bands
from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Chart, Part, Sentences, Table, amount, said, same, title_of
from dacu.report.sections import Section

COLUMNS = {"gmv": "yuan", "spend": "yuan", "orders": "count", "uv": "people", "clicks": "count"}


def fill(folder: RunFolder) -> Sequence[Part]:
    """GMV with its interval and media spend by day; GMV by hour; the days as a table."""
    days = folder.records("daily")
    if not days:
        return ()
    bands = event_bands(folder)
    if not any(day["gmv"] or day["spend"] for day in days):
        return [Sentences([said("days_nothing")]), _table(days)]
    parts: list[Part] = [Chart("series", said("daily_title"), {
        "x": [day["date"] for day in days], "zoom": False,
        "bands": [{"name": name, "from": first, "to": last} for name, first, last in bands],
        "series": [
            {"name": title_of("gmv"), "type": "line", "unit": "yuan", "axis": 0, "values": [day["gmv"] for day in days],
             "low": [day["gmv_low"] for day in days], "high": [day["gmv_high"] for day in days]},
            {"name": title_of("spend"), "type": "bar", "unit": "yuan", "axis": 1,
             "values": [day["spend"] for day in days]},
        ],
    })]  # fmt: skip
    hours = folder.records("hourly")
    if any(hour["gmv"] for hour in hours):
        parts.append(Chart("series", said("hourly_title"), _hourly(hours, bands)))
    return [*parts, _table(days)]


def _table(days: Sequence[dict[str, Any]]) -> Table:
    names = list(COLUMNS)
    rows: list[list[Cell]] = [
        [same(f"D{day['day']} {day['date']}"), same(day["phase"] or "–"),
         *(amount(day[name], COLUMNS[name], day[f"{name}_low"], day[f"{name}_high"]) for name in names)]
        for day in days
    ]  # fmt: skip
    columns = [title_of("day"), title_of("phase"), *(title_of(name) for name in names)]
    return Table(said("daily_rows"), columns, rows, folded=True)


def _hourly(hours: Sequence[dict[str, Any]], bands: Sequence[tuple[str, int, int]]) -> dict[str, Any]:
    return {
        "x": [f"{hour['date'][5:]} {hour['hour']:02d}:00" for hour in hours], "zoom": True,
        "bands": [{"name": name, "from": 24 * first, "to": 24 * last + 23} for name, first, last in bands],
        "series": [{"name": title_of("gmv"), "type": "line", "unit": "yuan", "axis": 0,
                    "values": [hour["gmv"] for hour in hours]}],
    }  # fmt: skip


SECTION = Section("days", frozenset({"simulate"}), 70, fill)
