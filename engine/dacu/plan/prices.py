"""What each limit costs: how much more the objective would be if the limit were a little looser.

Prices are read from the true curves at the optimum (settle.py). The solver's own price of a limit is checked by solving
again with the limit moved both ways: the best objective is concave in a limit, so a true price lies between what
loosening adds and what tightening takes; a price that does not is a Fault and never reaches a reader. Where choices
were made, or a line stands on one stretch of an S, prices hold at these choices and are labelled so; on a convex
stretch the objective is convex in the limit, and loosening adds more than tightening takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from dacu import words
from dacu.errors import AnswerIsNo, Fault, Finding
from dacu.plan.optimum import ENOUGH, optimum
from dacu.plan.problem import Claim, Limit, Problem, Unit
from dacu.plan.program import Solution
from dacu.plan.question import Objective
from dacu.plan.settle import around, polished, solve_near
from dacu.units import show_count, show_money, show_share

NEAR, FAR = 0.001, 0.05
"""How far a limit is moved, as a share of its size: for its price on either side, and to see how long that holds."""

HOLDS = 0.1
"""A price holds as long as it changes by less than this share."""

MOST_LOOKS = 3
"""Solves by which the end of a price is narrowed down on one side, if it does not hold up to FAR."""

AGREEMENT = 0.01
"""Relative room between a price and the differences that must enclose it."""

SOLVER_BLUR = 1e-8
"""How exactly the solver knows an optimum, as a share of all that the curves can return."""

SHOWN_UNITS: dict[Unit, tuple[str, float]] = {
    "fen": ("yuan", 100.0), "plain": ("unit of money", 1.0), "share": ("percentage point", 0.01),
    "multiple": ("baseline day", 1.0), "ratio": ("unit of the ratio", 1.0), "count": ("piece", 1.0),
}  # fmt: skip


@dataclass(frozen=True)
class Price:
    """The price of a limit: objective per yuan, unit of money, percentage point, baseline day, …

    `price` is read from the true curves; `low` is what loosening a little adds and `high` what tightening takes, both
    by solving again (infinite if no plan is left). They differ at a kink. The price changes by less than HOLDS while
    the limit stays within `valid_from` … `valid_to` (its own unit). `step` is a handy loosening (more, for an exact
    budget), `gain` what it really adds and `loss` what as much tightening takes. `local` says that all this is so at
    the chosen lines and stretches of curve.
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
    loss: float = 0.0
    local: bool = False

    @property
    def unit(self) -> str:
        """What the price is per."""
        return SHOWN_UNITS[self.limit.unit][0]

    @property
    def is_kink(self) -> bool:
        """Whether tightening takes clearly more than loosening adds."""
        return self.binding and self.high - self.low > HOLDS * max(abs(self.low), abs(self.high))

    def sentence(self, lang: str) -> str:
        """The price in a planner's words."""
        limit = self._name(lang)
        if not self.binding:
            return words.say(lang, "plan_price_slack", limit=limit)
        step = shown_step(self.step, self.limit.unit, lang)
        way = _way(self.limit)
        if math.isinf(self.gain):
            return words.say(lang, "plan_price_none", limit=limit, step=step)
        effect = "lose" if self.gain < 0 else "gain" if self.gain > 0 else "same"
        objective, amount = self._objective(lang), shown_amount(abs(self.gain), self.objective, lang)
        told = words.say(lang, f"plan_price_{way}_{effect}", limit=limit, step=step, objective=objective, amount=amount)
        if self.is_kink and math.isfinite(self.loss):
            loss = shown_amount(abs(self.loss), self.objective, lang)
            told += words.say(lang, "plan_price_kink" if self.loss > 0 else "plan_price_kink_same", amount=loss)
        return told + (words.say(lang, "plan_price_local") if self.local else "")

    def validity(self, lang: str) -> str:
        """How far the limit may be moved before the price is another, in words."""
        low, high = (shown_value(value, self.limit.unit, lang) for value in (self.valid_from, self.valid_to))
        return words.say(lang, "plan_price_valid", limit=self._name(lang), low=low, high=high)

    def _name(self, lang: str) -> str:
        return words.name_of(self.limit, lang)

    def _objective(self, lang: str) -> str:
        return words.name_of(self.objective, lang)


