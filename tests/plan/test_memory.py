"""A search that was stopped goes on where it was: what was simulated is not simulated again."""

import numpy as np
import pytest

from dacu.plan.budgets import question_of
from dacu.plan.figures import figures_of
from dacu.plan.fork import ForkingSimulator
from dacu.plan.memory import Kept
from dacu.scenario.load import load
from dacu.sim.stage import calendar_of

AGENTS = 300


@pytest.fixture
def asked(monkeypatch, tmp_path):
    monkeypatch.setenv("DACU_CACHE", str(tmp_path))

    def ask(sets=(), agents=AGENTS):
        loaded = load("scenarios/budget_618.yaml", ["calendar.warmup=1d", *sets])
        question = question_of(loaded, calendar_of(loaded))
        kept = Kept(loaded, figures_of(question), 1, agents)
        return ForkingSimulator(loaded, question, 1, agents, 1, kept), question

    return ask


def test_what_was_simulated_is_recalled_to_the_bit_and_nothing_else(asked):
    simulator, question = asked()
    cell = next(cell for cell in question.current if cell.phase == "返场")
    plans = [question.current, {**question.current, cell: question.current[cell] + 1_000_00}]
    first = simulator.outcomes(plans, [1])
    assert simulator.recalled == 0
    again, _ = asked()
    assert np.array_equal(again.outcomes(plans, [1]), first)
    assert again.recalled == 2
    again.outcomes(plans[:1], [2])
    assert again.recalled == 2


def test_other_limits_find_the_same_runs_and_another_shop_does_not(asked):
    simulator, question = asked()
    simulator.outcomes([question.current], [1])
    limited, _ = asked(["optimise.daily_cap_multiple=4"])
    limited.outcomes([question.current], [1])
    assert limited.recalled == 1
    other, _ = asked(["people.customers=6%"])
    other.outcomes([question.current], [1])
    assert other.recalled == 0
