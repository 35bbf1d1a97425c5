"""From a scenario to its budget question: what may move."""

import pytest

from dacu.plan.budgets import question_of
from dacu.plan.limits import limits_of
from dacu.plan.problem import Cell
from dacu.plan.program import nearest
from dacu.plan.question import FREE
from dacu.scenario.load import load
from dacu.sim.stage import calendar_of


@pytest.fixture(scope="module")
def replanned():
    loaded = load("scenarios/replan_618.yaml")
    return question_of(loaded, calendar_of(loaded))


def test_money_of_phases_before_today_stays_and_the_rest_is_free(replanned):
    assert {cell.phase for cell in replanned.current} == {"蓄水", "爆发", "返场"}
    for cell, money in replanned.current.items():
        span = replanned.range(cell)
        assert (span.least, span.most) == ((money, money) if cell.phase == "蓄水" else (FREE.least, FREE.most))


def test_without_today_nothing_is_over_and_the_budget_is_the_same(replanned):
    loaded = load("scenarios/replan_618.yaml", ["calendar.today=null"])
    whole = question_of(loaded, calendar_of(loaded))
    assert whole.range(Cell("channels.千川商品", "蓄水")) == FREE
    assert whole.budget == replanned.budget
    assert whole.current == replanned.current


def test_a_plan_that_would_move_spent_money_gives_way_to_one_that_does_not(replanned):
    later = {cell: money for cell, money in replanned.current.items() if cell.phase != "蓄水"}
    wish = dict.fromkeys(replanned.current, 0.0) | {cell: money * 1.5 for cell, money in later.items()}
    plan = nearest(wish, limits_of(replanned))
    spent = {cell: money for cell, money in plan.items() if cell.phase == "蓄水"}
    assert spent == pytest.approx({cell: replanned.current[cell] for cell in spent}, abs=1)
    assert sum(plan.values()) == pytest.approx(replanned.budget, abs=len(plan))
    assert plan != pytest.approx(replanned.current, abs=1)
