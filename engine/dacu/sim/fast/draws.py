"""Twin of the kernel of draws.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour.compiled import hashed, step_of
from dacu.draws import CERTAIN

TILE = 2048  # people whose hashes stand side by side before they are compared
ALL = np.uint64(2**64 - 1)
HALF = np.uint64(32)


def gate(key: Any, class_of: Any, chance_of_class: Any) -> Any:
    """See draws.gate: a tile's hashes first, which need no branch."""
    step = step_of(key)
    limits = np.empty(len(chance_of_class), np.uint64)
    for row in range(len(limits)):
        chance = chance_of_class[row]
        limits[row] = ALL if chance == CERTAIN else np.uint64(chance) << HALF
    passed = np.empty(len(class_of), np.int32)
    words = np.empty(TILE, np.uint64)
    count = 0
    for start in range(0, len(class_of), TILE):
        size = min(TILE, len(class_of) - start)
        for row in range(size):
            words[row] = hashed(start + row, step, key)
        for row in range(size):
            passed[count] = start + row
            count += words[row] < limits[class_of[start + row]]
    return passed[:count].copy()
