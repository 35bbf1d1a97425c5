"""A budget problem as business data, and what a solver claims about it.

A cell is where money can go; its curves say what it returns, one curve a measure (GMV, orders, units …). The demands
are limits, all of one form:

    for each amount:  amount  ≤  value · of        (or ≥, or =)

where an amount is linear in the money of the cells, in their responses, and in which of them are chosen (spend above
nothing). A budget measures money against 1, a share money against all money, a floor of ROI responses against money, a
choice of two creators counts the chosen. So a limit is moved, priced and checked in its own unit, by the same few lines
for all of them. The programme and the certificate both start here and share nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from dacu.plan.curves import Curve, Sum, concave_stretch


class Cell(NamedTuple):
    """A budget line (its scenario path, `channels.feed_ads`) in a phase (its name in the calendar, empty for none)."""

    line: str
    phase: str = ""


Row = Mapping[Cell, float]
Side = Literal["at_most", "at_least", "exactly"]
Unit = Literal["fen", "plain", "share", "multiple", "ratio", "count"]
Kind = Literal["contract", "budget", "wish"]
"""How hard a demand is: what was signed, what money there is, what one would like."""

SIGN: Mapping[Side, float] = {"at_most": -1.0, "at_least": 1.0, "exactly": -1.0}
"""The sign with which a limit's excess enters the Lagrangian of a maximum."""

BLUR = 1e-6
"""A limit is kept if it is broken by no more than this share of what it adds up (as in the verify suite of microlp)."""


@dataclass(frozen=True)
class Room:
    """The money a cell can take at all: from `least` to `most`, or (`or_zero`) nothing."""

    least: float
    most: float
    or_zero: bool = False


