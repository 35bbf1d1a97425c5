"""The optimiser's answer as a planner reads it, and as programs do."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from dacu.plan.answer import Answer, Effort
from dacu.plan.problem import Cell
from dacu.plan.question import Objective, Plan, Question, Risk
from dacu.plan.search import search
from dacu_cli import planning
from dacu_cli.view import View

CELLS = tuple(Cell(line, phase) for line in ("channels.信息流", "channels.search") for phase in ("warm", "burst"))
FOLLOW = "dacu compare a.yaml out/a-optimise/variant.yaml"


@dataclass(frozen=True)
class Found:
    answer: Answer
    current: Plan
    question: Question
    variant: str = ""

    def sentences(self, lang: str) -> tuple[str, ...]:
        return (f"so many agents ({lang})",)


@pytest.fixture(scope="module")
def found(formulas: Any) -> Found:
    current = dict.fromkeys(CELLS, 20_000_00)
    problem = Question(current=current, budget=80_000_00, objective=Objective("gmv", "GMV", "GMV"))
    return Found(search(problem, formulas, Effort(seeds=2, trials=2, confirm=2, rounds=4)), current, problem)


def page(found: Any, lang: str) -> Any:
    return planning.planned(View(lang), "a", found, Path("out/a-optimise"), FOLLOW)


def test_the_allocation_adds_up_by_line_and_by_phase(found: Found) -> None:
    (table,) = page(found, "zh").sections
    rows = [(line, phase, *(number.value for number in numbers)) for line, phase, *numbers in table.rows]
    cells, totals = rows[:2] + rows[3:5], rows[5:]
    assert [row[1] for row in rows] == ["warm", "burst", "合计"] * 3
    assert [row[2] for row in cells] == [2.0] * 4  # 万
    assert totals[-1][2] == 8.0
    for column in (2, 3, 4):
        assert totals[-1][column] == pytest.approx(sum(row[column] for row in cells))
        assert rows[2][column] == pytest.approx(rows[0][column] + rows[1][column])
    assert rows[2][4] > 0  # money moves to the line that returns more


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plan_fits_80_columns(found: Found, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    View(lang).show(page(found, lang))
    lines = capsys.readouterr().out.splitlines()
    assert any("信息流" in line for line in lines)
    assert max(map(cell_len, lines)) <= 80


def test_english_counts_in_thousands(found: Found) -> None:
    (table,) = page(found, "en").sections
    assert table.rows[0][2].value == 20.0
    assert "thousand yuan" in table.title


def test_the_verdict_comes_first_and_the_next_line_last(found: Found) -> None:
    shown = page(found, "en")
    assert "The plan found is better in GMV" in shown.opening[0]
    assert shown.notes[0].startswith("against the same money in equal parts")
    assert shown.notes[-1] == f"Next: {FOLLOW}"


def test_what_holds_around_another_plan_is_not_told_of_the_one_that_is_kept(found: Found) -> None:
    told = planning.sentences(found, "en")
    signs = ("may move", "stays at", "is flat")
    around = {sentence for sentence in told if any(sign in sentence for sign in signs)}
    assert around
    priced = {price.sentence("en") for price in found.answer.binding}
    assert priced <= {*told}
    kept = replace(found, answer=replace(found.answer, status="kept", plan=found.current))
    lines = planning.sentences(kept, "en")
    assert not (around | priced) & {*lines}
    assert not any("against the same money" in line or "certificate" in line for line in lines)
    assert any("around another plan" in line for line in lines)
    assert planning.advice_tables(kept.answer) == {}
    assert len(planning.price_table(kept.answer)) == 0
    assert (page(kept, "en").data["prices"], page(kept, "en").data["binding"]) == ([], [])
    assert not any("around another plan" in line for line in told)


def test_the_data_is_json_with_money_in_yuan(found: Found) -> None:
    data = json.loads(json.dumps(page(found, "en").data, allow_nan=False))
    assert sum(money for line in data["allocation"].values() for money in line.values()) == data["spent"]
    assert data["verified"]["gain"] == pytest.approx(data["verified"]["after"] - data["verified"]["before"])
    assert set(data["prices"][0]) == {"limit", "price", "low", "high", "unit", "sentence_zh", "sentence_en"}


def test_the_tables_of_the_folder_hold_every_cell_limit_and_point(found: Found) -> None:
    allocation = planning.allocation_table(found.current, found.answer)
    assert list(zip(allocation["line"], allocation["phase"], strict=True)) == list(CELLS)
    assert (allocation["spend_after"] - allocation["spend_before"] == allocation["difference"]).all()
    assert len(planning.price_table(found.answer)) == len(found.answer.prices)
    assert len(planning.curve_table(found.answer)) == sum(len(c.spends) for c in found.answer.curves.values())


def test_the_worst_runs_stand_beside_the_mean(formulas: Any) -> None:
    current = dict.fromkeys(CELLS, 20_000_00)
    asked = Question(current, 80_000_00, Objective("gmv", "GMV", "GMV"), risk=Risk(0.5, 0.5, 2))
    answer = search(asked, formulas, Effort(rounds=2))
    careful = Found(answer, current, asked)
    shown = page(careful, "en")
    assert shown.notes[0].startswith("worst 50% of 16 fresh runs: before ")
    assert "so many agents (en)" in shown.notes
    before, after = json.loads(json.dumps(shown.data))["verified"]["outlooks"]
    assert after["mean"] - after["tail"] == pytest.approx(4)  # a seed is a yuan: of sixteen, the lower half is 4 below
    assert before["mean"] - before["tail"] == pytest.approx(4)
    table = planning.trade_off_table(answer)
    assert list(table["weight"]) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert len(shown.data["trade_offs"]) == 5


def test_a_line_has_no_prefix_and_a_gain_has_its_sign(found: Found) -> None:
    told = planning.sentences(found, "en")
    assert not any("channels." in line for line in told)
    assert any(line.startswith("against the same money in equal parts: +¥") for line in told)
