"""The comparison of ratios, with figures made up; benchmarks themselves are never a test."""

import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "guard.py"
GUARD = runpy.run_path(str(SCRIPT))
BASELINE = {
    "model: cost / draw": {"value": 20.0, "better": "lower"},
    "peers: peer / ours": {"value": 60.0, "better": "higher"},
}


def now(cost: float, peer: float) -> dict:
    return {
        "model": {"ratios": {"cost / draw": {"value": cost, "better": "lower"}}},
        "peers": {"ratios": {"peer / ours": {"value": peer, "better": "higher"}}},
    }


@pytest.mark.parametrize(
    ("cost", "peer", "named"),
    [
        (20, 60, []),
        (5, 240, []),  # better may be as far as it likes
        (24.9, 48.1, []),
        (25.1, 60, ["model: cost / draw"]),
        (20, 47.9, ["peers: peer / ours"]),
        (100, 1, ["model: cost / draw", "peers: peer / ours"]),
    ],
)
def test_a_ratio_may_worsen_by_a_quarter(cost: float, peer: float, named: list[str]):
    found = GUARD["complaints"](BASELINE, GUARD["ratios_of"](now(cost, peer)))
    assert [complaint.rsplit(":", 1)[0] for complaint in found] == named


def test_a_complaint_says_from_what_to_what():
    (found,) = GUARD["complaints"](BASELINE, GUARD["ratios_of"](now(30, 60)))
    assert found == "model: cost / draw: 20 before, 30 now, worse by 50%"


def test_what_is_no_longer_measured_is_told():
    found = GUARD["complaints"](BASELINE, {})
    assert found == ["model: cost / draw: no longer measured", "peers: peer / ours: no longer measured"]


def test_the_script_ends_by_what_it_finds(tmp_path: Path):
    script = Path(shutil.copy(SCRIPT, tmp_path))

    def ends(cost: float, *args: str) -> int:
        (tmp_path / "results.json").write_text(json.dumps(now(cost, 60)))
        ran = subprocess.run([sys.executable, script, *args], check=False, capture_output=True)  # noqa: S603 - ours
        return ran.returncode

    assert ends(20, "--adopt") == 0
    assert ends(24) == 0
    assert ends(26) == 1
