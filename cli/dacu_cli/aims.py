"""Targets laid out: the chance of each and of all, where the figure will lie, and how the chance was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dacu.kpis import BY_ID
from dacu.readable import Quantity, Span, brief
from dacu.results import Result
from dacu.targets import Prospect, Target
from dacu_cli.page import Cell, Section, reading
from dacu_cli.view import View

SIGNS = {"at_least": "≥", "at_most": "≤"}

ENOUGH = 0.5
"""The chance from which on a required condition is met."""


def chances(view: View, results: Sequence[Result]) -> Iterator[Section]:
    """One table of all targets of all plans; none without targets."""
    rows = [[result.scenario, *_row(view, one)] for result in results for one in result.targets]
    columns = ("scenario", "target", "chance", "chance_band", "p10", "p50", "p90", "gap")
    several = len(results) > 1
    if rows:
        yield Section(view.say("targets_title"), columns[not several :], [row[not several :] for row in rows])


def _row(view: View, one: Prospect) -> list[Cell]:
    unit = BY_ID[one.target.kpi].unit if one.target else ""
    chance, band = Quantity(one.chance, "chance"), Span(one.low, one.high, "chance")
    spread: list[Cell] = [Quantity(brief(figure), unit) for figure in (one.p10, one.p50, one.p90)]
    return [target_name(view, one.target), chance, band, *spread, Quantity(brief(one.gap), unit, signed=True)]


def target_name(view: View, target: Target | None) -> str:
    """A target as a condition to read, or all of them together."""
    if target is None:
        return view.say("targets_all")
    kpi = BY_ID[target.kpi]
    value = reading(Quantity(target.value, kpi.unit), view.lang)
    return f"{kpi.zh if view.lang == 'zh' else kpi.en} {SIGNS[target.side]} {value}"


def rules(view: View, results: Sequence[Result]) -> Iterator[str]:
    """How the chances were found, each way once."""
    found = {(one.rule, one.kind) for result in results for one in result.targets if one.target}
    if ("predicted", "sampling") in found:
        yield view.say("targets_predicted")
    for kind in ("sampling", "beliefs"):
        if ("counted", kind) in found:
            yield view.say(f"targets_counted_{kind}")


def required(view: View, found: Sequence[Prospect]) -> Iterator[str]:
    """Whether each required condition is likely enough."""
    for one in found:
        key = "required_met" if one.chance >= ENOUGH else "required_missed"
        chance = reading(Quantity(one.chance, "chance"), view.lang)
        yield view.say(key, target=target_name(view, one.target), chance=chance)
