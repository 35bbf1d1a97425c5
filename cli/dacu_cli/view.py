"""Drawing: the one place that writes to the terminal, and all the Rich code there is.

Results go to stdout; findings, progress and remarks to stderr. Colours, frames that move and widths are Rich's, which obeys
NO_COLOR and TERM=dumb; a pipe gets 80 columns.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from dacu.errors import Finding, render
from dacu.errors import as_json as findings_as_json
from dacu_cli.options import Format
from dacu_cli.page import Page, Section, as_json, as_markdown, as_separated, heading, reading, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PIPE_WIDTH = 80
GAP = 2
"""Columns between two columns of a table."""
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
            Format.CSV: lambda: as_separated(page, ","),
            Format.TSV: lambda: as_separated(page, "\t"),
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
            yield lambda done, total: None
            return
        from rich.progress import Progress, TimeElapsedColumn

        with Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=_console(sys.stderr)) as bars:
            bar = bars.add_task(doing, total=None)
            yield lambda done, total: bars.update(bar, completed=done, total=total)

    @contextmanager
    def status(self) -> Iterator[Callable[[str], None]]:
        """A line on a terminal that is replaced by the next; nothing elsewhere or with --quiet."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda line: None
            return
        with _console(sys.stderr).status("") as line:
            yield line.update

    def _draw(self, page: Page) -> None:
        from rich.text import Text

        console = _console(sys.stdout)
        for sentence in page.opening:
            console.print(Text(sentence))
        if page.text:
            _write(sys.stdout, page.text)
        for section in page.sections:
            console.print(_table(section, self.lang, console.width))
        for note in page.notes:
            console.print(Text(note))
        sys.stdout.flush()


def report(findings: Iterable[Finding], lang: str, as_data: bool) -> None:
    """Tell what is wrong: one line a finding on stderr, or JSON on stdout."""
    if as_data:
        _write(sys.stdout, json.dumps(findings_as_json(findings), ensure_ascii=False, indent=1) + "\n")
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
    is_text = [any(isinstance(row[place], str) for row in section.rows) for place in range(len(section.columns))]
    widths = _least_widths(cells, is_text, room)
    for column, left, width in zip(section.columns, is_text, widths, strict=True):
        justify: Literal["left", "right"] = "left" if left else "right"
        table.add_column(Text(heading(column, lang)), justify=justify, overflow="fold", min_width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    return table


def _least_widths(cells: list[list[str]], is_text: list[bool], room: int) -> list[int]:
    """Numbers stay on one line, and so do the words of texts while there is room; then the widest text gives way."""
    from rich.cells import cell_len

    widths = []
    for column, text in zip(zip(*cells, strict=True), is_text, strict=False):
        pieces = [word for cell in column for word in cell.split()] if text else column
        widths.append(max(map(cell_len, pieces), default=1))
    texts = [place for place, text in enumerate(is_text) if text and widths]
    while texts and sum(widths) + GAP * len(widths) > room:
        widest = max(texts, key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths or [1] * len(is_text)


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
