"""When compiled kernels pay: once a process has as much to live through as loading or compiling costs, with Numba.

Nobody need know beforehand how many runs a process will get. It starts with NumPy, and changes over when what it has
lived and is about to live would have repaid the change; so it never loses more than it could have saved. The results
are the same bits. `DACU_FAST=off` keeps NumPy, `DACU_FAST=on` changes over at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

EMPTY_HOUR = 25_000
"""What an hour costs without any agent, in agents (measured: docs/benchmarks.md)."""
LOADED = 1e7
"""Agent-hours, empty hours counted as above, after which loading what was compiled before is repaid: 0.7 s."""
COMPILED = 4e8
"""The same where this machine has compiled nothing yet: some 25 s, once."""

TWINS = Path(__file__).parent / "fast"

_lived = 0.0


def about_to_live(agents: int, hours: int) -> None:
    """Change over where this pays."""
    global _lived  # noqa: PLW0603 - of this process, and without effect on any figure
    _lived += (EMPTY_HOUR + agents) * max(hours, 0)
    if _wish() == "on" or (_lived > LOADED and _lived > _price()):
        _change_over()


def may_compile() -> bool:
    """Whether a process that lives long enough changes over."""
    return _wish() != "off" and find_spec("numba") is not None


def will_compile(agents: int, hours: int) -> bool:
    """Whether a process that lives so much will compile, as next to nothing is kept on this machine yet."""
    enough = _wish() == "on" or (EMPTY_HOUR + agents) * hours > _price()
    return enough and may_compile() and _price() > COMPILED / 2


@cache
def _price() -> float:
    """What a change over costs here: files of twins that are not kept as they are now have to be compiled."""
    files = [file for file in TWINS.glob("*.py") if file.stem != "__init__"]
    kept = [file for folder in _kept_in() for file in folder.glob("**/*.nbi")]
    latest: dict[str, float] = {}
    for file in kept:
        name = file.name.split(".")[0]
        latest[name] = max(latest.get(name, 0.0), file.stat().st_mtime)
    stale = sum(latest.get(file.stem, 0.0) < file.stat().st_mtime for file in files)
    return LOADED + (COMPILED - LOADED) * stale / max(len(files), 1)


def _kept_in() -> Iterator[Path]:
    """Where Numba keeps what it has compiled: where it is told to, beside the code, or in the user's own folder."""
    told = os.environ.get("NUMBA_CACHE_DIR")
    if told:
        yield Path(told)
    else:
        yield TWINS / "__pycache__"
        yield Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "numba"


@cache
def _change_over() -> None:
    if may_compile():
        from dacu.sim import fast

        fast.switch_on()


def _wish() -> str:
    return os.environ.get("DACU_FAST", "")
