"""The best plan of a problem, with its proof: programme, prover and certificate in turn.

The programme finds a plan; the prover bounds all others on the true curves, and where it meets a better one the
programme goes on from there; the certificate tests what comes out. With binaries a second solver answers too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from dacu.errors import DacuError, Fault, Finding
from dacu.plan import program
from dacu.plan.certificate import Certificate, Prices, certify, rise_of
from dacu.plan.elastic import solve
from dacu.plan.problem import Cell, Claim, Leaf, Problem, keeps
from dacu.plan.prove import prove
from dacu.plan.settle import around, polished, settle

PROVED = 1e-7
"""The gap asked of a proof, as a share of what the plan gains."""

PROVED_BY_CBC = 1e-6
"""The same of a plan by CBC, which hands over eight digits."""

ENOUGH = 1e-4
"""The gap at which a plan with binaries is still called proved, and said so, when time or boxes run out."""

MOST_RESTARTS = 8

Plan: TypeAlias = Mapping[Cell, float]


@dataclass(frozen=True)
class Optimum:
    """The plan with what is claimed for it, its certificate, and the objective of a second solver if one was asked."""

    claim: Claim
    certificate: Certificate
    whole: bool
    second: float | None = None

    @property
    def gap(self) -> float:
        """The proved gap."""
        return self.certificate.gap


def optimum(
    problem: Problem,
    *,
    gap: float | None = None,
    seconds: float = math.inf,
    second: bool = True,
    solver: program.Solver = "HiGHS",
    near: program.Solution | None = None,
) -> Optimum:
    """The best plan with its certificate; `gap` is PROVED unless told otherwise, `near` the solution of a problem that
    differs a little.

    Raises AnswerIsNo if no plan keeps the limits, Fault if the certificate fails or a second solver passes the bound.
    """
    end = time.monotonic() + seconds
    if gap is None:
        gap = PROVED if solver == "HiGHS" else PROVED_BY_CBC
    solution = near and _moved(problem, near)
    if solution is None:
        solution = _polished(problem, solve(problem, solver=solver, gap=gap if problem.is_concave else ENOUGH))
    for _ in range(MOST_RESTARTS):
        late = partial(_past, end)
        proved = prove(problem, solution.money, solution.prices, gap=gap, out_of_time=late)
        if proved.better is None:
            break
        solution = _gone_on(problem, proved.better, proved.prices, solver)
    if isinstance(proved.proof, Leaf):  # prices that prove the plan are the ones to tell
        claim = Claim(solution.money, solution.objective, proved.proof.prices, proved.bound)
    else:
        claim = Claim(solution.money, solution.objective, solution.prices, proved.bound, proved.proof)
    asked = gap if proved.closed else max(gap, ENOUGH)
    certificate = certify(problem, claim, asked)
    if not certificate.holds:
        raise Fault(Finding("plan_certificate_fails", path="optimise", value=", ".join(certificate.failures)))
    return Optimum(
        claim, certificate, solution.whole, _second(problem, claim, gap) if second and solution.whole else None
    )


def _moved(problem: Problem, near: program.Solution) -> program.Solution | None:
    """The best plan on the stretches of curve of another, if Newton's method leads there."""
    found = settle(around(problem, near), near.money, near.prices)
    return found and replace(found, whole=not problem.is_concave)


def _gone_on(problem: Problem, better: Plan, prices: Prices, solver: program.Solver) -> program.Solution:
    """The best plan on the stretches of curve of a better one that the prover met."""
    met = program.Solution(better, problem.value(better), prices, math.inf, whole=not problem.is_concave)
    found = _moved(problem, met)
    if found is not None and found.objective >= met.objective:
        return found
    return _polished(problem, program.solve(problem, solver=solver, near=better))


def _polished(problem: Problem, solution: program.Solution) -> program.Solution:
    """The solution with plan and prices of the true curves instead of segments, unless that led to a worse plan."""
    exact = polished(around(problem, solution), solution)
    rounding = PROVED * rise_of(problem, problem.state(solution.money))
    return exact if exact.objective >= solution.objective - rounding else solution


def _second(problem: Problem, claim: Claim, gap: float) -> float | None:
    """The objective of CBC's plan; Fault if it is above the bound, None if CBC has no plan that keeps the limits."""
    try:
        plan = program.solve(problem, solver="CBC", gap=ENOUGH)
    except DacuError:
        return None
    if not keeps(problem.state(plan.money), problem.limits):
        return None
    other = plan.objective
    rise = rise_of(problem, problem.state(claim.money))
    if other > claim.bound + max(gap, 1e-6) * rise:
        raise Fault(
            Finding("plan_solvers_disagree", path="optimise", value=f"{other:g}", args={"bound": f"{claim.bound:g}"})
        )
    return other


def _past(end: float) -> bool:
    return time.monotonic() > end
