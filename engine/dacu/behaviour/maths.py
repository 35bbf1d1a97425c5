"""Transcendental functions with the same bits on every CPU.

NumPy's and libm's own differ from one CPU to the next in their last bits. These use only + − × ÷, square roots and
shifts of the bits of a float, in a fixed order. The series of exponential and logarithm are Taylor's, whose
coefficients anybody can check. Arguments out of range saturate, without a warning; NaN stays NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.floats import DOUBLE, SINGLE, Precision, Real, as_constants, as_real, as_whole, double, single
from dacu.kernels import kernel

# Φ(−a)·e^(a²/2)/t is smooth in t = 1/(1 + a/4); these are its Chebyshev fits as polynomials of t, highest
# power first, of relative error 8e-9 for a ≤ 12.9 and 4e-15 for a ≤ 37.5.
_TAIL_32 = (
    0.016029027579267975, -0.059664844776769754, 0.043928622861489436, 0.03930565078738267,
    0.003121604966560561, 0.09214854653880541, 0.0699618325045962, 0.09598733524361097,
    0.09943085111474405, 0.09975137696050457,
)  # fmt: skip
_TAIL_64 = (
    0.0016328614536489047, -0.01772553081593398, 0.08706779898221316, -0.2539106508637505, 0.48439198489897,
    -0.6283999857791726, 0.5615488931758437, -0.34826796261480053, 0.14904214063766652, -0.030214757709665602,
    -0.013350677599207033, 0.003469501636303696, -0.007816389764293979, 0.008656083923915498,
    0.02307256448336261, 0.043298057702936106, 0.06349717726155582, 0.08103568277970591,
    0.0935020670147277, 0.09973557111102836, 0.09973557008494614,
)  # fmt: skip

# Algorithm AS 241 (Wichura 1988, Applied Statistics 37(3), 477–484): numerators and denominators.
_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_SHOULDER = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
_FAR_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def _polynomial(x: Real, coefficients: Sequence[Real]) -> Real:
    """Horner's rule, highest power first."""
    y = x * coefficients[0]
    y += coefficients[1]
    for coefficient in coefficients[2:]:
        y *= x
        y += coefficient
    return y


def _reduce(x: Real, c: Precision) -> tuple[Real, Real]:
    """x = k·ln 2 + rest with |rest| ≤ ½ ln 2: (k where an exponent stands, rest)."""
    x = np.minimum(np.maximum(x, c.exp_low), c.exp_high)
    turns = x * c.per_ln2
    turns += c.magic
    exponent = as_whole(turns) << c.exponent_at
    turns -= c.magic
    rest = x - turns * c.ln2_high
    rest -= turns * c.ln2_low
    return exponent, rest


def _exp(x: Real, c: Precision) -> Real:
    exponent, rest = _reduce(x, c)
    bits = as_whole(_polynomial(rest, c.exp_series))
    bits += exponent
    return as_real(bits, c.one)


def _one_minus_exp(x: Real, c: Precision) -> Real:
    """With e^rest = 1 + r and s = 2^k: 1 − s(1 + r) = (1 − s) − s·r, exact where s = 1."""
    exponent, rest = _reduce(-x, c)
    scale = as_real(exponent + c.one_bits, c.one)
    change = _polynomial(rest, c.exp_series[:-1])
    change *= rest
    change *= scale
    return (c.one - scale) - change


def _log(x: Real, c: Precision) -> Real:
    """ln(2^k·m) = k·ln 2 + ln m, and with f = m − 1, s = f/(2 + f): ln m = f − s·(f − 2s²/3 − 2s⁴/5 − …).

    This is accurate near 1, as f is exact there.
    """
    x = np.minimum(np.maximum(x, c.tiny), c.huge)
    bits = as_whole(x)
    turns = (bits - c.root_half_bits) >> c.exponent_at
    mantissa = as_real(bits - (turns << c.exponent_at), c.one)
    excess = mantissa - c.one
    ratio = excess / (mantissa + c.one)
    square = ratio * ratio
    series = _polynomial(square, c.log_series)
    series *= square
    whole = as_real(turns + c.magic_bits, c.one) - c.magic
    low = whole * c.ln2_low + (x - x)  # 0, or NaN where x is
    return whole * c.ln2_high + (low + (excess - ratio * (excess - series)))


def _logit(p: Real, c: Precision) -> Real:
    p = np.minimum(np.maximum(p, c.tiny), c.below_one)
    return _log(p / (c.one - p), c)


@single
def exp32(x: Real) -> Real:
    """e^x: relative error below 1e-7; x outside [−87, 88] counts as the nearer end."""
    return _exp(x, SINGLE)


@single
def log32(x: Real) -> Real:
    """ln x: relative error below 1.2e-7; x below 1.2e-38, or not positive, gives −87.3."""
    return _log(x, SINGLE)


