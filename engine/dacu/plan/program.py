"""The (mixed-integer) linear programme behind a plan, in cell form. The only file that imports PuLP.

Each cell has a spend y and one response r a measure, each tied by one equality to the segments of its curves; the
limits speak of y, r and the choices alone. (One flat sum over all segments takes HiGHS twenty times as long.) Segments
of a concave stretch fill from the left by themselves; where what a cell adds to the objective rises more steeply, a
binary lets that segment in only when all before it are full, so there are binaries only up to the last inflection
(Markowitz & Manne 1957). Curves that only limits ask for get them once a plan fills them out of order. Smooth curves
are cut at equal drops of slope and cut finer around each solution until the objective on the true curves stands still.

Money is scaled by the sum of all rooms, responses by their greatest rise and each limit by its own largest factor, so
a plan does not depend on units. Prices are objective per unit of what a limit adds up, and ≥ 0 where loosening it can
only help; the sign of a solver's dual is the solver's own affair.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import pairwise
from typing import Literal

import pulp

from dacu.errors import AnswerIsNo, Fault, Finding
from dacu.plan.curves import Points, Sum, best_spend, concave_stretch
from dacu.plan.problem import SIGN, Amount, Cell, Limit, Problem, Room, Side, keeps
from dacu.plan.segments import Grid, apart, cut_around, cut_at, cut_beside, first_cuts, grid_of, is_chain, within
from dacu.plan.solvers import usable

Solver = Literal["HiGHS", "CBC"]

IDLE = 1e-7
"""Segments as flat as this (scaled) slope are charged it: money that returns nothing stays unspent."""

TOLERANCE = 1e-9
EMPTY = 5 * TOLERANCE
"""Money above the least of a room, as a share of all rooms: where a floor of ROI forbids so little, it is rounding."""

MOST_ROUNDS = 24
MOST_WHOLE_ROUNDS = 3
"""Programmes with binaries: the first, and one or two with segments cut finer around what was found."""

WHOLE_APART = 1e-4
"""How near, as a share of a room, breakpoints may be beside binaries: nearer, HiGHS called wrong plans optimal."""

STILL, STILL_ROUNDS = 1e-12, 2
"""Rounds that each move the true objective by less than this share of its rise, and how many of them end the search."""


class Order(IntEnum):
    """Where the segments of a cell wait for those before them: nowhere, where what it adds to the objective rises,
    where any of its measures does, at every segment.
    """

    NONE = 0
    AIM = 1
    MEASURES = 2
    EVERYWHERE = 3


@dataclass(frozen=True)
class Solution:
    """The best plan found: money a cell (0 for a closed one), objective on the true curves, prices a limit and amount.

    `bound` is the solver's own word on the segments it saw, and `whole` says that choices (binaries) were made, so that
    prices hold at these choices.
    """

    money: Mapping[Cell, float]
    objective: float
    prices: Mapping[str, tuple[float, ...]]
    bound: float
    whole: bool


SLIVER = 1e-6
"""How far, as a share of its room, a cell moves from a spend where a curve is convex: Newton's method goes on there."""


def solve(
    problem: Problem,
    *,
    solver: Solver = "HiGHS",
    near: Mapping[Cell, float] | None = None,
    gap: float = 1e-7,
    seconds: float | None = None,
) -> Solution:
    """The plan with the highest objective that keeps the limits, as far as the segments around `near` and each solution
    show.

    Raises AnswerIsNo if no plan keeps them, Fault if the solver fails.
    """
    search = _Search(problem, _scales(problem), usable(solver), gap, seconds)
    cuts = {cell: first_cuts(problem, cell) for cell in problem.rooms}
    if near is not None:
        return replace(search.at_these_choices(cuts, near), whole=not problem.is_concave)
    best, order = None, Order.AIM
    for _ in range(MOST_WHOLE_ROUNDS):
        found = search.once({cell: apart(cuts[cell], problem.rooms[cell], WHOLE_APART) for cell in cuts}, order)
        if not found.whole:
            finer = search.finer(problem, cuts, found)
            if order == Order.MEASURES or problem.is_concave or keeps(problem.state(finer.money), problem.limits):
                return finer
            order = Order.MEASURES  # on finer segments a limit was met out of order
            continue
        if best is not None and all(_same(problem, cell, best.money[cell], found.money[cell]) for cell in cuts):
            break
        local = replace(search.at_these_choices(cuts, found.money), bound=found.objective, whole=True)
        if best is not None and local.objective <= best.objective:
            break
        best = local
        cuts = {cell: cut_around(cuts[cell], best.money[cell], problem, cell) for cell in cuts}
    if best is None:
        raise Fault(Finding("plan_not_solved", path="optimise", value="MILP"))
    return best


