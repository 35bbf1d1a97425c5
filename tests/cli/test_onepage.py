"""The one page of every verb: its figures are those of the folder, it says so in two languages, and it runs nothing."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt

from dacu import words
from dacu.errors import inert
from dacu.kpis import BY_ID
from dacu.plan.answer import Answer, Effort
from dacu.plan.problem import Cell
from dacu.plan.question import Figure, Objective, Plan, Question
from dacu.plan.ranges import Range
from dacu.plan.search import search
from dacu.readable import Quantity, Span, shorter, unbroken
from dacu.scenario.load import load
from dacu.words import LANGUAGES
from dacu_cli import planning
from dacu_cli.onepage.html import as_html
from dacu_cli.onepage.markdown import as_markdown
from dacu_cli.onepage.optimised import optimised_sheet, why_better
from dacu_cli.onepage.reasons import reason_table
from dacu_cli.onepage.sheet import Box, Part, Sheet, Table, Tile, figure, say, short, span, table
from dacu_cli.onepage.spends import MOST_LINES, spend_part
from dacu_cli.page import Section

HOSTILE = (
    "<script>alert(1)</script>", "</style><script>x()</script>", "<img src=x onerror=alert(1)>", "a|b|c", "`rm -rf`",
    "[x](javascript:alert(1))", "![x](http://evil.example/p.png)", "# head", "**bold**", "a\u202egnp.exe",
    "x\u2066y\u2069",
    "\x1b[31mred", "line\nbreak", "{{ 7 * 7 }}", "{% raw %}", "&lt;b&gt;&#x202e;", "$x$", "~~gone~~", "' onload='x",
)  # fmt: skip
SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = ("-r", "3", "--workers", "1", "--quiet")
STUDY = """\
scenario: tiny.yaml
outcomes: [exposures, contribution]
factors:
  variant: {values: [null, rich]}
  channels.feed_ads.daily_budget: {range: [4000, 2万], scale: log}
method: grid
samples: 4
replications: 2
"""
CHAIN = ("uv", "orders", "gmv", "net_gmv")


class Shop:
    """More money brings more visitors of the first line; a tenth of the sales comes back."""

    figures = tuple(Figure(kpi, BY_ID[kpi].terms[0]) for kpi in ("gmv", "net_gmv", "contribution", "orders", "uv"))
    recalled = 0

    def outcomes(self, plans: Any, seeds: Any) -> Any:
        sold = np.array([[self._visitors(plan) + 100 * (seed % 7) for seed in seeds] for plan in plans])
        net = 100 * 5 * sold * 0.9
        return np.stack([100 * 5 * sold, net, net - 100 * 3 * sold, sold * 0.05, sold])

    def work(self, plans: Any) -> float:
        return float(len(plans))

    def _visitors(self, plan: Any) -> float:
        return sum((200 if cell.line.endswith("0") else 100) * (money / 100) ** 0.5 for cell, money in plan.items())


@dataclass(frozen=True)
class Found:
    """What `optimise` hands back, of a shop that is quick."""

    answer: Answer
    current: Plan
    question: Question
    agents: int = 500


def searched(lines: int, phases: int = 2) -> Found:
    cells = [Cell(f"channels.line {line}", f"phase {phase}") for line in range(lines) for phase in range(phases)]
    current = dict.fromkeys(cells, 20_000_00)
    asked = Question(current, 20_000_00 * len(cells), Objective("gmv", "支付GMV", "paid GMV"))
    return Found(search(asked, Shop(), Effort(seeds=2, trials=2, confirm=8, rounds=4)), current, asked)


@pytest.fixture(scope="module")
def found() -> Found:
    return searched(3)


@pytest.fixture(scope="module")
def settled() -> Any:
    return SimpleNamespace(loaded=load("scenarios/budget_618.yaml"), checks=())


def text_of(page: str) -> str:
    """What a reader of a page of HTML sees."""
    return Reader.of(page).text


class Reader(HTMLParser):
    """Tags and visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    @classmethod
    def of(cls, page: str) -> Reader:
        reader = cls()
        reader.feed(page)
        reader.close()
        return reader

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.words.append(data)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


