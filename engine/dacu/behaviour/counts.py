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

from dacu.behaviour.maths import exp64, normal_quantile64
from dacu.kernels import kernel

Counts: TypeAlias = NDArray[np.int64]
Reals: TypeAlias = NDArray[np.float64]

_EXACT_TO = 30.0
_SURELY_MORE = 120.0  # from this mean on the normal quantile is above the count of mean 30 for every uniform
_NOTHING = 2.0**-60  # a probability too small to move a sum that a uniform is compared with
_LAST = 1.0 - 2.0**-40  # the highest uniform told apart: beyond it the rounding of a sum would decide


def poisson(uniform: ArrayLike, mean: ArrayLike) -> Counts:
    """Poisson counts; a mean below 0 counts as 0."""
    return poisson_counts(*_columns(uniform, mean))


def _columns(uniform: ArrayLike, mean: ArrayLike) -> tuple[Reals, Reals]:
    u, means = (np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in (uniform, mean))
    if len(u) != len(means):
        u, means = np.broadcast_arrays(u, means)
    return np.ascontiguousarray(u), np.ascontiguousarray(means)


@kernel
def poisson_counts(u: Reals, mean: Reals) -> Counts:
    """See poisson; both of one length."""
    means = np.maximum(mean, 0.0)
    large = np.flatnonzero(means > _EXACT_TO)
    if not len(large):
        return least_count(u, means)
    counts = np.zeros(u.size, np.int64)
    near_enough = means < _SURELY_MORE
    counts[near_enough] = least_count(u[near_enough], np.minimum(means[near_enough], _EXACT_TO))
    counts[large] = np.maximum(counts[large], _near_normal(u[large], means[large]))
    return counts


def least_count(u: Reals, mean: Reals) -> Counts:
    """The least k whose CDF reaches u, where P(k) = P(k − 1)·mean/k."""
    u, probability = np.minimum(u, _LAST), exp64(-mean)
    reached = probability.copy()
    further = u > reached
    counts = np.zeros(u.size, dtype=np.int64)
    k = 0
    while further.any():
        k += 1
        counts += further
        probability *= mean / k
        reached += probability
        further &= (u > reached) & (probability > _NOTHING)
    return counts


def _near_normal(u: Reals, mean: Reals) -> Counts:
    """The quantile of a nearly normal count, with the skewness of a Poisson."""
    z = normal_quantile64(u)
    value: Reals = np.floor(mean + np.sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5)
    return np.maximum(value, 0.0).astype(np.int64)
