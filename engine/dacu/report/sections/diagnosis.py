"""Why there is no plan: what cannot hold together, and what would have to give."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Part, Said, Table, amount, said, same, title_of
from dacu.report.sections import Section

PARTS = ("relaxation", "conflict", "reachable", "breach")
"""What rows are about, the way out first."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """A table of each kind; none where a plan was found."""
    rows = folder.records("diagnosis")
    return [
        Table(said(f"diagnosis_{what}"), _columns(what),
              [_cells(row, what) for row in rows if row["what"] == what])
        for what in PARTS if any(row["what"] == what for row in rows)
    ]  # fmt: skip


def _columns(what: str) -> Sequence[Said]:
    other = () if what == "conflict" else (said("stands") if what == "breach" else title_of("to"),)
    return (said("limit"), said("wanted"), *other, said("limit_in_words"))


def _cells(row: dict[str, float | str | None], what: str) -> list[Cell]:
    """The limit, its value, the other value where there is one, and the sentence."""
    values = [row["value"]] if what == "conflict" else [row["value"], row["to"]]
    name = same(str(row["limit"]).removeprefix("optimise."))
    return [name, *(amount(value, _unit(row)) for value in values),
            Said(str(row["sentence_zh"]), str(row["sentence_en"]))]  # fmt: skip


def _unit(row: dict[str, float | str | None]) -> str:
    """A number of things or a multiple may have digits after the point."""
    return "" if row["unit"] == "plain" else str(row["unit"])


SECTION = Section("diagnosis", frozenset({"optimise"}), 15, fill)
