"""The site builds: no link is broken, no page is missing from the menu."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="the extra `docs` is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    tutorial = (tmp_path / "site" / "tutorial.zh.html").read_text(encoding="utf-8")
    assert "从空文件夹" in tutorial
    calibration = (tmp_path / "site" / "howto" / "worlds.html").read_text(encoding="utf-8")
    assert "engine/dacu/behaviour/parameters.yaml" in calibration
    assert "../../engine" not in calibration
