"""Twins of the kernels of sim/online.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import maths
from dacu.behaviour.compiled import hashed, scalar, step_of, unit
from dacu.sim.online import SLOTS_AN_HOUR

log64 = scalar(maths.log64)
HALF, SLOTS = np.uint64(32), np.uint64(SLOTS_AN_HOUR)


def slot_of(key: Any, users: Any) -> Any:
    """See online.slot_of."""
    step = step_of(key)
    slots = np.empty(len(users), np.uint8)
    for row in range(len(users)):
        slots[row] = ((hashed(users[row], step, key) >> HALF) * SLOTS) >> HALF
    return slots


def choose_platform(keys: Any, users: Any, uses: Any, within: Any, weights: Any) -> Any:
    """See online.choose_platform: who uses one platform need not race."""
    steps = np.empty(len(keys), np.uint64)
    for platform in range(len(keys)):
        steps[platform] = step_of(keys[platform])
    chosen = np.empty(len(users), np.uint8)
    for row in range(len(users)):
        member = uses[users[row]] & within
        first, least = 0, np.inf
        for platform in range(len(keys)):
            bit = 1 << platform
            if member & bit and weights[platform] > 0:
                if member == bit:
                    first = platform
                    break
                score = -log64(unit(hashed(users[row], steps[platform], keys[platform]))) / weights[platform]
                if score < least:
                    first, least = platform, score
        chosen[row] = first
    return chosen
