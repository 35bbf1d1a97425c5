"""From a scenario to its budget question: what may move."""

import pytest

from dacu.plan.budgets import problem_of
from dacu.plan.problem import FREE, Cell
from dacu.scenario.load import load
from dacu.sim.stage import calendar_of


@pytest.fixture(scope="module")
def replanned():
    loaded = load("scenarios/replan_618.yaml")
    return problem_of(loaded, calendar_of(loaded))


def test_money_of_phases_before_today_stays_and_the_rest_is_free(replanned):
    assert {cell.phase for cell in replanned.current} == {"蓄水", "爆发", "返场"}
    for cell, money in replanned.current.items():
        span = replanned.range(cell)
        assert (span.least, span.most) == ((money, money) if cell.phase == "蓄水" else (FREE.least, FREE.most))


def test_without_today_nothing_is_over_and_the_budget_is_the_same(replanned):
    loaded = load("scenarios/replan_618.yaml", ["calendar.today=null"])
    whole = problem_of(loaded, calendar_of(loaded))
    assert whole.range(Cell("channels.千川商品", "蓄水")) == FREE
    assert whole.budget == replanned.budget
    assert whole.current == replanned.current
