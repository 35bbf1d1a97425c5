"""Every command line that a page names is one that dacu takes: its verb and options are there, its scenarios too."""

import re
import shlex
from pathlib import Path

import pytest
from shown_commands import DOCS, ROOT

from dacu_cli.app import VERBS
from dacu_cli.verbs import command

LINE = re.compile(r"^(?:    |\$ )dacu (.+)$", re.MULTILINE)
LINES = [
    (page, line)
    for page in sorted({ROOT / "README.md", *DOCS.rglob("*.md")})
    if "decisions" not in page.parts
    for line in LINE.findall(page.read_text(encoding="utf-8"))
    if "…" not in line
]


@pytest.mark.parametrize(("page", "line"), LINES, ids=lambda value: value.name if isinstance(value, Path) else value)
def test_dacu_takes_the_line(page: Path, line: str) -> None:
    words = shlex.split(re.split(r" \| | > ", line)[0], comments=True)
    program = command(VERBS, words, "en")
    verb = program.commands[words[0]]
    verb.make_context(words[0], words[1:])
    for word in words[1:]:
        if word.startswith("scenarios/"):
            assert (ROOT / word.partition("+")[0]).is_file(), f"{page.name}: {word}"
