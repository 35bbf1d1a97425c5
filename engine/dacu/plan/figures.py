"""What the optimiser reads off a run: sums of measures, and what a line or a creator is credited with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.kpis import BY_ID, RATIONED, Terms
from dacu.plan.question import Question
from dacu.results import Replication
from dacu.units import FEN

LINE = "line."
"""`line.<path>`: fen of GMV whose last touch is the line."""

ORDERS, CLICKS = "orders.", "clicks."
"""`orders.<path>`, `clicks.<path>`: what a creator is credited with, for the conversion of each."""


class Figure(NamedTuple):
    """A sum of measures (kpis.Kpi.terms; money in fen), or by its name a column of the table of channels."""

    name: str
    terms: Terms = ()


OBJECTIVES = ("gmv", "net_gmv", "contribution", "orders")


def figures_of(question: Question) -> tuple[Figure, ...]:
    """What a search of this question reads off each run: the objectives, and what each line is credited with."""
    objectives = (Figure(kpi, BY_ID[kpi].terms[0]) for kpi in OBJECTIVES)
    return (*objectives, *(Figure(LINE + line) for line in question.line_names))


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
    if figure.terms:
        realised = sum(sign * run.realised[name] for sign, name in figure.terms)
        chances = {name: run.expected.get(name, run.realised[name]) for _, name in figure.terms}
        return float(sum(sign * chances[name] for sign, name in figure.terms)), float(realised)
    kind, path = figure.name.split(".", 1)
    table = run.tables["channels"]
    row = list(table.keys["channel"]).index(path)
    if f"{kind}." == LINE:
        gmv, chance = table.numbers["gmv"][row], table.numbers["gmv_expected"][row]
        return FEN * float(chance or 0), FEN * float(gmv or 0)
    found = float(table.numbers[kind][row] or 0)
    return found, found


def settled(readings: Sequence[Sequence[Reading]], figures: Sequence[Figure], *, short: bool) -> NDArray[np.float64]:
    """Readings (plans × seeds) as an array (figures, plans, seeds).

    By expected counts; once stock has run short in any plan, sums that stock rations by realised ones in all: a
    difference has one kind.
    """
    rationed = [
        short and (not figure.terms or bool({name for _, name in figure.terms} & RATIONED)) for figure in figures
    ]
    return np.array(
        [
            [[(one.realised if real else one.expected)[row] for one in seeds] for seeds in readings]
            for row, real in enumerate(rationed)
        ]
    )
