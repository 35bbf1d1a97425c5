"""What a cell returns at each spend: the families of curves, and where each of them bends.

Numbers have no unit here: a curve of a scenario is in fen and the objective's unit, one from a file in the file's own.
Every family is evaluated exactly (to rounding) and names its turns, the spends between which it is convex or concave
throughout. That alone is enough to maximise it less any price of money over any interval (`best_spend`), which is what
a proof of an optimum needs; no solver and no grid of segments is involved.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from dacu.errors import Fault, Finding

EDGE = 1e-6
"""A spend so near (relative) to a breakpoint stands on it."""

STEEPEST = 1e300
"""The slope of a curve that rises vertically, as a finite number."""

SAMPLES = 64
"""Points between two turns at which a sum of curves is searched for further turns."""


class Piece(NamedTuple):
    """An interval on which a curve is straight, concave or convex (a straight piece is both)."""

    low: float
    high: float
    concave: bool
    convex: bool


class Segment(NamedTuple):
    """A straight piece of a curve: its width in money, its slope in objective per unit of money."""

    width: float
    slope: float


class Curve(ABC):
    """A response to money. Known from `low` to `high` (infinite for a formula)."""

    low: float = 0.0
    high: float = math.inf

    @abstractmethod
    def at(self, spend: float) -> float:
        """The response at a spend."""

    @abstractmethod
    def slope(self, spend: float) -> float:
        """What the next unit of money returns; at a kink the slope to its right."""

    @abstractmethod
    def bend(self, spend: float) -> float:
        """The second derivative, 0 where the curve is straight; only its sign matters away from a kink."""

    @property
    def turns(self) -> tuple[float, ...]:
        """Spends at which the curve may change between convex, straight and concave, ascending."""
        return ()

    def pieces(self, low: float, high: float) -> Iterator[Piece]:
        """The curve from `low` to `high` in pieces of one shape each."""
        inner = [turn for turn in self.turns if low < turn < high]
        for start, end in pairwise([low, *inner, high]):
            bend = self.bend(_between(start, end))
            yield Piece(start, end, bend <= 0, bend >= 0)

    @property
    def is_concave(self) -> bool:
        """Whether it is concave from end to end."""
        high = self.high if math.isfinite(self.high) else 2 * max(self.turns, default=1.0) + 1.0
        return concave_stretch(self, self.low, self.low, high) == (self.low, high)


@dataclass(frozen=True)
class Hill(Curve):
    """top · xˢ / (halfˢ + xˢ): half of `top` at `half`; concave for slope s ≤ 1, S-shaped above."""

    top: float
    half: float
    exponent: float

    def at(self, spend: float) -> float:
        """The response at a spend."""
        return self.top * self._share(spend)

    def slope(self, spend: float) -> float:
        """What the next unit of money returns."""
        if spend <= 0:
            vertical = math.copysign(STEEPEST, self.top) if self.top else 0.0
            return vertical if self.exponent < 1 else self.top / self.half if self.exponent == 1 else 0.0
        share = self._share(spend)
        return self.top * self.exponent * share * (1 - share) / spend

    def bend(self, spend: float) -> float:
        """The second derivative."""
        if spend <= 0:
            return 0.0
        share = self._share(spend)
        return self.slope(spend) / spend * (self.exponent * (1 - 2 * share) - 1)

    @cached_property
    def turns(self) -> tuple[float, ...]:
        """The inflection of an S."""
        s = self.exponent
        return (self.half * ((s - 1) / (s + 1)) ** (1 / s),) if s > 1 else ()

    def _share(self, spend: float) -> float:
        if spend <= 0:
            return 0.0
        power = self.exponent * math.log(spend / self.half)
        return 1 / (1 + math.exp(-power)) if power > -700 else 0.0


@dataclass(frozen=True)
class Logistic(Curve):
    """top · (1 − e^(−rx)) / (1 + e^(−rx)), concave from 0 on."""

    top: float
    rate: float

    def at(self, spend: float) -> float:
        """The response at a spend."""
        return self.top * math.tanh(self.rate * spend / 2)

    def slope(self, spend: float) -> float:
        """What the next unit of money returns."""
        beyond = math.exp(-self.rate * spend)
        return 2 * self.top * self.rate * beyond / (1 + beyond) ** 2

    def bend(self, spend: float) -> float:
        """The second derivative."""
        return -self.rate * math.tanh(self.rate * spend / 2) * self.slope(spend)


@dataclass(frozen=True)
class Power(Curve):
    """scale · x^exponent: concave for exponents up to 1, convex above."""

    scale: float
    exponent: float

    def at(self, spend: float) -> float:
        """The response at a spend."""
        return self.scale * float(max(spend, 0.0) ** self.exponent)

    def slope(self, spend: float) -> float:
        """What the next unit of money returns."""
        if spend <= 0 and self.exponent < 1:
            return math.copysign(STEEPEST, self.scale) if self.scale else 0.0
        return self.scale * self.exponent * float(max(spend, 0.0) ** (self.exponent - 1))

    def bend(self, spend: float) -> float:
        """The second derivative."""
        if spend <= 0:
            return 0.0
        return self.scale * self.exponent * (self.exponent - 1) * float(spend ** (self.exponent - 2))


@dataclass(frozen=True)
class Log(Curve):
    """level + slope · ln x, known above a floor > 0."""

    level: float
    steepness: float
    low: float

    def at(self, spend: float) -> float:
        """The response at a spend."""
        return self.level + self.steepness * math.log(spend)

    def slope(self, spend: float) -> float:
        """What the next unit of money returns."""
        return self.steepness / spend

    def bend(self, spend: float) -> float:
        """The second derivative."""
        return -self.steepness / spend**2


@dataclass(frozen=True)
class Points(Curve):
    """Straight lines through (`spends`, `values`), in that order: neither concave nor rising by need.

    It ends with its first and last spend, for nothing is known beyond.
    """

    spends: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def low(self) -> float:  # type: ignore[override]
        """The least spend the curve knows."""
        return self.spends[0]

    @property
    def high(self) -> float:  # type: ignore[override]
        """The greatest spend the curve knows."""
        return self.spends[-1]

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The straight pieces from left to right; neighbours of one slope are one piece."""
        pieces: list[Segment] = []
        for (x0, v0), (x1, v1) in pairwise(zip(self.spends, self.values, strict=True)):
            piece = Segment(x1 - x0, (v1 - v0) / (x1 - x0))
            if pieces and abs(pieces[-1].slope - piece.slope) <= 1e-7 * abs(pieces[0].slope):
                width = pieces[-1].width + piece.width
                piece = Segment(width, (pieces[-1].slope * pieces[-1].width + v1 - v0) / width)
                pieces.pop()
            pieces.append(piece)
        return tuple(pieces)

    def at(self, spend: float) -> float:
        """The response at a spend. Raises Fault beyond the known range, where no one knows it."""
        place = bisect_left(self.spends, spend)
        if place < len(self.spends) and self.spends[place] == spend:
            return self.values[place]
        margin = EDGE * max(abs(self.low), abs(self.high))
        if not self.low - margin <= spend <= self.high + margin:
            args = {"low": f"{self.low:g}", "high": f"{self.high:g}"}
            raise Fault(Finding("plan_beyond_curve", None, "optimise", f"{spend:g}", args))
        if len(self.spends) == 1:
            return self.values[0]
        left = self._left_of(spend)
        (x0, v0), (x1, v1) = self._point(left), self._point(left + 1)
        return v0 + min(max((spend - x0) / (x1 - x0), 0.0), 1.0) * (v1 - v0)

    def slope(self, spend: float) -> float:
        """What the next unit of money returns."""
        if len(self.spends) == 1:
            return 0.0
        (x0, v0), (x1, v1) = self._point(left := self._left_of(spend)), self._point(left + 1)
        return (v1 - v0) / (x1 - x0)

    def next_slope(self, spend: float) -> float:
        """What one more unit returns at this spend; 0 where the curve ends."""
        reached = self.low
        for width, slope in self.segments:
            reached += width
            if spend < reached - EDGE * self.high:
                return slope
        return 0.0

    def bend(self, _spend: float) -> float:
        """The second derivative."""
        return 0.0

    @property
    def turns(self) -> tuple[float, ...]:
        """Every inner point."""
        return self.spends[1:-1]

    @cached_property
    def is_concave(self) -> bool:
        """Whether no slope is above the one before it, within rounding."""
        slopes = [self.slope(x) for x in self.spends[:-1]]
        room = 1e-12 * max(map(abs, slopes), default=0.0)
        return all(later <= earlier + room for earlier, later in pairwise(slopes))

    def best_corner(self, price: float, low: float, high: float) -> float:
        """The point, or end of [low, high], at which curve − price · spend is greatest."""
        inside = slice(bisect_right(self.spends, low), bisect_left(self.spends, high))
        corners = [
            (low, self.at(low)),
            *zip(self.spends[inside], self.values[inside], strict=True),
            (high, self.at(high)),
        ]
        return max(corners, key=lambda corner: corner[1] - price * corner[0])[0]

    def _left_of(self, spend: float) -> int:
        return min(max(bisect_right(self.spends, spend) - 1, 0), len(self.spends) - 2)

    def _point(self, row: int) -> tuple[float, float]:
        return self.spends[row], self.values[row]