@single
def sigmoid32(x: Real) -> Real:
    """1/(1 + e^−x), a utility's probability: relative error below 2e-7; never 0, and 1 from x = 17."""
    return SINGLE.one / (_exp(-x, SINGLE) + SINGLE.one)


@single
def logit32(p: Real) -> Real:
    """ln(p/(1 − p)), the utility of a probability: error below 2e-7·max(1, |logit|); from −87.3 to 16.6."""
    return _logit(p, SINGLE)


@single
def one_minus_exp32(x: Real) -> Real:
    """1 − e^−x, a hazard's chance (complementary log-log): relative error below 2e-7 however small x is."""
    return _one_minus_exp(x, SINGLE)


@double
def exp64(x: Real) -> Real:
    """e^x: relative error below 2.3e-16; x outside [−708, 709] counts as the nearer end."""
    return _exp(x, DOUBLE)


@double
def log64(x: Real) -> Real:
    """ln x: relative error below 2.3e-16; x below 2.2e-308, or not positive, gives −708.4."""
    return _log(x, DOUBLE)


@double
def logit64(p: Real) -> Real:
    """ln(p/(1 − p)): error below 4e-16·max(1, |logit|); from −708.4 to 36.7."""
    return _logit(p, DOUBLE)


@double
def one_minus_exp64(x: Real) -> Real:
    """1 − e^−x: relative error below 4e-16 however small x is."""
    return _one_minus_exp(x, DOUBLE)


@overload
def pow64(x: float, y: float) -> np.float64: ...
@overload
def pow64(x: NDArray[np.float64], y: float | NDArray[np.float64]) -> NDArray[np.float64]: ...
@overload
def pow64(x: float, y: NDArray[np.float64]) -> NDArray[np.float64]: ...
def pow64(x: Any, y: Any) -> Any:
    """x^y for x ≥ 0: relative error below 4e-16·(1 + |y·ln x|). 0^y is 0 for every y."""
    return exp64(log64(x) * y) * (x > 0)


class _Law(NamedTuple):
    """The constants of the normal law in one precision."""

    precision: Precision
    minus_half: Real
    four: Real
    end: Real  # beyond it the lower tail is not a normal number
    tail: tuple[Real, ...]


def _law(precision: Precision, real: type[Any], end: float, tail: Sequence[float]) -> _Law:
    numbers = (real(-0.5), real(4), real(end), tuple(map(real, tail)))
    return _Law(precision, *(as_constants(number) for number in numbers))


_SINGLE = _law(SINGLE, np.float32, 12.9, _TAIL_32)
_DOUBLE = _law(DOUBLE, np.float64, 37.5, _TAIL_64)


def _normal_cdf(x: Real, law: _Law) -> Real:
    one = law.precision.one
    size = np.minimum(np.abs(x), law.end)
    near = law.four / (size + law.four)
    below = _polynomial(near, law.tail)
    below *= near
    below *= _exp(size * size * law.minus_half, law.precision)
    left = one * (x < 0)
    right = one - left
    return right + (left - right) * below


@single
def normal_cdf32(x: Real) -> Real:
    """Φ(x): relative error below 5e-7·(1 + x²/2); x beyond ±12.9 counts as ±12.9."""
    return _normal_cdf(x, _SINGLE)


@double
def normal_cdf64(x: Real) -> Real:
    """Φ(x): relative error below 6e-15 + 3e-16·x²; x beyond ±37.5 counts as ±37.5."""
    return _normal_cdf(x, _DOUBLE)


@overload
def normal_quantile64(u: float) -> np.float64: ...
@overload
def normal_quantile64(u: NDArray[np.float64]) -> NDArray[np.float64]: ...
def normal_quantile64(u: Any) -> Any:
    """Φ⁻¹(u) for 0 < u < 1: relative error below 1e-15; rises with u; u and 1 − u give opposite numbers."""
    if not isinstance(u, np.ndarray):
        return normal_quantiles(np.array([u], dtype=np.float64))[0]
    return normal_quantiles(u)


@kernel
def normal_quantiles(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """normal_quantile64 of many."""
    offset = u - 0.5
    z = offset * _ratio(0.180625 - offset * offset, _CENTRE)
    outer = np.abs(offset) > 0.425
    side = offset[outer]
    depth = np.sqrt(-log64(np.minimum(u[outer], 1.0 - u[outer])))
    tail = _ratio(depth - 1.6, _SHOULDER)
    far = depth > 5.0
    if far.any():
        tail[far] = _ratio(depth[far] - 5.0, _FAR_TAIL)
    z[outer] = np.copysign(tail, side)
    found: NDArray[np.float64] = z
    return found


def _ratio(x: NDArray[np.float64], ratio: tuple[Sequence[float], Sequence[float]]) -> Any:
    return _polynomial(x, ratio[0]) / _polynomial(x, ratio[1])
