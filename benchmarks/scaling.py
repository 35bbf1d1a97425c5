"""How the full model's cost grows with its work: with people, days, advertising lines, SKUs, replications, processes.

    python benchmarks/scaling.py [DIMENSION ...]     people lines skus days replications processes; all without

scenarios/baseline_shop.yaml; NumPy and compiled in turn, one process but where said. Each row says what a unit of its
dimension costs: a straight line costs the same a unit, overhead that is shared costs less, as it does with people.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from full_model import draw_cost, run_hours
from record import Ratio, record

from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim import fast
from dacu.sim.run import run
from dacu.sim.runs import simulate
from dacu.sim.stage import build

SCENARIO = "scenarios/baseline_shop.yaml"
FEED = "{type: feed_ads, quality: 0.55, daily_budget: %d}"
SKU = "{role: profit, list: 139, cost: 33, reviews: 5600}"
WAYS = {"numpy": fast.switch_off, "compiled": fast.switch_on}


def an_hour(agents: int, *overrides: str) -> float:
    """CPU microseconds an hour of the warm-up, over two days after one in which carts and visitors fill up."""
    world = build(load(SCENARIO, [f"people.size={agents}", *overrides]), Seed(1, 0), agents)
    run_hours(world, 24)
    return sum(run_hours(world, 48).values()) / 48 * 1e6


def of_people(agents: int) -> float:
    """CPU nanoseconds a user-hour."""
    return an_hour(agents) / agents * 1e3


def of_lines(lines: int) -> float:
    """CPU microseconds an hour of 20,000 people whom so many feed lines share one budget for."""
    budget = 10_000 // lines
    more = [f"channels.feed{row}={FEED % budget}" for row in range(1, lines)]
    usual = [f"market.baseline.feed{row}={budget}" for row in range(1, lines)]
    return an_hour(20_000, f"market.baseline.feed_ads={budget}", *more, *usual)


def of_skus(skus: int) -> float:
    """CPU microseconds an hour of 20,000 people in a shop of so many SKUs."""
    return an_hour(20_000, *(f"skus.more{row}={SKU}" for row in range(10, skus)))


def of_days(days: int) -> float:
    """CPU milliseconds a day of a whole run of 20,000 people, its warm-up of 14 days among them."""
    loaded = load(SCENARIO, [f"calendar.days={days}"])
    start = time.process_time()
    run(loaded, 1, 0, 20_000)
    return (time.process_time() - start) / (days + 14) * 1e3


def of_replications(replications: int) -> float:
    """CPU seconds a replication of five days with 20,000 people."""
    loaded = load(SCENARIO, ["calendar.days=5"])
    start = time.process_time()
    simulate(loaded, replications=replications, agents=20_000)
    return (time.process_time() - start) / replications


def of_processes(workers: int) -> float:
    """Wall seconds of eight such replications over so many processes."""
    loaded = load(SCENARIO, ["calendar.days=5"])
    start = time.perf_counter()
    simulate(loaded, replications=8, agents=20_000, workers=workers)
    return time.perf_counter() - start


DIMENSIONS: dict[str, tuple[str, Callable[[int], float], Sequence[int]]] = {
    "people": ("CPU ns a user-hour", of_people, (10_000, 100_000, 1_000_000, 10_000_000)),
    "lines": ("CPU µs an hour", of_lines, (1, 2, 4, 8)),
    "skus": ("CPU µs an hour", of_skus, (10, 20, 40)),
    "days": ("CPU ms a day", of_days, (1, 8, 30)),
    "replications": ("CPU s a replication", of_replications, (1, 2, 4)),
    "processes": ("wall s of 8 replications", of_processes, (1, 2)),
}


def main() -> None:
    """Measure, print and record."""
    os.environ["DACU_FAST"] = "off"  # no process changes over by itself
    figures: dict[str, Any] = {"scenario": SCENARIO, "draw": draw_cost(1_000_000)}
    ratios: dict[str, Ratio] = {}
    print(f"SFC64 float32: {figures['draw']:.2f} CPU ns a draw")
    for name in sys.argv[1:] or DIMENSIONS:
        unit, cost, sizes = DIMENSIONS[name]
        found: dict[str, list[float]] = {way: [] for way in WAYS}
        print(f"{name}: {unit}")
        for size in sizes:
            for way, switch in WAYS.items():
                switch()
                if name == "processes":  # workers decide for themselves
                    os.environ["DACU_FAST"] = "on" if way == "compiled" else "off"
                found[way].append(cost(size))
            cells = ", ".join(f"{way} {values[-1]:,.4g}" for way, values in found.items())
            print(f"  {size:12,d}  {cells}", flush=True)
        figures[name] = {"unit": unit, "sizes": list(sizes)} | found
        for way, values in found.items():
            ratios[f"{way}: {name}, {sizes[-1]} / {sizes[-2]}"] = Ratio(values[-1] / values[-2], "lower")
    record("scaling", figures, ratios)


if __name__ == "__main__":
    main()
