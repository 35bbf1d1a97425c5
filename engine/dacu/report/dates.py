"""Days of the sales, from the resolved scenario in the folder."""

from __future__ import annotations

from dacu.report.folder import RunFolder
from dacu.sim.stage import calendar_of


def event_bands(folder: RunFolder) -> list[tuple[str, int, int]]:
    """Waves of sales as (name, first day, last day), days from 0; none where no scenario was run.

    Raises InputError where the scenario's file is damaged.
    """
    if folder.scenario is None:
        return []
    dates = calendar_of(folder.scenario)
    return [
        (event.name, max(0, int(wave.start // 24)), min(dates.days, -int(-wave.end // 24)) - 1)
        for event in dates.events
        for wave in event.waves
        if wave.start < dates.end_hour and wave.end > 0
    ]
