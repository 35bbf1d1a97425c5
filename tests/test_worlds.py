"""Wins over worlds, and the coefficients that turn them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dacu.estimates import compare_paired, estimate, percentile
from dacu.results import Replication, Result, contrast, summarise
from dacu.worlds import threshold, wilson, wins

SPREAD = (np.arange(64) + 0.5) / 64
RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_wilson_interval_is_that_of_newcombe_1998(hits: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857: table I, method 3."""
    assert wilson(hits, n)[1:] == pytest.approx((low, high), abs=6e-5)


def test_percentiles_lie_between_neighbours() -> None:
    # five worlds: P10 lies four tenths of the way from the first to the second
    assert percentile([5.0, 1.0, 3.0, 4.0, 2.0], 0.1) == pytest.approx(1.4)
    assert percentile([5.0, 1.0, 3.0, 4.0, 2.0], 0.5) == 3
    assert percentile([7.0], 0.9) == 7


def test_the_interval_over_worlds_is_that_of_the_worlds() -> None:
    found = estimate([float(value) for value in range(11)], "yuan", "beliefs")
    assert (found.low, found.median, found.mean, found.high, found.kind) == (1, 5, 5, 9, "beliefs")


def test_wins_count_worlds_and_a_tie_is_no_win() -> None:
    won = wins([1.0, 1.0, 1.0, None], [2.0, 1.0, 0.0, 9.0], 1, {"a": np.array([0.2, 0.4, 0.6, 0.8])})
    assert won is not None
    assert (won.better, won.of) == (1, 3)
    assert won.share == wilson(1, 3)


def test_where_less_is_better_less_wins() -> None:
    won = wins([1.0, 1.0], [0.5, 2.0], -1, {"a": np.array([0.2, 0.8])})
    assert won is not None
    assert won.better == 1


def test_identical_plans_are_better_in_no_world() -> None:
    same = compare_paired([1.0, 2.0], [1.0, 2.0], "yuan", 1, "beliefs")
    assert (same.identical, same.better_probability) == (True, 0)


def test_the_coefficient_that_turns_the_answer_is_found_with_its_direction() -> None:
    noise = {f"idle{number}": RANDOM.permutation(SPREAD) for number in range(30)}
    gain = 0.5 - SPREAD + RANDOM.normal(0, 0.1, 64)
    won = wins([0.0] * 64, gain.tolist(), 1, {"turning": SPREAD, **noise})
    assert won is not None
    (driver,) = won.drivers
    assert driver.path == "turning"
    assert driver.correlation == pytest.approx(float(stats.spearmanr(SPREAD, gain)[0]))
    assert (driver.low, driver.high) == (32, 32)
    assert driver.better_low == int((gain[:32] > 0).sum()) > driver.better_high


def test_nothing_turns_an_answer_that_never_changes() -> None:
    won = wins([0.0] * 64, (1 + SPREAD).tolist(), 1, {"moving": SPREAD})
    assert won is not None
    assert (won.better, won.drivers) == (64, ())


def test_ties_share_their_ranks_as_in_spearman() -> None:
    gain = np.round(4 * SPREAD - 1.9)
    won = wins([0.0] * 64, gain.tolist(), 1, {"a": SPREAD})
    assert won is not None
    assert won.drivers[0].correlation == pytest.approx(float(stats.spearmanr(SPREAD, gain)[0]))


def test_the_threshold_is_passed_by_an_idle_coefficient_in_at_most_five_of_a_hundred_studies() -> None:
    coefficients, studies = 40, 400
    passed = 0
    for _ in range(studies):
        idle = {str(number): RANDOM.permutation(SPREAD) for number in range(coefficients)}
        won = wins([0.0] * 64, RANDOM.normal(0, 1, 64).tolist(), 1, idle)
        passed += bool(won and won.drivers)
    assert passed / studies < 0.075
    assert threshold(360, 64) == pytest.approx(stats.norm.isf(0.05 / 720) / np.sqrt(63))


def in_worlds(gmv: list[int]) -> Result:
    runs = [Replication(1, number, {"gmv": fen, "orders": 10, "lost_units": 0}) for number, fen in enumerate(gmv)]
    return summarise("plan", 1, 1000, 10, runs, kind="beliefs")


def test_results_over_worlds_say_so() -> None:
    base, other = in_worlds([100, 200, 300]), in_worlds([200, 200, 200])
    assert base.as_json()["kind"] == "beliefs"
    assert base.as_json()["kpis"]["gmv"]["median"] == 2
    where = {"behaviour.buy.trust": np.array([0.1, 0.5, 0.9])}
    gmv = contrast(base, other, "other", coordinates=where).kpis["gmv"].as_json()
    assert (gmv["kind"], gmv["better_worlds"], gmv["worlds"]) == ("beliefs", 1, 3)
    assert gmv["better_probability"] == pytest.approx(1 / 3)
    assert gmv["variance_ratio"] is None


def test_worlds_and_replications_cannot_be_paired() -> None:
    runs = [Replication(1, number, {"gmv": 1, "orders": 1, "lost_units": 0}) for number in range(3)]
    with pytest.raises(ValueError, match="same replications"):
        contrast(summarise("base", 1, 1000, 10, runs), in_worlds([1, 2, 3]), "other")
