"""Where answers go: terminals with and without colours, pipes, pipes that close, several tables in plain text."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from dacu.words import LANGUAGES

COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|38;[0-9;]+|9[0-7])m")
CODE = """\
from dacu_cli.page import Alarm, Page, Section
from dacu_cli.view import View
View("en").show(Page({}, (Section("", ("name",), [[Alarm("danger")]]),)))
"""


def drawn(at_terminal: Any, folder: Path, **changes: str) -> str:
    shown = at_terminal([sys.executable, "-c", CODE], folder, **changes)
    assert "danger" in shown.text
    return str(shown.text)


def test_an_alarm_is_red_where_colours_are_wanted_and_nowhere_else(at_terminal: Any, tmp_path: Path) -> None:
    assert COLOUR.search(drawn(at_terminal, tmp_path))
    assert not COLOUR.search(drawn(at_terminal, tmp_path, NO_COLOR="1"))
    assert "\x1b" not in drawn(at_terminal, tmp_path, TERM="dumb")


def test_progress_moves_on_a_terminal_only_and_never_when_quiet(dacu: Any) -> None:
    run = ("simulate", "tiny.yaml", "-r", "1", "--workers", "1")
    assert "simulating" in dacu.on_terminal(*run).text
    assert "simulating" not in dacu.on_terminal(*run, "--quiet").text
    assert "\x1b[" not in dacu.on_terminal(*run, TERM="dumb").text
    piped = dacu(*run, "--quiet")
    assert (piped.returncode, piped.stderr) == (0, "")


def test_quiet_hides_remarks_and_no_error(dacu: Any) -> None:
    assert dacu("check", "tiny.yaml+deep").stderr
    assert dacu("check", "tiny.yaml+deep", "--quiet").stderr == ""
    assert "nowhere.yaml" in dacu("check", "nowhere.yaml", "--quiet").stderr


@pytest.mark.parametrize("form", ["table", "json", "md", "tsv"])
def test_a_reader_who_closes_the_pipe_early_is_no_error(dacu: Any, form: str) -> None:
    writer = dacu.start("list", "parameters", "--format", form)
    writer.stdout.close()
    told = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(timeout=60), told) == (0, "")


def test_no_stdout_at_all_is_no_fault(at_terminal: Any, tmp_path: Path) -> None:
    shown = at_terminal(["sh", "-c", f"{sys.executable} -m dacu_cli list kpis >&-"], tmp_path)
    assert shown == (0, "")


def test_tsv_has_one_table_after_another_under_their_titles(dacu: Any) -> None:
    asked = ("prices", "tiny.yaml", "--basket", "soap*2", "--basket", "cream, soap", "--format", "tsv")
    blocks = dacu(*asked).stdout.split("\n\n")
    assert len(blocks) == 2
    for block in blocks:
        title, *rows = csv.reader(io.StringIO(block), delimiter="\t")
        assert title[0].startswith("# ")
        assert len({len(row) for row in rows}) == 1


def test_a_single_table_of_tsv_has_no_title(dacu: Any) -> None:
    text = dacu("prices", "tiny.yaml", "--format", "tsv").stdout
    first = next(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert (first["sku"], float(first["pay"])) == ("skus.soap", 79)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_errors_are_one_document_on_stdout_in_the_language_asked_for(dacu: Any, lang: str) -> None:
    done = dacu("check", "tiny.yaml", "nowhere.yaml", "elsewhere.yaml", "--format=json", "--lang", lang)
    assert done.returncode == 2
    first, second = json.loads(done.stdout)["errors"]
    assert (first["code"], first["value"], second["value"]) == ("file_missing", "nowhere.yaml", "elsewhere.yaml")
    assert ("there is no file" in first["message"]) == (lang == "en")


def test_errors_of_the_command_line_are_data_too(dacu: Any) -> None:
    done = dacu("simulate", "tiny.yaml", "--sede", "1", "--format", "json")
    (error,) = json.loads(done.stdout)["errors"]
    assert (done.returncode, error["code"], error["hint"]) == (2, "cli_no_such_option", "--seed")
