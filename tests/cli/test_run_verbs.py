"""simulate and compare: what they print, what their folders hold, and that it is the same whoever runs them."""

import csv
import hashlib
import json
import re
import signal
import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dacu_cli.page import escaped

SMALL = ("-r", "2", "--workers", "1")
CHOICES = """\
scenario: tiny.yaml
outcomes: [gmv]
factors: {variant: {values: [null, deep]}}
method: grid
samples: 2
replications: 1
"""


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
                      "live.csv", "kols.csv", "ledger.csv", "sentences.csv"}  # fmt: skip
    others = {"manifest.json", "datapackage.json", "scenario.lock.yaml"}
    others |= {f"onepage{lang}.{ending}" for lang in ("", ".en") for ending in ("md", "html")}
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


@pytest.mark.parametrize(
    "verb", [("simulate", "tiny.yaml", "-r", "2"), ("compare", "tiny.yaml", "tiny.yaml+rich", "-r", "2"),
             ("study", "study.yaml")],
    ids=lambda verb: verb[0],
)  # fmt: skip
def test_the_verdict_is_one_sentence_in_all_places(dacu: Any, tmp_path: Path, verb: tuple[str, ...]) -> None:
    """The terminal, the one page in both languages, the report, and the table that the report is made of."""
    (tmp_path / "study.yaml").write_text(CHOICES, encoding="utf-8")
    done = dacu(*verb, "--workers", "1", "--report", "--format", "md", "-o", "run")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "run/sentences.csv").open(encoding="utf-8-sig") as file:
        (told,) = [row for row in csv.DictReader(file) if row["tone"] == "verdict"]
    assert escaped(told["sentence_en"]) in done.stdout
    assert f"**{escaped(told['sentence_en'])}**" in (tmp_path / "run/onepage.md").read_text(encoding="utf-8")
    assert f"**{escaped(told['sentence_zh'])}**" in (tmp_path / "run/onepage.zh.md").read_text(encoding="utf-8")
    report = unescape(re.sub("<[^>]+>", "", (tmp_path / "run/report.html").read_text(encoding="utf-8")))
    assert all(told[f"sentence_{lang}"] in report for lang in ("zh", "en"))


def test_a_warning_names_its_plan_in_all_places_unless_all_share_it(dacu: Any, tmp_path: Path, tiny: str) -> None:
    variant = "  needy: {behaviour: {reference: {need: 0.5}}}\n"
    (tmp_path / "tiny.yaml").write_text(tiny + variant, encoding="utf-8")
    done = dacu("compare", "tiny.yaml", "tiny.yaml+needy", "-r", "1", "--workers", "1", "--report", "-o", "run")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "run/sentences.csv").open(encoding="utf-8-sig") as file:
        shared, alone = [row for row in csv.DictReader(file) if row["tone"] == "warning"]
    report = unescape(re.sub("<[^>]+>", "", (tmp_path / "run/report.html").read_text(encoding="utf-8")))
    for lang, ending, named in (("en", "", "tiny+needy: this scenario"), ("zh", ".zh", "tiny+needy:本方案")):
        assert named in alone[f"sentence_{lang}"]
        assert "tiny" not in shared[f"sentence_{lang}"], "a single replication is nobody's own"
        assert escaped(named) in (tmp_path / f"run/onepage{ending}.md").read_text(encoding="utf-8")
        assert all(row[f"sentence_{lang}"] in report for row in (alone, shared))
    assert all(done.stderr.count(row["sentence_en"]) == 1 for row in (alone, shared))


def test_a_plan_against_itself_differs_in_nothing(dacu: Any) -> None:
    told = dacu("compare", "tiny.yaml", "tiny.yaml", *SMALL).stdout
    assert "does not change paid GMV at all" in told


