"""Which alternative is best: wins and regret counted by hand."""

import numpy as np
import pytest

from dacu.study.ranking import ranking


def test_wins_and_regret_are_counted_over_cases() -> None:
    outcomes = {"a": np.array([10.0, 10, 10, 10]), "b": np.array([8.0, 13, 9, 7])}
    found = ranking(outcomes, [0, 1, 2, 3], better=1)
    first, second = found.ranks
    assert (first.name, first.mean, first.best.value, first.regret.value) == ("a", 10.0, 0.75, 0.75)
    assert (second.name, second.mean, second.best.value) == ("b", 9.25, 0.25)
    assert second.regret.value == (2 + 0 + 1 + 3) / 4
    assert second.regret.low <= second.regret.value <= second.regret.high
    assert (found.cases, found.worlds, found.missing) == (4, 4, 0)


def test_less_may_be_better_and_ties_share() -> None:
    found = ranking({"a": np.array([1.0, 2]), "b": np.array([1.0, 5])}, [0, 1], better=-1)
    told = [(rank.name, rank.best.value, rank.regret.value) for rank in found.ranks]
    assert told == [("a", 0.75, 0.0), ("b", 0.25, 1.5)]


def test_a_case_that_lacks_an_alternative_is_left_out() -> None:
    found = ranking({"a": np.array([1.0, np.nan, 3]), "b": np.array([2.0, 9, 1])}, [0, 1, 2], better=1)
    assert (found.cases, found.missing) == (2, 1)
    assert {rank.name: rank.mean for rank in found.ranks} == {"a": 2.0, "b": 1.5}


def test_replications_of_a_world_are_one_witness() -> None:
    outcomes = {"a": np.arange(40.0) + 1, "b": np.arange(40.0)}
    alone = ranking(outcomes, np.arange(40), better=1).ranks[0]
    together = ranking(outcomes, np.repeat(np.arange(4), 10), better=1).ranks[0]
    assert alone.best.value == together.best.value == 1.0
    assert together.best.low == pytest.approx(4 / (4 + 1.959964**2), abs=1e-6)
    assert together.best.low < alone.best.low


def test_alternatives_that_come_to_the_same_do_not_differ() -> None:
    same = {"a": np.array([1.0, 2]), "b": np.array([1.0, 2])}
    assert not ranking(same, [0, 1], better=1).differ
    assert ranking(same | {"c": np.array([1.0, 3])}, [0, 1], better=1).differ
