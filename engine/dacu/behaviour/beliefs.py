"""Plausible worlds: every coefficient that is a guess, drawn from what could be believed instead of it.

Documented ranges say which input is valid; nobody believes their ends. A belief is narrower, symmetric around the value
in use, and triangular: on the logarithm where the valid range is positive and spans more than ×10, else on the value.
Its half-width is the least of three: an eighth of the valid range (so that the belief fills a quarter of it), the way
to the nearer end, and what the grade allows: a factor of 2 for C, of 1.5 for P. Grade L, published estimates, is not
drawn. docs/decisions/0040 says why.

Worlds are a Latin hypercube (McKay, Beckman & Conover 1979): cut into as many equally likely parts as there are worlds,
each coefficient meets every part once. A coordinate depends on seed, number of worlds and the coefficient's path alone,
so plans that are compared meet the same worlds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from math import fsum, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.parameters import Parameter, table
from dacu.behaviour.scalars import exp64, log64, pow64
from dacu.draws import Stream, bits64, key, path_hash, uniform
from dacu.language.paths import split_path
from dacu.language.tree import Branch, Leaf, Node, Sequence, find
from dacu.units import parse_number

FACTORS = {"C": 2.0, "P": 1.5}
"""The largest factor between a value in use and a believable one, by grade."""
PROFILE_FACTOR = 1.5
"""A list is one shape: its items are raised to a common power, at most this factor from 1, and keep their sum."""
WIDE = 10
"""Positive ranges with a larger ratio of their ends are believed on the logarithm."""
SETTLED = ("behaviour.reference.", "behaviour.content.weights")
"""Conventions, not guesses: moving a centre only renames its intercept; heat counts in whole points."""
SHARES = "behaviour.personas.*.share"
"""Coefficients that add up to one are scaled back to their sum."""


class Belief(NamedTuple):
    """A symmetric triangular law around `mode`; `half` is its half-width, of the logarithm if `log`."""

    mode: float
    half: float
    log: bool

    def at(self, u: float) -> float:
        """The quantile at 0 < u < 1; the mode at 0.5."""
        step = self.half * (sqrt(2 * u) - 1 if u < 0.5 else 1 - sqrt(2 * (1 - u)))
        return self.mode * exp64(step) if self.log else self.mode + step


def belief(value: float, low: float, high: float, grade: str) -> Belief:
    """What could be believed of a coefficient that is `value`, valid from `low` to `high`. A zero stays zero."""
    factor = FACTORS[grade]
    if low > 0 and high / low > WIDE:
        at, least, most = log64(value), log64(low), log64(high)
        return Belief(value, max(0.0, min((most - least) / 8, at - least, most - at, log64(factor))), True)
    return Belief(value, min((high - low) / 8, value - low, high - value, abs(value) * (1 - 1 / factor)), False)


@cache
def drawn() -> tuple[Parameter, ...]:
    """The coefficients that differ between worlds, in the order of the file."""
    return tuple(
        parameter
        for parameter in table()
        if parameter.grade in FACTORS and parameter.low < parameter.high and not parameter.path.startswith(SETTLED)
    )


@cache
def coordinates(seed: int, worlds: int) -> Mapping[str, NDArray[np.float64]]:
    """Where each world lies in each coefficient: path → a quantile between 0 and 1 by world."""
    ids = np.arange(worlds, dtype=np.uint64)
    return {parameter.path: _stratified(seed, ids, int(path_hash(parameter.path))) for parameter in drawn()}


def _stratified(seed: int, ids: NDArray[np.uint64], ordinal: int) -> NDArray[np.float64]:
    """One point in each of equally likely parts, dealt to the worlds in a random order."""
    order = np.argsort(bits64(key(seed, 0, Stream.BELIEF, 0, ordinal), ids), kind="stable")
    inside = uniform(key(seed, 0, Stream.BELIEF, 1, ordinal), ids)
    return (order + inside) / len(ids)


def in_world(behaviour: Branch, seed: int, world: int, worlds: int) -> Branch:
    """The tree of coefficients as one of the worlds has it; a scenario's own values are the modes."""
    where = coordinates(seed, worlds)
    patch = {
        parameter.path: _believed(parameter, float(where[parameter.path][world]), _node(behaviour, parameter.path))
        for parameter in drawn()
    }
    patch |= _shared(patch, behaviour)
    return _patched(behaviour, "behaviour", patch)


def _believed(parameter: Parameter, u: float, node: Node) -> Node:
    if isinstance(node, Sequence):
        numbers = [_number(item) for item in node.items]
        found = _profile(numbers, Belief(1.0, log64(PROFILE_FACTOR), True).at(u))
        return Sequence(tuple(_leaf(number, node) for number in found), node.mark)
    return _leaf(belief(_number(node), parameter.low, parameter.high, parameter.grade).at(u), node)


def _profile(numbers: list[float], power: float) -> list[float]:
    raised = [pow64(number, power) for number in numbers]
    scale = fsum(numbers) / fsum(raised)
    return [scale * number for number in raised]


def _shared(patch: Mapping[str, Node], behaviour: Branch) -> Iterator[tuple[str, Node]]:
    """Shares of personas, brought back to what they add up to."""
    before, _, after = SHARES.partition("*")
    paths = [path for path in patch if path.startswith(before) and path.endswith(after)]
    whole = fsum(_number(_node(behaviour, path)) for path in paths)
    total = fsum(_number(patch[path]) for path in paths)
    for path in paths:
        yield path, _leaf(_number(patch[path]) * whole / total, patch[path])


def _patched(branch: Branch, path: str, patch: Mapping[str, Node]) -> Branch:
    """The branch with the nodes of `patch` in the place of its own."""
    children: dict[str, Node] = {}
    for name, child in branch.children.items():
        below = f"{path}.{name}"
        children[name] = _patched(child, below, patch) if isinstance(child, Branch) else patch.get(below, child)
    return Branch(children, branch.mark, branch.key_marks)


def _node(behaviour: Branch, path: str) -> Node:
    return find(behaviour, split_path(path)[1:])[0]


def _number(node: Node) -> float:
    return parse_number(node.text or "") if isinstance(node, Leaf) else 0.0


def _leaf(number: float, like: Node) -> Leaf:
    return Leaf(repr(number), like.mark)
