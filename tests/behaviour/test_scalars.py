"""One number through scalars.py has the bits it has through arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.behaviour import counts, maths, scalars

ANY = st.floats(allow_nan=False, width=64)
SHARE = st.floats(min_value=1e-300, max_value=1 - 1e-16, exclude_min=True, exclude_max=True)


def bits(x: float) -> bytes:
    return np.float64(x).tobytes()


@pytest.mark.parametrize("name", ["exp64", "log64", "one_minus_exp64", "logit64", "normal_cdf64"])
@given(x=ANY)
def test_a_formula_of_one_number_has_the_bits_of_the_array(name: str, x: float) -> None:
    assert bits(getattr(scalars, name)(x)) == getattr(maths, name)(np.array([x])).tobytes()


@given(x=st.floats(min_value=0, max_value=1e12), y=st.floats(min_value=-20, max_value=20))
def test_powers_agree(x: float, y: float) -> None:
    assert bits(scalars.pow64(x, y)) == maths.pow64(np.array([x]), y).tobytes()


@given(u=SHARE)
def test_normal_quantiles_agree(u: float) -> None:
    assert bits(scalars.normal_quantile64(u)) == maths.normal_quantile64(np.array([u])).tobytes()


@given(u=SHARE, mean=st.floats(min_value=-1, max_value=1e6) | st.floats(min_value=0, max_value=130))
def test_counts_agree(u: float, mean: float) -> None:
    assert scalars.poisson(u, mean) == counts.poisson(u, mean)[0]
