"""The formulas of behaviour and the hash of draws.py compiled by Numba: one pass over memory, the same bits.

Bodies are compiled as they stand, over scalars instead of arrays; only how a float's bits are read is written anew.
Numba contracts no product with a sum, so every operation rounds as NumPy's does (a test compares both).
Compilation costs some seconds once and is kept on disk, loading it one or two a process: `sim.speed` decides when
that pays. What it saves is most where arrays are short, as NumPy spends a microsecond on every operation.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from functools import cache, partial
from types import FunctionType
from typing import Any, NamedTuple, TypeVar, get_type_hints

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from dacu import draws
from dacu.behaviour import floats, maths
from dacu.behaviour.floats import Elementwise
from dacu.draws import CERTAIN, Chances, Hashing, Ids, Words
from dacu.kernels import Kernel

F = TypeVar("F", bound=Callable[..., Any])

FORMULAS: tuple[Elementwise[Any], ...] = (
    maths.exp32, maths.log32, maths.sigmoid32, maths.logit32, maths.one_minus_exp32,
    maths.exp64, maths.log64, maths.logit64, maths.one_minus_exp64,
)  # fmt: skip
_WHOLE: dict[Any, Any] = {types.float32: types.int32, types.float64: types.int64}
OPTIONS: dict[str, Any] = {"error_model": "numpy"}
"""A division by zero is infinite, as NumPy's: a check of each would keep a processor from taking several at a time."""


def compile_scalar(function: F) -> F:
    """A function of single numbers, for the loops of kernels; or such a loop, for a kernel of several."""
    compiled: F = numba.njit(**OPTIONS)(function)
    return compiled


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


@compile_scalar
def as_single(x: Any) -> Any:
    """floats.as_single of a scalar."""
    return np.float32(x)


@compile_scalar
def as_double(x: Any) -> Any:
    """floats.as_double of a scalar."""
    return np.float64(x)


_FORMATS = {"as_whole": as_whole, "as_real": as_real, "as_single": as_single, "as_double": as_double}


def _as_scalars(constants: Any) -> Any:
    """Constants as scalars: a compiler takes no arrays without an axis."""
    if isinstance(constants, tuple):
        parts = map(_as_scalars, constants)
        return type(constants)(*parts) if hasattr(constants, "_fields") else tuple(parts)
    return constants[()] if isinstance(constants, np.ndarray) and not constants.ndim else constants


@cache
def scalar(function: Any) -> Any:
    """A formula, or another function of dacu over arrays, compiled over scalars as it stands; so is what it calls.

    Numbers in its body must say their format (`np.float32(1)`): next to an array NumPy takes 1 as a float32, a compiler
    widens a scalar.
    """
    plain = _plain(function)
    compiled = compile_scalar(FunctionType(plain.__code__, _names(plain), plain.__name__))
    if not isinstance(function, Elementwise):
        return compiled
    names = {"__name__": __name__, "formula": compiled, "real": function.real}
    return compile_scalar(FunctionType(_of_its_format.__code__, names, plain.__name__))


def _of_its_format(x: Any) -> Any:
    return formula(real(x))  # type: ignore[name-defined]  # noqa: F821 - of scalar


def _body(function: Any) -> Any:
    """What a formula, a remembering function or a compiled one is made of; anything else as it is."""
    for name in ("body", "py_func", "__wrapped__"):
        function = getattr(function, name, function)
    return function


def _plain(function: Any) -> FunctionType:
    body = _body(function)
    if not isinstance(body, FunctionType):
        raise TypeError(f"{function} is no function of dacu")
    return body


def _called(function: FunctionType) -> dict[str, Any]:
    """What a body sees of its module, by name; its own name is that of an attribute (`price.urgency`)."""
    seen = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    return {name: value for name, value in seen.items() if value is not None and value is not function}


def _names(function: FunctionType) -> dict[str, Any]:
    """What a body sees when it is compiled."""
    return {"__name__": __name__} | {name: _counterpart(value) for name, value in _called(function).items()}


