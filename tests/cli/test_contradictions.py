"""Two things of a plan that cannot both be: `dacu check` names the lines of both, in both languages."""

import re
from pathlib import Path

import pytest

from dacu_cli.app import run

SHOP = """\
dacu: 1
people: {size: 1万, agents: 100}
platforms: {douyin: {}}
skus:
  soap: {list: 79, cost: 21}
calendar:
  start: 2026-10-12
  days: 10
  warmup: 0
"""
CONTRADICTIONS = {
    "two prices for one SKU, time and audience": """\
promotions:
  sale: {type: time_discount, cut: 9折, start: D1, end: D5}  # THERE
  other: {type: instant_discount, cut: 15%, start: D4, end: D8}  # HERE
""",
    "a promotion that alone leaves less than 1 fen": """\
promotions:
  gone: {type: coupon, face: 80, skus: [cheap]}  # HERE
skus:
  cheap:
    cost: 20
    list: 80  # THERE
""",
    "a host in two rooms at once": """\
kols: {lin: {followers: 10万, posts: [], fee: 0}}
live:
  early: {host: kols.lin, sessions: [D2 20:00], hours: 2h}  # THERE
  late: {host: kols.lin, sessions: [D2 21:00], hours: 2h}  # HERE
""",
    "brackets of a commission that overlap": """\
kols:
  lin:
    followers: 10万
    posts: [D1 20:00]
    fee: 0
    commission:
      0: 10%
      5万: 12%  # THERE
      50000: 15%  # HERE
""",
    "phases that overlap": """\
calendar:
  phases:
    build: {from: D1, to: D5}  # THERE
    burst: {from: D4, to: D6}  # HERE
""",
    "an event before it is announced": """\
calendar:
  events:
    sale:
      announce: D5  # HERE
      start: D4  # THERE
      end: D6
""",
    "money planned for a phase that is over": """\
calendar:
  today: 2026-10-17  # THERE
  phases:
    build: {from: D1, to: D6}
    burst: {from: D6, to: D11}
optimise:
  phases:
    burst: {max: 2万}
    build: {min: 1万}  # HERE
""",
    "a phase that is half over": """\
calendar:
  today: 2026-10-15  # THERE
  phases:
    build: {from: D1, to: D6}  # HERE
""",
    "an ordinary day whose GMV is not its orders × AOV": """\
history:
  douyin:
    gmv_day: 5万  # HERE
    visitors_day: 1500
    cvr: 10%
    aov: 200  # THERE
""",
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_contradiction_is_an_error_that_names_both_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str, lang: str
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = f"extends: shop.yaml\n{CONTRADICTIONS[what]}"
    Path("shop.yaml").write_text(SHOP, encoding="utf-8")
    Path("plan.yaml").write_text(f"dacu: 1\n{plan}", encoding="utf-8")
    assert run(["check", "plan.yaml", "--lang", lang]) == 2
    (told,) = capsys.readouterr().err.strip().splitlines()
    lines = ["dacu: 1", *plan.splitlines()]
    here, there = (next(n for n, line in enumerate(lines, 1) if line.endswith(mark)) for mark in ("# HERE", "# THERE"))
    assert told.startswith(f"plan.yaml:{here}:")
    assert re.search(rf"plan\.yaml:{there}\b", told.partition("  ")[2])