# --- optimise -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_headline_of_a_plan_is_that_of_its_tables(found: Found, settled: Any, lang: str) -> None:
    sheet = optimised_sheet(settled, found, lang)
    table = planning.verified_table(found.answer).set_index("plan")
    current, plan = table.loc["current"], table.loc["found"]
    gain, chance, gmv, net, contribution = sheet.tiles
    assert gain.main == figure(current["gain"], "yuan", lang, signed=True)
    assert gain.below == span(current["gain_low"], current["gain_high"], "yuan", lang, signed=True)
    assert chance.main == figure(current["chance"], "chance", lang) == "100%"
    assert gmv.main == figure(plan["value"], "yuan", lang)
    assert gmv.below == say(lang, "tile_before", before=figure(current["value"], "yuan", lang))
    sums = planning.sums_table(found.answer).set_index("kpi")
    assert [tile.main for tile in (gmv, net, contribution)] == [
        figure(sums["after"][kpi], "yuan", lang) for kpi in ("gmv", "net_gmv", "contribution")
    ]
    assert net.main == figure(0.9 * plan["value"], "yuan", lang)
    assert contribution.main == figure(0.3 * plan["value"], "yuan", lang)
    for drawn in (as_html(sheet, ("x", "y")), as_markdown(sheet, ("x", "y"))):
        assert all(tile.main in drawn for tile in sheet.tiles)


def test_the_split_of_a_plan_adds_up_to_its_gain(found: Found) -> None:
    why = reason_table({"shop": why_better(found)})
    paid = why[why["kpi"] == "gmv"]
    assert paid["part"].sum() == pytest.approx(planning.verified_table(found.answer)["gain"][0])
    assert list(paid["factor"]) == ["uv", "orders_per_visitor", "aov"]
    assert paid["part"].iloc[0] == pytest.approx(paid["part"].sum())  # in this shop only visitors move
    net = why[why["kpi"] == "net_gmv"]
    assert net["part"].sum() == pytest.approx(0.9 * paid["part"].sum())


def test_a_plan_that_is_kept_shows_what_is_and_no_reasons(found: Found, settled: Any) -> None:
    kept = replace(found, answer=replace(found.answer, status="kept", plan=found.current, candidate=found.current))
    sheet = optimised_sheet(settled, kept, "en")
    before = planning.verified_table(kept.answer)["value"][0]
    assert [tile.label for tile in sheet.tiles] == ["paid GMV", "net GMV", "contribution"]
    assert sheet.tiles[0] == Tile("paid GMV", figure(before, "yuan", "en"), "")
    assert why_better(kept) == ()
    assert not any("→" in box.main for part in sheet.parts if part.table for row in part.table.rows for box in row)


def test_a_requirement_on_a_plan_is_judged_by_the_plan_that_is_handed_over(found: Found) -> None:
    table = planning.verified_table(found.answer).set_index("plan")
    current, plan = table.loc["current"], table.loc["found"]
    taken = planning.printed(found)["gmv"]
    assert (taken["before"], taken["after"]) == (current["value"], plan["value"])
    assert [taken[part] for part in ("gain", "low", "high")] == [current[f"gain{end}"] for end in ("", "_low", "_high")]
    kept = planning.printed(replace(found, answer=replace(found.answer, status="kept")))["gmv"]
    assert (kept["after"], kept["gain"], kept["low"]) == (current["value"], 0.0, 0.0)


def test_every_risk_has_its_alarm(found: Found, settled: Any) -> None:
    for lang, alarm in (("en", "Alarm: "), ("zh", "触发:")):
        risks = next(
            part for part in optimised_sheet(settled, found, lang).parts if part.title == say(lang, "risks_title")
        )
        assert risks.sentences
        assert all(re.search(rf"{alarm}.*\d", line) for line in risks.sentences)


def test_of_sixty_lines_the_largest_moves_stand_alone_and_the_others_add_up() -> None:
    cells = [Cell(f"channels.{line:02} {'long' * 20}", phase) for line in range(60) for phase in ("warm", "burst")]
    before = dict.fromkeys(cells, 50_000_00)
    after = {cell: 50_000_00 + 1_000_00 * (place - 60) * (-1) ** place for place, cell in enumerate(cells)}
    part = spend_part(before, after, {}, "en")
    assert part.table is not None
    *lines, other, total = part.table.rows
    assert (len(lines), other[0].main, total[0].main) == (MOST_LINES, "other lines: 48", "total")

    def sums(row: tuple[Box, ...]) -> list[float]:
        """Thousands after, by column."""
        return [float(box.main.rpartition("→ ")[2].replace(",", "")) for box in row[1:]]

    columns = zip(*map(sums, (*lines, other)), strict=True)
    assert [sum(column) for column in columns] == pytest.approx(sums(total))
    shown = {row[0].main[:2] for row in lines}
    assert shown == {f"{line:02}" for line in (*range(6), *range(54, 60))}  # 60 thousand down to 49 either way


