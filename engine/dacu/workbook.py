"""Tables as one Excel workbook: a sheet a table, headings in words, numbers in the format of their unit, a few charts.

A text is written as a text whatever it begins with, so no cell is ever a formula. The same tables give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from dacu import words
from dacu.kpis import BY_ID
from dacu.sheets import BOUNDS, FORMULA_STARTS, titles, unit

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_ROWS = 1_048_576
"""Rows that a sheet of Excel has, its heading's among them."""
LONGEST_CELL = 32_767
"""Characters that a cell of Excel holds."""
WIDEST = 480
"""Pixels that a column may be wide."""
WRITTEN = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
"""The date that the workbook says of itself, as its parts do: when it was written stands in the manifest."""
NUMBERS = {
    "yuan": "#,##0.00", "share": "0.0%", "count": "#,##0", "people": "#,##0", "units": "#,##0", "ratio": "0.00",
    "minutes": "0.0", "days": "0.0", "seconds": "0.0",
}  # fmt: skip
"""Excel's number format of a KPI's unit."""
DATE = "yyyy-mm-dd"
SHARES = frozenset({"relative", "better_probability", "best", "chance", "share", "loss"})
"""Columns of shares that are no KPI."""
BY_ROW = frozenset({
    "mean", "median", "realised", "expected", "base", "other", "low", "high", "difference", "swing", "regret",
    "low_mean", "high_mean",
})  # fmt: skip
"""Columns whose unit is that of the row: of its column `unit`, or of the KPI that it is about."""


class Drawing(NamedTuple):
    """A chart of a table: its kind, the columns on its axis and of its values; a chart for each value of the column
    `apart`, and a series for each value of the column `beside`.
    """

    kind: str
    along: tuple[str, ...]
    values: tuple[str, ...]
    apart: str = ""
    beside: str = ""


DRAWINGS = {
    "allocation": Drawing("column", ("line", "phase"), ("spend_before", "spend_after")),
    "daily": Drawing("line", ("date",), ("gmv",), beside="scenario"),
    "tornado": Drawing("bar", ("factor",), ("swing",), apart="kpi"),
}
A_DATE: Mapping[str, Any] = {
    "validate": "date", "criteria": ">=", "value": dt.date(2000, 1, 1), "error_type": "warning",
}  # fmt: skip
CHECKS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "plan": {
        "budget": {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning"},
        "start": A_DATE,
        "end": A_DATE,
    }
}
"""What Excel expects in a sheet that is meant to be edited and read back; it asks at anything else (`16万`, `D3`)."""
CHECKED_ROWS = 1_000
CHART_WIDTH, CHART_HEIGHT = 860, 360
"""Pixels."""
CHART_ROWS = 19
"""Rows of a sheet that a chart and the gap below it cover."""


class Block(NamedTuple):
    """Rows first … last of a table (0 is the first below the heading), and what they have in common."""

    name: str
    first: int
    last: int


def fits(table: DataFrame) -> bool:
    """Whether a sheet has room for the table."""
    return len(table) < MOST_ROWS


def workbook(tables: Mapping[str, DataFrame], lang: str, about: Mapping[str, str]) -> bytes:
    """An .xlsx file with a sheet for every table that `fits`; `about` are its properties (title, comments …).

    Each heading keeps the column's id as its comment. Needs XlsxWriter (extra `excel`).
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({**about, "created": WRITTEN})
        drawn = {name: DRAWINGS[name] for name, table in tables.items() if _drawable(name, table)}
        charts: Any = book.add_worksheet(_sheet_name("charts", lang)) if drawn else None
        sheets = _Sheets(book, lang)
        for name, table in tables.items():
            sheets.add(name, table)
        place = 0
        for name, drawing in drawn.items():
            for chart in sheets.charts(name, tables[name], drawing):
                charts.insert_chart(place, 0, chart)
                place += CHART_ROWS
    return out.getvalue()


def _drawable(name: str, table: DataFrame) -> bool:
    drawing = DRAWINGS.get(name)
    return drawing is not None and len(table) > 0 and {*drawing.along, *drawing.values} <= set(table.columns)


def _sheet_name(name: str, lang: str) -> str:
    """The table's name, in words where there is one for it."""
    return words.say(lang, f"sheet_{name}") if f"sheet_{name}" in words.catalogue() else name


