"""The page in a browser, from a file: charts draw, buttons answer, nothing is fetched and nothing complains."""

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dacu.report.folder import run_folders
from dacu.report.page import page as report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VENDORED = Path(__file__).parent / "vendor"
AXE = gzip.decompress((VENDORED / "axe.min.js.gz").read_bytes())
"""axe-core: what a page says to people who do not see it, who see no colours, or who use no mouse."""
MUST_BE_THERE = bool(os.environ.get("CI"))

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not MUST_BE_THERE, reason="no Chromium here (Debian: apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "CI is set, and there is no Chromium: apt-get install chromium"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(html: dict[str, str], odd: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("pages")
    for name, text in (html | odd).items():
        (home / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: home / f"{name}.html" for name in html | odd}


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1440, theme: Any = "light") -> Iterator[Page]:
    """A page whose charts have drawn; afterwards nothing may have been fetched or complained of."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: request.url == file.as_uri() or complaints.append(request.url))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-drawn]")
    yield page
    assert page.evaluate("window.hurt") is None
    assert complaints == []
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study", "empty", "many", "named"])
def test_a_page_opens_and_draws_at_any_width_and_theme(
    browser: Browser, files: dict[str, Path], verb: str, width: int, theme: str
) -> None:
    with opened(browser, files[verb], width, theme) as page:
        charts = page.locator(".chart").count()
        assert (charts == 0) == (verb in ("empty", "named"))  # a picture of nothing says nothing
        if verb == "empty":
            assert "各天都没有成交" in page.locator("#run1-days").inner_text()
        assert page.locator(".chart svg path").count() > charts or not charts
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.get_attribute("html", "data-theme") == theme


HIDDEN = """least => [...document.querySelectorAll(".chart")].flatMap((chart) => {
    const texts = [...chart.querySelectorAll("svg text")].filter((one) => one.textContent.trim());
    const boxes = texts.map((one) => one.getBoundingClientRect()), frame = chart.getBoundingClientRect();
    const out = texts.filter((_, at) => boxes[at].left < frame.left - 1 || boxes[at].right > frame.right + 1);
    const pairs = texts.flatMap((one, a) => texts.slice(a + 1).filter((_, b) => {
        const [left, right] = [boxes[a], boxes[a + 1 + b]];
        const wide = Math.min(left.right, right.right) - Math.max(left.left, right.left);
        const high = Math.min(left.bottom, right.bottom) - Math.max(left.top, right.top);
        return wide > least && high > least;
    }).map((other) => one.textContent + " on " + other.textContent));
    return [...out.map((one) => one.textContent + " beyond its chart"), ...pairs];
})"""
"""Texts of charts that lie on each other by more than some pixels, or that are cut at the side."""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study", "many"])
def test_no_text_of_a_chart_hides_another_or_is_cut(
    browser: Browser, files: dict[str, Path], verb: str, width: int
) -> None:
    with opened(browser, files[verb], width) as page:
        for language in ("zh", "en"):
            assert page.get_attribute("html", "data-lang") == language
            assert page.evaluate(HIDDEN, 4) == []
            page.click("#language")


BROKEN = """() => [...document.querySelectorAll(":is(h1, h2, figcaption, dt, th, summary) .zh")].flatMap((head) => {
    const broken = [], seen = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
    let before = null;
    while (seen.nextNode()) for (let at = 0; at < seen.currentNode.length; at += 1) {
        const range = document.createRange(), letter = seen.currentNode.data[at];
        range.setStart(seen.currentNode, at);
        range.setEnd(seen.currentNode, at + 1);
        const { top, width } = range.getBoundingClientRect();
        if (!width) continue;
        const chinese = /\\p{sc=Han}/u.test(letter);
        if (before && chinese && before.chinese && top > before.top + 4) broken.push(head.textContent);
        before = { chinese, top };
    }
    return broken;
})"""
"""Chinese headings that go on in the next line within a word."""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study", "many"])
def test_no_chinese_heading_breaks_within_a_word(
    browser: Browser, files: dict[str, Path], verb: str, width: int
) -> None:
    with opened(browser, files[verb], width) as page:
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate(BROKEN) == []
        page.add_style_tag(content="* { word-break: break-all !important; text-wrap: wrap !important; }")
        assert page.evaluate(BROKEN) != [] or width == 1440, "it would be seen"


@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study", "many"])
def test_no_table_scrolls_sideways_on_a_wide_screen(browser: Browser, files: dict[str, Path], verb: str) -> None:
    with opened(browser, files[verb]) as page:
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for _ in ("zh", "en"):
            tables = page.locator(".scroll")
            assert tables.count()
            assert tables.evaluate_all("all => all.filter((one) => one.scrollWidth > one.clientWidth).length") == 0
            page.click("#language")


def test_names_that_begin_alike_are_told_apart_in_a_chart(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["many"]) as page:
        ends = page.locator("#run1-lines .chart svg text", has_text="letters-").all_text_contents()
        assert len(set(ends)) == len(ends) == 20
        assert page.evaluate("fitted('calendar.events.sale.venue.exposures', (name) => name.length < 20)") == (
            "…venue.exposures"
        )


def test_a_chart_of_two_scales_says_which_stands_at_the_right(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["simulate"]) as page:
        assert "广告消耗(右轴)" in page.locator("#run1-days .chart").first.inner_text()
        assert "支付GMV(右轴)" not in page.locator("#run1-days .chart").first.inner_text()


@pytest.mark.parametrize(("value", "unit", "zh", "en"), [
    (6.52, "minutes", "6.5分钟", "6.5 min"), (48, "seconds", "48.0秒", "48.0 sec"), (-0.0004, "share", "0.0%", "0.0%"),
    (1666.75, "people", "1667", "1.67K"), (12.5, "count", "12.5", "12.5"),
])  # fmt: skip
def test_a_figure_is_written_with_its_unit(
    browser: Browser, files: dict[str, Path], value: float, unit: str, zh: str, en: str
) -> None:
    with opened(browser, files["simulate"]) as page:
        written = "([value, unit]) => figure(value, unit)"
        assert page.evaluate(written, [value, unit]) == zh
        page.click("#language")
        assert page.evaluate(written, [value, unit]) == en


def test_a_table_wider_than_a_phone_keeps_its_names_in_sight(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["simulate"], 390) as page:
        scroll = page.locator("#run1-lines .scroll")
        before = scroll.locator("tbody th").first.bounding_box()
        moved = scroll.evaluate("place => { place.scrollLeft = 200; return place.scrollLeft; }")
        assert moved == 200
        assert scroll.locator("tbody th").first.bounding_box() == before


GRAVE = "found => found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))"
"""Of axe's findings those that shut somebody out, each with the first places."""
AUDIT = f"""async () => ({GRAVE})(await axe.run()).map(({{ id, help, nodes }}) =>
    [id, help, ...nodes.slice(0, 3).map(({{ html, failureSummary }}) => html + failureSummary)].join("\\n"))"""


