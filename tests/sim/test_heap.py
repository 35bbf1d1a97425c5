"""Runs of millions keep the memory of the arrays that an hour drops."""

import subprocess
import sys

import pytest

from dacu.sim import heap
from dacu.sim.run import live_until

FAULTS = """
import resource
import numpy as np
from dacu.sim import heap

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(4):
        np.empty(heap.LARGEST // 32).fill(1.0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

heap.keep_freed(heap.MANY - 1)
print(faults())
heap.keep_freed(heap.MANY)
faults()
print(faults(), int(heap._keep()))
"""
FEW = 50


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has the GNU C library")
def test_dropped_arrays_are_taken_again_without_asking_the_system():
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)  # noqa: S603
    before, after, could = map(int, done.stdout.split())
    if not could:
        pytest.skip("another C library")
    assert after < FEW < before


def test_it_is_asked_for_with_the_agents_of_the_world(shop, monkeypatch):
    asked = []
    monkeypatch.setattr(heap, "_keep", lambda: asked.append("kept"))
    world = shop.world(until=-23)
    assert not asked
    monkeypatch.setattr(heap, "MANY", len(world.users))
    live_until(world, -22)
    assert asked == ["kept"] * (sys.platform == "linux")
