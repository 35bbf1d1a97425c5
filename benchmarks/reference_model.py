"""The reference model (peers/rules.py) on dacu's own parts: what a person an hour costs, with NumPy and compiled.

    python benchmarks/reference_model.py [PEOPLE ...]

Gate, keyed draws and formulas are those that the full model calls, none tuned for this. CPU time, drawing the people
included, median of five, ways in turn; one SFC64 float32 a person and hour stands beside it. Both ways count alike.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from full_model import draw_cost
from numpy.typing import NDArray
from peers import rules
from record import Ratio, record

from dacu.behaviour.choice import logistic
from dacu.behaviour.maths import log32, normal_quantile64, sigmoid32
from dacu.draws import Stream, bits32, chance, chance_of, gate, path_hash, uniform, whole
from dacu.people.population import Seed
from dacu.sim import fast

HOURS, TIMES = 72, 5
UNLIMITED = 2**31
_INTERCEPT = np.array(rules.CLICK, np.float32)
_CHANNELS = np.array([path_hash(f"channels.c{place}") for place in range(len(rules.REACH))])


@dataclass(frozen=True)
class Change:
    """What a plan changes: hours with one more coupon, utility of buying; pieces of stock (None: as in the rules)."""

    coupon: frozenset[int] = frozenset()
    buying: float = 0.0
    stock: int | None = None


@dataclass(frozen=True)
class Counts:
    """What was counted, and the purchases that the chances of those who could buy add up to."""

    totals: rules.Totals
    expected: float


class Crowd:
    """People, a column a property: 9 bytes each."""

    def __init__(self, seed: Seed, people: int) -> None:
        ids = np.arange(people)
        self.pace = np.zeros(people, np.uint8)
        self.segment = whole(seed.key(Stream.PERSONA), ids, len(_INTERCEPT)).astype(np.uint8)
        self.affinity = normal_quantile64(uniform(seed.key(Stream.INTEREST), ids)).astype(np.float32)
        self.views = np.zeros(people, np.uint16)
        self.cart = np.zeros(people, np.bool_)


def simulate(people: int, hours: int, seed: Seed, change: Change | None = None) -> Counts:
    """A run, hour by hour."""
    change = change or Change()
    crowd, word, expected = Crowd(seed, people), 0.0, 0.0
    stock = int(rules.STOCK * people) if change.stock is None else change.stock
    totals = dict.fromkeys(rules.COUNTED, 0)
    for hour in range(hours):
        chances = chance(np.array([rules.online_at(hour)]))
        online = gate(seed.key(Stream.ONLINE, hour), crowd.pace, chances)
        totals["online"] += len(online)
        _show(crowd, seed, hour, online, word, totals)
        carts = online[crowd.cart[online]]
        utility = crowd.affinity[carts] * np.float32(rules.BUY_AFFINITY)
        utility += np.float32(rules.buying_at(hour, change.coupon) + change.buying)
        buying = sigmoid32(utility)
        expected += float(buying.sum(dtype=np.float64))
        buyers = carts[bits32(seed.key(Stream.BUY, hour), carts) < chance(buying)][:stock]
        crowd.cart[buyers] = False
        stock -= len(buyers)
        totals["purchases"] += len(buyers)
        word = rules.faded(word, len(buyers), people)
    return Counts(totals, expected)


def _show(crowd: Crowd, seed: Seed, hour: int, online: NDArray[np.int32], word: float, totals: rules.Totals) -> None:
    """Views on each channel, their clicks, and carts of those who clicked."""
    shown = [
        online[bits32(seed.key(Stream.EXPOSE, hour, channel), online) < chance_of(reach)]
        for channel, reach in zip(_CHANNELS, rules.REACH, strict=True)
    ]
    users, channel = np.concatenate(shown), np.repeat(_CHANNELS, [len(part) for part in shown])
    utility = _INTERCEPT[crowd.segment[users]] + crowd.affinity[users] * np.float32(rules.CLICK_AFFINITY)
    utility += log32(1 + crowd.views[users].astype(np.float32)) * np.float32(rules.CLICK_VIEWS)
    utility += np.float32(word)
    clicked = bits32(seed.key(Stream.CLICK, hour), users, channel) < chance(logistic(0.5, utility))
    for part in shown:
        crowd.views[part] += np.uint16(1)
    totals["views"] += len(users)
    totals["clicks"] += int(clicked.sum())
    without = np.unique(users[clicked])
    without = without[~crowd.cart[without]]
    filled = without[bits32(seed.key(Stream.CART, hour), without) < chance_of(rules.CART)]
    crowd.cart[filled] = True
    totals["carts"] += len(filled)


def nanoseconds(work: Callable[[], Any], people: int, hours: int) -> float:
    """CPU nanoseconds a person and hour."""
    start = time.process_time()
    work()
    return (time.process_time() - start) / (people * hours) * 1e9


def both_ways(people: int, hours: int = HOURS, times: int = TIMES) -> tuple[dict[str, float], rules.Totals]:
    """Median costs of the NumPy way, the compiled way and the draw, taken in turn; the totals, equal both ways."""
    costs: dict[str, list[float]] = {"numpy": [], "compiled": [], "draw": []}
    ways = {"numpy": fast.switch_off, "compiled": fast.switch_on}
    seed, found = Seed(1, 0), {}
    for way, switch in ways.items():  # compiles, and fills the caches
        switch()
        found[way] = simulate(people, hours, seed)
    if found["numpy"] != found["compiled"]:
        raise SystemExit(f"NumPy and compiled differ at {people} people: {found}")
    for _ in range(times):
        for way, switch in ways.items():
            switch()
            costs[way].append(nanoseconds(lambda: simulate(people, hours, seed), people, hours))
        costs["draw"].append(draw_cost(people))
    fast.switch_off()
    return {way: statistics.median(each) for way, each in costs.items()}, found["numpy"].totals


def main() -> None:
    """Measure, print and record."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    print(f"{HOURS} hours; CPU ns a person and hour (beside one SFC64 float32)")
    print("    people           NumPy        compiled    draw")
    figures: dict[str, Any] = {"hours": HOURS}
    ratios: dict[str, Ratio] = {}
    for people in sizes:
        cost, totals = both_ways(people)
        beside = {way: cost[way] / cost["draw"] for way in ("numpy", "compiled")}
        cells = "".join(f"{cost[way]:9.2f} ({beside[way]:.1f})" for way in beside)
        print(f"{people:10,d} {cells} {cost['draw']:7.2f}   {totals}")
        figures[str(people)] = cost | {"totals": totals}
        ratios |= {f"{way} / draw at {people}": Ratio(value, "lower") for way, value in beside.items()}
    record("reference_model", figures, ratios)


if __name__ == "__main__":
    main()