def prices(problem: Problem, found: Claim | Solution, objective: Objective) -> tuple[Price, ...]:
    """The price of every demand at a solution; Fault if one contradicts the re-solved plans."""
    local = around(problem, found)
    pricer = _Pricer(problem, local, found, polished(local, found), objective)
    return tuple(pricer.price(number) for number, limit in enumerate(problem.limits) if problem.is_demand(limit))


def shown_step(step: float, unit: Unit, lang: str) -> str:
    """A move of a limit, to read."""
    if unit == "fen":
        return show_money(round(step), lang)
    if unit in ("plain", "count", "ratio"):
        return shown_number(step, lang)
    return words.say(lang, f"plan_step_{unit}", step=f"{100 * step if unit == 'share' else step:g}")


def shown_value(value: float, unit: Unit, lang: str) -> str:
    """Where a limit stands, to read."""
    if unit == "share":
        return show_share(value)
    return shown_step(float(f"{value:.4g}") if unit != "fen" else value, unit, lang)


def shown_number(number: float, lang: str) -> str:
    """A number without a currency, to read."""
    return show_count(number, lang) if abs(number) >= 1 else f"{number:.3g}"


def shown_amount(amount: float, objective: Objective, lang: str, digits: int = 2) -> str:
    """An amount of the objective to so many digits, for it is an estimate."""
    rounded = round(amount, digits - 1 - math.floor(math.log10(abs(amount)))) if amount else 0.0
    return show_money(round(rounded * 100), lang) if objective.is_money else shown_number(rounded, lang)


def money_step(total: float, unit: Unit) -> float:
    """A round sum to move: a power of ten of at most a twentieth of the money there is, and 1 to 10,000 yuan."""
    power = math.floor(math.log10(total / 20) + 1e-6) if total > 0 else 0
    return 10.0 ** (min(6, max(2, power)) if unit == "fen" else power)


