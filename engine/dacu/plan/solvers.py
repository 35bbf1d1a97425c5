"""Which solvers this machine has: HiGHS (highspy), or else CBC, which comes with PuLP."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dacu.plan.program import Solver


def usable(wanted: Solver = "HiGHS") -> Solver:
    """The solver wanted, or CBC where HiGHS is missing."""
    return "CBC" if wanted == "HiGHS" and find_spec("highspy") is None else wanted
