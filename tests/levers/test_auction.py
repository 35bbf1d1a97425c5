"""The second-price auction against numerical integration of its bid landscape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from dacu.levers.auction import FULLEST, bid_for, mean_price, median_for, win_rate

BIDS, QUALITIES = st.floats(0.1, 500), st.floats(0.2, 5)
MEDIANS, SIGMAS = st.floats(1, 200), st.floats(0.3, 1)


def landscape(median, sigma):
    return stats.lognorm(sigma, scale=median)


@given(BIDS, QUALITIES, MEDIANS, SIGMAS)
def test_a_bid_wins_where_rivals_bid_less_than_it_times_quality(bid, quality, median, sigma):
    assert win_rate(bid, quality, median, sigma) == pytest.approx(landscape(median, sigma).cdf(bid * quality), abs=1e-6)


@pytest.mark.parametrize(("bid", "quality"), [(20, 1), (30, 1), (60, 1), (30, 1.5), (30, 0.6)])
def test_the_winner_pays_the_rivals_best_price_over_its_own_quality(bid, quality):
    median, sigma = 30.0, 0.6
    law = landscape(median, sigma)
    paid = integrate.quad(lambda x: x / quality * law.pdf(x), 0, bid * quality)[0] / law.cdf(bid * quality)
    assert mean_price(bid, quality, median, sigma) == pytest.approx(paid, rel=1e-6)


@given(BIDS, QUALITIES, MEDIANS, SIGMAS)
def test_nobody_pays_more_than_their_bid(bid, quality, median, sigma):
    assert mean_price(bid, quality, median, sigma) <= bid * (1 + 1e-6)


def test_a_bid_of_nothing_wins_nothing():
    assert win_rate(0, 1, 30, 0.6) == 0
    assert mean_price(0, 1, 30, 0.6) == 0


@given(st.floats(0.01, 0.9), st.floats(0.1, 1e5), QUALITIES, MEDIANS, SIGMAS)
def test_the_bid_for_a_target_spends_the_target(share, opportunities, quality, median, sigma):
    richest = opportunities * median * np.exp(sigma**2 / 2) / quality
    bid = bid_for(share * richest, opportunities, quality, median, sigma, 1e9)
    won = opportunities * win_rate(bid, quality, median, sigma)
    assert won * mean_price(bid, quality, median, sigma) == pytest.approx(share * richest, rel=1e-4)


@given(st.floats(1, 1e6), st.floats(1, 3), QUALITIES, MEDIANS, SIGMAS)
def test_more_money_bids_no_less_and_never_above_the_maximum(target, more, quality, median, sigma):
    low, high = (bid_for(t, 1000, quality, median, sigma, 50) for t in (target, target * more))
    assert low <= high * (1 + 1e-9)
    assert high <= 50


@given(st.floats(1, 100), st.floats(1e-4, FULLEST), SIGMAS)
def test_at_the_solved_median_the_baseline_pays_the_reference_price(price, share, sigma):
    median = median_for(price, share, sigma)
    bid = median * np.exp(sigma * stats.norm.ppf(share))
    assert win_rate(bid, 1, median, sigma) == pytest.approx(share, rel=1e-4)
    assert mean_price(bid, 1, median, sigma) == pytest.approx(price, rel=1e-4)
