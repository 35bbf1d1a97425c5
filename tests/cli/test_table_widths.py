"""Tables in 80 columns: every verb that prints one, in both languages, and tables that cannot fit as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from dacu.readable import Quantity, Span
from dacu.words import LANGUAGES
from dacu_cli.app import run
from dacu_cli.page import Cell, Page, Section, reading
from dacu_cli.view import View

SALE = "scenarios/bigsale_1111.yaml"
SMALL = ("--workers", "1", "-r", "2")
STUDY = """\
scenario: wide.yaml
outcomes: [gmv, contribution]
factors:
  channels.feed_ads.daily_budget: {range: [4000, 2万], scale: log}
  channels.search_ads.daily_budget: {values: [2000, 3000]}
method: grid
samples: 2
replications: 2
"""
QUICK = {
    "list scenarios": ("list", "scenarios"),
    "list levers": ("list", "levers"),
    "list kpis": ("list", "kpis"),
    "list parameters": ("list", "parameters"),
    "prices": ("prices", SALE),
    "prices of many pieces": ("prices", SALE, "--pieces", "9"),
    "prices of a basket": ("prices", SALE, "--basket", "mask*2, lotion"),
    "diff": ("diff", SALE, f"{SALE}+deep_coupon"),
    "steps": ("show", "--steps"),
    "check": ("check", SALE),
    "allocation": ("optimise", "--curves", "scenarios/curves/double11.yaml"),
    "dry study": ("study", "study.yaml", "--dry-run"),
}
RUNS = {
    "simulate": ("simulate", "wide.yaml", *SMALL),
    "simulate worlds": ("simulate", "wide.yaml", "--worlds", "2", "--workers", "1"),
    "compare": ("compare", "wide.yaml", "wide.yaml+rich", *SMALL),
    "compare worlds": ("compare", "wide.yaml", "wide.yaml+rich", "--worlds", "2", "--workers", "1"),
    "study": ("study", "study.yaml", "--workers", "1"),
}


@pytest.fixture
def folder(tmp_path: Path, tiny: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a scenario of long names and targets, and a study of it."""
    aims = "targets: {gmv: 1000万, marketing_cost_rate: {at_most: 20%}}\n"
    wide = tiny.replace("soap:", "a_soap_with_a_name_that_goes_on_and_on:").replace(
        "name: 小店", "name: 名字很长的一家小店"
    )
    (tmp_path / "wide.yaml").write_text(wide + aims, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    code = run(arguments)
    written = capsys.readouterr()
    assert code == 0, written.err
    return written.out.splitlines()


def in_shape(lines: list[str], columns: int = 80) -> None:
    """No line is wider than the window, nothing is cut, and no line under a heading is broken."""
    assert max(map(cell_len, lines)) <= columns
    assert not any("…" in line for line in lines)
    rules = [line.strip() for line in lines if set(line.strip()) == {"─"}]
    assert all(len(rule) <= columns - 2 for rule in rules)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", QUICK)
def test_a_verb_fits_80_columns(folder: Path, capsys: pytest.CaptureFixture[str], case: str, lang: str) -> None:
    in_shape(printed(capsys, *QUICK[case], "--lang", lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", RUNS)
def test_a_run_fits_80_columns(folder: Path, capsys: pytest.CaptureFixture[str], case: str, lang: str) -> None:
    lines = printed(capsys, *RUNS[case], "--lang", lang)
    in_shape(lines)
    assert any("─" in line for line in lines)


def drawn(section: Section, lang: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    View(lang).show(Page({}, (section,)))
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_stay_whole_and_the_last_columns_are_left_out_by_name(
    lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ("labels", *(f"figure_{n:02}" for n in range(12)))
    rows: list[list[Cell]] = [["名字" * 30, *(Quantity(123_456_789.0, "count") for _ in range(12))] for _ in range(2)]
    lines = drawn(Section("", columns, rows), lang, capsys)
    in_shape(lines)
    number = reading(Quantity(123_456_789.0, "count"), lang)
    shown = max(line.count(number) for line in lines)
    assert 3 <= shown < 12
    told = "".join(lines[-3:])
    assert [f"figure_{n:02}" in told for n in range(12)] == [n >= shown for n in range(12)]
    assert "--format" in told


def test_a_table_that_fits_leaves_nothing_out(capsys: pytest.CaptureFixture[str]) -> None:
    lines = drawn(Section("", ("name", "figure"), [["a", Quantity(1.0, "count")]]), "en", capsys)
    assert not any("Left out" in line for line in lines)


def test_no_word_of_a_heading_is_broken_where_all_have_room(capsys: pytest.CaptureFixture[str]) -> None:
    columns = ("line", "spend", "exposures", "reach", "frequency", "ctr", "orders", "gmv_last_touch", "roi_last_touch")
    figures = [Quantity(value, "count") for value in (15_800, 421_000, 157_000, 2.67, 2.9, 667, 52_700, 3.3)]
    lines = drawn(Section("", columns, [["live.mine", *figures]]), "en", capsys)
    in_shape(lines)
    assert {"exposures", "frequency"} <= set(" ".join(lines[:4]).split())


@pytest.mark.parametrize("width", [40, 60, 120])
def test_a_narrow_or_wide_window_is_kept_to(dacu: Any, width: int) -> None:
    shown = dacu.on_terminal("prices", SALE, "--lang", "zh", columns=width)
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.text).splitlines()
    in_shape(lines, width)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_a_comparisons_heading_is_broken(
    folder: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    lines = printed(capsys, *RUNS["compare"], "--lang", lang)
    wanted = {"en": {"difference", "relative", "interval", "contribution"}, "zh": {"对比方案", "相对变化", "更优概率"}}
    for told in wanted[lang]:
        assert any(told in line.split() for line in lines), told
    titled = max(
        place for place, line in enumerate(lines) if {"en": "against the base", "zh": "与基准之差"}[lang] in line
    )
    assert all(cell_len(line.rstrip()) <= 80 for line in lines[titled:])
    assert "variance" not in "".join(lines[: titled + 8])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_long_name_keeps_its_beginning_and_its_end(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"这一条投放线{'x' * 290}-{number:02}" for number in range(60)]
    rows: list[list[Cell]] = [[name, *(Quantity(12_345.0, "yuan") for _ in range(5))] for name in names]
    lines = drawn(Section("", ("line", *("spend",) * 5), rows), lang, capsys)
    assert max(map(cell_len, lines)) <= 80
    assert sum("…" in line for line in lines) == 60
    assert all(any(line.split()[0].endswith(f"-{number:02}") for line in lines if line.strip()) for number in range(60))
    assert len(lines) < 60 * 3 + 6


def test_a_sentence_is_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    lines = drawn(Section("", ("name", "labels"), [["a", "一句很长的话" * 60]]), "zh", capsys)
    in_shape(lines)
    assert sum(line.count("一") for line in lines) == 60


def test_a_long_name_is_broken_before_a_heading_is(capsys: pytest.CaptureFixture[str]) -> None:
    columns = ("scenario", "target", "chance", "interval", "p10", "p50", "p90", "gap")
    money = [Quantity(value, "yuan") for value in (2_750_000, 4_030_000, 5_320_000, -4_970_000)]
    figures: list[Cell] = [Quantity(0.0, "chance"), Span(0, 0.49, "chance"), *money]
    lines = drawn(Section("", columns, [["bigsale_1111+deep_coupon", "contribution ≥ ¥4.75M", *figures]]), "en", capsys)
    in_shape(lines)
    assert "chance" in " ".join(lines[:4]).split()
    assert "contribution" in " ".join(lines).split()
