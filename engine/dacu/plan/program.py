"""The linear programme behind a plan, in cell form. The only file that imports PuLP.

Each cell has two variables, its spend y and its response r, each tied by one equality to the segments of its
curve; the limits speak of y alone and the objective of r alone. (One flat sum over all segments takes HiGHS
twenty times as long.) Money is scaled by the sum of all ranges and responses by the greatest rise, so a plan
does not depend on units. Prices are objective per unit of a limit, and ≥ 0 where relaxing it can only help:
that is the meaning of a price, while the sign of `pi` is the solver's own affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulp

from dacu.errors import AnswerIsNo, Fault, Finding
from dacu.plan.curves import Curve
from dacu.plan.limits import Limit
from dacu.plan.problem import Cell

IDLE = 1e-6
"""Segments as flat as this (scaled) slope are charged it: money that returns nothing stays unspent."""

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Solution:
    """The best plan on the curves: `spend` a cell in fen (not yet whole), the `objective` summed over the
    curves, and for each limit its `prices` entry in objective per unit of the limit (fen, share of 1,
    multiple).
    """

    spend: Mapping[Cell, float]
    objective: float
    prices: Mapping[str, float]


@dataclass
class _Model:
    """A programme under construction, in scaled money."""

    lp: pulp.LpProblem
    scale: float
    spend: dict[Cell, pulp.LpVariable] = field(default_factory=dict)
    rows: dict[str, list[pulp.LpConstraint]] = field(default_factory=dict)

    def add(self, name: str, terms: list[tuple[pulp.LpVariable, float]], side: str, rhs: float) -> pulp.LpConstraint:
        """A row Σ terms (side) rhs."""
        sense = {"at_most": pulp.LpConstraintLE, "at_least": pulp.LpConstraintGE}.get(side, pulp.LpConstraintEQ)
        row = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name, rhs)
        self.lp.addConstraint(row)
        return row

    def add_limits(self, limits: Sequence[Limit]) -> None:
        """Σ terms·y − value·Σ of·y (side) value·base, for each row of each limit."""
        for number, limit in enumerate(limits):
            rows = []
            for index, row in enumerate(limit.rows):
                cells = dict.fromkeys((*row, *limit.of))
                terms = [(self.spend[c], row.get(c, 0.0) - limit.value * limit.of.get(c, 0.0)) for c in cells]
                rhs = limit.value * limit.base / self.scale
                rows.append(self.add(f"limit_{number:03}_{index:03}", terms, limit.side, rhs))
            self.rows[limit.id] = rows


def solve(curves: Mapping[Cell, Curve], limits: Sequence[Limit]) -> Solution:
    """The plan with the highest response that keeps the limits, each cell within the range of its curve.

    Raises AnswerIsNo if no plan keeps them, Fault if the solver fails or fills a worse segment before a
    better one.
    """
    scale = sum(curve.high for curve in curves.values()) or 1.0
    rise = max(max(curve.values) - min(curve.values) for curve in curves.values()) or 1.0
    model = _Model(pulp.LpProblem("plan", pulp.LpMaximize), scale)
    responses = [_add_cell(model, cell, curve, rise) for cell, curve in curves.items()]
    model.lp.setObjective(pulp.LpAffineExpression([(response, 1.0) for response in responses]))
    model.add_limits(limits)
    _run(model.lp)
    plan = {cell: _within(spend.varValue * scale, curves[cell]) for cell, spend in model.spend.items()}
    for response, (cell, spend) in zip(responses, plan.items(), strict=True):
        _check_fill_order(cell, response.varValue * rise, spend, curves[cell], rise)
    prices = {limit.id: _price(limit, model.rows[limit.id], plan, rise / scale) for limit in limits}
    return Solution(plan, sum(curves[cell].at(spend) for cell, spend in plan.items()), prices)


def nearest(target: Mapping[Cell, float], limits: Sequence[Limit]) -> dict[Cell, float]:
    """The plan (fen) that keeps the limits and moves the least money: Σ|y − target|. AnswerIsNo if none does."""
    scale = max(float(sum(target.values())), *(limit.value for limit in limits if limit.unit == "fen"))
    model = _Model(pulp.LpProblem("nearest", pulp.LpMinimize), scale)
    moves = []
    for number, (cell, money) in enumerate(target.items()):
        spend = model.spend[cell] = model.lp.add_variable(f"y_{number:03}", 0)
        up, down = model.lp.add_variable(f"up_{number:03}", 0), model.lp.add_variable(f"down_{number:03}", 0)
        model.add(f"move_{number:03}", [(spend, 1.0), (up, -1.0), (down, 1.0)], "exactly", money / scale)
        moves += [(up, 1.0), (down, 1.0)]
    model.lp.setObjective(pulp.LpAffineExpression(moves))
    model.add_limits(limits)
    _run(model.lp)
    return {cell: spend.varValue * scale for cell, spend in model.spend.items()}


def _add_cell(model: _Model, cell: Cell, curve: Curve, rise: float) -> pulp.LpVariable:
    """Spend and response of a cell, tied to its segments: y = low + Σ δ, r = Σ slope·δ. Returns the response."""
    number = len(model.spend)
    spend, response = model.lp.add_variable(f"y_{number:03}", 0), model.lp.add_variable(f"r_{number:03}")
    widths, returns = [], []
    for index, (width, slope) in enumerate(curve.segments):
        piece = model.lp.add_variable(f"x_{number:03}_{index:03}", 0, width / model.scale)
        scaled = slope * model.scale / rise
        widths.append((piece, -1.0))
        returns.append((piece, IDLE - scaled if scaled <= IDLE else -scaled))
    model.add(f"spend_{number:03}", [(spend, 1.0), *widths], "exactly", curve.low / model.scale)
    model.add(f"response_{number:03}", [(response, 1.0), *returns], "exactly", 0.0)
    model.spend[cell] = spend
    return response


def _run(lp: pulp.LpProblem) -> None:
    """Solve with HiGHS: dual simplex on one thread, so that one input has one answer."""
    lp.solve(
        pulp.HiGHS(
            msg=False,
            threads=1,
            solver="simplex",
            simplex_strategy=1,
            primal_feasibility_tolerance=TOLERANCE,
            dual_feasibility_tolerance=TOLERANCE,
        )
    )
    if lp.status == pulp.LpStatusInfeasible:
        raise AnswerIsNo(Finding("plan_infeasible", path="optimise"))
    if lp.sol_status != pulp.LpSolutionOptimal:
        raise Fault(Finding("plan_not_solved", path="optimise", value=pulp.LpStatus[lp.status]))


def _check_fill_order(cell: Cell, response: float, spend: float, curve: Curve, rise: float) -> None:
    """Segments filled from the left return what the curve returns; any other order returns less."""
    expected = curve.at(spend) - curve.at(curve.low)
    if abs(response - expected) > 10 * IDLE * rise:
        args = {"expected": f"{expected:g}"}
        raise Fault(Finding("plan_fill_order", None, f"{cell.line}.{cell.phase}", f"{response:g}", args))


def _within(spend: float, curve: Curve) -> float:
    return float(min(max(spend, curve.low), curve.high))


def _price(limit: Limit, rows: list[pulp.LpConstraint], plan: Mapping[Cell, float], worth: float) -> float:
    """Objective per unit of the limit: the duals of its rows, times the fen that one unit is worth on the plan.

    HiGHS minimises −objective, so that its duals are falls of the objective with the right-hand side negated;
    a one-sided limit has the sign of its meaning, only an exact one may have either.
    """
    dual = sum(row.pi for row in rows)
    if abs(dual) <= 2 * IDLE:
        return 0.0
    signed = -dual if limit.side == "exactly" else abs(dual)
    return float(signed * worth * limit.yardstick(plan))
