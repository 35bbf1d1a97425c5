"""The double formulas of maths.py for one number: the same bits, ten times as fast as through arrays.

Levers ask for hundreds of single exponentials and logarithms an hour, and NumPy's overhead on a lone number would be
most of a small run; most of them they ask for again in every hour, so what was found is kept. The order of + − × ÷ is
that of maths.py; a test compares both bit for bit.
"""

from __future__ import annotations

from functools import lru_cache
from math import floor, frexp, isnan, ldexp, nan, sqrt

from dacu.behaviour import counts, maths
from dacu.behaviour.floats import DOUBLE

_C = DOUBLE
_LOW, _HIGH, _PER_LN2 = float(_C.exp_low), float(_C.exp_high), float(_C.per_ln2)
_LN2_HIGH, _LN2_LOW, _MAGIC = float(_C.ln2_high), float(_C.ln2_low), float(_C.magic)
_TINY, _HUGE, _BELOW_ONE = float(_C.tiny), float(_C.huge), float(_C.below_one)
_ROOT_HALF = sqrt(0.5)
_EXP = tuple(float(c) for c in _C.exp_series)
_LOG = tuple(float(c) for c in _C.log_series)
_LAW = maths._DOUBLE
_TAIL, _END = tuple(float(c) for c in _LAW.tail), float(_LAW.end)
_KEPT = 4096  # results of each function


def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    y = x * coefficients[0] + coefficients[1]
    for coefficient in coefficients[2:]:
        y = y * x + coefficient
    return y


def _reduce(x: float) -> tuple[int, float]:
    x = min(max(x, _LOW), _HIGH)
    turns = x * _PER_LN2 + _MAGIC - _MAGIC
    return int(turns), x - turns * _LN2_HIGH - turns * _LN2_LOW


@lru_cache(_KEPT)
def exp64(x: float) -> float:
    """e^x, as maths.exp64."""
    if isnan(x):
        return nan
    turns, rest = _reduce(float(x))
    return ldexp(_polynomial(rest, _EXP), turns)


def one_minus_exp64(x: float) -> float:
    """1 − e^−x, as maths.one_minus_exp64."""
    if isnan(x):
        return nan
    turns, rest = _reduce(-x)
    scale = ldexp(1.0, turns)
    return (1.0 - scale) - _polynomial(rest, _EXP[:-1]) * rest * scale


@lru_cache(_KEPT)
def log64(x: float) -> float:
    """ln x, as maths.log64."""
    if isnan(x):
        return nan
    mantissa, turns = frexp(min(max(x, _TINY), _HUGE))
    if mantissa < _ROOT_HALF:
        mantissa, turns = mantissa * 2.0, turns - 1
    excess = mantissa - 1.0
    ratio = excess / (mantissa + 1.0)
    square = ratio * ratio
    series = _polynomial(square, _LOG) * square
    return turns * _LN2_HIGH + (turns * _LN2_LOW + (excess - ratio * (excess - series)))


def logit64(p: float) -> float:
    """ln(p/(1 − p)), as maths.logit64."""
    p = min(max(p, _TINY), _BELOW_ONE)
    return log64(p / (1.0 - p))


def pow64(x: float, y: float) -> float:
    """x^y for x ≥ 0, as maths.pow64."""
    return exp64(log64(x) * y) if x > 0 else 0.0


def normal_cdf64(x: float) -> float:
    """Φ(x), as maths.normal_cdf64."""
    size = min(abs(x), _END)
    near = 4.0 / (size + 4.0)
    below = _polynomial(near, _TAIL) * near * exp64(size * size * -0.5)
    left = 1.0 if x < 0 else 0.0
    right = 1.0 - left
    return right + (left - right) * below


def normal_quantile64(u: float) -> float:
    """Φ⁻¹(u) for 0 < u < 1, as maths.normal_quantile64."""
    offset = u - 0.5
    if abs(offset) <= 0.425:
        return offset * _ratio(0.180625 - offset * offset, maths._CENTRE)
    depth = sqrt(-log64(min(u, 1.0 - u)))
    tail = _ratio(depth - 1.6, maths._SHOULDER) if depth <= 5.0 else _ratio(depth - 5.0, maths._FAR_TAIL)
    return tail if offset > 0 else -tail


def _ratio(x: float, ratio: tuple[tuple[float, ...], tuple[float, ...]]) -> float:
    return _polynomial(x, ratio[0]) / _polynomial(x, ratio[1])


def poisson(u: float, mean: float) -> int:
    """The Poisson count of one uniform, as counts.poisson."""
    least = _least_count(u, min(max(mean, 0.0), counts._EXACT_TO)) if mean < counts._SURELY_MORE else 0
    return max(least, _near_normal(u, mean)) if mean > counts._EXACT_TO else least


def _least_count(u: float, mean: float) -> int:
    target = min(u, counts._LAST)
    probability = reached = exp64(-mean)
    k = 0
    while target > reached and (k == 0 or probability > counts._NOTHING):
        k += 1
        probability *= mean / k
        reached += probability
    return k


def _near_normal(u: float, mean: float) -> int:
    z = normal_quantile64(u)
    return int(max(floor(mean + sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5), 0.0))
