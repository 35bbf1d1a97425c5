"""The proof of an optimum that one set of prices cannot give: boxes of plans, each with prices of its own.

Branch and price (Barnhart et al. 1998) on the true curves. In a box, a cell's spend is a mixture of single spends
(columns), so that mixtures reach exactly the concave hull of the curve; the best mixtures under the limits give prices,
a new column is the spend that a cell would like best at them, and the Lagrangian (certificate.bound_of) says how far
the box can reach. A box that could still beat the plan is cut where its mixture is least like a plan: at the mean spend
of a cell that mixes two, or between closed and open. A mixture's mean is a plan, so the search may find a better one.

Nothing here knows the programme that found the plan; what is proved is checked again by the certificate.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.errors import Fault, Finding
from dacu.plan.certificate import Box, Prices, best_of, bound_of, charges, halves, rise_of, whole_box
from dacu.plan.problem import SIGN, Amount, Cell, Leaf, Problem, Proof, Split

FIRST_COLUMNS = 5
"""Spends of a cell, spread over its box, that the mixtures of a box begin with."""

MOST_COLUMN_ROUNDS = 40
TOLERANCE = 1e-11
STRICT = 1e-10
"""A plan met on the way breaks no limit by more than this share: what a limit's blur gains is not better."""

DEAREST = 1e12
"""A box whose limits cannot be met at this price (in multiples of the plan's rise) has no plan."""


Floats: TypeAlias = NDArray[np.float64]


class _Row(NamedTuple):
    """An amount of a limit over the columns, divided by `scale`."""

    id: str
    place: int
    factors: Floats
    right: float
    scale: float
    sided: bool


@dataclass(frozen=True)
class Proved:
    """A proof, what it bounds, the best plan met on the way with the prices of its box, and whether it closed the gap
    asked for.
    """

    proof: Proof
    bound: float
    better: Mapping[Cell, float] | None
    prices: Prices
    closed: bool


@dataclass
class _Node:
    """A box on the way to a proof."""

    box: Box
    prices: Prices
    bound: float
    columns: Mapping[Cell, Sequence[tuple[float, bool]]]
    split: Split | None = None
    sides: tuple[_Node, _Node] | None = None

    def proof(self) -> Proof:
        """The proof below this box."""
        if self.sides is None or self.split is None:
            return Leaf(self.prices)
        left, right = self.sides
        return Split(self.split.cell, self.split.at, left.proof(), right.proof())


def prove(
    problem: Problem,
    money: Mapping[Cell, float],
    prices: Prices,
    *,
    gap: float = 1e-7,
    most_boxes: int = 20_000,
    out_of_time: Callable[[], bool] = lambda: False,
) -> Proved:
    """A proof that no plan beats `money` by more than `gap` of its rise, as far as boxes and time allow."""
    return _Prover(problem, money, gap).run(prices, most_boxes, out_of_time)


