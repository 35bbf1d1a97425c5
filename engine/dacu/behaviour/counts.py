"""Counts from one uniform each: inverse CDFs, which rise with the uniform and with the mean.

So a higher mean gives nobody less than before, and two plans differ only where their means do. Arguments
are arrays of one length or single numbers; the result has that length. Means up to 30 are inverted exactly;
above, the normal quantile with its skewness term takes over (Cornish & Fisher 1938), never below the count
of mean 30.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dacu.behaviour.maths import exp64, log64, normal_quantile64

Counts: TypeAlias = NDArray[np.int64]
Reals: TypeAlias = NDArray[np.float64]

_EXACT_TO = 30.0
_SURELY_MORE = 120.0  # from this mean on the normal quantile is above the count of mean 30 for every uniform
_NOTHING = 2.0**-60  # a probability too small to move a sum that a uniform is compared with
_LAST = 1.0 - 2.0**-40  # the highest uniform told apart: beyond it the rounding of a sum would decide


def poisson(uniform: ArrayLike, mean: ArrayLike) -> Counts:
    """Poisson counts; a mean below 0 counts as 0."""
    u, means = _columns(uniform, mean)
    means = np.maximum(means, 0.0)
    exact = np.minimum(means, _EXACT_TO)
    counts = np.zeros(u.size, np.int64)
    near_enough = means < _SURELY_MORE
    few = exact[near_enough]
    counts[near_enough] = _invert(u[near_enough], exp64(-few), few, np.zeros_like(few))
    large = means > _EXACT_TO
    near = _near_normal(u[large], means[large], means[large], np.float64(1))
    counts[large] = np.maximum(counts[large], near)
    return counts


def binomial(uniform: ArrayLike, trials: ArrayLike, chance: ArrayLike) -> Counts:
    """Counts 0…trials, each trial with `chance`; a chance outside [0, 1] counts as the nearer end.

    Within 10⁻⁹ of either end of the uniform, a higher chance can give one less where means pass 30 near a
    half.
    """
    u, n, p = _columns(uniform, trials, chance)
    p = np.minimum(np.maximum(p, 0.0), 1.0)
    likely = p > 0.5
    counts = _binomial_below_half(np.where(likely, 1.0 - u, u), n, np.where(likely, 1.0 - p, p))
    return np.where(likely, n.astype(np.int64) - counts, counts)


def _binomial_below_half(u: Reals, n: Reals, p: Reals) -> Counts:
    exact = np.minimum(p, _EXACT_TO / np.maximum(n, 1.0))
    odds = exact / (1.0 - exact)
    counts = _invert(u, exp64(n * log64(1.0 - exact)), n * odds, odds)
    large = exact < p
    mean, rest = n[large] * p[large], 1.0 - p[large]
    near = _near_normal(u[large], mean, mean * rest, rest - p[large])
    counts[large] = np.minimum(np.maximum(counts[large], near), n[large].astype(np.int64))
    return counts


def _columns(*values: ArrayLike) -> list[Reals]:
    columns = [np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in values]
    return [np.ascontiguousarray(column) for column in np.broadcast_arrays(*columns)]


def _invert(u: Reals, at_zero: Reals, scale: Reals, slope: Reals) -> Counts:
    """The least k whose CDF reaches u, where P(k) = P(k − 1)·(scale − slope·(k − 1))/k (Panjer 1981)."""
    u = np.minimum(u, _LAST)
    counts = np.zeros(u.size, dtype=np.int64)
    active = np.flatnonzero(u > at_zero)
    probability, u, scale, slope = at_zero[active], u[active], scale[active], slope[active]
    reached = probability.copy()
    k = 0
    while active.size:
        probability *= (scale - slope * k) / (k + 1)
        reached += probability
        k += 1
        counts[active] = k
        further = (u > reached) & (probability > _NOTHING)
        active, u, scale, slope = active[further], u[further], scale[further], slope[further]
        probability, reached = probability[further], reached[further]
    return counts


def _near_normal(u: Reals, mean: Reals, variance: Reals, skew: Reals | np.float64) -> Counts:
    """The quantile of a nearly normal count of which `skew` is the third moment over the variance."""
    z = normal_quantile64(u)
    value = mean + np.sqrt(variance) * z + skew * (z * z - 1.0) / 6.0
    return np.maximum(np.floor(value + 0.5), 0.0).astype(np.int64)
