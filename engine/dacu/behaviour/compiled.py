"""The formulas of maths.py and the hash of draws.py compiled by Numba: one pass over memory, the same bits.

The bodies are those of maths.py as they stand, over scalars instead of arrays; only how a float's bits are read is
written anew. Numba contracts no product with a sum, so every operation rounds as NumPy's does (a test compares both).
Compilation costs some seconds once and is kept on disk, loading it half a second a process: `sim.speed` decides when
that pays. What it saves is most where arrays are short, as NumPy spends a microsecond on every operation.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from dacu import draws
from dacu.behaviour import maths
from dacu.behaviour.floats import DOUBLE, SINGLE, Elementwise, Precision
from dacu.draws import CERTAIN, Chances, Hashing, Ids, Words

FORMULAS: tuple[Elementwise[Any], ...] = (
    maths.exp32, maths.log32, maths.sigmoid32, maths.logit32, maths.one_minus_exp32,
    maths.exp64, maths.log64, maths.logit64, maths.one_minus_exp64,
)  # fmt: skip
_HELPERS = (
    maths._polynomial, maths._reduce, maths._exp, maths._one_minus_exp, maths._log, maths._logit,
)  # fmt: skip
_WHOLE: dict[Any, Any] = {types.float32: types.int32, types.float64: types.int64}


@intrinsic
def as_whole(_context: Any, x: Any) -> Any:
    """floats.as_whole of a scalar."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], context.get_value_type(signature.return_type))

    return _WHOLE[x](x), build


@intrinsic
def as_real(_context: Any, bits: Any, like: Any) -> Any:
    """floats.as_real of a scalar. Numba has widened its bits to 64 on the way; the low ones count."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        narrow = context.cast(builder, values[0], signature.args[0], _WHOLE[like])
        return builder.bitcast(narrow, context.get_value_type(like))

    return like(bits, like), build


def _as_scalars(constants: Any) -> Any:
    """Constants as scalars: a compiler takes no arrays without an axis."""
    if isinstance(constants, Precision):
        return Precision(*map(_as_scalars, constants))
    return tuple(map(_as_scalars, constants)) if isinstance(constants, tuple) else constants[()]


@cache
def _names() -> dict[str, Any]:
    """What the bodies see instead of what stands in maths.py."""
    names = {
        "__name__": __name__, "np": np, "as_whole": as_whole, "as_real": as_real,
        "SINGLE": _as_scalars(SINGLE), "DOUBLE": _as_scalars(DOUBLE),
    }  # fmt: skip
    for helper in _HELPERS:
        names[helper.__name__] = numba.njit(FunctionType(helper.__code__, names, helper.__name__))
    return names


@cache
def _version() -> str:
    """A digest of all that a compiled formula is made of besides its own body: what is kept on disk goes by it."""
    codes = [(helper.__code__.co_code, helper.__code__.co_consts) for helper in _HELPERS]
    return f"{zlib.crc32(repr((SINGLE, DOUBLE, codes)).encode()):08x}"


def _ufunc(body: Callable[..., Any], *signatures: str) -> np.ufunc:
    """Compiled, or loaded from disk; where nothing can be written, compiled each time."""
    body.__qualname__ = f"{body.__name__}-{_version()}"
    vectorize: Any = numba.vectorize
    try:
        compiled = vectorize(signatures, cache=True)(body)
    except RuntimeError:  # no folder for the cache
        compiled = vectorize(signatures)(body)
    ufunc: np.ufunc = compiled.ufunc  # without Numba's wrapper, which costs more than the call
    return ufunc


def _formula(formula: Elementwise[Any]) -> np.ufunc:
    code, real = formula.body.__code__, np.dtype(formula.real).name
    return _ufunc(FunctionType(code, _names(), code.co_name), f"{real}({real})")


@numba.njit
def _mixed(word: Any) -> Any:
    """draws._mix of 64 bits."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@numba.njit
def _top(word: Any) -> Any:
    return np.uint32(min(word >> np.uint64(32), np.uint64(CERTAIN - 1)))


