"""Drawing: the one place that writes to the terminal, and all the Rich code there is.

Results go to stdout; findings, progress and remarks to stderr. Colours, frames that move and widths are Rich's, which
obeys NO_COLOR and TERM=dumb; a pipe gets 80 columns.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TextIO

from dacu.errors import LONGEST_QUOTE, Finding, inert, render
from dacu.errors import as_json as findings_as_json
from dacu_cli.options import Format
from dacu_cli.page import Alarm, Page, Section, as_csv, as_json, as_markdown, as_tsv, heading, json_text, reading, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PIPE_WIDTH = 80
GAP = 2
"""Columns between two columns of a table."""
EDGES = 2
"""Columns that the two edges of a table take."""
NARROWEST = 4
"""Below this a text column cannot be read at all."""
NAMES = frozenset({
    "account", "alternative", "channel", "factor", "factor_b", "line", "name", "other", "path", "phase", "platform",
    "scenario", "sku",
})  # fmt: skip
"""Columns of names that somebody gave: a long one is cut in the middle, as in reports."""
MOST_LINES = 3
"""Lines of a cell with a name."""
NAME = 12
"""Columns of a name that is broken before any word of a heading is."""


@dataclass(frozen=True)
class View:
    """How to show: language, format of results, and whether remarks are wanted.

    `lang_asked`: the language was asked for by name; else it is that of the locale.
    """

    lang: str
    format: Format = Format.TABLE
    quiet: bool = False
    lang_asked: bool = False

    def say(self, key: str, **values: object) -> str:
        """A sentence of words/cli.toml."""
        return say(self.lang, key, **values)

    def show(self, page: Page) -> None:
        """Print an answer in the format asked for; sentences that a format has no room for go to stderr."""
        if self.format is Format.TABLE:
            self._draw(page)
            return
        plain = {
            Format.JSON: lambda: as_json(page),
            Format.CSV: lambda: as_csv(page),
            Format.TSV: lambda: as_tsv(page),
            Format.MD: lambda: as_markdown(page, self.lang),
        }
        _write(sys.stdout, plain[self.format]())
        if self.format is not Format.MD:
            self.remark(*page.opening, *page.notes)

    def remark(self, *lines: str) -> None:
        """Sentences beside the answer, on stderr unless --quiet."""
        if not self.quiet:
            _write(sys.stderr, "".join(f"{inert(line)}\n" for line in lines))

    def warn(self, findings: Iterable[Finding]) -> None:
        """What to know before believing the figures, on stderr."""
        self.remark(*dict.fromkeys(render(findings, self.lang).splitlines()))

    @contextmanager
    def progress(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        """A bar on a terminal, moved by (done, total); nothing elsewhere or with --quiet."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _done, _total: None
            return
        from rich.progress import Progress, TimeElapsedColumn

        with Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=_console(sys.stderr)) as bars:
            bar = bars.add_task(doing, total=None)
            yield lambda done, total: bars.update(bar, completed=done, total=total)

    @contextmanager
    def status(self) -> Iterator[Callable[[str], None]]:
        """A line on a terminal that is replaced by the next; nothing elsewhere or with --quiet."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _line: None
            return
        with _console(sys.stderr).status("") as line:
            yield line.update

    def _draw(self, page: Page) -> None:
        from rich.text import Text

        console = _console(sys.stdout)
        with console.capture() as drawn:  # Rich ends the program with 1 where a pipe closes; `app` knows better
            for sentence in page.opening:
                console.print(Text(inert(sentence)))
            if page.text:
                console.out(page.text, end="")
            for section in page.sections:
                table, left_out = _drawn(section, self.lang, console.width - EDGES)
                console.print(table)
                if left_out:
                    console.print(Text(self.say("columns_left_out", columns=", ".join(left_out))))
            for note in page.notes:
                console.print(Text(inert(note)))
        _write(sys.stdout, drawn.get())


def report(findings: Iterable[Finding], lang: str, as_data: bool) -> None:
    """Tell what is wrong: one line a finding on stderr, or JSON on stdout."""
    if as_data:
        _write(sys.stdout, json_text(findings_as_json(findings, lang)))
    else:
        _write(sys.stderr, render(findings, lang) + "\n")


class _Column(NamedTuple):
    """A column as it is read; of a name at least `least_told` columns are told."""

    heading: str
    cells: tuple[str, ...]
    is_text: bool
    is_name: bool
    least_told: int


def _columns(section: Section, lang: str) -> list[_Column]:
    """All columns of a table."""
    return [
        _Column(
            heading(name, lang),
            tuple(reading(row[place], lang) for row in section.rows),
            any(isinstance(row[place], str) for row in section.rows),
            name in NAMES,
            LONGEST_QUOTE if name == "path" else 0,  # paths are there to be copied
        )
        for place, name in enumerate(section.columns)
    ]


def _drawn(section: Section, lang: str, room: int) -> tuple[Table, tuple[str, ...]]:
    """The table as far as it fits, and the headings of what was left out."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=inert(section.title) or None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    columns = _columns(section, lang)
    fitting = columns[: _how_many(columns, room)]
    widths = _widths(fitting, room)
    fitting = [_short_enough(column, width) for column, width in zip(fitting, widths, strict=True)]
    for column, width in zip(fitting, widths, strict=True):
        justify: Literal["left", "right"] = "left" if column.is_text else "right"
        table.add_column(Text(column.heading), justify=justify, overflow="fold", width=width)
    for number, row in enumerate(section.rows):
        styles = ["bold red" if isinstance(cell, Alarm) else "" for cell in row]
        table.add_row(*(Text(column.cells[number], style) for column, style in zip(fitting, styles, strict=False)))
    return table, tuple(column.heading for column in columns[len(fitting) :])


