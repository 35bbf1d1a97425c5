"""The best split of a budget over channels with given curves: `from dacu.plan import allocate`.

    found = allocate(
        {"search": {"curve": {"hill": {"top": 900, "half": 80, "slope": 1.8}}, "max": 200},
         "brand": {"curve": {"points": [[0, 0], [50, 120], [100, 150]]}}},
        budget=250, groups={"both": {"channels": ["search", "brand"], "share": [0.2, 1]}},
    )
    found.spend, found.objective, found.bound, found.certificate.holds, found.sentences("zh")

The keys are those of a file of curves (curve_blocks.CurveSheet); numbers are in the caller's own unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from dacu import words
from dacu.errors import AnswerIsNo, Finding, InputError, Mark
from dacu.language.tree import Branch, Leaf, Node, Sequence
from dacu.language.validate import validate
from dacu.plan.certificate import Certificate
from dacu.plan.clashes import clashes
from dacu.plan.curve_blocks import CurveSheet
from dacu.plan.curve_file import BUDGET, MEASURE, CurveFile, curve_file, named, unlimited
from dacu.plan.diagnose import Diagnosis, diagnose
from dacu.plan.margins import Margin, margins
from dacu.plan.optimum import PROVED, PROVED_BY_CBC, Optimum, optimum
from dacu.plan.prices import Price, prices
from dacu.plan.problem import BLUR, State
from dacu.plan.program import Solver, solve
from dacu.plan.question import Objective
from dacu.plan.settle import around, polished
from dacu.plan.solvers import usable
from dacu.units import show_figure

NOWHERE = Mark("", 1, 1)
"""The place of values that no file holds."""

CLOSE = 1e-6
"""A spend that is off the end of a curve by no more than this share of it stands there."""


@dataclass(frozen=True)
class Allocation:
    """The best plan of a file of curves, with its proof, the price of every limit and the returns of every channel.

    Money and responses are in the file's own units, channels go by their names.
    """

    asked: CurveFile
    best: Optimum
    prices: tuple[Price, ...]
    margins: tuple[Margin, ...]
    solver: Solver

    @property
    def measure(self) -> Objective:
        """What the curves return."""
        return self.asked.objective

    @property
    def status(self) -> Literal["optimal", "near"]:
        """`optimal`: proved to the last gap asked. `near`: time or boxes ran out before, and `gap` says how far."""
        return "optimal" if self.certificate.gap <= _asked(self.solver) else "near"

    @property
    def spend(self) -> dict[str, float]:
        """Money by channel."""
        return {self.asked.names[cell]: money for cell, money in self.best.claim.money.items()}

    @property
    def response(self) -> dict[str, float]:
        """What each channel returns."""
        return {self.asked.names[cell]: value for cell, value in self._state.response[MEASURE].items()}

    @property
    def marginal(self) -> dict[str, float]:
        """What the next unit of money returns in each channel, on its curve; 0 where the curve ends."""
        return {self.asked.names[margin.cell]: margin.marginal for margin in self.margins}

    @property
    def spent(self) -> float:
        """All money of the plan."""
        return math.fsum(self.best.claim.money.values())

    @property
    def objective(self) -> float:
        """All that the plan returns."""
        return self.best.claim.objective

    @property
    def bound(self) -> float:
        """What no plan within the limits passes, on the curves themselves."""
        return self.certificate.bound

    @property
    def gap(self) -> float:
        """How far the bound is above the plan, as a share of what the plan gains."""
        return max(0.0, self.certificate.gap)

    @property
    def certificate(self) -> Certificate:
        """The tests of the answer."""
        return self.best.certificate

    @property
    def choices(self) -> dict[str, int]:
        """Channels that may be left out, or that a choice counts: 1 for those with money."""
        switched, chosen = self.asked.problem.switched, self._state.chosen
        return {self.asked.names[cell]: int(cell in chosen) for cell in self.asked.problem.rooms if cell in switched}

    @property
    def binding(self) -> tuple[Price, ...]:
        """The limits that stop the plan, the dearest for its handy step first."""
        return tuple(sorted((price for price in self.prices if price.binding), key=lambda price: -price.gain))

    def sentences(self, lang: str) -> tuple[str, ...]:
        """Verdict, certificate, solvers, unspent money, prices of the binding limits, why channels stay at an end."""
        told = (self._verdict(lang), self._certified(lang), *self._solvers(lang), *self._unspent(lang))
        priced = (price.sentence(lang) for price in self.binding)
        stays = (margin.sentence(self.asked.names[margin.cell], lang) for margin in self.margins)
        return (*told, *priced, *(sentence for sentence in stays if sentence))

    @cached_property
    def _state(self) -> State:
        return self.asked.problem.state(self.best.claim.money)

    def _verdict(self, lang: str) -> str:
        figures = {"value": show_figure(self.objective, lang), "spent": show_figure(self.spent, lang)}
        objective = words.name_of(self.measure, lang)
        return words.say(lang, "allocation_verdict", objective=objective, **figures)

    def _certified(self, lang: str) -> str:
        test = self.certificate
        kept, gap = _percent(test.primal), _percent(max(test.gap, _asked(self.solver)))
        key = "allocation_certified" if test.boxes == 1 else "allocation_certified_boxes"
        return words.say(lang, key, kept=kept, gap=gap, boxes=test.boxes)

    def _solvers(self, lang: str) -> tuple[str, ...]:
        if self.solver != "HiGHS":
            return (words.say(lang, "allocation_fallback", solver=self.solver),)
        if not self.best.whole:
            return ()
        if self.best.second is None:
            return (words.say(lang, "allocation_no_second"),)
        return (words.say(lang, "allocation_second", value=show_figure(self.best.second, lang)),)

    def _unspent(self, lang: str) -> tuple[str, ...]:
        """What money stays, and why: limits, ends of curves, or a next unit that returns nothing."""
        budget = self.asked.problem.limits[0].value
        left = budget - self.spent
        if left <= BLUR * budget:
            return ()
        held = [price.limit for price in self.binding if price.limit.id != BUDGET and price.limit.side != "at_least"]
        stops = [words.name_of(limit, lang) for limit in held]
        stops += [words.say(lang, "allocation_curve_end", name=name) for name in self.at_end]
        listed = words.listed(stops, lang)
        key = "allocation_unspent_limits" if stops else "allocation_unspent_returns"
        return (words.say(lang, key, money=show_figure(left, lang), limits=listed),)

    @property
    def at_end(self) -> tuple[str, ...]:
        """Channels that stand where their curve ends."""
        problem, money = self.asked.problem, self.best.claim.money
        ends = {cell: curve.high for cell, curve in problem.curves[MEASURE].items()}
        return tuple(self.asked.names[cell] for cell in ends if money[cell] >= ends[cell] * (1 - CLOSE))


def allocate(
    channels: Mapping[str, Mapping[str, Any]],
    budget: float,
    *,
    spend: str = "at_most",
    groups: Mapping[str, Mapping[str, Any]] | None = None,
    rows: Mapping[str, Mapping[str, Any]] | None = None,
    choose: Mapping[str, Mapping[str, Any]] | None = None,
    objective: str | None = None,
    seconds: float = math.inf,
) -> Allocation:
    """The best split of `budget` over `channels`, proved.

    Raises InputError for what cannot be asked, AnswerIsNo if no plan keeps the limits, Fault if the certificate fails.
    """
    asked = {"budget": budget, "spend": spend, "channels": channels, "groups": groups, "rows": rows, "choose": choose}
    sheet, findings = validate(CurveSheet, _branch(asked))
    if sheet is None:
        raise InputError(*(replace(finding, mark=None) for finding in findings))
    return allocated(curve_file(sheet, named(objective)), seconds=seconds)


def allocated(asked: CurveFile, *, seconds: float = math.inf) -> Allocation:
    """The best plan of a file of curves. Raises AnswerIsNo if no plan keeps the limits, Fault if the certificate fails.

    Limits that contradict each other on paper have no plan, though to spend nothing would break none of them.
    """
    if any(clashes(unlimited(asked.problem))):
        raise AnswerIsNo(Finding("plan_infeasible"))
    solver = usable()
    best = optimum(asked.problem, seconds=seconds, second=solver == "HiGHS", solver=solver)
    wide = unlimited(asked.problem)
    found = solve(wide, near=best.claim.money)
    exact = polished(around(wide, found), found)
    told = prices(wide, exact, asked.objective), margins(wide, exact, asked.objective)
    return Allocation(asked, best, *told, solver)


def diagnosed(asked: CurveFile) -> Diagnosis:
    """Why no plan keeps the limits; if all that is left is to spend nothing, why no plan can spend the budget."""
    problem = unlimited(asked.problem)
    found = diagnose(problem)
    if not found.is_feasible:
        return found
    budget, *others = problem.limits
    return diagnose(replace(problem, limits=(replace(budget, side="exactly"), *others)))


def _asked(solver: Solver) -> float:
    """The gap that a solver's plan is asked to prove."""
    return PROVED if solver == "HiGHS" else PROVED_BY_CBC


def _percent(share: float) -> str:
    """A share to a hundred-thousandth of a per cent."""
    return f"{100 * share:.5f}".rstrip("0").rstrip(".") + "%"


def _branch(things: Mapping[str, Any]) -> Branch:
    """Values of Python as the tree of a file."""
    children = {str(name): _node(thing) for name, thing in things.items()}
    return Branch(children, NOWHERE, dict.fromkeys(children, NOWHERE))


def _node(value: Any) -> Node:
    if isinstance(value, Mapping):
        return _branch(value)
    if isinstance(value, list | tuple):
        return Sequence(tuple(map(_node, value)), NOWHERE)
    return Leaf(None if value is None else str(value), NOWHERE)
