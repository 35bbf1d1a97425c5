"""What the next and the last unit of money returns in each line, and so why a line stays at nothing or at its cap.

All is read from the true curves. A return is what the curves add to the objective; money that is itself a cost in the
objective (contribution) is not taken off it, so that "a yuan returns 0.8" means what a planner takes it to mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from dacu import words
from dacu.errors import AnswerIsNo
from dacu.plan.curves import EDGE
from dacu.plan.frontier import budget_of
from dacu.plan.prices import money_step, shown_amount, shown_step
from dacu.plan.problem import SIGN, Amount, Cell, Claim, Limit, Problem, Unit
from dacu.plan.program import Solution
from dacu.plan.question import Objective
from dacu.plan.settle import around, polished, solve_near

SPREAD = 200
"""Spends at which a line that stays closed is tried for its best return on average."""

Why = Literal["free", "returns", "average", "limits", "together", "unpaid", "cap"]
"""Why a line spends what it does: nothing odd; its first money, or its money on average even at its best spend, returns
too little; limits hold it; opening it would take more from others than it adds; it is not worth its money although
there is more; its room ends.
"""


@dataclass(frozen=True)
class Margin:
    """The returns of a cell: `marginal` of the next unit of money, `last` of the last one, `average` of all of them.

    `step` is a round sum; `first` what it would add here, `elsewhere` what the last such sum adds where it adds least.
    `best` is the spend at which a line returns most on average, if its first money does not.
    """

    cell: Cell
    spend: float
    marginal: float
    last: float
    average: float
    why: Why
    step: float
    first: float
    elsewhere: float
    best: float
    holding: tuple[Limit, ...]
    unit: Unit
    objective: Objective

    def sentence(self, name: str, lang: str) -> str | None:
        """Why the line stays at nothing or at its cap, in words; None if it does neither. `name` is the line's."""
        if self.why == "free":
            return None
        limits = [words.name_of(limit, lang) for limit in self.holding]
        args = {
            "line": name,
            "spend": shown_step(self.spend, self.unit, lang),
            "step": shown_step(self.step, self.unit, lang),
            "first": shown_amount(self.first, self.objective, lang),
            "elsewhere": shown_amount(self.elsewhere, self.objective, lang),
            "best": shown_step(float(f"{self.best:.2g}"), self.unit, lang),
            "limits": words.listed(limits, lang),
        }
        return words.say(lang, f"plan_stays_{self.why}", **args)


def margins(problem: Problem, found: Claim | Solution, objective: Objective) -> tuple[Margin, ...]:
    """The returns of every cell at a plan."""
    local = around(problem, found)
    return _Reader(problem, local, polished(local, found), objective).margins()


@dataclass(frozen=True)
class Left:
    """Money that a plan leaves, and what a further `step` of it would have returned (None: no plan can spend it)."""

    money: float
    step: float
    returns: float | None
    unit: Unit
    objective: Objective

    def sentence(self, lang: str) -> str:
        """The same in words."""
        args = {"money": shown_step(self.money, self.unit, lang), "step": shown_step(self.step, self.unit, lang)}
        if self.returns is None:
            return words.say(lang, "plan_left_held", **args)
        amount = shown_amount(self.returns, self.objective, lang)
        return words.say(lang, "plan_left_returns", amount=amount, **args)


def left(problem: Problem, found: Claim | Solution, objective: Objective) -> Left | None:
    """What the money that the plan leaves unspent would have returned; None if the budget is spent."""
    place = budget_of(problem)
    local = around(problem, found)
    limit, state = local.limits[place], local.state(found.money)
    money = limit.value - limit.measured(state)
    if money <= EDGE * limit.value:
        return None
    step = min(money, money_step(limit.value, limit.unit))
    forced = replace(limit, side="exactly", value=limit.measured(state) + step)
    more = replace(local, limits=(*local.limits[:place], forced, *local.limits[place + 1 :]))
    try:
        best = solve_near(more, polished(local, found))
    except AnswerIsNo:
        return Left(money, step, None, limit.unit, objective)
    gains = [
        factor * (local.curves[measure][cell].at(best.money[cell]) - state.response[measure][cell])
        for measure, row in local.objective.response.items() for cell, factor in row.items()
    ]  # fmt: skip
    return Left(money, step, math.fsum(gains), limit.unit, objective)


