"""The full model beside one SFC64 float32 draw per user-hour, in one process, and where its time goes.

    [DACU_FAST=on] python benchmarks/full_model.py [SCENARIO] [AGENTS] [DAYS]

Prints nanoseconds of CPU a user-hour, the ratio to the draw, the share of each step of the hour, and memory an agent,
column by column: born, moving, and the optional ones beside them. Figures depend on the machine; the ratio travels
better. To compare two states of the code, run each one's own copy in turn, several times.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections import defaultdict

import numpy as np
from record import Ratio, record

from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.footprint import columns_of
from dacu.sim.now import Now
from dacu.sim.speed import about_to_live
from dacu.sim.stage import build
from dacu.sim.steps import STEPS
from dacu.sim.world import World

WAYS = {"off": "NumPy", "on": "compiled"}


def draw_cost(users: int, hours: int = 8) -> float:
    """CPU nanoseconds of one SFC64 float32 a user-hour, into a buffer."""
    generator, buffer = np.random.Generator(np.random.SFC64(1)), np.empty(users, np.float32)
    generator.random(out=buffer, dtype=np.float32)
    start = time.process_time()
    for _ in range(hours):
        generator.random(out=buffer, dtype=np.float32)
    return (time.process_time() - start) / hours / users * 1e9


def run_hours(world: World, hours: int) -> dict[str, float]:
    """CPU seconds of each step over some hours."""
    seconds: dict[str, float] = defaultdict(float)
    about_to_live(len(world.users), hours)
    for _ in range(hours):
        now = Now.of(world.t)
        for step in STEPS:
            start = time.process_time()
            step.run(world, now)
            seconds[step.id] += time.process_time() - start
        world.t += 1
    return seconds


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("DACU_FAST", "off")  # so that a figure does not hang on what this machine has compiled
    reference = sys.argv[1] if len(sys.argv) > 1 else "scenarios/baseline_shop.yaml"
    agents = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    days = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    loaded = load(reference, [f"people.size={agents}"])
    start = time.process_time()
    world = build(loaded, Seed(1, 0), agents)
    built = time.process_time() - start
    run_hours(world, 24)  # carts, visitors and fatigue fill up first
    before = draw_cost(agents)
    seconds = run_hours(world, 24 * days)
    draw = (before + draw_cost(agents)) / 2
    total = sum(seconds.values()) / (24 * days * agents) * 1e9
    print(f"{reference}, {agents:,} agents, {days} days after one; population drawn in {built:.1f} s CPU")
    print(f"full model       {total:7.1f} ns CPU a user-hour")
    print(f"SFC64 float32    {draw:7.2f} ns CPU a user-hour")
    print(f"ratio            {total / draw:7.1f}")
    for name, spent in sorted(seconds.items(), key=lambda pair: -pair[1]):
        share = spent / sum(seconds.values())
        print(f"  {name:9s}{share:7.1%} {share * total:8.1f} ns")
    columns = columns_of(world)
    kinds = {"born": columns.born, "moving": columns.moving, "optional": columns.optional}
    totals = {kind: sum(widths.values()) for kind, widths in kinds.items()}
    both = totals["born"] + totals["moving"]
    print(f"memory an agent  {both:7.1f} B born and moving, {totals['optional']:.1f} B optional")
    for kind, widths in kinds.items():
        used = ", ".join(f"{name} {size:.4g}" for name, size in widths.items() if size)
        print(f"  {kind:9s}{totals[kind]:7.1f} B: {used}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak resident memory of the process: {peak:.0f} MiB")
    figures = {"scenario": reference, "agents": agents, "days": days, "ns": total, "draw": draw, "peak_mib": peak}
    name = f"{reference} with {agents}, {WAYS[os.environ['DACU_FAST']]} / draw"
    kept = {name: Ratio(total / draw, "lower"), "bytes an agent": Ratio(both, "lower")}
    record("full_model", figures | {"steps": seconds, "memory": kinds}, kept)


if __name__ == "__main__":
    main()
