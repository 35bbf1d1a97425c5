"""What a planner may do around the plan: returns of each line, how far it may move, other budgets, round sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dacu.errors import AnswerIsNo, Fault
from dacu.plan.frontier import FrontierPoint, frontier
from dacu.plan.margins import Left, Margin, left, margins
from dacu.plan.problem import Problem
from dacu.plan.program import Solution
from dacu.plan.question import Plan, Question
from dacu.plan.ranges import Range, line_ranges
from dacu.plan.rounding import Rounded, rounded

ROUND_SUM = 1_000_00
"""Fen to which a plan is rounded for people to write down."""

NEAR = 0.01
"""How far, as a share of a line's money, a plan may stand from what was advised on."""
POINTS = 20
"""Budgets at which the frontier is told."""


@dataclass(frozen=True)
class Advice:
    """Read off the curves of the last round, around the plan that they led to."""

    margins: tuple[Margin, ...]
    ranges: dict[str, Range]
    frontier: tuple[FrontierPoint, ...]
    left: Left | None
    rounded: Rounded | None

    def holds_for(self, plan: Plan) -> bool:
        """Whether it is told around this very plan: the last programme may have led elsewhere."""
        return bool(self.margins) and all(
            abs(margin.spend - plan[margin.cell]) <= max(ROUND_SUM, NEAR * margin.spend) for margin in self.margins
        )

    def sentences(self, question: Question, lang: str) -> Iterator[str]:
        """Lines at nothing or at their cap, money left, how far lines may move, and what round sums cost."""
        for margin in self.margins:
            if margin.why == "cap" and margin.spend != question.range(margin.cell).most:
                continue  # the edge of what was simulated is nobody's cap
            line, phase = (question.name(part)[lang == "en"] for part in margin.cell)
            told = margin.sentence(f"{line} · {phase}" if phase else line, lang)
            if told:
                yield told
        if self.left is not None:
            yield self.left.sentence(lang)
        for line, span in self.ranges.items():
            if line not in question.bookings:
                yield span.sentence(question.name(line)[lang == "en"], "fen", lang)
        if self.rounded is not None:
            yield self.rounded.sentence("fen", question.objective, lang)


def advise(question: Question, problem: Problem, found: Solution) -> Advice:
    """Everything that the curves say around a solution."""
    return Advice(
        margins(problem, found, question.objective),
        line_ranges(problem, found),
        _frontier(problem),
        left(problem, found, question.objective),
        rounded(problem, found.money, ROUND_SUM),
    )


def advise_on_risk(question: Question, problem: Problem, found: Solution) -> Advice:
    """What still holds with the worst runs weighed as they are at a solution (risk.weighed): the returns of each line.

    What is told of moves further off would need the weights to stay.
    """
    return Advice(margins(problem, found, question.objective), {}, (), None, None)


def _frontier(problem: Problem) -> tuple[FrontierPoint, ...]:
    try:
        return frontier(problem, POINTS)
    except (AnswerIsNo, Fault):  # a budget far from the plan's lies beyond what its curves know
        return ()
