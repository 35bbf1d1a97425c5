"""The formulas of maths.py and the hash of draws.py compiled by Numba: one pass over memory, the same bits.

The bodies are those of maths.py as they stand, over scalars instead of arrays; only how a float's bits are read is
written anew. Numba contracts no product with a sum, so every operation rounds as NumPy's does (a test compares both).
Compilation costs some seconds once and is kept on disk, loading it one or two a process: `sim.speed` decides when
that pays. What it saves is most where arrays are short, as NumPy spends a microsecond on every operation.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, NamedTuple

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
    """A digest of all that compiled code is made of besides its own body: what is kept on disk goes by it."""
    helpers = (*_HELPERS, draws._mix, _word, _top, _unit)
    codes = [(helper.__code__.co_code, helper.__code__.co_consts) for helper in helpers]
    return f"{zlib.crc32(pickle.dumps((_as_scalars(SINGLE), _as_scalars(DOUBLE), codes))):08x}"


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


def _word(word: Any) -> Any:
    return word


def _top(word: Any) -> Any:
    return np.uint32(min(word >> np.uint64(32), np.uint64(CERTAIN - 1)))


def _unit(word: Any) -> Any:
    return np.float64(word >> np.uint64(11) | np.uint64(1)) * 2.0**-53


def _alone(entity: Any, step: Any, key: Any) -> Any:
    return read(mix(np.uint64(entity) * step + key))  # type: ignore[name-defined]  # noqa: F821 - of _draw


def _pair(entity: Any, step: Any, key: Any, ordinal: Any) -> Any:
    return read(mix(mix(np.uint64(entity) * step + key) ^ ordinal))  # type: ignore[name-defined]  # noqa: F821


def _parts(probability: Any) -> Any:
    parts = np.float64(probability) * 2.0**32
    if not parts > 0.0:
        return np.uint32(0)
    return np.uint32(min(parts, np.float64(CERTAIN)))


class CompiledHashing(Hashing):
    """Draws in one pass each; the same bits."""

    def __init__(self) -> None:
        self._words, self._tops, self._units = _draw(_word, "uint64"), _draw(_top, "uint32"), _draw(_unit, "float64")
        self._parts = _ufunc(_parts, "uint32(float32)", "uint32(float64)")

    def bits64(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Words:
        """See draws.bits64."""
        return _drawn(self._words, key, entity, ordinal)

    def bits32(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Chances:
        """See draws.bits32."""
        return _drawn(self._tops, key, entity, ordinal)

    def uniform(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> NDArray[np.float64]:
        """See draws.uniform."""
        return _drawn(self._units, key, entity, ordinal)

    def chance(self, probability: NDArray[np.floating[Any]]) -> Chances:
        """See draws.chance."""
        parts: Chances = self._parts(probability)
        return parts


class _Draw(NamedTuple):
    """A way to read hashes: of entities, and of pairs of an entity and an ordinal."""

    alone: np.ufunc
    pair: np.ufunc


def _draw(read: Callable[[Any], Any], result: str) -> _Draw:
    """Entities are signed, or the hashes of paths."""
    names = {"np": np, "__name__": __name__, "mix": _mix(), "read": numba.njit(read)}
    compiled = []
    for body, rest in ((_alone, "uint64, uint64"), (_pair, "uint64, uint64, uint64")):
        named = FunctionType(body.__code__, names, f"{body.__name__}{read.__name__}")
        compiled.append(_ufunc(named, *(f"{result}({entity}, {rest})" for entity in ("int64", "uint64"))))
    return _Draw(*compiled)


@cache
def _mix() -> Any:
    """The mixer of draws.py over words of 64 bits, which wrap by themselves."""
    parts = ("_SHIFT_1", "_SHIFT_2", "_SHIFT_3", "_MIX_1", "_MIX_2", "_ALL")
    return numba.njit(FunctionType(draws._mix.__code__, {name: np.uint64(getattr(draws, name)) for name in parts}))


def _drawn(draw: _Draw, key: np.uint64, entity: Ids, ordinal: Words | None) -> NDArray[Any]:
    step = np.uint64(draws.step_of(key))
    drawn: NDArray[Any] = draw.alone(entity, step, key) if ordinal is None else draw.pair(entity, step, key, ordinal)
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
