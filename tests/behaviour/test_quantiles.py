"""Quantiles against SciPy's and their closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dacu.behaviour.quantiles import beta, exponential, gamma, lognormal, race, weibull
from dacu.draws import Stream, key, path_hash, uniform

GRID = (np.arange(1 << 17) + 0.5) / (1 << 17)
ENDS = np.array([2.0**-53, 1e-12, 0.5, 1 - 1e-12, 1 - 2.0**-53])
UNIFORMS = st.integers(0, 2**52 - 1).map(lambda k: (2 * k + 1) * 2.0**-53)


@pytest.mark.parametrize("shape", [0.02, 0.1, 0.7, 1.0, 2.0, 5.0])
def test_gamma_moments_and_values(shape):
    values = gamma(shape, GRID)
    assert values.mean() == pytest.approx(shape, rel=1e-3)
    assert values.var() == pytest.approx(shape, rel=0.01)
    exact = stats.gamma.ppf(GRID, shape)
    shown = exact > 1e-250
    assert np.max(np.abs(values[shown] / exact[shown] - 1)) < 1e-3


def test_gamma_of_shape_one_is_the_exponential():
    assert np.allclose(gamma(1.0, GRID), exponential(GRID), rtol=1e-3, atol=0)


@pytest.mark.parametrize(("a", "b"), [(1.0, 3.0), (0.7, 1.3), (0.05, 0.05), (4.0, 0.5), (50.0, 50.0)])
def test_beta_moments_and_values(a, b):
    values = beta(a, b, GRID)
    assert values.mean() == pytest.approx(a / (a + b), rel=1e-3)
    assert values.var() == pytest.approx(stats.beta.var(a, b), rel=0.01)
    assert np.max(np.abs(values - stats.beta.ppf(GRID, a, b))) < 5e-4


def test_beta_1_3_has_its_closed_form():
    assert np.allclose(beta(1.0, 3.0, GRID), 1 - np.cbrt(1 - GRID), rtol=0, atol=1e-4)


@given(UNIFORMS, UNIFORMS, st.sampled_from([0.02, 0.3, 1.0, 2.0, 40.0]))
def test_gamma_and_beta_rise(one, other, shape):
    u = np.array(sorted((one, other)))
    assert np.diff(gamma(shape, u))[0] >= 0
    assert np.diff(beta(shape, 1.3, u))[0] >= 0


def test_the_ends_of_the_uniform_give_finite_values_inside_the_range():
    for shape in (0.02, 1.0, 100.0):
        values = gamma(shape, ENDS)
        assert (values > 0).all()
        assert np.isfinite(values).all()
    values = beta(0.7, 1.3, ENDS)
    assert ((values > 0) & (values < 1)).all()


def test_gamma_shares_have_dirichlet_moments():
    concentration, centre = 4.8, np.array([0.4, 0.3, 0.2, 0.1])
    users = np.arange(40_000)
    parts = [
        gamma(concentration * share, uniform(key(1, 0, Stream.INTEREST, ordinal=topic), users))
        for topic, share in enumerate(centre)
    ]
    shares = np.array(parts) / np.sum(parts, axis=0)
    assert shares.mean(axis=1) == pytest.approx(centre, abs=0.005)
    assert shares.var(axis=1) == pytest.approx(centre * (1 - centre) / (concentration + 1), rel=0.03)


def test_lognormal_and_weibull_have_their_closed_forms():
    z = stats.norm.ppf(GRID)
    assert np.allclose(lognormal(GRID, 220.0, 0.8), 220 * np.exp(0.8 * z), rtol=1e-13, atol=0)
    exact = stats.weibull_min.ppf(GRID, 0.85, scale=3.7)
    assert np.allclose(weibull(GRID, 0.85, 3.7), exact, rtol=1e-10, atol=0)


def test_a_race_is_won_in_proportion_to_the_weights():
    weights = np.array([1.0, 2.0, 0.0, 5.0])
    users = np.arange(80_000)
    things = [path_hash(f"skus.s{i}") for i in range(4)]
    u = np.stack([uniform(key(2, 0, Stream.ITEM), users, np.full(users.size, one)) for one in things], axis=1)
    won = np.bincount(np.argmin(race(u, weights), axis=1), minlength=4) / users.size
    error = np.sqrt(weights / 8 * (1 - weights / 8) / users.size)
    assert (np.abs(won - weights / 8) <= 4 * error).all()


def test_a_new_alternative_takes_only_the_choices_that_it_wins():
    users = np.arange(5_000)
    things = [path_hash(f"skus.s{i}") for i in range(4)]
    u = np.stack([uniform(key(2, 0, Stream.ITEM), users, np.full(users.size, one)) for one in things], axis=1)
    before = np.argmin(race(u[:, :3], np.ones(3)), axis=1)
    after = np.argmin(race(u, np.ones(4)), axis=1)
    assert (after[after != 3] == before[after != 3]).all()
    assert np.mean(after == 3) == pytest.approx(0.25, abs=0.03)
