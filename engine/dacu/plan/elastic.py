"""Limits that give: the plan that breaks the demands least, and how far a single demand can be met.

A limit that gives has one more cell, its slack: money that enters the limit's amounts and costs the objective. So an
elastic problem is a problem like any other, and the programme of program.py solves it on the true curves. A slack is
paid by the share of the limit that it takes away, and a signed contract is dearer than a budget, a budget than a wish.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dacu.errors import AnswerIsNo
from dacu.plan import program
from dacu.plan.certificate import bound_of, whole_box
from dacu.plan.curves import Points
from dacu.plan.problem import BLUR, Amount, Cell, Kind, Limit, Problem, Room, keeps

DEARNESS: Mapping[Kind, float] = {"wish": 1.0, "budget": 10.0, "contract": 100.0}
"""What giving up the whole of a limit costs, by how hard it is."""

SMALLEST = 0.01
"""A limit counts as at least this share of the furthest that it can be broken, so that a limit of 0 has a size too."""

MOST_STEPS = 20
"""Steps towards the best ratio; each about squares its distance (Dinkelbach 1967), so they hardly run out."""


def is_choice(limit: Limit) -> bool:
    """Whether it counts what is chosen. Such a limit has no half measure and gives only if nothing else helps."""
    return any(amount.chosen for amount in (*limit.amounts, limit.of))


def plan_of(problem: Problem) -> dict[Cell, float] | None:
    """Some plan that keeps every limit on the true curves, or None if there is none.

    Rows on segments are asked first. They miss a demand on responses that is close to the best reachable, so where
    curves are smooth an elastic search is asked too, which cuts them finer where it stands.
    """
    aimless = replace(problem, objective=Amount())
    try:
        plan = _solved(aimless).money
        if keeps(problem.state(plan), problem.limits):
            return dict(plan)
    except AnswerIsNo:
        pass
    if all(isinstance(problem.curves[m][cell], Points) for cell, asked in aimless.asked.items() for m in asked):
        return None
    try:
        plan = least_breach(problem).money
    except AnswerIsNo:
        return None
    return dict(plan) if keeps(problem.state(plan), problem.limits) else None


def solve(problem: Problem, *, solver: program.Solver = "HiGHS", gap: float = 1e-7) -> program.Solution:
    """The best plan by the programme; where its first segments show none, from a plan that keeps the limits on.

    Raises AnswerIsNo if there is none.
    """
    try:
        return program.solve(problem, solver=solver, gap=gap)
    except AnswerIsNo:
        plan = plan_of(problem)
        if plan is None:
            raise
    try:
        return program.solve(problem, solver=solver, near=plan)
    except AnswerIsNo:  # it keeps the limits within BLUR, the programme within less
        free = {limit.id: (0.0,) * len(limit.amounts) for limit in problem.limits}
        return program.Solution(plan, problem.value(plan), free, math.inf, whole=not problem.is_concave)


@dataclass(frozen=True)
class Breached:
    """The plan that breaks the limits least, and the limits that stand in its way: those with a price."""

    money: Mapping[Cell, float]
    priced: frozenset[str]


def least_breach(problem: Problem, soft: frozenset[str] | None = None) -> Breached:
    """The plan that breaks the limits least, by the dearness of each. `soft` names those that give: all but the choices
    if not said.

    Raises AnswerIsNo if those that do not give leave no plan.
    """
    gives = frozenset(x.id for x in problem.limits if not is_choice(x)) if soft is None else soft
    limits, rooms, costs = [], dict(problem.rooms), dict[Cell, float]()
    for limit in problem.limits:
        if limit.id not in gives:
            limits.append(limit)
            continue
        softer, slacks = _softened(problem, limit)
        for slack, (room, worth) in slacks.items():
            rooms[slack] = room
            costs[slack] = -DEARNESS[limit.kind] * worth / size(problem, limit)
        limits.append(softer)
    elastic = Problem(rooms, problem.curves, Amount(costs), tuple(limits))
    found = _solved(elastic)
    priced = frozenset(name for name, row in found.prices.items() if any(row))
    return Breached({cell: found.money[cell] for cell in problem.rooms}, priced)


def reach(problem: Problem, limit: Limit) -> tuple[float, dict[Cell, float]] | None:
    """How far a limit can be met while all others are kept: its best value, in its own unit, and a plan that has it.

    The highest for a floor, the lowest for a ceiling, the nearest for an exact one. None if the others leave no plan.
    """
    others = replace(problem, limits=tuple(other for other in problem.limits if other.id != limit.id))
    plan = plan_of(others)
    if plan is None:
        return None
    best = limit.measured(problem.state(plan))
    for _ in range(MOST_STEPS):
        wanted = limit if limit.side == "exactly" else replace(limit, value=best)
        try:
            found = _furthest(others, wanted, plan)
        except AnswerIsNo:
            break  # the plan keeps the others within BLUR, the programme within less: nothing nearer is known
        value = limit.measured(problem.state(found))
        if not keeps(problem.state(found), others.limits) or not _nearer(limit, value, best):
            break
        best, plan = value, found
    return best, plan


def furthest_broken(problem: Problem, limit: Limit) -> tuple[float, float]:
    """How far any plan within its rooms can pass the limit upwards and downwards, in what it adds up."""
    zero = {other.id: (0.0,) * len(other.amounts) for other in problem.limits}

    def highest(weight: float, amount: Amount) -> float:
        aim = combined((weight, amount), (-weight * limit.value, limit.of))
        asked = replace(problem, objective=aim)
        return bound_of(asked, whole_box(asked), zero)

    above, below = (max(highest(weight, amount) for amount in limit.amounts) for weight in (1.0, -1.0))
    return above, below


def combined(*terms: tuple[float, Amount]) -> Amount:
    """Σ weight · amount."""
    money: dict[Cell, float] = {}
    chosen: dict[Cell, float] = {}
    response: dict[str, dict[Cell, float]] = {}
    for weight, amount in terms:
        _add(money, weight, amount.money)
        _add(chosen, weight, amount.chosen)
        for measure, row in amount.response.items():
            _add(response.setdefault(measure, {}), weight, row)
    return Amount(money, response, chosen, math.fsum(weight * amount.base for weight, amount in terms))


def _add(row: dict[Cell, float], weight: float, more: Mapping[Cell, float]) -> None:
    for cell, factor in more.items():
        row[cell] = row.get(cell, 0.0) + weight * factor


def _furthest(others: Problem, limit: Limit, near: Mapping[Cell, float]) -> dict[Cell, float]:
    """The plan that passes the value of a limit by most on its good side, or misses it by least."""
    above, below = furthest_broken(others, limit)
    slack, scale = Cell("slack", limit.id), _money(others)
    if limit.side == "exactly":
        softer, slacks = _softened(others, limit)
        rooms = {cell: room for cell, (room, _) in slacks.items()}
        costs = {cell: -worth for cell, (_, worth) in slacks.items()}
    else:
        sign = -1.0 if limit.side == "at_most" else 1.0
        low, high = sorted((-sign * above, sign * below))
        room = (high - low) * (1 + BLUR) or 1.0
        given = Amount({slack: sign * room / scale}, base=sign * low)
        softer = replace(limit, amounts=tuple(combined((1.0, amount), (1.0, given)) for amount in limit.amounts))
        rooms, costs = {slack: Room(0.0, scale)}, {slack: -room / scale}
    asked = Problem({**others.rooms, **rooms}, others.curves, Amount(costs), (*others.limits, softer))
    try:
        money = _solved(asked).money
    except AnswerIsNo:
        start = {**near, **{cell: room.most for cell, room in rooms.items()}}
        money = program.solve(asked, near=start).money
    return {cell: money[cell] for cell in others.rooms}


def _solved(problem: Problem) -> program.Solution:
    """The best plan. Where every response is wanted, segments filled out of order only understate what a plan returns,
    so the programme of a concave problem needs no binaries to watch over them.
    """
    if problem.is_concave and all(map(_wants_responses, problem.limits)):
        return program.solve(problem, near={cell: room.least for cell, room in problem.rooms.items()})
    return program.solve(problem)


def _wants_responses(limit: Limit) -> bool:
    """Whether more response anywhere can only help to keep the limit."""
    terms = [*((1.0, amount) for amount in limit.amounts), (-limit.value, limit.of)]
    factors = [
        weight * factor for weight, amount in terms for row in amount.response.values() for factor in row.values()
    ]
    helps = {"at_least": 1.0, "at_most": -1.0}.get(limit.side, 0.0)
    return all(factor * helps > 0 for factor in factors if factor)


def _nearer(limit: Limit, value: float, best: float) -> bool:
    """Whether a value meets the limit better than the best so far, by more than a plan may be off."""
    closer = abs(best - limit.value) - abs(value - limit.value)
    gain = {"at_most": best - value, "at_least": value - best, "exactly": closer}[limit.side]
    return gain > BLUR * max(abs(value), abs(best))


def _softened(problem: Problem, limit: Limit) -> tuple[Limit, dict[Cell, tuple[Room, float]]]:
    """The limit with its slacks; of each slack the room, and what a unit of it adds to the limit."""
    above, below = furthest_broken(problem, limit)
    scale, slacks, terms = _money(problem), dict[Cell, tuple[Room, float]](), list[tuple[float, Amount]]()
    for sign, broken, sides in ((-1.0, above, ("at_most", "exactly")), (1.0, below, ("at_least", "exactly"))):
        if broken > 0 and limit.side in sides:
            slack, worth = Cell("over" if sign < 0 else "under", limit.id), broken * (1 + BLUR) / scale
            slacks[slack] = Room(0.0, scale), worth
            terms.append((sign, Amount({slack: worth})))
    return replace(limit, amounts=tuple(combined((1.0, amount), *terms) for amount in limit.amounts)), slacks


def size(problem: Problem, limit: Limit) -> float:
    """What the limit is the whole of, in what it adds up."""
    zero = replace(limit, value=0.0, amounts=(limit.of,))
    return max(abs(limit.value) * furthest_broken(problem, zero)[0], SMALLEST * max(furthest_broken(problem, limit)))


def _money(problem: Problem) -> float:
    return sum(room.most for room in problem.rooms.values()) or 1.0