@dataclass
class _Prover:
    problem: Problem
    money: Mapping[Cell, float]
    gap: float
    better: Mapping[Cell, float] | None = None
    prices: Prices = field(default_factory=dict)
    ties: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        state = self.problem.state(self.money)
        self.value = self.problem.objective.total(state)
        self.rise = rise_of(self.problem, state)

    @property
    def target(self) -> float:
        """What a box must not pass."""
        return self.value + self.gap * self.rise

    def run(self, prices: Prices, most_boxes: int, out_of_time: Callable[[], bool]) -> Proved:
        """Cut the box that reaches highest until none passes the target."""
        box = whole_box(self.problem)
        root = _Node(box, prices, bound_of(self.problem, box, prices), {})
        waiting = [(-root.bound, next(self.ties), root)]
        boxes = 1
        while waiting and -waiting[0][0] > self.target and boxes < most_boxes and not out_of_time():
            node = heapq.heappop(waiting)[2]
            split = self._look(node)
            if split is None:
                if node.bound > self.target:  # as far as rounding lets it: stays as it is
                    heapq.heappush(waiting, (-node.bound, next(self.ties), node))
                    break
                continue
            parts = halves(node.box, split)
            left, right = (self._child(node, part) for part in parts)
            node.split, node.sides = split, (left, right)
            boxes += 1
            for side in node.sides:
                if side.bound > self.target:
                    heapq.heappush(waiting, (-side.bound, next(self.ties), side))
        bound = max(-waiting[0][0] if waiting else -math.inf, self._highest(root))
        return Proved(root.proof(), bound, self.better, self.prices, bound <= self.target)

    def _child(self, node: _Node, part: Box) -> _Node:
        bound = min(node.bound, bound_of(self.problem, part, node.prices))
        return _Node(part, node.prices, bound, node.columns)

    def _highest(self, node: _Node) -> float:
        return node.bound if node.sides is None else max(map(self._highest, node.sides))

    def _look(self, node: _Node) -> Split | None:
        """Price the box; where to cut it, or None if it is closed (or cannot be cut)."""
        columns = {cell: list(self._first_columns(node, cell)) for cell in self.problem.rooms}
        dear = 1e2
        for _ in range(MOST_COLUMN_ROUNDS):
            mixed = {cell: tuple(own) for cell, own in columns.items()}
            value, prices, mixture, unmet = self._mix(mixed, dear)
            constant, gains = charges(self.problem, prices)
            bests = {cell: best_of(self.problem, cell, charge, node.box) for cell, charge in gains.items()}
            bound = constant + math.fsum(best[0] for best in bests.values())
            if bound < node.bound:
                node.bound, node.prices = bound, prices
            if node.bound <= self.target:
                node.columns = columns
                return None
            fresh = 0
            for cell, (_, spend, chosen) in bests.items():
                if (spend, chosen) not in columns[cell]:
                    columns[cell].append((spend, chosen))
                    fresh += 1
            if unmet > 1e-9 and (not fresh or bound - value <= 1e-9 * abs(dear) * self.rise):
                if dear > DEAREST:
                    return None
                dear *= 1e3
            elif not fresh or bound - value <= 0.1 * max(self.gap * self.rise, TOLERANCE * abs(value)):
                break
        node.columns = mixed
        self._try(self._means(mixed, mixture), node.prices)
        return self._where(node, mixed, mixture)

    def _first_columns(self, node: _Node, cell: Cell) -> Sequence[tuple[float, bool]]:
        low, high = node.box.low[cell], node.box.high[cell]
        switched = cell in self.problem.switched
        found: dict[tuple[float, bool], None] = {}
        if switched and cell in node.box.closed:
            found[0.0, False] = None
        if cell in node.box.open and low <= high:
            spends = [low, high, *(low + (high - low) * k / (FIRST_COLUMNS - 1) for k in range(1, FIRST_COLUMNS - 1))]
            spends.append(min(max(self.money[cell], low), high))
            inherited = [
                spend for spend, chosen in node.columns.get(cell, ()) if chosen == switched and low <= spend <= high
            ]
            found |= dict.fromkeys((spend, switched) for spend in (*spends, *inherited))
        return list(found)

    def _mix(
        self, columns: Mapping[Cell, Sequence[tuple[float, bool]]], dear: float
    ) -> tuple[float, Prices, dict[Cell, list[float]], float]:
        """The best mixture: its value, the prices of the limits, weights of each cell's columns, and what is unmet.

        A limit may be broken at the price `dear` (in multiples of the rise, for the whole of what it adds up).
        """
        cells = [cell for cell in self.problem.rooms if columns[cell]]
        flat = [(row, cell, spend, chosen) for row, cell in enumerate(cells) for spend, chosen in columns[cell]]
        gains, rows = self._rows(flat)
        upper, equal = [r for r in rows if r.sided], [r for r in rows if not r.sided]
        n, slacks = len(flat), len(upper) + 2 * len(equal)
        left = np.zeros((len(upper), n + slacks))
        for k, row in enumerate(upper):
            left[k, :n], left[k, n + k] = row.factors, -1.0
        both = np.zeros((len(equal) + len(cells), n + slacks))
        for k, row in enumerate(equal):
            at = n + len(upper) + 2 * k
            both[k, :n], both[k, at], both[k, at + 1] = row.factors, -1.0, 1.0
        both[[len(equal) + row for row, *_ in flat], range(n)] = 1.0
        found = _solved(
            np.concatenate([-gains / self.rise, np.full(slacks, dear)]),
            A_ub=left if upper else None, b_ub=[row.right for row in upper] or None,
            A_eq=both, b_eq=[*(row.right for row in equal), *np.ones(len(cells))],
        )  # fmt: skip
        prices = {limit.id: [0.0] * len(limit.amounts) for limit in self.problem.limits}
        for row, dual in zip(upper, found.ineqlin.marginals if upper else (), strict=True):
            prices[row.id][row.place] = max(0.0, -float(dual)) * self.rise / row.scale
        for row, dual in zip(equal, found.eqlin.marginals[: len(equal)], strict=True):
            prices[row.id][row.place] = -float(dual) * self.rise / row.scale
        weights: dict[Cell, list[float]] = {cell: [] for cell in cells}
        for (_, cell, _, _), weight in zip(flat, found.x[:n], strict=True):
            weights[cell].append(float(weight))
        value = -float(found.fun) * self.rise + self.problem.objective.base
        return value, {key: tuple(row) for key, row in prices.items()}, weights, float(found.x[n:].sum())

    def _rows(self, flat: Sequence[tuple[int, Cell, float, bool]]) -> tuple[Floats, list[_Row]]:
        """What each column gains, and each limit as a scaled row Σ factor · weight ≤ right (= where it is exact)."""
        amounts = [self.problem.objective, *(a for x in self.problem.limits for a in (*x.amounts, x.of))]
        gains, *others = self._contributions(amounts, flat)
        rows = []
        for limit in self.problem.limits:
            own, of, others = others[: len(limit.amounts)], others[len(limit.amounts)], others[len(limit.amounts) + 1 :]
            sign = 1.0 if limit.side == "exactly" else -SIGN[limit.side]
            for place, (amount, total) in enumerate(zip(limit.amounts, own, strict=True)):
                factors = sign * (total - limit.value * of)
                right = sign * (limit.value * limit.of.base - amount.base)
                scale = max(float(np.abs(factors).max(initial=0.0)), abs(right), 1e-300)
                sided = limit.side != "exactly"
                rows.append(_Row(limit.id, place, factors / scale, right / scale, scale, sided))
        return gains, rows

    def _contributions(self, amounts: Sequence[Amount], flat: Sequence[tuple[int, Cell, float, bool]]) -> list[Floats]:
        """What each column adds to each amount, without its base."""
        curves = self.problem.curves
        responses = {m: [c[cell].at(x) if cell in c else 0.0 for _, cell, x, _ in flat] for m, c in curves.items()}
        rows = []
        for amount in amounts:
            row = np.zeros(len(flat))
            if amount.money:
                row += [amount.money.get(cell, 0.0) * spend for _, cell, spend, _ in flat]
            if amount.chosen:
                row += [amount.chosen.get(cell, 0.0) * chosen for _, cell, _, chosen in flat]
            for measure, factors in amount.response.items():
                row += [factors.get(cell, 0.0) * r for (_, cell, _, _), r in zip(flat, responses[measure], strict=True)]
            rows.append(row)
        return rows

    def _means(
        self, columns: Mapping[Cell, Sequence[tuple[float, bool]]], mixture: Mapping[Cell, Sequence[float]]
    ) -> dict[Cell, float]:
        """The mean spend of each cell, closed if mostly closed."""
        means = {}
        for cell, weights in mixture.items():
            switched = cell in self.problem.switched
            open_ = [(x, w) for (x, chosen), w in zip(columns[cell], weights, strict=True) if chosen == switched]
            share = math.fsum(w for _, w in open_)
            mean = math.fsum(x * w for x, w in open_) / share if share > 0 else 0.0
            means[cell] = 0.0 if switched and share < 0.5 else mean
        return means

    def _try(self, means: Mapping[Cell, float], prices: Prices) -> None:
        """A mean that keeps the limits, not only nearly, and is better than anything so far is remembered."""
        if len(means) < len(self.problem.rooms):
            return
        state = self.problem.state(means)
        value = self.problem.objective.total(state)
        kept = all(limit.excess(state) <= STRICT * limit.weight(state) for limit in self.problem.limits)
        if value > self.value + 1e-12 * self.rise and kept:
            self.value, self.better, self.prices = value, means, prices

    def _where(
        self, node: _Node, columns: Mapping[Cell, Sequence[tuple[float, bool]]], mixture: Mapping[Cell, Sequence[float]]
    ) -> Split | None:
        """The cell whose mixture is least like a spend, and where to cut it."""
        _, gains = charges(self.problem, node.prices)
        worst, split = 0.0, None
        for cell, weights in mixture.items():
            used = [(x, chosen, w) for (x, chosen), w in zip(columns[cell], weights, strict=True) if w > 1e-12]
            switched = cell in self.problem.switched
            opened = [(x, w) for x, chosen, w in used if chosen == switched]
            share = math.fsum(w for _, w in opened)
            charge, curve_low, curve_high = gains[cell], node.box.low[cell], node.box.high[cell]
            if switched and 1e-9 < share < 1 - 1e-9:
                spread = min(share, 1 - share) * max(
                    self.rise * 1e-3, *(abs(charge.value(self.problem, cell, x, True)) for x, _ in opened)
                )
                if spread > worst:
                    worst, split = spread, Split(cell, None, Leaf({}), Leaf({}))
                continue
            if len(opened) < 2 or curve_high <= curve_low:
                continue
            mean = math.fsum(x * w for x, w in opened) / share
            spread = self._spread(cell, opened, mean, share)
            if spread > worst:
                margin = 1e-3 * (curve_high - curve_low)
                at = mean if curve_low + margin < mean < curve_high - margin else (curve_low + curve_high) / 2
                worst, split = spread, Split(cell, at, Leaf({}), Leaf({}))
        return split

    def _spread(self, cell: Cell, opened: Sequence[tuple[float, float]], mean: float, share: float) -> float:
        """How far the responses of a mixture are from those of its mean."""
        far = 0.0
        for by_cell in self.problem.curves.values():
            if cell in by_cell:
                mixed = math.fsum(w * by_cell[cell].at(x) for x, w in opened) / share
                far = max(far, abs(mixed - by_cell[cell].at(mean)))
        return far


def _solved(costs: Floats, **rows: Any) -> Any:
    """The least costs: by the simplex method, or where numbers far apart stop it by interior points; else Fault."""
    from scipy.optimize import linprog

    methods: tuple[Literal["highs-ds", "highs-ipm"], ...] = ("highs-ds", "highs-ipm")
    for method in methods:
        found: Any = linprog(
            costs, **rows, bounds=(0, None), method=method,
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )  # fmt: skip
        if found.x is not None:
            return found
    raise Fault(Finding("plan_not_solved", path="optimise", value=str(found.message)))
