"""Which solvers this machine has: HiGHS (highspy), or else CBC, which comes with PuLP."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dacu.plan.program import Solver


def usable(wanted: Solver = "HiGHS") -> Solver:
    """The solver wanted, or CBC where HiGHS is missing or does not load."""
    return "CBC" if wanted == "HiGHS" and not loads("highspy") else wanted


@cache
def loads(module: str) -> bool:
    """Whether a module can be imported; one of compiled code may be there and still not fit the machine."""
    try:
        import_module(module)
    except (ImportError, OSError):
        return False
    return True