def test_the_free_range_of_a_line_stands_in_its_row() -> None:
    cells = [Cell("channels.a", "warm"), Cell("channels.b", "warm")]
    plan = dict.fromkeys(cells, 100_000_00)
    ranges = {cell.line: Range((cell,), 100_000_00, 80_000_00, 130_000_00, 0.01) for cell in cells}
    part = spend_part(plan, plan, ranges, "zh")
    assert part.table is not None
    assert [row[-1].main for row in part.table.rows] == ["8.0 至 13.0"] * 2 + [""]
    assert "1%" in part.note


# --- the other verbs ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_simulation_has_its_page_in_both_languages(dacu: Any, tmp_path: Path, lang: str) -> None:
    done = dacu("simulate", "tiny.yaml", *SMALL, "--lang", lang, "-o", "run")
    assert done.returncode == 0, done.stderr
    other = "en" if lang == "zh" else "zh"
    kpis = {row["kpi"]: row for row in rows_of(tmp_path / "run/kpis.csv")}
    for told, name in ((lang, "onepage"), (other, f"onepage.{other}")):
        page, text = ((tmp_path / f"run/{name}.{ending}").read_text(encoding="utf-8") for ending in ("html", "md"))
        for kpi in ("gmv", "net_gmv", "contribution", "orders", "uv", "refund_rate"):
            unit, label = kpis[kpi]["unit"], BY_ID[kpi].zh if told == "zh" else BY_ID[kpi].en
            mean, low, high = (float(kpis[kpi][bound]) for bound in ("mean", "mean_low", "mean_high"))
            for drawn in (text_of(page), text):
                assert label in drawn
                assert figure(mean, unit, told) in drawn
                assert span(low, high, unit, told) in drawn
        assert say(told, "assumptions_title") in text
        link = f"onepage.{other}" if told == lang else "onepage"
        assert f'href="{link}.html"' in page
        assert f"({link}.md)" in text


@pytest.mark.parametrize("worlds", [(), ("--worlds", "3")])
def test_a_comparison_says_what_its_tables_say(dacu: Any, tmp_path: Path, worlds: tuple[str, ...]) -> None:
    done = dacu("compare", "tiny.yaml", "tiny.yaml+rich", *SMALL, *worlds, "-o", "run")
    assert done.returncode == 0, done.stderr
    gmv = next(row for row in rows_of(tmp_path / "run/comparison.csv") if row["kpi"] == "gmv")
    text = (tmp_path / "run/onepage.md").read_text(encoding="utf-8")
    assert f"**{figure(float(gmv['difference']), 'yuan', 'en', signed=True)}**" in text
    assert span(float(gmv["low"]), float(gmv["high"]), "yuan", "en", signed=True) in text
    assert "…feed\\_ads.daily\\_budget" in text
    why = [row for row in rows_of(tmp_path / "run/why.csv") if row["kpi"] == "gmv"]
    assert sum(float(row["part"]) for row in why) == pytest.approx(float(gmv["difference"]), abs=0.01)
    assert ("sampling only" in text) != bool(worlds)
    assert ("plausible worlds" in text) == bool(worlds)


def test_of_several_plans_all_have_a_row_and_the_best_is_told(dacu: Any, tmp_path: Path) -> None:
    plans = ("tiny.yaml+rich", "tiny.yaml+deep", "tiny.yaml+deeper")
    done = dacu("compare", "tiny.yaml", *plans, *SMALL, "-o", "run")
    assert done.returncode == 0, done.stderr
    gmv = {row["scenario"]: row for row in rows_of(tmp_path / "run/comparison.csv") if row["kpi"] == "gmv"}
    text = (tmp_path / "run/onepage.md").read_text(encoding="utf-8")
    for name, row in gmv.items():
        assert f"| {name} | {figure(float(row['difference']), 'yuan', 'en', signed=True)}" in text
    best = max(gmv, key=lambda name: float(gmv[name]["difference"]))
    assert [name for name in gmv if say("en", "differences_title", name=name) in text] == [best]


