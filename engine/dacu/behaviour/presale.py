"""When the balance of a presale is paid: most pay soon after it falls due."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Presale


def hours_to_balance(presale: Presale, u: NDArray[np.float64], within: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole hours from the opening to each payment, by a uniform draw: geometric, within `within` hours (1 or more)."""
    if not len(u):
        return np.empty(0, np.int64)
    paid_by = 1 - np.cumprod(np.full(int(within.max()), 1 - presale.hourly))
    hours: NDArray[np.int64] = np.searchsorted(paid_by, u * paid_by[within - 1], side="right")
    return np.minimum(hours, within - 1)
