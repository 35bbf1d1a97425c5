"""A tornado: how far the mean outcome moves from one end of each factor to the other, over all rows of the design."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dacu.study.factors import Factor, Range
from dacu.study.resample import Floats, resampled
from dacu.study.sensitivity import FEWEST


@dataclass(frozen=True)
class Bar:
    """A bar of a tornado: mean outcome of the rows at one end of a factor and at the other, and their difference.

    The ends of a range are its outer thirds; a thing goes from missing to there, values from the least mean to the
    greatest.
    """

    factor: str
    low_at: str
    high_at: str
    low_mean: float
    high_mean: float
    low: float
    high: float

    @property
    def swing(self) -> float:
        """From the one end to the other."""
        return self.high_mean - self.low_mean


def tornado(
    factors: Sequence[Factor], unit: Floats, outcome: Floats, blocks: NDArray[np.int64], seed: int = 1
) -> list[Bar]:
    """Bars of all factors, the widest first; rows without an outcome (nan) are left out. None of too few blocks."""
    known = ~np.isnan(outcome)
    if len(np.unique(blocks[known])) < FEWEST:
        return []
    bars = [
        bar
        for place, factor in enumerate(factors)
        for bar in _bar(factor, factor.cells(unit[known, place]), outcome[known], blocks[known], seed)
    ]
    return sorted(bars, key=lambda bar: -abs(bar.swing))


def _bar(
    factor: Factor, cells: NDArray[np.int64], outcome: Floats, blocks: NDArray[np.int64], seed: int
) -> Iterator[Bar]:
    """One bar, none for a factor that stays in one cell."""
    names = factor.labels()
    numbers = np.unique(blocks, return_inverse=True)[1]
    sums = np.zeros((numbers.max() + 1, len(names)))
    counts = np.zeros_like(sums)
    np.add.at(sums, (numbers, cells), outcome)
    np.add.at(counts, (numbers, cells), 1.0)
    filled = np.flatnonzero(counts.sum(axis=0))
    if len(filled) < 2:
        return
    means = sums.sum(axis=0)[filled] / counts.sum(axis=0)[filled]
    if isinstance(factor, Range):
        first, last = filled[0], filled[-1]
    elif factor.switch:
        first, last = filled[-1], filled[0]
    else:
        first, last = filled[means.argmin()], filled[means.argmax()]

    def statistic(places: NDArray[np.int64]) -> Floats:
        total, of = sums[places].sum(axis=0), counts[places].sum(axis=0)
        ends = [total[end] / of[end] if of[end] else np.nan for end in (first, last)]
        return np.array([*ends, ends[1] - ends[0]])

    found = resampled(statistic, len(sums), seed)
    low, high = found.bounds()
    ends = (float(found.whole[0]), float(found.whole[1]))
    yield Bar(factor.path, names[first], names[last], *ends, float(low[2]), float(high[2]))
