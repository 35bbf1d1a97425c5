"""Several figures met by one knob each: all knobs move at once, each by the secant of its own figure.

Each knob mostly moves its own figure, in logarithms nearly in proportion; what they move of one another the rounds
settle. It is the diagonal quasi-Newton method, with slopes kept within a factor three of the first guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K")
F = TypeVar("F")
STEP = 1.5  # the furthest a knob moves in a round, in its own scale
STILL = 1e-3  # a move too small to tell a slope by


class Knob(NamedTuple):
    """What is known of a knob: the figure's elasticity by it at first guess, and the furthest it may go."""

    slope: float
    most: float


class Round(NamedTuple, Generic[K, F]):
    """One try: where the knobs stood, what was found, and ln(wanted ÷ found) by knob."""

    at: Mapping[K, float]
    found: F
    gaps: Mapping[K, float]

    @property
    def worst(self) -> float:
        """The largest miss."""
        return max((abs(gap) for gap in self.gaps.values()), default=0.0)


def solve(
    knobs: Mapping[K, Knob], attempt: Callable[[Mapping[K, float]], Round[K, F]], *, close: float, rounds: int
) -> list[Round[K, F]]:
    """All rounds from neutral knobs on, until every gap is below `close`, no knob can move, or `rounds` were tried."""
    slopes = {key: knob.slope for key, knob in knobs.items()}
    tried = [attempt(dict.fromkeys(knobs, 0.0))]
    while tried[-1].worst > close and len(tried) < rounds:
        if len(tried) > 1:
            slopes = {key: _slope(knob, slopes[key], key, tried[-2], tried[-1]) for key, knob in knobs.items()}
        at = {key: _moved(knob, slopes[key], key, tried[-1]) for key, knob in knobs.items()}
        if at == tried[-1].at:  # every knob stands at its end: what is left cannot be met
            break
        tried.append(attempt(at))
    return tried


def _slope(knob: Knob, slope: float, key: K, before: Round[K, F], last: Round[K, F]) -> float:
    step = last.at[key] - before.at[key]
    if abs(step) < STILL:
        return slope
    low, high = sorted((knob.slope / 3, knob.slope * 3))
    return min(max((before.gaps[key] - last.gaps[key]) / step, low), high)


def _moved(knob: Knob, slope: float, key: K, last: Round[K, F]) -> float:
    step = last.gaps[key] / slope
    return min(max(last.at[key] + min(max(step, -STEP), STEP), -knob.most), knob.most)
