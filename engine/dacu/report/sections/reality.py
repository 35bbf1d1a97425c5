"""The model beside the shop's own history, and beside its last big sale."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Part, Table, amount, said, same, spoken, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """A table each; none where the scenario tells of neither."""
    parts: list[Part] = []
    if history := folder.records("history"):
        columns = [title_of(name) for name in ("scenario", "platform", "figure", "history", "model", "off")]
        rows: list[list[Cell]] = [
            [same(row["scenario"]), same(row["platform"]), spoken(f"cli_history_{row['figure']}"),
             amount(row["history"], row["unit"]), amount(row["model"], row["unit"]),
             amount(row["off"], "share", signed=True)]
            for row in history
        ]  # fmt: skip
        parts.append(Table(said("history"), columns, rows))
    if last := folder.records("last_event"):
        names = ("platform", "figure", "last", "model", "last_multiple", "multiple", "off")
        rows = [
            [same(row["platform"]), spoken(f"cli_last_event_{row['figure']}"), amount(row["last"], row["unit"]),
             amount(row["model"], row["unit"], row["model_low"], row["model_high"]),
             amount(row["last_multiple"], "times"),
             amount(row["multiple"], "times", row["multiple_low"], row["multiple_high"]),
             amount(row["off"], "share", signed=True)]
            for row in last
        ]  # fmt: skip
        parts.append(Table(said("last_event"), [title_of(name) for name in names], rows))
    return parts


SECTION = Section("reality", frozenset({"simulate"}), 40, fill)
