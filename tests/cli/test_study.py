"""`dacu study` on a shop in miniature: what is planned, what runs, what is written and told; wrong study files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from dacu.store import read_scenario
from dacu.study import blocks, design, factors

ROOT = Path(__file__).parents[2]
FEED = "channels.feed_ads.daily_budget"
PLAN = f"""\
scenario: tiny.yaml
outcomes: [gmv, contribution]
factors:
  variant: {{values: [null, rich]}}
  {FEED}: {{range: [4000, 2万], scale: log}}
method: grid
samples: 2
replications: 2
"""
WRONG = {
    "unknown path": (PLAN.replace(FEED, "channels.feed_ads.daily_bugdet"), "study.yaml:5:3", "did you mean"),
    "out of range": (PLAN.replace(f"{FEED}: {{range: [4000, 2万]", f"{FEED}: {{range: [-5, 2万]"),
                     "study.yaml:5:44", "below 0"),
    "empty range": (PLAN.replace("[4000, 2万]", "[2万, 4000]"), "study.yaml:5:43", "nothing to draw from"),
    "same factor": (PLAN.replace("method:", '  channels."feed_ads".daily_budget: {range: [1, 2]}\nmethod:'),
                    "study.yaml:6:", "varies twice"),
    "removed by a variant": (PLAN.replace("rich", "closed").replace("scenario: tiny.yaml", "scenario: shut.yaml"),
                             "study.yaml:5:", "under closed there is no channels.feed_ads"),
    "zero samples": (PLAN.replace("samples: 2", "samples: 0"), "study.yaml:7:10", "below 1"),
    "no power of two": (PLAN.replace("samples: 2", "samples: 24").replace("grid", "sobol"),
                        "study.yaml:7:10", "take 16 or 32"),
    "no such scenario": (PLAN.replace("tiny.yaml", "tony.yaml"), "study.yaml:1:11", "there is no file tony.yaml"),
}  # fmt: skip


@pytest.fixture
def folder(dacu: Any) -> Path:
    (dacu.folder / "study.yaml").write_text(PLAN, encoding="utf-8")
    (dacu.folder / "shut.yaml").write_text(
        "dacu: 1\nextends: tiny.yaml\nvariants: {closed: {channels: {feed_ads: null}}}\n", encoding="utf-8"
    )
    return dacu.folder


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_study_is_one_message_at_its_line_in_both_languages(dacu: Any, folder: Path, case: str) -> None:
    text, place, told = WRONG[case]
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    for lang in ("en", "zh"):
        done = dacu("study", "study.yaml", "--dry-run", "--lang", lang)
        assert done.returncode == 2
        assert done.stderr.startswith(place)
        assert len(done.stderr.strip().splitlines()) == 1
        assert (told in done.stderr) == (lang == "en")
    assert not (folder / "out").exists()


def test_a_dry_run_tells_what_it_takes_and_runs_nothing(dacu: Any, folder: Path) -> None:
    done = dacu("study", "study.yaml", "--dry-run", "--format", "json")
    plan = json.loads(done.stdout)
    assert (plan["points"], plan["rows"], plan["method"]) == (4, 8, "grid")
    assert plan["seconds"] == pytest.approx(plan["seconds_a_row"] * 8 / plan["workers"])
    assert plan["memory_bytes"] > 150_000_000
    assert "Nothing was run." in done.stderr
    assert not (folder / "out").exists()


def test_a_study_fills_its_tables_and_tells_them(dacu: Any, folder: Path) -> None:
    done = dacu("study", "study.yaml", "--workers", "1", "-o", "run")
    assert done.returncode == 0, done.stderr
    assert "8 rows done, 0 failed" in done.stdout
    assert "Tornado" in done.stdout
    rows = table(folder / "run" / "rows.csv")
    assert [(row["point"], row["variant"], row[FEED]) for row in rows[::2]] == [
        ("1", "", "4000"), ("2", "", "20000"), ("3", "rich", "4000"), ("4", "rich", "20000"),
    ]  # fmt: skip
    alone = json.loads(dacu("simulate", "tiny.yaml", "--set", f"{FEED}=4000", "-r", "2", "--format", "json").stdout)
    mean = sum(float(row["gmv"]) for row in rows[:2]) / 2
    assert mean == pytest.approx(alone["kpis"]["gmv"]["mean"], rel=1e-12)
    assert {row["factor"] for row in table(folder / "run" / "tornado.csv")} == {"variant", FEED}
    assert [row["alternative"] for row in table(folder / "run" / "ranking.csv")][:2] == ["tiny", "tiny+rich"]
    assert json.loads((folder / "run" / "manifest.json").read_text(encoding="utf-8"))["status"] == "done"


def test_a_row_that_fails_is_told_and_the_others_stand(dacu: Any, folder: Path) -> None:
    rows = "method: list\nrows:\n  now: {}\n  absurd: {promotions.threshold.tiers.t1: 满100减120}\n"
    (folder / "study.yaml").write_text(PLAN[: PLAN.index("factors:")] + rows, encoding="utf-8")
    done = dacu("study", "study.yaml", "--workers", "1", "--format", "json")
    answer = json.loads(done.stdout)
    assert (answer["done"], answer["failed"]) == (2, 2)
    assert "2 rows failed: " in done.stderr
    rows = table(folder / "out" / "study-study" / "rows.csv")
    assert [bool(row["gmv"]) for row in rows] == [True, True, False, False]
    assert all("100" in row["failure"] for row in rows[2:])


@pytest.mark.parametrize("file", sorted((ROOT / "scenarios" / "studies").glob("*.yaml")), ids=lambda file: file.stem)
def test_a_shipped_study_fits_its_scenario(file: Path) -> None:
    sheet = blocks.read(file.read_text(encoding="utf-8"), str(file))
    field = factors.field(sheet, read_scenario)
    plan = design.design(sheet, field)
    assert 4 <= len(plan) * sheet.study.replications <= 200


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))
