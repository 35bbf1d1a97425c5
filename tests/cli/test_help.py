"""Help: in both languages, in 80 columns, with examples that are real command lines."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from rich.cells import cell_len

from dacu.words import LANGUAGES
from dacu_cli import helping
from dacu_cli.app import VERBS, run
from dacu_cli.verbs import command

NAMES = [verb.name for verb in VERBS]
QUICK = ("check", "show", "diff", "prices", "list")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verb", ["", *NAMES, "optimize"])
def test_help_fits_80_columns(capsys: pytest.CaptureFixture[str], verb: str, lang: str) -> None:
    assert run([*verb.split(), "--help", "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert not any(line.strip()[:1] in set("、。,;:") for line in lines if line.strip())
    assert any("--help" in line for line in lines)


@pytest.mark.parametrize("verb", NAMES)
def test_a_verb_has_two_examples_in_both_languages(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    told = {}
    for lang in LANGUAGES:
        run([verb, "--help", "--lang", lang])
        told[lang] = capsys.readouterr().out.splitlines()[-4:]
    lines = [f"    dacu {example}" for example in helping.EXAMPLES[verb]]
    assert told["zh"][1::2] == told["en"][1::2] == lines
    assert not set(told["zh"][::2]) & set(told["en"][::2])


@pytest.mark.parametrize("verb", NAMES)
def test_examples_are_command_lines_that_dacu_understands(verb: str) -> None:
    for example in helping.EXAMPLES[verb]:
        name, *arguments = shlex.split(example)
        assert name == verb
        program = command(VERBS, [verb], "en")
        program.commands[verb].make_context(verb, arguments)  # raises what click raises of a wrong line


@pytest.mark.parametrize("verb", QUICK)
def test_examples_that_take_no_time_do_what_they_say(dacu: Any, verb: str) -> None:
    dacu("new", "mine.yaml")
    for example in helping.EXAMPLES[verb]:
        done = dacu(*shlex.split(example))
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_chinese_breaks_between_characters_and_before_no_full_stop() -> None:
    line = "  --out DIR  " + "结果文件夹已有内容的不会覆盖自动取下一个编号放在哪里都行再来几个字。后面"
    first, second = helping._broken(line)
    assert (cell_len(first), first[-2:], second) == (77, "几个", "             字。后面")
