"""The budget frontier: what the best plan returns at each budget, and what the next unit of money would add there.

Each point of a concave problem starts from its neighbour's plan and prices (settle.py); where that does not lead to a
proved plan the programme answers. With choices or S-curves every point also starts there, but is proved for itself, to
ENOUGH.
Prices at a point are slopes of the frontier, so a reader sees where more money stops to pay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dacu import words
from dacu.errors import AnswerIsNo, Fault, Finding
from dacu.plan.elastic import solve
from dacu.plan.optimum import ENOUGH, optimum
from dacu.plan.prices import shown_amount, shown_value
from dacu.plan.problem import Problem, Unit, keeps
from dacu.plan.program import Solution
from dacu.plan.question import Objective
from dacu.plan.settle import around, polished, solve_near

MOST = 2.0
"""Budgets rise in equal steps up to this multiple of today's: today's is the tenth of twenty."""


@dataclass(frozen=True)
class FrontierPoint:
    """The best plan at a budget: what it spends and returns, on average a unit of money, and for the next unit.

    Figures are in the problem's units. `local` says that the next unit is priced with choices held.
    """

    budget: float
    spent: float
    objective: float
    average: float
    marginal: float
    unit: Unit
    local: bool

    def sentence(self, objective: Objective, lang: str) -> str:
        """The point in words, with what one per cent more money would add."""
        more = 0.01 * self.budget
        args = {
            "budget": shown_value(self.budget, self.unit, lang),
            "amount": shown_amount(self.objective, objective, lang, 3),
            "more": shown_value(more, self.unit, lang),
            "gain": shown_amount(self.marginal * more, objective, lang),
            "objective": words.name_of(objective, lang),
        }
        return words.say(lang, "plan_frontier_point", **args)


def frontier(problem: Problem, points: int = 20) -> tuple[FrontierPoint, ...]:
    """The best plans at so many budgets, ascending; a budget that no plan keeps has no point.

    The budget is the problem's first limit of that kind. Raises Fault if there is none.
    """
    place = budget_of(problem)
    budgets = [problem.limits[place].value * MOST * k / points for k in range(1, points + 1)]
    problems = [with_budget(problem, place, budget) for budget in budgets]
    return tuple(_point(there, place, solution) for there, solution in _in_turn(problems))


def budget_of(problem: Problem) -> int:
    """Where among the limits the budget stands: the first ceiling of that kind on money alone."""
    for place, limit in enumerate(problem.limits):
        if limit.kind == "budget" and limit.is_money and limit.side != "at_least":
            return place
    raise Fault(Finding("plan_no_budget_limit", path="optimise"))


def with_budget(problem: Problem, place: int, budget: float) -> Problem:
    """The problem with another budget."""
    limits = problem.limits
    return replace(problem, limits=(*limits[:place], replace(limits[place], value=budget), *limits[place + 1 :]))


def _in_turn(problems: Sequence[Problem]) -> Iterator[tuple[Problem, Solution]]:
    """The best plan of each problem that has one, each from the one before."""
    before: Solution | None = None
    for problem in problems:
        try:
            if not problem.is_concave:
                before = _proved(problem, before)
            else:
                before = solve_near(problem, before) if before else polished(problem, solve(problem))
        except AnswerIsNo:
            continue
        yield problem, before


def _proved(problem: Problem, before: Solution | None) -> Solution:
    """The best plan of a problem with choices, within ENOUGH; the plan for less money where that is no worse."""
    own = optimum(problem, gap=ENOUGH, second=False, near=before).claim
    best = polished(around(problem, own), own)
    if before is None or before.objective <= best.objective or not keeps(problem.state(before.money), problem.limits):
        return best
    return replace(before, prices={limit.id: (0.0,) * len(limit.amounts) for limit in problem.limits})


def _point(problem: Problem, place: int, solution: Solution) -> FrontierPoint:
    limit, objective = problem.limits[place], problem.objective
    state = problem.state(solution.money)
    spent = sum(amount.total(state) for amount in limit.amounts)
    return FrontierPoint(
        budget=limit.value,
        spent=spent,
        objective=solution.objective,
        average=(solution.objective - objective.base) / spent if spent > 0 else 0.0,
        marginal=sum(solution.prices[limit.id]) * limit.yardstick(state),
        unit=limit.unit,
        local=not problem.is_concave,
    )
