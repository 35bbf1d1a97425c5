"""Twin of the kernel of behaviour/counts.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import counts, maths
from dacu.behaviour.compiled import scalar

LAST, NOTHING = counts._LAST, counts._NOTHING
exp64 = scalar(maths.exp64)


def least_count(u: Any, mean: Any) -> Any:
    """See counts.least_count."""
    found = np.empty(len(u), np.int64)
    for row in range(len(u)):
        target = min(u[row], LAST)
        probability = exp64(-mean[row])
        reached = probability
        k = 0
        while target > reached and (k == 0 or probability > NOTHING):
            k += 1
            probability *= mean[row] / k
            reached += probability
        found[row] = k
    return found