def grave(page: Page) -> list[str]:
    """What axe finds on a page. Its script comes in from outside, past the page's policy, as an extension's would."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.evaluate(AXE.decode("utf-8"))
    assert page.evaluate("axe.version") == "4.14.1"
    found: list[str] = page.evaluate(AUDIT)
    return found


def test_the_auditor_is_the_one_that_was_taken() -> None:
    assert hashlib.sha256(AXE).hexdigest() in (VENDORED / "README.md").read_text(encoding="utf-8")


def test_the_auditor_finds_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<html><body><p style='color: #ccc'>pale<button></button></body></html>")
    page = browser.new_page()
    page.goto((tmp_path / "bad.html").as_uri())
    assert {found.split("\n")[0] for found in grave(page)} >= {"button-name", "color-contrast", "html-has-lang"}
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study", "refused"])
def test_a_report_shuts_nobody_out(browser: Browser, files: dict[str, Path], verb: str, theme: str) -> None:
    with opened(browser, files[verb], theme=theme) as page:
        assert grave(page) == []
        page.click("#language")
        assert grave(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study"])
def test_the_one_page_shuts_nobody_out(browser: Browser, runs: Any, verb: str, theme: Any) -> None:
    for sheet in ("onepage.html", "onepage.zh.html"):
        page = browser.new_page(color_scheme=theme)
        page.goto((getattr(runs, verb) / sheet).as_uri())
        assert grave(page) == []
        page.close()


def test_a_click_changes_the_language_of_texts_numbers_and_charts(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["simulate"]) as page:
        assert page.locator("h1").inner_text() == "shop:方案会带来什么"
        assert "曝光" in page.locator("#run1-funnel .chart").inner_text()
        before = page.locator("#run1-kpis dd data").first.inner_text()
        page.click("#language")
        assert page.locator("h1").inner_text() == "shop: what the plan will do"
        assert "exposures" in page.locator("#run1-funnel .chart").inner_text()
        after = page.locator("#run1-kpis dd data").first.inner_text()
        assert ("万" in before, "K" in after or "M" in after) == (True, True)
        assert page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize(("browser_speaks", "begins"), [("zh-CN", "zh"), ("en-GB", "en"), ("fr", "zh")])
def test_a_page_that_nobody_asked_a_language_of_begins_in_its_readers(
    browser: Browser, runs: Any, tmp_path: Path, browser_speaks: str, begins: str
) -> None:
    folders = run_folders([str(runs.compare)])
    for follows, expected in ((True, begins), (False, "zh")):
        (tmp_path / "page.html").write_text(report(folders, "zh", follows=follows), encoding="utf-8")
        page = browser.new_page(locale=browser_speaks)
        page.goto((tmp_path / "page.html").as_uri())
        assert page.get_attribute("html", "data-lang") == expected
        assert page.locator("#language").inner_text() == {"zh": "English", "en": "中文"}[expected]
        page.close()


def test_the_headline_is_written_from_the_csv(browser: Browser, files: dict[str, Path], runs: Any) -> None:
    gmv = pd.read_csv(runs.simulate / "kpis.csv", encoding="utf-8-sig").set_index("kpi")["mean"]["gmv"]
    with opened(browser, files["simulate"]) as page:
        shown = page.locator("#run1-kpis dd data").first.inner_text()
        assert shown == f"¥{round(gmv / 10_000, 2):g}万"


SCALES = {"": 1.0, "%": 0.01, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "万": 1e4, "亿": 1e8, "万亿": 1e12}
SHOWN = re.compile(r"([+−]?)¥?([\d,]+)(?:\.(\d+))?(?:E(-?\d+))?([%KMBT万亿]*)(?:\s?(?:min|sec|days?|分钟|秒|天))?")


def reads_as(shown: str, value: float) -> bool:
    """Whether a figure, read with its unit, is the value to its last digit."""
    found = SHOWN.fullmatch(shown)
    if found is None:
        return False
    sign, whole, digits, power, unit = found.groups("")
    scale = SCALES[unit] * 10 ** int(power or 0)
    size = float(f"{whole.replace(',', '')}.{digits}") * scale
    return abs((-size if sign == "−" else size) - value) <= 0.5001 * scale * 10 ** -len(digits)


@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study", "refused"])
def test_every_figure_reads_as_its_value_in_both_languages(browser: Browser, files: dict[str, Path], verb: str) -> None:
    every = "[...document.querySelectorAll('data')].map((data) => [data.textContent, Number(data.value)])"
    with opened(browser, files[verb]) as page:
        for lang in ("zh", "en"):
            assert page.get_attribute("html", "data-lang") == lang
            figures = page.evaluate(every)
            assert figures
            assert [(shown, value) for shown, value in figures if not reads_as(shown, value)] == []
            page.click("#language")


def test_the_theme_turns(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["simulate"]) as page:
        paper = "getComputedStyle(document.body.parentElement).backgroundColor"
        light = page.evaluate(paper)
        page.click("#theme")
        assert page.get_attribute("#theme", "aria-pressed") == "true"
        assert page.evaluate(paper) != light


def test_a_table_sorts_by_number_both_ways_and_says_so(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["simulate"]) as page:
        table = page.locator("#run1-goods table")
        heading = table.locator("th", has_text="件数")
        for order in ("ascending", "descending"):
            heading.locator("button").click()
            assert heading.get_attribute("aria-sort") == order
            units = [float(value) for value in table.locator("tbody tr td:nth-child(2)").evaluate_all(
                "cells => cells.map(cell => cell.dataset.sort)")]  # fmt: skip
            assert len(units) == 3
            assert units == sorted(units, reverse=order == "descending")


def test_sliders_tell_budget_and_gain_along_the_curves(browser: Browser, files: dict[str, Path], runs: Any) -> None:
    curves = pd.read_csv(runs.optimise / "curves.csv", encoding="utf-8-sig")
    allocation = pd.read_csv(runs.optimise / "allocation.csv", encoding="utf-8-sig")
    with opened(browser, files["optimise"]) as page:
        sliders = page.locator(".sliders")
        assert "曲线估计,未经模拟" in sliders.inner_text()
        assert sliders.locator(".gain").inner_text() == "¥0"
        first = sliders.locator("input").first
        first.evaluate(
            "input => { input.value = input.max; input.dispatchEvent(new Event('input', {bubbles: true})); }"
        )
        cell = curves.iloc[0]
        points = curves[(curves.line == cell.line) & (curves.phase == cell.phase)]
        after = allocation[(allocation.line == cell.line) & (allocation.phase == cell.phase)].spend_after.iloc[0]
        most = points.spend_tried.iloc[-1]
        assert f"{cell.line}.budget.{cell.phase}={round(most)}" in sliders.locator(".settings").inner_text()
        gain = points.response.iloc[-1] - np.interp(after, points.spend_tried, points.response)
        shown = page.evaluate("gain => figure(gain, 'yuan', true)", float(gain))
        assert sliders.locator(".gain").inner_text() == shown
        assert shown.startswith("+¥")
        assert "over" in str(sliders.locator(".total").get_attribute("class"))


def test_what_the_sliders_give_is_read_by_the_command_line(browser: Browser, files: dict[str, Path], runs: Any) -> None:
    import shlex

    from dacu.scenario.load import load

    with opened(browser, files["optimise"]) as page:
        told = shlex.split(page.locator(".settings").inner_text())
    settings = told[1::2]
    assert told[::2] == ["--set"] * len(settings)
    loaded = load(str(runs.optimise / "scenario.lock.yaml"), settings)
    allocation = pd.read_csv(runs.optimise / "allocation.csv", encoding="utf-8-sig")
    for line, phase, after in zip(allocation.line, allocation.phase, allocation.spend_after, strict=True):
        name = line.removeprefix("channels.")
        assert loaded.scenario.channels[name].budget[phase] == pytest.approx(100 * after, abs=50)  # type: ignore[attr-defined]


@pytest.mark.parametrize("verb", ["simulate", "compare", "optimise", "study", "many"])
def test_on_paper_charts_keep_to_their_places_and_no_heading_stands_alone(
    browser: Browser, files: dict[str, Path], verb: str
) -> None:
    between_margins = 703  # of A4 with 12 mm on each side
    with opened(browser, files[verb], between_margins) as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        over = page.evaluate("""[...document.querySelectorAll('.chart')].filter((chart) => chart.checkVisibility()
            && chart.firstElementChild.offsetWidth > chart.clientWidth + 1).length""")
        assert over == 0
        alone = page.evaluate("""[...document.querySelectorAll('section')].filter((section) => section.checkVisibility()
            && section.offsetHeight < section.querySelector('h2').offsetHeight + 12).map((section) => section.id)""")
        assert alone == []
        assert page.evaluate("document.documentElement.scrollWidth") <= between_margins


def test_it_prints_on_paper(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["simulate"], theme="dark") as page:
        assert len(page.pdf(format="A4")) > 20_000
        assert page.get_attribute("html", "data-theme") == "dark"
