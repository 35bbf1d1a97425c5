"""The differences against the base: in shares with their intervals, and every figure as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dacu.kpis import BY_ID
from dacu.report.folder import RunFolder
from dacu.report.parts import (
    Amount,
    Cell,
    Chart,
    Part,
    Sentences,
    Table,
    amount,
    said,
    same,
    spoken,
    title_of,
)
from dacu.report.sections import Section

SHOWN = ("gmv", "net_gmv", "contribution", "orders", "new_buyers", "uv", "cvr", "aov", "spend", "roi",
         "marketing_cost_rate", "coupon_cost_rate", "refund_rate")  # fmt: skip


def fill(folder: RunFolder) -> Sequence[Part]:
    """A forest plot and a table for each other plan."""
    rows = folder.records("comparison")
    kinds = dict.fromkeys(row["kind"] for row in rows)
    parts = [part for name in dict.fromkeys(row["scenario"] for row in rows)
             for part in _against(name, [row for row in rows if row["scenario"] == name])]  # fmt: skip
    return (*parts, Sentences([spoken(f"kind_{kind}") for kind in kinds])) if parts else ()


def _against(name: str, rows: Sequence[dict[str, Any]]) -> Iterator[Part]:
    by_kpi = {row["kpi"]: row for row in rows}
    spans = [_span(by_kpi[kpi]) for kpi in SHOWN if kpi in by_kpi and by_kpi[kpi]["relative"] is not None]
    if any(span["value"] or span["low"] or span["high"] for span in spans):
        yield Chart("spans", said("forest", name=same(name)), {"rows": spans, "unit": "share"})
        yield Sentences([said("forest_colours")])
    else:
        yield Sentences([said("forest_nothing", name=same(name))])
    columns = ("kpi", "base", "other", "difference", "relative", "better_probability")
    table: list[list[Cell]] = [
        [title_of(row["kpi"]), amount(row["base"], row["unit"]), amount(row["other"], row["unit"]), _change(row),
         amount(row["relative"], "share", row["relative_low"], row["relative_high"], signed=True),
         amount(None if row["identical"] else row["better_probability"], "chance")]
        for row in rows
        if row["difference"] is not None
    ]  # fmt: skip
    headings = [title_of(column) for column in columns]
    yield Table(said("differences_table", name=same(name)), headings, table, folded=True)


def _change(row: dict[str, Any]) -> Amount:
    return amount(row["difference"], row["unit"], row["low"], row["high"], signed=True)


def _span(row: dict[str, Any]) -> dict[str, Any]:
    """One row of the forest; green or red where both intervals, of the difference and of the change in percent that is
    drawn, lie on the better or the worse side of zero.
    """
    better = BY_ID[row["kpi"]].better
    above, drawn = (_side(row[low], row[high]) for low, high in (("low", "high"), ("relative_low", "relative_high")))
    side = better * above if above == drawn else 0
    return {"name": title_of(row["kpi"]), "value": row["relative"], "low": row["relative_low"],
            "high": row["relative_high"], "shown": _change(row), "better": {1: True, -1: False}.get(side)}  # fmt: skip


def _side(low: float | None, high: float | None) -> int:
    """The side of zero that an interval lies on; 0 where it holds or touches zero, or is none."""
    return 0 if low is None or high is None or low <= 0 <= high else 1 if low > 0 else -1


SECTION = Section("differences", frozenset({"compare"}), 40, fill)
