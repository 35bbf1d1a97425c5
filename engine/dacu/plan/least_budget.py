"""The inverse question: the least money that reaches a target.

Objective and budget change places: the money of the budget is what shall be little, the target a floor of the old
objective. The same programme, proof and certificate serve, so the least budget is proved on the true curves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dacu import words
from dacu.errors import AnswerIsNo, Fault, Finding
from dacu.plan import program
from dacu.plan.certificate import certify
from dacu.plan.elastic import combined
from dacu.plan.optimum import PROVED, optimum
from dacu.plan.problem import Cell, Claim, Limit, Problem
from dacu.plan.prove import prove

TARGET = "optimise.target"
"""The id of the floor under the old objective."""


@dataclass(frozen=True)
class LeastBudget:
    """The plan that reaches a target with the least money; if none does, the one that comes nearest to it.

    `budget` is what the plan costs and `reached` its objective; with less than `floor` no plan reaches the target, as
    the certificate has it (infinite if none does with any money).
    """

    target: float
    money: Mapping[Cell, float]
    budget: float
    reached: float
    floor: float

    @property
    def is_reached(self) -> bool:
        """Whether the target can be reached at all."""
        return math.isfinite(self.floor)


def least_budget(problem: Problem, target: float, budget: str) -> LeastBudget:
    """The least value of the limit `budget` (its id) with which the objective reaches `target`, all others kept.

    The money is looked for as far as the rooms go. Raises AnswerIsNo if the other limits leave no plan, Fault if the
    proof fails.
    """
    (money,) = next(limit for limit in problem.limits if limit.id == budget).amounts
    others = replace(problem, limits=tuple(limit for limit in problem.limits if limit.id != budget))
    zh, en = (words.say(lang, "plan_target") for lang in words.LANGUAGES)
    wanted = Limit(TARGET, "at_least", target, "plain", zh, en, (problem.objective,))
    swapped = replace(others, objective=combined((-1.0, money)), limits=(*others.limits, wanted))
    try:
        claim = optimum(swapped, second=False).claim
    except AnswerIsNo:
        most = optimum(others, second=False).claim
        if most.objective < target:
            cost = money.total(problem.state(most.money))
            return LeastBudget(target, most.money, cost, most.objective, math.inf)
        claim = _proved_near(swapped, most.money)
    cost = money.total(problem.state(claim.money))
    return LeastBudget(target, claim.money, cost, problem.value(claim.money), -claim.bound)


def _proved_near(problem: Problem, plan: Mapping[Cell, float]) -> Claim:
    """The optimum around a plan, for a target so close to the best that coarse segments miss it; proved everywhere."""
    found = program.solve(problem, near=plan)
    proved = prove(problem, found.money, found.prices, gap=PROVED)
    claim = Claim(found.money, found.objective, found.prices, proved.bound, proved.proof)
    certificate = certify(problem, claim, PROVED)
    if not certificate.holds:
        raise Fault(Finding("plan_certificate_fails", path=TARGET, value=", ".join(certificate.failures)))
    return claim
