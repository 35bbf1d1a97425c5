"""Kernels: the loops over people that a run spends its time in, each a function with two bodies of the same bits.

The body that stands beside its step is NumPy's, and is what a kernel means. Its twin (sim/fast) does the same person
by person, compiled; `sim.speed` decides when compiling pays. A kernel takes arrays, numbers and tuples of
numbers, and opens nothing else, so that both bodies can be asked the same questions (tests/sim/test_fast.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

KERNELS: dict[str, Kernel[Any, Any]] = {}
"""All kernels, by module and name."""


class Kernel(Generic[P, R]):
    """A function over arrays that may be given a compiled twin."""

    def __init__(self, body: Callable[P, R]) -> None:
        self.body = body
        self.compiled: Callable[P, R] | None = None
        update_wrapper(self, body)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """By the compiled twin where there is one."""
        return (self.compiled or self.body)(*args, **kwargs)


def kernel(body: Callable[P, R]) -> Kernel[P, R]:
    """Make a function a kernel of the simulator."""
    made = KERNELS[f"{body.__module__}.{body.__name__}"] = Kernel(body)
    return made
