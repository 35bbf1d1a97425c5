"""The segments that stand for a cell's curves in the programme: where they are cut, and how they are cut finer.

Smooth curves are cut at equal drops of slope and then around each solution; chains of straight lines at their points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dacu.plan.curves import Curve, Points
from dacu.plan.problem import Cell, Problem, Room

FIRST_SEGMENTS = 12
"""Segments of a smooth curve at first."""

FINER = 8
"""Into how many parts the segments beside a solution are cut each round."""

KEPT = 5
"""Breakpoints kept on either side of a solution while segments are cut finer; what lies farther off has had its say."""

BESIDE = 1e-7
"""How near to a spend, as a share of its room, the last breakpoints lie: their slopes are those of the true curve."""


@dataclass(frozen=True)
class Grid:
    """The segments of a cell: breakpoints of its money, and its responses there a measure."""

    spends: tuple[float, ...]
    responses: Mapping[str, tuple[float, ...]]

    def slopes(self, measure: str) -> list[float]:
        """Response a unit of money on each segment."""
        values = self.responses[measure]
        return [
            (v1 - v0) / (x1 - x0) for (x0, x1), (v0, v1) in zip(pairwise(self.spends), pairwise(values), strict=True)
        ]


def grid_of(problem: Problem, cell: Cell, cuts: Sequence[float]) -> Grid:
    """The segments between breakpoints of a cell's money."""
    return Grid(tuple(cuts), {m: tuple(problem.curves[m][cell].at(x) for x in cuts) for m in problem.asked[cell]})


def first_cuts(problem: Problem, cell: Cell) -> list[float]:
    """Breakpoints of a cell: the points of its chains, the turns of its smooth curves, and between them equal drops."""
    room = problem.rooms[cell]
    cuts = {room.least, room.most}
    for measure in problem.asked[cell]:
        curve = problem.curves[measure][cell]
        cuts |= {turn for turn in curve.turns if room.least < turn < room.most}
        if not isinstance(curve, Points):
            for piece in curve.pieces(room.least, room.most):
                cuts |= set(equal_drops(curve, piece.low, piece.high, FIRST_SEGMENTS))
    return apart(sorted(cuts), room)


def equal_drops(curve: Curve, low: float, high: float, segments: int) -> list[float]:
    """Breakpoints inside [low, high] at which the tangent has turned by equal parts, no slope steeper than the chord of
    the first thousandth counting.
    """
    if high <= low:
        return []
    spread = [low + (high - low) * (k / 64) ** 3 for k in range(1, 64)]
    angles = [_angle(curve, low, high, x) for x in spread]
    first, last = angles[0], angles[-1]
    if abs(first - last) <= 1e-9:
        return []
    marks, cuts = [first + (last - first) * k / segments for k in range(segments)], []
    for mark in marks:
        row = min(range(len(spread)), key=lambda k: abs(angles[k] - mark))
        cuts.append(spread[row])
    return cuts


def _angle(curve: Curve, low: float, high: float, spend: float) -> float:
    """The slope in units of the chord, squeezed into −1 … 1 so that a vertical start is one of its ends."""
    chord = abs(curve.at(high) - curve.at(low)) / (high - low) or 1.0
    return math.atan(curve.slope(spend) / chord) * 2 / math.pi


def cut_at(cuts: Sequence[float], spend: float, liked: float, room: Room) -> list[float]:
    """The breakpoints with a spend, the one the cell likes best, and those midway to their neighbours."""
    fresh = {spend, liked}
    for at in (spend, liked):
        left = max((x for x in cuts if x < at), default=at)
        right = min((x for x in cuts if x > at), default=at)
        fresh |= {(left + at) / 2, (at + right) / 2}
    below = sorted(x for x in {*cuts, *fresh} if x < min(spend, liked))
    above = sorted(x for x in {*cuts, *fresh} if x > max(spend, liked))
    between = [x for x in {*cuts, *fresh} if min(spend, liked) <= x <= max(spend, liked)]
    kept = {cuts[0], *below[-KEPT:], *between, *above[:KEPT], cuts[-1]}
    return apart(sorted(kept), room)


def cut_beside(cuts: Sequence[float], spend: float, room: Room) -> list[float]:
    """The breakpoints with a spend and those right beside it."""
    step = BESIDE * (room.most - room.least)
    fresh = {x for x in (spend - step, spend, spend + step) if room.least < x < room.most}
    return apart(sorted({*cuts, *fresh}), room)


def cut_around(cuts: Sequence[float], spend: float, problem: Problem, cell: Cell) -> list[float]:
    """The breakpoints with those beside a spend cut finer, and the spend itself; chains of straight lines stay."""
    if is_chain(problem, cell):
        return list(cuts)
    room = problem.rooms[cell]
    left = max((x for x in cuts if x < spend), default=room.least)
    right = min((x for x in cuts if x > spend), default=room.most)
    finer = [left + (spend - left) * k / FINER for k in range(1, FINER)]
    finer += [spend + (right - spend) * k / FINER for k in range(1, FINER)]
    return apart(sorted({*cuts, spend, *finer} if room.least <= spend <= room.most else {*cuts, *finer}), room)


def apart(cuts: Sequence[float], room: Room, share: float = 1e-9) -> list[float]:
    """Breakpoints no nearer than that share of the room: as near as rounding lets their slopes be told."""
    least = share * (room.most - room.least)
    kept = [cuts[0]]
    for cut in cuts[1:]:
        if cut - kept[-1] > least:
            kept.append(cut)
    if len(kept) > 1 and kept[-1] != cuts[-1]:
        kept[-1] = cuts[-1]
    return kept


def is_chain(problem: Problem, cell: Cell) -> bool:
    """Whether all curves of a cell are chains of straight lines."""
    return all(isinstance(problem.curves[measure][cell], Points) for measure in problem.asked[cell])


def within(cuts: Sequence[float], room: Room) -> list[float]:
    """The breakpoints inside a room, and its ends."""
    return sorted({room.least, room.most, *(cut for cut in cuts if room.least < cut < room.most)})
