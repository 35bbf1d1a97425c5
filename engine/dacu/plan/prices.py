"""What each limit costs: how much more the objective would be if the limit were a little looser.

The solver's price of a limit is checked by solving again with the limit moved both ways. The best objective
is concave in a limit, so a true price lies between what loosening adds and what tightening takes; a price
that does not is a Fault and never reaches a reader.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from dacu import words
from dacu.errors import AnswerIsNo, Fault, Finding
from dacu.plan.problem import Limit, Problem
from dacu.plan.program import Solution, solve
from dacu.plan.question import Objective
from dacu.units import show_count, show_money

STEPS = (0.05, 0.02, 0.01, 0.001)
"""How far a limit is moved, as a share of its value."""

AGREEMENT = 0.01
"""Relative room between a price and the differences that must enclose it."""

SOLVER_BLUR = 1e-8
"""How exactly the solver knows an optimum, as a share of all that the curves can return."""

SHOWN_UNITS = {"fen": ("yuan", 100.0), "share": ("percentage point", 0.01), "multiple": ("baseline day", 1.0)}


@dataclass(frozen=True)
class Price:
    """The price of a limit: objective per yuan, per percentage point of share, or per baseline day.

    `price` is the solver's; `low` is what loosening a little adds and `high` what tightening takes, both by
    solving again (infinite if no plan is left). They differ at a kink. The price holds while the limit stays
    within `valid_from` … `valid_to` (its own unit). `step` is a handy loosening (more, for an exact budget) and
    `gain` what it really adds.
    """

    limit: Limit
    objective: Objective
    binding: bool
    price: float = 0.0
    low: float = 0.0
    high: float = 0.0
    valid_from: float = -math.inf
    valid_to: float = math.inf
    step: float = 0.0
    gain: float = 0.0

    @property
    def unit(self) -> str:
        """What the price is per."""
        return SHOWN_UNITS[self.limit.unit][0]

    def sentence(self, lang: str) -> str:
        """The price in a planner's words."""
        limit = self.limit.zh if lang == "zh" else self.limit.en
        objective = self.objective.zh if lang == "zh" else self.objective.en
        if not self.binding:
            return words.say(lang, "plan_price_slack", limit=limit)
        looser = "less" if self.limit.side == "at_least" else "more"
        step = shown_step(self.step, self.limit.unit, lang)
        if math.isinf(self.gain):
            return words.say(lang, "plan_price_none", limit=limit, step=step)
        effect = "lose" if self.gain < 0 else "gain" if self.gain > 0 else "same"
        amount = shown_amount(abs(self.gain), self.objective, lang)
        key = f"plan_price_{looser}_{effect}"
        return words.say(lang, key, limit=limit, step=step, objective=objective, amount=amount)


def prices(problem: Problem, solution: Solution, objective: Objective) -> tuple[Price, ...]:
    """The price of every limit at a solution; Fault if one contradicts the re-solved plans."""
    return tuple(_price(problem, number, solution, objective) for number in range(len(problem.limits)))


def shown_step(step: float, unit: str, lang: str) -> str:
    """A move of a limit, to read."""
    if unit == "fen":
        return show_money(round(step), lang)
    return words.say(lang, f"plan_step_{unit}", step=f"{100 * step if unit == 'share' else step:g}")


def shown_amount(amount: float, objective: Objective, lang: str, digits: int = 2) -> str:
    """An amount of the objective to so many digits, for it is an estimate."""
    rounded = round(amount, digits - 1 - math.floor(math.log10(abs(amount)))) if amount else 0.0
    return show_money(round(rounded * 100), lang) if objective.is_money else show_count(rounded, lang)


def _price(problem: Problem, number: int, solution: Solution, objective: Objective) -> Price:
    limits, limit, state = problem.limits, problem.limits[number], problem.state(solution.money)
    yardstick, total = limit.yardstick(state), sum(solution.money.values())
    dual = sum(solution.prices[limit.id]) * yardstick
    slack = abs(limit.measured(state) - limit.value) * yardstick
    if slack > 1e-6 * (limit.weight(state) or 1.0):
        _must(dual == 0.0, limit, dual, 0.0, 0.0)
        return Price(limit, objective, binding=False)

    def moved(by: float) -> float:
        """The best objective less today's, with the limit looser by so much."""
        looser = replace(limit, value=limit.value + (-by if limit.side == "at_least" else by))
        try:
            changed = replace(problem, limits=(*limits[:number], looser, *limits[number + 1 :]))
            return solve(changed).objective - solution.objective
        except AnswerIsNo:
            return -math.inf

    size = max(limit.value, 0.01 * total) if limit.unit == "fen" else limit.value or 1.0
    low, reach_up = _side(moved, dual, size)
    high, reach_down = _side(lambda by: -moved(-by), dual, size)
    blur = SOLVER_BLUR * problem.span
    margin = blur / (STEPS[-1] * size) + AGREEMENT * max(abs(x) for x in (dual, low, high) if math.isfinite(x))
    _must(low - margin <= dual <= high + margin, limit, dual, low, high)
    if limit.side == "at_least":
        reach_up, reach_down = reach_down, reach_up
    unit, step = SHOWN_UNITS[limit.unit][1], _handy_step(limit, total)
    gain = moved(step)
    return Price(
        limit,
        objective,
        binding=True,
        price=dual * unit,
        low=low * unit,
        high=high * unit,
        valid_from=limit.value - reach_down,
        valid_to=limit.value + reach_up,
        step=step,
        gain=gain if abs(gain) > 1e-6 * abs(solution.objective) else 0.0,
    )


def _side(moved: Callable[[float], float], dual: float, size: float) -> tuple[float, float]:
    """The slope of the best objective close to the limit, and how far the price holds, on one side."""
    near = moved(STEPS[-1] * size) / (STEPS[-1] * size)
    for step in STEPS:
        if abs(moved(step * size) / (step * size) - dual) <= 1e-4 * abs(dual):
            return near, step * size
    return near, 0.0


def _handy_step(limit: Limit, total: float) -> float:
    """A percentage point, a tenth of a baseline day, or 10,000 yuan: less if that is much of the money there is."""
    if limit.unit == "share":
        return 0.01
    if limit.unit == "multiple":
        return 0.1
    much = min(total / 20, limit.value) if limit.side == "at_least" else total / 20
    return 10.0 ** min(6, max(2, math.floor(math.log10(max(much, 1.0)))))


def _must(holds: bool, limit: Limit, dual: float, low: float, high: float) -> None:
    if not holds:
        args = {"low": f"{low:g}", "high": f"{high:g}"}
        raise Fault(Finding("plan_price_contradicted", None, limit.id, f"{dual:g}", args))
