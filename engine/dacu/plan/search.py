"""The loop between simulation and linear programme: probe, fit, solve, try; believe only what was simulated.

Curves are true near the plan around which they were simulated, because cells act on each other. So each solution stays
within a trust region, is simulated before it is believed, and the region grows or shrinks with how well the curves had
foretold the gain (Conn, Gould & Toint 2000, Trust-Region Methods). The first region is as wide as money can move, so
the search begins with the one-shot plan and the rules of thumb, and goes on from whichever a simulation prefers to the
current plan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dacu import words
from dacu.errors import AnswerIsNo
from dacu.plan.advice import Advice, advise, advise_on_risk
from dacu.plan.answer import Answer, Effort, Ended, Proof, Round, Status, Unspent
from dacu.plan.baselines import by_last_touch, equal_split, greedy
from dacu.plan.curves import EDGE
from dacu.plan.diagnose import Breach, NoPlan, breaches, diagnose
from dacu.plan.figures import LINE
from dacu.plan.fit import Fitted
from dacu.plan.limits import keeps, limits_of, money_problem, needs_curves
from dacu.plan.meter import Meter
from dacu.plan.near import nearest
from dacu.plan.optimum import optimum
from dacu.plan.prices import Price, prices
from dacu.plan.problem import Amount, Cell, Problem, State
from dacu.plan.program import Solution, solve
from dacu.plan.question import Plan, Question
from dacu.plan.region import (
    FIRST_RADIUS,
    LAST_RADIUS,
    WIDEST_RADIUS,
    Goal,
    Region,
    local_problem,
    next_radius,
    region_around,
    spends_to_try,
)
from dacu.plan.risk import TradeOff, foretold, risky, scores, trade_offs, weighed
from dacu.plan.verify import Interval, Simulator, Verified, paired, verify
from dacu.plan.whole import YUAN, whole

FAIR = 0.1
"""A plan is accepted if a simulation gives at least this part of the gain that the curves predicted. Where the worst
runs count, its mean may not surely fall by more than what was to be given away for them, and this part of it.
"""

WORTHWHILE_ROUNDS = 2
"""Effort is cut until so many rounds fit: one good look is worth less than two rough ones."""

MOST_DOUBLINGS = 2
"""How often the seeds of an undecided trial are doubled."""

NEAR_ENOUGH = 0.002
"""By what share of what it adds up a simulated plan may miss a limit on figures: the noise of a small run."""

LEAST_CONFIRM = 8
"""Fresh seeds for which the search leaves time; the final comparison takes as many more as there is time for."""

WARM_UP = 0.5
"""What a fresh seed costs before D1, in runs."""

RIVALS = 3
"""Plans that the final comparison simulates besides the current one and the one found."""


@dataclass(frozen=True)
class Progress:
    """Where the search is: what it does now, in which round, after how many runs, and what it has gained so far."""

    doing: Literal["probe", "verify"]
    round: int
    runs: int
    gain: float = 0.0
    seconds_left: float = math.inf

    def sentence(self, lang: str) -> str:
        """The same in words."""
        told = words.say(lang, f"plan_doing_{self.doing}", round=self.round, runs=self.runs)
        if math.isfinite(self.seconds_left):
            told += words.say(lang, "plan_doing_left", seconds=max(0, round(self.seconds_left)))
        return told


def search(
    question: Question,
    simulator: Simulator,
    effort: Effort | None = None,
    *,
    judge: Simulator | None = None,
    first_seed: int = 1,
    seconds: float = math.inf,
    clock: Callable[[], float] = lambda: 0.0,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Answer:
    """The best plan that could be simulated within the effort and, by the `clock`, within the seconds.

    Seeds count up from `first_seed`: first those for trials of candidates, then those of the final comparison, which
    nothing else uses, then those for curves. `judge` simulates the final comparison, by default the simulator itself.
    A question of risk names how many seeds each takes: its replications.
    Stopped by Ctrl-C, it ends with the best plan simulated so far. Raises AnswerIsNo if no plan keeps the limits.
    """
    effort = (effort or Effort()).against(question.risk)
    meter = Meter(simulator, effort.runs, seconds, clock)
    other = None if judge is None else Meter(judge, effort.runs, seconds, clock)
    return _Search(question, meter, other or meter, effort, first_seed, progress).answer()


@dataclass
class _Search:
    """The state of a search: the best plan simulated so far and the region around it."""

    question: Question
    meter: Meter
    judge: Meter
    effort: Effort
    first_seed: int
    progress: Callable[[Progress], None]
    radius: float = FIRST_RADIUS
    rounds: list[Round] = field(default_factory=list)
    region: Region | None = None
    first: Region | None = None
    solved: tuple[Problem, Solution] | None = None
    breaches: tuple[Breach, ...] = ()
    looks: int = 0
    levels: dict[str, float] = field(default_factory=dict)
    departure: float = 0.0
    plan: Plan = field(init=False)
    start: Plan = field(init=False)

    def __post_init__(self) -> None:
        objective = self.question.objective
        worth = 1 / YUAN if objective.is_money else 1.0
        self.goal = Goal(objective.kpi, worth, objective.least_slope / YUAN)
        self.row = [figure.name for figure in self.meter.figures].index(objective.kpi)
        self.money_limits = limits_of(self.question)

    def answer(self) -> Answer:
        """Search until something ends it, then compare what was found with what is, on fresh seeds."""
        self.plan = self.start = self._start()
        asked, ended = self.effort, self._look_for_better()
        self.progress(Progress("verify", len(self.rounds), self.runs, self.gained, self.meter.left))
        try:
            verified = self._verify() if ended != "stopped" else self._as_tried()
        except KeyboardInterrupt:
            ended, verified = "stopped", self._as_tried()
        fewer = verified.fresh and len(verified.seeds) < self.effort.confirm
        return self._conclude(verified, ended, lightened=fewer or self.effort != asked)

    @property
    def runs(self) -> int:
        """Simulated so far."""
        return self.meter.runs + (self.judge.runs if self.judge is not self.meter else 0)

    @property
    def gained(self) -> float:
        """What the accepted plans gained one after the other, by their trials."""
        return self.departure + sum(found.gain.mean for found in self.rounds if found.accepted)

    def _look_for_better(self) -> Ended:
        try:
            self._depart()
            self.effort = self._affordable(self.effort)
            while self.looks < self.effort.rounds:
                self.looks += 1
                stop = self._short_of() or self._round()
                if stop:
                    return stop
        except KeyboardInterrupt:
            return "stopped"
        return "rounds"

    def _depart(self) -> None:
        """A first answer within seconds: today's money as a rule of thumb would put it, if trials prefer that.

        The search goes on from there. Where a target or the worst runs count, no such rule is known.
        """
        seeds = self._trial_seeds(0)
        self.levels = self._levels(self.meter.outcomes([self.plan], seeds))
        if self.question.reach is not None or self.question.risk is not None:
            return
        rules = [plan for plan in self._rivals(self.plan).values() if keeps(plan, self.money_limits)]
        outcomes = self.meter.outcomes([self.plan, *rules], seeds)
        worths = self._worth([self.plan, *rules], outcomes)
        best = int(np.argmax(worths.mean(axis=1)))
        candidate = [self.plan, *rules][best]
        if best and self._missed(candidate, self._levels(outcomes, best)) <= NEAR_ENOUGH:
            self.plan, self.departure = candidate, paired(worths[0], worths[best]).mean

    def _levels(self, outcomes: NDArray[np.float64], row: int = 0) -> dict[str, float]:
        """The mean over seeds of each figure of one plan."""
        return {f.name: float(of[row].mean()) for f, of in zip(self.meter.figures, outcomes, strict=True)}

    def _trial_seeds(self, doublings: int) -> range:
        return range(self.first_seed, self.first_seed + self.effort.trials * 2**doublings)

    @property
    def _fresh_seeds(self) -> range:
        first = self._trial_seeds(MOST_DOUBLINGS).stop
        return range(first, first + self.effort.confirm)

    @property
    def _probe_seeds(self) -> range:
        return range(self._fresh_seeds.stop, self._fresh_seeds.stop + self.effort.seeds)

    def _start(self) -> Plan:
        """The current plan, or the one nearest to it that keeps the limits on money."""
        current, question, limits = self.question.current, self.question, self.money_limits
        if keeps(current, limits):
            return current
        asked = money_problem(question, limits)
        self.breaches = tuple(breaches(asked, current))
        try:
            return whole(nearest(current, question, limits), limits, question.media)
        except AnswerIsNo:
            raise NoPlan(diagnose(asked, current)) from None

    def _values(self, plans: Sequence[Plan], seeds: Sequence[int]) -> NDArray[np.float64]:
        """What is to rise, of plans under seeds."""
        return self._worth(plans, self.meter.outcomes(plans, seeds))

    def _worth(self, plans: Sequence[Plan], outcomes: NDArray[np.float64]) -> NDArray[np.float64]:
        """The objective in its own unit, shape (plans, seeds); where a target is to be reached, money not spent
        (yuan).
        """
        values: NDArray[np.float64] = self.goal.worth * outcomes[self.row]
        if self.question.reach is None:
            return values
        spent = np.array([sum(plan[cell] for cell in self.question.counted) / YUAN for plan in plans])
        return np.broadcast_to(-spent[:, None], values.shape)

    def _affordable(self, effort: Effort) -> Effort:
        """The effort with fewer seeds, then fewer probes, until enough rounds fit into what is left."""
        least = 1 if self.question.risk is None else self.question.risk.replications
        fewer = replace(effort, seeds=min(effort.seeds, max(4, least)))
        rough = replace(fewer, probes=(effort.probes[0], effort.probes[-1]))
        roughest = replace(rough, seeds=least)
        return next((e for e in (effort, fewer, rough) if not self._too_much(e, WORTHWHILE_ROUNDS)), roughest)

    def _too_much(self, effort: Effort, rounds: int) -> Ended | None:
        """What forbids so many rounds and the comparison at the end."""
        runs, work = self._round_cost(effort)
        return self._not_for(rounds * runs, rounds * work)

    def _not_for(self, runs: float, work: float) -> Ended | None:
        """What forbids so many runs and the comparison at the end, which lives through each seed's warm-up too."""
        confirm = self.effort.confirm if self.question.risk is not None else min(self.effort.confirm, LEAST_CONFIRM)
        last = (2 + RIVALS) * confirm
        ended = self.meter.fits(runs + (2 + RIVALS) * self.effort.confirm, 0.0)
        return ended or self.meter.fits(0, work + (last + WARM_UP * confirm) * self.effort.confirm_work)

    def _spends(self, effort: Effort) -> dict[Cell, list[int]]:
        return spends_to_try(self.plan, self.question, self.money_limits, self.radius, effort.probes)

    def _round_cost(self, effort: Effort) -> tuple[float, float]:
        """The runs of a round and their work: every probe and the plan itself for the curves, then the candidate."""
        probes = [{**self.plan, cell: spend} for cell, spends in self._spends(effort).items() for spend in spends]
        work = self.meter.work([self.plan, *probes])
        tried = effort.trials * (2 if self.rounds else 3 + RIVALS)
        return (1 + len(probes)) * effort.seeds + tried, work * effort.seeds + tried

    def _short_of(self) -> Ended | None:
        """What does not suffice for another round and the comparison at the end."""
        return self._too_much(self.effort, 1)

    def _round(self) -> Ended | None:
        """Probe, fit, solve, try, accept or shrink; returns what ends the search, if anything does."""
        self.progress(Progress("probe", len(self.rounds) + 1, self.runs, self.gained, self.meter.left))
        region = region_around(
            self.plan, self._spends(self.effort), self.meter, self._probe_seeds, self.goal, self.question
        )
        self.first = self.first or region
        plain = self._problem(region)
        problem = plain if self.question.risk is None else risky(plain, region.fates, self.question.risk)
        try:
            solution = self._solved(problem, plain)
        except NoPlan:
            if self.radius >= WIDEST_RADIUS:
                raise
            self.radius = WIDEST_RADIUS  # what figures ask for lies further off than the region reaches
            return None
        if self.solved is None or not any(earlier.accepted for earlier in self.rounds):
            self.region, self.solved = region, (problem, solution)
        money = {cell: solution.money[cell] for cell in self.plan}
        candidate: Plan = whole(money, plain.limits, _best_first(self.question, region.curves, solution))
        predicted = self._on_curves(plain, region, money) - self._on_curves(plain, region, self.plan)
        missed = self._missed(self.plan, region.levels)
        if candidate == self.plan or (predicted <= 0 and missed <= NEAR_ENOUGH):
            self.region, self.solved = region, (problem, solution)
            self.radius /= 2  # straight lines between probes hide what lies between them
            return "settled" if self.radius < LAST_RADIUS else None
        one_shot = candidate
        if not self.rounds and self.question.reach is None and self.question.risk is None:
            candidate = self._best_start(one_shot)
            predicted = predicted if candidate == one_shot else _foretold(region, self.plan, candidate)
        gain, mean, misses = self._try(candidate)
        better = gain.mean > 0 and gain.mean >= FAIR * predicted
        if self.question.risk is not None:  # no more of the mean is given away than the curves had foretold
            traded = min(0.0, plain.value(candidate) - plain.value(self.plan))
            better = better and mean.high >= (1 + FAIR) * traded
        accepted = misses < missed / 2 if missed > NEAR_ENOUGH else better and misses <= NEAR_ENOUGH
        self.rounds.append(Round(self.radius, predicted, gain, accepted))
        if accepted:
            own = (problem, solution) if candidate == one_shot else None  # prices are of the programme's own plans
            self.plan, self.region, self.solved = candidate, region, own
        self.radius = next_radius(
            self.radius, gain.mean / predicted if predicted > 0 and misses <= NEAR_ENOUGH else 0.0
        )
        if predicted < 2 * gain.standard_error and missed <= NEAR_ENOUGH:
            return "noise"
        return "settled" if self.radius < LAST_RADIUS else None

    def _best_start(self, one_shot: Plan) -> Plan:
        """The one-shot plan or a rule of thumb, whichever does best on the seeds of a trial."""
        starts = [one_shot, *(plan for plan in self._rivals(one_shot).values() if keeps(plan, self.money_limits))]
        values = self._values(starts, self._trial_seeds(0)).mean(axis=1)
        return starts[int(np.argmax(values))]

    def _on_curves(self, plain: Problem, region: Region, money: Mapping[Cell, float]) -> float:
        """What is to rise, of a plan on the curves of a round."""
        risk = self.question.risk
        return plain.value(money) if risk is None else foretold(plain, region.fates, risk, money).score(risk)

    def _solved(self, problem: Problem, plain: Problem) -> Solution:
        """The optimum on the curves of a round. NoPlan if there is none, with what would have to give; `plain` is the
        problem without the arithmetic of risk, which forbids nothing.
        """
        try:
            return solve(problem)
        except AnswerIsNo:
            found = diagnose(plain, self.plan)
            if found.is_feasible:  # a plan that the first segments of the programme could not see
                return solve(problem, near={**dict.fromkeys(problem.auxiliary, 0.0), **found.plan})
            raise NoPlan(found) from None

    def _problem(self, region: Region) -> Problem:
        limits = limits_of(self.question, region.levels)
        problem = local_problem(region.curves, limits, region.figures)
        rooms = {
            cell: self.question.rooms[cell] if cell.line in self.question.bookings else room
            for cell, room in problem.rooms.items()
        }
        if self.question.reach is None:
            return replace(problem, rooms=rooms)
        return replace(problem, rooms=rooms, objective=Amount(money=dict.fromkeys(self.question.counted, -1 / YUAN)))

    def _try(self, candidate: Plan) -> tuple[Interval, Interval, float]:
        """The paired gain of a candidate over the plan, on twice the seeds while it is undecided (a question of risk
        names its runs), the gain of its mean, and its misses.
        """
        for doublings in range(MOST_DOUBLINGS + 1 if self.question.risk is None else 1):
            outcomes = self.meter.outcomes([self.plan, candidate], self._trial_seeds(doublings))
            worths = self._worth([self.plan, candidate], outcomes)
            gain = paired(*self._scored(worths))
            more = 2 * len(self._trial_seeds(doublings + 1))
            if not gain.low <= 0 <= gain.high or self._not_for(more, more):
                break
        return gain, paired(*worths), self._missed(candidate, self._levels(outcomes, 1))

    def _scored(self, worths: NDArray[np.float64]) -> NDArray[np.float64]:
        """Worths by seed with the worst runs counted as the question asks."""
        return worths if self.question.risk is None else scores(worths, self.question.risk)

    def _missed(self, plan: Plan, levels: Mapping[str, float]) -> float:
        """By how much a simulated plan misses its limits on figures: the worst, as a share of what it adds up."""
        question = self.question
        if self.region is None:  # what lines add is not known before there are curves
            known = {path: floor for path, floor in question.line_roi.items() if floor.basis == "last_touch"}
            question = replace(question, line_roi=known)
        else:
            levels = {**self.region.levels, **levels}  # increments are of the last round
        limits = [limit for limit in limits_of(question, levels) if needs_curves(limit)]
        still = {name: dict.fromkeys(plan, 0.0) for name in levels}
        state = State(plan, still, frozenset(cell for cell, money in plan.items() if money > 0))
        return max((limit.excess(state) / (limit.weight(state) or 1.0) for limit in limits), default=0.0)

    def _verify(self) -> Verified:
        question = self.question
        rivals = {} if question.reach is not None else self._rivals(self.plan)
        started = self.meter.left

        def time_for(share: float) -> bool:
            return self.meter.left >= share * (started - self.meter.left)

        return verify(
            self.judge, self._worth, question.current, self.plan, rivals, self._fresh_seeds, question.risk,
            time_for if math.isfinite(started) else None,
        )  # fmt: skip

    def _rivals(self, plan: Plan) -> dict[str, Plan]:
        """What the plan must beat besides the current one, each with as much money as the plan spends."""
        question, limits = self.question, self.money_limits
        found = {"equal": equal_split(plan, question, limits)}
        credited = {name.removeprefix(LINE): level for name, level in self.levels.items() if name.startswith(LINE)}
        if credited:
            found["last_touch"] = by_last_touch(plan, credited, question, limits)
        if self.first is not None:
            found["greedy"] = greedy(plan, self.first.curves, question, limits)
        return found

    def _as_tried(self) -> Verified:
        """The comparison as the trials left it: their seeds chose the plan, so its gain is on the bright side."""
        seeds = self._trial_seeds(0)
        before, after = self._scored(self._values([self.start, self.plan], seeds))
        return Verified(tuple(seeds), float(before.mean()), float(after.mean()), paired(before, after), fresh=False)

    def _conclude(self, verified: Verified, ended: Ended, *, lightened: bool) -> Answer:
        status: Status = "improved" if verified.gain.low > 0 else "kept"
        before = {name: was for name, (was, _) in verified.values.items()}
        wanting = verified.fresh and self._missed(self.question.current, before) > NEAR_ENOUGH
        if status == "kept" and (wanting or not keeps(self.question.current, self.money_limits)):
            status = "repaired"
        plan = self.question.current if status == "kept" else self.plan
        priced = self._priced()
        curves = self.region.curves if self.region else {}
        spent = sum(plan[cell] for cell in self.question.counted)
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
            runs=self.runs,
            effort=self.effort,
            lightened=lightened,
            forecast=self.departure + sum(found.predicted for found in self.rounds if found.accepted),
            breaches=self.breaches,
            reach=self.question.reach,
            proof=self._proof(),
            advice=self._advice(),
            risk=self.question.risk,
            trade_offs=self._trade_offs(),
        )

    def _advice(self) -> Advice | None:
        if self.solved is None or self.region is None:
            return None
        problem, solution = self.solved
        if self.question.risk is None:
            return advise(self.question, problem, solution)
        plain = self._problem(self.region)
        return advise_on_risk(self.question, *weighed(plain, self.region.fates, self.question.risk, solution))

    def _trade_offs(self) -> tuple[TradeOff, ...]:
        if self.question.risk is None or self.region is None:
            return ()
        return trade_offs(self._problem(self.region), self.region.fates, self.question.risk)

    def _priced(self) -> tuple[Price, ...]:
        if self.solved is None:
            return ()
        problem, solution = self.solved
        return prices(problem, solution, self.question.objective)

    def _proof(self) -> Proof | None:
        """The certificate of the programme whose prices are told: its optimum on the curves of its round."""
        if self.solved is None:
            return None
        found = optimum(self.solved[0])
        return Proof(found.claim, found.certificate, found.second)


def _foretold(region: Region, plan: Plan, other: Plan) -> float:
    """What the curves say that another plan gains, each cell as far as its curve is known."""
    curves = region.curves.items()
    return sum(curve.at(min(max(other[cell], curve.low), curve.high)) - curve.at(plan[cell]) for cell, curve in curves)


def _best_first(question: Question, curves: Mapping[Cell, Fitted], solution: Solution) -> list[Cell]:
    """The cells whose money can be split, by what a next yuan returns."""
    return sorted(question.media, key=lambda cell: -curves[cell].next_slope(solution.money[cell]))


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
