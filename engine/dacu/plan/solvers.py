"""Which solvers this machine has: HiGHS (highspy), or else CBC, which comes with PuLP."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal

Solver = Literal["HiGHS", "CBC"]

GAPS: dict[Solver, float] = {"HiGHS": 1e-7, "CBC": 1e-6}
"""The gap that a solver's plan can be asked to prove, as a share of what the plan gains."""


def usable(wanted: Solver = "HiGHS") -> Solver:
    """The solver wanted, or CBC where HiGHS is missing."""
    return "CBC" if wanted == "HiGHS" and find_spec("highspy") is None else wanted
