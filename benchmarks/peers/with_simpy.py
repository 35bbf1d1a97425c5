"""The reference model in SimPy: each person is a process that wakes every hour."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import simpy
from rules import CLICK, Market, Totals, live, measure


@dataclass(slots=True)
class Shopper:
    """A person."""

    segment: int
    affinity: float
    views: int = 0
    cart: bool = False


def simulate(people: int, hours: int, seed: int) -> Totals:
    """Totals of a run. Processes of one time run in the order in which they were started, the clock last."""
    env, market, chance = simpy.Environment(), Market(people), random.Random(seed)  # noqa: S311 - a simulation
    market.open(0)

    def shop(shopper: Shopper) -> Iterator[simpy.Event]:
        while True:
            live(shopper, market, chance.random)
            yield env.timeout(1)

    def clock() -> Iterator[simpy.Event]:
        while True:
            market.close()
            market.open(env.now + 1)
            yield env.timeout(1)

    for _ in range(people):
        env.process(shop(Shopper(chance.randrange(len(CLICK)), chance.gauss(0, 1))))
    env.process(clock())
    env.run(until=hours)
    return market.totals


if __name__ == "__main__":
    measure("simpy", simulate)
