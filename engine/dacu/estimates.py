"""What replications allow us to say: means with intervals, and paired differences.

Replications at the same coefficients speak of sampling alone: what another draw of people and events would change.
Where each runs in a world of its own, with coefficients drawn from what is plausible, they speak of beliefs too, and
the interval is that of the worlds themselves, P10 to P90. An interval is cut where no figure of its kind can lie: it
covers the truth as often as before, for the truth does not lie beyond. All sums run over replications, in their order,
so results do not depend on who ran them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.possible import ANYTHING, Possible

Floats: TypeAlias = NDArray[np.float64]
Samples = Sequence[float | None]
Kind: TypeAlias = Literal["sampling", "beliefs"]

LEVEL = 0.95
LOW, HIGH = 0.1, 0.9
"""Shares of worlds below the ends of an interval over worlds."""


@dataclass(frozen=True)
class Estimate:
    """A mean over `n` replications with its 95% t-interval; over worlds with their P10, P50 (`median`) and P90.

    The interval ends where the figure cannot go on. The bounds are None for a single replication, the mean too where no
    replication defines the figure.
    """

    mean: float | None
    low: float | None
    high: float | None
    unit: str
    n: int
    kind: Kind = "sampling"
    median: float | None = None


class Bounds(NamedTuple):
    """A figure with a 95% interval around it that need not be symmetric."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Paired:
    """One KPI of two plans, compared replication by replication on the same people and draws.

    `relative` is the change of the mean over the size of the base's mean. `better_probability` is the chance
    that the other plan is better, None for one replication or a KPI without a better side; over worlds it is the
    share of them in which the plan is better. `variance_ratio` is the variance of an unpaired difference over that
    of this one, None below three replications, over worlds, or where the difference never varies; `identical` says
    that it is always zero.
    """

    base: Estimate
    other: Estimate
    difference: Estimate
    relative: Estimate
    better_probability: float | None
    variance_ratio: Bounds | None
    identical: bool


def estimate(samples: Samples, unit: str, kind: Kind = "sampling", possible: Possible = ANYTHING) -> Estimate:
    """The mean of one figure over replications or worlds; `n` counts those that define it."""
    known = np.array([value for value in samples if value is not None], dtype=np.float64)
    mean, half = interval(known[:, None])
    if kind == "sampling" or len(known) < 2:
        return replace(_estimate(mean[0], *ends(mean, half, possible), unit, len(known)), kind=kind)
    low, median, high = (percentile(known.tolist(), share) for share in (LOW, 0.5, HIGH))
    return Estimate(float(mean[0]), low, high, unit, len(known), kind, median)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of the others lies below, on the line between neighbours (Hyndman & Fan 1996, type 7)."""
    ordered = sorted(values)
    below = min(int(share * (len(ordered) - 1)), len(ordered) - 2) if len(ordered) > 1 else 0
    part = share * (len(ordered) - 1) - below
    if part == 0:
        return ordered[below]
    return ordered[below] + part * (ordered[below + 1] - ordered[below])


def ends(mean: Floats, half: Floats, possible: Possible) -> tuple[Floats, Floats]:
    """Both ends of intervals, cut where nothing is possible; never so far that a mean lies outside."""
    return cut(mean - half, mean + half, mean, possible)


def cut(low: Floats, high: Floats, around: Floats, possible: Possible) -> tuple[Floats, Floats]:
    """Intervals cut where nothing is possible; what they are `around` is never cut off."""
    least, most = np.minimum(possible.least, around), np.maximum(possible.most, around)
    return np.clip(low, least, most), np.clip(high, least, most)


def spread(samples: Floats, kind: Kind, possible: Possible = ANYTHING) -> tuple[Floats, Floats, Floats]:
    """Mean and both bounds of each column, as `estimate` gives them; NaN where it gives none."""
    mean, half = interval(samples)
    if kind == "sampling":
        return mean, *ends(mean, half, possible)
    known = [column[~np.isnan(column)].tolist() for column in samples.T]
    low, high = (
        np.array([percentile(values, share) if len(values) > 1 else np.nan for values in known], dtype=np.float64)
        for share in (LOW, HIGH)
    )
    return mean, low, high


def _estimate(mean: float, low: Floats, high: Floats, unit: str, n: int) -> Estimate:
    if n == 0:
        return Estimate(None, None, None, unit, n)
    if n == 1:
        return Estimate(float(mean), None, None, unit, n)
    return Estimate(float(mean), float(low[0]), float(high[0]), unit, n)


def interval(samples: Floats) -> tuple[Floats, Floats]:
    """Mean and half-width of the 95% t-interval of each column; rows are replications, NaN is undefined.

    The half-width of a column with fewer than two figures is NaN, and so is the mean of one with none.
    """
    known = ~np.isnan(samples)
    n = known.sum(axis=0)
    mean, deviations = _centred(samples, known)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(n > 1, _total(deviations * deviations) / (n - 1), np.nan)
        half = _t_quantiles(n - 1) * np.sqrt(variance / n)
    return mean, half


def _centred(samples: Floats, known: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Column means and the deviations from them, 0 where unknown; equal figures are their own mean."""
    if not len(samples):
        return np.full(samples.shape[1], np.nan), samples
    first = samples[known.argmax(axis=0), np.arange(samples.shape[1])]
    with np.errstate(invalid="ignore"):
        mean = first + _total(np.where(known, samples - first, 0)) / known.sum(axis=0)
    return mean, np.where(known, samples - mean, 0)


