"""The full model beside one SFC64 float32 draw per user-hour, in one process, and where its time goes.

    python benchmarks/full_model.py [SCENARIO] [AGENTS] [DAYS]

Prints nanoseconds of CPU a user-hour, the ratio to the draw, the share of each step of the hour, and memory an agent:
born and moving columns, optional ones beside them. Figures depend on the machine; the ratio travels better.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import defaultdict

import numpy as np

from dacu.people.population import Seed
from dacu.people.users import OPTIONAL
from dacu.scenario.load import load
from dacu.sim.now import Now
from dacu.sim.stage import build
from dacu.sim.steps import STEPS
from dacu.sim.world import World


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
    columns = world.users.bytes_per_agent()
    optional = sum(size for name, size in columns.items() if name in OPTIONAL)
    print(f"{reference}, {agents:,} agents, {days} days after one; population drawn in {built:.1f} s CPU")
    print(f"full model       {total:7.1f} ns CPU a user-hour")
    print(f"SFC64 float32    {draw:7.2f} ns CPU a user-hour")
    print(f"ratio            {total / draw:7.1f}")
    for name, spent in sorted(seconds.items(), key=lambda pair: -pair[1]):
        share = spent / sum(seconds.values())
        print(f"  {name:9s}{share:7.1%} {share * total:8.1f} ns")
    caps = sum(column.nbytes for column in (*world.seen_today.values(), *world.coupon_until.values())) / agents
    print(f"memory an agent: {sum(columns.values()) - optional:.0f} B born and moving, {optional:.0f} B optional, "
          f"{caps:.0f} B of caps and coupons")  # fmt: skip
    print(f"peak resident memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
