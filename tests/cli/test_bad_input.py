"""Whatever a planner gets wrong: one clear message with its place, exit code 2, no traceback, in both languages."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dacu_cli.app import run

BOMB = "dacu: 1\na: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
CASES: dict[str, Callable[[str], str]] = {
    "typo.yaml": lambda tiny: tiny.replace("daily_budget: 8000", "daily_bugdet: 8000"),
    "negative.yaml": lambda tiny: tiny.replace("daily_budget: 8000", "daily_budget: -5万"),
    "tab.yaml": lambda tiny: tiny.replace("  soap", "\tsoap"),
    "doubled.yaml": lambda tiny: tiny + "name: again\n",
    "cycle.yaml": lambda _: "dacu: 1\nextends: cycle.yaml\n",
    "orphan.yaml": lambda _: "dacu: 1\nextends: nowhere.yaml\n",
    "bomb.yaml": lambda _: BOMB,
    "merge.yaml": lambda _: "dacu: 1\nbase: &b {a: 1}\nother: {<<: *b}\n",
    "deep.yaml": lambda _: "dacu: 1\na: " + "[" * 100_000,
    "empty.yaml": lambda _: "",
    "late.yaml": lambda tiny: tiny.replace("warmup: 0}", "warmup: 0, events: {e: {announce: D2, start: D1, end: D3}}}"),
    "ahead.yaml": lambda tiny: tiny.replace(
        "warmup: 0}", "warmup: 0, events: {e: {announce: D1, presale: {start: D1}, start: D2, end: D3}}}"
    ).replace(
        "t1: 满199减20}}",
        "t1: 满199减20}}\n  a: {type: presale, events: [e], skus: [soap], price: 60, deposit: 61}",
    ),
    "waves.yaml": lambda tiny: tiny.replace(
        "warmup: 0}", "warmup: 0, events: {e: {announce: D1, start: D1, waves: {a: {start: D2, end: D3}}}}}"
    ),
    "free.yaml": lambda tiny: tiny.replace("t1: 满199减20}}", "t1: 满199减20}}\n  gone: {type: coupon, face: 80}"),
}
TOLD = {
    "typo.yaml": "typo.yaml:9:14  channels.feed_ads.daily_bugdet",
    "negative.yaml": "negative.yaml:9:28  channels.feed_ads.daily_budget  -5万 is below 0; did you mean 5万?",
    "tab.yaml": "tab.yaml:6:1",
    "cycle.yaml": "cycle.yaml:2:10",
    "orphan.yaml": "orphan.yaml:2:10",
    "bomb.yaml": "bomb.yaml:",
    "merge.yaml": "merge.yaml:3:9",
    "deep.yaml": "deep.yaml:2:",
    "empty.yaml": "empty.yaml:1:1",
    "doubled.yaml": "doubled.yaml:17:1",
    "late.yaml": "late.yaml:3:",
    "waves.yaml": "waves.yaml:3:",
    "free.yaml": "free.yaml:13:",
    "ahead.yaml": "ahead.yaml:13:",
}


def one_message(text: str, place: str) -> None:
    assert place in text
    assert "Traceback" not in text
    assert len(text.strip().splitlines()) == 1
    assert len(text) < 400


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_told_in_one_line_with_its_place(dacu: Any, tmp_path: Path, tiny: str, name: str) -> None:
    (tmp_path / name).write_text(CASES[name](tiny), encoding="utf-8")
    done = dacu("check", name)
    assert done.returncode == 2
    assert done.stdout == ""
    one_message(done.stderr, TOLD[name])


@pytest.mark.parametrize("name", CASES)
def test_the_same_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tiny: str, name: str
) -> None:
    (tmp_path / name).write_text(CASES[name](tiny), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["check", name, "--lang", "zh"]) == 2
    text = capsys.readouterr().err
    one_message(text, TOLD[name].partition("  ")[0])
    assert any("\u4e00" <= char <= "\u9fff" for char in text)


def test_files_that_are_none_are_refused(dacu: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    with open(tmp_path / "large.yaml", "wb") as file:
        file.truncate(50_000_000)
    done = dacu("check", "pipe.yaml", "binary.yaml", "large.yaml", "tinny.yaml")
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["pipe.yaml", "binary.yaml", "large.yaml", "there"]
    assert "did you mean tiny.yaml?" in done.stderr


def test_two_variants_on_one_leaf_name_both_lines(dacu: Any) -> None:
    done = dacu("check", "tiny.yaml+deep+deeper")
    assert done.returncode == 2
    assert "tiny.yaml:14" in done.stderr
    assert "tiny.yaml:15" in done.stderr


def test_what_only_the_price_engine_sees_is_told_by_check(dacu: Any, tmp_path: Path, tiny: str) -> None:
    cuts = "  a: {type: time_discount, cut: 9折}\n  b: {type: instant_discount, cut: 15%}\n"
    twice = tiny.replace("promotions:\n", f"promotions:\n{cuts}")
    (tmp_path / "twice.yaml").write_text(twice, encoding="utf-8")
    done = dacu("check", "twice.yaml")
    assert done.returncode == 2
    one_message(done.stderr, "twice.yaml:13:")
    assert "promotions.a" in done.stderr
    assert "promotions.b" in done.stderr


def test_json_gives_errors_as_data(dacu: Any, tmp_path: Path, tiny: str) -> None:
    (tmp_path / "negative.yaml").write_text(CASES["negative.yaml"](tiny), encoding="utf-8")
    done = dacu("check", "negative.yaml", "--format", "json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"] == [
        {"code": "below_minimum", "file": "negative.yaml", "line": 9, "col": 28,
         "path": "channels.feed_ads.daily_budget", "value": "-5万", "hint": "5万",
         "message": "-5万 is below 0; did you mean 5万?"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["simulate"], "REF is missing"),
        (["simulate", "tiny.yaml", "--sede", "1"], "no option --sede; see dacu --help; did you mean --seed?"),
        (["simulate", "tiny.yaml", "-r", "0"], "-r  0 is below 1"),
        (["simulate", "tiny.yaml", "--agents", "many"], "--agents  many is not a number"),
        (["simulat"], "simulat"),
        (["check", ""], "there is no file"),
        (["check", "tiny.yaml", "--format", "xml"], "--format  xml is not one of table"),
        (["list", "kpi"], "kpi is not one of scenarios, levers, kpis, parameters, schema; did you mean kpis?"),
        (["optimise", "tiny.yaml", "--time-limit", "5"], "--time-limit"),
        (["new", "tiny.yaml"], "tiny.yaml is already there"),
        (["new", "other.yaml", "--from", "baseline_shp"], "did you mean baseline_shop?"),
    ],
)
def test_a_bad_command_line_is_one_line_too(dacu: Any, arguments: list[str], told: str) -> None:
    done = dacu(*arguments)
    assert done.returncode == 2
    one_message(done.stderr, told)


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["simulat"], "没有命令 simulat,见 dacu --help;是不是想写 simulate?",
         "there is no command simulat; see dacu --help; did you mean simulate?"),
        (["zzz"], "没有命令 zzz,见 dacu --help", "there is no command zzz; see dacu --help"),
        (["simulate", "tiny.yaml", "b", "c"], "多出了参数 b c,见 dacu --help", "b c is too much; see dacu --help"),
        (["simulate", "tiny.yaml", "--seed"], "选项 --seed 后缺少值,见 dacu --help",
         "--seed needs a value; see dacu --help"),
        (["simulate", "tiny.yaml", "--quiet=3"], "选项 --quiet 不带值,见 dacu --help",
         "--quiet takes no value; see dacu --help"),
        (["list"], "缺少 scenarios|levers|kpis|parameters|schema,见 dacu --help",
         "scenarios|levers|kpis|parameters|schema is missing; see dacu --help"),
    ],
)  # fmt: skip
def test_a_bad_command_line_is_told_in_the_readers_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], zh: str, en: str
) -> None:
    for locale, told in (("zh_CN.UTF-8", zh), ("C.UTF-8", en)):
        monkeypatch.setenv("LC_ALL", locale)
        assert run(arguments) == 2
        assert capsys.readouterr().err == f"{told}\n"


def test_input_that_cannot_be_run_leaves_no_folder(dacu: Any, tmp_path: Path, tiny: str) -> None:
    (tmp_path / "typo.yaml").write_text(CASES["typo.yaml"](tiny), encoding="utf-8")
    assert dacu("simulate", "typo.yaml").returncode == 2
    assert not (tmp_path / "out").exists()
