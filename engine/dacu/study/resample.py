"""Bootstrap over the blocks of a design: percentile intervals (Efron & Tibshirani 1993, ch. 13), seed explicit."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.estimates import LEVEL

Floats = NDArray[np.float64]
Statistic = Callable[[NDArray[np.int64]], Floats]  # of the blocks in a resample, by their places

RESAMPLES = 500


class Resampled(NamedTuple):
    """A statistic of all blocks, and of each resample of them (resamples × figures)."""

    whole: Floats
    again: Floats

    def bounds(self) -> tuple[Floats, Floats]:
        """The ends of the 95% intervals, nan where no resample defines the figure."""
        tail = 100 * (1 - LEVEL) / 2
        known = np.where(np.isnan(self.again).all(axis=0), 0.0, self.again)
        low, high = np.nanpercentile(known, (tail, 100 - tail), axis=0)
        nothing = np.isnan(self.whole)
        return np.where(nothing, np.nan, low), np.where(nothing, np.nan, high)


def resampled(statistic: Statistic, count: int, seed: int) -> Resampled:
    """A statistic of `count` blocks and of RESAMPLES draws of as many with replacement."""
    random = np.random.default_rng((seed, count))
    whole = statistic(np.arange(count))
    return Resampled(whole, np.stack([statistic(random.integers(0, count, count)) for _ in range(RESAMPLES)]))
