"""A file of response curves, from any media-mix model or spreadsheet, as a problem of the optimiser.

YAML (curve_blocks.CurveSheet) or CSV with the columns channel, spend, response and a budget from outside. Nothing is
opened here: the text comes from the store, and `name` is what the marks of findings call it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dacu import words
from dacu.errors import Finding, InputError, Mark
from dacu.language.paths import join_path
from dacu.language.source import parse
from dacu.language.tree import Branch, Leaf, Node, Sequence
from dacu.language.validate import validate
from dacu.plan.curve_blocks import SIDES, ChannelBlock, CurveSheet, Sided
from dacu.plan.curves import Curve
from dacu.plan.problem import ONE, Amount, Cell, Kind, Limit, Problem, Room, Side, Unit
from dacu.plan.question import Objective

MEASURE = "response"
"""The one measure that the curves of a file give."""

BUDGET = "budget"
"""The limit of all money."""

BEYOND = 2.0
"""How far beyond the budget, as a multiple, a channel may be thought to go when a limit is moved."""

COLUMNS = {"channel": "渠道", "spend": "花费", "response": "响应"}
"""What a table of curves must hold, and the same in Chinese; other columns are of no concern."""

OUTSIDE = Mark("--budget", 1, 1)
"""The place of a budget that no file gives."""


@dataclass(frozen=True)
class FromNothing(Curve):
    """A curve known from `start` on, with nothing for nothing; straight between the two, where no plan stands."""

    inner: Curve
    start: float

    @property
    def high(self) -> float:  # type: ignore[override]
        """The greatest spend that is known."""
        return self.inner.high

    @property
    def turns(self) -> tuple[float, ...]:
        """The start, and the turns of the curve."""
        return (self.start, *(turn for turn in self.inner.turns if turn > self.start))

    def at(self, spend: float) -> float:
        """The response at a spend."""
        return self.inner.at(spend) if spend >= self.start else self._first * spend

    def slope(self, spend: float) -> float:
        """What the next unit of money returns."""
        return self.inner.slope(spend) if spend >= self.start else self._first

    def bend(self, spend: float) -> float:
        """The second derivative."""
        return self.inner.bend(spend) if spend >= self.start else 0.0

    @property
    def _first(self) -> float:
        return self.inner.at(self.start) / self.start


@dataclass(frozen=True)
class CurveFile:
    """The problem that a file of curves asks, the name of what its curves return, and those of its channels."""

    problem: Problem
    objective: Objective
    names: Mapping[Cell, str]


def read(text: str, name: str, budget: str | None = None, objective: Objective | None = None) -> CurveFile:
    """The problem of a file; `budget`, as a planner writes it, goes before the file's own.

    Raises InputError with every finding at once.
    """
    tree = _table(text, name) if name.lower().endswith(".csv") else _mapping(text, name)
    if budget is not None:
        tree = _with_budget(tree, budget)
    elif BUDGET not in tree.children:
        raise InputError(Finding("curve_no_budget", tree.mark, BUDGET))
    sheet, findings = validate(CurveSheet, tree)
    if sheet is None:
        raise InputError(*findings)
    return curve_file(sheet, objective)


def curve_file(sheet: CurveSheet, objective: Objective | None = None) -> CurveFile:
    """A checked sheet as a problem."""
    cells = {Cell(name): channel for name, channel in sheet.channels.items()}
    total = Amount(response={MEASURE: dict.fromkeys(cells, 1.0)})
    problem = Problem(
        {cell: _room(channel, sheet.budget) for cell, channel in cells.items()},
        {MEASURE: {cell: _curve(channel) for cell, channel in cells.items()}},
        total,
        tuple(_limits(sheet)),
    )
    return CurveFile(problem, objective or named(None), {cell: cell.line for cell in cells})


def unlimited(problem: Problem) -> Problem:
    """The same problem with wide rooms: budget, minimum and maximum are kept by their limits alone.

    So these have a price and can give way. Narrow rooms leave fewer plans to rule out: they are for solve and proof.
    """
    beyond = BEYOND * problem.limits[0].value

    def wide(cell: Cell, room: Room) -> Room:
        curve = problem.curves[MEASURE][cell]
        return Room(room.least if room.or_zero else curve.low, max(room.most, min(beyond, curve.high)), room.or_zero)

    return replace(problem, rooms={cell: wide(cell, room) for cell, room in problem.rooms.items()})


def named(name: str | None) -> Objective:
    """What the curves return, under the reader's own name for it."""
    return Objective(MEASURE, name or "响应", name or "response", is_money=False)


def _room(channel: ChannelBlock, budget: float) -> Room:
    """What the channel can take: from its minimum to its maximum, the end of its curve or the whole budget."""
    ends = (budget, channel.curve.span[1], math.inf if channel.max is None else channel.max)
    return Room(channel.floor, max(channel.floor, min(ends)), or_zero=channel.min_or_zero is not None)


def _curve(channel: ChannelBlock) -> Curve:
    curve = channel.curve.curve(channel.floor)
    starts_above = channel.curve.has_log or channel.curve.span[0] > 0
    return FromNothing(curve, channel.floor) if starts_above and channel.min_or_zero is not None else curve


