"""A session of each live room, five minutes by five: who watches and comes in, and what is paid for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Chart, Gallery, Part, Said, Sentences, Table, amount, said, same, title_of
from dacu.report.sections import Section

MOST = 12
"""Rooms with pictures, those that sell most first; the table has all."""
COLUMNS = {"sessions": "plain", "watching": "people", "entries": "people", "orders": "count", "gmv": "yuan"}


def fill(folder: RunFolder) -> Sequence[Part]:
    """Two small charts a room, of its viewers and of its sales, and the table of all rooms."""
    rows = folder.records("live_minutes")
    if not rows:
        return ()
    rooms = [(room.removeprefix("live."), list(found)) for room, found in groupby(rows, lambda row: str(row["room"]))]
    rooms.sort(key=lambda room: -sum(row["gmv"] for row in room[1]))
    charts = [chart for name, found in rooms[:MOST] for chart in _charts(name, found)]
    cells: list[list[Cell]] = [
        [same(name), amount(row["minute"], "plain"),
         *(amount(row[column], unit, row[f"{column}_low"], row[f"{column}_high"]) for column, unit in COLUMNS.items())]
        for name, found in rooms for row in found
    ]  # fmt: skip
    columns = [title_of(name) for name in ("room", "minute", *COLUMNS)]
    pictures: Part = Gallery(charts) if charts else Sentences([said("minutes_nobody")])
    return pictures, Sentences([said("minutes_note")]), Table(said("minutes_table"), columns, cells, folded=True)


def _charts(name: str, rows: Sequence[Mapping[str, Any]]) -> Sequence[Chart]:
    """By minutes since a session began, the mean over those on so long; no picture of what never happened."""
    held = [row for row in rows if row["sessions"]]
    pictures: dict[str, Sequence[Mapping[str, Any]]] = {
        "minutes_watched": [
            _series(said("minutes_watching"), "line", "people", 0, [row["watching"] for row in held]),
            _series(said("minutes_entries"), "bar", "people", 0, [row["entries"] / row["sessions"] for row in held]),
        ],
        "minutes_paid": [
            _series(title_of("gmv"), "line", "yuan", 0, [row["gmv"] / row["sessions"] for row in held]),
            _series(title_of("orders"), "bar", "count", 1, [row["orders"] / row["sessions"] for row in held]),
        ],
    }
    x = [f"{row['minute']}′" for row in held]
    return [
        Chart("series", said(title, room=name), {"x": x, "zoom": False, "bands": [], "series": series})
        for title, series in pictures.items()
        if any(any(one["values"]) for one in series)
    ]


def _series(name: Said, kind: str, unit: str, axis: int, values: Sequence[float]) -> Mapping[str, Any]:
    return {"name": name, "type": kind, "unit": unit, "axis": axis, "values": values}


SECTION = Section("minutes", frozenset({"simulate"}), 115, fill)
