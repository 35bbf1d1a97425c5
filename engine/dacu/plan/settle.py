"""The optimum next to one that is known: Newton's method on the true curves, for re-solves that move a limit a little.

Within the limits that bind, an optimum is where every cell that can move returns, less the prices of the limits,
nothing more for its next unit of money. Newton's method solves that for money and prices together, to rounding, in a
few small linear systems; limits and ends of rooms join and leave on the way. What it finds counts only if the
Lagrangian bound on the true curves (certificate.bound_of) meets it, else the programme answers. So prices are those of
the true curves, not of the segments that a solver saw.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.plan.certificate import Prices, bound_of, charges, rise_of, whole_box
from dacu.plan.curves import Curve, Points, concave_stretch
from dacu.plan.elastic import solve
from dacu.plan.problem import BLUR, Cell, Claim, Limit, Problem, Room, Row, keeps
from dacu.plan.program import Solution, held_at

MOST_STEPS = 60
STILL = 1e-13
"""A step of less than this share of all money is none."""

MET = 1e-9
"""How near the bound must come, as a share of what the plan gains."""

PROVED = 1e-7
"""How near it must come for prices to hold whatever else is chosen."""

NEAR_THE_WALL = 0.9
"""How far towards the end of its room a cell goes that will not stay there."""

BESIDE = 1e-9
"""How near to the end of a piece its slope is taken, as a share of the piece."""

Floats: TypeAlias = NDArray[np.float64]


def settle(problem: Problem, money: Mapping[Cell, float], prices: Prices) -> Solution | None:
    """The proved optimum, searched from a plan and prices near it; None if it cannot be reached or proved from there.

    Cells on convex stretches are proved against what is near, all others against every spend of their rooms.
    Problems with choices and those of straight lines alone are the programme's own, which is exact on them.
    """
    if problem.switched or not any(_is_smooth(problem, cell) for cell in problem.rooms):
        return None
    try:
        return _Newton(problem, money, prices).run()
    except np.linalg.LinAlgError:
        return None


def solve_near(problem: Problem, known: Solution) -> Solution:
    """The optimum of a problem that differs a little from one whose solution is known; AnswerIsNo if it has no plan."""
    return settle(problem, known.money, known.prices) or solve(problem)


def around(problem: Problem, found: Claim | Solution) -> Problem:
    """The problem with the plan's choices made and each cell held on the stretch of its curve that it stands on.

    The curve is what the cell returns less what the limits charge, at the plan's prices. Prices, differences and ranges
    of a problem with choices are those of this one. Where no choice was made, because all is concave or because the
    prices alone prove the plan against every other, the problem is its own.
    """
    money = found.money
    if problem.is_concave or (not problem.switched and problem.aims_concave and _is_proved(problem, found)):
        return problem
    chosen = frozenset(cell for cell in problem.switched if money[cell] > 0)
    gains = charges(problem, found.prices)[1]
    rooms = {
        cell: Room(0.0, 0.0)
        if cell in problem.switched and cell not in chosen
        else _stretch(gains[cell].curve(problem, cell), spend, problem.rooms[cell])
        for cell, spend in money.items()
    }
    return held_at(problem, rooms, chosen)


def polished(problem: Problem, found: Claim | Solution) -> Solution:
    """A claim or solution as the solution of the problem around it, to rounding where the curves are smooth."""
    known = (
        found
        if isinstance(found, Solution)
        else Solution(found.money, found.objective, found.prices, found.bound, whole=not problem.is_concave)
    )
    settled = settle(problem, found.money, found.prices)
    return known if settled is None else replace(settled, whole=known.whole)


def _is_proved(problem: Problem, found: Claim | Solution) -> bool:
    """Whether the prices prove the plan against every other."""
    bound = bound_of(problem, whole_box(problem), found.prices)
    return bound - found.objective <= PROVED * rise_of(problem, problem.state(found.money))


def _stretch(curve: Curve, spend: float, room: Room) -> Room:
    """The concave stretch around a spend, else the convex piece in which it stands."""
    low, high = concave_stretch(curve, spend, room.least, room.most)
    if low < high:
        return Room(low, high)
    pieces = (piece for piece in curve.pieces(room.least, room.most) if piece.low <= spend <= piece.high)
    return next((Room(piece.low, piece.high) for piece in pieces), Room(spend, spend))


def _is_smooth(problem: Problem, cell: Cell) -> bool:
    return any(cell in curves and not isinstance(curves[cell], Points) for curves in problem.curves.values())


class _Excess(NamedTuple):
    """An amount of a limit less what it is measured against, turned so that above 0 the limit is broken."""

    limit: Limit
    place: int
    money: Row
    response: Mapping[str, Row]
    base: float


class _Way(NamedTuple):
    """Where a cell that can move stands, and the piece of its curve in which it moves."""

    spend: float
    low: float
    high: float


@dataclass
class _Newton:
    """Money of each cell and price of each limit, moved together until both stand still."""

    problem: Problem
    money: Mapping[Cell, float]
    start: Prices

    def __post_init__(self) -> None:
        self.walls = {cell: self._walls(cell) for cell in self.problem.rooms}
        self.scale = max((walls[-1] - walls[0] for walls in self.walls.values()), default=0.0) or 1.0
        self.worth = self.problem.span or 1.0
        self.x = {cell: min(max(self.money[cell], walls[0]), walls[-1]) for cell, walls in self.walls.items()}
        self.rows = tuple(_excesses(self.problem.limits))
        self.prices = [self.start[row.limit.id][row.place] for row in self.rows]
        self.active = [_is_exact(row) or price > 0 for row, price in zip(self.rows, self.prices, strict=True)]
        if any(self._is_between(cell) for cell in self._convex()):  # there a limit that holds may have had no price
            tight = [self._excess(row) >= -BLUR * self._weight(row) for row in self.rows]
            self.active = [one or other for one, other in zip(self.active, tight, strict=True)]

    def run(self) -> Solution | None:
        """Steps until nothing moves, then the proof."""
        for _ in range(MOST_STEPS):
            moved = self._step()
            if not self._joined_or_left() and moved <= STILL:
                return self._proved()
        return None

    def _walls(self, cell: Cell) -> tuple[float, ...]:
        """The ends of the cell's room and the kinks between."""
        low, high = self.problem.rooms[cell].least, self.problem.rooms[cell].most
        curves = [by_cell[cell] for by_cell in self.problem.curves.values() if cell in by_cell]
        kinks = {turn for curve in curves for turn in curve.turns if low < turn < high}
        return tuple(sorted({low, high, *kinks}))

    def _net(self) -> dict[Cell, tuple[Curve, float]]:
        """For each cell its curve at the prices so far, and what a unit of its money gains beside it."""
        gains = charges(self.problem, self._told())[1]
        return {cell: (charge.curve(self.problem, cell), charge.money) for cell, charge in gains.items()}

    def _step(self) -> float:
        """One step of money and prices; the largest move of money as a share of `scale`."""
        net = self._net()
        ways = {cell: way for cell in self.x if (way := self._way(cell, *net[cell])) is not None}
        ways |= self._mending(ways)
        if not ways:
            return 0.0
        before = dict(self.x)
        self.x |= {cell: way.spend for cell, way in ways.items()}
        bends = np.array([net[cell][0].bend(way.spend) for cell, way in ways.items()])
        try:
            moves = self._solve(tuple(ways), bends)
        except np.linalg.LinAlgError:  # too many straight lines at once: each bends as its whole chain does
            chains = np.array([self._mean_bend(cell, net[cell][0]) for cell in ways])
            moves = self._solve(tuple(ways), np.where(bends == 0, chains, bends))
        net = self._net()
        for (cell, way), move in zip(ways.items(), moves, strict=True):
            self.x[cell] = _inside(way, way.spend + float(move), *net[cell])
        return max(abs(self.x[cell] - spend) for cell, spend in before.items()) / self.scale

    def _solve(self, cells: Sequence[Cell], bends: Floats) -> Floats:
        """Moves of these cells that meet the active limits at slopes of nothing; sets the prices on the way."""
        objective, n = self.problem.objective, len(cells)
        gains = np.array([self._slope(objective.money, objective.response, cell) for cell in cells])
        active = [k for k, is_active in enumerate(self.active) if is_active and self._moves(k, cells)]
        m = len(active)
        slopes = np.array([[self._slope(self.rows[k].money, self.rows[k].response, c) for c in cells] for k in active])
        slopes = slopes.reshape(m, n) * self.scale
        heights = np.abs(slopes).max(axis=1, initial=0.0)
        slopes /= heights[:, None]
        system = np.zeros((n + m, n + m))
        system[:n, :n] = np.diag(bends * self.scale * self.scale / self.worth)
        system[:n, n:], system[n:, :n] = -slopes.T, slopes
        excess = [-self._excess(self.rows[k]) / height for k, height in zip(active, heights, strict=True)]
        found = np.linalg.solve(system, np.concatenate([-gains * self.scale / self.worth, excess]))
        for k, price, height in zip(active, found[n:], heights, strict=True):
            self.prices[k] = float(price) * self.worth / float(height)
        return found[:n] * self.scale

    def _mean_bend(self, cell: Cell, curve: Curve) -> float:
        """The second derivative that a chain of straight lines has on average, below 0."""
        low, high = self.walls[cell][0], self.walls[cell][-1]
        start, end = (curve.slope(at) for at in (low, high - BESIDE * (high - low)))
        return -(max(start - end, 0.0) or abs(start)) / (high - low)

    def _moves(self, row: int, cells: Sequence[Cell]) -> bool:
        """Whether moving these cells moves what the row adds up."""
        money, response = self.rows[row].money, self.rows[row].response
        return any(self._slope(money, response, cell) for cell in cells)

    def _joined_or_left(self) -> bool:
        """Limits that are broken join the active ones, those whose price is below 0 leave."""
        changed = False
        for k, row in enumerate(self.rows):
            if self.active[k] and not _is_exact(row) and self.prices[k] < 0:
                self.active[k], self.prices[k], changed = False, 0.0, True
            elif not self.active[k] and self._excess(row) > STILL * self._weight(row):
                self.active[k] = changed = True
        return changed

    def _way(self, cell: Cell, curve: Curve, money: float) -> _Way | None:
        """Where the cell can move to gain, None if it stands best where it is."""
        walls, spend = self.walls[cell], self.x[cell]
        place = bisect_left(walls, spend)
        if walls[place] != spend:
            return _Way(spend, walls[place - 1], walls[place])
        if place + 1 < len(walls):
            beside = spend + BESIDE * (walls[place + 1] - spend)
            if curve.slope(beside) + money > 0:
                return _Way(beside, spend, walls[place + 1])
        if place > 0:
            beside = spend - BESIDE * (spend - walls[place - 1])
            if curve.slope(beside) + money < 0:
                return _Way(beside, walls[place - 1], spend)
        return None

    def _mending(self, ways: Mapping[Cell, _Way]) -> dict[Cell, _Way]:
        """Ways out of kinks for the cells of a broken limit that no other cell can mend."""
        found: dict[Cell, _Way] = {}
        for row, is_active in zip(self.rows, self.active, strict=True):
            excess = self._excess(row)
            if not is_active or abs(excess) <= STILL * self._weight(row) or any(row.money.get(cell) for cell in ways):
                continue
            for cell, factor in ((cell, factor) for cell, factor in row.money.items() if factor):
                walls, spend = self.walls[cell], self.x[cell]
                place = walls.index(spend) + (-1 if factor * excess > 0 else 1)
                if 0 <= place < len(walls):
                    wall = walls[place]
                    found[cell] = _Way(spend + BESIDE * (wall - spend), min(spend, wall), max(spend, wall))
        return found

    def _slope(self, money: Row, response: Mapping[str, Row], cell: Cell) -> float:
        slopes = (
            row[cell] * self.problem.curves[m][cell].slope(self.x[cell]) for m, row in response.items() if cell in row
        )
        return money.get(cell, 0.0) + sum(slopes)

    def _parts(self, row: _Excess) -> Iterator[float]:
        yield row.base
        for cell, factor in row.money.items():
            yield factor * self.x[cell]
        for measure, factors in row.response.items():
            for cell, factor in factors.items():
                yield factor * self.problem.curves[measure][cell].at(self.x[cell])

    def _excess(self, row: _Excess) -> float:
        return math.fsum(self._parts(row))

    def _weight(self, row: _Excess) -> float:
        return math.fsum(map(abs, self._parts(row)))

    def _told(self) -> Prices:
        """The prices by limit and amount."""
        told = {limit.id: [0.0] * len(limit.amounts) for limit in self.problem.limits}
        for row, price in zip(self.rows, self.prices, strict=True):
            told[row.limit.id][row.place] = price
        return {key: tuple(prices) for key, prices in told.items()}

    def _proved(self) -> Solution | None:
        """The plan, if none passes it by more than rounding; where cells stand on convex curves, none near it."""
        problem, prices, state = self.problem, self._told(), self.problem.state(self.x)
        value = problem.objective.total(state)
        box, convex = whole_box(problem), self._convex()
        for cell in convex:
            box = box.below(cell, self.x[cell]).above(cell, self.x[cell])
        bound = bound_of(problem, box, prices)
        if not keeps(state, problem.limits) or bound - value > MET * rise_of(problem, state):
            return None
        if convex and not self._is_top():
            return None
        return Solution(dict(self.x), value, prices, bound, whole=False)

    def _convex(self) -> list[Cell]:
        """Cells whose curves, less the prices, are convex where they stand, or on a side of it."""
        return [
            cell for cell, (curve, _) in self._net().items()
            if any(curve.bend((low + high) / 2) > 0 for low, high in self._beside(cell))
        ]  # fmt: skip

    def _beside(self, cell: Cell) -> list[tuple[float, float]]:
        """The pieces between walls that a cell stands on or next to."""
        return [(low, high) for low, high in pairwise(self.walls[cell]) if low <= self.x[cell] <= high]

    def _is_between(self, cell: Cell) -> bool:
        return self.x[cell] not in self.walls[cell]

    def _is_top(self) -> bool:
        """Whether moves between walls that keep the active limits only lose: slopes are nothing, and bends are below it
        in every such direction.
        """
        net = self._net()
        cells = [cell for cell in self.x if self._is_between(cell)]
        slopes = [net[cell][0].slope(self.x[cell]) + net[cell][1] for cell in cells]
        if max(map(abs, slopes), default=0.0) * self.scale > MET * self.worth:
            return False
        rows = [row for row, is_active in zip(self.rows, self.active, strict=True) if is_active]
        sloped = np.array([[self._slope(row.money, row.response, cell) for cell in cells] for row in rows])
        _, heights, directions = np.linalg.svd(sloped.reshape(len(rows), len(cells)))
        rank = int((heights > STILL * max(heights, default=0.0)).sum())
        free = directions[rank:]
        bends = np.diag([net[cell][0].bend(self.x[cell]) for cell in cells])
        return not len(free) or bool(np.linalg.eigvalsh(free @ bends @ free.T).max() < 0)