def _limits(sheet: CurveSheet) -> Iterator[Limit]:
    """All limits, the budget first."""
    everything = _money(sheet.channels)
    total = ("总预算", "total budget")
    yield Limit(BUDGET, sheet.spend, sheet.budget, "plain", *total, (everything,), kind="budget")
    for name, channel in sheet.channels.items():
        most = math.inf if channel.max is None else channel.max
        yield from _between(("channels", name), name, (channel.min, most), "plain", _money([name]), kind="contract")
    for name, group in sheet.groups.items():
        path, members = ("groups", name), _money(group.channels)
        if group.money is not None:
            yield from _between((*path, "money"), name, group.money, "plain", members)
        if group.share is not None:
            yield from _between((*path, "share"), name, group.share, "share", members, everything)
    for name, row in sheet.rows.items():
        amount = Amount({Cell(channel): factor for channel, factor in row.terms.items()})
        yield Limit(
            join_path(("rows", name)), *_side(row), "plain", f"限制“{name}”", f"row {name}", (amount,), kind="wish"
        )
    for name, choice in sheet.choose.items():
        amount = Amount(chosen={Cell(channel): 1.0 for channel in choice.channels})
        yield Limit(
            join_path(("choose", name)),
            *_side(choice),
            "count",
            f"选择“{name}”",
            f"choice {name}",
            (amount,),
            kind="wish",
        )


def _between(
    path: tuple[str, ...], name: str, bounds: tuple[float, float] | list[float], unit: Unit, amount: Amount,
    of: Amount = ONE, kind: Kind = "wish",
) -> Iterator[Limit]:  # fmt: skip
    """A ceiling and a floor, as far as they say anything."""
    least, most = bounds
    zh, en = ("占比", "share of ") if unit == "share" else ("", "")
    if most < (1.0 if unit == "share" else math.inf):
        names = words.joined(name, "的", zh, "上限"), f"maximum {en}{name}" if en else f"maximum of {name}"
        yield Limit(join_path((*path, "max")), "at_most", most, unit, *names, (amount,), of, kind)
    if least > 0:
        names = words.joined(name, "的", zh, "下限"), f"minimum {en}{name}" if en else f"minimum of {name}"
        yield Limit(join_path((*path, "min")), "at_least", least, unit, *names, (amount,), of, kind)


def _money(channels: Mapping[str, object] | list[str]) -> Amount:
    return Amount({Cell(name): 1.0 for name in channels})


def _side(block: Sided) -> tuple[Side, float]:
    return next((side, float(getattr(block, side))) for side in SIDES if getattr(block, side) is not None)


def _mapping(text: str, name: str) -> Branch:
    root = parse(text, name)
    if not isinstance(root, Branch):
        raise InputError(Finding("curve_not_a_sheet", root.mark if root else Mark(name, 1, 1)))
    return root


def _with_budget(tree: Branch, budget: str) -> Branch:
    return Branch({**tree.children, BUDGET: Leaf(budget, OUTSIDE)}, tree.mark, {**tree.key_marks, BUDGET: OUTSIDE})


def _table(text: str, name: str) -> Branch:
    """A CSV table as the tree of the YAML that says the same: points by channel, each with the place of its row."""
    top = Mark(name, 1, 1)
    points: dict[str, list[Node]] = {}
    marks: dict[str, Mark] = {}
    for mark, channel, spend, response in _rows(text, name):
        marks.setdefault(channel, mark)
        points.setdefault(channel, []).append(Sequence((Leaf(spend, mark), Leaf(response, mark)), mark))
    channels: dict[str, Node] = {
        channel: _under("curve", _under("points", Sequence(tuple(line), marks[channel])))
        for channel, line in points.items()
    }
    return _under("channels", Branch(channels, top, marks))


def _under(key: str, node: Node) -> Branch:
    return Branch({key: node}, node.mark, {key: node.mark})


def _rows(text: str, name: str) -> Iterator[tuple[Mark, str, str, str]]:
    """Place, channel, spend and response of each row that holds anything."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        places = _places([cell.strip() for cell in next(reader, [])], Mark(name, 1, 1))
        for row in reader:
            mark = Mark(name, reader.line_num, 1)
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if len(cells) <= max(places) or not all(cells[place] for place in places):
                raise InputError(Finding("curve_table_hole", mark, value=",".join(cells)))
            channel, spend, response = (cells[place] for place in places)
            yield mark, channel, spend, response
    except csv.Error as error:
        raise InputError(
            Finding("curve_table_broken", Mark(name, reader.line_num, 1), args={"why": str(error)})
        ) from None


def _places(heading: list[str], top: Mark) -> list[int]:
    """Where the three columns stand."""
    english = {chinese: column for column, chinese in COLUMNS.items()}
    columns = [english.get(cell, cell.lower()) for cell in heading]
    for column in COLUMNS:
        if columns.count(column) != 1:
            args = {"column": column, "columns": ",".join(COLUMNS)}
            raise InputError(Finding("curve_table_heading", top, value=",".join(heading), args=args))
    return [columns.index(column) for column in COLUMNS]
