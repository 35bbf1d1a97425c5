"""Where the money goes: before and after, by line and phase."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Chart, Part, Table, amount, said, same, short, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """Lines as bars before and after, the whole table; on given curves the split in the file's own units."""
    return _by_phase(folder) if folder.has("allocation", "phase") else _by_channel(folder)


def _by_phase(folder: RunFolder) -> Sequence[Part]:
    cells = folder.records("allocation")
    columns = ("spend_before", "spend_after", "difference")
    totals: dict[str, dict[str, float]] = {}
    for cell in cells:
        line = totals.setdefault(cell["line"], dict.fromkeys(columns, 0.0))
        for column in columns:
            line[column] += cell[column]
    series = [{"name": title_of(column), "unit": "yuan", "values": [line[column] for line in totals.values()]}
              for column in columns[:2]]  # fmt: skip
    chart = Chart("bars", said("allocation_chart"), {"rows": [*map(short, totals)], "series": series})
    rows: list[list[Cell]] = [
        [short(cell["line"]), same(cell["phase"] or "–"),
         *(amount(cell[column], "yuan", signed=column == "difference") for column in columns)]
        for cell in cells
    ]  # fmt: skip
    whole = {column: sum(line[column] for line in totals.values()) for column in columns}
    total: list[Cell] = [said("total"), same("–"),
             *(amount(whole[column], "yuan", signed=column == "difference") for column in columns)]  # fmt: skip
    headings = [title_of(name) for name in ("line", "phase", *columns)]
    return chart, Table(said("allocation_table"), headings, rows, total=total)


def _by_channel(folder: RunFolder) -> Sequence[Part]:
    units = {"money": "plain", "share": "share", "response": "plain", "marginal": "ratio"}
    rows: list[list[Cell]] = [
        [same(row["channel"]), *(amount(row[column], unit) for column, unit in units.items())]
        for row in folder.records("allocation")
    ]
    if not rows:
        return ()
    series = [{"name": title_of("money"), "unit": "plain",
               "values": [row["money"] for row in folder.records("allocation")]}]  # fmt: skip
    return (
        Chart("bars", title_of("money"), {"rows": [row[0] for row in rows], "series": series}),
        Table(said("allocation_table"), [title_of("channel"), *map(title_of, units)], rows),
    )


SECTION = Section("allocation", frozenset({"optimise"}), 20, fill)
