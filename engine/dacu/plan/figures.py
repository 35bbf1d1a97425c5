"""What the optimiser reads off a run: sums of measures, and what a line or a booking is credited with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.kpis import BY_ID, RATIONED
from dacu.plan.question import Figure, Question
from dacu.results import Replication
from dacu.units import FEN

LINE = "line."
"""`line.<path>`: fen of GMV whose last touch is the line."""

COLUMNS: Mapping[str, tuple[str, str]] = {
    "attributed_gmv": ("gmv_expected", "gmv"), "orders": ("orders", "orders"), "clicks": ("clicks", "clicks"),
}  # fmt: skip
"""What a line or a booking is credited with: (expected, realised) columns of the table of channels by measure."""


def figures_of(question: Question) -> tuple[Figure, ...]:
    """What a search reads off each run: what the question measures, visitors, and the sales credited to each line."""
    visitors = Figure("uv", BY_ID["uv"].terms[0])
    credited = (Figure(LINE + line, BY_ID["roi"].terms[0], line) for line in question.line_names)
    return tuple(dict.fromkeys((*question.figures, visitors, *credited)))


class Reading(NamedTuple):
    """Figures of a run by expected counts and by realised ones, and whether stock ran short in it."""

    expected: tuple[float, ...]
    realised: tuple[float, ...]
    short: bool  # chances then count sales that nobody could make


def read(run: Replication, figures: Sequence[Figure]) -> Reading:
    """The figures of a run. KeyError for a measure or a path that it does not know."""
    expected, realised = zip(*(_read(run, figure) for figure in figures), strict=True)
    return Reading(expected, realised, run.realised["lost_units"] > 0)


def _read(run: Replication, figure: Figure) -> tuple[float, float]:
    if figure.path:
        parts = [(sign, *_credited(run, name, figure.path)) for sign, name in figure.terms]
        return sum(sign * expected for sign, expected, _ in parts), sum(sign * realised for sign, _, realised in parts)
    realised = sum(sign * run.realised[name] for sign, name in figure.terms)
    chances = {name: run.expected.get(name, run.realised[name]) for _, name in figure.terms}
    return float(sum(sign * chances[name] for sign, name in figure.terms)), float(realised)


def _credited(run: Replication, measure: str, path: str) -> tuple[float, float]:
    table = run.tables["channels"]
    row = list(table.keys["channel"]).index(path)
    expected, realised = (float(table.numbers[column][row] or 0) for column in COLUMNS[measure])
    unit = FEN if measure == "attributed_gmv" else 1
    return unit * expected, unit * realised


def settled(readings: Sequence[Sequence[Reading]], figures: Sequence[Figure], *, short: bool) -> NDArray[np.float64]:
    """Readings (plans × seeds) as an array (figures, plans, seeds).

    By expected counts; once stock has run short in any plan, sums that stock rations by realised ones in all: a
    difference has one kind.
    """
    rationed = [short and (bool({name for _, name in figure.terms} & RATIONED)) for figure in figures]
    return np.array(
        [
            [[(one.realised if real else one.expected)[row] for one in seeds] for seeds in readings]
            for row, real in enumerate(rationed)
        ]
    )
