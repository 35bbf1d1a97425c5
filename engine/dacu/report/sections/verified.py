"""The plan found beside the current one and plain rules of thumb, simulated on fresh seeds."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.outcomes import objective, objective_unit
from dacu.report.parts import Cell, Chart, Part, Table, amount, said, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """Gains over each as a chart, and all plans as a table."""
    plans = folder.records("verified")
    if not plans:
        return ()
    kpi, unit = objective(folder), objective_unit(folder)
    rivals = [plan for plan in plans if plan["gain"] is not None]
    spans = [{"name": said(f"plan_{plan['plan']}"), "value": plan["gain"], "low": plan["gain_low"],
              "high": plan["gain_high"]} for plan in rivals]  # fmt: skip
    chart = Chart("spans", said("verified_chart", kpi=title_of(kpi)), {"rows": spans, "unit": unit})
    rows: list[list[Cell]] = [
        [said(f"plan_{plan['plan']}"), amount(plan["value"], unit),
         amount(plan["gain"], unit, plan["gain_low"], plan["gain_high"], signed=True)]
        for plan in plans
    ]  # fmt: skip
    return chart, Table(said("verified_table"), (said("plan"), title_of(kpi), said("gain_over_it")), rows)


SECTION = Section("verified", frozenset({"optimise"}), 30, fill)
