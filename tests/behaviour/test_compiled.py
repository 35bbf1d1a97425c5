"""The compiled formulas and draws give the bits of those they stand for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dacu import draws

compiled = pytest.importorskip("dacu.behaviour.compiled", reason="needs Numba: pip install 'dacu[fast]'")

REALS = {np.float32: st.floats(width=32), np.float64: st.floats()}
BITS = {np.float32: np.uint32, np.float64: np.uint64}


def same(one: np.ndarray, other: np.ndarray) -> bool:
    bits = BITS.get(one.dtype.type, one.dtype.type)
    equal = (one.view(bits) == other.view(bits)) | (np.isnan(one) & np.isnan(other))
    return one.dtype == other.dtype and bool(equal.all())


@pytest.mark.parametrize("formula", compiled.FORMULAS, ids=lambda formula: formula.__name__)
def test_a_formula_has_the_same_bits(formula) -> None:
    loop = compiled._formula(formula)

    def both(x: np.ndarray) -> None:
        formula.compiled = None
        plain = formula(x)
        formula.compiled = loop
        with np.errstate(invalid="ignore"):  # compiled, a NaN is spoken of; it stays one
            assert same(plain, formula(x))

    @given(arrays(formula.real, st.integers(0, 40), elements=REALS[formula.real]))
    def any_reals(x: np.ndarray) -> None:
        both(x)

    chance = np.random.default_rng(7)
    try:
        any_reals()
        both(chance.normal(0, 20, 200_000).astype(formula.real))
        both(chance.random((300, 70)).astype(formula.real)[::3])
        both((10.0 ** chance.uniform(-37, 37, 100_000)).astype(formula.real))
    finally:
        formula.compiled = None


ENTITIES = [
    np.arange(-40, 40_000, 7, dtype=np.int64),
    np.arange(3, 9_000, dtype=np.int32),
    np.array([0, 5, 255], np.uint8),
    np.array([0, 2**63 + 5, 2**64 - 1], np.uint64),
    np.empty(0, np.int32),
]


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: f"{entity.dtype}-{entity.shape}")
@pytest.mark.parametrize("draw", ["bits64", "bits32", "uniform"])
def test_a_draw_has_the_same_bits(draw: str, entity: np.ndarray) -> None:
    key = draws.key(11, 3, draws.Stream.CLICK, -5, 9)
    ordinal = draws.bits64(draws.key(1, 1, 1), np.arange(entity.size)).reshape(entity.shape)
    for about in (None, ordinal):
        plain, fast = (getattr(way, draw)(key, entity, about) for way in (draws.Hashing(), compiled._all()[1]))
        assert plain.shape == fast.shape
        assert same(plain, fast)


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_a_chance_has_the_same_bits(real) -> None:
    edges = [0.0, -0.0, 1.0, 1 - 2.0**-24, 2.0**-33, 0.5, -3.0, 7.0, np.nan, np.inf, -np.inf]
    probability = np.concatenate([edges, np.random.default_rng(3).random(50_000)]).astype(real)
    with np.errstate(invalid="ignore"):
        assert same(draws.Hashing().chance(probability), compiled._all()[1].chance(probability))


def test_without_a_folder_to_write_to_it_compiles_all_the_same(tmp_path: Path) -> None:
    """As on a machine where dacu is installed read-only and nobody has a home."""
    code = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = []\n"
        "import numpy as np\n"
        "from dacu.behaviour import compiled, maths\n"
        "x = np.linspace(-3, 3, 50, dtype=np.float32)\n"
        "plain, maths.exp32.compiled = maths.exp32(x), compiled._formula(maths.exp32)\n"
        "assert (maths.exp32(x) == plain).all()\n"
        "print('compiled')\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert (told.returncode, told.stdout) == (0, "compiled\n"), told.stderr
