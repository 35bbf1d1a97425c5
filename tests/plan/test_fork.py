"""Bookings of a plan are lived as if the scenario had them."""

import numpy as np
import pytest

from dacu.plan.budgets import question_of
from dacu.plan.fork import ForkingSimulator
from dacu.plan.problem import Cell
from dacu.scenario.load import load
from dacu.sim.stage import calendar_of

AGENTS = 300
NOON = Cell("live.noon")


def simulator(*sets):
    loaded = load("scenarios/budget_618.yaml+live_slots", ["calendar.warmup=1d", *sets])
    question = question_of(loaded, calendar_of(loaded))
    return ForkingSimulator(loaded, question, 1, AGENTS, 1), question


def test_a_plan_that_holds_a_room_is_the_scenario_with_it_on_to_the_bit():
    runs, question = simulator()
    without, held = question.current, {**question.current, NOON: question.bookings[NOON.line]}
    outcomes = runs.outcomes([without, held], [1])
    on, asked = simulator("live.noon.active=yes")
    assert asked.current == held
    assert np.array_equal(on.outcomes([asked.current], [1])[:, 0], outcomes[:, 1])
    contribution, gmv = ([f.name for f in runs.figures].index(name) for name in ("contribution", "gmv"))
    assert outcomes[gmv, 0] != pytest.approx(outcomes[gmv, 1])
    assert outcomes[contribution, 0] != pytest.approx(outcomes[contribution, 1])
