"""Where a round looks: the trust region around a plan, and the curves simulated within it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from dacu.plan.curves import Points
from dacu.plan.fit import Fitted, Probe, fit, through
from dacu.plan.problem import ONE, Amount, Cell, Limit, Problem, Room
from dacu.plan.question import Plan, Question
from dacu.plan.risk import Fate
from dacu.plan.verify import Simulator

FIRST_RADIUS, LAST_RADIUS, WIDEST_RADIUS = 1.0, 0.02, 1.0
"""How far a cell may move, as a part of its money: at first, when it is time to stop, and at most."""


class Goal(NamedTuple):
    """What is to rise: a figure of the simulator, what one of it is worth in the objective's unit, and the worst that
    one more fen of money can do to it (question.Objective).
    """

    figure: str
    worth: float
    least_slope: float


GAIN = "gain"
"""The measure of a round that is to rise: what a cell gains over the plan it departs from."""

GOOD, POOR = 0.75, 0.25
"""Simulated over predicted gain that widens the region, and that narrows it."""

PAYS = 2.0
"""How many times the dearest booking must fit into what the cells of a region can give up: floors hold some back."""

SMALL_CELL = 0.2
"""A cell below this share of the mean cell moves as if it had it, so that a line of nothing can grow."""


def reach(cell: Cell, plan: Plan, limits: Sequence[Limit], radius: float) -> tuple[int, int]:
    """The least and the most fen that a cell may spend next: `radius` times its money up or down, within the plain
    ranges that it could meet alone.
    """
    money, mean = plan[cell], limits[0].value / len(plan)
    move = radius * max(money, SMALL_CELL * mean)
    alone = [limit for limit in limits if _is_range(limit) and cell in limit.amounts[0].money]
    floors = [limit.value for limit in alone if limit.side == "at_least" and len(limit.amounts[0].money) == 1]
    ceilings = [limit.value for limit in alone if limit.side != "at_least"]
    return min(money, round(max(0.0, money - move, *floors))), max(money, round(min(money + move, *ceilings)))


def _is_range(limit: Limit) -> bool:
    """Whether it says between which amounts some cells together may spend."""
    own = limit.amounts[0]
    return limit.unit == "fen" and limit.of == ONE and own.is_money and set(own.money.values()) == {1.0}


def next_radius(radius: float, ratio: float) -> float:
    """The radius after a round whose gain was `ratio` times the one predicted."""
    if ratio > GOOD:
        return min(WIDEST_RADIUS, 1.5 * radius)
    return radius / 2 if ratio < POOR else radius


def spends_to_try(
    plan: Plan, question: Question, limits: Sequence[Limit], radius: float, probes: Sequence[float]
) -> dict[Cell, list[int]]:
    """For each cell the spends to simulate besides the plan's own (none if it has no room to move).

    `probes` are fractions of the way from the plan to the edges of the region, which is wide enough to find the money
    of any booking. A booking is tried with and without; a line that may be closed also at nothing and, if it is closed,
    at the least that it may spend.
    """
    tries = {}
    radius = max(radius, min(WIDEST_RADIUS, PAYS * _dearest(plan, question)))
    for cell, money in plan.items():
        if cell.line in question.open_bookings:
            tries[cell] = [0 if money else question.bookings[cell.line]]
            continue
        low, high = reach(cell, plan, limits, radius)
        spends = {money + round(part * (high - money if part > 0 else money - low)) for part in probes}
        least = _least_if_any(cell, question)
        if least:
            spends |= {0, max(least, money)}
        tries[cell] = sorted(spends - {money})
    return tries


def _dearest(plan: Plan, question: Question) -> float:
    """The price of the dearest booking that the budget pays, as a part of the media money."""
    paid = [question.bookings[path] for path in question.open_bookings - question.outside_budget]
    return max(paid, default=0) / max(1, sum(plan[cell] for cell in question.media))


def _least_if_any(cell: Cell, question: Question) -> int:
    """What a cell spends at least if it spends anything: its own, or its part of its line's."""
    own, line = question.range(cell), question.lines.get(cell.line)
    if own.or_zero:
        return own.least or 0
    if line is not None and line.or_zero:
        return -(-(line.least or 0) // max(1, len(question.open_cells(cell.line))))
    return 0


@dataclass(frozen=True)
class Region:
    """What was simulated around a plan: the objective's curve of each cell, the lines through all figures, their
    levels.

    Curves are gains over the plan, the objective's in its own unit, figures in fen or counts. `levels` are the figures
    of the plan itself. `fates` tell the objective seed by seed, where the question is one of risk.
    """

    curves: Mapping[Cell, Fitted]
    figures: Mapping[str, Mapping[Cell, Points]]
    levels: Mapping[str, float]
    fates: tuple[Fate, ...] = ()


def region_around(
    plan: Plan, spends: Mapping[Cell, Sequence[int]], simulator: Simulator, seeds: Sequence[int], goal: Goal,
    question: Question,
) -> Region:  # fmt: skip
    """The response of every cell near the plan, all others held: one batch of simulations, one fit a cell.

    Lines whose increment a limit asks for are also tried with nothing; the clicks and orders of a creator who is not
    booked are those of the run that books them.
    """
    tried = [(cell, spend) for cell in plan for spend in spends[cell]]
    without = [{**plan, **dict.fromkeys(question.cells_of([line]), 0)} for line in question.incremental]
    outcomes = simulator.outcomes([plan, *({**plan, cell: spend} for cell, spend in tried), *without], seeds)
    gains = outcomes[:, 1:] - outcomes[:, :1]

    def probes(row: int, worth: float) -> dict[Cell, list[Probe]]:
        points = {cell: [Probe(money, (0.0,) * len(seeds))] for cell, money in plan.items()}
        for (cell, spend), own in zip(tried, gains[row], strict=False):
            points[cell].append(Probe(spend, tuple((worth * own).tolist())))
        return points

    rows = {figure.name: row for row, figure in enumerate(simulator.figures)}
    levels = {name: float(outcomes[row, 0].mean()) for name, row in rows.items()}
    for place, line in enumerate(question.incremental, len(tried)):
        levels[f"incremental.{line}"] = -float(gains[rows["gmv"], place].mean())
    for place, (cell, spend) in enumerate(tried, 1):
        if cell.line in question.bookings and spend:  # how a creator would convert is told by the run that books them
            own = [name for name in rows if name.startswith(f"cvr.{cell.line}.")]
            levels |= {name: float(outcomes[rows[name], place].mean()) for name in own}
    aims = probes(rows[goal.figure], goal.worth)
    own_levels = (goal.worth * outcomes[rows[goal.figure], 0]).tolist()
    return Region(
        {cell: fit(own, goal.least_slope) for cell, own in aims.items()},
        {name: {cell: through(own) for cell, own in probes(row, 1.0).items()} for name, row in rows.items()},
        levels,
        () if question.risk is None else tuple(_fate(level, seed, aims, goal) for seed, level in enumerate(own_levels)),
    )


def local_problem(
    curves: Mapping[Cell, Points],
    limits: tuple[Limit, ...],
    figures: Mapping[str, Mapping[Cell, Points]] = MappingProxyType({}),
) -> Problem:
    """The problem of a round: what the fitted curves return, each cell within the range that was simulated.

    `figures` holds the lines of what limits on figures speak of.
    """
    rooms = {cell: Room(curve.low, curve.high) for cell, curve in curves.items()}
    named = {name for limit in limits for amount in (*limit.amounts, limit.of) for name in amount.response}
    measures = {GAIN: curves, **{name: figures[name] for name in named}}
    return Problem(rooms, measures, Amount(response={GAIN: dict.fromkeys(curves, 1.0)}), limits)


def _fate(level: float, seed: int, aims: Mapping[Cell, Sequence[Probe]], goal: Goal) -> Fate:
    """One seed alone: the nearest concave curve of each cell; with bad luck money may do worse than on average."""
    alone = {cell: sorted(Probe(probe.spend, (probe.gains[seed],)) for probe in own) for cell, own in aims.items()}
    return Fate(level, {cell: fit(own, min([goal.least_slope, *_chords(own)])) for cell, own in alone.items()})


def _chords(probes: Sequence[Probe]) -> Iterator[float]:
    """The slopes between neighbouring probes."""
    return ((right.mean - left.mean) / (right.spend - left.spend) for left, right in pairwise(probes))
