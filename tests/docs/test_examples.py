"""Every command that a page of the documentation shows says what stands below it."""

from pathlib import Path

import pytest
import shown_commands

SLOW = {"tutorial.md", "tutorial.zh.md"}
"""They optimise."""


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=pytest.mark.slow) if page.name in SLOW else page for page in shown_commands.PAGES],
    ids=lambda page: str(page.relative_to(shown_commands.DOCS)),
)
def test_commands_say_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    for _, played in shown_commands.play(page, tmp_path):
        for shown, output in played:
            assert shown.of(output) == shown.lines, shown.command


@pytest.mark.parametrize("name", sorted(SLOW))
def test_the_tutorial_is_there_in_both_languages_with_the_same_commands(name: str) -> None:
    def steps(page: Path) -> list[str]:
        told = [block for block in shown_commands.blocks(page) if block.lexemes["info"] == "console"]
        return [shown.command for block in told for shown in shown_commands.commands(block.lexemes["source"])]

    assert steps(shown_commands.DOCS / name) == steps(shown_commands.DOCS / "tutorial.md") != []


def test_lines_left_out_are_those_in_the_middle() -> None:
    shown = shown_commands.Shown("say", ("one", "…", "five"))
    assert shown.of("one\ntwo\nthree\nfour\nfive\n") == shown.lines
    assert shown.of("one\ntwo\nthree\n") == ("one", "…", "three")


def test_a_page_is_renewed_line_for_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    told = '```console\n$ cat a.txt\nbye\n$ printf "1\\n2\\n3\\n"\n0\n…\n```\n'
    old = f'A file:\n\n```yaml title="a.txt"\nhello\n```\n\n{told}End\n'
    page.write_text(old, encoding="utf-8")
    (tmp_path / "place").mkdir()
    new = shown_commands.renewed(page, tmp_path / "place")
    assert new == old.replace("bye", "hello").replace("\n0\n", "\n1\n")
