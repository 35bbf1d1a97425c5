"""What each limit costs, in sentences; what is left to gain beyond."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Part, Said, Sentences, Table, amount, said, same
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """Binding limits that are worth something in words, all of them as a table."""
    rows = folder.records("prices")
    if not rows:
        return ()
    key = "limit" if "limit" in rows[0] else "name"
    worth = sorted((row for row in rows if row["binding"] and row["price"]), key=lambda row: -abs(row["price"]))
    told = [Said(row["sentence_zh"], row["sentence_en"]) for row in worth]
    table: list[list[Cell]] = [
        [same(row[key].removeprefix("optimise.")), said("binds" if row["binding"] else "binds_not"),
         amount(row["price"], "", row["low"], row["high"]), Said(row["sentence_zh"], row["sentence_en"])]
        for row in rows
    ]  # fmt: skip
    columns = (said("limit"), said("binding"), said("price"), said("limit_in_words"))
    parts: list[Part] = [Sentences(told)] if told else []
    return [*parts, Table(said("limits_all"), columns, table, folded=True)]


SECTION = Section("limits", frozenset({"optimise"}), 50, fill)
