"""The commands of `make demo`, as the Makefile has them, at a small size: they run, and leave what they promise."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALL = {
    "simulate": ["--agents", "1000", "--replications", "2", "--set", "calendar.warmup=1d"],
    "compare": ["--agents", "1000", "--replications", "2", "--set", "calendar.warmup=1d"],
    "optimise": ["--agents", "1000", "--replications", "2", "--set", "calendar.warmup=1d", "--time-limit", "10s"],
}
LEAVES = {
    "simulate": ["kpis.csv", "daily.csv", "channels.csv", "scenario.lock.yaml", "manifest.json"],
    "compare": ["comparison.csv", "scenario.lock.yaml", "manifest.json"],
    "optimise": ["variant.yaml", "allocation.csv", "curves.csv", "prices.csv", "manifest.json"],
}


def demo_lines() -> dict[str, list[str]]:
    """Verb → its arguments in the Makefile, without size and folder."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ndemo:")[1].split("\n\n")[0]
    lines = re.findall(r"\$\(DACU\) (.*?)(?: \$\(DEMO_SIZE\))? --out", recipe)
    return {words[0]: words[1:] for words in map(shlex.split, lines)}


@pytest.mark.parametrize("verb", LEAVES)
def test_a_command_of_the_demo_runs_and_leaves_its_folder(verb: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dacu_cli", verb, *demo_lines()[verb], *SMALL[verb], "--out", str(tmp_path / verb)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert {name for name in LEAVES[verb] if (tmp_path / verb / name).is_file()} == set(LEAVES[verb])


def test_the_demo_has_the_three_verbs() -> None:
    assert set(demo_lines()) == set(LEAVES)
