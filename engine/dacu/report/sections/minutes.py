"""A session of each live room, minute by minute: what is paid for since it began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Chart, Gallery, Part, Table, amount, said, same, title_of
from dacu.report.sections import Section

MOST = 12
"""Rooms with a picture, those that sell most first; the table has all."""
COLUMNS = {"sessions": "plain", "orders": "count", "gmv": "yuan"}


def fill(folder: RunFolder) -> Sequence[Part]:
    """A small chart a room of the mean over its sessions, and the table of all of them together."""
    rows = folder.records("live_minutes")
    if not rows:
        return ()
    rooms = [(room.removeprefix("live."), list(found)) for room, found in groupby(rows, lambda row: str(row["room"]))]
    rooms.sort(key=lambda room: -sum(row["gmv"] for row in room[1]))
    charts = [Chart("series", same(name), _curve(found)) for name, found in rooms[:MOST]]
    cells: list[list[Cell]] = [
        [same(name), amount(row["minute"], "plain"),
         *(amount(row[column], unit, row[f"{column}_low"], row[f"{column}_high"]) for column, unit in COLUMNS.items())]
        for name, found in rooms for row in found
    ]  # fmt: skip
    columns = [title_of(name) for name in ("room", "minute", *COLUMNS)]
    pictures: Part = Gallery(charts) if len(charts) > 1 else charts[0]
    return pictures, Table(said("minutes_table"), columns, cells, folded=True)


def _curve(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """GMV and orders of a session by minutes since it began: the mean over the sessions that were on so long."""
    held = [row for row in rows if row["sessions"]]
    return {
        "x": [f"{row['minute']}′" for row in held], "zoom": False, "bands": [],
        "series": [
            {"name": title_of("gmv"), "type": "line", "unit": "yuan", "axis": 0,
             "values": [row["gmv"] / row["sessions"] for row in held]},
            {"name": title_of("orders"), "type": "bar", "unit": "count", "axis": 1,
             "values": [row["orders"] / row["sessions"] for row in held]},
        ],
    }  # fmt: skip


SECTION = Section("minutes", frozenset({"simulate"}), 115, fill)
