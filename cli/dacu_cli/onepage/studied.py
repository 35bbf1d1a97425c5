"""The one page of `study`: what drives the outcome, which alternative is best, and whether the sample suffices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dacu.errors import inert
from dacu.kpis import BY_ID
from dacu.readable import short_path, shorter
from dacu.study.answer import Said
from dacu.study.tornado import Bar
from dacu_cli import studying
from dacu_cli.onepage.sheet import Box, Part, Sheet, Table, figure, say, short, span, table, titled
from dacu_cli.page import heading
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.study.batch import Standing
    from dacu.study.design import Design
    from dacu.study.factors import Field

MOST_OUTCOMES, MOST_DRIVERS, MOST_RANKS = 2, 6, 6


def studied_sheet(
    name: str, field: Field, design: Design, standing: Standing, found: Mapping[str, Said], lang: str
) -> Sheet:
    """The page of a finished study; of many outcomes the first are told."""
    view, told = View(lang), dict(list(found.items())[:MOST_OUTCOMES])
    verdict = (
        *studying.verdicts(told, lang),
        *(line for kpi, said in told.items() for line in _drives(kpi, said, lang)),
    )
    settled = [line for kpi, said in told.items() for line in studying.settled(view, kpi, said.sensitivity)]
    notes = [*settled, view.say("study_finished", done=standing.done, failed=standing.failed)]
    if len(found) > MOST_OUTCOMES:
        notes.append(say(lang, "more_outcomes", count=len(found) - MOST_OUTCOMES))
    parts = [part for kpi, said in told.items() for part in _parts(view, kpi, said)]
    parts.append(Part(say(lang, "reliable_title"), tuple(map(inert, notes)), listed=True))
    shown = tuple(part for part in parts if part.filled)
    title = titled("study", [name], lang)
    about = inert(studying.heading_of(view, name, field, design))
    return Sheet(lang, title, about, tuple(map(inert, verdict)), (), shown, (view.say("study_intervals"),))


def _drives(kpi: str, said: Said, lang: str) -> tuple[str, ...]:
    """The widest bar in a sentence."""
    if not said.bars or not said.bars[0].swing:
        return ()
    bar = said.bars[0]
    swing = figure(bar.swing, BY_ID[kpi].unit, lang, signed=True)
    low, high = (short(shorter(end, lang)) for end in (bar.low_at, bar.high_at))
    args = {"factor": short(short_path(bar.factor)), "low": low, "high": high}
    return (say(lang, "studied_drives", kpi=heading(kpi, lang), swing=swing, **args),)


def _parts(view: View, kpi: str, said: Said) -> list[Part]:
    lang = view.lang
    drivers = tuple(_driver(bar, BY_ID[kpi].unit, lang) for bar in said.bars[:MOST_DRIVERS] if bar.swing)
    columns = tuple(heading(column, lang) for column in ("factor", "ends", "swing"))
    title = say(lang, "drivers_title", kpi=heading(kpi, lang))
    parts = [Part(title, table=Table(columns, drivers, frozenset({0, 1})) if drivers else None)]
    if said.ranking and said.ranking.ranks:
        section = studying.ranked(view, kpi, said.ranking)
        parts.append(Part(section.title, table=table(section, lang, MOST_RANKS)))
    return parts


def _driver(bar: Bar, unit: str, lang: str) -> tuple[Box, ...]:
    swing = Box(figure(bar.swing, unit, lang, signed=True), span(bar.low, bar.high, unit, lang, signed=True))
    low, high = (short(shorter(end, lang)) for end in (bar.low_at, bar.high_at))
    return Box(short(short_path(bar.factor))), Box(f"{low} → {high}"), swing
