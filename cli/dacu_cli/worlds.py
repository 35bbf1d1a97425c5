"""Tables of what plausible worlds say of a plan against another: its differences and in how many it wins."""

from __future__ import annotations

from collections.abc import Callable

from dacu.readable import Quantity, Span, brief
from dacu.results import Difference
from dacu_cli.page import Cell

COLUMNS = ("kpi", "base", "other", "median", "band", "relative", "better_worlds")
RAW = ("other", "kpi", "unit", "base", "value", "difference", "median", "band", "relative", "better_worlds", "worlds")


def row(one: Difference) -> list[Cell]:
    """A difference for people, below COLUMNS without the KPI."""
    base, value, _, *rest = _figures(one, brief)
    return [base, value, *rest, f"{one.wins.better}/{one.wins.of}" if one.wins else None]


def raw(name: str, kpi: str, one: Difference) -> list[Cell]:
    """A difference for programs, below RAW."""
    wins: list[Cell] = [one.wins.better, one.wins.of] if one.wins else [None, None]
    return [name, kpi, one.paired.difference.unit, *_figures(one, lambda value: value), *wins]


def _figures(one: Difference, rounded: Callable[[float | None], float | None]) -> list[Cell]:
    """Means of both plans, then the difference: mean, median, P10 to P90, and the relative change of the mean."""
    pair, change = one.paired, one.paired.difference
    return [
        Quantity(rounded(pair.base.mean), change.unit), Quantity(rounded(pair.other.mean), change.unit),
        Quantity(rounded(change.mean), change.unit, signed=True),
        Quantity(rounded(change.median), change.unit, signed=True),
        Span(rounded(change.low), rounded(change.high), change.unit, signed=True),
        Quantity(pair.relative.mean, "share", signed=True),
    ]  # fmt: skip