@dataclass
class _Search:
    """Programmes of one problem, on finer and finer segments."""

    problem: Problem
    scales: _Scales
    solver: Solver
    gap: float
    seconds: float | None

    def once(self, cuts: Mapping[Cell, Sequence[float]], order: Order) -> _Found:
        """The best plan on these segments, with binaries by `order` and wherever they would fill out of order."""
        orders = dict.fromkeys(cuts, order)
        while True:
            model = self._build(self.problem, cuts, orders)
            found = model.run(self.solver, self.gap, self.seconds)
            unordered = [cell for cell in model.unordered(found) if orders[cell] < Order.EVERYWHERE]
            if not unordered:
                return found
            orders |= {cell: Order(orders[cell] + 1) for cell in unordered}

    def finer(self, problem: Problem, cuts: Mapping[Cell, Sequence[float]], found: _Found | None) -> Solution:
        """The best plan of a problem without choices, on segments cut finer until the true objective stands still.

        Each round cuts every cell at its spend and at the one it would like best at the duals of its own rows, which
        closes in on the optimum of the true curves as fast as a secant does. A last one cuts right beside the spends,
        so that prices are slopes of the true curves even where the limits alone fixed the plan long before.
        """
        top, best, still = -math.inf, found, 0
        for _ in range(MOST_ROUNDS):
            if found is None:
                free = dict.fromkeys(cuts, Order.NONE)
                found = self._build(problem, cuts, free).run(self.solver, self.gap, self.seconds)
            value = problem.value(found.money)
            still = still + 1 if value - top <= STILL * self.scales.objective else 0
            if value >= top - 10 * TOLERANCE * self.scales.objective:
                best = found  # of equals the last, whose segments are finest and whose prices are truest
            top = max(top, value)
            if still > STILL_ROUNDS or not _smooth(problem):
                break
            bent = {cell: (found.money[cell], liked, problem.rooms[cell]) for cell, liked in found.appetites.items()}
            if still == STILL_ROUNDS:
                cuts = {**cuts, **{cell: cut_beside(cuts[cell], at, room) for cell, (at, _, room) in bent.items()}}
            else:
                cuts = {**cuts, **{cell: cut_at(cuts[cell], *where) for cell, where in bent.items()}}
            found = None
        if best is None:
            raise Fault(Finding("plan_not_solved", path="optimise", value="NaN"))
        return Solution(best.money, problem.value(best.money), best.prices, best.objective, whole=False)

    def at_these_choices(self, cuts: Mapping[Cell, Sequence[float]], money: Mapping[Cell, float]) -> Solution:
        """The best plan with the choices of this one, each cell on the concave stretch of curve that it stands on."""
        chosen = frozenset(cell for cell in self.problem.switched if money[cell] > 0)
        rooms = {cell: self._stretch(cell, money[cell], cell in chosen) for cell in self.problem.rooms}
        held = held_at(self.problem, rooms, chosen)
        inside = {cell: cut_around(within(cuts[cell], rooms[cell]), money[cell], held, cell) for cell in rooms}
        return self.finer(held, inside, None)

    def _stretch(self, cell: Cell, spend: float, chosen: bool) -> Room:
        if cell in self.problem.switched and not chosen:
            return Room(0.0, 0.0)
        return _stretch_of(self.problem, cell, spend)

    def _build(self, problem: Problem, cuts: Mapping[Cell, Sequence[float]], orders: Mapping[Cell, Order]) -> _Model:
        return _build(problem, {cell: grid_of(problem, cell, cuts[cell]) for cell in cuts}, self.scales, orders)