@dataclass(frozen=True)
class Sum(Curve):
    """Σ factor · curve, known where every term is."""

    terms: tuple[tuple[float, Curve], ...]

    @property
    def low(self) -> float:  # type: ignore[override]
        """The highest of the terms' lows."""
        return max((curve.low for _, curve in self.terms), default=0.0)

    @property
    def high(self) -> float:  # type: ignore[override]
        """The lowest of the terms' highs."""
        return min((curve.high for _, curve in self.terms), default=math.inf)

    def at(self, spend: float) -> float:
        """The response at a spend."""
        return math.fsum(factor * curve.at(spend) for factor, curve in self.terms)

    def slope(self, spend: float) -> float:
        """What the next unit of money returns."""
        slopes = [factor * curve.slope(spend) for factor, curve in self.terms]
        return min(max(sum(slopes), -STEEPEST), STEEPEST)

    def bend(self, spend: float) -> float:
        """The second derivative."""
        return math.fsum(factor * curve.bend(spend) for factor, curve in self.terms)

    @cached_property
    def turns(self) -> tuple[float, ...]:
        """The turns of the terms, and between them those at which the sum's second derivative changes its sign.

        The latter are searched at SAMPLES points, evenly and by ratio, in every interval where the terms disagree.
        """
        own = sorted({turn for _, curve in self.terms for turn in curve.turns})
        last = self.high if math.isfinite(self.high) else 100 * max(own, default=1.0)
        found = list(own)
        for start, end in pairwise([self.low, *own, last]):
            middle = _between(start, end)
            signs = {math.copysign(1, f * c.bend(middle)) for f, c in self.terms if f * c.bend(middle)}
            if len(signs) > 1:
                found += _sign_changes(self.bend, start, end)
        return tuple(sorted(set(found)))


