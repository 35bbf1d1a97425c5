"""From being seen to being bought from."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Chart, Part, Sentences, Table, amount, said, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """Steps as bars, where there is anything to see, and as a table with the share that goes on."""
    steps = folder.records("funnel")
    if not steps:
        return ()
    before = [None, *(step["count"] for step in steps)]
    rows: list[list[Cell]] = [
        [title_of(step["step"]), amount(step["count"], "count", step["count_low"], step["count_high"]),
         amount(step["expected"], "count"), amount(step["count"] / last if last else None, "share")]
        for step, last in zip(steps, before, strict=False)
    ]  # fmt: skip
    columns = [title_of(name) for name in ("step", "realised", "expected", "of_step_before")]
    series = [{"name": said("mean"), "unit": "count", "values": [step["count"] for step in steps]}]
    told = Table(said("funnel_title"), columns, rows)
    if not any(step["count"] for step in steps):
        return (told,)
    chart = Chart("bars", said("funnel_title"), {"rows": [title_of(step["step"]) for step in steps], "series": series})
    count = {step["step"]: step["count"] for step in steps}
    if count["visits"] <= count["clicks"]:
        return chart, told
    return chart, told, Sentences([said("funnel_visits")])


SECTION = Section("funnel", frozenset({"simulate"}), 60, fill)
