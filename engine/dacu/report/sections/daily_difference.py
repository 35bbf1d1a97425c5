"""When the plans part: paid GMV of the other less that of the base, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dacu.report.dates import event_bands
from dacu.report.folder import RunFolder
from dacu.report.parts import Chart, Part, Sentences, said, same
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """A line for each other plan over the days that both have; a sentence where none ever differs."""
    plans: dict[str, dict[str, float]] = {}
    for row in folder.records("daily"):
        plans.setdefault(row["scenario"], {})[row["date"]] = row["gmv"]
    if len(plans) < 2:
        return ()
    (_, base), *others = plans.items()
    dates = [date for date in base if all(date in days for _, days in others)]
    series: list[dict[str, Any]] = [{"name": same(name), "type": "line", "unit": "yuan", "axis": 0, "signed": True,
               "values": [days[date] - base[date] for date in dates]} for name, days in others]  # fmt: skip
    if not any(value for one in series for value in one["values"]):
        return (Sentences([said("daily_difference_nothing")]),)
    days, place = list(base), {date: place for place, date in enumerate(dates)}
    bands = [{"name": name, "from": min(shown), "to": max(shown)} for name, first, last in event_bands(folder)
             if (shown := [place[date] for date in days[first : last + 1] if date in place])]  # fmt: skip
    data: dict[str, Any] = {"x": dates, "zoom": False, "bands": bands, "series": series}
    return (Chart("series", said("daily_difference"), data),)


SECTION = Section("parting", frozenset({"compare"}), 60, fill)
