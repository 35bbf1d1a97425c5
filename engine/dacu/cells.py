"""The cells of a workbook from outside, as values: no formula is run, and nothing is unpacked before it is measured.

A sheet is read whole into a rectangle, so a file of 5 kB with two cells in opposite corners would take half a terabyte.
So every part is unpacked within a limit and its cells are counted first; what is no sound XML is not handed on at all.
"""

from __future__ import annotations

import datetime as dt
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Collection
from typing import NamedTuple
from xml.parsers import expat

from dacu.errors import Finding, InputError

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

LARGEST = 20_000_000
"""Bytes that all parts of a workbook may have unpacked."""
MOST_ROWS, MOST_COLUMNS = 10_000, 200
"""How far from A1 a cell may stand."""
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Cells(NamedTuple):
    """A sheet: its name and its rows from A1 on, "" where a cell is empty."""

    name: str
    rows: list[list[Cell]]


def read(content: bytes, file: str, wanted: Collection[str]) -> Cells:
    """The first sheet with one of the `wanted` names, or the only one there is; `file` is what findings call it.

    Needs python-calamine (extra `excel`). Raises InputError for what is no .xlsx or a damaged one, for one that is too
    large, and where the sheet is missing.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_measured(content, file)))
        names = book.sheet_names
        name = next((name for name in names if name in wanted), names[0] if len(names) == 1 else None)
        if name is None:
            args = {"wanted": " / ".join(wanted), "sheets": ", ".join(names)}
            raise InputError(Finding("workbook_no_sheet", value=file, args=args))
        return Cells(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    except CalamineError:
        raise _damaged(file) from None


def address(row: int, column: int) -> str:
    """`C7` for row 7 and column 3, both from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _measured(content: bytes, file: str) -> bytes:
    """A copy of the archive that holds its sound XML alone."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as kept:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise InputError(Finding("workbook_too_large", value=file, args={"most": str(LARGEST // 1_000_000)}))
            for name in packed.namelist():
                part = packed.read(name)  # never more than the size it states
                if _sound(part, file):
                    kept.writestr(name, part)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, LookupError, RuntimeError, ValueError):
        raise _damaged(file) from None
    return out.getvalue()


def _sound(part: bytes, file: str) -> bool:
    """Whether a part is XML without a DTD. Raises InputError where a cell of it stands too far out."""
    reach = _Reach(file)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reach.element
    parser.StartDoctypeDeclHandler = reach.doctype
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, _Refused):
        return False
    return True


class _Refused(Exception):
    """The part has what a sheet never has."""


class _Reach:
    """Where the cells of a part stand: as they say, or else one after the other."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._row = self._column = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        kind, place = name.rpartition(":")[2], attributes.get("r")
        if kind == "row":
            self._row = int(self._found(r"()(\d{1,7})", place)[2]) if place is not None else self._row + 1
            self._column = 0
        elif kind == "c" and place is not None:
            found = self._found(_PLACE.pattern, place)
            self._column = _number(found[1])
            self._check(int(found[2]), self._column)
        elif kind == "c":
            self._column += 1
        self._check(self._row, self._column)

    def doctype(self, *_declared: object) -> None:
        raise _Refused

    @staticmethod
    def _found(pattern: str, place: str) -> re.Match[str]:
        found = re.fullmatch(pattern, place, re.ASCII)
        if found is None:
            raise _Refused
        return found

    def _check(self, row: int, column: int) -> None:
        if row > MOST_ROWS or column > MOST_COLUMNS:
            args = {"rows": f"{MOST_ROWS:,}", "columns": str(MOST_COLUMNS)}
            raise InputError(Finding("workbook_too_wide", value=self._file, args=args))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _damaged(file: str) -> InputError:
    return InputError(Finding("workbook_damaged", value=file))
