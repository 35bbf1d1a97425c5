"""simulate and compare: what they print, what their folders hold, and that it is the same whoever runs them."""

import hashlib
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

SMALL = ("-r", "2", "--workers", "1")


def manifest(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def hashes(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.name != "manifest.json"
    }


def test_simulate_prints_figures_and_writes_a_folder(dacu: Any, tmp_path: Path) -> None:
    done = dacu("simulate", "tiny.yaml", *SMALL, "--lang", "zh")
    assert done.returncode == 0, done.stderr
    assert "支付GMV" in done.stdout
    assert "仅抽样误差" in done.stdout
    assert "下一步:dacu compare tiny.yaml tiny.yaml+deep" in done.stdout
    folder = tmp_path / "out" / "tiny-simulate"
    told = manifest(folder)
    assert [told[key] for key in ("status", "seed", "replications", "agents", "weight")] == ["done", 1, 2, 200, 1000]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = {f"{resource['name']}.csv" for resource in package["resources"]}
    assert tables >= {"kpis.csv", "funnel.csv", "daily.csv", "hourly.csv", "channels.csv", "skus.csv", "segments.csv",
                      "live.csv", "kols.csv", "ledger.csv"}  # fmt: skip
    others = {"manifest.json", "datapackage.json", "scenario.lock.yaml"}
    assert {file.name for file in folder.iterdir()} == tables | others


def test_a_folder_that_holds_anything_is_kept_and_the_next_number_taken(dacu: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("keep me")
    done = dacu("simulate", "tiny.yaml", *SMALL, "--out", "mine", "--format", "json")
    assert json.loads(done.stdout)["folder"] == "mine-2"
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["note.txt"]


def test_a_finished_folder_is_a_scenario_that_repeats_the_run(dacu: Any, tmp_path: Path) -> None:
    dacu("simulate", "tiny.yaml+rich", *SMALL, "-o", "first")
    dacu("simulate", "first", *SMALL, "-o", "second")
    first, second = hashes(tmp_path / "first"), hashes(tmp_path / "second")
    assert {name: first[name] for name in first if name.endswith(".csv")} == {
        name: second[name] for name in second if name.endswith(".csv")
    }


@pytest.mark.parametrize(
    ("workers", "changes"),
    [
        ("2", {}),
        ("1", {"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "tr_TR.UTF-8"}),
        ("1", {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}),
    ],
)
def test_the_same_seed_gives_the_same_bytes(dacu: Any, tmp_path: Path, workers: str, changes: dict[str, str]) -> None:
    dacu("simulate", "tiny.yaml", *SMALL, "-o", "first", PYTHONHASHSEED="1")
    done = dacu("simulate", "tiny.yaml", "-r", "2", "--workers", workers, "-o", "second", **changes)
    assert done.returncode == 0, done.stderr
    assert hashes(tmp_path / "second") == hashes(tmp_path / "first")


def test_another_seed_gives_other_figures(dacu: Any) -> None:
    def gmv(seed: str) -> float:
        answer = json.loads(dacu("simulate", "tiny.yaml", *SMALL, "--seed", seed, "--format", "json").stdout)
        return float(answer["kpis"]["gmv"]["mean"])

    assert gmv("1") != gmv("2")


def test_compare_prints_what_differs_a_verdict_and_differences(dacu: Any, tmp_path: Path) -> None:
    done = dacu("compare", "tiny.yaml", "tiny.yaml+rich", "-r", "3", "--workers", "1", "--format", "json")
    answer = json.loads(done.stdout)
    (other,) = answer["others"]
    assert answer["base"] == "tiny"
    assert other["changes"] == [
        {"path": "channels.feed_ads.daily_budget", "from": "8000", "to": "2万", "file": "tiny.yaml", "line": 16}
    ]
    gmv = other["kpis"]["gmv"]
    assert gmv["difference"] == pytest.approx(gmv["other"] - gmv["base"])
    assert answer["verdicts"]["tiny+rich"].startswith("tiny+rich")
    written = {file.name for file in (tmp_path / "out/tiny-compare").iterdir()}
    assert written >= {"comparison.csv", "changes.csv", "tiny+rich.lock.yaml"}


def test_a_plan_against_itself_differs_in_nothing(dacu: Any) -> None:
    told = dacu("compare", "tiny.yaml", "tiny.yaml", *SMALL).stdout
    assert "does not change paid GMV at all" in told


def test_an_overridden_coefficient_is_warned_of(dacu: Any, tmp_path: Path) -> None:
    done = dacu("simulate", "tiny.yaml", *SMALL, "--set", "behaviour.reference.need=0.5")
    assert "behaviour.reference.need" in done.stderr
    overridden = manifest(tmp_path / "out/tiny-simulate")["overridden"]
    assert overridden == {"tiny": [["behaviour.reference.need", "0.55", "0.5"]]}


def test_a_run_larger_than_the_memory_is_refused_by_arithmetic(dacu: Any, tmp_path: Path) -> None:
    started = time.monotonic()
    done = dacu("simulate", "tiny.yaml", "--set", "people.size=20亿", "--agents", "1亿", "--workers", "64")
    assert done.returncode == 2
    assert "would fit" in done.stderr
    assert not (tmp_path / "out").exists()
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_says_so(dacu: Any, tmp_path: Path, tiny: str, sent: signal.Signals, code: int) -> None:
    (tmp_path / "long.yaml").write_text(tiny.replace("days: 2", "days: 300"), encoding="utf-8")
    running = dacu.start("simulate", "long.yaml", "--workers", "1", "-o", "stopped")
    begun = tmp_path / "stopped" / "manifest.json"
    for _ in range(600):
        if begun.exists() and begun.stat().st_size:
            break
        time.sleep(0.05)
    assert manifest(tmp_path / "stopped")["status"] == "running"
    running.send_signal(sent)
    out, told = running.communicate(timeout=60)
    assert (running.returncode, out, told) == (code, "", "stopped\n")
    assert manifest(tmp_path / "stopped")["status"] == "interrupted"
