"""What plausible worlds say about two plans: in how many one is better, and which coefficients turn the answer."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.estimates import LEVEL, Bounds, Samples

Coordinates = Mapping[str, NDArray[np.float64]]
"""Where each world lies in what is believed of a coefficient, by its path: quantiles between 0 and 1."""
MOST_DRIVERS = 3


class Driver(NamedTuple):
    """A coefficient that turns the answer: its rank correlation with the gain, and the wins of both halves of worlds.

    `better_low` of `low` worlds, where it lies in the lower half of what is believed, and `better_high` of `high`.
    """

    path: str
    correlation: float
    better_low: int
    low: int
    better_high: int
    high: int


class Wins(NamedTuple):
    """In how many of how many worlds the other plan is better, the share with its 95% Wilson interval.

    `drivers` turn the answer, the strongest first; of so many `coefficients` that may, they have a rank correlation of
    at least `threshold` either way.
    """

    better: int
    of: int
    share: Bounds
    drivers: tuple[Driver, ...]
    threshold: float
    coefficients: int


def wilson(hits: float, n: int) -> Bounds:
    """A share with its 95% interval (Wilson 1927, JASA 22, 209)."""
    z = _normal_quantile(0.5 + LEVEL / 2)
    share, weight = hits / n, z * z / n
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / n + weight / (4 * n))
    return Bounds(share, max(0.0, centre - half), min(1.0, centre + half))


def threshold(coefficients: int, worlds: int) -> float:
    """The rank correlation that none of so many idle coefficients reaches in 95 of 100 studies.

    Without an effect a rank correlation has variance 1/(n − 1) and is about normal; the level is shared among all
    coefficients (Bonferroni).
    """
    return _normal_quantile(1 - (1 - LEVEL) / (2 * coefficients)) / sqrt(worlds - 1)


def wins(base: Samples, other: Samples, better: int, coordinates: Coordinates) -> Wins | None:
    """Compare two plans world by world. None for a KPI without a better side, or below two worlds that define both."""
    known = [place for place, pair in enumerate(zip(base, other, strict=True)) if None not in pair]
    if not better or len(known) < 2:
        return None
    gains = np.array([better * (_defined(other, place) - _defined(base, place)) for place in known])
    least = threshold(len(coordinates), len(known))
    count = int((gains > 0).sum())
    undecided = 0 < count < len(known)
    drivers = _drivers(gains, {path: where[known] for path, where in coordinates.items()}, least) if undecided else ()
    return Wins(count, len(known), wilson(count, len(known)), drivers, least, len(coordinates))


def _defined(samples: Samples, place: int) -> float:
    value = samples[place]
    return 0.0 if value is None else value


def _drivers(gains: NDArray[np.float64], coordinates: Coordinates, least: float) -> tuple[Driver, ...]:
    ranks = _ranks(gains)
    found = [_driver(path, where, gains, _correlation(_ranks(where), ranks)) for path, where in coordinates.items()]
    turning = sorted((one for one in found if abs(one.correlation) >= least), key=lambda one: -abs(one.correlation))
    return tuple(turning[:MOST_DRIVERS])


def _driver(path: str, where: NDArray[np.float64], gains: NDArray[np.float64], correlation: float) -> Driver:
    low, better = where < 0.5, gains > 0
    return Driver(
        path, correlation, int((better & low).sum()), int(low.sum()), int((better & ~low).sum()), int((~low).sum())
    )


def _ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Twice the rank of each value, from below and from above, so that ties are whole numbers and the mean is zero."""
    ordered = np.sort(values)
    below, above = np.searchsorted(ordered, values, side="left"), np.searchsorted(ordered, values, side="right")
    twice: NDArray[np.int64] = (below + above - len(values)).astype(np.int64)
    return twice


def _correlation(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Spearman's rank correlation from whole sums, the same on every machine; 0 where nothing varies."""
    scale = int((a * a).sum()) * int((b * b).sum())
    return int((a * b).sum()) / sqrt(scale) if scale else 0.0


def _normal_quantile(share: float) -> float:
    """Of the standard normal law, rounded so that a CPU's last bit never reaches a table."""
    return round(NormalDist().inv_cdf(share), 10)
