"""Twin of the kernel of behaviour/counts.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import counts, maths
from dacu.behaviour.compiled import compile_scalar, scalar
from dacu.sim.fast.maths import normal_quantile

LAST, NOTHING = counts._LAST, counts._NOTHING
EXACT_TO, SURELY_MORE = counts._EXACT_TO, counts._SURELY_MORE
exp64 = scalar(maths.exp64)


def poisson_counts(u: Any, mean: Any) -> Any:
    """See counts.poisson_counts."""
    found = np.empty(len(u), np.int64)
    for row in range(len(u)):
        found[row] = poisson_count(u[row], mean[row])
    return found


@compile_scalar
def poisson_count(u: Any, mean: Any) -> Any:
    """See counts.poisson."""
    expected = max(mean, 0.0)
    count = least_count(u, min(expected, EXACT_TO)) if expected < SURELY_MORE else 0
    return max(count, near_normal(u, expected)) if expected > EXACT_TO else count


@compile_scalar
def least_count(u: Any, mean: Any) -> Any:
    """See counts.least_count."""
    target, probability = min(u, LAST), exp64(-mean)
    reached, k = probability, np.int64(0)
    while target > reached and (k == 0 or probability > NOTHING):
        k += 1
        probability *= mean / k
        reached += probability
    return k


@compile_scalar
def near_normal(u: Any, mean: Any) -> Any:
    """See counts._near_normal."""
    z = normal_quantile(u)
    value = np.floor(mean + np.sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5)
    return np.int64(max(value, 0.0))
