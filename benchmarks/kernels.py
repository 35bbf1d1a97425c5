"""What each compiled kernel costs an hour, and what an hour costs in which hardly anybody lives.

    python benchmarks/kernels.py [SCENARIO] [AGENTS]

Wall nanoseconds a user-hour over one day after one, in the warm-up; what is not a kernel's is Python and NumPy around
them. An empty hour is one of a whole run of 300 agents, with NumPy and compiled.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from typing import Any

from full_model import run_hours

from dacu.kernels import KERNELS
from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim import fast
from dacu.sim.run import run
from dacu.sim.stage import build

HOURS, FEW = 24, 300


def empty_hour(reference: str) -> float:
    """CPU milliseconds of the second of two whole runs, an hour."""
    loaded = load(reference)
    run(loaded, 1, 0, FEW)
    world = build(loaded, Seed(1, 1), FEW)
    hours = world.setting.calendar.end_hour - world.t
    return sum(run_hours(world, hours).values()) / hours * 1e3


def main() -> None:
    """Measure and print."""
    os.environ["DACU_FAST"] = "off"  # no process changes over by itself
    reference = sys.argv[1] if len(sys.argv) > 1 else "scenarios/baseline_shop.yaml"
    agents = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    spent: dict[str, float] = defaultdict(float)
    numpy = empty_hour(reference)
    fast.switch_on()
    print(f"an hour of {FEW} agents: {numpy:.2f} ms with NumPy, {empty_hour(reference):.2f} ms compiled")

    def timed(name: str, twin: Any) -> Any:
        def call(*args: Any) -> Any:
            start = time.perf_counter()
            found = twin(*args)
            spent[name] += time.perf_counter() - start
            return found

        return call

    for name, kernel in KERNELS.items():
        kernel.compiled = timed(name, kernel.compiled)
    world = build(load(reference, [f"people.size={agents}"]), Seed(1, 0), agents)
    run_hours(world, HOURS)
    spent.clear()
    total = sum(run_hours(world, HOURS).values())
    unit = 1e9 / HOURS / agents
    kernels = sum(spent.values()) * unit
    print(f"{reference}, {agents:,} agents: {total * unit:.1f} ns a user-hour, of it kernels {kernels:.1f}")
    for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1])[:12]:
        print(f"  {name.removeprefix('dacu.'):32s}{seconds * unit:6.2f}")


if __name__ == "__main__":
    main()
