"""`simulate` shows the last big sale beside the plan's: on the page, in the JSON and in last_event.csv."""

import csv
import json
from pathlib import Path

import pytest

from dacu.calibrate import history, usual
from dacu_cli.app import run

SHOP = """\
dacu: 1
calendar:
  start: 2026-10-12
  days: 12
  warmup: 2d
people: {size: 10000, agents: 1000, customers: 50%}
platforms: {douyin: {}}
skus: {soap: {list: 79, cost: 21}}
channels: {feed_ads: {daily_budget: 2000}}
market: {baseline: {feed_ads: 2000}}
history:
  douyin:
    gmv_day: 3000
    last_event: {start: 2026-06-17, gmv: 300万, after_7d_gmv: 2万}
variants:
  sale: {calendar: {events: {big: {announce: D2, start: D4, end: D5}}}}
"""


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DACU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(history, "FULL", history.FULL._replace(replications=1, rounds=1))
    monkeypatch.setattr(usual, "DAYS", 2)
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP, encoding="utf-8")


def simulate(reference: str, *more: str) -> int:
    return run(["simulate", reference, "-r", "2", "--workers", "1", "--out", "out", *more])


def test_a_sale_stands_beside_the_last_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("shop.yaml+sale", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    sale, after = told["last_event"]
    assert [sale["figure"], after["figure"]] == ["gmv", "after_7d_gmv"]
    assert (sale["event"], sale["last"], sale["last_multiple"], sale["red"]) == ("big", 3_000_000, 1000, True)
    assert after["last_multiple"] == pytest.approx(20_000 / 7 / 3_000)
    assert sale["model_low"] <= sale["model"] <= sale["model_high"]
    places = list(csv.DictReader(Path("out/places.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert sale["model"] == pytest.approx(float(places[3]["gmv_expected"]))
    assert after["model"] == pytest.approx(sum(float(row["gmv_expected"]) for row in places[4:11]))
    rows = list(csv.DictReader(Path("out/last_event.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [float(row["multiple"]) for row in rows] == pytest.approx([sale["multiple"], after["multiple"]])
    assert sum("big" in warning for warning in told["warnings"]) == sale["red"] + after["red"]


@pytest.mark.parametrize(
    ("lang", "title", "red"), [("en", "beside the last big sale", "UNLIKE"), ("zh", "上次大促", "相差超")]
)
def test_the_page_says_what_is_unlike(capsys: pytest.CaptureFixture[str], lang: str, title: str, red: str) -> None:
    assert simulate("shop.yaml+sale", "--lang", lang) == 0
    page = capsys.readouterr()
    assert title in page.out
    assert red in page.out
    assert "shop.yaml:14:" in page.err


@pytest.mark.parametrize(("lang", "told"), [("en", "no big sale on douyin"), ("zh", "douyin 没有大促")])
def test_a_plan_without_a_sale_says_so(capsys: pytest.CaptureFixture[str], lang: str, told: str) -> None:
    assert simulate("shop.yaml", "--lang", lang) == 0
    assert told in capsys.readouterr().out


def test_over_worlds_the_multiple_has_their_band(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "shop.yaml+sale", "--worlds", "2", "--workers", "1", "--out", "out", "--lang", "zh"]) == 0
    page = capsys.readouterr().out
    assert "P10 – P90" in page[page.index("上次大促(") :].partition("活动期GMV")[0]
    assert "figure" not in page
