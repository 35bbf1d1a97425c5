"""Drawing: the one place that writes to the terminal, and all the Rich code there is.

Results go to stdout; findings, progress and remarks to stderr. Colours, frames that move and widths are Rich's, which
obeys NO_COLOR and TERM=dumb; a pipe gets 80 columns.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from dacu.errors import Finding, render
from dacu.errors import as_json as findings_as_json
from dacu_cli.options import Format
from dacu_cli.page import Alarm, Page, Section, as_csv, as_json, as_markdown, as_tsv, heading, reading, say

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


@dataclass(frozen=True)
class View:
    """How to show: language, format of results, and whether remarks are wanted."""

    lang: str
    format: Format = Format.TABLE
    quiet: bool = False

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
            _write(sys.stderr, "".join(f"{line}\n" for line in lines))

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
                console.print(Text(sentence))
            if page.text:
                console.out(page.text, end="")
            for section in page.sections:
                console.print(_table(section, self.lang, console.width - EDGES))
            for note in page.notes:
                console.print(Text(note))
        _write(sys.stdout, drawn.get())


def report(findings: Iterable[Finding], lang: str, as_data: bool) -> None:
    """Tell what is wrong: one line a finding on stderr, or JSON on stdout."""
    if as_data:
        _write(sys.stdout, json.dumps(findings_as_json(findings, lang), ensure_ascii=False, indent=1) + "\n")
    else:
        _write(sys.stderr, render(findings, lang) + "\n")


def _table(section: Section, lang: str, room: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=section.title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True
    )
    cells = [[reading(cell, lang) for cell in row] for row in section.rows]
    columns = list(zip([heading(column, lang) for column in section.columns], *cells, strict=True))
    is_text = [any(isinstance(row[place], str) for row in section.rows) for place in range(len(columns))]
    for column, left, width in zip(columns, is_text, _widths(columns, is_text, room), strict=True):
        justify: Literal["left", "right"] = "left" if left else "right"
        table.add_column(Text(column[0]), justify=justify, overflow="fold", width=width)
    for row, texts in zip(section.rows, cells, strict=True):
        styles = ["bold red" if isinstance(cell, Alarm) else "" for cell in row]
        table.add_row(*map(Text, texts, styles))
    return table


def _widths(columns: Sequence[Sequence[str]], is_text: Sequence[bool], room: int) -> list[int]:
    """Widths that fit: headings are broken first, then texts between words, then within; numbers never."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in columns]
    words = [max((cell_len(word) for cell in column[1:] for word in cell.split()), default=1) for column in columns]
    numbers = [max(map(cell_len, column[1:]), default=1) for column in columns]
    for least_text in (words, [NARROWEST] * len(columns)):
        least = [text if left else number for text, number, left in zip(least_text, numbers, is_text, strict=True)]
        while sum(widths) + GAP * len(widths) > room:
            place = max(range(len(widths)), key=lambda at: (widths[at] > least[at], widths[at]))
            if widths[place] <= least[place]:
                break
            widths[place] -= 1
    return widths


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