@dataclass
class _Pricer:
    """A problem, the one around its plan, what was claimed of it, and the same read from the true curves."""

    problem: Problem
    local: Problem
    told: Claim | Solution
    exact: Solution
    objective: Objective
    known: dict[tuple[int, float], Solution | None] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether choices or stretches of curve are held."""
        return self.local is not self.problem

    def price(self, number: int) -> Price:
        """The price of one limit."""
        limit, state = self.problem.limits[number], self.problem.state(self.exact.money)
        if any(amount.chosen for amount in (*limit.amounts, limit.of)):
            return self._of_a_choice(number)
        yardstick, weight = limit.yardstick(state), limit.weight(state) or 1.0
        dual = sum(self.told.prices[limit.id]) * yardstick
        if abs(limit.measured(state) - limit.value) * yardstick > 1e-6 * weight:
            _must(dual == 0.0, limit, dual, 0.0, 0.0)
            return Price(limit, self.objective, binding=False, local=self.is_local)
        size = max(abs(limit.value), 0.01 * weight / (yardstick or 1.0))
        low, high = (self._rise(number, by) / by for by in (NEAR * size, -NEAR * size))
        blur = SOLVER_BLUR * self.problem.span / (NEAR * size)
        margin = blur + AGREEMENT * max(abs(x) for x in (dual, low, high) if math.isfinite(x))
        price = sum(self.exact.prices[limit.id]) * yardstick
        least, most = sorted((low, high)) if self.is_local else (low, high)  # on a convex stretch loosening adds more
        for figure in (dual, price):
            _must(least - margin <= figure <= most + margin, limit, figure, low, high)
        up, down = (self._reach(number, price, by) for by in (FAR * size, -FAR * size))
        if limit.side == "at_least":
            up, down = -down, -up
        unit, step = SHOWN_UNITS[limit.unit][1], self._handy_step(limit)
        told = Price(
            limit,
            self.objective,
            binding=True,
            price=price * unit,
            low=low * unit,
            high=high * unit,
            valid_from=limit.value + down,
            valid_to=limit.value + up,
            step=step,
            gain=self._worth_telling(self._rise(number, step)),
            local=self.is_local,
        )
        return replace(told, loss=self._worth_telling(-self._rise(number, -step))) if told.is_kink else told

    def _of_a_choice(self, number: int) -> Price:
        """What one choice more adds and one less takes, solved again within ENOUGH with every other choice free."""
        limit = self.problem.limits[number]
        state = self.problem.state(self.told.money)
        if abs(limit.measured(state) - limit.value) > 1e-6:
            return Price(limit, self.objective, binding=False)
        more = self._worth_telling(self._chosen_anew(number, 1.0))
        less = self._worth_telling(-self._chosen_anew(number, -1.0))
        return Price(limit, self.objective, True, more, more, less, limit.value, limit.value, 1.0, more, less)

    def _chosen_anew(self, number: int, by: float) -> float:
        try:
            anew = optimum(_looser(self.problem, number, by), gap=ENOUGH, second=False).claim
        except AnswerIsNo:
            return -math.inf
        rise = anew.objective - self.told.objective
        return rise if self.problem.limits[number].side == "exactly" else math.copysign(max(0.0, rise * by), by)

    def _worth_telling(self, gain: float) -> float:
        return gain if abs(gain) > 1e-6 * abs(self.exact.objective) else 0.0

    def _at(self, number: int, by: float) -> Solution | None:
        """The optimum with the limit looser by so much; None if no plan is left."""
        if (number, by) not in self.known:
            try:
                self.known[number, by] = solve_near(_looser(self.local, number, by), self.exact)
            except AnswerIsNo:
                self.known[number, by] = None
        return self.known[number, by]

    def _rise(self, number: int, by: float) -> float:
        """The best objective less today's, with the limit looser by so much."""
        there = self._at(number, by)
        return -math.inf if there is None else there.objective - self.exact.objective

    def _reach(self, number: int, price: float, far: float) -> float:
        """How far towards `far` the limit can be loosened (tightened, below 0) before its price is another.

        Where it is another, the tangents at both ends meet at the kink between them, if there is one alone.
        """
        at = far
        for _ in range(MOST_LOOKS + 1):
            there = self._at(number, at)
            if there is None:
                at /= 2
                continue
            here, rise = self._price_at(there, number, at), self._rise(number, at)
            if abs(here - price) <= HOLDS * abs(price) or abs(rise - price * at) <= 1e-6 * abs(price * at):
                return at
            meet = (rise - here * at) / (price - here)
            if not 0 < meet / at < 1:
                break
            at = meet
        return 0.0

    def _price_at(self, there: Solution, number: int, by: float) -> float:
        limit = self.local.limits[number]
        return sum(there.prices[limit.id]) * limit.yardstick(_looser(self.local, number, by).state(there.money))

    def _handy_step(self, limit: Limit) -> float:
        """A percentage point, a tenth of a baseline day, a piece, or a round sum of money."""
        if limit.unit == "share":
            return 0.01
        if limit.unit == "multiple":
            return 0.1
        if limit.unit in ("ratio", "count"):
            power = math.floor(math.log10(abs(limit.value) / 5)) if limit.value else 0
            return 10.0 ** (power if limit.unit == "ratio" else max(0, power))
        total = math.fsum(self.told.money[cell] for cell in self.problem.cells)
        return money_step(min(total, 20 * limit.value) if limit.side == "at_least" else total, limit.unit)


def _looser(problem: Problem, number: int, by: float) -> Problem:
    limits, limit = problem.limits, problem.limits[number]
    moved = replace(limit, value=limit.value + (-by if limit.side == "at_least" else by))
    return replace(problem, limits=(*limits[:number], moved, *limits[number + 1 :]))


def _way(limit: Limit) -> str:
    """How a limit is loosened, in words: a floor is lowered, a ceiling raised, a budget is simply more money."""
    if limit.side == "at_least":
        return "less"
    return "more" if limit.side == "exactly" or limit.kind == "budget" else "looser"


def _must(holds: bool, limit: Limit, dual: float, low: float, high: float) -> None:
    if not holds:
        args = {"low": f"{low:g}", "high": f"{high:g}"}
        raise Fault(Finding("plan_price_contradicted", None, limit.id, f"{dual:g}", args))
