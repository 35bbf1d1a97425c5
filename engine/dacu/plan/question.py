"""A budget question as business data: which cells of money are free, and what the planner demands of them.

A cell is one budget line in one phase of the campaign, or a booking: a creator or a live room that is had for a whole
price or not at all. All money is whole fen, all shares are fractions. The demands become the limits of limits.py;
nothing here knows how a plan is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from dacu.errors import InputError
from dacu.kpis import BY_ID, Kpi, Terms
from dacu.plan import contradictions
from dacu.plan.problem import Cell, Room, Side
from dacu.readable import short_path

Plan = Mapping[Cell, int]
"""What each cell spends, in whole fen."""

OBJECTIVES = ("gmv", "net_gmv", "contribution", "orders")
"""The KPIs that a plan may raise; each is a sum, and all are printed beside the one that is raised."""


@dataclass(frozen=True)
class Range:
    """The least and the most money (fen) of a cell, line, phase or group; None is no limit.

    With `or_zero` it spends nothing, or at least the least.
    """

    least: int | None = None
    most: int | None = None
    or_zero: bool = False

    @property
    def floor(self) -> int:
        """Money that it spends in any case."""
        return 0 if self.or_zero else self.least or 0

    def within(self, other: Range) -> Range:
        """What both allow; only this one may have a floor that zero passes."""
        least = max((floor for floor in (self.least, other.least) if floor is not None), default=None)
        most = min((ceiling for ceiling in (self.most, other.most) if ceiling is not None), default=None)
        return Range(least, most, self.or_zero and not other.least)


FREE = Range()


@dataclass(frozen=True)
class Group:
    """Lines that together take between `least` and `most` (fractions) of all money spent, as in 品效, or an amount."""

    lines: tuple[str, ...]
    least: float | None = None
    most: float | None = None
    money: Range = FREE


@dataclass(frozen=True)
class Row:
    """Money of lines added up with factors, in one phase or all, on one side of an amount (fen)."""

    factors: Mapping[str, float]
    side: Side
    money: int
    phase: str | None = None


@dataclass(frozen=True)
class Choice:
    """How many of some lines spend anything."""

    lines: tuple[str, ...]
    side: Literal["at_most", "exactly"]
    count: int


@dataclass(frozen=True)
class Bound:
    """Where a KPI of the whole plan must stay: in its own unit, but fen where that is yuan."""

    kpi: Kpi
    side: Literal["at_most", "at_least"]
    value: float


@dataclass(frozen=True)
class LineRoi:
    """What a line must bring for each yuan: sales of its last touch, or those that would not be without it."""

    value: float
    basis: Literal["last_touch", "incremental"] = "last_touch"


@dataclass(frozen=True)
class Conversion:
    """Creators of whom only those may be picked whose predicted orders ÷ clicks reach a share."""

    creators: tuple[str, ...]
    least: float


@dataclass(frozen=True)
class DailyCap:
    """No day of the campaign spends more than `multiple` times `baseline_day` (fen)."""

    multiple: float
    baseline_day: int


@dataclass(frozen=True)
class Objective:
    """What the plan shall raise. `kpi` is its id; a sum of money is in yuan, anything else in counts.

    `least_slope` is the worst that one more yuan can do: 0 if money never harms (GMV, orders), −1 if the yuan
    itself is a cost inside the objective (contribution).
    """

    kpi: str
    zh: str
    en: str
    is_money: bool = True
    least_slope: float = 0.0


@dataclass(frozen=True)
class Risk:
    """How much the worst runs count: the mean of the worst 1 − `alpha` of `replications` runs has `weight` (κ), the
    mean of all the rest of it.
    """

    alpha: float
    weight: float
    replications: int

    @property
    def tail_runs(self) -> float:
        """How many runs are the worst."""
        return round((1 - self.alpha) * self.replications, 9)

    @property
    def shown_tail(self) -> str:
        """The share of runs that are the worst, to read."""
        return f"{100 * (1 - self.alpha):.4g}%"


class Figure(NamedTuple):
    """A sum of measures (money in fen) that a simulation must tell, of the whole plan or of one line or booking.

    `terms` are as in kpis.Kpi.terms; `path` names the line or booking whose own measures are meant.
    """

    name: str
    terms: Terms
    path: str = ""


@dataclass(frozen=True)
class Question:
    """One budget question. Raises InputError, with every finding at once, when the demands contradict
    themselves.

    `current` is the plan of today and names the cells; a cell that is not free has a range of one point. `bookings`
    are the cells without a phase: nothing or the whole price (fen); the budget does not pay those `outside_budget`, and
    one with a range of its line stays as it is. Demands by name have their scenario path below `optimise` as key where
    the type says path.

    `days` gives for each phase the share of its money that falls on each day (see `evenly`); money of days before
    `first_day` stays as it is. `names` has the (zh, en) name of a line, a phase or a group, which otherwise goes by its
    path. With `reach` the least money is sought that reaches it. With `risk` the worst runs count.
    """

    current: Plan
    budget: int
    objective: Objective
    spend: Literal["at_most", "exactly"] = "at_most"
    days: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    cells: Mapping[Cell, Range] = field(default_factory=dict)
    lines: Mapping[str, Range] = field(default_factory=dict)
    phases: Mapping[str, Range] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    daily_cap: DailyCap | None = None
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    bookings: Mapping[str, int] = field(default_factory=dict)
    outside_budget: frozenset[str] = frozenset()
    changes: Mapping[str, float] = field(default_factory=dict)  # share by line
    growth: float | None = None  # of a day's spend over the day before
    rows: Mapping[str, Row] = field(default_factory=dict)
    choices: Mapping[str, Choice] = field(default_factory=dict)  # by path
    bounds: Mapping[str, Bound] = field(default_factory=dict)  # by path
    line_roi: Mapping[str, LineRoi] = field(default_factory=dict)
    conversions: Mapping[str, Conversion] = field(default_factory=dict)  # by path
    reach: Bound | None = None
    risk: Risk | None = None
    first_day: int = 0

    def __post_init__(self) -> None:
        findings = list(contradictions.of(self))
        if findings:
            raise InputError(*findings)

    @cached_property
    def line_names(self) -> tuple[str, ...]:
        """The lines in the order of their first cell, bookings too."""
        return tuple(dict.fromkeys(cell.line for cell in self.current))

    @cached_property
    def phase_names(self) -> tuple[str, ...]:
        """The phases in the order of their first cell."""
        return tuple(dict.fromkeys(cell.phase for cell in self.media))

    @cached_property
    def media(self) -> tuple[Cell, ...]:
        """Cells of budget lines, whose money flows day by day."""
        return tuple(cell for cell in self.current if cell.line not in self.bookings)

    @cached_property
    def open_bookings(self) -> frozenset[str]:
        """Bookings that may still be made or not."""
        return frozenset(path for path in self.bookings if path not in self.lines)

    @cached_property
    def counted(self) -> tuple[Cell, ...]:
        """Cells whose money the budget holds."""
        return tuple(cell for cell in self.current if cell.line not in self.outside_budget)

    @cached_property
    def rooms(self) -> Mapping[Cell, Room]:
        """The money that each cell can take at all: a booking its price or nothing, a line up to the budget."""
        return {cell: self._room(cell) for cell in self.current}

    def _room(self, cell: Cell) -> Room:
        if cell.line in self.open_bookings:
            price = self.bookings[cell.line]
            return Room(price, price, or_zero=True)
        span = self.lines[cell.line] if cell.line in self.bookings else self.range(cell)
        return Room(span.floor, max(span.floor, self.budget if span.most is None else span.most))

    def cells_of(self, lines: Iterable[str], phase: str | None = None) -> tuple[Cell, ...]:
        """The cells of lines, in one phase or all."""
        wanted = set(lines)
        return tuple(cell for cell in self.current if cell.line in wanted and phase in (None, cell.phase))

    def open_cells(self, line: str) -> tuple[Cell, ...]:
        """The cells of a line that may spend anything."""
        return tuple(cell for cell in self.cells_of([line]) if self.range(cell).most != 0)

    @cached_property
    def covered_days(self) -> frozenset[int]:
        """Days (D1 is 0) of the phases."""
        return frozenset(day for phase in self.phase_names for day in self.days[phase])

    @property
    def open_days(self) -> tuple[int, ...]:
        """Days of the phases whose money may still move."""
        return tuple(sorted(day for day in self.covered_days if day >= self.first_day))

    def range(self, cell: Cell) -> Range:
        """What the cell itself may spend, whatever its line and phase allow."""
        return self.cells.get(cell, FREE)

    def ranges(self) -> Iterator[tuple[str, tuple[Cell, ...], Range]]:
        """Every range of the question: its scenario path, the cells that it covers, the range."""
        for cell, span in self.cells.items():
            yield f"optimise.{cell.line}.{cell.phase}", (cell,), span
        for line, span in self.lines.items():
            yield f"optimise.{line}", self.cells_of([line]), span
        for phase, span in self.phases.items():
            yield f"optimise.phases.{phase}", self.cells_of(self.line_names, phase), span
        for name, group in self.groups.items():
            if group.money != FREE:
                yield f"optimise.groups.{name}.money", self.cells_of(group.lines), group.money

    def name(self, key: str) -> tuple[str, str]:
        """The (zh, en) name of a line, a phase or a group."""
        return self.names.get(key, (short_path(key), short_path(key)))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every sum that a simulation must tell: the objectives, and what the limits measure."""
        return tuple(dict.fromkeys(self._figures()))

    def _figures(self) -> Iterator[Figure]:
        for kpi in OBJECTIVES:
            yield Figure(kpi, BY_ID[kpi].terms[0])
        for bound in self.bounds.values():
            above, below = bound.kpi.terms
            yield Figure(f"{bound.kpi.id}.above", above)
            if below:
                yield Figure(f"{bound.kpi.id}.below", below)
        for line, roi in self.line_roi.items():
            if roi.basis == "last_touch":
                yield Figure(f"line.{line}", BY_ID["roi"].terms[0], line)
        for creator in dict.fromkeys(name for floor in self.conversions.values() for name in floor.creators):
            for part, terms in zip(("above", "below"), BY_ID["cvr"].terms, strict=True):
                yield Figure(f"cvr.{creator}.{part}", terms, creator)

    @cached_property
    def incremental(self) -> tuple[str, ...]:
        """Lines of which must be known what paid GMV they add over spending nothing (level `incremental.<line>`)."""
        return tuple(line for line, roi in self.line_roi.items() if roi.basis == "incremental")


def evenly(first_day: int, days: int) -> dict[int, float]:
    """A phase of `days` days from `first_day` on, each with the same share of its money."""
    return dict.fromkeys(range(first_day, first_day + days), 1 / days)
