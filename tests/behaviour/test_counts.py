"""Counts against SciPy's inverse CDFs, and their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dacu.behaviour.counts import binomial, poisson

GRID = (np.arange(20_000) + 0.5) / 20_000
UNIFORMS = st.integers(0, 2**52 - 1).map(lambda k: (2 * k + 1) * 2.0**-53)
INNER = st.floats(1e-8, 1 - 1e-8)


@pytest.mark.parametrize("mean", [0.001, 0.1, 1.0, 7.5, 30.0])
def test_poisson_counts_up_to_a_mean_of_30_are_exact(mean):
    assert (poisson(GRID, mean) == stats.poisson.ppf(GRID, mean)).all()


@pytest.mark.parametrize("mean", [30.5, 60.0, 1e4, 1e6])
def test_large_poisson_counts_are_at_most_one_off_and_keep_their_moments(mean):
    counts = poisson(GRID, mean)
    off = np.abs(counts - stats.poisson.ppf(GRID, mean))
    assert off.max() <= 1
    assert off.mean() < 0.01
    assert counts.mean() == pytest.approx(mean, rel=1e-4)
    assert counts.var() == pytest.approx(mean, rel=0.005)


@pytest.mark.parametrize(("trials", "p"), [(1, 0.2), (10, 0.3), (60, 0.5), (1000, 0.02), (40, 0.99), (7, 0.5)])
def test_binomial_counts_of_small_means_are_exact(trials, p):
    assert (binomial(GRID, trials, p) == stats.binom.ppf(GRID, trials, p)).all()


@pytest.mark.parametrize(("trials", "p"), [(61, 0.5), (1000, 0.04), (1000, 0.9), (100_000, 0.5)])
def test_large_binomial_counts_are_at_most_one_off(trials, p):
    off = np.abs(binomial(GRID, trials, p) - stats.binom.ppf(GRID, trials, p))
    assert off.max() <= 1
    assert off.mean() < 0.01


def test_nothing_and_everything():
    assert poisson([0.9999, 0.5], [0.0, -3.0]).tolist() == [0, 0]
    assert binomial(0.7, [0, 5, 5, 5], [0.5, 0.0, 1.0, 1.5]).tolist() == [0, 0, 5, 5]


def test_each_row_has_its_own_mean_and_none_minds_the_others():
    u, means = np.resize(GRID[::97], 500), np.linspace(0, 80, 500)
    assert poisson(u, means).tolist() == [poisson(*row)[0] for row in zip(u, means, strict=True)]
    chances = np.linspace(0, 1, 500)
    alone = [binomial(one, 70, p)[0] for one, p in zip(u, chances, strict=True)]
    assert binomial(u, 70, chances).tolist() == alone


@given(UNIFORMS, st.floats(0, 100), st.floats(0, 100))
def test_poisson_counts_rise_with_the_mean(u, one, other):
    low, high = poisson(u, sorted((one, other)))
    assert low <= high


@given(UNIFORMS, UNIFORMS, st.floats(0, 1e6))
def test_poisson_counts_rise_with_the_uniform(one, other, mean):
    low, high = poisson(sorted((one, other)), mean)
    assert low <= high


@pytest.mark.parametrize("u", [0.5, 0.001, 0.999, 2.0**-53, 1 - 2.0**-53])
def test_poisson_counts_rise_where_the_normal_quantile_takes_over(u):
    assert (np.diff(poisson(u, np.linspace(29.5, 32, 5001))) >= 0).all()


@given(INNER, st.integers(0, 400), st.floats(0, 1), st.floats(0, 1))
def test_binomial_counts_rise_with_the_chance(u, trials, one, other):
    low, high = binomial(u, trials, sorted((one, other)))
    assert 0 <= low <= high <= trials


@given(UNIFORMS, UNIFORMS, st.integers(0, 10_000), st.floats(0, 1))
def test_binomial_counts_rise_with_the_uniform(one, other, trials, p):
    low, high = binomial(sorted((one, other)), trials, p)
    assert low <= high


def test_the_most_extreme_uniform_ends():
    assert poisson(1 - 2.0**-53, 30.0)[0] == pytest.approx(stats.poisson.isf(2.0**-40, 30), abs=1)
    assert binomial(1 - 2.0**-53, 50, 0.4)[0] <= 50