@dataclass(frozen=True)
class _Scales:
    money: float
    responses: Mapping[str, float]
    objective: float


@dataclass(frozen=True)
class _Found:
    """A solution of one programme, in the problem's own units."""

    money: dict[Cell, float]
    chosen: frozenset[Cell]
    responses: Mapping[str, Mapping[Cell, float]]
    objective: float
    prices: Mapping[str, tuple[float, ...]]
    appetites: Mapping[Cell, float]
    whole: bool


@dataclass
class _Model:
    """A programme under construction, in scaled money and responses."""

    problem: Problem
    scales: _Scales
    lp: pulp.LpProblem
    grids: Mapping[Cell, Grid]
    spend: dict[Cell, pulp.LpVariable] = field(default_factory=dict)
    response: dict[tuple[str, Cell], pulp.LpVariable] = field(default_factory=dict)
    chosen: dict[Cell, pulp.LpVariable] = field(default_factory=dict)
    rows: dict[str, list[tuple[pulp.LpConstraint, float]]] = field(default_factory=dict)
    ties: dict[Cell, tuple[pulp.LpConstraint, dict[str, pulp.LpConstraint]]] = field(default_factory=dict)
    solver: Solver = "HiGHS"
    whole: bool = False

    def binary(self, name: str) -> pulp.LpVariable:
        """A new yes or no."""
        self.whole = True
        return self.lp.add_variable(name, cat=pulp.LpBinary)

    def terms(self, amount: Amount, weight: float = 1.0) -> dict[str, tuple[pulp.LpVariable, float]]:
        """An amount as terms of the programme's variables, by variable name."""
        scale, terms = self.scales, []
        terms += [(self.spend[cell], weight * factor * scale.money) for cell, factor in amount.money.items()]
        terms += [(self.chosen[cell], weight * factor) for cell, factor in amount.chosen.items()]
        for measure, row in amount.response.items():
            worth = weight * scale.responses[measure]
            terms += [(self.response[measure, cell], worth * factor) for cell, factor in row.items() if factor]
        return {variable.name: (variable, factor) for variable, factor in terms}

    def run(self, solver: Solver, gap: float, seconds: float | None) -> _Found:
        """Solve, and translate back."""
        _run(self.lp, solver, gap, seconds)
        scale, self.solver = self.scales, solver
        chosen = frozenset(cell for cell, switch in self.chosen.items() if switch.varValue > 0.5)
        money = {}
        for cell, spend in self.spend.items():
            room = self.problem.rooms[cell]
            inside = min(max((spend.varValue or 0.0) * scale.money, room.least), room.most)
            money[cell] = 0.0 if cell in self.chosen and cell not in chosen else inside
        returns = [limit for limit in self.problem.limits if not limit.is_money]
        if returns and not keeps(self.problem.state(money), returns):
            money = {cell: self._emptied(cell, spend) for cell, spend in money.items()}
        responses: dict[str, dict[Cell, float]] = {}
        for (measure, cell), response in self.response.items():
            responses.setdefault(measure, {})[cell] = response.varValue * scale.responses[measure]
        prices = {
            limit.id: tuple(self._price(limit, *row) for row in self.rows[limit.id]) for limit in self.problem.limits
        }
        bent = () if self.whole else [cell for cell in self.spend if not is_chain(self.problem, cell)]
        likes = {cell: self._likes(cell) for cell in bent}
        value = pulp.value(self.lp.objective) * scale.objective
        return _Found(money, chosen, responses, value, prices, likes, self.whole)

    def _emptied(self, cell: Cell, spend: float) -> float:
        """The spend, or the least of the room where it is above that by rounding only."""
        least = self.problem.rooms[cell].least
        return least if 0 < spend - least <= EMPTY * self.scales.money else spend

    def _price(self, limit: Limit, row: pulp.LpConstraint, scale: float) -> float:
        """Objective per unit of what the limit adds up, ≥ 0 where loosening helps."""
        if self.whole:
            return 0.0
        price = -SIGN[limit.side] * self._worth(row)
        if abs(price) <= 2 * IDLE:
            return 0.0
        return (price if limit.side == "exactly" else max(0.0, price)) * self.scales.objective / scale

    def _worth(self, row: pulp.LpConstraint) -> float:
        """What one more on the right of a row is worth; HiGHS minimises −objective, so its duals are falls."""
        return -float(row.pi or 0.0) if self.solver == "HiGHS" else float(row.pi or 0.0)

    def _likes(self, cell: Cell) -> float:
        """The spend that the cell itself would choose at the duals of its own rows, on its true curves."""
        spend, responses = self.ties[cell]
        room, scale = self.problem.rooms[cell], self.scales
        terms = tuple(
            (self._worth(row) / scale.responses[measure], self.problem.curves[measure][cell])
            for measure, row in responses.items() if self._worth(row)
        )  # fmt: skip
        return best_spend(Sum(terms), -self._worth(spend) / scale.money, room.least, room.most) if terms else room.least

    def unordered(self, found: _Found) -> frozenset[Cell]:
        """Cells whose segments are not filled from the left: their responses are not those of their spend."""
        wrong = set()
        for measure, cell in self.response:
            if cell in self.chosen and cell not in found.chosen:
                continue
            grid = self.grids[cell]
            expected = (
                Points(grid.spends, grid.responses[measure]).at(found.money[cell])
                if len(grid.spends) > 1
                else grid.responses[measure][0]
            )
            if abs(found.responses[measure][cell] - expected) > 100 * IDLE * self.scales.responses[measure]:
                wrong.add(cell)
        return frozenset(wrong)


