"""What an hour costs, by agents: CPU milliseconds in the warm-up, and from D16 on.

    DACU_FAST=on|off python benchmarks/hours.py [SCENARIO]

The least of three times three days, each from a copy of one world. To compare two states of the code run it in turn
with the PYTHONPATH (engine and cli) of each.
"""

from __future__ import annotations

import sys
import time

from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.run import live_until
from dacu.sim.stage import build
from dacu.sim.world import World

AGENTS, HOURS, TIMES, CAMPAIGN = (300, 20_000, 100_000), 72, 3, 15 * 24


def milliseconds(world: World) -> float:
    """CPU an hour from here on; the world stays where it is."""
    costs = []
    for _ in range(TIMES):
        copy, start = world.copy(), time.process_time()
        live_until(copy, copy.t + HOURS)
        costs.append((time.process_time() - start) / HOURS * 1e3)
    return min(costs)


def main() -> None:
    """Measure and print."""
    loaded = load(sys.argv[1] if len(sys.argv) > 1 else "scenarios/bigsale_1111.yaml")
    for agents in AGENTS:
        world = build(loaded, Seed(1, 0), agents)
        live_until(world, world.t + 24)
        early = milliseconds(world)
        live_until(world, CAMPAIGN)
        print(f"{agents:9,d} agents: {early:.2f} ms, {milliseconds(world):.2f} ms", flush=True)


if __name__ == "__main__":
    main()
