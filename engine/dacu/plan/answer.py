"""What the optimiser hands back: the plan, what stops it, what it was worth, and how it was found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dacu import verdict, words
from dacu.estimates import Estimate
from dacu.plan.advice import Advice
from dacu.plan.certificate import Certificate
from dacu.plan.diagnose import Breach
from dacu.plan.fit import Fitted
from dacu.plan.prices import Price, shown_amount, shown_value
from dacu.plan.problem import Cell, Claim, Unit
from dacu.plan.question import Bound, Objective, Plan, Risk
from dacu.plan.risk import TradeOff
from dacu.plan.verify import Interval, Verified
from dacu.units import show_money

Status = Literal["improved", "kept", "repaired"]
"""`improved`: surely better than the current plan. `kept`: nothing was, the plan is the current one.
`repaired`: the current plan breaks a limit, so the best plan that keeps them stands, better or not."""

Ended = Literal["settled", "noise", "rounds", "runs", "time", "stopped"]
"""`settled`: no better plan within reach. `noise`: what is left to gain drowns in noise. The others: cut short."""


SURE_TAIL = 3
"""Runs that are the worst, of which a mean may be told without a warning: 30 runs for their worst tenth."""


@dataclass(frozen=True)
class Effort:
    """How hard to search.

    Each round tries every cell at the `probes`, fractions of its trust radius: with the first radius, half of
    the plan, −1, −.5, .5, 1 are multipliers .5, .75, 1.25, 1.5. `seeds` simulate each probe, `trials` each
    candidate, `confirm` the final comparison. `runs` is the most simulated runs in all, the comparison
    included.
    """

    probes: tuple[float, ...] = (-1.0, -0.5, 0.5, 1.0)
    seeds: int = 8
    trials: int = 8
    confirm: int = 16
    rounds: int = 12
    runs: int = 50_000
    confirm_work: float = 1.0  # of a run of the final comparison, in runs of the search

    def against(self, risk: Risk | None) -> Effort:
        """The same where the worst runs count: each plan takes as many seeds as the question names runs."""
        if risk is None:
            return self
        runs = risk.replications
        return replace(self, seeds=runs, trials=runs, confirm=max(runs, self.confirm))

    def sentence(self, lang: str) -> str:
        """How hard, in words."""
        return words.say(lang, "plan_effort", probes=len(self.probes), seeds=self.seeds, rounds=self.rounds)


@dataclass(frozen=True)
class Proof:
    """The last programme's optimum on its own curves: what is claimed, the certificate, and what a second solver
    found.
    """

    claim: Claim
    certificate: Certificate
    second: float | None

    def sentence(self, lang: str) -> str:
        """The certificate in plain words."""
        gap = f"{max(self.certificate.gap, 0.0):.1e}"
        return words.say(lang, "plan_proved", gap=gap, boxes=self.certificate.boxes)


@dataclass(frozen=True)
class Round:
    """One round: the gain its curves promised, the gain a simulation gave, and whether the plan was moved."""

    radius: float
    predicted: float
    gain: Interval
    accepted: bool


@dataclass(frozen=True)
class Unspent:
    """Money (fen) that the plan leaves, and why: limits that hold it, a next yuan that returns too little,
    the edge of the spends that were simulated, or a current plan that was kept.
    """

    money: int
    why: Literal["limits", "returns", "edge", "kept"]
    limits: tuple[Price, ...] = ()

    def sentence(self, lang: str) -> str:
        """The reason in words."""
        names = [words.name_of(price.limit, lang) for price in self.limits]
        listed = words.listed(names, lang)
        return words.say(lang, f"plan_unspent_{self.why}", money=show_money(self.money, lang), limits=listed)


@dataclass(frozen=True)
class Answer:
    """The best simulated plan with its evidence.

    `plan` is what to do; `candidate` the best plan found, which `verified` compares with the current one.
    They differ only if the current plan is `kept`. `prices` and `curves` belong to the last linear programme
    that moved the plan, or to the last one if none did. `lightened` says that effort was cut to fit the runs
    or the time.
    """

    status: Status
    objective: Objective
    plan: Plan
    candidate: Plan
    spent: int
    unspent: Unspent | None
    prices: tuple[Price, ...]
    verified: Verified
    curves: Mapping[Cell, Fitted]
    rounds: tuple[Round, ...]
    ended: Ended
    runs: int
    effort: Effort
    lightened: bool
    forecast: float = 0.0
    proof: Proof | None = None
    advice: Advice | None = None
    breaches: tuple[Breach, ...] = ()
    reach: Bound | None = None
    risk: Risk | None = None
    trade_offs: tuple[TradeOff, ...] = ()

    @property
    def change(self) -> Estimate:
        """What the plan found changes of the objective, in yuan or counts; a single seed bounds nothing."""
        gain, seeds = self.verified.gain, len(self.verified.seeds)
        low, high = (gain.low, gain.high) if seeds > 1 else (None, None)
        return Estimate(gain.mean, low, high, "yuan" if self.objective.is_money else "count", seeds)

    @property
    def advised(self) -> Advice | None:
        """The advice, where it holds for the plan that is handed over."""
        return self.advice if self.advice and self.advice.holds_for(self.plan) else None

    @property
    def elsewhere(self) -> bool:
        """Whether prices and advice were read around another plan than the one that is handed over."""
        return self.advice is not None and self.advised is None

    @property
    def holding(self) -> tuple[Price, ...]:
        """The prices, where they hold for the plan that is handed over."""
        return () if self.elsewhere else self.prices

    @property
    def binding(self) -> tuple[Price, ...]:
        """The limits that stop the plan, the dearest for its handy step first."""
        return tuple(sorted((price for price in self.holding if price.binding), key=lambda price: -price.gain))

    def sentences(self, lang: str) -> tuple[str, ...]:
        """Verdict, unspent money, prices of the binding limits, how the search ended, and what was cut for
        time.
        """
        unspent = (self.unspent.sentence(lang),) if self.unspent else ()
        priced = (price.sentence(lang) for price in self.binding)
        ended = words.say(lang, f"plan_ended_{self.ended}", rounds=len(self.rounds), runs=self.runs)
        effort = (self.effort.sentence(lang),) if self.lightened else ()
        broken = (breach.sentence(lang) for breach in self.breaches)
        before = (self._verdict(lang), *self._worst_runs(lang), *broken, *self._rivals(lang), *self._foretold(lang))
        return (*before, *unspent, *priced, *self._traded(lang), *self._proved(lang), ended, *effort)

    def _proved(self, lang: str) -> Iterator[str]:
        """The certificate, or why there is none of this plan."""
        if self.elsewhere:
            yield words.say(lang, "plan_elsewhere")
        elif self.proof:
            yield self.proof.sentence(lang)
        elif any(one.accepted for one in self.rounds):
            yield words.say(lang, "plan_unpriced")

    def _worst_runs(self, lang: str) -> Iterator[str]:
        """Mean and worst runs before and after, and whether the worst are too few to trust."""
        if self.risk is None:
            return
        if self.verified.outlooks is not None:
            (mean, tail), (mean_after, tail_after) = self.verified.outlooks
            amounts = {"mean": mean, "tail": tail, "mean_after": mean_after, "tail_after": tail_after}
            shown = {key: shown_amount(amount, self.objective, lang, digits=4) for key, amount in amounts.items()}
            runs = len(self.verified.seeds)
            yield words.say(lang, "plan_worst_runs", share=self.risk.shown_tail, runs=runs, **shown)
        if self.risk.tail_runs < SURE_TAIL:
            enough = math.ceil(SURE_TAIL / (1 - self.risk.alpha) - 1e-9)
            args = {"runs": self.risk.replications, "share": self.risk.shown_tail, "enough": enough}
            yield words.say(lang, "plan_worst_runs_few", tail=f"{self.risk.tail_runs:.3g}", **args)

    def _traded(self, lang: str) -> Iterator[str]:
        """Mean against worst runs at other weights."""
        if self.risk is not None:
            for point in self.trade_offs:
                yield point.sentence(self.risk, self.objective, lang)

    def _rivals(self, lang: str) -> Iterator[str]:
        """What the plan found gains over each rule of thumb, in a sentence; nothing where it is not taken."""
        if self.status == "kept":
            return
        for name, rival in self.verified.rivals.items():
            gain, low, high = (self._signed(x, lang) for x in (rival.gain.mean, rival.gain.low, rival.gain.high))
            yield words.say(lang, f"plan_over_{name}", gain=gain, low=low, high=high)

    def _foretold(self, lang: str) -> Iterator[str]:
        """Whether the curves had foretold what fresh seeds gave."""
        interval = self.verified.gain
        if self.forecast and self.status != "kept" and self.verified.fresh:
            inside = interval.low <= self.forecast <= interval.high
            amount = self._signed(self.forecast, lang)
            yield words.say(lang, "plan_foretold" if inside else "plan_foretold_off", amount=amount)

    def _verdict(self, lang: str) -> str:
        if self.candidate == self.plan and self.status == "kept":
            return words.say(lang, "verdict_unmoved")
        if self.reach is not None and self.verified.fresh:
            return self._reached(self.reach, lang)
        objective = words.name_of(self.objective, lang)
        if not self.verified.fresh:
            change = verdict.spread(lang, self.change, signed=True)
            return words.say(lang, "verdict_so_far", figure=objective, change=change)
        name = words.say(lang, "verdict_found_within" if self.status == "repaired" else "verdict_found")
        never = self.verified.gain.mean == 0 == self.verified.gain.standard_error
        told = verdict.against(lang, name, objective, self.change, self.verified.chance, identical=never)
        return told if self.status == "improved" else words.say(lang, f"verdict_{self.status}", verdict=told)

    def _reached(self, reach: Bound, lang: str) -> str:
        """The least money that reaches a target, and what fresh seeds say of the target."""
        name, found = words.name_of(reach.kpi, lang), self.verified.values[reach.kpi.id][1]
        unit: Unit = "fen" if reach.kpi.unit == "yuan" else "count"
        args = {
            "target": shown_value(reach.value, unit, lang),
            "found": shown_value(found, unit, lang),
            "money": show_money(self.spent, lang),
            "saved": show_money(round(100 * self.verified.gain.mean), lang),
        }
        return words.say(lang, "verdict_reached", name=name, **args)

    def _signed(self, amount: float, lang: str) -> str:
        if math.isinf(amount):
            return "−∞" if amount < 0 else "∞"
        sign = "−" if amount < 0 else "+" if amount > 0 else ""
        return sign + shown_amount(abs(amount), self.objective, lang, digits=3)