@numba.njit
def _unit(word: Any) -> Any:
    return np.float64(word >> np.uint64(11) | np.uint64(1)) * 2.0**-53


def _word_of(entity: Any, step: Any, key: Any) -> Any:
    return _mixed(np.uint64(entity) * step + key)


def _word_of_pair(entity: Any, step: Any, key: Any, ordinal: Any) -> Any:
    return _mixed(_mixed(np.uint64(entity) * step + key) ^ ordinal)


def _top_of(entity: Any, step: Any, key: Any) -> Any:
    return _top(_mixed(np.uint64(entity) * step + key))


def _top_of_pair(entity: Any, step: Any, key: Any, ordinal: Any) -> Any:
    return _top(_mixed(_mixed(np.uint64(entity) * step + key) ^ ordinal))


def _unit_of(entity: Any, step: Any, key: Any) -> Any:
    return _unit(_mixed(np.uint64(entity) * step + key))


def _unit_of_pair(entity: Any, step: Any, key: Any, ordinal: Any) -> Any:
    return _unit(_mixed(_mixed(np.uint64(entity) * step + key) ^ ordinal))


def _parts_of(probability: Any) -> Any:
    parts = np.float64(probability) * 2.0**32
    if not parts > 0.0:
        return np.uint32(0)
    return np.uint32(min(parts, np.float64(CERTAIN)))


class CompiledHashing(Hashing):
    """Draws in one pass each; the same bits."""

    def __init__(self) -> None:
        self._word, self._word_of_pair = _draw(_word_of, _word_of_pair, "uint64")
        self._top, self._top_of_pair = _draw(_top_of, _top_of_pair, "uint32")
        self._unit, self._unit_of_pair = _draw(_unit_of, _unit_of_pair, "float64")
        self._parts = _ufunc(_parts_of, "uint32(float32)", "uint32(float64)")

    def bits64(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Words:
        """See draws.bits64."""
        return _drawn(self._word, self._word_of_pair, key, entity, ordinal)

    def bits32(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Chances:
        """See draws.bits32."""
        return _drawn(self._top, self._top_of_pair, key, entity, ordinal)

    def uniform(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> NDArray[np.float64]:
        """See draws.uniform."""
        return _drawn(self._unit, self._unit_of_pair, key, entity, ordinal)

    def chance(self, probability: NDArray[np.floating[Any]]) -> Chances:
        """See draws.chance."""
        parts: Chances = self._parts(probability)
        return parts


def _draw(alone: Callable[..., Any], pair: Callable[..., Any], result: str) -> tuple[np.ufunc, np.ufunc]:
    """Two ways to draw: of an entity (signed, or the hash of a path), and of an entity and an ordinal."""
    rest = "uint64, uint64"
    return (
        _ufunc(alone, *(f"{result}({entity}, {rest})" for entity in ("int64", "uint64"))),
        _ufunc(pair, *(f"{result}({entity}, {rest}, uint64)" for entity in ("int64", "uint64"))),
    )


def _drawn(alone: np.ufunc, pair: np.ufunc, key: np.uint64, entity: Ids, ordinal: Words | None) -> NDArray[Any]:
    step = np.uint64(draws.step_of(key))
    drawn: NDArray[Any] = alone(entity, step, key) if ordinal is None else pair(entity, step, key, ordinal)
    return drawn


@cache
def _all() -> tuple[tuple[np.ufunc, ...], Hashing]:
    return tuple(_formula(formula) for formula in FORMULAS), CompiledHashing()


def switch_on() -> None:
    """Compile, or load, and use for all that this process does from here on."""
    ufuncs, hashing = _all()
    for formula, ufunc in zip(FORMULAS, ufuncs, strict=True):
        formula.compiled = ufunc
    draws.hash_by(hashing)


def switch_off() -> None:
    """Back to NumPy."""
    for formula in FORMULAS:
        formula.compiled = None
    draws.hash_by(Hashing())
