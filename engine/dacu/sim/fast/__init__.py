"""Compiled twins of the kernels: the same person by person. Nothing but `sim.speed` imports this, and only with Numba.

A twin has the name of its kernel and stands in a file of the same name. It calls the formulas of `behaviour` and the
hash of `draws` as they are compiled there, in the order and the formats in which NumPy computes, so that all bits
agree; it keeps to short loops over plain arrays, in which a processor takes several persons at a time.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from dacu.behaviour import compiled
from dacu.kernels import KERNELS
from dacu.sim import steps as steps  # whoever knows the steps of an hour has met all kernels


@cache
def twins() -> dict[str, Any]:
    """Compiled twins by the name of their kernel."""
    return {name: compiled.twin(_twin(name), kernel) for name, kernel in KERNELS.items()}


def _twin(name: str) -> Any:
    """The function of the same name in the file of the same name."""
    home, function = name.rsplit(".", 1)
    return getattr(import_module(f"{__name__}.{home.rpartition('.')[2]}"), function)


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