class _Sheets:
    """The sheets of a book while it is written."""

    def __init__(self, book: Any, lang: str) -> None:
        self.book, self.lang = book, lang
        self._formats: dict[str, Any] = {}
        self._heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._text = book.add_format({"quote_prefix": True})

    def add(self, name: str, table: DataFrame) -> None:
        """A sheet with the table: heading that stays in sight, a filter on every column."""
        sheet = self.book.add_worksheet(_sheet_name(name, self.lang))
        columns = [str(column) for column in table.columns]
        for place, column in enumerate(columns):
            sheet.write_string(0, place, titles(column)[self.lang], self._heading)
            sheet.write_comment(0, place, column)
        units = list(_row_units(table))
        for place, column in enumerate(columns):
            own = _own_unit(column)
            for row, value in enumerate(table.iloc[:, place].tolist()):
                self._write(sheet, row + 1, place, value, units[row] if own is None else own)
        for column, rule in CHECKS.get(name, {}).items():
            place = columns.index(column)
            sheet.data_validation(1, place, CHECKED_ROWS, place, dict(rule))
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, max(1, len(table)), len(columns) - 1)
            sheet.autofit(WIDEST)

    def _write(self, sheet: Any, row: int, column: int, value: object, unit_: str) -> None:
        match value:
            case None:
                return
            case bool():
                sheet.write_boolean(row, column, value)
            case dt.date():
                sheet.write_datetime(row, column, value, self._format(DATE))
            case int() | float() if math.isfinite(value):
                sheet.write_number(row, column, value, self._format(NUMBERS.get(unit_, "")))
            case float() if math.isnan(value):
                return
            case _:
                text = str(value)
                risky = text.startswith(FORMULA_STARTS)  # marked as text, so that an edit in Excel leaves it one
                sheet.write_string(row, column, _fitting(text), self._text if risky else None)

    def _format(self, number: str) -> Any:
        if not number:
            return None
        if number not in self._formats:
            self._formats[number] = self.book.add_format({"num_format": number})
        return self._formats[number]

    def charts(self, name: str, table: DataFrame, drawing: Drawing) -> Iterator[Any]:
        """The charts of a table, which read their figures from its sheet."""
        sheet = _sheet_name(name, self.lang)
        columns = [str(column) for column in table.columns]
        along = [columns.index(column) for column in drawing.along]
        for apart in _blocks(table, drawing.apart):
            chart = self.book.add_chart({"type": drawing.kind})
            for block in _blocks(table.iloc[apart.first : apart.last + 1], drawing.beside):
                first, last = 1 + apart.first + block.first, 1 + apart.first + block.last
                for column in drawing.values:
                    place = columns.index(column)
                    chart.add_series({
                        "name": block.name or titles(column)[self.lang],
                        "categories": [sheet, first, along[0], last, along[-1]],
                        "values": [sheet, first, place, last, place],
                    })  # fmt: skip
            chart.set_title({"name": _title(drawing, apart.name, self.lang), "overlay": False})
            chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
            if drawing.kind == "bar":  # the first row on top, names beside the bars even where those point left
                chart.set_y_axis({"reverse": True, "label_position": "low"})
                chart.set_legend({"none": True})
            else:
                chart.set_legend({"position": "bottom"})
            yield chart


def _title(drawing: Drawing, apart: str, lang: str) -> str:
    """What the values are, and of which KPI."""
    values = " · ".join(titles(column)[lang] for column in drawing.values)
    return f"{titles(apart)[lang]}: {values}" if apart else values


def _blocks(table: DataFrame, column: str) -> list[Block]:
    """Stretches of rows that share a value of `column`; the whole table where it has no such column."""
    if column not in table.columns:
        return [Block("", 0, len(table) - 1)]
    stretches = groupby(enumerate(map(str, table[column])), key=lambda row: row[1])
    rows = [(name, [place for place, _ in found]) for name, found in stretches]
    return [Block(name, places[0], places[-1]) for name, places in rows]


def _row_units(table: DataFrame) -> Iterator[str]:
    """The unit of each row's figures, "" where it has none of its own."""
    if "unit" in table.columns:
        yield from map(str, table["unit"])
    elif "kpi" in table.columns:
        yield from (BY_ID[kpi].unit if kpi in BY_ID else "" for kpi in table["kpi"])
    else:
        yield from [""] * len(table)


def _own_unit(column: str) -> str | None:
    """The column's unit, None where it is the row's."""
    base = column
    for bound in BOUNDS:
        base = base.removesuffix(bound)
    if base in SHARES:
        return "share"
    return None if base in BY_ROW else unit(column)


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
