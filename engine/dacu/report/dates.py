"""The campaign's days, from the resolved scenario in the folder."""

from __future__ import annotations

from dacu.clock.calendar import Calendar
from dacu.report.folder import RunFolder
from dacu.scenario.load import load
from dacu.sim.stage import calendar_of


def calendar(folder: RunFolder) -> Calendar | None:
    """The calendar; none where no scenario was run. Raises InputError where its file is damaged."""
    return None if folder.lock is None else calendar_of(load(folder.lock))


def event_bands(folder: RunFolder) -> list[tuple[str, int, int]]:
    """Waves of sales as (name, first day, last day), days from 0."""
    dates = calendar(folder)
    if dates is None:
        return []
    return [
        (event.name, max(0, int(wave.start // 24)), min(dates.days, -int(-wave.end // 24)) - 1)
        for event in dates.events
        for wave in event.waves
        if wave.start < dates.end_hour and wave.end > 0
    ]