def _counterpart(value: Any) -> Any:
    if isinstance(value, FunctionType) and value.__module__ == floats.__name__:
        return _FORMATS[value.__name__]
    if isinstance(_body(value), FunctionType):
        return scalar(value)
    return _as_scalars(value)


def digest(function: Any) -> str:
    """Of all that compiled code is made of: what is kept on disk goes by it, as Numba looks at one file only."""
    return f"{zlib.crc32(pickle.dumps((OPTIONS, _made_of(_plain(function), set())))):08x}"


def _made_of(function: FunctionType, seen: set[FunctionType]) -> list[Any]:
    """Code and constants of a function and of all that it calls."""
    if function in seen:
        return []
    seen.add(function)
    code = function.__code__
    parts: list[Any] = [code.co_code, [getattr(constant, "co_code", constant) for constant in code.co_consts]]
    for name, value in sorted(_called(function).items()):
        body = _body(value)
        if isinstance(body, FunctionType):
            parts += _made_of(body, seen)
        elif isinstance(value, tuple | int | float | np.generic | np.ndarray):
            parts.append((name, _as_scalars(value)))
    return parts


def _shape(kind: Any) -> Any:
    """A named tuple as a compiler sees it: its name, and the names and kinds of its fields."""
    fields = getattr(kind, "_fields", None)
    return (str(kind), [(name, _shape(each)) for name, each in get_type_hints(kind).items()]) if fields else str(kind)


def _kept(compile_it: Callable[..., Any], function: FunctionType, takes: Any = None) -> Any:
    """Compiled, or loaded from disk; where nothing can be written, compiled each time.

    takes: the kinds of its arguments. Those of an older state of the code, still on disk, might name a class that is
    gone: so they are part of the name.
    """
    function.__qualname__ = f"{function.__name__}-{digest(function)}-{zlib.crc32(repr(takes).encode()):08x}"
    try:
        return compile_it(cache=True)(function)
    except RuntimeError:  # no folder for the cache
        return compile_it()(function)


def twin(function: Callable[..., Any], kernel: Kernel[Any, Any]) -> Any:
    """Compile the twin of a kernel: a loop over people, kept on disk. It may run beside others."""
    takes = {name: _shape(kind) for name, kind in get_type_hints(kernel.body).items()}
    return _kept(partial(numba.njit, nogil=True, **OPTIONS), _plain(function), takes)


def _loop(loop: FunctionType, one: Any, name: str) -> Any:
    """A loop over flat arrays that asks for a function of single numbers, kept on disk."""
    names = {"__name__": __name__, "one": one, "hashed": hashed, "hashed_pair": hashed_pair}
    return _kept(partial(numba.njit, nogil=True, **OPTIONS), FunctionType(loop.__code__, names, name))


def _formula(formula: Elementwise[Any]) -> Any:
    return _loop(_plain(_each), scalar(formula), formula.body.__name__)


def _each(x: Any, out: Any) -> None:
    for row in range(len(x)):
        out[row] = one(x[row])  # type: ignore[name-defined]  # noqa: F821 - of _loop


def _alone(entity: Any, step: Any, key: Any, out: Any) -> None:
    for row in range(len(entity)):
        out[row] = one(hashed(entity[row], step, key))  # type: ignore[name-defined]  # noqa: F821 - of _loop


def _pair(entity: Any, step: Any, key: Any, ordinal: Any, out: Any) -> None:
    for row in range(len(entity)):
        out[row] = one(hashed_pair(entity[row], step, key, ordinal[row]))  # type: ignore[name-defined]  # noqa: F821


@cache
def _mix() -> Any:
    """The mixer of draws.py over words of 64 bits, which wrap by themselves."""
    parts = ("_SHIFT_1", "_SHIFT_2", "_SHIFT_3", "_MIX_1", "_MIX_2", "_ALL")
    return compile_scalar(FunctionType(draws._mix.__code__, {name: np.uint64(getattr(draws, name)) for name in parts}))


mix = _mix()


