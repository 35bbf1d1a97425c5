"""`optimise` of a scenario: the question, the search on forked simulations, and the plan as a scenario file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dacu import words
from dacu.cards import Cell, Grid, card
from dacu.clock.calendar import Calendar
from dacu.plan.answer import Answer, Effort
from dacu.plan.budgets import question_of
from dacu.plan.figures import figures_of
from dacu.plan.fork import KEPT, ForkingSimulator, check_together
from dacu.plan.memory import Kept
from dacu.plan.question import Plan, Question
from dacu.plan.search import RIVALS, Progress, search
from dacu.plan.written import variant_text
from dacu.readable import Quantity, short_path
from dacu.scenario.load import Loaded
from dacu.sim.footprint import Footprint, footprint
from dacu.sim.speed import EMPTY_HOUR
from dacu.sim.stage import calendar_of, size
from dacu.units import FEN

AGENTS, JUDGES = 20_000, 20_000
"""Agents of a run inside the search, and of one of the final comparison.

A curve wants many people under one seed, as a small run is mostly overhead; a comparison wants many seeds.
"""

SMALL = 5_000
"""Agents of every run where the worst runs count: they want many runs, and a run has its overhead in any case."""

JUDGED = 1
"""Worlds at D1 that the final comparison keeps: it comes back to no seed."""
COMPARED = 2 + RIVALS
"""Plans of the final comparison, which every search pays for."""
CONFIRM = 20
EFFORT = Effort(probes=(-0.75, 0.75), seeds=1, trials=2, confirm=CONFIRM, rounds=4)
SECONDS = 290.0


@dataclass(frozen=True)
class Optimised:
    """The answer, what was asked, and the plan as text on top of a parent file."""

    question: Question
    calendar: Calendar
    answer: Answer
    loaded: Loaded
    agents: int
    weight: int

    @property
    def current(self) -> Plan:
        """What is spent now."""
        return self.question.current

    def sentences(self, lang: str) -> Iterator[str]:
        """What else must be said: of runs so small that their own chance is taken for risk."""
        risk = self.question.risk
        if risk is not None:
            yield words.say(lang, "plan_small_runs", runs=risk.replications, agents=self.agents)

    def _repr_html_(self) -> str:
        """The answer in a notebook: what was found, and the budgets that change."""
        lang = words.of_locale()
        before, after = self.current, self.answer.plan
        moved = [cell for cell in after if after[cell] != before.get(cell, 0)]
        rows: list[list[Cell]] = [
            [short_path(cell.line), cell.phase, *(
                Quantity(fen / FEN, "yuan", signed) for fen, signed in
                ((before.get(cell, 0), False), (after[cell], False), (after[cell] - before.get(cell, 0), True))
            )]
            for cell in moved
        ]  # fmt: skip
        table = Grid(("line", "phase", "spend_before", "spend_after", "difference"), rows)
        title = words.say(lang, "card_optimised", name=self.loaded.name)
        return card(title, [*self.answer.sentences(lang), *self.sentences(lang)], [table] if rows else [])

    def variant(self, parent: str) -> str:
        """The plan as a scenario file that extends `parent`."""
        return variant_text(self.answer.plan, self.loaded, parent)


def footprint_of(loaded: Loaded) -> Footprint:
    """Of one worker: a process for the search, which keeps worlds at D1, and one for the final comparison."""
    seeking, judging = (footprint([loaded], held=kept + 1) for kept in (_kept(loaded), JUDGED))
    return Footprint(seeking.process + judging.of(JUDGES), seeking.an_agent)


def _kept(loaded: Loaded) -> int:
    """Worlds that a worker of the search keeps; where the worst runs count it comes back to every seed."""
    risk = loaded.scenario.optimise.risk
    return KEPT if risk is None else max(KEPT, risk.replications)


def optimise(
    loaded: Loaded, *, seed: int = 1, replications: int = CONFIRM, agents: int | None = None, workers: int = 1,
    seconds: float = SECONDS, progress: Callable[[Progress], None] = lambda _: None,
) -> Optimised:  # fmt: skip
    """Find a better split of the paid lines over the phases, and prove it on `replications` fresh seeds.

    Raises InputError for a contradictory question, AnswerIsNo where no plan keeps the limits.
    """
    started = time.monotonic()
    calendar = calendar_of(loaded)
    question = question_of(loaded, calendar)
    check_together(loaded, question)
    count, weight = size(loaded, agents or (AGENTS if question.risk is None else SMALL))
    judges = min(count, JUDGES)
    simulator, judge = (
        ForkingSimulator(
            loaded, question, seed, people, workers, Kept(loaded, figures_of(question), seed, people), keep
        )
        for people, keep in ((count, _kept(loaded)), (judges, JUDGED))
    )
    asked = replace(EFFORT, confirm=replications, confirm_work=(EMPTY_HOUR + judges) / (EMPTY_HOUR + count))
    effort = asked.against(question.risk)
    try:
        simulator.prepare(question.current, range(1, 1 + effort.trials))
        left = seconds - (time.monotonic() - started)
        answer = search(question, simulator, effort, judge=judge, seconds=left, clock=time.monotonic, progress=progress)
    finally:
        simulator.close()
        judge.close()
    return Optimised(question, calendar, answer, loaded, count, weight)