@dataclass(frozen=True)
class _Reader:
    problem: Problem
    local: Problem
    plan: Solution
    objective: Objective

    def margins(self) -> tuple[Margin, ...]:
        """The returns of every cell."""
        drops = {cell: self._last_step(cell) for cell in self.plan.money if self._can_shrink(cell)}
        told = []
        for cell in self.plan.money:
            others = [drop for other, drop in drops.items() if other != cell]
            told.append(self._margin(cell, min(others) if others else None))
        return tuple(told)

    @property
    def unit(self) -> Unit:
        """The unit of money: fen as soon as any limit is in fen."""
        return "fen" if any(limit.unit == "fen" for limit in self.problem.limits) else "plain"

    @property
    def step(self) -> float:
        """A round sum of money."""
        return money_step(math.fsum(self.plan.money.values()), self.unit)

    def _margin(self, cell: Cell, elsewhere: float | None) -> Margin:
        spend, room = self.plan.money[cell], self.problem.rooms[cell]
        why, first, best, holding = self._reason(cell, elsewhere)
        return Margin(
            cell=cell,
            spend=spend,
            marginal=self._slope(cell, spend, room.most),
            last=self._slope(cell, spend, max(self._known_from(cell), 0.0)),
            average=self._average(cell, spend) if spend > 0 else 0.0,
            why=why,
            step=self.step,
            first=first,
            elsewhere=elsewhere or 0.0,
            best=best,
            holding=holding,
            unit=self.unit,
            objective=self.objective,
        )

    def _reason(self, cell: Cell, elsewhere: float | None) -> tuple[Why, float, float, tuple[Limit, ...]]:
        """Why the cell spends what it does, with what its first (at a cap, its last) sum of money returns, the spend at
        which it returns most on average, and the limits that hold it.
        """
        spend, room = self.plan.money[cell], self.problem.rooms[cell]
        if room.least == room.most and not room.or_zero:
            return "free", 0.0, spend, ()
        if spend > EDGE * room.most:
            if elsewhere is None:
                return "free", 0.0, spend, ()
            last = self._last_step(cell)
            at_cap = spend >= room.most * (1 - EDGE) or any(self._caps(limit, cell) for limit in self._priced)
            return ("cap" if at_cap and last > elsewhere else "free"), last, spend, ()
        smallest = min(max(room.least, self.step), room.most)
        spends = [smallest + (room.most - smallest) * k / SPREAD for k in range(SPREAD + 1)]
        best = max(spends, key=lambda tried: self._average(cell, tried))
        if self._average(cell, best) <= self._average(cell, smallest) * (1 + EDGE):
            best = smallest
        first = self._average(cell, best) * self.step
        if self._is_money_short and elsewhere is not None and first <= elsewhere * (1 + EDGE):
            return ("returns" if best == smallest else "average"), first, best, ()
        holding = tuple(limit for limit in self.problem.limits if self._holds_down(limit, cell))
        if holding:
            return "limits", first, best, holding
        return ("together" if self._is_money_short else "unpaid"), first, best, ()

    @property
    def _is_money_short(self) -> bool:
        """Whether a budget has a price, so that money spent here is missing elsewhere."""
        return any(limit.kind == "budget" for limit in self._priced)

    @property
    def _priced(self) -> tuple[Limit, ...]:
        return tuple(limit for limit in self.problem.limits if any(self.plan.prices[limit.id]))

    def _caps(self, limit: Limit, cell: Cell) -> bool:
        """Whether the limit is a ceiling on this cell alone."""
        return limit.side == "at_most" and all(amount.cells == (cell,) for amount in limit.amounts)

    def _holds_down(self, limit: Limit, cell: Cell) -> bool:
        """Whether the limit, not being the budget, charges the cell for spending or has no choice left for it."""
        if any(cell in amount.chosen for amount in limit.amounts):
            return limit.side != "at_least" and limit.measured(self.problem.state(self.plan.money)) >= limit.value
        return limit.kind != "budget" and limit in self._priced and self._charge(limit, cell) > 0

    def _can_shrink(self, cell: Cell) -> bool:
        """Whether money could leave the cell: it is above its least and no floor that has a price holds it there."""
        if self.plan.money[cell] <= self.problem.rooms[cell].least + EDGE * self.problem.rooms[cell].most:
            return False
        return not any(self._charge(limit, cell) < 0 for limit in self._priced)

    def _charge(self, limit: Limit, cell: Cell) -> float:
        """What the limit charges the next unit of the cell's money: below 0 it asks for more of it."""
        of, prices = self._weight(limit.of, cell), self.plan.prices[limit.id]
        weights = (self._weight(amount, cell) - limit.value * of for amount in limit.amounts)
        return -SIGN[limit.side] * sum(weight * price for weight, price in zip(weights, prices, strict=True))

    def _weight(self, amount: Amount, cell: Cell) -> float:
        """What the next unit of the cell's money adds to an amount."""
        beside = _beside(self.plan.money[cell], math.inf if self.plan.money[cell] else self.step)
        slopes = (
            row[cell] * self.problem.curves[m][cell].slope(beside) for m, row in amount.response.items() if cell in row
        )
        return amount.money.get(cell, 0.0) + sum(slopes)

    def _at(self, cell: Cell, spend: float) -> float:
        """What the curves of the cell add to the objective."""
        rows = self.problem.objective.response.items()
        return math.fsum(row[cell] * self.problem.curves[m][cell].at(spend) for m, row in rows if cell in row)

    def _average(self, cell: Cell, spend: float) -> float:
        start = self._known_from(cell)
        return (self._at(cell, spend) - self._at(cell, start)) / spend

    def _last_step(self, cell: Cell) -> float:
        """What the last round sum of the cell returns, or its last money at that rate."""
        spend = self.plan.money[cell]
        before = max(spend - self.step, self._known_from(cell))
        if before >= spend:  # its curve begins here, so its last money is told by its next
            return self._slope(cell, spend, self.problem.rooms[cell].most) * self.step
        return (self._at(cell, spend) - self._at(cell, before)) / (spend - before) * self.step

    def _slope(self, cell: Cell, spend: float, towards: float) -> float:
        """What a unit of money returns beside this spend; 0 where there is none."""
        if towards == spend:
            return 0.0
        rows, beside = self.problem.objective.response.items(), _beside(spend, towards)
        return sum(row[cell] * self.problem.curves[m][cell].slope(beside) for m, row in rows if cell in row)

    def _known_from(self, cell: Cell) -> float:
        """The least spend at which every curve of the cell is known."""
        return max([0.0, *(curves[cell].low for curves in self.problem.curves.values() if cell in curves)])


def _beside(spend: float, towards: float) -> float:
    """A spend a hair off, for the slope on that side of a kink."""
    away = towards - spend
    return spend + math.copysign(EDGE * (min(abs(away), spend) or abs(away)), away)
