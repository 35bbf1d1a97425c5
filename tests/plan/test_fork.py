"""Bookings of a plan are lived as if the scenario had them."""

import numpy as np

from dacu.plan.budgets import question_of
from dacu.plan.fork import ForkingSimulator
from dacu.plan.problem import Cell
from dacu.scenario.load import load
from dacu.sim.stage import calendar_of

AGENTS = 300
NIGHT = Cell("live.midnight")


def simulator(*sets):
    loaded = load("scenarios/budget_618.yaml+live_slots", ["calendar.warmup=1d", "people.size=30万", *sets])
    question = question_of(loaded, calendar_of(loaded))
    return ForkingSimulator(loaded, question, 1, AGENTS, 1), question


def test_a_plan_that_holds_a_room_is_the_scenario_with_it_on_to_the_bit():
    runs, question = simulator()
    without, held = question.current, {**question.current, NIGHT: question.bookings[NIGHT.line]}
    outcomes = runs.outcomes([without, held], [1])
    on, asked = simulator("live.midnight.active=yes")
    assert asked.current == held
    assert np.array_equal(on.outcomes([asked.current], [1])[:, 0], outcomes[:, 1])
    own = [figure.name for figure in runs.figures].index(f"line.{NIGHT.line}")
    assert outcomes[own, 1, 0] > outcomes[own, 0, 0] == 0


def test_a_worker_keeps_the_worlds_last_asked_for_and_lives_the_others_again():
    loaded = load("scenarios/budget_618.yaml", ["calendar.warmup=1d", "people.size=30万"])
    question = question_of(loaded, calendar_of(loaded))
    few, many = (ForkingSimulator(loaded, question, 1, AGENTS, 1, keep=keep) for keep in (1, 2))
    for bench in (few._bench, many._bench):
        for seed in (1, 2, 1, 3):
            bench.prepare((), seed)
    assert [seed for _, seed in few._bench._start] == [3]
    assert [seed for _, seed in many._bench._start] == [1, 3]
    assert np.array_equal(few.outcomes([question.current], [1]), many.outcomes([question.current], [1]))
