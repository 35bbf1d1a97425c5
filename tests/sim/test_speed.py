"""Compiled formulas change no figure, and are taken up when they pay."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from dacu import store
from dacu.scenario.load import load
from dacu.sim import speed
from dacu.sim.run import run

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="needs Numba: pip install 'dacu[fast]'")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """A process that has lived nothing, on a machine that has compiled nothing; it notes when it changes over."""
    changed: list[str] = []
    speed._price.cache_clear()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(speed, "_lived", 0.0)
    monkeypatch.setattr(speed, "_change_over", lambda: changed.append("over"))
    monkeypatch.delenv("DACU_FAST", raising=False)
    yield changed
    speed._price.cache_clear()


def _keep(cache: Path) -> list[Path]:
    """What is on disk once every twin has been compiled."""
    folder = cache / "fast_1a2b"
    folder.mkdir()
    kept = [folder / f"{file.stem}.loop-1.nbi" for file in speed.TWINS.glob("*.py") if file.stem != "__init__"]
    for file in kept:
        file.touch()
    return kept


def test_a_small_run_keeps_numpy(fresh: list[str]) -> None:
    speed.about_to_live(2_000, 14 * 24)
    assert not fresh


def test_a_large_run_changes_over_before_it_starts(fresh: list[str]) -> None:
    speed.about_to_live(2_000_000, 14 * 24)
    assert fresh


def test_many_small_runs_change_over_in_the_end(fresh: list[str]) -> None:
    for _ in range(100):
        speed.about_to_live(2_000, 14 * 24)
    assert 1 < len(fresh) < 100


def test_what_was_compiled_before_is_taken_up_sooner(fresh: list[str], tmp_path: Path) -> None:
    speed.about_to_live(50_000, 14 * 24)
    assert not fresh
    speed._price.cache_clear()
    _keep(tmp_path)
    speed.about_to_live(0, 1)
    assert fresh


def test_what_others_have_compiled_counts_for_nothing(fresh: list[str], tmp_path: Path) -> None:
    (tmp_path / "theirs.loop-1.nbi").touch()
    speed.about_to_live(50_000, 14 * 24)
    assert not fresh


def test_what_was_compiled_of_earlier_code_counts_for_nothing(fresh: list[str], tmp_path: Path) -> None:
    for kept in _keep(tmp_path):
        os.utime(kept, (0, 0))
    speed.about_to_live(50_000, 14 * 24)
    assert not fresh


def test_after_a_change_of_few_files_the_others_count(fresh: list[str], tmp_path: Path) -> None:
    changed, *_ = _keep(tmp_path)
    os.utime(changed, (0, 0))
    assert speed.LOADED < speed._price() < speed.COMPILED / 4


@needs_numba
def test_a_first_large_run_says_that_it_compiles(
    fresh: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert speed.will_compile(2_000_000, 14 * 24)
    assert not speed.will_compile(2_000, 14 * 24)
    monkeypatch.setenv("DACU_FAST", "on")
    assert speed.will_compile(2_000, 14 * 24)
    monkeypatch.setenv("DACU_FAST", "off")
    assert not speed.will_compile(2_000_000, 14 * 24)
    monkeypatch.delenv("DACU_FAST")
    speed._price.cache_clear()
    _keep(tmp_path)
    assert not speed.will_compile(2_000_000, 14 * 24)


@needs_numba
def test_off_keeps_numpy_and_on_compiles_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from dacu.behaviour.maths import exp32
    from dacu.sim import fast

    change_over = speed._change_over.__wrapped__
    try:
        monkeypatch.setenv("DACU_FAST", "off")
        change_over()
        assert exp32.compiled is None
        monkeypatch.setenv("DACU_FAST", "on")
        change_over()
        assert exp32.compiled is not None
    finally:
        fast.switch_off()


def test_without_numba_numpy_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_spec", lambda name: None)
    monkeypatch.delenv("DACU_FAST", raising=False)
    before = sys.modules.get("dacu.behaviour.compiled")
    speed._change_over.__wrapped__()
    assert sys.modules.get("dacu.behaviour.compiled") is before


SAMPLE = ["scenarios/budget_618.yaml", "scenarios/bigsale_1111.yaml+deep_coupon", "scenarios/private_domain.yaml"]
EVERY = [*store.shipped_scenarios(), SAMPLE[1]]


@needs_numba
@pytest.mark.parametrize("reference", EVERY if os.environ.get("DACU_PROOFS") == "full" else SAMPLE)
def test_a_shipped_scenario_has_the_same_bits_compiled(reference: str) -> None:
    from dacu.sim import fast

    loaded = load(reference)
    plain = run(loaded, 5, 1, 150)
    fast.switch_on()
    try:
        assert repr(run(loaded, 5, 1, 150)) == repr(plain)
    finally:
        fast.switch_off()
