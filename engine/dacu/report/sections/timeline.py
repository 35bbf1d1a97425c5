"""When what happens: phases, sales, promotions, rooms, from the resolved scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dacu.clock.calendar import Calendar
from dacu.ledger import SLOTS_AN_HOUR
from dacu.people.population import Seed
from dacu.report.folder import RunFolder
from dacu.report.parts import Chart, Part, Said, Sentences, said, same, short
from dacu.report.sections import Section
from dacu.sim.stage import build
from dacu.sim.world import World

PHASE, EVENT, PRESALE, OFFER, ROOM = range(5)
"""Colours."""
KINDS = ("phase", "event", "presale", "offer", "room")
"""What the colours stand for, in their order."""
Spans = list[tuple[float, float]]
"""Hours since the first day began, from and to."""


def fill(folder: RunFolder) -> Sequence[Part]:
    """One chart; none where no scenario was run or nothing has a date."""
    if folder.scenario is None:
        return ()
    world = build(folder.scenario, Seed(1, 0), agents=1)  # levers say when they act once they stand on a stage
    dates = world.setting.calendar
    rows = [{"name": name, "tone": tone, "spans": [[start / 24, end / 24] for start, end in spans]}
            for name, tone, found in (*_of_calendar(dates), *_of_levers(world))
            if (spans := _within(found, dates.end_hour))]  # fmt: skip
    kinds = [said(f"timeline_{kind}") for kind in KINDS]
    data: dict[str, Any] = {"rows": rows, "kinds": kinds, "days": dates.days, "start": dates.start.isoformat()}
    whose = [Sentences([said("timeline_of_base", name=same(folder.names[0]))])] if folder.verb == "compare" else []
    return (*whose, Chart("timeline", said("timeline_title"), data)) if rows else ()


def _of_calendar(dates: Calendar) -> Iterator[tuple[Said, int, Spans]]:
    for phase in dates.phases:
        yield same(phase.name), PHASE, [(phase.first, phase.last)]
    for event in dates.events:
        presales = [(wave.presale.start, wave.presale.end) for wave in event.waves if wave.presale]
        yield said("presale_of", event=event.name), PRESALE, presales
        yield same(event.name), EVENT, [(wave.start, wave.end) for wave in event.waves]


def _of_levers(world: World) -> Iterator[tuple[Said, int, Spans]]:
    """Promotions and rooms that do not run all the time."""
    whole = world.setting.calendar.end_hour
    offers: dict[str, Spans] = {}
    for rule in world.offers.rules:
        offers.setdefault(rule.path, []).extend((window.start, window.end) for window in rule.windows)
    for path, spans in offers.items():
        if any(start > 0 or end < whole for start, end in spans):
            yield short(path), OFFER, sorted(set(spans))
    for room in world.setting.rooms:
        yield same(room.path), ROOM, [(first / SLOTS_AN_HOUR, last / SLOTS_AN_HOUR) for first, last in room.sessions]


def _within(spans: Spans, end_hour: int) -> Spans:
    """What of them lies in the campaign."""
    return [(max(0.0, float(start)), min(float(end_hour), float(end)))
            for start, end in spans if start < end_hour and end > 0]  # fmt: skip


SECTION = Section("timeline", frozenset({"simulate", "compare", "optimise"}), 50, fill)
