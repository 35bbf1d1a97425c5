"""What a cell returns at each spend: a concave curve through simulated points.

The curve is the exact least-squares fit among all concave, piecewise linear ones with breakpoints at the
simulated spends (Hildreth 1954, JASA 49). Every such curve whose slope nowhere falls below s₀ is

    g(x) = level + s₀·x + Σ_j u_j · min(x, x_j),   u_j ≥ 0,

so the fit is one nonnegative least-squares problem, solved exactly and in finitely many steps (Lawson &
Hanson 1974). Pooling adjacent slopes, the usual short cut, treats the slopes as if they were measured
independently; two neighbours share a point, so an error there raises one and lowers the other, and the pooled
fit is not the best one. The level is free, and the point of the current plan counts like any other: with
paired seeds it is the common error of all gains, and only differences of a curve ever matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.plan.curves import Points

Floats: TypeAlias = NDArray[np.float64]


class Probe(NamedTuple):
    """A simulated spend of one cell (fen), and what it gained over the plan it departs from, seed by seed."""

    spend: float
    gains: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean gain, in units of the objective."""
        return float(np.mean(self.gains))

    @property
    def standard_error(self) -> float:
        """The standard error of the mean gain; needs two seeds or more."""
        return float(np.std(self.gains, ddof=1) / np.sqrt(len(self.gains)))


SURELY = 0.001
"""The p-value below which a curve is believed to be convex somewhere."""


@dataclass(frozen=True)
class Fitted(Points):
    """The nearest concave curve, and how near it is.

    It ends with its first and last spend, for nothing was simulated beyond. `fit_error` is the root of the mean squared
    distance to the probes; `convexity` is the chance (p-value) of bends as convex as the probes show, were the truth
    concave: a small one says that the curve is really S-shaped.
    """

    probes: tuple[Probe, ...] = ()
    fit_error: float = 0.0
    convexity: float = 1.0


def fit(probes: Sequence[Probe], least_slope: float = 0.0) -> Fitted:
    """The concave curve nearest to the probes (weights: seeds), nowhere falling faster than `least_slope` a fen.

    Where the probes are surely not concave (SURELY), straight lines through their means: the curve is S-shaped.
    """
    probes = sorted(probes)
    spends = np.array([probe.spend for probe in probes])
    gains = np.array([probe.mean for probe in probes])
    weights = np.array([float(len(probe.gains)) for probe in probes])
    doubt = convexity(probes)
    if doubt < SURELY:
        return Fitted(tuple(spends.tolist()), tuple(gains.tolist()), tuple(probes), 0.0, doubt)
    values = _nearest_concave(spends, gains - least_slope * spends, weights) + least_slope * spends
    error = float(np.sqrt(np.average((values - gains) ** 2, weights=weights)))
    return Fitted(tuple(spends.tolist()), tuple(values.tolist()), tuple(probes), error, doubt)


def through(probes: Sequence[Probe]) -> Points:
    """Straight lines through the means of the probes, whatever their shape."""
    probes = sorted(probes)
    return Points(tuple(float(probe.spend) for probe in probes), tuple(probe.mean for probe in probes))


def _nearest_concave(spends: Floats, gains: Floats, weights: Floats) -> Floats:
    """The values at the spends of the nearest concave, nondecreasing curve; hinges and gains are scaled to
    one.
    """
    from scipy.optimize import nnls

    centre = np.average(gains, weights=weights)
    height = float(np.max(np.abs(gains - centre)))
    if height == 0.0:
        return np.full_like(gains, centre)
    hinges = np.minimum(spends[:, None], spends[None, 1:]) - spends[0]
    hinges = hinges / hinges[-1, -1]
    hinges -= np.average(hinges, axis=0, weights=weights)
    root = np.sqrt(weights)
    bends, _ = nnls(hinges * root[:, None], (gains - centre) / height * root)
    rises: Floats = height * np.sum(hinges * bends, axis=1)
    return centre + rises


def convexity(probes: Sequence[Probe]) -> float:
    """The p-value of the most convex bend between three neighbouring probes (paired t over seeds,
    Bonferroni).
    """
    from scipy.stats import t

    seeds = len(probes[0].gains)
    if len(probes) < 3 or seeds < 2:
        return 1.0
    gains = np.array([probe.gains for probe in probes])
    slopes = np.diff(gains, axis=0) / np.diff([probe.spend for probe in probes])[:, None]
    bends = np.diff(slopes, axis=0)
    mean = bends.mean(axis=1)
    error = bends.std(axis=1, ddof=1) / np.sqrt(seeds)
    rounding = 1e-9 * float(np.max(np.abs(slopes))) + 1e-300
    worst = float(np.max((mean - rounding) / np.maximum(error, rounding)))
    return min(1.0, len(bends) * float(t.sf(worst, seeds - 1)))