def _total(rows: Floats) -> Floats:
    """Row after row: NumPy's own sums may add in another order on another machine."""
    total = np.zeros(rows.shape[1])
    for row in rows:
        total = total + row
    return total


def _t_quantiles(freedom: NDArray[np.int_]) -> Floats:
    """Two-sided 95% quantiles of Student's t, NaN where there is no freedom."""
    quantiles = np.full(freedom.shape, np.nan)
    for df in np.unique(freedom[freedom > 0]).tolist():
        quantiles[freedom == df] = _t_quantile(df)
    return quantiles


@cache
def _t_quantile(freedom: int) -> float:
    """Rounded, so that a CPU's last bit never reaches a table."""
    from scipy.special import stdtrit

    return round(float(stdtrit(freedom, 0.5 + LEVEL / 2)), 10)


def compare_paired(
    base: Samples, other: Samples, unit: str, better: int, kind: Kind = "sampling", possible: Possible = ANYTHING
) -> Paired:
    """Compare two plans over the replications, or worlds, that define the figure in both; a change has no limits.

    The relative change comes from the ratio of means, with the t-interval of the ratio estimator's residuals
    (Cochran 1977, Sampling Techniques, ch. 6); over worlds its bounds are those of their own relative changes.
    """
    pairs = [(b, o) for b, o in zip(base, other, strict=True) if b is not None and o is not None]
    a, b = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    difference, sampled = estimate((b - a).tolist(), unit, kind), kind == "sampling"
    return Paired(
        base=estimate(base, unit, kind, possible),
        other=estimate(other, unit, kind, possible),
        difference=difference,
        relative=_relative(a, b) if sampled else _relative_in_worlds(a, b),
        better_probability=_better_probability(difference, better) if sampled else _better_share(b - a, better),
        variance_ratio=_variance_ratio(a, b) if sampled else None,
        identical=len(a) > 0 and bool((a == b).all()),
    )


def _relative_in_worlds(base: Floats, other: Floats) -> Estimate:
    own = [
        (after - before) / abs(before) for before, after in zip(base.tolist(), other.tolist(), strict=True) if before
    ]
    return replace(estimate(own, "ratio", "beliefs"), mean=_relative(base, other).mean)


def _better_share(difference: Floats, better: int) -> float | None:
    return float((better * difference > 0).mean()) if better and len(difference) else None


def _relative(base: Floats, other: Floats) -> Estimate:
    start = estimate(base.tolist(), "ratio").mean
    end = estimate(other.tolist(), "ratio").mean
    if not start or end is None:
        return Estimate(None, None, None, "ratio", len(base))
    ratio = end / start
    _, half = interval(((other - ratio * base) / abs(start))[:, None])
    mean = (end - start) / abs(start)
    return _estimate(mean, mean - half, mean + half, "ratio", len(base))


def _better_probability(difference: Estimate, better: int) -> float | None:
    """The t-distribution of the paired mean difference, on the KPI's better side."""
    if better == 0 or difference.mean is None or difference.high is None:
        return None
    from scipy.special import stdtr

    quantile = float(_t_quantiles(np.array([difference.n - 1]))[0])
    spread = (difference.high - difference.mean) / quantile
    if spread == 0:
        return 0.5 + 0.5 * float(np.sign(better * difference.mean))
    return round(float(stdtr(difference.n - 1, better * difference.mean / spread)), 10)


def _variance_ratio(base: Floats, other: Floats) -> Bounds | None:
    """(Var base + Var other) ÷ Var (other − base), exact for normal pairs (Pitman 1939; Morgan 1939).

    With s = base + other and d = other − base it is (1 + Var s ÷ Var d) ÷ 2, and the ratio of two variances
    from one paired sample has a closed interval by way of the correlation of s and d.
    """
    n = len(base)
    if n < 3:
        return None
    both = np.column_stack([base + other, other - base])
    _, deviations = _centred(both, np.ones(both.shape, dtype=np.bool_))
    squares = _total(np.column_stack([deviations * deviations, deviations[:, :1] * deviations[:, 1:]]))
    ss, dd, sd = (float(square) for square in squares)
    if dd == 0:
        return None
    width = 2 * float(_t_quantiles(np.array([n - 2]))[0]) ** 2 / (n - 2)
    unshared = max(0.0, 1 - sd * sd / (ss * dd)) if ss else 1.0
    centre = 1 + width * unshared
    reach = np.sqrt(centre * centre - 1)
    ratio, low, high = (0.5 + 0.5 * ss / dd * factor for factor in (1.0, centre - reach, centre + reach))
    return Bounds(ratio, float(low), float(high))
