"""Luck: a plan judged by its mean and by the mean of its worst runs, as linear rows.

A planner who fears bad luck maximises (1 − κ) · mean + κ · CVaR over seeds R, where CVaR is the mean of the worst
1 − α of the runs. It is itself a maximum (Rockafellar & Uryasev 2000, Journal of Risk 2):

    CVaR  =  max over ζ of   ζ − 1/((1 − α)·n) · Σ_R s_R,     s_R ≥ ζ − outcome_R(plan),  s_R ≥ 0

so ζ and the shortfalls s_R join the programme as auxiliary cells: their money is the place within their room, and a
straight curve (measure TAIL) says what that is in the objective's unit. They spend nothing and no limit counts them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu import words
from dacu.plan.curves import Points
from dacu.plan.prices import shown_amount
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room
from dacu.plan.program import Solution, solve
from dacu.plan.question import Objective, Risk

TAIL = "tail"
"""The measure of the threshold ζ and of the shortfalls below it."""

WEIGHED = "weighed"
"""The measure of gains with each seed weighed by its price."""

THRESHOLD = Cell("risk", "threshold")

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Weights of the worst runs at which the trade-off is told."""

Floats: TypeAlias = NDArray[np.float64]


class Fate(NamedTuple):
    """What one seed makes of plans: the objective of the plan that was simulated, and what each cell gains over it."""

    level: float
    gains: Mapping[Cell, Points]

    def outcome(self, money: Mapping[Cell, float]) -> float:
        """The objective of a plan under this seed, on its curves."""
        return math.fsum([self.level, *(curve.at(money[cell]) for cell, curve in self.gains.items())])


class Outlook(NamedTuple):
    """The mean of a plan over seeds and the mean of its worst runs, in the objective's unit."""

    mean: float
    tail: float

    def score(self, risk: Risk) -> float:
        """What is maximised."""
        return (1 - risk.weight) * self.mean + risk.weight * self.tail


@dataclass(frozen=True)
class TradeOff:
    """The best plan at a weight of the worst runs, and its outlook on the curves."""

    weight: float
    outlook: Outlook
    money: Mapping[Cell, float]

    def sentence(self, risk: Risk, objective: Objective, lang: str) -> str:
        """The same in words."""
        args = {
            "weight": f"{100 * self.weight:g}%",
            "share": risk.shown_tail,
            "mean": shown_amount(self.outlook.mean, objective, lang, 4),
            "tail": shown_amount(self.outlook.tail, objective, lang, 4),
        }
        return words.say(lang, "plan_trade_off", **args)


def in_the_tail(outcomes: Floats, alpha: float) -> Floats:
    """Outcomes by seed (last axis) as figures whose mean is CVaR: ζ − (ζ − outcome)⁺ / (1 − α), ζ at its best.

    As ζ is at its best, it adds no error of first order, so the spread of these figures is that of CVaR.
    """
    worst = max(1, math.ceil((1 - alpha) * outcomes.shape[-1] - 1e-9))
    threshold = np.sort(outcomes)[..., worst - 1 : worst]
    figures: Floats = threshold - np.maximum(threshold - outcomes, 0.0) / (1 - alpha)
    return figures


def scores(outcomes: Floats, risk: Risk) -> Floats:
    """Outcomes by seed (last axis) as figures whose mean is (1 − κ) · mean + κ · CVaR."""
    return (1 - risk.weight) * outcomes + risk.weight * in_the_tail(outcomes, risk.alpha)


def outlook(outcomes: Floats, risk: Risk) -> Outlook:
    """The mean of outcomes by seed, and that of the worst."""
    return Outlook(float(outcomes.mean()), float(in_the_tail(outcomes, risk.alpha).mean()))


def foretold(plain: Problem, fates: Sequence[Fate], risk: Risk, money: Mapping[Cell, float]) -> Outlook:
    """What curves say of a plan: its mean by those of the mean, its worst runs by those of each seed."""
    level = math.fsum(fate.level for fate in fates) / len(fates)
    outcomes = np.array([fate.outcome(money) for fate in fates])
    return Outlook(level + plain.value(money), outlook(outcomes, risk).tail)


