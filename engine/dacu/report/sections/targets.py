"""What was asked for, and the chance that one more run reaches it."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Part, Said, Table, amount, said, same, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """One row a target; over several plans, with the plan."""
    rows = folder.records("targets")
    plans = len(folder.names) > 1
    columns = [*((title_of("scenario"),) if plans else ()), said("target"), said("wanted"), said("chance"),
               *(title_of(name) for name in ("p10", "p50", "p90"))]  # fmt: skip
    table = [
        [
            *((same(row["scenario"]),) if plans else ()), _wanted(row["kpi"], row["side"]),
            amount(row["target"], row["unit"]), amount(row["chance"], "chance", row["low"], row["high"]),
            *(amount(row[name], row["unit"]) for name in ("p10", "p50", "p90")),
        ]
        for row in rows
    ]  # fmt: skip
    return (Table(said("targets_title"), columns, table),) if table else ()


def _wanted(kpi: str, side: str) -> Said:
    if kpi == "all":
        return said("target_all")
    name, sign = title_of(kpi), {"at_least": "≥", "at_most": "≤"}.get(side, "")
    return Said(f"{name.zh} {sign}", f"{name.en} {sign}")


SECTION = Section("targets", frozenset({"simulate", "compare"}), 30, fill)
