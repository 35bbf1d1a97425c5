"""Every kernel has a compiled twin, and both give the same bits on what real runs ask of them."""

from __future__ import annotations

import copy
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pytest

from dacu.kernels import KERNELS, Kernel
from dacu.scenario.load import load
from dacu.sim.run import run

fast = pytest.importorskip("dacu.sim.fast", reason="needs Numba: pip install 'dacu[fast]'")

PLANS = [
    "scenarios/bigsale_1111.yaml+deep_coupon",
    "scenarios/private_domain.yaml",
    "scenarios/content_matrix.yaml",
    "scenarios/budget_618.yaml",
]
EVERY = 40  # of a kernel's calls one in so many is kept
MOST = 12  # of each kernel and plan


@pytest.fixture(scope="module")
def calls() -> dict[str, list[tuple[Any, ...]]]:
    """Arguments of kernels, by kernel, as they were before the call."""
    kept: dict[str, list[tuple[Any, ...]]] = {name: [] for name in KERNELS}
    for plan in PLANS:
        seen = dict.fromkeys(KERNELS, 0)
        for name, kernel in KERNELS.items():
            kernel.compiled = _keeping(kernel, name, kept[name], seen)
        try:
            run(load(plan), 5, 1, 400)
        finally:
            for kernel in KERNELS.values():
                kernel.compiled = None
    return kept


def _keeping(kernel: Kernel[Any, Any], name: str, kept: list[tuple[Any, ...]], seen: dict[str, int]) -> Any:
    def call(*args: Any) -> Any:
        if seen[name] % EVERY == 0 and seen[name] < EVERY * MOST:
            kept.append(copy.deepcopy(args))
        seen[name] += 1
        return kernel.body(*args)

    return call


def same(one: Any, other: Any) -> bool:
    """Equal to the bit, in the same format."""
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return bool(one == other)


def test_every_kernel_has_a_twin_and_no_twin_is_left_over() -> None:
    files = {name.rpartition(".")[0].rpartition(".")[2] for name in KERNELS}
    home = Path(fast.__file__).parent
    assert {path.stem for path in home.glob("*.py")} - {"__init__"} == files
    for file in files:
        module = import_module(f"dacu.sim.fast.{file}")
        own = (name for name, it in vars(module).items() if isinstance(it, FunctionType))
        twins = {name for name in own if vars(module)[name].__module__ == module.__name__}
        assert twins == {name.rpartition(".")[2] for name in KERNELS if name.split(".")[-2] == file}


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_a_kernel_and_its_twin_give_and_write_the_same_bits(name: str, calls: dict[str, list[tuple[Any, ...]]]) -> None:
    assert len(calls[name]) >= 2, "the plans of this test never ask it"
    twin = fast.twins()[name]
    for args in calls[name]:
        plain, compiled = copy.deepcopy(args), copy.deepcopy(args)
        assert same(KERNELS[name].body(*plain), twin(*compiled))
        assert same(plain, compiled), "what it writes"
