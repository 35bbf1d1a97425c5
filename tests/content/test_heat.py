"""Freshness and heat: closed forms, steady states, bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.behaviour.parameters import read, root
from dacu.content.heat import expected_weight, freshness, pool_factor, update_heat
from dacu.content.items import Item, ItemsBuilder

BEHAVIOUR = read(root().children["behaviour"])
FACTS = BEHAVIOUR.content
ROW = np.array([0], np.int32)


def one_item(**facts):
    builder = ItemsBuilder()
    builder.add(Item("post", (1,) * 8, (0,), live_from=10.0, half_life=12.0, floor=0.03, **facts), 0)
    return builder.build(1)


def test_an_item_is_not_seen_before_it_is_live_then_halves_and_keeps_its_floor():
    items = one_item()
    assert freshness(items, 9.9) == 0
    assert freshness(items, 10) == 1
    assert freshness(items, 22) == pytest.approx([0.5])
    assert freshness(items, 500) == pytest.approx([0.03])


def test_the_usual_weight_of_a_view_is_the_rate_times_the_mean_weight_of_kinds():
    rate = FACTS.interaction
    assert expected_weight(BEHAVIOUR.content) == pytest.approx([rate * 2.0, rate * (0.45 + 0.3 + 1.05 + 0.5)])


def steady(ratio, hours=400):
    """ln M of an item whose smoothed engagement is `ratio` of the usual, after many hours."""
    items = one_item()
    usual = float(expected_weight(BEHAVIOUR.content)[0])
    items["plays"][0] = 10**9
    items["weighted"][0] = round(usual * ratio * 10**9)
    for _ in range(hours):
        update_heat(BEHAVIOUR, items, ROW)
    return float(pool_factor(items)[0])


def test_the_steady_pool_is_the_engagement_ratio_to_the_power_of_heat():
    assert steady(1.5) == pytest.approx(1.5**FACTS.heat_power, rel=1e-3)
    assert steady(1.0) == pytest.approx(1, rel=1e-6)
    assert steady(500) == pytest.approx(FACTS.heat_high, rel=1e-6)
    assert steady(0.01) == pytest.approx(FACTS.heat_low, rel=1e-6)


def test_heat_moves_its_share_of_the_way_in_an_hour():
    items = one_item()
    usual = float(expected_weight(BEHAVIOUR.content)[0])
    items["plays"][0], items["weighted"][0] = 1_000_000, round(2 * usual * 1_000_000)
    update_heat(BEHAVIOUR, items, ROW)
    rate = (usual * FACTS.smoothing + items["weighted"][0]) / (FACTS.smoothing + 1_000_000)
    assert items["heat"][0] == pytest.approx(FACTS.heat_speed * FACTS.heat_power * np.log(rate / usual), rel=1e-9)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_engagement_never_cools_an_item(plays, weighted, more):
    heats = []
    for engagement in (weighted, weighted + more):
        items = one_item()
        items["plays"][0], items["weighted"][0] = plays, engagement
        update_heat(BEHAVIOUR, items, ROW)
        heats.append(float(items["heat"][0]))
    assert heats[0] <= heats[1]
    assert np.log(FACTS.heat_low) - 1e-9 <= heats[0]
    assert heats[1] <= np.log(FACTS.heat_high) + 1e-9


def test_an_algorithm_that_asks_for_more_lowers_the_pool_and_sharpens_it():
    """M = (E / (bar·e*))^(η·power): what was ordinary engagement is below the bar."""
    items = one_item()
    usual = float(expected_weight(BEHAVIOUR.content)[0])
    items["plays"][0], items["weighted"][0] = 10**9, round(usual * 1.5 * 10**9)
    for _ in range(400):
        update_heat(BEHAVIOUR, items, ROW, power=1.3, bar=1.2)
    assert float(pool_factor(items)[0]) == pytest.approx((1.5 / 1.2) ** (FACTS.heat_power * 1.3), rel=1e-3)
