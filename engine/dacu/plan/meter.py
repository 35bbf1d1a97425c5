"""What a search has used of its runs and its time, and what still fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dacu.plan.answer import Ended
from dacu.plan.question import Plan
from dacu.plan.verify import Simulator


@dataclass
class Meter:
    """A simulator that counts its runs and, by the clock, knows how much more fits."""

    simulator: Simulator
    most_runs: int
    seconds: float
    clock: Callable[[], float]
    runs: int = 0
    done: float = 0.0  # work, in whole runs: a fork is a part of one

    def __post_init__(self) -> None:
        self.started = self.clock()
        self.figures = self.simulator.figures

    def outcomes(self, plans: Sequence[Plan], seeds: Sequence[int]) -> NDArray[np.float64]:
        """See Simulator."""
        before, asked = self.simulator.recalled, len(plans) * len(seeds)
        found = self.simulator.outcomes(plans, seeds)
        lived = 1 - (self.simulator.recalled - before) / asked
        self.runs += asked
        self.done += self.work(plans) * len(seeds) * lived
        return found

    def work(self, plans: Sequence[Plan]) -> float:
        """See Simulator."""
        return self.simulator.work(plans)

    @property
    def recalled(self) -> int:
        """See Simulator."""
        return self.simulator.recalled

    @property
    def left(self) -> float:
        """Seconds."""
        return self.seconds - (self.clock() - self.started)

    def fits(self, runs: float, work: float) -> Ended | None:
        """What does not suffice for so many runs more, which are so much work, at the pace so far."""
        if runs > self.most_runs - self.runs:
            return "runs"
        pace = (self.clock() - self.started) / self.done if self.done else 0.0
        return "time" if work * pace > self.left else None
