"""Runs what the documentation shows: its console blocks in a folder of their own, its files put there first.

A ```console block holds commands after `$ ` and, below each, what a terminal shows of it: stdout and stderr. A line `…`
stands for lines left out: what is above it begins the output, what is below ends it. A block with `title="FILE"` is a
file that the reader saves under that name.

`make examples` runs the pages and writes what was said into them, as many lines as they showed before.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sybil import Document, Region
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if "```console" in page.read_text(encoding="utf-8"))
LEFT_OUT = "…"
PROMPT = "$ "
TITLE = re.compile(r'title="([\w.-]+)"')
LOCALES = {".zh": "zh_CN.UTF-8", "": "C.UTF-8"}
"""Of a page by what stands before its `.md`."""
SECONDS = 900


@dataclass(frozen=True)
class Shown:
    """A command of a page, and the lines that the page shows below it."""

    command: str
    lines: tuple[str, ...]

    def of(self, output: str) -> tuple[str, ...]:
        """Of an output what the page would show: as many lines as now, from its beginning and from its end."""
        said = tuple(line.rstrip() for line in output.splitlines())
        if LEFT_OUT not in self.lines:
            return said
        above = self.lines.index(LEFT_OUT)
        below = len(self.lines) - above - 1
        return (*said[:above], LEFT_OUT, *said[len(said) - below :])


class Folder:
    """Where the reader of a page works: an empty folder (with the scenarios if the page names them) and a terminal."""

    def __init__(self, path: Path, page: Path) -> None:
        self.path = path / "work"
        self.path.mkdir()
        programs = path / "bin"
        programs.mkdir()
        dacu = programs / "dacu"
        dacu.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dacu_cli "$@"\n', encoding="utf-8")
        dacu.chmod(0o755)
        if " scenarios/" in page.read_text(encoding="utf-8"):
            shutil.copytree(ROOT / "scenarios", self.path / "scenarios")
        self.environment = os.environ | {
            "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT / "cli")]),
            "PYTHONUTF8": "1", "LC_ALL": LOCALES[Path(page.stem).suffix],
        }  # fmt: skip

    def run(self, command: str) -> str:
        """What a command says on both streams, in their order."""
        done = subprocess.run(  # noqa: S602 - the project's own pages
            command, shell=True, cwd=self.path, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", timeout=SECONDS, check=False,
        )  # fmt: skip
        return done.stdout


def blocks(page: Path) -> Iterator[Region]:
    """The fenced blocks of a page with a language, in order; their lexeme `info` is what stands behind the fence."""
    lexer = FencedCodeBlockLexer(r"\w[^\n]*", {"language": "info", "source": "source"})
    for _, region in Document.parse(str(page), lexer).regions:
        yield region


def commands(source: str) -> Iterator[Shown]:
    """The commands of a console block."""
    for part in re.split(rf"^{re.escape(PROMPT)}", source, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        yield Shown(command, tuple(lines))


def play(page: Path, path: Path) -> Iterator[tuple[Region, Sequence[tuple[Shown, str]]]]:
    """Follow a page from its beginning: each console block with its commands and what they say."""
    folder = Folder(path, page)
    for block in blocks(page):
        info, source = block.lexemes["info"], block.lexemes["source"]
        if titled := TITLE.search(info):
            (folder.path / titled[1]).write_text(source, encoding="utf-8")
        if info == "console":
            yield block, [(shown, folder.run(shown.command)) for shown in commands(source)]


def renewed(page: Path, path: Path) -> str:
    """The text of a page with what its commands say now."""
    text, pieces, end = page.read_text(encoding="utf-8"), [], 0
    for block, played in play(page, path):
        lines = [line for shown, output in played for line in (PROMPT + shown.command, *shown.of(output))]
        pieces += [text[end : block.start], "```console\n", *(f"{line}\n" for line in lines), "```"]
        end = block.end
    return "".join([*pieces, text[end:]])


if __name__ == "__main__":
    for name in sys.argv[1:] or PAGES:
        with tempfile.TemporaryDirectory() as place:
            fresh = renewed(Path(name).resolve(), Path(place))
        Path(name).write_text(fresh, encoding="utf-8")
        sys.stdout.write(f"{name}\n")