def _short_enough(column: _Column, width: int) -> _Column:
    """The column with its names cut to what its width has room for."""
    if not column.is_name:
        return column
    room = max(MOST_LINES * width, column.least_told)
    return column._replace(cells=tuple(_cut(cell, room) for cell in column.cells))


def _cut(name: str, room: int) -> str:
    """A name whose beginning and end fit so many columns, an ellipsis between: ends tell names apart."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(name) <= room:
        return name
    end = set_cell_size(name[::-1], room // 2).strip()[::-1]
    return f"{set_cell_size(name, room - cell_len(end) - 1).strip()}…{end}"


def _how_many(columns: Sequence[_Column], room: int) -> int:
    """Columns that fit when texts are as narrow as can be read: the last are left out first, the first never is."""
    count = len(columns)
    while count > 1 and sum(map(_narrowest, columns[:count])) + GAP * (count - 1) > room:
        count -= 1
    return count


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """Widths that fit: headings and texts are broken between words, then long names within theirs, then headings, then
    texts; numbers never.
    """
    from rich.cells import cell_len

    widths = [max(map(cell_len, (column.heading, *column.cells))) for column in columns]
    for floor in (_in_words, _names_apart, _unbroken, _narrowest):
        least = [*map(floor, columns)]
        while sum(widths) + GAP * (len(widths) - 1) > room:
            place = max(range(len(widths)), key=lambda at: (widths[at] > least[at], widths[at]))
            if widths[place] <= least[place]:
                break
            widths[place] -= 1
    return widths


def _in_words(column: _Column) -> int:
    """The width at which no word is broken, of the heading neither."""
    return max(_longest_word([column.heading]), _unbroken(column))


def _names_apart(column: _Column) -> int:
    """The same with long names in pieces."""
    whole = _in_words(column)
    return min(whole, max(NAME, _longest_word([column.heading]))) if column.is_name else whole


def _unbroken(column: _Column) -> int:
    """The width at which no word of a text is broken, but for long names."""
    longest = _longest_word(column.cells) if column.is_text else 0
    return max(min(longest, NAME) if column.is_name else longest, _narrowest(column))


def _longest_word(texts: Iterable[str]) -> int:
    from rich.cells import cell_len

    return max((cell_len(word) for text in texts for word in text.split()), default=1)


def _narrowest(column: _Column) -> int:
    """The least width at which a column can be read: numbers whole, texts and the heading in pieces."""
    from rich.cells import cell_len

    widest = max(map(cell_len, column.cells), default=1)
    pieces = min(cell_len(column.heading), NARROWEST)
    return max(pieces, min(widest, NARROWEST) if column.is_text else widest)


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
