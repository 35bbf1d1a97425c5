"""How much of what the outcome varies by is each factor's, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.outcomes import by_outcome, leading_index
from dacu.report.parts import Cell, Chart, Part, Table, amount, said, same, short, title_of
from dacu.report.sections import Section

IN_UNIT = ("mu_star", "sigma")
"""Indices in the outcome's unit; the others are shares."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """The leading index as a picture, all of them as a table, for each outcome."""
    parts: list[Part] = []
    for kpi, unit, rows in by_outcome(folder, "indices"):
        kind, leading = leading_index(rows)
        if leading:
            spans = [{"name": short(row["factor"]), "value": row["value"], "low": row["value_low"],
                      "high": row["value_high"]} for row in leading]  # fmt: skip
            data = {"rows": spans, "unit": unit if kind in IN_UNIT else ""}
            parts.append(Chart("spans", said(f"indices_{kind}", kpi=title_of(kpi)), data))
        cells: list[list[Cell]] = [
            [title_of(row["index"]), same(" × ".join(filter(None, (row["factor"], row["factor_b"])))),
             amount(row["value"], unit if row["index"] in IN_UNIT else "", row["value_low"], row["value_high"])]
            for row in rows
        ]  # fmt: skip
        columns = [title_of(name) for name in ("index", "factor", "value")]
        parts.append(Table(said("indices_table", kpi=title_of(kpi)), columns, cells, folded=True))
    return parts


SECTION = Section("indices", frozenset({"study"}), 40, fill)
