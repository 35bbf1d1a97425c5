"""How far each line may move before it matters: the flat part of an optimum.

The best objective with a line held at a spend, all others free within the limits, is concave in that spend. So the end
of a range lies between where the chord to a spend beyond it and where the tangent there meet what may be lost, and a
few re-solves a side close in on it. What is lost is a share of what the plan gains over spending the least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from dacu import words
from dacu.errors import AnswerIsNo
from dacu.plan.certificate import rise_of
from dacu.plan.prices import shown_value
from dacu.plan.problem import Amount, Cell, Claim, Limit, Problem, Side, Unit
from dacu.plan.program import Solution, solve
from dacu.plan.settle import around, polished, solve_near

LOSS = 0.01
"""The share of a plan's gain that a planner may give away without regret."""

CLOSE = 0.02
"""How exactly the end of a range is found, as a share of its distance from the plan."""

MOST_SOLVES = 8
"""Re-solves a side beyond the first; what is told is always inside the range."""

HELD = "held"
"""The limit that holds a line."""

OUTWARDS = (1 / 8, 1 / 2, 1 - 1e-6)
"""How far towards the end of its room a line is held in turn, until more is lost than may be. A hair before the end
stands for the end, where a curve may rise vertically and a limit leave no play.
"""

FLAT = 0.5
"""A range at least this wide, as a share of the spend, is called flat."""


@dataclass(frozen=True)
class Range:
    """Where a line (or a cell of it) spends, and between which spends it loses less than `loss` of the plan's gain."""

    cells: tuple[Cell, ...]
    spend: float
    low: float
    high: float
    loss: float

    @property
    def is_flat(self) -> bool:
        """Whether it hardly matters what the line spends, within wide limits."""
        return self.high > self.low and self.high - self.low >= FLAT * self.spend

    def sentence(self, name: str, unit: Unit, lang: str) -> str:
        """The range in words; `name` is the line's."""
        low, high = (shown_value(value, unit, lang) for value in (self.low, self.high))
        key = "plan_range_flat" if self.is_flat else "plan_range" if self.high > self.low else "plan_range_fixed"
        return words.say(lang, key, line=name, low=low, high=high, loss=f"{100 * self.loss:g}%")


def flat_ranges(problem: Problem, found: Claim | Solution, loss: float = LOSS) -> dict[Cell, tuple[float, float]]:
    """For each cell the spends between which less than `loss` of the plan's gain is lost, all others best placed.

    Choices are held, and each cell stays on the concave stretch of curve where it stands.
    """
    ranger = _Ranger.of(problem, found, loss)
    ranges = {cell: ranger.range((cell,)) for cell in problem.rooms}
    return {cell: (one.low, one.high) for cell, one in ranges.items()}


def line_ranges(problem: Problem, found: Claim | Solution, loss: float = LOSS) -> dict[str, Range]:
    """The same for each line over all its phases."""
    ranger = _Ranger.of(problem, found, loss)
    lines = groupby(sorted(problem.rooms, key=lambda cell: cell.line), key=lambda cell: cell.line)
    by_line = {line: ranger.range(tuple(cells)) for line, cells in lines}
    return {line: by_line[line] for line in dict.fromkeys(cell.line for cell in problem.rooms)}


class _Held(NamedTuple):
    """A spend, what holding the cells there loses, and how fast that shrinks towards the plan."""

    spend: float
    lost: float
    rate: float


@dataclass(frozen=True)
class _Ranger:
    problem: Problem
    best: Solution
    loss: float
    bearable: float

    @classmethod
    def of(cls, problem: Problem, found: Claim | Solution, loss: float) -> _Ranger:
        """For the problem around a plan."""
        local = around(problem, found)
        bearable = loss * rise_of(problem, problem.state(found.money))
        return cls(local, polished(local, found), loss, bearable)

    def range(self, cells: Sequence[Cell]) -> Range:
        """The range of these cells together."""
        spend = sum(self.best.money[cell] for cell in cells)
        rooms = [self.problem.rooms[cell] for cell in cells]
        low = self._end(cells, spend, min(spend, sum(room.least for room in rooms)), "at_most")
        high = self._end(cells, spend, max(spend, sum(room.most for room in rooms)), "at_least")
        return Range(tuple(cells), spend, low, high, self.loss)

    def _end(self, cells: Sequence[Cell], spend: float, end: float, side: Side) -> float:
        """The last spend towards `end` at which no more than what is bearable is lost."""
        good, bad = _Held(spend, 0.0, 0.0), None
        for share in OUTWARDS:
            there = self._held(cells, spend + share * (end - spend), side)
            if there is None:
                end = self._reachable(cells, side)
                there = self._held(cells, spend + OUTWARDS[-1] * (end - spend), side)
            if there is not None and there.lost > self.bearable:
                bad = there
                break
            good = there or good
        if bad is None:
            return end if there is not None else good.spend
        for _ in range(MOST_SOLVES):
            inner = good.spend + (bad.spend - good.spend) * (self.bearable - good.lost) / (bad.lost - good.lost)
            far = inner - bad.spend
            over = bad.lost - self.bearable
            outer = bad.spend + far * over / max(bad.rate * abs(far), over)
            if abs(outer - inner) <= CLOSE * abs(spend - inner):
                break
            there = self._held(cells, (inner + outer) / 2, side)
            if there is None:
                break
            good, bad = (there, bad) if there.lost <= self.bearable else (good, there)
        return inner

    def _held(self, cells: Sequence[Cell], at: float, side: Side) -> _Held | None:
        """The best plan with the cells held at a spend: what it loses, and how fast; None if no plan is left."""
        hold = Limit(HELD, side, at, "plain", "", "", (Amount(dict.fromkeys(cells, 1.0)),))
        problem = replace(self.problem, limits=(*self.problem.limits, hold))
        start = replace(self.best, prices={**self.best.prices, HELD: (0.0,)})
        try:
            found = solve_near(problem, start)
        except AnswerIsNo:
            return None
        return _Held(at, self.best.objective - found.objective, found.prices[HELD][0])

    def _reachable(self, cells: Sequence[Cell], side: Side) -> float:
        """How far the limits let the cells go at all."""
        sign = -1.0 if side == "at_most" else 1.0
        found = solve(replace(self.problem, objective=Amount(dict.fromkeys(cells, sign))))
        return sum(found.money[cell] for cell in cells)