def _build(problem: Problem, grids: Mapping[Cell, Grid], scales: _Scales, orders: Mapping[Cell, Order]) -> _Model:
    model = _Model(problem, scales, pulp.LpProblem("plan", pulp.LpMaximize), grids)
    idle: list[tuple[pulp.LpVariable, float]] = []
    for number, (cell, grid) in enumerate(grids.items()):
        idle += _add_cell(model, number, cell, grid, orders[cell])
    worth = 1 / scales.objective
    goal = list(model.terms(problem.objective, worth).values())
    model.lp.setObjective(pulp.LpAffineExpression([*goal, *idle], constant=problem.objective.base * worth))
    for number, limit in enumerate(problem.limits):
        model.rows[limit.id] = [
            _add_limit(model, f"limit_{number:05}_{place:03}", limit, amount)
            for place, amount in enumerate(limit.amounts)
        ]
    return model


def _add_cell(model: _Model, number: int, cell: Cell, grid: Grid, order: Order) -> list[tuple[pulp.LpVariable, float]]:
    """Spend and responses of a cell, tied to its segments: y = first + Σ δ, r = first + Σ slope·δ.

    A switched cell has its first spend and response only if chosen. Returns charges for segments that return nothing.
    """
    lp, scales, problem = model.lp, model.scales, model.problem
    room, first = problem.rooms[cell], grid.spends[0]
    spend = model.spend[cell] = lp.add_variable(f"y_{number:05}", min(room.least, 0.0) / scales.money)
    switch = None
    if cell in problem.switched:
        switch = model.chosen[cell] = model.binary(f"z_{number:05}")
    widths = [(x1 - x0) / scales.money for x0, x1 in pairwise(grid.spends)]
    pieces = [lp.add_variable(f"x_{number:05}_{s:03}", 0, width) for s, width in enumerate(widths)]
    start = [] if switch is None else [(switch, -first / scales.money)]
    base = first / scales.money if switch is None else 0.0
    tied = _add(lp, f"spend_{number:05}", [(spend, 1.0), *((piece, -1.0) for piece in pieces), *start], "exactly", base)
    model.ties[cell] = tied, {}
    for m, (measure, values) in enumerate(grid.responses.items()):
        scale = scales.responses[measure]
        response = model.response[measure, cell] = lp.add_variable(f"r_{number:05}_{m}", None)
        slopes = [slope * scales.money / scale for slope in grid.slopes(measure)]
        terms = [(response, 1.0), *((piece, -slope) for piece, slope in zip(pieces, slopes, strict=True))]
        closed = values[0]
        if switch is not None and _may_close(problem, cell):
            closed = problem.curves[measure][cell].at(0.0)
            terms.append((switch, -(values[0] - closed) / scale))
        model.ties[cell][1][measure] = _add(lp, f"response_{number:05}_{m}", terms, "exactly", closed / scale)
    if switch is not None:
        for s, (piece, width) in enumerate(zip(pieces, widths, strict=True)):
            _add(lp, f"open_{number:05}_{s:03}", [(piece, 1.0), (switch, -width)], "at_most", 0.0)
        if not _may_close(problem, cell):
            _add(lp, f"must_{number:05}", [(switch, 1.0)], "exactly", 1.0)
    _order(model, number, _rises(problem, cell, grid, order), pieces, widths)
    returns = [[abs(s) * scales.money / scales.responses[m] for s in grid.slopes(m)] for m in grid.responses]
    flat = [s for s in range(len(pieces)) if all(row[s] <= 1e-9 for row in returns)]
    return [(pieces[s], -IDLE) for s in flat]


