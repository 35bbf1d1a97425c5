"""Paired comparison and the equal split."""

import numpy as np
import pytest

from dacu.plan.limits import limits_of
from dacu.plan.problem import Cell
from dacu.plan.question import Objective, Question, Range
from dacu.plan.verify import equal_split, paired, verify

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
    assert equal_split(300_00, CELLS, limits_of(question())) == {A: 100_00, B: 100_00, C: 100_00}


def test_an_equal_split_keeps_the_limits():
    split = equal_split(300_00, CELLS, limits_of(question(lines={"channels.a": Range(most=40_00)})))
    assert split[A] == 40_00
    assert split[B] >= 100_00
    assert split[C] >= 100_00


class Counter:
    """GMV is the money of A, plus the seed."""

    def work(self, plans):
        return float(len(plans))

    def outcomes(self, plans, seeds):
        return np.array([[plan[A] + seed for seed in seeds] for plan in plans], dtype=float)


def test_the_plan_found_stands_beside_the_current_one_and_the_equal_split():
    found = {A: 240_00, B: 30_00, C: 30_00}
    verified = verify(Counter(), question().current, found, limits_of(question()), [4, 6])
    assert (verified.before, verified.after, verified.equal) == (100_05, 240_05, 100_05)
    assert (verified.gain.mean, verified.gain.low, verified.gain.high) == (140_00, 140_00, 140_00)
    assert verified.over_equal.mean == 140_00
    assert verified.seeds == (4, 6)
