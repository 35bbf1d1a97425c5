"""What a section can show: texts in both languages, figures, tables, charts, sliders. Nothing here knows HTML.

Numbers leave as they are, with their unit; the page writes them in 万 and 亿 or in thousands, by its language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from dacu import words
from dacu.readable import line_name, short_path
from dacu.sheets import titles


class Said(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


def same(text: str) -> Said:
    """A name, which is the same in every language."""
    return Said(text, text)


def said(key: str, **values: Said | str) -> Said:
    """A sentence of words/report.toml."""
    return spoken(f"report_{key}", **values)


def spoken(key: str, **values: Said | str) -> Said:
    """Any sentence of the catalogue; values that are said in two languages are filled in in each."""
    return Said(*(
        words.say(lang, key, **{name: getattr(value, lang) if isinstance(value, Said) else value
                                for name, value in values.items()})
        for lang in Said._fields
    ))  # fmt: skip


def short(path: str) -> Said:
    """A scenario path without what most begin with."""
    return same(short_path(path))


def line(path: str) -> Said:
    """A line by its path."""
    return Said(*(line_name(path, lang) for lang in Said._fields))


def setting_name(told: str) -> Said:
    """What a factor of a study was set to; a dash is nothing at all, as no variant of the plan."""
    return said("nothing_set") if told == "–" else same(told)


def title_of(column: str) -> Said:
    """A column's heading, a KPI's name."""
    return Said(**titles(column))


class Amount(NamedTuple):
    """A figure with its unit and, where it has one, its interval; `signed` tells a gain from a loss."""

    value: float | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    signed: bool = False


def amount(value: Any, unit: str = "", low: Any = None, high: Any = None, signed: bool = False) -> Amount:
    """A figure of a table; what is not defined, or has no end, is None."""
    return Amount(_number(value), unit, _number(low), _number(high), signed)


def _number(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


Cell = Said | Amount


AT_ONCE = 8
"""Sentences of a kind to see at once."""


@dataclass(frozen=True)
class Tile:
    """A headline figure under its name."""

    name: Said
    figure: Amount


@dataclass(frozen=True)
class Tiles:
    """The figures to see first."""

    kind: ClassVar[str] = "tiles"
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Sentences:
    """What is said in words; `tone` is plain, verdict or warning."""

    kind: ClassVar[str] = "sentences"
    lines: Sequence[Said]
    tone: str = "plain"

    @property
    def first(self) -> Sequence[Said]:
        """Those to see at once."""
        return self.lines[:AT_ONCE]

    @property
    def more(self) -> Sequence[Said]:
        """Those that open on a click."""
        return self.lines[AT_ONCE:]


@dataclass(frozen=True)
class Table:
    """Rows under headings; a reader can sort them by any column, the `total` stays below. `folded` ones open on a
    click.
    """

    kind: ClassVar[str] = "table"
    caption: Said
    columns: Sequence[Said]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False
    total: Sequence[Cell] = ()

    @property
    def numeric(self) -> frozenset[int]:
        """Places of the columns that hold figures."""
        return frozenset(place for row in self.rows for place, cell in enumerate(row) if isinstance(cell, Amount))


TINTS = 4
"""Shades of a grid's cells above the plain one."""


@dataclass(frozen=True)
class Grid:
    """Figures by two things, each shaded by where it lies between the least and the most of them."""

    kind: ClassVar[str] = "grid"
    caption: Said
    down: Sequence[Said]
    across: Sequence[Said]
    cells: Sequence[Sequence[Amount]]

    def tint(self, cell: Amount) -> int:
        """0 for the least up to `TINTS` for the most; 0 where all are equal or nothing is known."""
        known = [one.value for row in self.cells for one in row if one.value is not None]
        if cell.value is None or min(known) == max(known):
            return 0
        return round(TINTS * (cell.value - min(known)) / (max(known) - min(known)))


@dataclass(frozen=True)
class Chart:
    """A picture by one of the drawing functions of report.js, and what that takes; texts in it may be Said."""

    kind: ClassVar[str] = "chart"
    draw: str
    title: Said
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Gallery:
    """Small charts of one kind side by side."""

    kind: ClassVar[str] = "gallery"
    charts: Sequence[Chart]


@dataclass(frozen=True)
class Slider:
    """A budget that can be moved along its curve: spends and responses tried, spends before and after.

    Budgets of a `line` are set together, by `path`; what stands under `unset` has to give way to them.
    """

    name: Said
    line: str
    path: str
    unset: Sequence[str]
    spends: Sequence[float]
    responses: Sequence[float]
    before: float
    after: float

    @property
    def least(self) -> float:
        """The left end: of what was tried, or the plan's budget if that is less."""
        return min(self.spends[0], self.after)

    @property
    def most(self) -> float:
        """The right end: of what was tried, or the plan's budget if that is more."""
        return max(self.spends[-1], self.after)


@dataclass(frozen=True)
class Sliders:
    """Budgets to move in the page, the response in `unit`."""

    kind: ClassVar[str] = "sliders"
    sliders: Sequence[Slider]
    unit: str
    outcome: Said

    @property
    def reaches_before(self) -> bool:
        """Whether all budgets can go back to where they were."""
        return all(slider.least <= slider.before <= slider.most for slider in self.sliders)


Part = Tiles | Sentences | Table | Grid | Chart | Gallery | Sliders


@dataclass(frozen=True)
class Filled:
    """A section with something to show."""

    id: str
    title: Said
    parts: Sequence[Part]