def test_plans_of_one_name_are_kept_apart(dacu: Any, tmp_path: Path) -> None:
    text = (tmp_path / "tiny.yaml").read_text(encoding="utf-8")
    for folder, days in (("a", 2), ("b", 3)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tiny.yaml").write_text(text.replace("days: 2", f"days: {days}"), encoding="utf-8")
    done = dacu("compare", "tiny.yaml", "a/tiny.yaml", "b/tiny.yaml", *SMALL)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out/tiny-compare"
    with (out / "comparison.csv").open(encoding="utf-8-sig") as file:
        assert {row["scenario"] for row in csv.DictReader(file)} == {"tiny (2)", "tiny (3)"}
    assert len(list(out.glob("*.lock.yaml"))) == 3


def test_an_overridden_coefficient_is_warned_of(dacu: Any, tmp_path: Path) -> None:
    done = dacu("simulate", "tiny.yaml", *SMALL, "--set", "behaviour.reference.need=0.5")
    assert "behaviour.reference.need" in done.stderr
    overridden = manifest(tmp_path / "out/tiny-simulate")["overridden"]
    assert overridden == {"tiny": [["behaviour.reference.need", "0.55", "0.5"]]}


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


def test_worlds_are_the_same_bytes_for_any_number_of_workers(dacu: Any, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        arguments = ("tiny.yaml", "tiny.yaml+deep", "--worlds", "3", "--workers", workers, "-o", workers)
        done = dacu("compare", *arguments)
        assert done.returncode == 0, done.stderr
    assert hashes(tmp_path / "1") == hashes(tmp_path / "2")
    assert "drivers.csv" in hashes(tmp_path / "1")
    assert manifest(tmp_path / "1")["worlds"] == 3


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", ("plausible worlds", "P10 – P90", "beliefs and")), ("zh", ("个可信世界", "P10 – P90", "系数判断"))],
)
def test_compare_says_in_how_many_worlds_a_plan_is_better(dacu: Any, lang: str, said: tuple[str, ...]) -> None:
    told = dacu("compare", "tiny.yaml", "tiny.yaml+rich", "--worlds", "3", "--workers", "1", "--lang", lang).stdout
    assert all(words in told.replace("\n", "") for words in said)
    assert "sampling only" not in told


def test_the_json_of_worlds_counts_wins(dacu: Any) -> None:
    done = dacu("compare", "tiny.yaml", "tiny.yaml+rich", "--worlds", "3", "--workers", "1", "--format", "json")
    gmv = json.loads(done.stdout)["others"][0]["kpis"]["gmv"]
    assert (gmv["kind"], gmv["worlds"]) == ("beliefs", 3)
    assert gmv["better_probability"] == gmv["better_worlds"] / 3
    assert gmv["better_low"] <= gmv["better_probability"] <= gmv["better_high"]


def test_one_world_is_refused(dacu: Any) -> None:
    done = dacu("simulate", "tiny.yaml", "--worlds", "1")
    assert (done.returncode, "--worlds" in done.stderr) == (2, True)


def test_targets_are_answered_on_the_screen_in_a_table_and_in_json(dacu: Any, tmp_path: Path, tiny: str) -> None:
    aims = tiny + "targets: {exposures: 1, net_gmv: 1亿, marketing_cost_rate: {at_most: 100}}\n"
    (tmp_path / "aims.yaml").write_text(aims, encoding="utf-8")
    told = dacu("simulate", "aims.yaml", *SMALL, "--lang", "zh").stdout
    assert "目标达成" in told
    assert "退款后GMV" in told
    answer = json.loads(dacu("simulate", "aims.yaml", *SMALL, "--format", "json").stdout)
    sure, never, _, every = answer["targets"]
    assert (sure["kpi"], sure["side"], sure["target"], sure["rule"]) == ("exposures", "at_least", 1, "predicted")
    assert sure["chance"] > 0.95
    assert (never["kpi"], never["unit"], never["kind"]) == ("net_gmv", "yuan", "sampling")
    assert never["gap"] == pytest.approx(never["p50"] - 1e8)
    assert (every["kpi"], every["chance"]) == ("all", 0)
    done = dacu("compare", "aims.yaml", "aims.yaml+rich", *SMALL, "--format", "json")
    assert {name: len(rows) for name, rows in json.loads(done.stdout)["targets"].items()} == {"aims": 4, "aims+rich": 4}
    rows = (tmp_path / "out/aims-simulate/targets.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[1] for row in rows] == ["kpi", "exposures", "net_gmv", "marketing_cost_rate", "all"]


def test_the_rows_of_a_comparison_name_their_plan(dacu: Any, tmp_path: Path) -> None:
    dacu("compare", "tiny.yaml", "tiny.yaml+rich", *SMALL, "-o", "told")
    rows = (tmp_path / "told/comparison.csv").read_text(encoding="utf-8-sig").splitlines()
    assert all(row.startswith("tiny+rich,") for row in rows[1:])


@pytest.mark.parametrize(("condition", "code"), [("exposures>=1", 0), ("exposures<=1", 1), ("exposures<=", 2)])
def test_a_required_condition_decides_the_exit_code(dacu: Any, condition: str, code: int) -> None:
    done = dacu("simulate", "tiny.yaml", *SMALL, "--require", condition, "--format", "json")
    assert done.returncode == code, done.stderr
    answer = json.loads(done.stdout)
    if code < 2:
        (required,) = answer["required"]
        assert (required["chance"] >= 0.5) == (code == 0)


@pytest.mark.parametrize(
    ("verb", "condition", "code"),
    [
        (("simulate", "tiny.yaml"), "exposures.low < 1亿", 0),
        (("simulate", "tiny.yaml"), "exposures.mean>=1亿", 1),
        (("simulate", "tiny.yaml"), "lost_sales.high <= 0", 0),
        (("compare", "tiny.yaml", "tiny.yaml+rich"), "spend.difference > 0", 0),
        (("compare", "tiny.yaml", "tiny.yaml+rich"), "spend.other < 1", 1),
        (("compare", "tiny.yaml", "tiny.yaml"), "gmv.difference > 0", 1),
    ],
)
def test_a_printed_figure_is_required_after_all_is_written(
    dacu: Any, tmp_path: Path, verb: tuple[str, ...], condition: str, code: int
) -> None:
    done = dacu(*verb, *SMALL, "--require", condition, "--format", "json", "-o", "run")
    assert done.returncode == code, done.stderr
    answer = json.loads(done.stdout)
    (required,) = answer["required"]
    assert (required["condition"], required["holds"]) == (condition, code == 0)
    kpi, _, rest = condition.partition(".")
    part = re.match(r"\w+", rest)
    assert part is not None
    told = (answer["kpis"] if verb[0] == "simulate" else answer["others"][0]["kpis"])[kpi]
    assert required["found"] == told[part.group()]
    assert manifest(tmp_path / "run")["status"] == "done"
    assert (tmp_path / "run/onepage.html").exists()


def test_a_requirement_is_told_in_a_sentence(dacu: Any) -> None:
    told = dacu("simulate", "tiny.yaml", *SMALL, "--require", "gmv.low > 10亿", "--lang", "zh").stdout
    assert "未满足要求:gmv.low > 10亿。tiny 为 " in told


@pytest.mark.parametrize(
    ("verb", "condition", "said"),
    [
        (("simulate", "tiny.yaml"), "gmw.low > 1", "there is no KPI gmw"),
        (("simulate", "tiny.yaml"), "gmv.gain > 1", "no part gain here, but: mean, low, high"),
        (("simulate", "tiny.yaml"), "gmv.low > lots", "lots"),
        (("compare", "tiny.yaml", "tiny.yaml+rich"), "gmv>=1", "parts here: base, other, difference, low, high"),
        (("optimise", "tiny.yaml"), "aov.after > 1", "aov is not told here, but: gmv, net_gmv"),
    ],
)
def test_a_wrong_requirement_is_refused_before_anything_runs(
    dacu: Any, tmp_path: Path, verb: tuple[str, ...], condition: str, said: str
) -> None:
    done = dacu(*verb, "--require", condition)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()
