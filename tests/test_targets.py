"""The chance of a target, by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from dacu.errors import InputError
from dacu.kpis import BY_ID
from dacu.targets import Target, parse_condition, parse_figure, prospects
from dacu.worlds import wilson

GMV, COST = Target("gmv", "at_least", 105.0), Target("marketing_cost_rate", "at_most", 0.25)
FOUR = {"gmv": [100.0, 104.0, 108.0, 112.0], "marketing_cost_rate": [0.2, 0.3, 0.2, 0.3]}


def test_few_replications_predict_the_next_by_students_t() -> None:
    (found,) = prospects([GMV], FOUR, 4, "sampling")
    # mean 106, s² = 80/3, spread √(80/3 · 5/4), 3 degrees of freedom
    spread = sqrt(80 / 3 * 1.25)
    assert found.chance == pytest.approx(stats.t.cdf(1 / spread, 3))
    assert (found.p10, found.p50, found.p90) == pytest.approx(
        (106 - 1.637744 * spread, 106, 106 + 1.637744 * spread), abs=1e-4
    )
    assert (found.gap, found.rule, found.low) == (pytest.approx(1), "predicted", None)


def test_where_less_is_wanted_the_chance_turns_round() -> None:
    (least,) = prospects([GMV], FOUR, 4, "sampling")
    (most,) = prospects([Target("gmv", "at_most", 105.0)], FOUR, 4, "sampling")
    assert most.chance == pytest.approx(1 - least.chance)
    assert most.gap == pytest.approx(-1)


def test_one_more_run_lies_between_p10_and_p90_in_80_of_100_repeats() -> None:
    draws = np.random.default_rng(7).normal(50, 9, (4_000, 6)).tolist()
    inside = 0
    for *seen, following in draws:
        (found,) = prospects([GMV], {"gmv": seen}, 5, "sampling")
        assert found.p10 is not None
        assert found.p90 is not None
        inside += found.p10 <= following <= found.p90
    assert inside / len(draws) == pytest.approx(0.8, abs=0.02)


def test_equal_figures_reach_a_target_surely_or_never() -> None:
    even = {"gmv": [105.0, 105.0, 105.0]}
    assert prospects([GMV], even, 3, "sampling")[0].chance == 1
    assert prospects([Target("gmv", "at_least", 105.01)], even, 3, "sampling")[0].chance == 0


def test_worlds_are_counted() -> None:
    (found,) = prospects([GMV], FOUR, 4, "beliefs")
    assert (found.chance, found.rule, found.kind) == (0.5, "counted", "beliefs")
    assert (found.low, found.high) == wilson(2, 4)[1:]
    assert (found.p10, found.p50, found.p90) == pytest.approx((101.2, 106, 110.8))


def test_many_replications_are_counted_too() -> None:
    figures = {"gmv": [float(value) for value in range(90, 120)]}
    (found,) = prospects([GMV], figures, 30, "sampling")
    assert (found.chance, found.rule) == (0.5, "counted")


def test_all_together_needs_every_target_in_the_same_world() -> None:
    *_, both = prospects([GMV, COST], FOUR, 4, "beliefs")
    assert both.target is None
    assert both.chance == 0.25  # the third world alone


def test_all_together_is_never_likelier_than_the_least_likely() -> None:
    sure = {"gmv": [110.0, 130.0, 106.0], "marketing_cost_rate": [0.24, 0.1, 0.2]}
    gmv, cost, both = prospects([GMV, COST], sure, 3, "sampling")
    assert both.chance == min(gmv.chance, cost.chance) < 1


def test_an_undefined_figure_reaches_nothing() -> None:
    (found,) = prospects([Target("cac", "at_most", 50.0)], {"cac": [40.0, None, 45.0, 60.0]}, 4, "sampling")
    assert (found.chance, found.rule) == (0.5, "counted")
    (never,) = prospects([Target("cac", "at_most", 50.0)], {}, 2, "sampling")
    assert (never.chance, never.p50, never.gap) == (0, None, None)


def test_no_targets_no_prospects() -> None:
    assert prospects([], FOUR, 4, "sampling") == []


@pytest.mark.parametrize(
    ("kpi", "text", "value"),
    [("net_gmv", "2600万", 26e6), ("refund_rate", "25%", 0.25), ("roi", "1:3.2", 3.2), ("orders", "1.2万", 12_000),
     ("reply_mean_s", "30", 30)],
)  # fmt: skip
def test_a_figure_is_written_in_its_kpis_unit(kpi: str, text: str, value: float) -> None:
    assert parse_figure(text, BY_ID[kpi]) == value


def test_a_condition_is_a_target_of_the_command_line() -> None:
    assert parse_condition("net_gmv >= 2600万") == Target("net_gmv", "at_least", 26e6)
    assert parse_condition("refund_rate<=20%") == Target("refund_rate", "at_most", 0.2)


@pytest.mark.parametrize(
    ("text", "code"),
    [("net_gmv", "condition_unreadable"), ("net_gmv>3", "condition_unreadable"), ("net_gmw>=3", "unknown_kpi"),
     ("ctr>=much", "not_a_share")],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_condition(text)
    assert [finding.code for finding in refused.value.findings] == [code]
