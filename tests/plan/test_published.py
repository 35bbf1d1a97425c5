"""Budgets whose best split is published, and the families that they belong to."""

import math

import numpy as np
import pytest
from given import problem_of

from dacu.plan.curves import Curve, Log, Logistic, Power, Sum
from dacu.plan.optimum import optimum

PERIODS, CARRY_WEEKS = 30, 4


def carried(retention: float) -> list[float]:
    """What works in each period of a unit spent in each of PERIODS, with the tail after the last (geometric, Σ = 1)."""
    weights = retention ** np.arange(CARRY_WEEKS)
    return np.convolve(np.ones(PERIODS), weights / weights.sum()).tolist()


def effective(rates: list[float], height: float, retention: float) -> Curve:
    """Σ over periods of a logistic of what works then, mean over draws of its rate: a curve of spend a period."""
    return Sum(tuple((1 / len(rates), Logistic(height, rate * w)) for rate in rates for w in carried(retention)))


def test_two_channels_of_pymc_marketings_own_test():
    first = effective([0.1, 0.3, 0.5, 0.7], 0.5, 0.5)
    second = effective([0.2, 0.4, 0.6, 0.8], 1.0, 0.7)
    found = optimum(problem_of([first, second], 100.0))
    # the digits of their test; the plan returns no less on the same curves
    stated = 54.78357587906867, 45.21642412093133
    assert list(found.claim.money.values()) == pytest.approx(stated, abs=1e-3)
    assert found.claim.objective >= first.at(stated[0]) + second.at(stated[1])
    assert found.gap <= 1e-7


def test_three_logarithms():
    levels, slopes = (-9453.72, -8312.84, -7371.33), (8256.21, 7764.20, 7953.36)
    found = optimum(problem_of([Log(*row, 1.0) for row in zip(levels, slopes, strict=True)], 100_000.0))
    assert found.claim.objective == pytest.approx(224_540.15, abs=0.01)
    assert list(found.claim.money.values()) == pytest.approx([s / sum(slopes) * 1e5 for s in slopes], rel=1e-4)


def test_four_square_roots():
    found = optimum(problem_of([Power(a * math.sqrt(3), 0.5) for a in (3, 1, 1, 3)], 1200.0))
    assert found.claim.objective == pytest.approx(268.328157, abs=5e-7)
    assert list(found.claim.money.values()) == pytest.approx([540, 60, 60, 540], rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_powers_of_one_exponent_share_by_a_power_of_their_scales(seed):
    rng = np.random.default_rng(seed)
    exponent, budget = rng.uniform(0.2, 0.8), 10 ** rng.uniform(2, 8)
    scales = rng.uniform(0.5, 5, rng.integers(2, 9))
    found = optimum(problem_of([Power(float(a), exponent) for a in scales], budget))
    weights = scales ** (1 / (1 - exponent))
    shares = weights / weights.sum()
    assert found.claim.objective == pytest.approx(float(scales @ (shares * budget) ** exponent), rel=1e-9)
    assert list(found.claim.money.values()) == pytest.approx(shares * budget, rel=1e-3)
    # the price of the budget is the common marginal return
    marginal = exponent * scales[0] * (shares[0] * budget) ** (exponent - 1)
    assert found.claim.prices["budget"][0] == pytest.approx(marginal, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_logarithms_share_by_their_slopes(seed):
    rng = np.random.default_rng(seed)
    budget, slopes = 10 ** rng.uniform(2, 8), rng.uniform(0.5, 5, rng.integers(2, 9))
    levels = rng.uniform(-100, 100, len(slopes))
    found = optimum(
        problem_of([Log(float(a), float(b), budget * 1e-4) for a, b in zip(levels, slopes, strict=True)], budget)
    )
    shares = slopes / slopes.sum()
    assert found.claim.objective == pytest.approx(float(np.sum(levels + slopes * np.log(shares * budget))), rel=1e-9)
    assert found.claim.prices["budget"][0] == pytest.approx(slopes.sum() / budget, rel=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_carried_logistics_return_equally_at_the_margin(seed):
    rng = np.random.default_rng(seed)
    curves = [effective(rng.uniform(0.01, 0.08, 4).tolist(), *rng.uniform(0.2, 0.8, 2)) for _ in range(4)]
    found = optimum(problem_of(curves, 200.0))
    spends, price = found.claim.money.values(), found.claim.prices["budget"][0]
    slopes = [curve.slope(spend) for curve, spend in zip(curves, spends, strict=True) if spend > 1e-6]
    assert slopes == pytest.approx([price] * len(slopes), rel=1e-4)
    assert math.fsum(spends) == pytest.approx(200)
