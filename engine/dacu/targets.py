"""Targets and the chance that a plan reaches them: what the meeting asks, "do we reach 2600万?", is no mean.

Over worlds, and from 30 replications on, the chance is the share of them that reach the target, with its Wilson
interval. With fewer replications it is the chance that one more run would: the predictive law of a normal sample,
Student's t around the mean with spread s·√(1 + 1/n) (Hahn & Meeker 1991, Statistical Intervals, ch. 4). That of all
targets together is counted, and never above the least of the single chances.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal, TypeAlias

import numpy as np

from dacu import units
from dacu.errors import Finding, InputError, nearest
from dacu.estimates import HIGH, LOW, Bounds, Kind, Samples, ends, interval, percentile
from dacu.kpis import BY_ID, MEASURE_UNITS, Kpi
from dacu.worlds import wilson

Side: TypeAlias = Literal["at_least", "at_most"]
Rule: TypeAlias = Literal["counted", "predicted"]

MANY = 30
"""Replications from which on a share of them is a chance."""
ALL = "all"
"""The row of all targets together."""


@dataclass(frozen=True)
class Target:
    """What a KPI must reach, in the KPI's own unit."""

    kpi: str
    side: Side
    value: float

    def room(self, figure: float) -> float:
        """How far a figure lies on the good side of the target; below 0 it falls short."""
        return figure - self.value if self.side == "at_least" else self.value - figure


@dataclass(frozen=True)
class Prospect:
    """The chance of a target (None: all of them together), and where the figure will lie.

    `low` and `high` bound a counted chance (95%). `p10`, `p50`, `p90` and `gap`, the room of the median, are None
    where the figure is undefined.
    """

    target: Target | None
    chance: float
    low: float | None
    high: float | None
    p10: float | None
    p50: float | None
    p90: float | None
    gap: float | None
    rule: Rule
    kind: Kind

    def as_json(self) -> dict[str, Any]:
        """One row of targets.csv."""
        aim = self.target
        return {
            "kpi": aim.kpi if aim else ALL,
            "side": aim.side if aim else "",
            "target": aim.value if aim else None,
            "unit": BY_ID[aim.kpi].unit if aim else "",
            **{name: getattr(self, name) for name in COLUMNS},
        }


COLUMNS = ("chance", "low", "high", "p10", "p50", "p90", "gap", "rule", "kind")


def parse_figure(text: str, kpi: Kpi) -> float:
    """A figure as a planner writes it for this KPI (`2600万`, `25%`, `1:3`), in the KPI's unit. Raises Unreadable."""
    if kpi.unit == "yuan":
        return units.parse_money(text) / MEASURE_UNITS["yuan"]
    if kpi.unit == "share":
        return units.parse_share(text)
    return units.parse_ratio(text) if kpi.unit == "ratio" else units.parse_number(text)


def parse_condition(text: str) -> Target:
    """A target as on the command line: `net_gmv>=2600万`, `refund_rate<=20%`. Raises InputError."""
    found = re.fullmatch(r"\s*(\w+)\s*([<>])=(.*)", text, re.DOTALL)
    if found is None:
        raise InputError(Finding("condition_unreadable", None, "--require", text))
    name, sign, written = found.groups()
    if name not in BY_ID:
        raise InputError(Finding("unknown_kpi", None, "--require", text, {"name": name}, nearest(BY_ID, name)))
    try:
        value = parse_figure(written, BY_ID[name])
    except units.Unreadable as error:
        raise InputError(Finding(error.code, None, "--require", written, error.values, error.hint)) from None
    return Target(name, "at_least" if sign == ">" else "at_most", value)


def prospects(targets: Sequence[Target], samples: Mapping[str, Samples], runs: int, kind: Kind) -> list[Prospect]:
    """The chance of each target over so many runs; with several targets, last that of all together."""
    if not targets:
        return []
    undefined: Samples = (None,) * runs
    known = [(target, samples.get(target.kpi, undefined)) for target in targets]
    found = [_prospect(target, figures, kind) for target, figures in known]
    if len(targets) > 1:
        every = [all(_met(target, figures[run]) for target, figures in known) for run in range(runs)]
        share = wilson(sum(every), runs)
        least = min(share.value, *(one.chance for one in found))
        found.append(Prospect(None, least, min(share.low, least), share.high, None, None, None, None, "counted", kind))
    return found


def _met(target: Target, figure: float | None) -> bool:
    """A figure that is undefined reaches nothing."""
    return figure is not None and target.room(figure) >= 0


def _prospect(target: Target, samples: Samples, kind: Kind) -> Prospect:
    figures = [figure for figure in samples if figure is not None]
    if kind == "beliefs" or not 2 <= len(samples) < MANY or len(figures) < len(samples):
        share = wilson(sum(_met(target, figure) for figure in samples), len(samples))
        spread = [percentile(figures, part) if figures else None for part in (LOW, 0.5, HIGH)]
        return _found(target, share, spread, "counted", kind)
    mean, scale, quantile = _predictive(figures)
    chance = _chance(target, mean, scale, len(figures) - 1)
    (low,), (high,) = ends(np.array([mean]), np.array([quantile * scale]), BY_ID[target.kpi].possible)
    return _found(target, Bounds(chance, np.nan, np.nan), [float(low), mean, float(high)], "predicted", kind)


def _found(target: Target, chance: Bounds, spread: Sequence[float | None], rule: Rule, kind: Kind) -> Prospect:
    low, high = (None, None) if rule == "predicted" else chance[1:]
    gap = None if spread[1] is None else target.room(spread[1])
    p10, p50, p90 = spread
    return Prospect(target, chance.value, low, high, p10, p50, p90, gap, rule, kind)


def _predictive(figures: Sequence[float]) -> tuple[float, float, float]:
    """Centre and spread of one more figure, and the t-quantile of its P90; exact where all figures are equal."""
    from scipy.special import stdtrit

    n = len(figures)
    mean, _ = interval(np.array(figures)[:, None])
    centre = float(mean[0])
    squares = 0.0
    for figure in figures:
        squares += (figure - centre) ** 2
    return centre, sqrt(squares / (n - 1) * (1 + 1 / n)), round(float(stdtrit(n - 1, HIGH)), 10)


def _chance(target: Target, mean: float, scale: float, freedom: int) -> float:
    from scipy.special import stdtr

    if scale == 0:
        return float(_met(target, mean))
    return round(float(stdtr(freedom, target.room(mean) / scale)), 10)
