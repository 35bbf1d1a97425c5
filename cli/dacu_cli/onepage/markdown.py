"""A Sheet as Markdown that reads well where it is pasted: Feishu, GitHub, a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dacu_cli.onepage.sheet import Box, Part, Sheet, Table
from dacu_cli.page import escaped


def as_markdown(sheet: Sheet, other: tuple[str, str]) -> str:
    """The page; `other` is the name of the other language and the file that has the page in it."""
    blocks = [
        f"# {escaped(sheet.title)}",
        escaped(sheet.about),
        *(f"**{escaped(line)}**" for line in sheet.verdict),
        "\n".join(f"- {escaped(tile.label)}: **{escaped(tile.main)}**{_beneath(tile.below)}" for tile in sheet.tiles),
        *(block for part in sheet.parts for block in _part(part)),
        "---",
        *map(escaped, sheet.foot),
        f"[{other[0]}]({other[1]})",
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _part(part: Part) -> Iterator[str]:
    yield f"## {escaped(part.title)}"
    if part.table is not None:
        yield _table(part.table)
    if part.listed:
        yield "\n".join(f"{number}. {escaped(line)}" for number, line in enumerate(part.sentences, 1))
    else:
        yield from map(escaped, part.sentences)
    yield escaped(part.note)


def _table(table: Table) -> str:
    marks = ["---" if place in table.words else "---:" for place in range(len(table.columns))]
    rows = [map(escaped, table.columns), marks, *(map(_cell, row) for row in table.rows)]
    return "\n".join(map(_row, rows))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(box: Box) -> str:
    return escaped(box.main) + _beneath(box.below)


def _beneath(text: str) -> str:
    return f" ({escaped(text)})" if text else ""