def test_a_study_says_what_drives_it(dacu: Any, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    done = dacu("study", "study.yaml", "--workers", "1", "--quiet", "--lang", "zh", "-o", "run")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "run/onepage.md").read_text(encoding="utf-8")
    for kpi in ("exposures", "contribution"):
        bars = [row for row in rows_of(tmp_path / "run/tornado.csv") if row["kpi"] == kpi]
        moving = [row for row in bars if float(row["swing"])]
        assert moving
        for row in moving:
            swing = figure(float(row["swing"]), BY_ID[kpi].unit, "zh", signed=True)
            assert swing in text
            ends = (float(row[end]) for end in ("swing_low", "swing_high"))
            assert span(*ends, BY_ID[kpi].unit, "zh", signed=True) in text
        best = next(row for row in rows_of(tmp_path / "run/ranking.csv") if row["kpi"] == kpi)
        assert f"{100 * float(best['best']):.0f}%" in text
    assert say("zh", "reliable_title") in text
    assert text.startswith(f"# {words.say('zh', 'report_of_study', name='study')}")


def test_zero_orders_still_make_a_page(dacu: Any, tmp_path: Path, tiny: str) -> None:
    quiet = tiny.replace("customers: 20%", "customers: 0").replace("agents: 200", "agents: 100")
    for budget in ("daily_budget: 8000", "daily_budget: 2000"):
        quiet = quiet.replace(budget, "daily_budget: 0")
    (tmp_path / "quiet.yaml").write_text(quiet, encoding="utf-8")
    done = dacu("compare", "quiet.yaml", "quiet.yaml+deep", "-r", "1", "--workers", "1", "--quiet", "-o", "run")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "run/manifest.json").read_text(encoding="utf-8"))["status"] == "done"
    assert rows_of(tmp_path / "run/why.csv") == []
    assert "does not change paid GMV at all" in (tmp_path / "run/onepage.md").read_text(encoding="utf-8")


# --- names from outside ---------------------------------------------------------------------------


def hostile_sheet(name: str) -> Sheet:
    row = (Box(short(name), short(name)), Box("1"), Box(short(name)))
    parts = (
        Part(short(name), (inert(name),), Table((short(name), "n", "m"), (row, row), frozenset({0})), listed=True,
             note=inert(name)),
    )  # fmt: skip
    return Sheet("en", short(name), inert(name), (inert(name),), (Tile(short(name), "1", short(name)),), parts,
                 (inert(name),))  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_in_html(name: str) -> None:
    plain, page = (Reader.of(as_html(hostile_sheet(one), ("other", "o.html"))) for one in ("harmless", name))
    assert page.tags == plain.tags
    assert short(name) in page.words
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", page.text)
    assert not any(attribute.startswith("on") for _, attributes in page.tags for attribute in attributes)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_in_markdown(name: str) -> None:
    def tokens(one: str) -> list[str]:
        blocks = (
            MarkdownIt("commonmark")
            .enable(["table", "strikethrough"])
            .parse(as_markdown(hostile_sheet(one), ("other", "o.md")))
        )
        found = [token.type for block in blocks for token in (block, *(block.children or ()))]
        return [kind for kind in found if kind not in ("text", "text_special")]

    assert tokens(name) == tokens("harmless")


def test_a_hostile_scenario_runs_nothing_from_end_to_end(dacu: Any, tmp_path: Path, tiny: str) -> None:
    name = "<img src=x onerror=alert(1)>|`x`"
    hostile = tiny.replace("  feed_ads: {daily", f"  '{name}': {{type: feed_ads, daily").replace(
        "rich: {channels: {feed_ads:", f"rich: {{channels: {{'{name}':"
    )
    (tmp_path / "bad.yaml").write_text(hostile, encoding="utf-8")
    done = dacu("compare", "bad.yaml", "bad.yaml+rich", *SMALL, "-o", "run")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "run/onepage.html").read_text(encoding="utf-8")
    assert "<img src=x" in text_of(page)
    assert not {"img", "script", "iframe", "object"} & {tag for tag, _ in Reader.of(page).tags}


# --- in a browser ---------------------------------------------------------------------------------

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> str:
    """Where a browser is; without one there is nothing to print with, which in CI is a failure."""
    if BROWSER is None:
        assert not os.environ.get("CI"), "no Chromium in CI: .ci/run installs it"
        pytest.skip("no Chromium here (apt-get install chromium): pages cannot be printed")
    return BROWSER


