"""Folders of real runs of a small shop, one of each verb; the optimiser's search runs on a shop of two formulas."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dacu.calibrate.history import Settled
from dacu.clock.calendar import Calendar
from dacu.plan.answer import Effort
from dacu.plan.optimise import Optimised
from dacu.plan.problem import Cell
from dacu.plan.question import Objective, Question
from dacu.plan.search import search
from dacu.report.folder import run_folders
from dacu.report.page import page
from dacu.scenario.load import load
from dacu.sim.stage import calendar_of
from dacu.store import run_folder
from dacu_cli import plan_verb
from dacu_cli.app import run
from dacu_cli.folders import facts_of
from dacu_cli.view import View

HOSTILE = "</script><script>window.hurt=1</script><img src=x onerror=window.hurt=1>{{7*7}}"
"""A name that would run, or be a template."""
SHOP = f"""\
dacu: 1
name: 小店
calendar:
  start: 2026-10-12
  days: 3
  warmup: 0
  phases: {{warm: {{from: D1, to: D2}}, burst: {{from: D2, to: D4}}}}
  events: {{sale: {{announce: D1 10:00, start: D2 00:00, end: D3 24:00}}}}
people: {{size: 20万, agents: 400, customers: 20%}}
skus:
  soap: {{list: 79, cost: 21, floor_price: 70}}
  cream: {{list: 269, cost: 60}}
  '{HOSTILE}': {{list: 99, cost: 40}}
channels:
  信息流: {{type: feed_ads, budget: {{warm: 8000, burst: 8000}}}}
  search_ads: {{daily_budget: 2000}}
live:
  room: {{sessions: [D1 20:00, D2 20:00], hours: 2h, skill: 0.9}}
promotions:
  threshold: {{tiers: {{t1: 满199减20}}}}
targets: {{gmv: 1万}}
variants:
  deep: {{promotions: {{threshold: {{tiers: {{t1: 满199减60}}}}}}}}
"""
STUDY = """\
scenario: shop.yaml
outcomes: [gmv, contribution]
factors:
  channels.信息流.budget.burst: {range: [1000, 2万]}
  behaviour.people.price_median: {range: [1, 2]}
method: sobol
samples: 8
replications: 1
agents: 400
"""
NEVER = """\
budget: 100
channels: {a: {curve: {hill: {top: 9, half: 30}}}, b: {curve: {hill: {top: 5, half: 10}}}}
groups: {g: {channels: [a], share: [70%, 1]}, h: {channels: [b], share: [60%, 1]}}
"""
"""Curves with limits that no plan keeps together."""
LINES = ("channels.信息流", "channels.search_ads")


LONG = "这一条投放线的名字非常非常长 with-a-very-long-unbroken-tail-of-letters"
EMPTY = """\
dacu: 1
calendar: {start: 2026-10-12, days: 1, warmup: 0}
people: {size: 1000, agents: 100, customers: 0%}
skus:
  dear: {list: 9999999, cost: 21}
"""
MANY = (
    EMPTY
    + "channels:\n"
    + "".join(
        f'  "{LONG}-{number:02d}": {{type: feed_ads, daily_budget: {100 * (number + 1)}}}\n' for number in range(60)
    )
)


ENDLESS = "这一版" + "x" * 250
NAMED = f"{MANY}variants: {{{ENDLESS}: {{channels: {{{LONG}-00: {{daily_budget: 9000}}}}}}}}\n"
"""A variant whose name breaks nowhere."""


@dataclass(frozen=True)
class Runs:
    """Folders by verb."""

    simulate: Path
    compare: Path
    optimise: Path
    study: Path
    refused: Path


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, formulas: Any) -> Iterator[Runs]:
    home = tmp_path_factory.mktemp("runs")
    (home / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (home / "study.yaml").write_text(STUDY, encoding="utf-8")
    before = Path.cwd()
    os.chdir(home)
    try:
        small = ("-r", "2", "--workers", "1", "--quiet", "--lang", "en")
        assert run(["simulate", "shop.yaml", *small, "-o", "simulate"]) == 0
        assert run(["compare", "shop.yaml", "shop.yaml+deep", *small, "-o", "compare"]) == 0
        assert run(["study", "study.yaml", "--workers", "1", "--quiet", "-o", "study"]) == 0
        _optimise("optimise", formulas)
        (home / "never.yaml").write_text(NEVER, encoding="utf-8")
        assert run(["optimise", "--curves", "never.yaml", "--quiet", "-o", "refused"]) == 1
    finally:
        os.chdir(before)
    yield Runs(*(home / verb for verb in ("simulate", "compare", "optimise", "study", "refused")))
    shutil.rmtree(home)


@pytest.fixture
def empty() -> str:
    """A shop that sells nothing."""
    return EMPTY


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Reports of a shop that sells nothing, of sixty lines with long names, and of a variant whose name is endless."""
    home = tmp_path_factory.mktemp("odd")
    for name, text in {"empty": EMPTY, "many": MANY}.items():
        (home / f"{name}.yaml").write_text(text, encoding="utf-8")
        done = run(
            ["simulate", str(home / f"{name}.yaml"), "-r", "2", "--workers", "1", "--quiet", "-o", str(home / name)]
        )
        assert done == 0
    plan = str(home / "named.yaml")
    Path(plan).write_text(NAMED, encoding="utf-8")
    small = ("-r", "2", "--workers", "1", "--quiet", "-o", str(home / "named"))
    assert run(["compare", plan, f"{plan}+{ENDLESS}", *small]) == 0
    return {name: page(run_folders([str(home / name)]), "zh") for name in ("empty", "many", "named")}


def _optimise(out: str, formulas: Any) -> None:
    """What `dacu optimise` writes, with the formulas in the simulator's place."""
    loaded = load("shop.yaml")
    calendar: Calendar = calendar_of(loaded)
    current = {Cell(line, phase): 8_000_00 for line in LINES for phase in ("warm", "burst")}
    question = Question(current=current, budget=32_000_00, objective=Objective("gmv", "支付GMV", "paid GMV"))
    answer = search(question, formulas, Effort(seeds=2, trials=2, confirm=4, rounds=4))
    found = Optimised(question, calendar, answer, loaded, 400, 500)
    with run_folder(out, out, facts_of("optimise", ["shop.yaml"], [loaded], None, 1, 4)) as folder:
        plan_verb._write(View("en"), folder, Settled(loaded), found)


@pytest.fixture
def copied(runs: Runs, tmp_path: Path) -> Path:
    """The simulated folder, to damage."""
    return Path(shutil.copytree(runs.simulate, tmp_path / "copy"))


@pytest.fixture(scope="session")
def html(runs: Runs) -> dict[str, str]:
    """The report of each verb, in Chinese at first."""
    return {verb: page(run_folders([str(folder)]), "zh") for verb, folder in vars(runs).items()}