def _order(
    model: _Model, number: int, rises: Sequence[int], pieces: Sequence[pulp.LpVariable], widths: Sequence[float]
) -> None:
    """A binary at each of these segments: it and what follows stay empty until all before is full."""
    starts = [0, *rises]
    for rise, (start, end) in zip(rises, pairwise([*starts, len(pieces)]), strict=False):
        full = model.binary(f"u_{number:05}_{rise:03}")
        for s in range(start, end):
            _add(model.lp, f"full_{number:05}_{s:03}", [(pieces[s], 1.0), (full, -widths[s])], "at_least", 0.0)
        after = starts[starts.index(rise) + 1] if starts.index(rise) + 1 < len(starts) else len(pieces)
        for s in range(rise, after):
            _add(model.lp, f"next_{number:05}_{s:03}", [(pieces[s], 1.0), (full, -widths[s])], "at_most", 0.0)


def _rises(problem: Problem, cell: Cell, grid: Grid, order: Order) -> list[int]:
    """Segments that need leave to fill, by how strictly the cell keeps its order."""
    if order == Order.EVERYWHERE:
        return list(range(1, len(grid.spends) - 1))
    slopes = {measure: grid.slopes(measure) for measure in grid.responses}
    aim = [(row[cell], slopes[m]) for m, row in problem.objective.response.items() if row.get(cell)]
    rows = [[sum(factor * row[s] for factor, row in aim) for s in range(len(grid.spends) - 1)]]
    if order == Order.MEASURES:
        rows += slopes.values()
    steepest = [max(map(abs, row), default=0.0) for row in rows]
    return [] if order == Order.NONE else [
        s for s in range(1, len(grid.spends) - 1)
        if any(row[s] > row[s - 1] + 1e-9 * top for row, top in zip(rows, steepest, strict=True))
    ]  # fmt: skip


def _add_limit(model: _Model, name: str, limit: Limit, amount: Amount) -> tuple[pulp.LpConstraint, float]:
    """amount − value · of (side) 0, scaled by its largest factor. Returns the row and the scale."""
    terms = model.terms(amount)
    for key, (variable, factor) in model.terms(limit.of, -limit.value).items():
        terms[key] = (variable, terms[key][1] + factor) if key in terms else (variable, factor)
    right = limit.value * limit.of.base - amount.base
    scale = max([abs(factor) for _, factor in terms.values()], default=0.0) or abs(right) or 1.0
    scaled = [(variable, factor / scale) for variable, factor in terms.values()]
    return _add(model.lp, name, scaled, limit.side, right / scale), scale


def _add(
    lp: pulp.LpProblem, name: str, terms: list[tuple[pulp.LpVariable, float]], side: Side, right: float
) -> pulp.LpConstraint:
    sense = {"at_most": pulp.LpConstraintLE, "at_least": pulp.LpConstraintGE}.get(side, pulp.LpConstraintEQ)
    row = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name, right)
    lp.addConstraint(row)
    return row


