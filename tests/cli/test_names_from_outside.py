"""Names of files and of what stands in them reach a terminal, a shell or a page as text and as nothing more."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dacu.errors import inert
from dacu.words import LANGUAGES

ESCAPES = "\x1b[31mred\x1b]0;title\x07"
"""Colours, and a window's title."""
TURNED = "a\u202egnp.exe"
RUNS = r"\$(touch ran)"
"""Runs where a shell reads it, quoted or not."""
NAMES = ("a b", "<b>", "x;touch ran", "$(touch ran)", RUNS, r"\";touch ran;\"", "`touch ran`", "it's", "*", "#")


def scenario(*variants: str) -> str:
    listed = "".join(f"  {shown!r}: {{people: {{agents: 300}}}}\n" for shown in map(Quoted, variants))
    return f"dacu: 1\nextends: scenarios/starter.yaml\nvariants:\n{listed}"


class Quoted(str):
    """A text as a YAML key."""

    def __repr__(self) -> str:
        return "'" + self.replace("'", "''") + "'"


def hidden(text: str) -> set[str]:
    return {char for char in text if char != "\n" and inert(char) != char}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A scenario whose file and variants have such names."""
    file = tmp_path / f"{ESCAPES}{TURNED}.yaml"
    file.write_text(f'{scenario(*NAMES)}name: "{TURNED}"\n', encoding="utf-8")
    return file


@pytest.mark.parametrize("form", ["table", "md", "tsv", "csv"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_name_moves_a_cursor_or_turns_a_line(dacu: Any, outside: Path, form: str, lang: str) -> None:
    plans = (outside.name, f"{outside.name}+{NAMES[0]}")
    for words in (("check", *plans), ("diff", *plans), ("prices", plans[0], "--basket", "serum"), ("show", plans[0])):
        done = dacu(*words, "--format", form, "--lang", lang)
        assert done.returncode == 0, done.stderr
        assert hidden(done.stdout.replace("\t", "") + done.stderr) == set(), words


def test_a_run_tells_where_it_lies_without_moving_the_cursor(dacu: Any, outside: Path) -> None:
    done = dacu("simulate", outside.name, "-r", "2", "--agents", "100", "--workers", "1", "-o", ESCAPES, "--report")
    assert done.returncode == 0, done.stderr
    assert "Report: " in done.stderr
    assert hidden(done.stdout + done.stderr) == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_next_line_is_one_that_a_shell_takes_as_it_is_meant(dacu: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.yaml").write_text(scenario(name), encoding="utf-8")
    plans = (f"{name}.yaml", f"{name}.yaml+{name}")
    for words, follows in ((("check", plans[0]), ("simulate", plans[0])), (("diff", *plans), ("compare", *plans))):
        (line,) = (line for line in dacu(*words).stdout.splitlines() if line.startswith("Next: "))
        assert tuple(shlex.split(line.removeprefix("Next: "))) == ("dacu", *follows)


def test_plans_whose_names_become_one_file_name_keep_a_file_each(dacu: Any, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(scenario("<b>", "(b)"), encoding="utf-8")
    small = ("-r", "2", "--agents", "100", "--workers", "1", "--quiet", "-o", "run")
    (tmp_path / "scenario.yaml").write_text('dacu: 1\nextends: plan.yaml\nname: "not the base"\n', encoding="utf-8")
    done = dacu("compare", "plan.yaml", "plan.yaml+<b>", "plan.yaml+(b)", "scenario.yaml", *small)
    assert done.returncode == 0, done.stderr
    locks = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "run").glob("*.lock.yaml")}
    assert locks.keys() == {"scenario.lock.yaml", "scenario-2.lock.yaml", "plan+_b_.lock.yaml", "plan+_b_-2.lock.yaml"}
    assert [name for name, text in locks.items() if "not the base" in text] == ["scenario-2.lock.yaml"]


def test_what_is_shown_reads_back_with_what_cannot_be_seen(dacu: Any, tmp_path: Path, outside: Path) -> None:
    shown = dacu("show", outside.name, "--set", f"name={TURNED}").stdout
    assert '"a\\u202egnp.exe"' in shown
    (tmp_path / "again.yaml").write_text(shown, encoding="utf-8")
    assert dacu("show", "again.yaml").stdout == shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_tab_offers_nothing_that_a_shell_would_read_as_more_than_a_name(dacu: Any, tmp_path: Path, shell: str) -> None:
    (tmp_path / "plan.yaml").write_text(scenario(*NAMES, "深折", "deep"), encoding="utf-8")
    for name in NAMES:
        (tmp_path / f"plan{name}.yaml").write_text("dacu: 1\n", encoding="utf-8")
    typed = "dacu check plan.yaml"
    asked = {
        "COMP_WORDS": typed, "COMP_CWORD": "2", "_TYPER_COMPLETE_ARGS": typed, "_DACU_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_WORD_TO_COMPLETE": "plan.yaml",
    }  # fmt: skip
    done = dacu(**asked)
    assert "plan.yaml+deep" in done.stdout
    assert "plan.yaml+深折" in done.stdout
    assert not set(done.stdout) & set("$`\\;#<")
    assert "touch" not in done.stdout


def test_a_real_zsh_runs_nothing_on_tab(dacu: Any, tmp_path: Path) -> None:
    zsh = shutil.which("zsh")
    if zsh is None:
        pytest.skip("no zsh on this machine (Debian: apt-get install zsh)")
    (tmp_path / "plan.yaml").write_text(scenario(RUNS, "deep"), encoding="utf-8")
    asked = {"_TYPER_COMPLETE_ARGS": "dacu check plan.yaml+", "_DACU_COMPLETE": "complete_zsh"}
    offers = dacu(**asked).stdout
    action = offers.removeprefix("_arguments '*: :((").removesuffix("))'\n")
    subprocess.run([zsh, "-f", "-c", f"eval offered=\\( '{action}' \\)"], cwd=tmp_path, check=False, timeout=60)  # noqa: S603
    assert "plan.yaml+deep" in offers
    assert not (tmp_path / "ran").exists()


def test_json_escapes_what_hides_and_reads_back_as_it_was(dacu: Any, outside: Path) -> None:
    missing = f"{TURNED}\x7f.yaml"
    for words, written in ((("show", outside.name), TURNED), (("check", missing), missing)):
        done = dacu(*words, "--format", "json", "--lang", "zh")
        assert hidden(done.stdout) == set(), words
        assert json.dumps(written)[1:-1] in done.stdout
        assert written in json.dumps(json.loads(done.stdout), ensure_ascii=False).replace("\\u007f", "\x7f")
