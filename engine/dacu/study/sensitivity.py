"""What drives an outcome: indices of each factor with 95% bootstrap intervals, and whether their order is settled.

Intervals end where an index cannot go on: shares of variance at 0 and 1, sizes at 0, coefficients on ranks at ±1.

- Sobol: shares of the outcome's variance. First order: Saltelli et al. 2010 (Computer Physics Communications 181,
  259), table 2 b; total: Jansen 1999 (the same journal 117, 35); second order: Saltelli 2002 (again the same, 145,
  280).
- Morris: mean size μ* and spread σ of the effects of single moves, in the outcome's unit over a whole range
  (Campolongo, Cariboni & Saltelli 2007, Environ. Model. Softw. 22, 1509).
- Plain designs: standardised regression on ranks, with the share R² of the ranks' variance that it explains
  (Saltelli et al. 2008, Global Sensitivity Analysis, ch. 1). No surrogate model stands behind any figure.

Sums run in a fixed order and no matrix is solved by a library: the same figures on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dacu.estimates import cut
from dacu.possible import AMOUNT, CORRELATION, PART, Possible
from dacu.study.blocks import Method
from dacu.study.resample import Floats, Resampled, resampled

Kind = Literal["first", "total", "second", "mu_star", "sigma", "rank"]

MEASURES: Mapping[Method, Kind] = {"sobol": "total", "morris": "mu_star", "lhs": "rank", "grid": "rank"}
"""What factors are put in order by."""
POSSIBLE: Mapping[Kind, Possible] = {
    "first": PART, "total": PART, "second": PART, "mu_star": AMOUNT, "sigma": AMOUNT, "rank": CORRELATION,
}  # fmt: skip
"""Shares of a variance; sizes of effects; of factors drawn on their own a coefficient on ranks is a correlation."""
STABLE = 0.9
"""Share of resamples that must name the same leaders before their order counts as settled."""
LEADERS = 3
FEWEST = 4
"""Blocks below which nothing can be resampled."""
A_COEFFICIENT = 3
"""Rows that a regression needs a factor: resampled from fewer, its equations lose their solution."""


@dataclass(frozen=True)
class Index:
    """One figure about a factor, of a pair about both."""

    kind: Kind
    factor: str
    other: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Convergence:
    """In which share of resamples the same factors lead, in any order if there are more factors than leaders."""

    leaders: tuple[str, ...]
    share: float

    @property
    def stable(self) -> bool:
        """Whether the leaders are settled at this size."""
        return self.share >= STABLE


@dataclass(frozen=True)
class Sensitivity:
    """The indices of one outcome.

    `blocks` were used, `missing` lack a row; `explained` is R² of a regression. Without indices the outcome does not
    vary, or there are too few blocks.
    """

    indices: tuple[Index, ...]
    convergence: Convergence | None
    blocks: int
    missing: int
    explained: float | None = None

    def of(self, kind: Kind) -> dict[str, Index]:
        """The indices of one kind by factor, the largest first."""
        found = [index for index in self.indices if index.kind == kind]
        return {index.factor: index for index in sorted(found, key=lambda index: -abs(index.value))}


def sensitivity(
    unit: Floats, outcome: Floats, blocks: NDArray[np.int64], names: Sequence[str], method: Method, seed: int = 1
) -> Sensitivity:
    """Indices of an outcome of a design's rows.

    It is nan where a row has none: for Sobol and Morris the row's whole block is left out. A factor that never varies
    has no index.
    """
    structured = method in ("sobol", "morris")
    whole = ~np.isin(blocks, blocks[np.isnan(outcome)]) if structured else ~np.isnan(outcome)
    count = len(np.unique(blocks[whole]))
    missing = len(np.unique(blocks)) - count
    unit, outcome, blocks = unit[whole], outcome[whole], blocks[whole]
    fewest = FEWEST if structured else max(FEWEST, A_COEFFICIENT * len(names))
    if count < fewest or not outcome.max() > outcome.min():
        return Sensitivity((), None, count, missing)
    if method == "sobol":
        labels, found = _sobol(outcome.reshape(count, -1), names, seed)
    elif method == "morris":
        labels, found = _morris(unit.reshape(count, -1, len(names)), outcome.reshape(count, -1), names, seed)
    else:
        labels, found = _ranks(unit, outcome, blocks, names, seed)
    low, high = _bounds(labels, found)
    indices = tuple(
        Index(kind, factor, other, *map(float, figures))
        for (kind, factor, other), *figures in zip(labels, found.whole, low, high, strict=False)
        if not np.isnan(figures[0])
    )
    explained = float(found.whole[-1]) if len(found.whole) > len(labels) else None
    return Sensitivity(indices, _convergence(labels, found, MEASURES[method]), count, missing, explained)


Label = tuple[Kind, str, str]


def _bounds(labels: Sequence[Label], found: Resampled) -> tuple[Floats, Floats]:
    """The ends of the intervals of all that has a label; none goes on beyond what its kind can be."""
    limits = [POSSIBLE[kind] for kind, _, _ in labels]
    possible = Possible(np.array([one.least for one in limits]), np.array([one.most for one in limits]))
    low, high = (ends[: len(labels)] for ends in found.bounds())
    return cut(low, high, found.whole[: len(labels)], possible)


def _sobol(rows: Floats, names: Sequence[str], seed: int) -> tuple[list[Label], Resampled]:
    """Of base samples × (A, B, every A with a column of B, for pairs every B with a column of A)."""
    count = len(names)
    pairs = [(one, two) for one in range(count) for two in range(one + 1, count)] if rows.shape[1] > count + 2 else []
    labels: list[Label] = [("first", name, "") for name in names] + [("total", name, "") for name in names]
    labels += [("second", names[one], names[two]) for one, two in pairs]
    centred = rows - rows[:, :2].mean()

    def statistic(places: NDArray[np.int64]) -> Floats:
        f = centred[places]
        a, b, mixed, back = f[:, 0], f[:, 1], f[:, 2 : 2 + count], f[:, 2 + count :]
        variance = f[:, :2].var()
        if not variance > 0:
            return np.full(len(labels), np.nan)
        first = (b[:, None] * (mixed - a[:, None])).mean(axis=0) / variance
        total = ((a[:, None] - mixed) ** 2).mean(axis=0) / (2 * variance)
        both = [
            (back[:, one] * mixed[:, two] - a * b).mean() / variance - first[one] - first[two] for one, two in pairs
        ]
        return np.concatenate([first, total, both])

    return labels, resampled(statistic, len(rows), seed)


def _morris(unit: Floats, rows: Floats, names: Sequence[str], seed: int) -> tuple[list[Label], Resampled]:
    """Of trajectories × steps: each step moves one factor."""
    moves = np.diff(unit, axis=1)
    which = np.abs(moves).argmax(axis=2)
    effects = np.empty((len(rows), len(names)))
    slopes = np.diff(rows, axis=1) / np.take_along_axis(moves, which[:, :, None], axis=2)[:, :, 0]
    np.put_along_axis(effects, which, slopes, axis=1)
    labels: list[Label] = [("mu_star", name, "") for name in names] + [("sigma", name, "") for name in names]

    def statistic(places: NDArray[np.int64]) -> Floats:
        some = effects[places]
        return np.concatenate([np.abs(some).mean(axis=0), some.std(axis=0, ddof=1)])

    return labels, resampled(statistic, len(rows), seed)


def _ranks(
    unit: Floats, outcome: Floats, blocks: NDArray[np.int64], names: Sequence[str], seed: int
) -> tuple[list[Label], Resampled]:
    """Of plain rows; the last figure is R²."""
    members = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    labels: list[Label] = [("rank", name, "") for name in names]

    def statistic(places: NDArray[np.int64]) -> Floats:
        rows = np.concatenate([members[place] for place in places])
        return regression(np.stack([_ranked(column[rows]) for column in unit.T]), _ranked(outcome[rows]))

    return labels, resampled(statistic, len(members), seed)


def regression(factors: Floats, outcome: Floats) -> Floats:
    """Standardised coefficients of the outcome on factors (one a row), then R²; nan for a factor that does not vary.

    Normal equations by Gauss's elimination; a factor that the others determine has no coefficient of its own: nan.
    """
    found = np.full(len(factors) + 1, np.nan)
    varies = np.flatnonzero(factors.max(axis=1) > factors.min(axis=1))
    if not len(varies) or not outcome.max() > outcome.min():
        return found
    x = np.stack([_standard(factors[place]) for place in varies])
    y = _standard(outcome)
    matrix = np.array([[(one * two).mean() for two in x] for one in x])
    with_outcome = np.array([(one * y).mean() for one in x])
    solution = _solved(matrix, with_outcome)
    found[varies] = solution
    found[-1] = np.nansum(solution * with_outcome)
    return found


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


def _solved(matrix: Floats, right: Floats) -> Floats:
    """The solution of a correlation matrix's equations; nan where a pivot vanishes."""
    m, b = matrix.copy(), right.copy()
    order = range(len(b))
    lost = []
    for pivot in order:
        if m[pivot, pivot] < 1e-9:
            lost.append(pivot)
            m[:, pivot] = 0.0
            continue
        for row in order:
            if row != pivot:
                factor = m[row, pivot] / m[pivot, pivot]
                m[row] -= factor * m[pivot]
                b[row] -= factor * b[pivot]
    return np.array([np.nan if place in lost else b[place] / m[place, place] for place in order])


def _ranked(values: Floats) -> Floats:
    """Mean ranks, ties alike."""
    ordered = np.sort(values)
    below, above = np.searchsorted(ordered, values, side="left"), np.searchsorted(ordered, values, side="right")
    return np.asarray((below + above) / 2.0)


def _convergence(labels: Sequence[Label], found: Resampled, kind: Kind) -> Convergence:
    """How often resamples name the leaders of the whole."""
    places = [place for place, label in enumerate(labels) if label[0] == kind]
    collect: Callable[[Sequence[int]], object] = set if len(places) > LEADERS else tuple
    leaders = _leading(found.whole[places])
    same = [collect(_leading(row[places])) == collect(leaders) for row in found.again]
    return Convergence(tuple(labels[places[place]][1] for place in leaders), sum(same) / len(same))


def _leading(values: Floats) -> list[int]:
    sizes = np.where(np.isnan(values), -1.0, np.abs(values))
    return [int(place) for place in np.argsort(-sizes, kind="stable")[:LEADERS]]