def _run(lp: pulp.LpProblem, solver: Solver, gap: float, seconds: float | None) -> None:
    """Solve. HiGHS works on one thread by dual simplex, so that one input has one answer."""
    if solver == "CBC":
        engine = pulp.COIN_CMD(
            path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, gapRel=gap, timeLimit=seconds,
            options=["primalTolerance 1e-9", "dualTolerance 1e-9"],
        )  # fmt: skip
    else:
        engine = pulp.HiGHS(
            msg=False, threads=1, gapRel=gap, timeLimit=seconds, solver="simplex", simplex_strategy=1,
            primal_feasibility_tolerance=TOLERANCE, dual_feasibility_tolerance=TOLERANCE,
            mip_feasibility_tolerance=TOLERANCE,
        )  # fmt: skip
    try:
        lp.solve(engine)
    except (pulp.PulpSolverError, OSError) as error:  # no such programme on this machine, or none that runs
        raise Fault(Finding("plan_not_solved", path="optimise", value=str(error))) from None
    if lp.status == pulp.LpStatusInfeasible:
        raise AnswerIsNo(Finding("plan_infeasible", path="optimise"))
    if lp.sol_status != pulp.LpSolutionOptimal:
        raise Fault(Finding("plan_not_solved", path="optimise", value=pulp.LpStatus[lp.status]))


def held_at(problem: Problem, rooms: Mapping[Cell, Room], chosen: frozenset[Cell]) -> Problem:
    """The problem with other rooms and every choice made: what an amount counts of the chosen becomes its base."""

    def fixed(amount: Amount) -> Amount:
        counted = sum(factor for cell, factor in amount.chosen.items() if cell in chosen)
        return Amount(amount.money, amount.response, {}, amount.base + counted)

    limits = tuple(
        Limit(x.id, x.side, x.value, x.unit, x.zh, x.en, tuple(map(fixed, x.amounts)), fixed(x.of), x.kind)
        for x in problem.limits
    )
    return Problem(rooms, problem.curves, fixed(problem.objective), limits, problem.auxiliary)


def _stretch_of(problem: Problem, cell: Cell, spend: float) -> Room:
    """The stretch around a spend on which all curves of the cell are concave; a sliver on a convex one."""
    room = problem.rooms[cell]
    low, high = room.least, room.most
    for measure in problem.asked[cell]:
        one, other = concave_stretch(problem.curves[measure][cell], spend, room.least, room.most)
        low, high = max(low, one), min(high, other)
    if low < high:
        return Room(low, high)
    sliver = SLIVER * (room.most - room.least)
    return Room(max(room.least, spend - sliver), min(room.most, spend + sliver))


def _same(problem: Problem, cell: Cell, one: float, other: float) -> bool:
    """Whether two spends of a cell are on the same stretch: what a local search makes of both is the same."""
    if cell in problem.switched and (one > 0) != (other > 0):
        return False
    return _stretch_of(problem, cell, one) == _stretch_of(problem, cell, other)


def _may_close(problem: Problem, cell: Cell) -> bool:
    room = problem.rooms[cell]
    return room.or_zero or room.least <= 0


def _smooth(problem: Problem) -> bool:
    """Whether any curve is no chain of straight lines, so that finer segments can help."""
    return not all(is_chain(problem, cell) for cell in problem.rooms)


def _scales(problem: Problem) -> _Scales:
    money = sum(room.most for room in problem.rooms.values()) or 1.0
    responses = {}
    for measure, by_cell in problem.curves.items():
        spans = []
        for cell, curve in by_cell.items():
            room = problem.rooms[cell]
            values = [
                curve.at(x) for x in (room.least, *(t for t in curve.turns if room.least < t < room.most), room.most)
            ]
            spans.append(max(values) - min(values))
        responses[measure] = max(spans, default=0.0) or 1.0
    objective = max(
        [
            scale * max(map(abs, problem.objective.response[m].values()), default=0.0)
            for m, scale in responses.items()
            if m in problem.objective.response
        ],
        default=0.0,
    )
    costs = max(map(abs, problem.objective.money.values()), default=0.0) * money
    return _Scales(money, responses, objective or costs or 1.0)