@dataclass(frozen=True)
class Amount:
    """Something a plan adds up to: Σ factor · money + Σ factor · response + Σ factor · chosen + base."""

    money: Row = field(default_factory=dict)
    response: Mapping[str, Row] = field(default_factory=dict)
    chosen: Row = field(default_factory=dict)
    base: float = 0.0

    def total(self, state: State) -> float:
        """What it comes to."""
        return math.fsum(self.parts(state))

    def parts(self, state: State) -> Iterator[float]:
        """Its terms one by one."""
        yield self.base
        for cell, factor in self.money.items():
            yield factor * state.money[cell]
        for measure, row in self.response.items():
            for cell, factor in row.items():
                yield factor * state.response[measure][cell]
        for cell, factor in self.chosen.items():
            yield factor * (cell in state.chosen)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that it speaks of."""
        rows = (self.money, *self.response.values(), self.chosen)
        return tuple(dict.fromkeys(cell for row in rows for cell in row))

    @property
    def is_money(self) -> bool:
        """Whether it speaks of money alone."""
        return not self.response and not self.chosen


ONE = Amount(base=1.0)


@dataclass(frozen=True)
class State:
    """A plan with what it returns on the curves: money and response of each cell, and the cells chosen."""

    money: Mapping[Cell, float]
    response: Mapping[str, Mapping[Cell, float]] = field(default_factory=dict)
    chosen: frozenset[Cell] = frozenset()


@dataclass(frozen=True)
class Limit:
    """One demand; `id` is its path, (`zh`, `en`) its name in a sentence, `value` is in `unit`."""

    id: str
    side: Side
    value: float
    unit: Unit
    zh: str
    en: str
    amounts: tuple[Amount, ...]
    of: Amount = ONE
    kind: Kind = "contract"

    @property
    def is_money(self) -> bool:
        """Whether it speaks of money alone, so that a plan is judged without curves."""
        return all(amount.is_money for amount in (*self.amounts, self.of))

    def yardstick(self, state: State) -> float:
        """What one unit of the limit is worth on this plan, in what it adds up."""
        return self.of.total(state)

    def measured(self, state: State) -> float:
        """Where the plan stands, in the unit of the limit; the amount nearest to the limit speaks for all."""
        totals = [amount.total(state) for amount in self.amounts]
        nearest = min(totals) if self.side == "at_least" else max(totals)
        yardstick = self.yardstick(state)
        return nearest / yardstick if yardstick > 0 else self.value

    def excess(self, state: State) -> float:
        """By how much the plan breaks the limit, in what it adds up; 0 if it keeps it."""
        allowed = self.value * self.yardstick(state)
        over = [amount.total(state) - allowed for amount in self.amounts]
        worst = {"at_most": max(over), "at_least": -min(over), "exactly": max(map(abs, over))}[self.side]
        return max(0.0, worst)

    def weight(self, state: State) -> float:
        """The money (or response, or count) that the limit adds up on this plan: the scale of its rounding."""
        own = (math.fsum(map(abs, amount.parts(state))) for amount in self.amounts)
        return max(max(own, default=0.0), abs(self.value) * math.fsum(map(abs, self.of.parts(state))))


@dataclass(frozen=True)
class Problem:
    """Cells with their room and curves, the amount to maximise, and the limits.

    `curves` holds one curve a measure and cell; every measure that an amount names has one for each of its cells.
    `auxiliary` cells are arithmetic in the form of cells: nobody's money, and the limits on them nobody's demands.
    """

    rooms: Mapping[Cell, Room]
    curves: Mapping[str, Mapping[Cell, Curve]]
    objective: Amount
    limits: tuple[Limit, ...] = ()
    auxiliary: frozenset[Cell] = frozenset()

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that are money."""
        return tuple(cell for cell in self.rooms if cell not in self.auxiliary)

    def is_demand(self, limit: Limit) -> bool:
        """Whether the limit is a planner's, and no arithmetic."""
        return not any(cell in self.auxiliary for amount in limit.amounts for cell in amount.cells)

    @cached_property
    def switched(self) -> frozenset[Cell]:
        """Cells that are either chosen or closed: nothing or at least something, or counted by a choice."""
        counted = {cell for limit in self.limits for amount in (*limit.amounts, limit.of) for cell in amount.chosen}
        return frozenset(counted | {cell for cell, room in self.rooms.items() if room.or_zero})

    @cached_property
    def is_concave(self) -> bool:
        """Whether a local optimum is the optimum: no cell is switched and every curve asked for is concave."""
        return not self.switched and all(
            self.curves[measure][cell].is_concave for cell, measures in self.asked.items() for measure in measures
        )

    @cached_property
    def aims_concave(self) -> bool:
        """Whether what each cell adds to the objective is concave over its room, whatever the limits ask about."""
        return all(
            concave_stretch(self.aim(cell), room.least, room.least, room.most) == (room.least, room.most)
            for cell, room in self.rooms.items()
        )

    @cached_property
    def asked(self) -> Mapping[Cell, tuple[str, ...]]:
        """For each cell the measures of it that the objective or a limit asks for."""
        amounts = (self.objective, *(a for limit in self.limits for a in (*limit.amounts, limit.of)))
        pairs = {
            (cell, measure)
            for amount in amounts for measure, row in amount.response.items() for cell, factor in row.items() if factor
        }  # fmt: skip
        return {cell: tuple(m for m in self.curves if (cell, m) in pairs) for cell in self.rooms}

    def aim(self, cell: Cell) -> Curve:
        """What the responses of a cell add to the objective."""
        rows = self.objective.response.items()
        terms = tuple((row[cell], self.curves[measure][cell]) for measure, row in rows if row.get(cell))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Sum(terms)

    @cached_property
    def span(self) -> float:
        """All that the cells can add to the objective between the ends of their rooms: the scale of a solver's blur."""
        total = 0.0
        for measure, row in self.objective.response.items():
            for cell, factor in row.items():
                room, curve = self.rooms[cell], self.curves[measure][cell]
                total += abs(factor * (curve.at(room.most) - curve.at(max(room.least, curve.low))))
        return total

    def state(self, money: Mapping[Cell, float]) -> State:
        """A plan with what it returns. A switched cell is chosen if it spends anything."""
        response = {
            measure: {cell: curve.at(money[cell]) for cell, curve in by_cell.items()}
            for measure, by_cell in self.curves.items()
        }
        return State(money, response, frozenset(cell for cell in self.switched if money[cell] > 0))

    def value(self, money: Mapping[Cell, float]) -> float:
        """The objective of a plan, on the true curves."""
        return self.objective.total(self.state(money))


@dataclass(frozen=True)
class Claim:
    """What a solver says: the plan, its objective, the price of every limit, and a bound that no plan passes.

    `prices` holds for each limit one entry an amount, in objective per unit of what the limit adds up; ≥ 0 where
    loosening the limit can only help. `proof` cuts the plans into boxes, each with prices of its own; without it the
    prices are the proof.
    """

    money: Mapping[Cell, float]
    objective: float
    prices: Mapping[str, tuple[float, ...]]
    bound: float
    proof: Proof | None = None


@dataclass(frozen=True)
class Leaf:
    """A box of plans that the prices bound."""

    prices: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Split:
    """A box cut in two: at a spend of a cell (`left` is below), or (`at` None) closed on the left, else open."""

    cell: Cell
    at: float | None
    left: Proof
    right: Proof


Proof = Leaf | Split


def keeps(state: State, limits: Iterable[Limit]) -> bool:
    """Whether the plan keeps every limit within BLUR."""
    return all(limit.excess(state) <= BLUR * limit.weight(state) for limit in limits)
