"""new, check, show, diff, prices, list: no simulation."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dacu.kpis import KPIS


def test_a_new_scenario_is_sound_and_commented(dacu: Any, tmp_path: Path) -> None:
    assert dacu("new", "mine.yaml").returncode == 0
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8").count("#") > 20
    done = dacu("check", "mine.yaml", "mine.yaml+deeper_coupon", "--lang", "zh")
    assert done.returncode == 0
    assert "下一步:dacu simulate mine.yaml" in done.stdout


def test_a_new_scenario_brings_what_it_extends(dacu: Any, tmp_path: Path) -> None:
    assert dacu("new", "plans/sale", "--from", "bigsale_1111").returncode == 0
    assert sorted(file.name for file in (tmp_path / "plans").iterdir()) == ["baseline_shop.yaml", "sale.yaml"]
    assert dacu("check", "plans/sale.yaml").returncode == 0


def test_shipped_scenarios_are_sound_wherever_one_stands(dacu: Any) -> None:
    listed = json.loads(dacu("list", "scenarios", "--format", "json").stdout)
    references = [row["reference"] for row in listed]
    assert "scenarios/starter.yaml" in references
    done = dacu("check", *references)
    assert (done.returncode, done.stderr) == (0, "")


def test_show_prints_a_file_that_reads_back_as_the_same(dacu: Any, tmp_path: Path) -> None:
    shown = dacu("show", "tiny.yaml+rich", "--origins")
    (tmp_path / "again.yaml").write_text(shown.stdout, encoding="utf-8")
    assert "daily_budget: 2万  # tiny.yaml:16" in shown.stdout
    assert json.loads(dacu("diff", "tiny.yaml+rich", "again.yaml", "--format", "json").stdout)["changes"] == []


def test_show_leaves_out_the_coefficients_that_stand_as_documented(dacu: Any) -> None:
    assert "behaviour" not in yaml.safe_load(dacu("show", "tiny.yaml").stdout)
    shown = dacu("show", "tiny.yaml", "--set", "behaviour.reference.need=0.5")
    assert yaml.safe_load(shown.stdout)["behaviour"] == {"reference": {"need": 0.5}}


def test_diff_prints_what_differs_and_where(dacu: Any) -> None:
    told = dacu("diff", "tiny.yaml", "tiny.yaml+rich").stdout
    assert "channels.feed_ads.daily_budget" in told
    assert "tiny.yaml:16" in told
    assert "search_ads" not in told


def test_a_new_plan_brings_the_rules_of_its_sale(dacu: Any, tmp_path: Path) -> None:
    assert dacu("new", "plans/mine", "--from", "sale_618_2025").returncode == 0
    assert (tmp_path / "plans" / "rules" / "618_2025.yaml").is_file()
    assert dacu("check", "plans/mine.yaml").returncode == 0


def test_prices_are_those_of_the_bill(dacu: Any) -> None:
    rows = json.loads(dacu("prices", "tiny.yaml", "--format", "json").stdout)["prices"]
    paid = {(row["sku"], row["pieces"]): row["pay"] for row in rows if row["day"] == 1}
    assert paid == {
        ("skus.soap", 1): 79, ("skus.soap", 2): 158, ("skus.soap", 3): 217,  # 237 is over 199
        ("skus.cream", 1): 249, ("skus.cream", 2): 518, ("skus.cream", 3): 787,
    }  # fmt: skip
    soap = next(row for row in rows if row["sku"] == "skus.soap")
    assert soap["margin"] == pytest.approx(79 - 0.05 * 79 - 21 - 4)


def test_a_price_below_its_floor_is_warned_of_with_its_place(dacu: Any) -> None:
    done = dacu("prices", "tiny.yaml+deep")  # 3 pieces of soap: (237 - 60) / 3 = 59 each, floor 70
    assert done.returncode == 0
    assert "tiny.yaml:6" in done.stderr
    assert "59.00" in done.stderr
    assert "tiny.yaml" not in dacu("prices", "tiny.yaml").stderr


def test_check_warns_of_a_price_below_its_floor_and_names_the_combination(dacu: Any) -> None:
    done = dacu("check", "tiny.yaml+deep")
    assert done.returncode == 0
    assert "tiny.yaml:6" in done.stderr
    assert "promotions.threshold" in done.stderr
    assert dacu("check", "tiny.yaml").stderr == ""


def test_tables_fit_80_columns_in_both_languages(dacu: Any) -> None:
    from rich.cells import cell_len

    for lang in ("zh", "en"):
        sale = ["prices", "scenarios/bigsale_1111.yaml"]
        for arguments in (sale, [*sale, "--basket", "mask*2, lotion"], ["list", "kpis"], ["show", "--steps"]):
            lines = dacu(*arguments, "--lang", lang).stdout.splitlines()
            assert max(map(cell_len, lines)) <= 80
            assert not any("…" in line for line in lines)


def test_csv_and_tsv_hold_raw_values(dacu: Any) -> None:
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        text = dacu("list", "kpis", "--format", form).stdout
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
        assert [row["id"] for row in rows] == [kpi.id for kpi in KPIS]


def test_markdown_is_a_table(dacu: Any) -> None:
    lines = dacu("diff", "tiny.yaml", "tiny.yaml+rich", "--format", "md").stdout.splitlines()
    assert lines[:3] == [
        "| path | from | to | where |", "| --- | --- | --- | --- |",
        "| channels.feed\\_ads.daily\\_budget | 8000 | 2万 | tiny.yaml:16 |",
    ]  # fmt: skip


def test_the_schema_is_json(dacu: Any) -> None:
    assert json.loads(dacu("list", "schema").stdout)["properties"]["skus"]


def test_help_speaks_the_language_of_the_reader(dacu: Any) -> None:
    assert "检查方案" in dacu("--help", LANG="zh_CN.UTF-8").stdout
    assert "检查方案" in dacu("check", "--help", "--lang=zh").stdout
    assert "Validate" in dacu("--help", LANG="de_DE.UTF-8").stdout


def test_help_imports_no_heavy_library() -> None:
    code = (
        "import sys; from dacu_cli.app import run; run(['--help'])\n"
        "print(sorted({'numpy', 'pandas', 'scipy', 'pulp', 'simpy', 'rich', 'pydantic'} & set(sys.modules)))"
    )
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_who_closes_the_pipe_is_no_error(dacu: Any, unbuffered: str) -> None:
    writer = dacu.start("list", "parameters", "--format", "csv", PYTHONUNBUFFERED=unbuffered)
    writer.stdout.close()
    told = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(timeout=60), told) == (0, "")


def test_no_escape_sequence_reaches_a_pipe_or_a_dumb_terminal(dacu: Any) -> None:
    for changes in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {}):
        assert "\x1b" not in dacu("list", "kpis", **changes).stdout
