"""When what happens: phases, sales, promotions, rooms, from the resolved scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dacu.clock.calendar import Calendar
from dacu.report.dates import calendar
from dacu.report.folder import RunFolder
from dacu.report.parts import Chart, Part, Said, said, same
from dacu.report.sections import Section

PHASE, EVENT, PRESALE = range(3)
"""Colours."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """One chart; none where no scenario was run or nothing has a date."""
    dates = calendar(folder)
    if dates is None:
        return ()
    rows = [{"name": name, "tone": tone, "spans": [[start / 24, end / 24] for start, end in spans]}
            for name, tone, spans in _rows(dates)]  # fmt: skip
    data: dict[str, Any] = {"rows": rows, "days": dates.days, "start": dates.start.isoformat()}
    return (Chart("timeline", said("timeline_title"), data),) if rows else ()


def _rows(dates: Calendar) -> Iterator[tuple[Said, int, list[tuple[float, float]]]]:
    """Names with their spans in hours."""
    for phase in dates.phases:
        yield same(phase.name), PHASE, [(phase.first, phase.last)]
    for event in dates.events:
        presales = [(wave.presale.start, wave.presale.end) for wave in event.waves if wave.presale]
        if presales:
            yield said("presale_of", event=event.name), PRESALE, presales
        yield same(event.name), EVENT, [(wave.start, wave.end) for wave in event.waves]


SECTION = Section("timeline", frozenset({"simulate", "compare", "optimise"}), 50, fill)
