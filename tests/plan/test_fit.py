"""The concave fit: exact where the points are concave, the true least squares where they are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from dacu.errors import Fault
from dacu.plan.fit import Fitted as Curve
from dacu.plan.fit import Probe, fit


def points(spends, gains):
    return [Probe(float(x), (float(g),)) for x, g in zip(spends, gains, strict=True)]


def squared_error(values, gains):
    return float(np.sum((np.asarray(values) - np.asarray(gains)) ** 2))


def test_concave_points_are_their_own_fit():
    curve = fit(points([0, 100, 300, 600], [0.0, 50.0, 90.0, 110.0]))
    assert curve.values == pytest.approx((0.0, 50.0, 90.0, 110.0), abs=1e-9)
    assert curve.fit_error == pytest.approx(0.0, abs=1e-9)


def test_a_convex_bend_becomes_the_regression_line():
    # 0, 0, 3 at 0, 1, 2: the best concave curve is the least-squares line −.5 + 1.5 x
    curve = fit(points([0, 1, 2], [0.0, 0.0, 3.0]))
    assert curve.values == pytest.approx((-0.5, 1.0, 2.5))
    assert curve.fit_error == pytest.approx(np.sqrt(1.5 / 3))
    assert len(curve.segments) == 1


def test_a_falling_end_becomes_flat():
    # the last two points pool to their mean
    curve = fit(points([0, 1, 2], [0.0, 4.0, 2.0]))
    assert curve.values == pytest.approx((0.0, 3.0, 3.0))
    assert curve.next_slope(1.0) == 0.0


def test_where_money_is_itself_a_cost_the_curve_may_fall_by_that_much_and_no_more():
    spends, returns = np.array([0.0, 100.0, 200.0, 300.0]), np.array([0.0, 150.0, 180.0, 180.0])
    curve = fit(points(spends, returns - spends), least_slope=-1.0)
    assert curve.values == pytest.approx(returns - spends, abs=1e-9)
    steeper = fit(points(spends, returns - 3 * spends), least_slope=-1.0)
    assert min(segment.slope for segment in steeper.segments) == pytest.approx(-1.0)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 50), min_size=2, max_size=6),
    st.lists(st.integers(-20, 40), min_size=7, max_size=7),
)
def test_the_fit_is_the_least_squares_of_a_general_solver(steps, rises):
    spends = np.concatenate([[0.0], np.cumsum(steps)])
    gains = np.cumsum(rises[: len(spends)]).astype(float)
    curve = fit(points(spends, gains))

    def slopes(values):
        return np.diff(values) / np.diff(spends)

    general = minimize(
        squared_error,
        np.linspace(gains.min(), gains.max(), len(gains)),
        args=(gains,),
        method="SLSQP",
        constraints=[
            {"type": "ineq", "fun": lambda values: -np.diff(slopes(values))},
            {"type": "ineq", "fun": lambda values: slopes(values)[-1:]},
        ],
        options={"maxiter": 500, "ftol": 1e-12},
    )
    assert squared_error(curve.values, gains) <= general.fun * (1 + 1e-6) + 1e-6
    assert np.all(np.diff(slopes(curve.values)) <= 1e-9 * (1 + np.abs(gains).max()))
    assert slopes(curve.values)[-1] >= -1e-9


def test_pooling_adjacent_slopes_would_not_be_the_best_fit():
    spends, gains = [0, 1, 2, 3], [0.0, 1.0, 4.0, 4.5]
    pooled = np.array([0.0, 2.0, 4.0, 4.5])  # slopes 1, 3 pooled to 2, 2; then .5
    pooled += np.mean(gains) - np.mean(pooled)
    assert squared_error(fit(points(spends, gains)).values, gains) < squared_error(pooled, gains) - 0.05


def test_a_common_error_of_all_gains_moves_only_the_level():
    spends, gains = [0, 10, 20, 30], np.array([0.0, 9.0, 7.0, 16.0])
    curve, shifted = fit(points(spends, gains)), fit(points(spends, gains + 5))
    assert np.array(shifted.values) - np.array(curve.values) == pytest.approx(np.full(4, 5.0))


@pytest.mark.parametrize("factor", [1e-6, 1.0, 1e6])
def test_the_fit_does_not_depend_on_units(factor):
    spends, gains = np.array([0.0, 10.0, 20.0, 30.0]), np.array([0.0, 9.0, 7.0, 16.0])
    scaled = fit(points(spends * factor, gains / factor))
    assert np.array(scaled.values) * factor == pytest.approx(np.array(fit(points(spends, gains)).values))


def noisy(shape, seeds=8, noise=0.5):
    draws = np.random.default_rng(3).normal(0, noise, (4, seeds))
    return [Probe(float(x), tuple(shape(x) + draws[i])) for i, x in enumerate([0, 10, 20, 30])]


def test_an_s_shape_shows_in_the_test_of_concavity():
    assert fit(noisy(lambda x: 0.02 * x**2)).convexity < 0.01


def test_the_test_of_concavity_is_a_paired_t_for_the_worst_of_the_bends():
    # bends by seed: at 1 they are 1, 2, 3, so t = 2√3 with 2 degrees of freedom; at 2 they are all −5
    gains = {0.0: (0.0, 0.0, 0.0), 1.0: (4.0, 4.0, 4.0), 2.0: (9.0, 10.0, 11.0), 3.0: (9.0, 11.0, 13.0)}
    curve = fit([Probe(x, g) for x, g in gains.items()])
    one_sided = (1 - np.sqrt(12 / 14)) / 2  # P(T₂ > t) = (1 − t/√(2 + t²)) / 2
    assert curve.convexity == pytest.approx(2 * one_sided)


def test_noise_on_a_concave_curve_is_not_called_convex():
    assert fit(noisy(lambda x: 5 * np.sqrt(x))).convexity > 0.2


def test_without_noise_the_test_of_concavity_is_certain():
    convex = [Probe(float(x), (x**2, x**2)) for x in (0.0, 1.0, 2.0)]
    straight = [Probe(float(x), (3 * x, 3 * x)) for x in (0.0, 0.1, 0.3)]
    assert fit(convex).convexity < 1e-6
    assert fit(straight).convexity > 0.2


def test_a_curve_interpolates_and_ends_where_the_simulation_ended():
    curve = Curve((100.0, 200.0), (0.0, 30.0))
    assert curve.at(150.0) == pytest.approx(15.0)
    with pytest.raises(Fault):
        curve.at(201.0)


def test_a_cell_that_cannot_move_has_a_curve_of_one_point():
    curve = fit([Probe(500.0, (0.0, 0.0))])
    assert (curve.low, curve.high, curve.segments) == (500.0, 500.0, ())
