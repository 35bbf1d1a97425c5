"""The last big sale beside the plan's own, as the forecast has it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from dacu.estimates import Kind
from dacu.readable import Quantity, Span
from dacu.scenario.load import Loaded
from dacu_cli.page import Alarm, Cell, Section
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.calibrate.last_event import Beside
    from dacu.store import Folder


def last_event_sections(view: View, loaded: Loaded, kind: Kind, rows: Sequence[Beside]) -> list[Section]:
    """A table for each sale of the plan on a platform that tells of its last one."""
    spread = "interval" if kind == "sampling" else "band"
    columns = ("figure", "last", "model", "last_multiple", "multiple", spread, "off", "fit")
    sections = []
    for (platform, event), figures in groupby(rows, lambda row: (row.platform, row.event)):
        last = loaded.scenario.history[platform].last_event
        if event is not None and last is not None:
            title = view.say("last_event_title", platform=platform, event=event, day=last.start, days=last.days)
            sections.append(Section(title, columns, [_row(view, row) for row in figures]))
    return sections


def without_event(view: View, loaded: Loaded, rows: Sequence[Beside]) -> list[str]:
    """A sentence for each platform on which the plan has no sale."""
    alone = dict.fromkeys(row.platform for row in rows if row.event is None)
    told = [(platform, loaded.scenario.history[platform].last_event) for platform in alone]
    return [view.say("last_event_none", platform=platform, day=last.start) for platform, last in told if last]


def _row(view: View, row: Beside) -> list[Cell]:
    facts = row.as_json()
    how = view.say("last_event_red" if row.red else "last_event_near" if row.model else "last_event_untold")
    return [
        view.say(f"last_event_{row.figure}"), Quantity(row.last, row.unit), Quantity(facts["model"], row.unit),
        Quantity(row.last_multiple, "times"), Quantity(facts["multiple"], "times"),
        Span(facts["multiple_low"], facts["multiple_high"], "times"),
        Quantity(row.off, "share", signed=True), Alarm(how) if row.red else how,
    ]  # fmt: skip


def write_last_event(folder: Folder, rows: Sequence[Beside]) -> None:
    """last_event.csv: one row a platform, sale of the plan and figure."""
    from pandas import DataFrame

    if rows:
        table = DataFrame([row.as_json() for row in rows])
        numbers = [column for column in table.columns if column.startswith(("model", "multiple", "off"))]
        folder.write_table("last_event", table.astype(dict.fromkeys(numbers, "float64")))
