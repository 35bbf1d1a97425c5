"""Plans against each other on fresh seeds: paired differences with their 95% intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.kpis import BY_ID, MEASURE_UNITS
from dacu.plan.question import Figure, Plan, Risk
from dacu.plan.risk import Outlook, outlook, scores

Outcomes: TypeAlias = NDArray[np.float64]

TOGETHER = 2
"""Fresh seeds that are simulated before the clock is looked at."""


class Simulator(Protocol):
    """What the optimiser asks of a simulation. It neither knows nor minds how many people or workers there are."""

    figures: tuple[Figure, ...]

    @property
    def recalled(self) -> int:
        """Runs so far that were not lived, because an earlier one had told."""
        ...

    def outcomes(self, plans: Sequence[Plan], seeds: Sequence[int]) -> NDArray[np.float64]:
        """The figures of every plan under every seed, shape (figures, plans, seeds).

        One seed means the same people and draws for all plans. Most plans of a call differ from the first in one cell,
        so a run may start from the first plan's snapshot at that cell's phase. Plans that only probe a curve may pass
        the budget and other limits.
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
class Rival:
    """A plan that the one found must beat, and by how much it does, in units of the objective."""

    plan: Plan
    value: float
    gain: Interval


@dataclass(frozen=True)
class Verified:
    """The plan found beside the current one and the plain rules of thumb.

    `by_seed` has each figure of the simulator before and after, seed by seed. `fresh` says that nobody had used the
    seeds. Where the worst runs count, `before`, `after` and gains are those of mean and worst runs together, and
    `outlooks` has them apart, before and after.
    """

    seeds: tuple[int, ...]
    before: float
    after: float
    gain: Interval
    rivals: Mapping[str, Rival] = field(default_factory=dict)
    by_seed: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]] = field(default_factory=dict)
    fresh: bool = True
    outlooks: tuple[Outlook, Outlook] | None = None

    @cached_property
    def values(self) -> Mapping[str, tuple[float, float]]:
        """The mean of each figure before and after."""
        return {name: (float(np.mean(was)), float(np.mean(now))) for name, (was, now) in self.by_seed.items()}

    def means(self, kpis: Iterable[str]) -> dict[str, tuple[float, float]]:
        """The mean of KPIs that are sums before and after, in their own unit; those that were read."""
        return {
            kpi: (self.values[kpi][0] / unit, self.values[kpi][1] / unit)
            for kpi in kpis
            if kpi in self.values and (unit := MEASURE_UNITS[BY_ID[kpi].unit])
        }

    @cached_property
    def chance(self) -> float | None:
        """The chance that the plan found is better than the current one, None after a single seed."""
        return chance_of(self.gain, len(self.seeds))

    def sums(self, kpis: Iterable[str]) -> tuple[dict[str, tuple[float, ...]], dict[str, tuple[float, ...]]]:
        """KPIs that are sums, before and after, seed by seed in their own unit; KeyError for one nobody read."""
        scale = {kpi: MEASURE_UNITS[BY_ID[kpi].unit] for kpi in kpis}
        before, after = (
            {kpi: tuple(value / unit for value in self.by_seed[kpi][side]) for kpi, unit in scale.items()}
            for side in (0, 1)
        )
        return before, after


def paired(before: NDArray[np.float64], after: NDArray[np.float64]) -> Interval:
    """The mean of after − before, seed by seed. One seed has no spread: its interval is infinite."""
    from scipy.stats import t

    difference = np.asarray(after) - np.asarray(before)
    mean = float(difference.mean())
    if difference.size == 1:
        return Interval(mean, -np.inf, np.inf, np.inf)
    error = float(difference.std(ddof=1) / np.sqrt(difference.size))
    half = float(t.ppf(0.975, difference.size - 1)) * error
    return Interval(mean, mean - half, mean + half, error)


def chance_of(gain: Interval, seeds: int) -> float | None:
    """The chance that a gain is above zero, by Student's t around its mean; None for a single seed."""
    from scipy.special import stdtr

    if seeds < 2:
        return None
    if gain.standard_error == 0:
        return 0.5 + 0.5 * float(np.sign(gain.mean))
    return float(stdtr(seeds - 1, gain.mean / gain.standard_error))


def verify(
    simulator: Simulator, worth: Callable[[Sequence[Plan], Outcomes], Outcomes], current: Plan, found: Plan,
    rivals: Mapping[str, Plan], seeds: Sequence[int], risk: Risk | None = None,
    time_for: Callable[[float], bool] | None = None,
) -> Verified:  # fmt: skip
    """Simulate all plans on the seeds and compare them pairwise by their `worth`, shape (plans, seeds).

    Where the clock counts, seeds are taken TOGETHER at a time, and no more of them once there is no `time_for` what is
    asked (as a multiple of what was done); a question of risk has all its seeds.
    """
    plans = [current, found, *rivals.values()]
    parts: list[Outcomes] = []
    together = len(seeds) if time_for is None or risk is not None else TOGETHER
    for start in range(0, len(seeds), together):
        if parts and time_for is not None and not time_for(1 / len(parts)):
            break
        parts.append(simulator.outcomes(plans, seeds[start : start + together]))
    outcomes = np.concatenate(parts, axis=2)
    seeds = seeds[: outcomes.shape[2]]
    worths = worth(plans, outcomes)
    values = worths if risk is None else scores(worths, risk)
    before, after = values[:2]
    by_seed = {
        figure.name: (tuple(row[0].tolist()), tuple(row[1].tolist()))
        for figure, row in zip(simulator.figures, outcomes, strict=True)
    }
    return Verified(
        tuple(seeds), float(before.mean()), float(after.mean()), paired(before, after),
        {name: Rival(plan, float(own.mean()), paired(own, after))
         for (name, plan), own in zip(rivals.items(), values[2:], strict=True)},
        by_seed, outlooks=None if risk is None else (outlook(worths[0], risk), outlook(worths[1], risk)),
    )  # fmt: skip
