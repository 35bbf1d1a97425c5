"""The certificate: what a solver claims, tested against the business data by arithmetic alone.

It knows no solver and no segments. A price λ ≥ 0 on every limit bounds every plan (weak duality):

    objective(x)  ≤  constant + Σ over cells of  max over x of  [ returns of x, less λ · what x adds to the limits ]

because a plan that keeps the limits only gains from the terms λ · slack. The maximum over one cell is found on the
true curve, of whatever shape (curves.best_spend), so the bound holds for the true curves. Where one set of prices does
not reach the plan (S-curves, choices), a proof cuts the plans into boxes and bounds each by prices of its own; that the
boxes leave nothing out is checked here too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dacu.plan.curves import EDGE, Curve, Sum, best_spend, concave_stretch
from dacu.plan.problem import BLUR, SIGN, Cell, Claim, Leaf, Problem, Proof, Split, State

SAME = 1e-9
"""Two figures that differ by less than this share are one."""

Prices = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Certificate:
    """The tests of a claim. All figures but `bound` are shares; the smaller the better.

    `primal`: how far the plan breaks a limit or a room. `objective`: how far the claimed objective is from the plan's.
    `dual`: how far a price has the wrong sign. `complementary`: what prices charge for limits with slack.
    `fill_order`: what a cell would gain, at these prices, by other spends of its own. `gap`: bound less objective.
    """

    primal: float
    objective: float
    dual: float
    complementary: float
    fill_order: float
    bound: float
    gap: float
    boxes: int
    failures: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether the claim stands."""
        return not self.failures


@dataclass(frozen=True)
class Box:
    """Plans with each cell between two spends; a switched cell may further be closed (nothing) or open, or only one."""

    low: Mapping[Cell, float]
    high: Mapping[Cell, float]
    closed: frozenset[Cell]
    open: frozenset[Cell]

    def below(self, cell: Cell, at: float) -> Box:
        """The part with at most so much on a cell."""
        return replace(self, high={**self.high, cell: min(at, self.high[cell])})

    def above(self, cell: Cell, at: float) -> Box:
        """The part with at least so much on a cell; a cell that spends is open."""
        return replace(self, low={**self.low, cell: max(at, self.low[cell])}, closed=self.closed - {cell})

    def shut(self, cell: Cell) -> Box:
        """The part with a cell closed."""
        return replace(self, open=self.open - {cell})

    def chosen(self, cell: Cell) -> Box:
        """The part with a cell open."""
        return replace(self, closed=self.closed - {cell})


@dataclass(frozen=True)
class Charge:
    """What a cell gains by a unit of money, by each response, and by being chosen, after the prices of the limits."""

    money: float
    response: Mapping[str, float]
    chosen: float

    def curve(self, problem: Problem, cell: Cell) -> Curve:
        """Σ weight · curve over the measures."""
        terms = tuple((w, problem.curves[m][cell]) for m, w in self.response.items() if w)
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Sum(terms)

    def value(self, problem: Problem, cell: Cell, spend: float, chosen: bool) -> float:
        """What a spend gains."""
        responses = (w * problem.curves[m][cell].at(spend) for m, w in self.response.items())
        return math.fsum([*responses, self.money * spend, self.chosen * chosen])


def whole_box(problem: Problem) -> Box:
    """All plans. A cell that may be closed without having to spend something is closed at nothing."""
    rooms = problem.rooms
    closed = frozenset(cell for cell in problem.switched if rooms[cell].or_zero or rooms[cell].least <= 0)
    return Box(
        {cell: room.least for cell, room in rooms.items()}, {cell: room.most for cell, room in rooms.items()},
        closed, frozenset(rooms),
    )  # fmt: skip


