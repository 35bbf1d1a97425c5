"""The loop between simulation and linear programme: probe, fit, solve, try; believe only what was simulated.

Curves are true near the plan around which they were simulated, because cells act on each other. So each
solution stays within a trust region, is simulated before it is believed, and the region grows or shrinks with
how well the curves had foretold the gain (Conn, Gould & Toint 2000, Trust-Region Methods).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dacu import words
from dacu.plan.answer import Answer, Effort, Ended, Round, Status, Unspent
from dacu.plan.curves import EDGE
from dacu.plan.fit import Fitted
from dacu.plan.limits import keeps, limits_of
from dacu.plan.prices import Price, prices
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room
from dacu.plan.program import Solution, nearest, solve
from dacu.plan.question import Plan, Question
from dacu.plan.region import FIRST_RADIUS, LAST_RADIUS, curves_around, next_radius, spends_to_try
from dacu.plan.verify import Simulator, Verified, paired, verify
from dacu.plan.whole import YUAN, whole

FAIR = 0.1
"""A plan is accepted if a simulation gives at least this part of the gain that the curves predicted."""

GAIN = "gain"
"""The one measure of a round: what a cell gains over the plan it departs from."""

WORTHWHILE_ROUNDS = 3
"""Effort is cut until so many rounds fit: one good look is worth less than three rough ones."""


@dataclass(frozen=True)
class Progress:
    """Where the search is: what it does now, in which round, after how many runs."""

    doing: Literal["probe", "verify"]
    round: int
    runs: int

    def sentence(self, lang: str) -> str:
        """The same in words."""
        return words.say(lang, f"plan_doing_{self.doing}", round=self.round, runs=self.runs)


def search(
    question: Question,
    simulator: Simulator,
    effort: Effort | None = None,
    *,
    first_seed: int = 1,
    seconds: float = math.inf,
    clock: Callable[[], float] = lambda: 0.0,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Answer:
    """The best plan that could be simulated within the effort and, by the `clock`, within the seconds.

    Seeds count up from `first_seed`: first those for trials of candidates, then those of the final
    comparison, which nothing else uses, then those for curves. Raises AnswerIsNo if no plan keeps the limits.
    """
    effort = effort or Effort()
    meter = _Meter(simulator, effort.runs, seconds, clock)
    return _Search(question, limits_of(question), meter, effort, first_seed, progress).answer()


@dataclass
class _Meter:
    """A simulator that counts its runs and, by the clock, knows how much more fits."""

    simulator: Simulator
    most_runs: int
    seconds: float
    clock: Callable[[], float]
    runs: int = 0
    done: float = 0.0  # work, in whole runs: a fork is a part of one

    def __post_init__(self) -> None:
        self.started = self.clock()

    def outcomes(self, plans: Sequence[Plan], seeds: Sequence[int]) -> NDArray[np.float64]:
        """See Simulator."""
        self.runs += len(plans) * len(seeds)
        self.done += self.work(plans) * len(seeds)
        return self.simulator.outcomes(plans, seeds)

    def work(self, plans: Sequence[Plan]) -> float:
        """See Simulator."""
        return self.simulator.work(plans)

    def fits(self, runs: float, work: float) -> Ended | None:
        """What does not suffice for so many runs more, which are so much work, at the pace so far."""
        used = self.clock() - self.started
        pace = used / self.done if self.done else 0.0
        if runs > self.most_runs - self.runs:
            return "runs"
        return "time" if work * pace > self.seconds - used else None


@dataclass
class _Search:
    """The state of a search: the best plan simulated so far and the region around it."""

    question: Question
    limits: tuple[Limit, ...]
    meter: _Meter
    effort: Effort
    first_seed: int
    progress: Callable[[Progress], None]
    radius: float = FIRST_RADIUS
    rounds: list[Round] = field(default_factory=list)
    plan: Plan = field(init=False)
    trial: NDArray[np.float64] = field(init=False)
    solved: tuple[Mapping[Cell, Fitted], Solution] | None = None

    def answer(self) -> Answer:
        """Search until something ends it, then compare what was found with what is, on fresh seeds."""
        self.plan = self._start()
        self.trial = self.meter.outcomes([self.plan], self._trial_seeds)[0]
        asked = self.effort
        self.effort = self._affordable(asked)
        ended: Ended = "rounds"
        while len(self.rounds) < self.effort.rounds:
            stop = self._short_of() or self._round()
            if stop:
                ended = stop
                break
        self.progress(Progress("verify", len(self.rounds), self.meter.runs))
        seeds = range(self._trial_seeds.stop, self._probe_seeds.start)
        verified = verify(self.meter, self.question.current, self.plan, self.limits, seeds)
        return self._conclude(verified, ended, lightened=self.effort != asked)

    @property
    def _trial_seeds(self) -> range:
        return range(self.first_seed, self.first_seed + self.effort.trials)

    @property
    def _probe_seeds(self) -> range:
        first = self._trial_seeds.stop + self.effort.confirm
        return range(first, first + self.effort.seeds)

    def _start(self) -> Plan:
        """The current plan, or the one nearest to it that keeps the limits."""
        current = self.question.current
        if keeps(current, self.limits):
            return current
        return whole(nearest(current, self.limits), self.limits, tuple(current))

    def _affordable(self, effort: Effort) -> Effort:
        """The effort with fewer seeds, then fewer probes, until enough rounds fit into what is left."""
        fewer = replace(effort, seeds=min(effort.seeds, 4))
        rough = replace(fewer, probes=(effort.probes[0], effort.probes[-1]))
        roughest = replace(rough, seeds=1)
        return next((e for e in (effort, fewer, rough) if not self._too_much(e, WORTHWHILE_ROUNDS)), roughest)

    def _too_much(self, effort: Effort, rounds: int) -> Ended | None:
        """What forbids so many rounds and the comparison at the end."""
        runs, work = self._round_cost(effort)
        return self.meter.fits(rounds * runs + 3 * effort.confirm, rounds * work + 3 * effort.confirm)

    def _spends(self, effort: Effort) -> dict[Cell, list[int]]:
        return spends_to_try(self.plan, self.limits, self.radius, effort.probes)

    def _round_cost(self, effort: Effort) -> tuple[float, float]:
        """The runs of a round and their work: every probe and the plan itself for the curves, then the candidate."""
        probes = [{**self.plan, cell: spend} for cell, spends in self._spends(effort).items() for spend in spends]
        work = self.meter.work([self.plan, *probes])
        return (1 + len(probes)) * effort.seeds + effort.trials, work * effort.seeds + effort.trials

    def _short_of(self) -> Ended | None:
        """What does not suffice for another round and the comparison at the end."""
        return self._too_much(self.effort, 1)

    def _round(self) -> Ended | None:
        """Probe, fit, solve, try, accept or shrink; returns what ends the search, if anything does."""
        self.progress(Progress("probe", len(self.rounds) + 1, self.meter.runs))
        least_slope = self.question.objective.least_slope / YUAN
        curves = curves_around(self.plan, self._spends(self.effort), self.meter, self._probe_seeds, least_slope)
        solution = solve(local_problem(curves, self.limits))
        if not any(earlier.accepted for earlier in self.rounds):
            self.solved = curves, solution
        candidate = whole(solution.money, self.limits, _best_first(curves, solution))
        predicted = solution.objective - sum(curve.at(self.plan[cell]) for cell, curve in curves.items())
        if candidate == self.plan or predicted <= 0:
            self.solved = curves, solution
            return "settled"
        trial = self.meter.outcomes([candidate], self._trial_seeds)[0]
        gain = paired(self.trial, trial)
        accepted = gain.mean > 0 and gain.mean >= FAIR * predicted
        self.rounds.append(Round(self.radius, predicted, gain, accepted))
        if accepted:
            self.plan, self.trial, self.solved = candidate, trial, (curves, solution)
        self.radius = next_radius(self.radius, gain.mean / predicted)
        if predicted < 2 * gain.standard_error:
            return "noise"
        return "settled" if self.radius < LAST_RADIUS else None

    def _conclude(self, verified: Verified, ended: Ended, *, lightened: bool) -> Answer:
        status: Status = "improved" if verified.gain.low > 0 else "kept"
        if status == "kept" and not keeps(self.question.current, self.limits):
            status = "repaired"
        plan = self.question.current if status == "kept" else self.plan
        curves, priced = self._priced()
        spent = sum(plan.values())
        left = self.question.budget - spent
        return Answer(
            status=status,
            objective=self.question.objective,
            plan=dict(plan),
            candidate=dict(self.plan),
            spent=spent,
            unspent=_unspent(left, status, priced, curves, plan) if left >= YUAN else None,
            prices=priced,
            verified=verified,
            curves=curves,
            rounds=tuple(self.rounds),
            ended=ended,
            runs=self.meter.runs,
            effort=self.effort,
            lightened=lightened,
        )

    def _priced(self) -> tuple[Mapping[Cell, Fitted], tuple[Price, ...]]:
        if self.solved is None:
            return {}, ()
        curves, solution = self.solved
        return curves, prices(local_problem(curves, self.limits), solution, self.question.objective)


def local_problem(curves: Mapping[Cell, Fitted], limits: tuple[Limit, ...]) -> Problem:
    """The problem of a round: what the fitted curves return, each cell within the range that was simulated."""
    rooms = {cell: Room(curve.low, curve.high) for cell, curve in curves.items()}
    return Problem(rooms, {GAIN: curves}, Amount(response={GAIN: dict.fromkeys(curves, 1.0)}), limits)


def _best_first(curves: Mapping[Cell, Fitted], solution: Solution) -> list[Cell]:
    """The cells by what a next yuan returns."""
    return sorted(curves, key=lambda cell: -curves[cell].next_slope(solution.money[cell]))


def _unspent(money: int, status: Status, priced: Sequence[Price], curves: Mapping[Cell, Fitted], plan: Plan) -> Unspent:
    """Why money is left: limits besides the budget that have a price, the edge of the region, or poor returns."""
    if status == "kept":
        return Unspent(money, "kept")
    holding = tuple(price for price in priced[1:] if price.binding and price.price > 0)
    if holding:
        return Unspent(money, "limits", holding)
    edge = any(curve.segments and _at_edge(curve, plan[cell]) for cell, curve in curves.items())
    return Unspent(money, "edge" if edge else "returns")


def _at_edge(curve: Fitted, spend: float) -> bool:
    """Whether the cell spends all it was tried at while its curve still rises."""
    return spend >= curve.high * (1 - EDGE) and curve.segments[-1].slope > 0