def risky(plain: Problem, by_seed: Sequence[Fate], risk: Risk) -> Problem:
    """The problem with the worst runs in its objective, which counts from the mean of the plan simulated.

    The auxiliary cells together have as much room as all others, so that neither spoils the scale of the other.
    """
    runs, centre = len(by_seed), math.fsum(fate.level for fate in by_seed) / len(by_seed)
    lowest = min(fate.level + math.fsum(min(curve.values) for curve in fate.gains.values()) for fate in by_seed)
    highest = max(fate.level + math.fsum(max(curve.values) for curve in fate.gains.values()) for fate in by_seed)
    width = math.fsum(room.most for room in plain.rooms.values()) / (runs + 1) or 1.0
    shortfalls = [Cell("risk", f"{run:03}") for run in range(runs)]
    below = Points((0.0, width), (0.0, highest - lowest))
    tail = {THRESHOLD: Points((0.0, width), (lowest - centre, highest - centre)), **dict.fromkeys(shortfalls, below)}
    curves = {_measure(run): fate.gains for run, fate in enumerate(by_seed)}
    share = -risk.weight / ((1 - risk.alpha) * runs)
    goal = _times(plain.objective, 1 - risk.weight)
    worst = {THRESHOLD: risk.weight, **dict.fromkeys(shortfalls, share)}
    rows = tuple(
        _row(run, fate, fate.level - centre, cell)
        for run, (fate, cell) in enumerate(zip(by_seed, shortfalls, strict=True))
    )
    return Problem(
        {**plain.rooms, **dict.fromkeys(tail, Room(0.0, width))},
        {**plain.curves, **curves, TAIL: tail},
        replace(goal, response={**goal.response, TAIL: worst}),
        (*plain.limits, *rows),
        frozenset(tail),
    )


def weighed(plain: Problem, by_seed: Sequence[Fate], risk: Risk, found: Solution) -> tuple[Problem, Solution]:
    """The plain problem of which a solution of the risky one is the optimum: each seed's gains weigh its price.

    So a next yuan counts what it adds to the mean and to the runs that are now the worst.
    """
    prices = [found.prices[_limit(run)][0] for run in range(len(by_seed))]
    curves = {
        cell: Points(
            curve.spends,
            tuple(
                math.fsum(price * fate.gains[cell].values[place] for price, fate in zip(prices, by_seed, strict=True))
                for place in range(len(curve.spends))
            ),
        )
        for cell, curve in by_seed[0].gains.items()
    }
    goal = _times(plain.objective, 1 - risk.weight)
    goal = replace(goal, response={**goal.response, WEIGHED: dict.fromkeys(curves, 1.0)})
    problem = replace(plain, curves={**plain.curves, WEIGHED: curves}, objective=goal)
    money = {cell: found.money[cell] for cell in plain.rooms}
    priced = {limit.id: found.prices[limit.id] for limit in plain.limits}
    return problem, replace(found, money=money, prices=priced, objective=problem.value(money))


def trade_offs(plain: Problem, by_seed: Sequence[Fate], risk: Risk) -> tuple[TradeOff, ...]:
    """The best plan on the curves at each of WEIGHTS."""
    told = []
    for weight in WEIGHTS:
        found = solve(risky(plain, by_seed, replace(risk, weight=weight))).money
        money = {cell: found[cell] for cell in plain.rooms}
        told.append(TradeOff(weight, foretold(plain, by_seed, risk, money), money))
    return tuple(told)


def _row(run: int, fate: Fate, level: float, shortfall: Cell) -> Limit:
    """s_R − ζ + outcome_R ≥ 0."""
    response = {_measure(run): dict.fromkeys(fate.gains, 1.0), TAIL: {shortfall: 1.0, THRESHOLD: -1.0}}
    zh, en = (words.say(lang, "plan_shortfall", run=run + 1) for lang in ("zh", "en"))
    return Limit(_limit(run), "at_least", 0.0, "plain", zh, en, (Amount(response=response, base=level),))


def _limit(run: int) -> str:
    return f"risk.{run:03}"


def _measure(run: int) -> str:
    return f"{TAIL}.{run:03}"


def _times(amount: Amount, factor: float) -> Amount:
    """The amount with all its factors multiplied."""
    return Amount(
        {cell: factor * own for cell, own in amount.money.items()},
        {m: {cell: factor * own for cell, own in row.items()} for m, row in amount.response.items()},
        {cell: factor * own for cell, own in amount.chosen.items()},
        factor * amount.base,
    )