def best_spend(curve: Curve, price: float, low: float, high: float) -> float:
    """The spend in [low, high] at which curve − price · spend is greatest, over the whole interval and any shape.

    On a concave piece the slope is matched by bisection down to neighbouring floats, on a convex one an end is best.
    """
    if low >= high:
        return low
    if isinstance(curve, Points):
        return curve.best_corner(price, low, high)
    candidates = [low, high]
    for piece in curve.pieces(low, high):
        candidates += [piece.low, piece.high]
        if piece.concave and not piece.convex:
            candidates.append(_slope_at(curve, price, piece.low, piece.high))
    return max(candidates, key=lambda spend: curve.at(spend) - price * spend)


def _slope_at(curve: Curve, price: float, low: float, high: float) -> float:
    """Where the slope of a concave piece falls to `price`."""
    if curve.slope(_inside(low, high)) <= price:
        return low
    if curve.slope(_inside(high, low)) >= price:
        return high
    for _ in range(200):
        middle = math.sqrt(low * high) if low > 0 and high > 4 * low else (low + high) / 2
        if not low < middle < high:
            break
        if curve.slope(middle) > price:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _inside(end: float, other: float) -> float:
    """A spend next to `end` on the side of `other`, for the slope within a piece."""
    return end + 1e-9 * (other - end)


def _between(low: float, high: float) -> float:
    return (low + high) / 2 if math.isfinite(high) else 2 * low + 1.0


def _sign_changes(function: Callable[[float], float], low: float, high: float) -> list[float]:
    """Zeros of a function between two spends, each between neighbouring samples of unlike sign."""
    from scipy.optimize import brentq

    evenly = [low + (high - low) * (k + 0.5) / SAMPLES for k in range(SAMPLES)]
    start = max(low, 1e-9 * high)
    by_ratio = [start * (high / start) ** ((k + 0.5) / SAMPLES) for k in range(SAMPLES)]
    samples = sorted({*evenly, *by_ratio})
    values = [function(spend) for spend in samples]
    return [
        float(brentq(function, a, b, xtol=1e-12 * high))
        for (a, b), (va, vb) in zip(pairwise(samples), pairwise(values), strict=True)
        if va * vb < 0
    ]


def concave_stretch(curve: Curve, spend: float, low: float, high: float) -> tuple[float, float]:
    """The longest interval around a spend, in [low, high], on which the curve is concave; the spend on a convex one."""
    if isinstance(curve, Points) and curve.is_concave:
        return low, high
    pieces = list(curve.pieces(low, high))
    row = next((k for k, piece in enumerate(pieces) if piece.low <= spend <= piece.high and piece.concave), None)
    if row is None:
        return spend, spend
    first = last = row
    while first > 0 and pieces[first - 1].concave and not _rises(curve, pieces[first - 1], pieces[first]):
        first -= 1
    while last + 1 < len(pieces) and pieces[last + 1].concave and not _rises(curve, pieces[last], pieces[last + 1]):
        last += 1
    return pieces[first].low, pieces[last].high


def _rises(curve: Curve, left: Piece, right: Piece) -> bool:
    """Whether the slope is greater right of where two pieces meet."""
    before, after = curve.slope(_inside(left.high, left.low)), curve.slope(_inside(right.low, right.high))
    return after > before + 1e-9 * max(abs(before), abs(after))