def _is_exact(row: _Excess) -> bool:
    return row.limit.side == "exactly"


def _inside(way: _Way, liked: float, curve: Curve, money: float) -> float:
    """The liked spend; beyond an end of the piece that end, or, if a cell would not stay there, most of the way."""
    for end, other, sign in ((way.low, way.high, 1.0), (way.high, way.low, -1.0)):
        if sign * (end - liked) >= 0:
            slope = curve.slope(end + BESIDE * (other - end))
            stays = sign * (slope + money) <= BESIDE * max(abs(slope), abs(money))
            return end if stays else way.spend + NEAR_THE_WALL * (end - way.spend)
    return liked


def _excesses(limits: Sequence[Limit]) -> Iterator[_Excess]:
    """Every amount of every limit."""
    for limit in limits:
        sign = -1.0 if limit.side == "at_least" else 1.0
        for place, amount in enumerate(limit.amounts):
            response = {
                measure: _less(amount.response.get(measure, {}), limit.of.response.get(measure, {}), limit.value, sign)
                for measure in (*amount.response, *limit.of.response)
            }
            money = _less(amount.money, limit.of.money, limit.value, sign)
            yield _Excess(limit, place, money, response, sign * (amount.base - limit.value * limit.of.base))


def _less(row: Row, of: Row, value: float, sign: float) -> Row:
    return {cell: sign * (row.get(cell, 0.0) - value * of.get(cell, 0.0)) for cell in dict.fromkeys((*row, *of))}
