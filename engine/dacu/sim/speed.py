"""When compiled formulas pay: once a process has as much to live through as compiling costs, if Numba is there.

Nobody need know beforehand how many runs a process will get. It starts with NumPy, and changes over when what it has
lived and is about to live would have repaid the change; so it never loses more than it could have saved. The results
are the same bits. `DACU_FAST=off` keeps NumPy, `DACU_FAST=on` compiles at once.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec

EMPTY_HOUR = 25_000
"""What an hour costs without any agent, in agents (measured: docs/benchmarks.md)."""
REPAID = 2e7
"""Agent-hours, empty hours counted as above, after which loading and compiling is repaid."""

_lived = 0.0


def about_to_live(agents: int, hours: int) -> None:
    """Change over where this pays."""
    global _lived  # noqa: PLW0603 - of this process, and without effect on any figure
    _lived += (EMPTY_HOUR + agents) * max(hours, 0)
    if _lived > REPAID or _wish() == "on":
        _change_over()


def may_compile() -> bool:
    """Whether a process that lives long enough changes over."""
    return _wish() != "off" and find_spec("numba") is not None


@cache
def _change_over() -> None:
    if may_compile():
        from dacu.sim import fast

        fast.switch_on()


def _wish() -> str:
    return os.environ.get("DACU_FAST", "")
