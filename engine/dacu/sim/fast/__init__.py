"""Compiled twins of the kernels: the same person by person. Nothing but `sim.speed` imports this, and only with Numba.

A twin has the name of its kernel and stands in a file of the same name. It calls the formulas of `behaviour` and the
hash of `draws` as they are compiled there, in the order and the formats in which NumPy computes, so that all bits
agree; it keeps to short loops over plain arrays, in which a processor takes several persons at a time.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dacu.behaviour import compiled
from dacu.kernels import KERNELS
from dacu.sim.fast import crowd, deliver, engage, interest, maths

HOME = {
    interest: "dacu.behaviour.interest", maths: "dacu.behaviour.maths", crowd: "dacu.sim.crowd",
    deliver: "dacu.sim.deliver", engage: "dacu.sim.engage",
}  # fmt: skip
"""Which module each file has the twins of."""


@cache
def twins() -> dict[str, Any]:
    """Compiled twins by the name of their kernel."""
    functions = {
        f"{home}.{name}": getattr(module, name) for module, home in HOME.items() for name in vars(module)
        if f"{home}.{name}" in KERNELS
    }  # fmt: skip
    return {name: compiled.twin(function) for name, function in functions.items()}


def switch_on() -> None:
    """Compile, or load, and use for all that this process does from here on."""
    compiled.switch_on()
    for name, function in twins().items():
        KERNELS[name].compiled = function


def switch_off() -> None:
    """Back to NumPy."""
    compiled.switch_off()
    for each in KERNELS.values():
        each.compiled = None