def charges(problem: Problem, prices: Prices) -> tuple[float, dict[Cell, Charge]]:
    """The constant of the Lagrangian, and what each cell gains under the prices."""
    constant = problem.objective.base
    money = dict.fromkeys(problem.rooms, 0.0)
    chosen = dict.fromkeys(problem.rooms, 0.0)
    response: dict[Cell, dict[str, float]] = {cell: {} for cell in problem.rooms}
    weighted = [(1.0, problem.objective)]
    for limit in problem.limits:
        for amount, price in zip(limit.amounts, prices[limit.id], strict=True):
            if price:
                weighted += [(SIGN[limit.side] * price, amount), (-SIGN[limit.side] * price * limit.value, limit.of)]
    for weight, amount in weighted:
        constant += weight * amount.base if amount is not problem.objective else 0.0
        for cell, factor in amount.money.items():
            money[cell] += weight * factor
        for cell, factor in amount.chosen.items():
            chosen[cell] += weight * factor
        for measure, row in amount.response.items():
            for cell, factor in row.items():
                response[cell][measure] = response[cell].get(measure, 0.0) + weight * factor
    return constant, {cell: Charge(money[cell], response[cell], chosen[cell]) for cell in problem.rooms}


def best_of(problem: Problem, cell: Cell, charge: Charge, box: Box) -> tuple[float, float, bool]:
    """The most that a cell can gain in the box: (gain, spend, chosen). −inf in an empty box."""
    best = (-math.inf, 0.0, False)
    if cell in problem.switched and cell in box.closed:
        best = (charge.value(problem, cell, 0.0, False), 0.0, False)
    low, high = box.low[cell], box.high[cell]
    if cell in box.open and low <= high:
        chosen = cell in problem.switched
        spend = best_spend(charge.curve(problem, cell), -charge.money, low, high)
        best = max(best, (charge.value(problem, cell, spend, chosen), spend, chosen))
    return best


def bound_of(problem: Problem, box: Box, prices: Prices) -> float:
    """What no plan in the box passes. −inf if a cell has no spend left."""
    constant, gains = charges(problem, prices)
    return constant + math.fsum(best_of(problem, cell, charge, box)[0] for cell, charge in gains.items())


def rise_of(problem: Problem, state: State) -> float:
    """What the plan gains over spending the least: the scale on which gaps are shares."""
    least = {
        c: 0.0 if room.or_zero or room.least <= 0 <= room.most else room.least for c, room in problem.rooms.items()
    }
    low = problem.state({cell: max(spend, _low(problem, cell)) for cell, spend in least.items()})
    objective = problem.objective
    gain = abs(objective.total(state) - objective.total(low))
    return max(gain, 1e-3 * abs(objective.total(state)), 1e-6 * problem.span) or 1.0


def certify(problem: Problem, claim: Claim, gap: float = 1e-7) -> Certificate:
    """Test a claim: does the plan keep the limits, is its objective true, is nothing better by more than `gap`?"""
    failures = _misfits(problem, claim)
    if failures:
        nan = math.nan
        return Certificate(nan, nan, nan, nan, nan, nan, nan, 0, failures)
    state = problem.state(claim.money)
    rise = rise_of(problem, state)
    primal = max(
        [
            _room_broken(problem, claim),
            *(limit.excess(state) / (limit.weight(state) or 1.0) for limit in problem.limits),
        ]
    )
    value = problem.objective.total(state)
    objective = abs(value - claim.objective) / max(abs(value), rise)
    dual = _wrong_signs(problem, claim.prices)
    slack = _slack_charged(problem, claim.prices, state) / rise
    fill = _fill_loss(problem, claim, state) / rise
    box = whole_box(problem)
    bound, boxes = _bound(problem, box, claim.proof or Leaf(claim.prices))
    found = (bound - value) / rise
    told = abs(bound - claim.bound) <= SAME * max(abs(bound), rise)
    tests = {
        "primal": primal <= BLUR, "objective": objective <= SAME, "dual": dual <= SAME,
        "complementary": slack <= max(gap, 1e-7), "fill_order": fill <= max(gap, 1e-7),
        "bound": told or bound <= claim.bound <= value + gap * rise, "gap": found <= gap,
    }  # fmt: skip
    return Certificate(
        primal, objective, dual, slack, fill, bound, found, boxes, tuple(k for k, ok in tests.items() if not ok)
    )


