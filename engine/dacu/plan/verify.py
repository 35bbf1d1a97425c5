"""Plans against each other on fresh seeds: paired differences with their 95% intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dacu.plan.problem import Cell, Limit
from dacu.plan.program import nearest
from dacu.plan.question import Plan
from dacu.plan.whole import whole


class Simulator(Protocol):
    """What the optimiser asks of a simulation. It neither knows nor minds how many people or workers there
    are.
    """

    def outcomes(self, plans: Sequence[Plan], seeds: Sequence[int]) -> NDArray[np.float64]:
        """The objective of every plan under every seed, shape (plans, seeds).

        One seed means the same people and draws for all plans. Most plans of a call differ from the first in
        one cell, so a run may start from the first plan's snapshot at that cell's phase. Plans that only
        probe a curve may pass the budget and other limits.
        """
        ...

    def work(self, plans: Sequence[Plan]) -> float:
        """How much one seed of such a call is, in whole runs: a run forked halfway is half of one."""
        ...


@dataclass(frozen=True)
class Interval:
    """A mean over seeds with its standard error and 95% interval (Student's t): sampling noise only."""

    mean: float
    low: float
    high: float
    standard_error: float


@dataclass(frozen=True)
class Verified:
    """The plan found, beside the current plan and an equal split of the same money, on seeds no one has used."""

    seeds: tuple[int, ...]
    before: float
    after: float
    equal: float
    gain: Interval
    over_equal: Interval
    equal_split: Plan


def paired(before: NDArray[np.float64], after: NDArray[np.float64]) -> Interval:
    """The mean of after − before, seed by seed."""
    from scipy.stats import t

    difference = np.asarray(after) - np.asarray(before)
    mean = float(difference.mean())
    error = float(difference.std(ddof=1) / np.sqrt(difference.size))
    half = float(t.ppf(0.975, difference.size - 1)) * error
    return Interval(mean, mean - half, mean + half, error)


def equal_split(money: int, cells: Sequence[Cell], limits: Sequence[Limit]) -> Plan:
    """The money in equal parts on all cells, then moved as little as the limits demand."""
    parts: Mapping[Cell, float] = dict.fromkeys(cells, money / len(cells))
    return whole(nearest(parts, limits), limits, cells)


def verify(simulator: Simulator, current: Plan, found: Plan, limits: Sequence[Limit], seeds: Sequence[int]) -> Verified:
    """Simulate the three plans on the seeds and compare them pairwise."""
    equal = equal_split(sum(found.values()), tuple(found), limits)
    before, after, even = simulator.outcomes([current, found, equal], seeds)
    return Verified(
        tuple(seeds),
        before=float(before.mean()),
        after=float(after.mean()),
        equal=float(even.mean()),
        gain=paired(before, after),
        over_equal=paired(even, after),
        equal_split=equal,
    )
