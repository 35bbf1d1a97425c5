"""The sheet 计划 of a workbook: budget line × phase × money × dates, read cell by cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypeVar

from dacu import units, words
from dacu.cells import Cell, Cells, address
from dacu.errors import Finding, InputError, Mark
from dacu.sheets import titles

T = TypeVar("T")

NAMES = tuple(words.say(lang, "sheet_plan") for lang in words.LANGUAGES)
"""What the sheet is called."""
COLUMNS = ("line", "phase", "budget", "start", "end")
NEEDED = ("line", "budget")
ALIASES = {
    "线": "line", "线路": "line", "渠道": "line", "channel": "line", "金额": "budget",
    "开始": "start", "开始日期": "start", "日期": "start", "date": "start", "start": "start",
    "结束": "end", "结束日期": "end", "end": "end",
}  # fmt: skip
"""Other headings that media plans have."""
HEADING_ROWS = 20
"""The heading stands in one of so many rows."""


class Row(NamedTuple):
    """One row: its number in the sheet, fen, and the days it names (the last is one of them)."""

    number: int
    line: str
    phase: str
    money: int
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class PlanSheet:
    """The rows of the sheet, and where it stands."""

    file: str
    name: str
    places: Mapping[str, int]
    """Columns from 0, by id."""
    rows: tuple[Row, ...] = ()

    def finding(
        self, code: str, row: int, column: str, value: str = "", args: Mapping[str, str] | None = None, hint: str = ""
    ) -> Finding:
        """What is wrong with a cell: file, row, column, and the address as Excel has it (计划!C7)."""
        place = self.places.get(column, self.places.get("line", 0)) + 1
        path = f"{self.name}!{address(row, place)}"
        return Finding(code, Mark(self.file, row, place), path, value, args or {}, hint)


def read(cells: Cells, file: str, d1: dt.date) -> PlanSheet:
    """The plan of a sheet; a day may be written as D3, counted from `d1`. A blank line is that of the row above, as
    merged cells have it; rows without anything are skipped.

    Raises InputError with every wrong cell.
    """
    at, places = _heading(cells, file)
    reader = _Reader(PlanSheet(file, cells.name, places), d1)
    rows = tuple(reader.rows(cells.rows[at + 1 :], at + 2))
    if not reader.findings and not rows:
        reader.findings.append(reader.sheet.finding("media_no_rows", at + 1, "line"))
    if reader.findings:
        raise InputError(*reader.findings)
    return PlanSheet(file, cells.name, places, rows)


def _heading(cells: Cells, file: str) -> tuple[int, dict[str, int]]:
    """The row (from 0) whose cells name the needed columns, and the places of all that it names."""
    for at, row in enumerate(cells.rows[:HEADING_ROWS]):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            column = _column(str(cell))
            if column is not None:
                places.setdefault(column, place)
        if all(column in places for column in NEEDED):
            return at, places
    listed = ", ".join(" / ".join(titles(column).values()) for column in COLUMNS)
    raise InputError(PlanSheet(file, cells.name, {}).finding("media_no_heading", 1, "line", args={"columns": listed}))


def _column(heading: str) -> str | None:
    """The column that a heading names; `预算(元)` is `预算`, `预算(万元)` is nothing we know."""
    text = re.sub(r"\s*[((](元|yuan|¥)[))]$", "", heading.strip().lower())
    named = {title.lower(): column for column in COLUMNS for title in titles(column).values()}
    return ALIASES.get(text) or named.get(text)


@dataclass
class _Reader:
    """Goes down the rows and gathers what is wrong."""

    sheet: PlanSheet
    d1: dt.date
    findings: list[Finding] = field(default_factory=list)
    _line: str = ""

    def rows(self, rows: Sequence[Sequence[Cell]], first: int) -> Iterator[Row]:
        for number, cells in enumerate(rows, first):
            found = {column: cells[place] if place < len(cells) else "" for column, place in self.sheet.places.items()}
            if any(not _empty(cell) for cell in found.values()):
                row = self._row(number, found)
                if row is not None:
                    yield row

    def _row(self, number: int, cells: Mapping[str, Cell]) -> Row | None:
        before = len(self.findings)
        self._line = _text(cells["line"]) or self._line
        if not self._line:
            self.findings.append(self.sheet.finding("media_no_line", number, "line"))
        money = self._value(number, "budget", cells, self._money)
        first = self._value(number, "start", cells, self._day)
        last = self._value(number, "end", cells, self._day)
        if money is None and len(self.findings) == before:
            self.findings.append(self.sheet.finding("media_no_money", number, "budget"))
        if last is not None and first is None and len(self.findings) == before:
            self.findings.append(self.sheet.finding("media_no_date", number, "start"))
        if last is not None and first is not None and last < first:
            self.findings.append(self.sheet.finding("media_dates_turned", number, "end", last.isoformat()))
        if len(self.findings) > before or money is None:
            return None
        return Row(number, self._line, _text(cells.get("phase", "")), money, first, last if last is not None else first)

    def _value(self, number: int, column: str, cells: Mapping[str, Cell], parse: Callable[[Cell], T]) -> T | None:
        cell = cells.get(column, "")
        if _empty(cell):
            return None
        try:
            return parse(cell)
        except units.Unreadable as error:
            finding = self.sheet.finding(error.code, number, column, _text(cell), error.values, error.hint)
            self.findings.append(finding)
            return None

    @staticmethod
    def _money(cell: Cell) -> int:
        """A number is rounded to the fen, since a quotient in Excel has no end."""
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        fen = units.parse_money(f"{Decimal(repr(cell)):.2f}" if is_number else _text(cell))
        if fen < 0:
            raise units.Unreadable("below_minimum", bound="0")
        return fen

    def _day(self, cell: Cell) -> dt.date:
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date):
            return cell
        day = units.parse_day(_text(cell))
        return day if isinstance(day, dt.date) else self.d1 + dt.timedelta(days=day - 1)


def _empty(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _text(cell: Cell) -> str:
    """A cell as text; a whole number that names something (a line called 618) without its .0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
