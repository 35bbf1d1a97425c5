"""Values from one uniform each: quantiles (inverse CDFs) of the laws that people are drawn from.

All rise with the uniform. Gamma and beta have no closed form: their CDFs are summed once a shape, from
series of positive terms, at points 2% apart, and inverted between these: values within 0.3%, moments within
1% (0.1% for shapes up to 5).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.maths import exp64, log64, normal_quantile64, pow64

Reals: TypeAlias = NDArray[np.float64]

_STEP = 0.02  # ln distance of the points of a table
_LEAST = 1e-8  # first point; below it a CDF is its leading power


class _Table(NamedTuple):
    """A CDF at rising points, from F(least) on; below them it is proportional to value^power."""

    reached: Reals
    value: Reals
    power: float


def lognormal(u: Reals, median: float, sigma: float) -> Reals:
    """e^(ln median + sigma·z)."""
    return median * exp64(sigma * normal_quantile64(u))


def exponential(u: Reals) -> Reals:
    """−ln(1 − u), mean 1."""
    return -log64(1.0 - u)


def weibull(u: Reals, shape: float, scale: float) -> Reals:
    """scale·(−ln(1 − u))^(1/shape)."""
    return scale * pow64(exponential(u), 1.0 / shape)


def gamma(shape: float, u: Reals) -> Reals:
    """Gamma with scale 1, so mean and variance are `shape`, which lies in [0.01, 100].

    Gamma values of shapes a₁, a₂, … divided by their sum are a Dirichlet draw.
    """
    return _look_up(_gamma_table(shape), u)


def beta(a: float, b: float, u: Reals) -> Reals:
    """Beta on (0, 1) with mean a/(a + b); a and b lie in [0.05, 50]."""
    lower, upper, below_half = _beta_tables(a, b)
    low = u < below_half
    value = np.empty_like(u)
    value[low] = _look_up(lower, u[low])
    value[~low] = 1.0 - _look_up(upper, 1.0 - u[~low])
    return value


def race(u: Reals, weight: Reals) -> Reals:
    """−ln(u)/weight: of several alternatives the least wins, each with a chance proportional to its weight.

    Key the uniforms by the alternatives' own ids: then one more or less changes only the choices it wins.
    Weights have a shape that spreads to that of `u`; a weight of 0 never wins, as its score is infinite.
    """
    score = -log64(u)
    return np.divide(score, weight, out=np.full_like(score, np.inf), where=weight > 0)


def _look_up(table: _Table, u: Reals) -> Reals:
    last = table.reached.size - 1
    after = np.minimum(np.searchsorted(table.reached, u), last)
    before = np.maximum(after, 1) - 1
    reached, value = table.reached[before], table.value[before]
    share = (u - reached) / (table.reached[before + 1] - reached)
    found: Reals = value + np.minimum(share, 1.0) * (table.value[before + 1] - value)
    tiny = after == 0
    found[tiny] = table.value[0] * pow64(u[tiny] / table.reached[0], 1.0 / table.power)
    return found


def _points(end: float) -> Reals:
    count = int(log64(end / _LEAST) / _STEP) + 2
    points = _LEAST * exp64(_STEP * np.arange(count, dtype=np.float64))
    return points[points < end]


@lru_cache(maxsize=1024)
def _gamma_table(shape: float) -> _Table:
    """∫₀ˣ t^(a−1)·e^(−t) dt = x^a·e^(−x)·Σ xⁿ/(a(a + 1)…(a + n)), over its value far out."""
    end = 2.0 * shape + 60.0
    x = np.append(_points(end), end)
    term = np.full_like(x, 1.0 / shape)
    total = term.copy()
    n = 0
    while term[-1] > 2.0**-60 * total[-1]:
        n += 1
        term *= x / (shape + n)
        total += term
    mass = exp64(shape * log64(x) - x) * total
    return _rising(mass / mass[-1], x, shape)


@lru_cache(maxsize=1024)
def _beta_tables(a: float, b: float) -> tuple[_Table, _Table, float]:
    """Tables of the halves of a beta law, the upper one seen from 1, and the chance of the lower."""
    x = np.append(_points(0.5), 0.5)
    lower, upper = _beta_mass(a, b, x), _beta_mass(b, a, x)
    whole = lower[-1] + upper[-1]
    return _rising(lower / whole, x, a), _rising(upper / whole, x, b), float(lower[-1] / whole)


def _beta_mass(a: float, b: float, x: Reals) -> Reals:
    """∫₀ˣ t^(a−1)·(1 − t)^(b−1) dt = x^a·(1 − x)^b·Σ (a + b)…(a + b + n − 1)/(a…(a + n))·xⁿ for x ≤ ½."""
    term = np.full_like(x, 1.0 / a)
    total = term.copy()
    n = 0
    while term[-1] > 2.0**-60 * total[-1]:
        term *= x * ((a + b + n) / (a + n + 1))
        total += term
        n += 1
    return exp64(a * log64(x) + b * log64(1.0 - x)) * total


def _rising(reached: Reals, value: Reals, power: float) -> _Table:
    """Only the points at which the CDF still rises."""
    rises = np.append(True, reached[1:] > np.maximum.accumulate(reached)[:-1])
    return _Table(reached[rises], value[rises], power)
