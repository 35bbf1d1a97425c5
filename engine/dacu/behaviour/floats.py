"""Floating formats and formulas over them: what lets one body serve float32 and float64, arrays and scalars.

Operators such as `*=` work in place on an array and make a new value of a scalar, so a body written with them runs
over both, and compiled (`exp32.body`) too; a compiler need only supply `as_whole`, `as_real` and scalar constants.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from math import factorial
from typing import Any, Generic, NamedTuple, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Float = TypeVar("Float", np.float32, np.float64)
Real = Any  # within a body: an array or a scalar of one precision

_TILE = 16_384  # numbers a tile, so that the passes of a formula stay in the cache


class Precision(NamedTuple):
    """The constants of one floating format, each in that format or in the integers of its size.

    They are arrays without an axis, which NumPy takes faster than its scalars; of a scalar they make a scalar.
    """

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
    bits = [number.view(whole) for number in (magic, real(1), np.sqrt(real(0.5)))]
    scalars = Precision(
        one=real(1), tiny=info.tiny, huge=info.max, below_one=real(1) - info.epsneg,
        exp_low=real(exp[0]), exp_high=real(exp[1]), per_ln2=real(1.4426950408889634),
        ln2_high=real(ln2[0]), ln2_low=real(ln2[1]), magic=magic, magic_bits=bits[0],
        exponent_at=whole(fraction_bits), one_bits=bits[1], root_half_bits=bits[2],
        exp_series=tuple(real(1 / factorial(n)) for n in range(terms[0], -1, -1)),
        log_series=tuple(real(2 / (2 * n + 1)) for n in range(terms[1], 0, -1)),
    )  # fmt: skip
    return Precision(*(as_constants(number) for number in scalars))


def as_constants(scalar: Any) -> Any:
    """A scalar, or each of a tuple of them, as an array without an axis."""
    return tuple(map(np.array, scalar)) if isinstance(scalar, tuple) else np.array(scalar)


SINGLE = _precision(
    np.float32, np.int32, fraction_bits=23, ln2=(0.693359375, -2.12194440e-4), exp=(-87, 88), terms=(7, 4)
)
DOUBLE = _precision(
    np.float64, np.int64, fraction_bits=52, ln2=(6.93147180369123816490e-01, 1.90821492927058770002e-10),
    exp=(-708, 709), terms=(13, 10),
)  # fmt: skip


class Elementwise(Generic[Float]):
    """A formula: of a scalar a scalar, of an array an array, tile by tile."""

    def __init__(self, body: Callable[[Real], Real], real: type[Float]) -> None:
        self.body = body
        self.compiled: Callable[[NDArray[Float], NDArray[Float]], None] | None = None
        """The same formula in one pass from a flat array into another, where compiled.py was asked for it."""
        self.real: type[Float] = real
        update_wrapper(self, body)

    @overload
    def __call__(self, x: float | Float) -> Float: ...
    @overload
    def __call__(self, x: NDArray[Float]) -> NDArray[Float]: ...
    def __call__(self, x: Any) -> Any:
        """The formula at `x`."""
        if not isinstance(x, np.ndarray):
            return self.body(self.real(x))
        if self.compiled is None and x.size <= _TILE:
            return self.body(x.astype(self.real, copy=False))
        result = np.empty(x.shape, dtype=self.real)
        numbers, results = x.reshape(-1), result.reshape(-1)
        if self.compiled is not None:
            self.compiled(np.ascontiguousarray(numbers, self.real), results)
            return result
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


def as_single(x: Real) -> Real:
    """Rounded to float32."""
    return x.astype(np.float32)


def as_double(x: Real) -> Real:
    """The same number as float64."""
    return x.astype(np.float64)


def as_whole(x: Real) -> Real:
    """The bits of a float as an integer of its size (of an array: the same memory)."""
    return x.view(np.int32 if x.itemsize == 4 else np.int64)


def as_real(bits: Real, like: Real) -> Real:
    """The float of such bits, of the format of `like`."""
    return bits.view(like.dtype)
