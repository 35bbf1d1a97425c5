"""Answers in a notebook: escaped, complete, in the language of the locale, and with no colour of their own."""

from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from dacu import words
from dacu.cards import MOST_ROWS, Grid, card
from dacu.estimates import Bounds
from dacu.kpis import HEADLINE, MEASURES
from dacu.plan.optimise import Optimised
from dacu.plan.problem import Cell
from dacu.readable import Quantity, Span, line_name, short_path
from dacu.results import Comparison, Replication, Result, contrast, summarise
from dacu.study.answer import Said
from dacu.study.ranking import Rank, Ranking
from dacu.study.tornado import Bar

HOSTILE = '<script>alert("x")</script>\u202egnp'


class Read(HTMLParser):
    """The tags, in balance, and the rows of a card."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def result(name: str, gmv: int) -> Result:
    """A plan of two replications whose every measure is 1,000 and more."""
    runs = [
        Replication(1, number, dict.fromkeys(MEASURES, 1000) | {"gmv": gmv + 100 * number, "lost_units": 0})
        for number in range(2)
    ]
    return summarise(name, 1, 200, 10, runs)


def test_every_text_is_escaped() -> None:
    html = card(HOSTILE, [HOSTILE], [Grid(("kpi", "mean"), [[HOSTILE, Quantity(1.0, "count")]])], [HOSTILE])
    assert Read(html).tags <= {"section", "strong", "p", "small", "table", "thead", "tbody", "tr", "th", "td"}
    assert "<script" not in html
    assert "\u202e" not in html


def test_figures_are_read_with_their_units() -> None:
    row = [Quantity(12_860_000.0, "yuan"), Span(-0.1, 0.2, "share", signed=True), Quantity(None, "count")]
    read = Read(card("x", [], [Grid(("mean", "interval", "gmv"), [row])]))
    assert read.rows[1] == ["¥12.86M", "−10.0% – +20.0%", "–"]


def test_a_long_table_says_what_is_left_out() -> None:
    html = card("x", [], [Grid(("kpi",), [["row"]] * (MOST_ROWS + 3))])
    assert len(Read(html).rows) == MOST_ROWS + 1
    assert "3 more rows" in html


def test_a_card_has_no_colour_of_its_own() -> None:
    html = result("plan", 10_000_000)._repr_html_()
    assert "background: transparent; color: inherit" in html
    assert "#" not in html


def test_a_result_shows_its_headline_figures() -> None:
    plan = result("plan", 10_000_000)
    html = plan._repr_html_()
    assert [row[0] for row in Read(html).rows[1:]][:2] == ["paid GMV", "contribution"]
    assert len(Read(html).rows) == 1 + sum(kpi in plan.kpis for kpi in HEADLINE)
    assert "plan: 2 replications of 200 agents, seed 1" in html
    assert "sampling only" in html


def test_the_locale_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    html = result("plan", 10_000_000)._repr_html_()
    assert html.startswith('<section lang="zh">')
    assert Read(html).rows[1][0] == "支付GMV"


def test_a_comparison_shows_a_card_for_each_other_plan() -> None:
    base, more, less = result("base", 10_000_000), result("more", 12_000_000), result("less", 9_000_000)
    html = Comparison("base", (contrast(base, more, "more"), contrast(base, less, "less")))._repr_html_()
    gmv = [row for row in Read(html).rows if row[0] == "paid GMV"]
    assert [row[1:4] for row in gmv] == [["¥100K", "¥120K", "+¥20K"], ["¥100K", "¥90K", "−¥10K"]]


def test_a_study_shows_what_moves_it_and_how_choices_rank() -> None:
    bar = Bar("people.size", "10万", "50万", 1.0, 4.0, 2.0, 4.0)
    rank = Rank("deep_coupon", 4.0, Bounds(0.75, 0.5, 0.9), Bounds(0.1, 0.0, 0.2))
    rows = Read(Said("gmv", None, (bar,), Ranking((rank,), 8, 8, 0))._repr_html_()).rows
    assert rows[1][:4] == ["people.size", "10万", "50万", "+3"]
    assert rows[3] == ["deep_coupon", "4", "75%", "0.1"]


def test_an_optimised_plan_shows_the_budgets_that_move() -> None:
    stays, moves = Cell("channels.feed_ads", "burst"), Cell("channels.boost", "burst")
    question = SimpleNamespace(current={stays: 500_000, moves: 1_000_000}, risk=None)
    answer = SimpleNamespace(plan={stays: 500_000, moves: 3_000_000}, sentences=lambda lang: [f"said in {lang}"])
    found = Optimised(question, None, answer, SimpleNamespace(name="plan"), 300, 10)  # type: ignore[arg-type]
    html = found._repr_html_()
    assert Read(html).rows[1:] == [["boost", "burst", "¥10K", "¥30K", "+¥20K"]]
    assert "said in en" in html


@pytest.mark.parametrize(
    ("path", "name"),
    [("channels.feed_ads", "feed_ads"), ('channels."千川 直播"', "千川 直播"),
     ("promotions.coupon.face", "coupon.face"),
     ("content.accounts.shop", "shop"), ("behaviour.buy.trust", "buy.trust"), ("kols.lin", "kols.lin"),
     ('channels."a b".budget', '"a b".budget'), ("none", "none")],
)  # fmt: skip
def test_a_path_is_read_without_what_most_begin_with(path: str, name: str) -> None:
    assert short_path(path) == name


def test_sales_that_no_line_led_to_have_a_name() -> None:
    assert (line_name("channels.boost", "en"), line_name("none", "en")) == ("boost", words.say("en", "no_touch"))
    assert line_name("none", "zh") != line_name("none", "en")
