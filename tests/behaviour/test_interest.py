"""Stocks, need, match and fatigue against arithmetic by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.behaviour.interest import (
    exposure_gain,
    gain,
    kept,
    log_of_views,
    match,
    match_pairs,
    need,
    parts,
    search_rate,
    stock,
    weariness,
)
from dacu.behaviour.parameters import read, root

BEHAVIOUR = read(root().children["behaviour"])
SHARES = st.floats(0, 1, width=32)
VECTORS = st.lists(st.integers(0, 127), min_size=8, max_size=8)


def floats(*values):
    return np.array(values, np.float32)


@given(st.integers(0, 65535))
def test_a_stored_stock_is_read_and_stored_again_unchanged(stored):
    column = np.array([stored], np.uint16)
    assert parts(stock(column)) == column


def test_a_stock_outside_its_bounds_is_stored_at_them():
    assert parts(floats(-0.5, 1.5)).tolist() == [0, 65535]


def test_after_a_half_life_half_is_kept_and_after_two_a_quarter():
    assert kept(30, 30) == pytest.approx(0.5, rel=1e-12)
    assert kept(7, 14) == pytest.approx(0.25, rel=1e-12)
    assert kept(7, 0) == 1


@given(SHARES, SHARES)
def test_a_gain_closes_its_share_of_the_gap_and_never_overfills(before, closed):
    after = gain(floats(before), 1 - floats(closed))[0]
    assert before - 1e-6 <= after <= 1
    assert after == pytest.approx(before + closed * (1 - before), abs=1e-6)


def test_an_exposure_gains_by_twice_its_quality_and_its_match():
    assert exposure_gain(0.04, floats(0.5, 1.0, 0.5), floats(1.0, 0.5, 0.0)) == pytest.approx([0.04, 0.04, 0])
    assert exposure_gain(3.0, floats(1.0), floats(1.0)) == 1


def test_need_is_full_without_stock_and_falls_with_days_of_stock_over_the_cycle():
    stocked = np.array([0, 100, 100 + 24 * 10], np.int32)
    needs = need(stocked, floats(20, 20, 20), 100)
    assert needs == pytest.approx([1, 1, np.exp(-1.5 * 10 / 20)], rel=1e-5)


def test_match_is_the_cosine_and_never_negative():
    interests = np.array([[127, 0, 90], [0, 127, 90], *[[0, 0, 0]] * 6], np.int8)
    topic = floats(1, 0, 0, 0, 0, 0, 0, 0)
    assert match(interests, topic) == pytest.approx([1, 0, 90 / 127], abs=1e-6)
    assert match(interests, -topic).tolist() == [0, 0, 0]


@given(VECTORS, st.lists(SHARES, min_size=8, max_size=8))
def test_match_of_pairs_is_match_one_by_one(interest, topic):
    interests, topics = np.array(interest, np.int8)[:, None], np.array(topic, np.float32)
    people = np.arange(interests.shape[1])
    pairs = match_pairs(interests, people, topics[:, None], np.zeros_like(people))
    assert pairs == pytest.approx(match(interests, topics), abs=1e-5)


@given(st.lists(st.integers(0, 65535), min_size=2, max_size=20))
def test_weariness_rises_with_views(views):
    column = np.sort(np.array(views, np.uint16))
    assert (np.diff(weariness(log_of_views(), column, 0.25)) >= 0).all()


def test_weariness_of_three_views_is_the_weight_times_ln_four():
    views = np.array([0, 3 * 256], np.uint16)
    assert weariness(log_of_views(), views, 0.25) == pytest.approx([0, 0.25 * np.log(4)], abs=1e-6)


@given(SHARES, SHARES, SHARES, SHARES)
def test_stored_interest_and_need_raise_brand_searches(awareness, consideration, needed, more):
    base = search_rate(BEHAVIOUR, floats(awareness), floats(consideration), floats(needed))
    rates = [
        search_rate(BEHAVIOUR, floats(min(1, awareness + more)), floats(consideration), floats(needed)),
        search_rate(BEHAVIOUR, floats(awareness), floats(min(1, consideration + more)), floats(needed)),
        search_rate(BEHAVIOUR, floats(awareness), floats(consideration), floats(min(1, needed + more))),
    ]
    assert min(rates) >= base >= 0


def test_a_full_stock_and_need_search_at_the_rate_of_the_parameters():
    facts = BEHAVIOUR.search
    full = search_rate(BEHAVIOUR, floats(1), floats(1), floats(1))
    assert full == pytest.approx(facts.brand_rate * (1 + facts.brand_awareness), rel=1e-6)
