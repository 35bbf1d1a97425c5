"""Millions of agents: the arrays that an hour drops stay with the process, for the next hour to take.

The GNU C library gives arrays of over 32 MiB back to the system as soon as they are dropped, which clears each page
anew when the next hour asks for it: two fifths of an hour of ten million agents (docs/benchmarks.md). Where it is not
there, or too old to be told otherwise, nothing is done. What is kept is part of what `footprint` reckons with.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

MANY = 4_000_000
"""Agents from which arrays of an hour are that large."""
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of <malloc.h>
MOST = 2**31 - 1
LARGEST = 2**30


def keep_freed(agents: int) -> None:
    """Keep them, once there are so many agents."""
    if agents >= MANY and sys.platform == "linux":
        _keep()


@cache
def _keep() -> bool:
    """Whether this C library could be told."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(MMAP_THRESHOLD, LARGEST) and mallopt(TRIM_THRESHOLD, MOST))
