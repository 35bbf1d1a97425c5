"""Why sales changed: the part of each factor that they are a product of, so that the parts add up to the change.

Paid GMV is visitors × orders a visitor × basket; net GMV is that × the share that is kept. Each replication's change is
split on logarithms: a factor's part is L · ln(after ÷ before), where L, the logarithmic mean of the sales before and
after, makes the parts add up exactly, whatever the order of the factors (LMDI I: Ang & Liu 2001, Energy 26:537-548).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, log1p
from typing import Literal, TypeAlias

from dacu.estimates import Estimate, Kind, Samples, estimate
from dacu.kpis import BY_ID

Factor: TypeAlias = Literal["uv", "orders_per_visitor", "aov", "kept_share"]

CHAIN: Mapping[str, tuple[Factor, str]] = {
    "uv": ("uv", "people"), "orders": ("orders_per_visitor", "share"), "gmv": ("aov", "yuan"),
    "net_gmv": ("kept_share", "share"),
}  # fmt: skip
"""Sums (KPI ids), each with the factor that makes it of the sum before it, and that factor's unit."""
SALES = ("gmv", "net_gmv")
"""The sums whose change is split."""


@dataclass(frozen=True)
class Part:
    """A factor before and after, mean over replications, and its part of the change in yuan."""

    factor: Factor
    unit: str
    before: float
    after: float
    part: Estimate


@dataclass(frozen=True)
class Why:
    """One sum of sales (`kpi`, yuan) before and after, its change, and the parts that add up to the change."""

    kpi: str
    before: float
    after: float
    parts: tuple[Part, ...]
    change: Estimate

    def break_even(self, part: Part) -> float:
        """The value of a factor, all others as after the change, at which sales are what they were before."""
        return part.after * self.before / self.after


def why(kpi: str, before: Mapping[str, Samples], after: Mapping[str, Samples], kind: Kind = "sampling") -> Why | None:
    """The split of the change of `kpi`, one of SALES; sums by KPI id, replication by replication, in their units.

    None where a replication sold nothing or kept nothing: there is no share of zero.
    """
    sums = list(CHAIN)[: list(CHAIN).index(kpi) + 1]
    factors = [CHAIN[name] for name in sums]
    old, new = (_factors([side[name] for name in sums]) for side in (before, after))
    if old is None or new is None:
        return None
    unit = BY_ID[kpi].unit
    rows = [split(*pair) for pair in zip(old, new, strict=True)]
    was, now = ([float(value or 0.0) for value in side[kpi]] for side in (before, after))
    parts = tuple(
        Part(factor, unit_of, _mean(old, place), _mean(new, place), estimate([row[place] for row in rows], unit, kind))
        for place, (factor, unit_of) in enumerate(factors)
    )
    change = estimate([b - a for a, b in zip(was, now, strict=True)], unit, kind)
    return Why(kpi, sum(was) / len(was), sum(now) / len(now), parts, change)


def split(before: Sequence[float], after: Sequence[float]) -> tuple[float, ...]:
    """The parts of positive factors in the change of their product; they add up to it."""
    was, now = _product(before), _product(after)
    between = was if was == now else (now - was) / _growth(was, now)
    return tuple(between * _growth(a, b) for a, b in zip(before, after, strict=True))


def _factors(sums: Sequence[Samples]) -> list[list[float]] | None:
    """Each replication's factors: the first sum, then each over the one before it; None if any is not above zero."""
    rows: list[list[float]] = []
    for row in zip(*sums, strict=True):
        known = [value for value in row if value is not None and value > 0]
        if len(known) < len(row):
            return None
        rows.append([known[0], *(b / a for a, b in pairwise(known))])
    return rows or None


def _growth(was: float, now: float) -> float:
    """ln(now ÷ was), exact to the last digits where both are close."""
    return log1p((now - was) / was) if was < 2 * now < 4 * was else log(now / was)


def _product(factors: Sequence[float]) -> float:
    product = 1.0
    for factor in factors:
        product *= factor
    return product


def _mean(rows: Sequence[Sequence[float]], place: int) -> float:
    return sum(row[place] for row in rows) / len(rows)