def pages_of(browser: str, page: Path) -> int:
    """How many sheets of paper a page takes."""
    from pypdf import PdfReader

    printed = page.with_suffix(".pdf")
    subprocess.run(  # noqa: S603
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={page.parent / 'browser'}", f"--print-to-pdf={printed}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return len(PdfReader(printed).pages)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_budget_of_nine_lines_prints_on_one_sheet(browser: str, settled: Any, tmp_path: Path, lang: str) -> None:
    sheet = optimised_sheet(settled, searched(9, phases=3), lang)
    page = tmp_path / "onepage.html"
    page.write_text(as_html(sheet, ("x", "y")), encoding="utf-8")
    assert pages_of(browser, page) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "verb", [("simulate", "budget_618.yaml"), ("compare", "bigsale_1111.yaml", "bigsale_1111.yaml+deep_coupon")]
)
def test_shipped_scenarios_print_on_one_sheet(browser: str, dacu: Any, tmp_path: Path, verb: tuple[str, ...]) -> None:
    references = [f"{SCENARIOS}/{name}" for name in verb[1:]]
    done = dacu(verb[0], *references, "--agents", "500", "-r", "2", "--workers", "1", "--quiet", "-o", "run")
    assert done.returncode == 0, done.stderr
    for name in ("onepage", "onepage.zh"):
        assert pages_of(browser, tmp_path / f"run/{name}.html") == 1


def test_a_long_path_is_known_by_its_end() -> None:
    assert short("calendar.events.double11.venue.exposures") == "…double11.venue.exposures"
    assert short("calendar.events.double11.cpm_index") == "…events.double11.cpm_index"
    assert short("a name, not a path, of more letters than fit. Then more") == "a name, not a path, of more…"


def test_an_interval_stands_beneath_its_figure() -> None:
    rows = [["all", Quantity(0.68, "chance"), Span(0.34, 1.0, "chance"), 3], ["one", Quantity(0.5, "chance"), None, 4]]
    told = table(Section("", ("target", "chance", "chance_band", "count"), rows), "en", 5)
    assert len(told.columns) == 3
    assert told.rows[0] == (Box("all"), Box("68%", "34% to 100%"), Box("3"))
    assert told.rows[1] == (Box("one"), Box("50%"), Box("4"))


def test_long_numbers_of_a_setting_are_read_in_the_readers_units() -> None:
    assert shorter("1500000 ~ 2380000", "zh") == "150万 ~ 238万"
    assert shorter("1500000 ~ 23846.15", "en") == "1.5M ~ 23.85K"
    assert shorter("9999 ~ 2026-10-12, v12345, a.12345", "en") == "9999 ~ 2026-10-12, v12345, a.12345"


def test_no_line_ends_behind_an_ellipsis() -> None:
    assert unbroken("of …budget.burst … and") == "of …\u2060budget.burst … and"


def test_money_that_moves_by_less_than_is_shown_stays() -> None:
    cells = (Cell("channels.a", "warm"), Cell("channels.b", "warm"))
    part = spend_part(dict.fromkeys(cells, 16_000_00), {cells[0]: 16_004_00, cells[1]: 15_996_00}, {}, "en")
    assert part.table is not None
    assert [box for row in part.table.rows for box in row[1:]] == [Box("16"), Box("16"), Box("16"), Box("16"),
                                                                   Box("32"), Box("32")]  # fmt: skip


def test_an_option_stays_in_one_line() -> None:
    assert unbroken("dacu compare … --worlds 64") == 'dacu compare … <span class="sum">--worlds</span> 64'


def test_a_plan_that_changes_nothing_has_no_chance_and_no_reasons(dacu: Any, tmp_path: Path) -> None:
    done = dacu("compare", "tiny.yaml", "tiny.yaml", "-r", "2", "--workers", "1", "--lang", "en", "-o", "run")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "run/onepage.md").read_text(encoding="utf-8")
    assert "does not change paid GMV at all" in text
    figures = ("paid GMV", "net GMV", "contribution", "orders")
    told = [line for line in (*text.splitlines(), *done.stdout.splitlines()) if line.lstrip(" |").startswith(figures)]
    assert len(told) > len(figures)
    assert not any(" 50%" in line or " 100%" in line for line in told)
    assert say("en", "tile_chance") not in text
    assert say("en", "why_title_of", name="tiny (2)") not in text
