"""Exponential, logarithm and their kin, with the same bits on every CPU.

NumPy's and libm's own differ from one CPU to the next in their last bits. These use only + − × ÷ and shifts
of the bits of a float, in a fixed order. Each formula has one body for float32 and float64, for arrays,
NumPy scalars and compiled code (`exp32.body`): operators such as `*=` work in place on an array and make a
new value of a scalar. A compiler need only supply `_as_whole` and `_as_real`.

The series are Taylor's, whose coefficients anybody can check. Arguments out of range saturate, without a
warning; NaN stays NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from math import factorial
from typing import Any, Generic, NamedTuple, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Float = TypeVar("Float", np.float32, np.float64)
Real = Any  # within a body: an array or a scalar of one precision

_TILE = 16_384  # numbers a tile, so that the passes of a formula stay in the cache


class Precision(NamedTuple):
    """The constants of one floating format, each in that format or in the integers of its size."""

    one: Real
    tiny: Real  # least normal number
    huge: Real  # greatest number
    below_one: Real  # greatest number below 1
    exp_low: Real  # e to it is just normal
    exp_high: Real  # e to it is just finite
    per_ln2: Real
    ln2_high: Real  # ln 2 in two parts: multiples of the first are exact
    ln2_low: Real
    magic: Real  # adding it rounds a real to a whole number, which then stands in the low bits
    magic_bits: Real
    exponent_at: Real  # bits below the exponent
    one_bits: Real
    root_half_bits: Real  # of √½, where the range of a reduced logarithm begins
    exp_series: tuple[Real, ...]  # 1/n!, highest power first
    log_series: tuple[Real, ...]  # 2/(2n + 1), highest power first, without n = 0


def _precision(
    real: type[Any], whole: type[Any], *, fraction_bits: int, ln2: tuple[float, float], exp: tuple[int, int],
    terms: tuple[int, int],
) -> Precision:  # fmt: skip
    info = np.finfo(real)
    magic = real(1.5 * 2.0**fraction_bits)
    bits = [number.view(whole) for number in (magic, real(1), real(0.5) ** real(0.5))]
    return Precision(
        one=real(1), tiny=info.tiny, huge=info.max, below_one=real(1) - info.epsneg,
        exp_low=real(exp[0]), exp_high=real(exp[1]), per_ln2=real(1.4426950408889634),
        ln2_high=real(ln2[0]), ln2_low=real(ln2[1]), magic=magic, magic_bits=bits[0],
        exponent_at=whole(fraction_bits), one_bits=bits[1], root_half_bits=bits[2],
        exp_series=tuple(real(1 / factorial(n)) for n in range(terms[0], -1, -1)),
        log_series=tuple(real(2 / (2 * n + 1)) for n in range(terms[1], 0, -1)),
    )  # fmt: skip


SINGLE = _precision(
    np.float32, np.int32, fraction_bits=23, ln2=(0.693359375, -2.12194440e-4), exp=(-87, 88), terms=(7, 4)
)
DOUBLE = _precision(
    np.float64, np.int64, fraction_bits=52, ln2=(6.93147180369123816490e-01, 1.90821492927058770002e-10),
    exp=(-708, 709), terms=(13, 10),
)  # fmt: skip


class Elementwise(Generic[Float]):
    """A formula: of a scalar a scalar, of an array an array (into `out` if given), tile by tile."""

    def __init__(self, body: Callable[[Real], Real], real: type[Float]) -> None:
        self.body = body
        self.real: type[Float] = real
        update_wrapper(self, body)

    @overload
    def __call__(self, x: float | Float) -> Float: ...
    @overload
    def __call__(self, x: NDArray[Float], out: NDArray[Float] | None = None) -> NDArray[Float]: ...
    def __call__(self, x: Any, out: NDArray[Float] | None = None) -> Any:
        """The formula at `x`; `out` may be `x` itself."""
        if not isinstance(x, np.ndarray):
            return self.body(self.real(x))
        result = np.empty(x.shape, dtype=self.real) if out is None else out
        numbers, results = x.reshape(-1), result.reshape(-1)
        for start in range(0, x.size, _TILE):
            tile = slice(start, start + _TILE)
            results[tile] = self.body(numbers[tile].astype(self.real, copy=False))
        return result


def single(body: Callable[[Real], Real]) -> Elementwise[np.float32]:
    """Make a body a formula over float32."""
    return Elementwise(body, np.float32)


def double(body: Callable[[Real], Real]) -> Elementwise[np.float64]:
    """Make a body a formula over float64."""
    return Elementwise(body, np.float64)


def _as_whole(x: Real) -> Real:
    """The bits of a float as an integer of its size (of an array: the same memory)."""
    return x.view(np.int32 if x.itemsize == 4 else np.int64)


def _as_real(bits: Real) -> Real:
    return bits.view(np.float32 if bits.itemsize == 4 else np.float64)


def polynomial(x: Real, coefficients: Sequence[Real]) -> Real:
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
    exponent = _as_whole(turns) << c.exponent_at
    turns -= c.magic
    rest = x - turns * c.ln2_high
    rest -= turns * c.ln2_low
    return exponent, rest


def exp(x: Real, c: Precision) -> Real:
    """The body of the exponential, for the bodies of others."""
    exponent, rest = _reduce(x, c)
    bits = _as_whole(polynomial(rest, c.exp_series))
    bits += exponent
    return _as_real(bits)


def _one_minus_exp(x: Real, c: Precision) -> Real:
    """With e^rest = 1 + r and s = 2^k: 1 − s(1 + r) = (1 − s) − s·r, exact where s = 1."""
    exponent, rest = _reduce(-x, c)
    scale = _as_real(exponent + c.one_bits)
    change = polynomial(rest, c.exp_series[:-1])
    change *= rest
    change *= scale
    return (c.one - scale) - change


def log(x: Real, c: Precision) -> Real:
    """The body of the logarithm.

    ln(2^k·m) = k·ln 2 + ln m, and with f = m − 1, s = f/(2 + f): ln m = f − s·(f − 2s²/3 − 2s⁴/5 − …), which
    is accurate near 1.
    """
    x = np.minimum(np.maximum(x, c.tiny), c.huge)
    bits = _as_whole(x)
    turns = (bits - c.root_half_bits) >> c.exponent_at
    mantissa = _as_real(bits - (turns << c.exponent_at))
    excess = mantissa - c.one
    ratio = excess / (mantissa + c.one)
    square = ratio * ratio
    series = polynomial(square, c.log_series)
    series *= square
    whole = _as_real(turns + c.magic_bits) - c.magic
    low = whole * c.ln2_low + (x - x)  # 0, or NaN where x is
    return whole * c.ln2_high + (low + (excess - ratio * (excess - series)))


@single
def exp32(x: Real) -> Real:
    """e^x: relative error below 1e-7; x outside [−87, 88] counts as the nearer end."""
    return exp(x, SINGLE)


@single
def log32(x: Real) -> Real:
    """ln x: relative error below 1.2e-7; x below 1.2e-38, or not positive, gives −87.3."""
    return log(x, SINGLE)


@single
def sigmoid32(x: Real) -> Real:
    """1/(1 + e^−x), a utility's probability: relative error below 2e-7; never 0, and 1 from x = 17."""
    return SINGLE.one / (exp(-x, SINGLE) + SINGLE.one)


@single
def logit32(p: Real) -> Real:
    """ln(p/(1 − p)), the utility of a probability: error below 2e-7·max(1, |logit|); from −87.3 to 16.6."""
    p = np.minimum(np.maximum(p, SINGLE.tiny), SINGLE.below_one)
    return log(p / (SINGLE.one - p), SINGLE)


@single
def one_minus_exp32(x: Real) -> Real:
    """1 − e^−x, a hazard's chance (complementary log-log): relative error below 2e-7 however small x is."""
    return _one_minus_exp(x, SINGLE)


@double
def exp64(x: Real) -> Real:
    """e^x: relative error below 2.3e-16; x outside [−708, 709] counts as the nearer end."""
    return exp(x, DOUBLE)


@double
def log64(x: Real) -> Real:
    """ln x: relative error below 2.3e-16; x below 2.2e-308, or not positive, gives −708.4."""
    return log(x, DOUBLE)


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
