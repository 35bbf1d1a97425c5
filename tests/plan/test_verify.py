"""Paired comparison and the rules of thumb."""

import numpy as np
import pytest

from dacu.plan.baselines import by_last_touch, equal_split, greedy
from dacu.plan.fit import Fitted
from dacu.plan.limits import limits_of
from dacu.plan.problem import Cell
from dacu.plan.question import Objective, Question, Range
from dacu.plan.verify import paired, verify

A, B, C = CELLS = tuple(Cell(f"channels.{name}", "burst") for name in "abc")


def question(**demands):
    return Question({A: 100_00, B: 100_00, C: 100_00}, 300_00, Objective("gmv", "GMV", "GMV"), **demands)


def test_the_interval_is_students():
    # differences 1, 2, 3: mean 2, standard error 1/√3, t(.975, 2) = 4.302653
    gain = paired(np.array([10.0, 20.0, 30.0]), np.array([11.0, 22.0, 33.0]))
    assert gain.mean == pytest.approx(2.0)
    assert gain.standard_error == pytest.approx(1 / np.sqrt(3))
    assert (gain.low, gain.high) == pytest.approx((2 - 4.302653 / np.sqrt(3), 2 + 4.302653 / np.sqrt(3)), rel=1e-6)


def test_an_equal_split_is_equal_where_nothing_forbids_it():
    asked = question()
    assert equal_split({A: 200_00, B: 100_00, C: 0}, asked, limits_of(asked)) == {A: 100_00, B: 100_00, C: 100_00}


def test_an_equal_split_keeps_the_limits():
    asked = question(lines={"channels.a": Range(most=40_00)})
    split = equal_split(asked.current, asked, limits_of(asked))
    assert split[A] == 40_00
    assert split[B] >= 100_00
    assert split[C] >= 100_00


def test_money_in_proportion_to_last_touch_roi_keeps_the_phases_of_each_line():
    warm, burst = Cell("channels.a", "warm"), Cell("channels.a", "burst")
    current = {warm: 10_00, burst: 30_00, B: 60_00}
    asked = _asks(current)
    plan = by_last_touch(current, {"channels.a": 120_00, "channels.b": 60_00}, asked, limits_of(asked))
    # ROI 3 and 1: three quarters to a, a quarter of them in the warm-up
    assert plan == {warm: 19_00, burst: 56_00, B: 25_00}  # whole yuan, of 18.75 and 56.25


def test_greedy_money_follows_the_next_return():
    curves = {A: Fitted((0.0, 50_00.0, 100_00.0), (0.0, 10.0, 11.0)), B: Fitted((0.0, 100_00.0), (0.0, 5.0))}
    asked = _asks({A: 50_00, B: 50_00})
    assert greedy(asked.current, curves, asked, limits_of(asked)) == {A: 50_00, B: 50_00}
    poorer = {A: curves[A], B: Fitted((0.0, 100_00.0), (0.0, 1.0))}
    assert greedy(asked.current, poorer, asked, limits_of(asked))[A] == 100_00


def _asks(current):
    return Question(current, 100_00, Objective("gmv", "GMV", "GMV"))


def test_the_plan_found_stands_beside_the_current_one_and_its_rivals(toy):
    class Counter(toy):
        """GMV is the money of A, plus the seed."""

        def values(self, plans, seeds):
            return [[plan[A] + seed for seed in seeds] for plan in plans]

    found, current = {A: 240_00, B: 30_00, C: 30_00}, question().current
    verified = verify(Counter(), lambda _, outcomes: outcomes[0] / 100, current, found, {"equal": current}, [4, 6])
    assert (verified.before, verified.after, verified.rivals["equal"].value) == (100_05, 240_05, 100_05)
    assert (verified.gain.mean, verified.gain.low, verified.gain.high) == (140_00, 140_00, 140_00)
    assert verified.rivals["equal"].gain.mean == 140_00
    assert verified.values == {"gmv": (100_05 * 100, 240_05 * 100)}
    assert verified.seeds == (4, 6)