def _low(problem: Problem, cell: Cell) -> float:
    return max((by_cell[cell].low for by_cell in problem.curves.values() if cell in by_cell), default=0.0)


def _misfits(problem: Problem, claim: Claim) -> tuple[str, ...]:
    """What makes a claim unreadable: cells or limits left out or made up, no figures, spends that no curve may know."""
    wrong = []
    if set(claim.money) != set(problem.rooms):
        wrong.append("cells")
    if {key: len(row) for key, row in claim.prices.items()} != {x.id: len(x.amounts) for x in problem.limits}:
        wrong.append("limits")
    figures = [*claim.money.values(), claim.objective, claim.bound, *(p for row in claim.prices.values() for p in row)]
    if not all(math.isfinite(figure) for figure in figures):
        wrong.append("figures")
    if not wrong and _room_broken(problem, claim) > BLUR:
        wrong.append("primal")
    return tuple(wrong)


def _room_broken(problem: Problem, claim: Claim) -> float:
    """The largest breach of a cell's room, as a share of it."""
    worst = 0.0
    for cell, room in problem.rooms.items():
        spend = claim.money[cell]
        if not (room.or_zero and spend == 0):
            worst = max(worst, max(room.least - spend, spend - room.most) / (abs(room.most) or 1.0))
    return worst


def _wrong_signs(problem: Problem, prices: Prices) -> float:
    """The largest negative price of a one-sided limit, as a share of the largest price."""
    largest = max((abs(price) for row in prices.values() for price in row), default=0.0) or 1.0
    sided = [limit for limit in problem.limits if limit.side != "exactly"]
    return max((-price / largest for limit in sided for price in prices[limit.id]), default=0.0)


def _slack_charged(problem: Problem, prices: Prices, state: State) -> float:
    """Σ price · slack."""
    total = []
    for limit in problem.limits:
        allowed = limit.value * limit.yardstick(state)
        for amount, price in zip(limit.amounts, prices[limit.id], strict=True):
            total.append(abs(price * (amount.total(state) - allowed)))
    return math.fsum(total)


def _fill_loss(problem: Problem, claim: Claim, state: State) -> float:
    """Σ over cells of what other spends on the same concave stretch would gain at the claimed prices.

    A spend where two stretches meet may belong to either, for a price is that of the one or of the other.
    """
    _, gains = charges(problem, claim.prices)
    losses = []
    for cell, charge in gains.items():
        spend, room = claim.money[cell], problem.rooms[cell]
        if cell in problem.switched and cell not in state.chosen:
            continue  # closed: whether it should be open is the bound's affair
        curve, beside = charge.curve(problem, cell), EDGE * (room.most - room.least)
        stretches = {
            concave_stretch(curve, min(max(x, room.least), room.most), room.least, room.most)
            for x in (spend - beside, spend, spend + beside)
        }
        best = min(_most(curve, charge.money, *stretch) for stretch in stretches)
        losses.append(max(0.0, best - charge.value(problem, cell, spend, False)))
    return math.fsum(losses)


def _most(curve: Curve, money: float, low: float, high: float) -> float:
    """The most of curve + money · spend in [low, high]."""
    best = best_spend(curve, -money, low, high)
    return curve.at(best) + money * best


def _bound(problem: Problem, box: Box, proof: Proof) -> tuple[float, int]:
    """The bound of a proof over a box, and its boxes. A price of the wrong sign proves nothing: +inf."""
    if isinstance(proof, Leaf):
        if _wrong_signs(problem, proof.prices) > SAME:
            return math.inf, 1
        return bound_of(problem, box, proof.prices), 1
    left, right = halves(box, proof)
    (one, first), (other, second) = _bound(problem, left, proof.left), _bound(problem, right, proof.right)
    return max(one, other), first + second


def halves(box: Box, split: Split) -> tuple[Box, Box]:
    """The two parts of a box: together they hold every plan of it."""
    if split.at is None:
        return box.shut(split.cell), box.chosen(split.cell)
    return box.below(split.cell, split.at), box.above(split.cell, split.at)
