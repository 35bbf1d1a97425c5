"""Own transcendental functions against 80-bit references, on arrays and scalars, on other CPUs."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from dacu.behaviour import floats, maths
from dacu.behaviour.floats import Elementwise
from dacu.behaviour.maths import normal_cdf32, normal_cdf64, normal_quantile64

FORMULAS = [
    maths.exp32,
    maths.log32,
    maths.sigmoid32,
    maths.logit32,
    maths.one_minus_exp32,
    maths.exp64,
    maths.log64,
    maths.logit64,
    maths.one_minus_exp64,
]
NAMES = [formula.__name__ for formula in FORMULAS]
Wide = np.longdouble
CHANCES = st.integers(0, 2**52 - 1).map(lambda k: (2 * k + 1) * 2.0**-53)


def grid(low, high, dtype, size=40_001):
    return np.linspace(low, high, size).astype(dtype)


def error(got, exact):
    """The greatest relative error."""
    return float(np.max(np.abs(got.astype(Wide) / exact - 1)))


@pytest.mark.parametrize(
    ("formula", "low", "high", "limit"),
    [(maths.exp32, -87, 88, 1e-7), (maths.exp64, -708, 709, 2.3e-16)],
    ids=["exp32", "exp64"],
)
def test_the_exponential_is_as_exact_as_it_says(formula, low, high, limit):
    x = grid(low, high, formula.real)
    assert error(formula(x), np.exp(x.astype(Wide))) < limit


@pytest.mark.parametrize(
    ("formula", "reach", "limit"), [(maths.log32, 86, 1.2e-7), (maths.log64, 700, 2.3e-16)], ids=["log32", "log64"]
)
def test_the_logarithm_is_as_exact_as_it_says(formula, reach, limit):
    wide_range = np.exp(grid(-reach, reach, np.float64)).astype(formula.real)
    near_one = grid(0.5, 2, formula.real)
    for x in (wide_range[wide_range != 1], near_one[near_one != 1]):
        assert error(formula(x), np.log(x.astype(Wide))) < limit


@pytest.mark.parametrize(
    ("formula", "limit"), [(maths.one_minus_exp32, 2e-7), (maths.one_minus_exp64, 4e-16)], ids=["32", "64"]
)
def test_a_small_hazard_keeps_its_digits(formula, limit):
    x = np.exp(grid(-80, 4, np.float64)).astype(formula.real)
    assert error(formula(x), -np.expm1(-x.astype(Wide))) < limit


def test_the_sigmoid_is_as_exact_as_it_says():
    x = grid(-87, 87, np.float32)
    assert error(maths.sigmoid32(x), 1 / (1 + np.exp(-x.astype(Wide)))) < 2e-7


@pytest.mark.parametrize(
    ("formula", "limit"), [(maths.logit32, 2e-7), (maths.logit64, 4e-16)], ids=["logit32", "logit64"]
)
def test_the_logit_is_as_exact_as_it_says(formula, limit):
    p = grid(0, 1, formula.real)[1:-1]
    wide = p.astype(Wide)
    exact = np.log(wide / (1 - wide))
    assert np.max(np.abs(formula(p) - exact) / np.maximum(1, np.abs(exact))) < limit


def test_powers_are_as_exact_as_they_say():
    x, y = np.exp(grid(-60, 60, np.float64)), np.resize(grid(-5, 5, np.float64, 997), 40_001)
    relative = np.abs(maths.pow64(x, y).astype(Wide) / np.power(x.astype(Wide), y.astype(Wide)) - 1)
    assert np.max(relative / (1 + np.abs(y * np.log(x)))) < 4e-16


def test_powers_of_nothing_and_of_one():
    assert maths.pow64(0.0, 0.3) == 0
    assert maths.pow64(np.array([0.0, 1.0]), 2.5).tolist() == [0, 1]
    assert maths.pow64(2.0, np.array([0.0, 1.0, 10.0])).tolist() == pytest.approx([1, 2, 1024], rel=1e-15)


@pytest.mark.parametrize("formula", FORMULAS, ids=NAMES)
def test_scalars_and_arrays_give_the_same_bits(formula: Elementwise):
    x = grid(-20, 20, formula.real, 501)
    scalars = [formula(float(one)) for one in x]
    assert all(type(one) is formula.real for one in scalars)
    assert np.array(scalars).tobytes() == formula(x).tobytes()


@pytest.mark.parametrize("formula", FORMULAS, ids=NAMES)
def test_neither_tiles_nor_shapes_show(formula: Elementwise):
    x = grid(-9, 9, formula.real, 2 * floats._TILE + 6)
    expected = np.concatenate([formula(x[:100]), formula(x[100:])])
    before = x.copy()
    assert (formula(x) == expected).all()
    assert (x == before).all()
    assert (formula(x.reshape(2, -1)) == expected.reshape(2, -1)).all()
    assert (formula(x[::2]) == expected[::2]).all()


@pytest.mark.parametrize("formula", FORMULAS, ids=NAMES)
def test_formulas_rise_and_saturate_without_warnings(formula: Elementwise):
    ends = np.array([-np.inf, -1e30, 1e30, np.inf], dtype=formula.real)
    values = formula(ends)
    assert np.isfinite(values).all()
    assert values[0] == values[1] <= formula(0.5) <= values[2]
    assert formula(-np.inf) == values[0]


@pytest.mark.parametrize("formula", FORMULAS, ids=NAMES)
def test_nan_stays_nan(formula: Elementwise):
    assert np.isnan(formula(float("nan")))
    assert np.isnan(formula(np.array([np.nan], dtype=formula.real))).all()


def test_exact_values():
    assert maths.exp32(0.0) == maths.exp64(0.0) == 1
    assert maths.log32(1.0) == maths.log64(1.0) == 0
    assert maths.sigmoid32(0.0) == 0.5
    assert maths.logit32(0.5) == 0
    assert maths.one_minus_exp32(0.0) == 0


def test_the_normal_cdf_is_as_exact_as_it_says():
    x = np.linspace(-12.8, 12.8, 40_001).astype(np.float32)
    wide = x.astype(np.float64)
    assert np.max(np.abs(normal_cdf32(x) / ndtr(wide) - 1) / (1 + wide * wide / 2)) < 5e-7
    x = np.linspace(-37, 37, 40_001)
    assert np.max(np.abs(normal_cdf64(x) / ndtr(x) - 1) / (6e-15 + 3e-16 * x * x)) < 1


def test_the_normal_cdf_saturates_and_keeps_nan():
    for cdf in (normal_cdf32, normal_cdf64):
        assert cdf(np.inf) == 1
        assert 0 < cdf(-np.inf) < 1e-36
        assert np.isnan(cdf(np.nan))


def test_the_normal_cdf_of_a_scalar_has_the_bits_of_an_array():
    x = np.linspace(-8, 8, 401)
    assert [normal_cdf64(one) for one in x] == normal_cdf64(x).tolist()
    singles = x.astype(np.float32)
    assert [normal_cdf32(one) for one in singles] == normal_cdf32(singles).tolist()


def test_the_normal_quantile_is_as_exact_as_it_says():
    centre = np.linspace(0.001, 0.499, 10_001)
    tail = 2.0 ** -np.linspace(1.01, 53, 10_001)
    u = np.concatenate([centre, tail])
    assert np.max(np.abs(normal_quantile64(u) / ndtri(u) - 1)) < 3e-15


def test_familiar_normal_quantiles():
    assert normal_quantile64(0.5) == 0
    assert abs(normal_quantile64(0.975) - 1.959963984540054) < 1e-15


@given(CHANCES)
def test_a_chance_and_the_rest_have_opposite_normal_quantiles(u):
    assert normal_quantile64(1 - u) == -normal_quantile64(u)


@given(CHANCES, CHANCES)
def test_the_normal_quantile_rises(one, other):
    low, high = sorted((one, other))
    assert normal_quantile64(low) <= normal_quantile64(high)


BITS = """
import hashlib
import numpy as np
from dacu.behaviour import counts, maths, quantiles
x = np.linspace(-30, 30, 20011)
u = (np.arange(20011) + 0.5) / 20011
columns = [getattr(maths, name)(x) for name in {names}]
columns += [maths.normal_cdf32(x), maths.normal_cdf64(x), maths.normal_quantile64(u)]
columns += [quantiles.gamma(0.3, u), quantiles.beta(0.7, 1.3, u), quantiles.weibull(u, 0.85, 3.7)]
columns += [counts.poisson(u, np.abs(x) * 2)]
print(hashlib.sha256(b"".join(column.tobytes() for column in columns)).hexdigest())
"""


def test_another_cpu_gives_the_same_bits():
    paths = os.pathsep.join(path for path in sys.path if path)
    answers = {
        subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-W", "ignore", "-c", BITS.format(names=NAMES)],
            env={"PYTHONPATH": paths, "NPY_DISABLE_CPU_FEATURES": disabled},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for disabled in ("", "X86_V4 AVX512_ICL AVX512_SPR", "X86_V3 X86_V4 AVX512_ICL AVX512_SPR")
    }
    assert len(answers) == 1
