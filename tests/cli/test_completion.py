"""What Tab offers, asked for as a shell asks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dacu.kpis import KPIS


def offered(dacu: Any, *words: str) -> list[str]:
    asked = {"COMP_WORDS": " ".join(("dacu", *words)), "COMP_CWORD": str(len(words)), "_DACU_COMPLETE": "complete_bash"}
    done = dacu(**asked)
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in done.stdout.splitlines() if line]


def test_verbs_and_options(dacu: Any) -> None:
    assert offered(dacu, "sim") == ["simulate"]
    assert "--set" in offered(dacu, "simulate", "tiny.yaml", "--s")


def test_scenarios_here_and_shipped_and_folders_of_runs(dacu: Any, tmp_path: Path) -> None:
    (tmp_path / "tired").mkdir()
    (tmp_path / "tired" / "scenario.lock.yaml").write_text("dacu: 1\n", encoding="utf-8")
    (tmp_path / "tin").mkdir()
    assert [name for name in offered(dacu, "check", "ti") if "+" not in name] == ["tiny.yaml", "tired"]
    assert offered(dacu, "check", "scenarios/star") == ["scenarios/starter.yaml"]


def test_variants_behind_a_scenario_that_is_typed_out(dacu: Any) -> None:
    assert offered(dacu, "check", "tiny.yaml") == ["tiny.yaml", *(f"tiny.yaml+{x}" for x in ("deep", "deeper", "rich"))]
    assert offered(dacu, "compare", "tiny.yaml", "tiny.yaml+dee") == ["tiny.yaml+deep", "tiny.yaml+deeper"]
    assert offered(dacu, "check", "tiny.yaml+deep+") == ["tiny.yaml+deep+deeper", "tiny.yaml+deep+rich"]


@pytest.mark.parametrize("verb", [("simulate", "tiny.yaml"), ("compare", "tiny.yaml", "tiny.yaml+deep")])
def test_every_path_of_the_scenario_can_be_set(dacu: Any, verb: tuple[str, ...]) -> None:
    paths = offered(dacu, *verb, "--set", "")
    shown = dacu("show", "tiny.yaml", "--format", "csv").stdout.splitlines()[1:]
    assert len(paths) == len(set(paths))
    assert set(paths) >= {f"{row.split(',')[0]}=" for row in shown}
    assert "behaviour.reference.need=" in paths
    assert offered(dacu, *verb, "--set", "channels.feed") == ["channels.feed_ads.daily_budget="]


def test_kpis_and_their_parts_of_a_condition(dacu: Any) -> None:
    assert offered(dacu, "simulate", "tiny.yaml", "--require", "") == [kpi.id for kpi in KPIS]
    assert offered(dacu, "simulate", "tiny.yaml", "--require", "gmv.l") == ["gmv.low"]
    assert "gmv.difference" in offered(dacu, "compare", "tiny.yaml", "tiny.yaml+deep", "--require", "gmv.")


def test_studies_templates_and_choices(dacu: Any, tmp_path: Path) -> None:
    assert "scenarios/studies/coupon_depth.yaml" in offered(dacu, "study", "sc")
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "study.sqlite").write_bytes(b"")
    assert offered(dacu, "study", "--resume", "") == ["begun"]
    assert "budget_618" in offered(dacu, "new", "mine", "--from", "budget")
    assert offered(dacu, "check", "tiny.yaml", "--format", "t") == ["table", "tsv"]
    assert offered(dacu, "list", "k") == ["kpis"]


def test_a_broken_file_offers_nothing_and_says_nothing(dacu: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("dacu: 1\n\tx: [", encoding="utf-8")
    assert offered(dacu, "simulate", "broken.yaml", "--set", "") == []
    assert offered(dacu, "check", "broken.yaml+") == []
    assert offered(dacu, "simulate", "--set", "") == []


def test_a_real_bash_completes_with_the_script_that_is_printed(dacu: Any, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")
    program = tmp_path / "dacu"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m dacu_cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = dacu("--show-completion", "bash").stdout
    session = f"""{script}
PATH={tmp_path}:$PATH
COMP_WORDS=(dacu check tiny.yaml+r); COMP_CWORD=2; _dacu_completion dacu; echo "${{COMPREPLY[@]}}"
complete -p dacu
"""
    done = subprocess.run(  # noqa: S603
        [bash, "--norc"], input=session, cwd=tmp_path, env=dacu.environment(), capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["tiny.yaml+rich", "complete -o default -F _dacu_completion dacu"]
