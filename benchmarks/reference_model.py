"""The reference model (peers/rules.py) on dacu's own parts: what a person an hour costs, with NumPy and compiled.

    python benchmarks/reference_model.py [PEOPLE ...]

Gate, keyed draws and formulas are those that the full model calls, none tuned for this; its own loops are kernels as
the full model's are, with a compiled twin (reference_twins.py). CPU time, drawing the people
included, median of five, ways in turn; one SFC64 float32 a person and hour stands beside it. Both ways count alike.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import reference_twins
from full_model import draw_cost
from numpy.typing import NDArray
from peers import rules
from record import Ratio, record

from dacu.behaviour.maths import log32, normal_quantile64, sigmoid32
from dacu.draws import Chances, Stream, Words, bits32, chance, chance_of, gate, path_hash, uniform, whole
from dacu.kernels import Kernel
from dacu.people.population import Seed
from dacu.sim import fast

F32, I32 = NDArray[np.float32], NDArray[np.int32]
U8, U16 = NDArray[np.uint8], NDArray[np.uint16]
HOURS, TIMES = 72, 5
UNLIMITED = 2**31
_INTERCEPT = np.array(rules.CLICK, np.float32)
_REACH = chance(np.array(rules.REACH))
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
    crowd, word, mass = Crowd(seed, people), 0.0, 0
    stock = int(rules.STOCK * people) if change.stock is None else change.stock
    totals = dict.fromkeys(rules.COUNTED, 0)
    for hour in range(hours):
        chances = chance(np.array([rules.online_at(hour)]))
        online = gate(seed.key(Stream.ONLINE, hour), crowd.pace, chances)
        totals["online"] += len(online)
        _show(crowd, seed, hour, online, word, totals)
        pull = np.float32(rules.buying_at(hour, change.coupon) + change.buying)
        buyers, likely = decide(seed.key(Stream.BUY, hour), online, crowd.cart, crowd.affinity, _PULL, pull)
        mass += likely
        buyers = buyers[:stock]
        crowd.cart[buyers] = False
        stock -= len(buyers)
        totals["purchases"] += len(buyers)
        word = rules.faded(word, len(buyers), people)
    return Counts(totals, mass / 2**32)


def _show(crowd: Crowd, seed: Seed, hour: int, online: NDArray[np.int32], word: float, totals: rules.Totals) -> None:
    """Views on each channel, their clicks, and carts of those who clicked."""
    keys = np.array([seed.key(Stream.EXPOSE, hour, channel) for channel in _CHANNELS])
    views, clicks, clickers = show(
        keys, seed.key(Stream.CLICK, hour), online, crowd.segment, crowd.affinity, crowd.views, _CHANNELS, _REACH,
        _INTERCEPT, _CLICKING, np.float32(word),
    )  # fmt: skip
    totals["views"] += views
    totals["clicks"] += clicks
    without = clickers[~crowd.cart[clickers]]
    filled = without[bits32(seed.key(Stream.CART, hour), without) < chance_of(rules.CART)]
    crowd.cart[filled] = True
    totals["carts"] += len(filled)


class Clicking(NamedTuple):
    """Weights of the utility of a click."""

    affinity: np.float32
    views: np.float32


_CLICKING = Clicking(np.float32(rules.CLICK_AFFINITY), np.float32(rules.CLICK_VIEWS))
_PULL = np.float32(rules.BUY_AFFINITY)


@Kernel
def show(
    keys: Words, click_key: np.uint64, online: I32, segment: U8, affinity: F32, seen: U16, channels: Words,
    reach: Chances, intercept: F32, weights: Clicking, word: np.float32,
) -> tuple[int, int, I32]:  # fmt: skip
    """Views of those online on each channel, clicks, and who clicked; `seen` is what each has seen, and grows."""
    shown = [online[bits32(key, online) < some] for key, some in zip(keys, reach, strict=True)]
    users, channel = np.concatenate(shown), np.repeat(channels, [len(part) for part in shown])
    utility = intercept[segment[users]] + affinity[users] * weights.affinity
    utility += log32(np.float32(1) + seen[users].astype(np.float32)) * weights.views
    clicked = bits32(click_key, users, channel) < chance(sigmoid32(utility + word))
    for part in shown:
        seen[part] += np.uint16(1)
    return len(users), int(clicked.sum()), np.unique(users[clicked])


@Kernel
def decide(
    key: np.uint64, online: I32, cart: NDArray[np.bool_], affinity: F32, weight: np.float32, pull: np.float32
) -> tuple[I32, int]:
    """Who of those online with a cart would buy, rising, and the sum of their chances."""
    carts = online[cart[online]]
    chances = chance(sigmoid32(affinity[carts] * weight + pull))
    return carts[bits32(key, carts) < chances], int(chances.sum(dtype=np.int64))


def nanoseconds(work: Callable[[], Any], people: int, hours: int) -> float:
    """CPU nanoseconds a person and hour."""
    start = time.process_time()
    work()
    return (time.process_time() - start) / (people * hours) * 1e9


def _numpy() -> None:
    fast.switch_off()
    show.compiled = decide.compiled = None


def _compiled() -> None:
    fast.switch_on()
    show.compiled, decide.compiled = reference_twins.twins((show, decide))


def both_ways(people: int, hours: int = HOURS, times: int = TIMES) -> tuple[dict[str, float], rules.Totals]:
    """Median costs of the NumPy way, the compiled way and the draw, taken in turn; the totals, equal both ways."""
    costs: dict[str, list[float]] = {"numpy": [], "compiled": [], "draw": []}
    ways = {"numpy": _numpy, "compiled": _compiled}
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
    _numpy()
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