@compile_scalar
def word(word: Any) -> Any:
    """All bits of a hash."""
    return word


@compile_scalar
def top(word: Any) -> Any:
    """The upper half, at most 2³² − 2."""
    return np.uint32(min(word >> np.uint64(32), np.uint64(CERTAIN - 1)))


@compile_scalar
def unit(word: Any) -> Any:
    """A number strictly between 0 and 1."""
    return np.float64(word >> np.uint64(11) | np.uint64(1)) * 2.0**-53


@compile_scalar
def step_of(key: Any) -> Any:
    """See draws.step_of."""
    return mix(key) | np.uint64(1)


@compile_scalar
def hashed(entity: Any, step: Any, key: Any) -> Any:
    """The hash of an entity: to be read by `top` or `unit`."""
    return mix(np.uint64(entity) * step + key)


@compile_scalar
def hashed_pair(entity: Any, step: Any, key: Any, ordinal: Any) -> Any:
    """The hash of an entity and what the draw is about."""
    return mix(hashed(entity, step, key) ^ ordinal)


@compile_scalar
def in_parts(probability: Any) -> Any:
    """draws.chance of one probability."""
    parts = np.float64(probability) * 2.0**32
    if not parts > 0.0:
        return np.uint32(0)
    return np.uint32(min(parts, np.float64(CERTAIN)))


@compile_scalar
def ceiling(hazard: Any) -> Any:
    """What a draw must not exceed to strike at a hazard, as 1 − e^−x is at most x, and far more above than rounding is.

    Where hazards are low it spares nearly everybody the exponential.
    """
    return np.float64(hazard) * (2.0**32 * (1 + 1e-5))


class _Draw(NamedTuple):
    """A way to read hashes: loops over entities, and over pairs of an entity and an ordinal; what they give."""

    alone: Any
    pair: Any
    kind: Any

    @classmethod
    def of(cls, read: Any, kind: Any) -> _Draw:
        """Loops that read a hash one way."""
        alone, pair = (_loop(_plain(loop), read, f"{loop.__name__}{read.__name__}") for loop in (_alone, _pair))
        return cls(alone, pair, kind)

    def __call__(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> NDArray[Any]:
        """Read the hash of each entity."""
        drawn, step = np.empty(entity.shape, self.kind), np.uint64(draws.step_of(key))
        if ordinal is None:
            self.alone(np.ascontiguousarray(entity), step, key, drawn)
        else:
            self.pair(np.ascontiguousarray(entity), step, key, np.ascontiguousarray(ordinal), drawn)
        return drawn


class CompiledHashing(Hashing):
    """Draws in one pass each; the same bits."""

    def __init__(self) -> None:
        self._words, self._tops = _Draw.of(word, np.uint64), _Draw.of(top, np.uint32)
        self._units, self._parts = _Draw.of(unit, np.float64), _loop(_plain(_each), in_parts, "parts")

    def bits64(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Words:
        """See draws.bits64."""
        return self._words(key, entity, ordinal)

    def bits32(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Chances:
        """See draws.bits32."""
        return self._tops(key, entity, ordinal)

    def uniform(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> NDArray[np.float64]:
        """See draws.uniform."""
        return self._units(key, entity, ordinal)

    def chance(self, probability: NDArray[np.floating[Any]]) -> Chances:
        """See draws.chance."""
        parts = np.empty(probability.shape, np.uint32)
        self._parts(np.ascontiguousarray(probability).reshape(-1), parts.reshape(-1))
        return parts


@cache
def _all() -> tuple[tuple[Any, ...], Hashing]:
    return tuple(map(_formula, FORMULAS)), CompiledHashing()


def switch_on() -> None:
    """Compile, or load, and use for all that this process does from here on."""
    loops, hashing = _all()
    for formula, loop in zip(FORMULAS, loops, strict=True):
        formula.compiled = loop
    draws.hash_by(hashing)


def switch_off() -> None:
    """Back to NumPy."""
    for formula in FORMULAS:
        formula.compiled = None
    draws.hash_by(Hashing())
