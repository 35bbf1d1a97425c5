"""Counts against SciPy's inverse CDF, and their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dacu.behaviour.counts import poisson

GRID = (np.arange(20_000) + 0.5) / 20_000
UNIFORMS = st.integers(0, 2**52 - 1).map(lambda k: (2 * k + 1) * 2.0**-53)


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


def test_a_mean_of_nothing_counts_nothing():
    assert poisson([0.9999, 0.5], [0.0, -3.0]).tolist() == [0, 0]


def test_each_row_has_its_own_mean_and_none_minds_the_others():
    u, means = np.resize(GRID[::97], 500), np.linspace(0, 80, 500)
    assert poisson(u, means).tolist() == [poisson(*row)[0] for row in zip(u, means, strict=True)]


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


def test_the_most_extreme_uniform_ends():
    assert poisson(1 - 2.0**-53, 30.0)[0] == pytest.approx(stats.poisson.isf(2.0**-40, 30), abs=1)
