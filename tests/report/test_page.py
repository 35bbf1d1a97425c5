"""The page holds what the tables hold, in both languages, and nothing that runs or fetches."""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dacu import words
from dacu.kpis import HEADLINE
from dacu.report import page as pages
from dacu.report.folder import RunFolder, run_folders
from dacu.report.outcomes import leading_factors
from dacu.report.parts import TINTS, Amount, Gallery, Grid, Said, Sentences, Table
from dacu.report.sections import daily_difference, differences, filled, sections
from dacu.report.sections.money import waterfall

LONG = "with-a-very-long-unbroken-tail-of-letters"
VERBS = ("simulate", "compare", "optimise", "study")
VOID = {"meta", "input", "img", "br", "wbr"}


class Read(HTMLParser):
    """Elements and attributes; figures of tiles; what stands in script elements. Fails on elements left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tiles: list[float] = []
        self.scripts: list[tuple[str | None, str]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "data" and "dd" in self._open and "small" not in self._open:
            self.tiles.append(float(str(dict(attrs)["value"])))
        if tag == "script":
            self.scripts.append((dict(attrs).get("type"), ""))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)


def csv(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig")


def test_headline_figures_are_those_of_the_csv(runs: Any, html: dict[str, str]) -> None:
    means = csv(runs.simulate, "kpis").set_index("kpi")["mean"]
    wanted = [means[kpi] for kpi in HEADLINE if kpi in means and pd.notna(means[kpi])]
    assert wanted[0] > 0
    assert Read(html["simulate"]).tiles == wanted


def test_the_money_adds_up_to_the_contribution_booked(runs: Any) -> None:
    booked = csv(runs.simulate, "ledger").set_index("account")["yuan"]
    realised = csv(runs.simulate, "kpis").set_index("kpi")["realised"]
    level, totals = 0.0, {}
    for step in waterfall(booked.to_dict()):
        level = step.value if step.total and not totals else level + (0.0 if step.total else step.value)
        if step.total:
            totals[step.name.en] = step.value
            assert step.value == pytest.approx(level, abs=0.005)
    assert totals["paid GMV"] == pytest.approx(realised["gmv"], abs=0.005)
    assert totals["net GMV"] == pytest.approx(realised["net_gmv"], abs=0.005)
    assert totals["contribution"] == pytest.approx(realised["contribution"], abs=0.005)


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_is_small_whole_and_fetches_nothing(verb: str, html: dict[str, str]) -> None:
    text = html[verb]
    assert len(text.encode("utf-8")) < 3_000_000
    for tag, attributes in Read(text).elements:
        assert not {"src", "srcset", "action", "style"} & attributes.keys(), tag
        assert not any(name.startswith("on") for name in attributes), tag
        assert tag not in {"img", "link", "iframe", "object", "form", "base"}
        assert str(attributes.get("href", "#")).startswith("#")


@pytest.mark.parametrize("verb", VERBS)
def test_only_our_two_scripts_may_run(verb: str, html: dict[str, str]) -> None:
    read = Read(html[verb])
    ours = [text for kind, text in read.scripts if kind is None]
    (policy,) = (str(a["content"]) for tag, a in read.elements if tag == "meta" and "http-equiv" in a)
    assert len(ours) == 2
    assert policy == pages._policy(ours)
    assert policy.startswith("default-src 'none'")


def test_a_hostile_name_is_text_in_the_page_and_in_the_data(html: dict[str, str]) -> None:
    assert "window.hurt" in html["simulate"]
    assert "<script>window.hurt" not in html["simulate"]
    assert "<img src=x" not in html["simulate"]
    assert "{{7*7}}" in html["simulate"]
    (data,) = (text for kind, text in Read(html["simulate"]).scripts if kind == "application/json")
    assert "window.hurt" in json.dumps(json.loads(data))


@pytest.mark.parametrize("verb", VERBS)
def test_every_text_is_said_in_both_languages(verb: str, runs: Any) -> None:
    told = [text for section in filled(RunFolder(str(getattr(runs, verb)))) for text in texts(section)]
    assert len(told) > 10
    assert all(text.zh.strip() and text.en.strip() for text in told)


def texts(value: Any) -> list[Said]:
    if isinstance(value, Said):
        return [value]
    if isinstance(value, str | float | int | None):
        return []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else None
    return [text for item in (vars(value).values() if inside is None else inside) for text in texts(item)]


def test_no_column_is_headed_by_its_bare_name(runs: Any) -> None:
    parts = (part for run in vars(runs).values() for section in filled(RunFolder(str(run))) for part in section.parts)
    heads = {column for part in parts if isinstance(part, Table) for column in part.columns}
    assert [head.zh for head in heads if head.zh == head.en and re.fullmatch(r"[a-z]+(_[a-z]+)+", head.zh)] == []


def test_each_verb_fills_its_sections(runs: Any) -> None:
    found = {verb: {section.id for section in filled(RunFolder(str(getattr(runs, verb))))} for verb in VERBS}
    assert found["simulate"] >= {"kpis", "targets", "timeline", "funnel", "days", "lines", "goods", "people", "money",
                                 "operations", "rooms", "minutes", "made"}  # fmt: skip
    assert found["compare"] >= {"verdict", "changes", "differences", "parting"}
    assert found["optimise"] >= {"verdict", "allocation", "verified", "responses", "limits", "around", "proof"}
    assert found["study"] >= {"verdict", "tornado", "indices", "scatter", "grid", "rows"}
    refused = {section.id for section in filled(RunFolder(str(runs.refused)))}
    assert refused == {"verdict", "diagnosis", "made"}


def test_a_grid_holds_the_means_of_the_points(runs: Any) -> None:
    rows, settings = csv(runs.study, "rows"), csv(runs.study, "settings")
    parts = settings.pivot_table(index="point", columns="factor", values="part")
    means = rows.groupby("point")["gmv"].mean()
    first, second = leading_factors(folder := RunFolder(str(runs.study)), "gmv")
    wanted = means.groupby([parts[first], parts[second]]).mean()
    (section,) = (one for one in filled(folder) if one.id == "grid")
    (grid, *_) = (part for part in section.parts if isinstance(part, Grid))
    shown = [[cell.value for cell in row] for row in grid.cells]
    places = [(down, across) for down in sorted(set(parts[first])) for across in sorted(set(parts[second]))]
    assert [value for row in shown for value in row] == [pytest.approx(wanted[at]) if at in wanted else None
                                                         for at in places]  # fmt: skip
    known = [cell for row in grid.cells for cell in row if cell.value is not None]
    assert {grid.tint(max(known)), grid.tint(min(known))} == {0, TINTS}


def test_a_picture_of_points_has_each_with_its_setting(runs: Any) -> None:
    rows, settings = csv(runs.study, "rows"), csv(runs.study, "settings")
    (section,) = (one for one in filled(RunFolder(str(runs.study))) if one.id == "scatter")
    charts = [chart for part in section.parts if isinstance(part, Gallery) for chart in part.charts]
    assert len(charts) == 4  # outcomes × factors
    told = dict(zip(settings["point"], settings["setting"], strict=False))
    for chart in charts:
        assert len(chart.data["points"]) == len(rows) == len(told)
    gmv = {x: y for x, y, _ in charts[0].data["points"]}
    own = settings[settings.factor == leading_factors(RunFolder(str(runs.study)), "gmv")[0]]
    assert gmv == dict(zip(own["place"], rows.groupby("point")["gmv"].mean(), strict=True))


def test_the_minutes_of_a_room_are_those_of_its_table(runs: Any) -> None:
    minutes, rooms = csv(runs.simulate, "live_minutes"), csv(runs.simulate, "live").set_index("room")
    (section,) = (one for one in filled(RunFolder(str(runs.simulate))) if one.id == "minutes")
    (gallery,) = (part for part in section.parts if isinstance(part, Gallery))
    (watching, entries), (gmv, _) = (chart.data["series"] for chart in gallery.charts)
    assert watching["values"] == pytest.approx(list(minutes["watching"]))
    assert sum(entries["values"]) * 2 == pytest.approx(rooms["live_viewers"]["live.room"])
    assert len(gmv["values"]) == 24
    assert sum(gmv["values"]) * 2 == pytest.approx(rooms["gmv"]["live.room"])
    assert gmv["values"] == pytest.approx(list(minutes["gmv"] / minutes["sessions"]))


def test_more_visits_than_clicks_are_explained(runs: Any) -> None:
    steps = csv(runs.simulate, "funnel").set_index("step")["count"]
    (section,) = (one for one in filled(RunFolder(str(runs.simulate))) if one.id == "funnel")
    assert any(isinstance(part, Sentences) for part in section.parts) == (steps["visits"] > steps["clicks"])
    assert steps["visits"] > steps["clicks"]


def test_a_diagnosis_tells_what_must_give_way(runs: Any) -> None:
    rows = csv(runs.refused, "diagnosis")
    (section,) = (one for one in filled(RunFolder(str(runs.refused))) if one.id == "diagnosis")
    tables = {part.caption.en: part for part in section.parts if isinstance(part, Table)}
    (change,) = tables["The least that must give way"].rows
    (row,) = rows[rows.what == "relaxation"].to_dict("records")
    assert [cell.value for cell in change if isinstance(cell, Amount)] == [row["value"], row["to"]]
    assert len(tables["What cannot hold together"].rows) == (rows.what == "conflict").sum() == 3


def test_every_section_has_its_heading_and_no_heading_is_left_over() -> None:
    headings = {key for key in words.catalogue() if re.fullmatch("report_.*_title", key)}
    assert {f"report_{section.id}_title" for section in sections()} <= headings


def test_every_sentence_of_the_report_is_used() -> None:
    room = Path(pages.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for pattern in ("*.py", "assets/**/*.html")
                     for file in room.rglob(pattern))  # fmt: skip
    built = {f"{section.id}_title" for section in sections()} | {f"of_{verb}" for verb in VERBS}
    built |= {f"made_{name}" for name in re.findall(r'"(\w+)"', re.search(r"FACTS = \((.*?)\)", source)[1])}  # type: ignore[index]
    stems = set(re.findall(r'said\(f"(\w+?_)\{', source))
    for key in words.catalogue():
        name = key.removeprefix("report_")
        if name != key and name not in built:
            known = re.search(rf"""["'](report_)?{name}["']""", source)
            assert known or name.startswith(tuple(stems)) or name.endswith("_title"), key


def test_the_library_is_the_one_that_was_taken() -> None:
    vendored = pages.HERE / "vendor"
    digest = hashlib.sha256((vendored / "echarts.common.min.js").read_bytes()).hexdigest()
    assert digest in (vendored / "README.md").read_text(encoding="utf-8")
    assert all("</script" not in pages._asset(name).lower() for name in (pages.LIBRARY, "report.js"))


def test_a_shop_that_sells_nothing_has_no_ratios(odd: dict[str, str]) -> None:
    gmv, *_ = Read(odd["empty"]).tiles
    assert gmv == 0.0
    assert len(Read(odd["empty"]).tiles) < len(HEADLINE)


def test_all_of_sixty_lines_stand_in_the_table(odd: dict[str, str]) -> None:
    assert all(f"{LONG}-{number:02d}" in odd["many"] for number in range(60))


def test_several_folders_stand_under_each_other(runs: Any) -> None:
    text = pages.page(run_folders([str(runs.simulate)] * 2), "en")
    ids = [attributes["id"] for _, attributes in Read(text).elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {"run1-kpis", "run2-kpis"} <= set(ids)


def test_sales_stand_on_their_days_where_plans_begin_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base's days are D1 to D6; the other plan has the last four, so the sale of D5 is the third of them."""
    days = [f"2026-06-0{day}" for day in range(1, 7)]
    rows = [
        {"scenario": name, "date": day, "gmv": len(name)}
        for name, own in (("a", days), ("bb", days[2:]))
        for day in own
    ]
    folder = SimpleNamespace(records=lambda _: rows)
    sales = [("sale", 4, 4), ("before", 0, 1)]
    monkeypatch.setattr(daily_difference, "event_bands", lambda _: sales)
    (chart,) = daily_difference.fill(folder)  # type: ignore[arg-type]
    assert chart.data["bands"] == [{"name": "sale", "from": 2, "to": 2}]


def test_how_a_plan_was_made_says_what_the_one_page_says(runs: Any, html: dict[str, str]) -> None:
    seeds = json.loads((runs.optimise / "manifest.json").read_text(encoding="utf-8"))["replications"]
    assert f"on {seeds} seeds" in (runs.optimise / "onepage.md").read_text(encoding="utf-8")
    assert seeds == 4


@pytest.mark.parametrize("verb", VERBS)
def test_report_and_one_page_have_one_title(runs: Any, verb: str) -> None:
    folder = getattr(runs, verb)
    title = pages._title(run_folders([str(folder)]))
    for sheet in folder.glob("onepage*.md"):
        first = sheet.read_text(encoding="utf-8").splitlines()[0].replace("\\", "")
        assert first in (f"# {title.zh}", f"# {title.en}")


def test_a_plan_that_changes_nothing_has_no_pictures_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [{"scenario": name, "date": "2026-06-01", "gmv": 5.0} for name in ("a", "b")]
    told = daily_difference.fill(SimpleNamespace(records=lambda _: days))  # type: ignore[arg-type]
    assert [part.kind for part in told] == ["sentences"]
    zero = dict.fromkeys(("difference", "low", "high", "relative", "relative_low", "relative_high"), 0.0)
    row = {"scenario": "b", "kpi": "gmv", "unit": "yuan", "kind": "sampling", "base": 5.0, "other": 5.0,
           "better_probability": 0.5, "identical": True, **zero}  # fmt: skip
    shown = differences.fill(SimpleNamespace(records=lambda _: [row]))  # type: ignore[arg-type]
    assert [part.kind for part in shown] == ["sentences", "table", "sentences"]
    more = row | {
        "difference": 1.0,
        "low": 0.9,
        "high": 1.1,
        "relative": 0.2,
        "relative_low": 0.1,
        "relative_high": 0.3,
    }
    chart, *_ = differences.fill(SimpleNamespace(records=lambda _: [more]))  # type: ignore[arg-type]
    assert chart.data["rows"][0]["better"] is True
    chart, *_ = differences.fill(  # type: ignore[arg-type]
        SimpleNamespace(records=lambda _: [more | {"relative_low": -0.1}])
    )
    assert chart.data["rows"][0]["better"] is None


def test_without_an_index_the_tornado_tells_what_leads() -> None:
    tables = {
        "tornado": [{"kpi": "gmv", "factor": name, "swing": swing} for name, swing in (("a", 1.0), ("b", -3.0))],
        "settings": [{"factor": name} for name in ("variant", "a", "b")],
    }
    folder = SimpleNamespace(records=lambda name: tables.get(name, ()))
    assert leading_factors(folder, "gmv") == ("b", "a", "variant")  # type: ignore[arg-type]
