"""How the full model's cost grows with its people: CPU nanoseconds a user-hour, with NumPy and compiled.

    python benchmarks/scaling.py [AGENTS ...]

scenarios/baseline_shop.yaml, three days after one, one process; one SFC64 float32 a user-hour stands beside it. Few
agents pay NumPy's overhead an hour, many pay for memory; a straight line costs the same a user-hour.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from full_model import draw_cost, run_hours
from record import Ratio, record

from dacu.behaviour import compiled
from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.stage import build

SCENARIO, DAYS = "scenarios/baseline_shop.yaml", 3
SIZES = (10_000, 100_000, 1_000_000)


def cost(agents: int) -> float:
    """CPU nanoseconds a user-hour."""
    world = build(load(SCENARIO, [f"people.size={agents}"]), Seed(1, 0), agents)
    run_hours(world, 24)  # carts, visitors and fatigue fill up first
    return sum(run_hours(world, 24 * DAYS).values()) / (24 * DAYS * agents) * 1e9


def main() -> None:
    """Measure, print and record."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    os.environ["DACU_FAST"] = "off"  # the process does not change over by itself
    ways = {"numpy": compiled.switch_off, "compiled": compiled.switch_on}
    figures: dict[str, Any] = {"scenario": SCENARIO, "days": DAYS}
    ratios: dict[str, Ratio] = {}
    print("    agents    NumPy        compiled         draw   CPU ns a user-hour (beside the draw)")
    for agents in sizes:
        found = {"draw": draw_cost(agents)}
        for way, switch in ways.items():
            switch()
            found[way] = cost(agents)
            ratios[f"{way} / draw at {agents}"] = Ratio(found[way] / found["draw"], "lower")
        cells = "".join(f"{found[way]:9.1f} ({found[way] / found['draw']:.1f})" for way in ways)
        print(f"{agents:10,d} {cells} {found['draw']:9.2f}", flush=True)
        figures[str(agents)] = found
    for way in ways:
        most, hundred = (figures.get(str(agents), {}).get(way) for agents in (SIZES[-1], SIZES[-2]))
        if most and hundred:
            ratios[f"{way}, {SIZES[-1]} / {SIZES[-2]}"] = Ratio(most / hundred, "lower")
    record("scaling", figures, ratios)


if __name__ == "__main__":
    main()
