"""Headline figures of every verb, in the report and on the one page, in both languages, are those of the CSV files."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dacu.words import LANGUAGES
from dacu_cli.onepage.sheet import figure, span

Row = dict[Any, Any]


class Rows(HTMLParser):
    """Figures of a report's table rows in order, each with its interval after it, by section."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[float]]] = {}
        self._section, self._row = "", None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "section":
            self._section = str(told["id"]).removeprefix("run1-")
        if tag == "tr":
            self.found.setdefault(self._section, []).append([])
        if tag == "data" and "value" in told and self.found.get(self._section):
            self.found[self._section][-1].append(float(str(told["value"])))


def table(folder: Path, name: str) -> list[Row]:
    return pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig").to_dict("records")


def interval(row: Row, value: str, low: str, high: str) -> list[float]:
    """A figure as the report has it: with its bounds where it has some."""
    known = [] if pd.isna(row[value]) else [row[value]]
    return [*known, row[low], row[high]] if known and pd.notna(row[low]) and row[low] != row[high] else known


def rows_of(html: str, section: str) -> list[list[float]]:
    return [row for row in Rows(html).found[section] if row]


def test_a_simulation_reports_every_kpi_with_its_interval(runs: Any, html: dict[str, str]) -> None:
    wanted = [interval(row, "mean", "mean_low", "mean_high") for row in table(runs.simulate, "kpis")]
    assert rows_of(html["simulate"], "kpis") == [row for row in wanted if row]
    assert len(wanted) > 20


LOSSES = {"gross_profit", "contribution", "contribution_rate", "vat"}
"""KPIs that may lie below zero."""
COUNTED = ("channels", "skus", "daily", "hourly", "segments", "live", "places", "returns", "refunds", "funnel")


def test_no_interval_reaches_beyond_what_a_figure_can_be(runs: Any) -> None:
    for row in table(runs.simulate, "kpis"):
        assert row["kpi"] in LOSSES or not row["mean_low"] < 0, row["kpi"]
        assert row["unit"] != "share" or row["kpi"] in ("cvr", "marketing_cost_rate") or not row["mean_high"] > 1
    for name in COUNTED:
        found = pd.read_csv(runs.simulate / f"{name}.csv", encoding="utf-8-sig")
        lows = found[[column for column in found if column.endswith("_low")]]
        assert not (lows < 0).to_numpy().any(), name
    ledger = {row["account"]: row["yuan_low"] for row in table(runs.simulate, "ledger")}
    assert min(ledger["refund"], ledger["gmv"], ledger["media"]) >= 0


def test_a_comparison_reports_every_difference(runs: Any, html: dict[str, str]) -> None:
    wanted = [
        [row["base"], row["other"], *interval(row, "difference", "low", "high"),
         *interval(row, "relative", "relative_low", "relative_high"),
         *([] if pd.isna(row["better_probability"]) or row["identical"] else [row["better_probability"]])]
        for row in table(runs.compare, "comparison") if pd.notna(row["difference"])
    ]  # fmt: skip
    assert rows_of(html["compare"], "differences") == wanted
    assert len(wanted) > 20


def test_an_optimum_reports_its_budgets_and_what_was_verified(runs: Any, html: dict[str, str]) -> None:
    cells = [[row["spend_before"], row["spend_after"], row["difference"]] for row in table(runs.optimise, "allocation")]
    *shown, total = rows_of(html["optimise"], "allocation")
    assert shown == cells
    assert total == pytest.approx([sum(column) for column in zip(*cells, strict=True)])
    verified = [[row["value"], *interval(row, "gain", "gain_low", "gain_high")]
                for row in table(runs.optimise, "verified")]  # fmt: skip
    assert rows_of(html["optimise"], "verified") == verified


def test_a_study_reports_every_bar_of_its_tornado(runs: Any, html: dict[str, str]) -> None:
    found = table(runs.study, "tornado")
    outcomes = [row["kpi"] for row in found]
    bars = sorted(found, key=lambda row: (outcomes.index(row["kpi"]), -abs(row["swing"])))
    assert rows_of(html["study"], "tornado") == [
        [row["low_mean"], row["high_mean"], *interval(row, "swing", "swing_low", "swing_high")] for row in bars
    ]


def headlines(folder: Path, verb: str, lang: str) -> list[str]:
    """What the one page of a verb has to say, from the CSV files alone."""

    def told(row: Row, value: str, low: str, high: str, unit: str, *, signed: bool) -> list[str]:
        bounds = [None if pd.isna(row[bound]) else row[bound] for bound in (low, high)]
        return [figure(row[value], unit, lang, signed=signed), span(*bounds, unit, lang, signed=signed)]

    if verb == "simulate":
        kpis = {row["kpi"]: row for row in table(folder, "kpis")}
        tiles = [kpis[kpi] for kpi in ("gmv", "net_gmv", "contribution", "orders")]
        return [text for row in tiles for text in told(row, "mean", "mean_low", "mean_high", row["unit"], signed=False)]
    if verb == "compare":
        kpis = {row["kpi"]: row for row in table(folder, "comparison")}
        tiles = [kpis[kpi] for kpi in ("gmv", "net_gmv", "contribution")]
        found = [text for row in tiles for text in told(row, "difference", "low", "high", row["unit"], signed=True)]
        return [*found, figure(kpis["gmv"]["better_probability"], "chance", lang)]
    if verb == "optimise":
        current = next(row for row in table(folder, "verified") if row["plan"] == "current")
        gain = told(current, "gain", "gain_low", "gain_high", "yuan", signed=True)
        sums = [figure(row[when], row["unit"], lang) for row in table(folder, "sums") for when in ("before", "after")]
        return [*gain, figure(current["chance"], "chance", lang), *sums]
    swings = [row for row in table(folder, "tornado") if row["kpi"] == "gmv" and row["swing"]]
    return [text for row in swings for text in told(row, "swing", "swing_low", "swing_high", "yuan", signed=True)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study"])
def test_the_one_page_says_what_the_tables_say(runs: Any, verb: str, lang: str) -> None:
    folder: Path = getattr(runs, verb)
    pages = [path for path in folder.glob("onepage*") if says(path, lang)]
    assert {path.suffix for path in pages} == {".md", ".html"}
    wanted = [text for text in headlines(folder, verb, lang) if text]
    assert len(wanted) > 3
    for page in pages:
        text = re.sub("<[^>]+>", "", page.read_text(encoding="utf-8"))
        assert [figure for figure in wanted if figure not in text] == []


def says(page: Path, lang: str) -> bool:
    """Whether a one page is in a language: it links to itself in the other."""
    return ("本页中文版" if lang == "en" else "This page in English") in page.read_text(encoding="utf-8")
