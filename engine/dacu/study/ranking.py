"""Which of several alternatives is best, how surely, and what a wrong choice costs.

A case is one world that every alternative lives in: a drawn row's other settings and one replication, so that people
and luck are the same. Cases that lack an alternative are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.estimates import Bounds
from dacu.study.resample import Floats, resampled
from dacu.worlds import wilson


class Rank(NamedTuple):
    """An alternative: its mean, the share of cases in which it is best (95% Wilson interval), its expected regret.

    Regret is what the best alternative of a case has more (or, where less is better, less); 95% bootstrap interval.
    """

    name: str
    mean: float
    best: Bounds
    regret: Bounds


class Ranking(NamedTuple):
    """Alternatives, the least regret first, over so many cases in so many worlds; `missing` cases lack one."""

    ranks: tuple[Rank, ...]
    cases: int
    worlds: int
    missing: int

    @property
    def differ(self) -> bool:
        """Whether any alternative is ever behind another."""
        return any(rank.regret.value > 0 for rank in self.ranks)


def ranking(
    outcomes: Mapping[str, Floats], worlds: NDArray[np.int64] | Sequence[int], better: int, seed: int = 1
) -> Ranking:
    """Rank alternatives by an outcome of equal cases. `worlds` tells each case's drawn row, `better` is +1 or −1.

    Ties share a win. Intervals count and resample worlds, or cases where there is one world only: replications of a
    world are no independent witnesses.
    """
    names, table = list(outcomes), np.stack(list(outcomes.values()))
    known = ~np.isnan(table).any(axis=0)
    table, where = table[:, known], np.asarray(worlds)[known]
    missing = int((~known).sum())
    if not table.shape[1]:
        return Ranking((), 0, 0, missing)
    gains = better * table
    top = gains.max(axis=0)
    regret, wins = top - gains, gains == top
    shares = (wins / wins.sum(axis=0)).sum(axis=1)
    units = np.unique(where, return_inverse=True)[1]
    if not units.any():
        units = np.arange(len(where))
    count = int(units.max()) + 1
    sums, sizes = np.zeros((count, len(names))), np.bincount(units, minlength=count)
    np.add.at(sums, units, regret.T)

    def statistic(places: NDArray[np.int64]) -> Floats:
        return np.asarray(sums[places].sum(axis=0) / sizes[places].sum())

    found = resampled(statistic, count, seed)
    low, high = found.bounds()
    ranks = [
        Rank(name, float(row.mean()), wilson(float(share) / len(where) * count, count), Bounds(*map(float, bounds)))
        for name, row, share, *bounds in zip(names, table, shares, found.whole, low, high, strict=True)
    ]
    ranks.sort(key=lambda rank: (rank.regret.value, names.index(rank.name)))
    return Ranking(tuple(ranks), len(where), len(np.unique(where)), missing)
