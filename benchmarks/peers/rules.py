"""The rules of the reference model, for all its implementations: numbers, and one hour of one person in plain Python.

N people live through T hours. Online with a chance of the hour, a person is shown something on each of four channels
with its reach; a view is clicked by a logistic in segment, affinity, views before the hour and word of mouth; a clicker
without a cart gets one by chance; who is online with a cart buys by a logistic in coupon, price and affinity, and
takes a piece of stock in the order of ids until there is none. Buyers lift the clicks of later hours.

Nothing but the standard library is imported: each peer runs in an environment of its own (beside_peers.py).
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Protocol

ONLINE = (
    0.04, 0.02, 0.01, 0.01, 0.01, 0.02, 0.04, 0.06, 0.07, 0.08, 0.08, 0.09,
    0.10, 0.09, 0.08, 0.08, 0.08, 0.09, 0.11, 0.13, 0.16, 0.18, 0.17, 0.12,
)  # fmt: skip
"""Chance of being online by hour of the day; 0.08 on average."""
REACH = (0.30, 0.15, 0.10, 0.05)
"""Chance of a view by channel, for a person online."""
CLICK = (-3.6, -3.3, -3.0, -2.7)
"""Intercept of a click by segment; the segments are equally likely."""
CLICK_AFFINITY, CLICK_VIEWS = 0.5, -0.15
CART = 0.25
BUY, BUY_COUPON, BUY_PRICE, BUY_AFFINITY = -1.5, 0.8, -3.0, 0.3
COUPON_HOURS = frozenset({20, 21, 22})
WEEKEND_PRICE = 0.95
STOCK = 0.09
"""Pieces a person."""
WORD, FADING = 100.0, 0.9
"""Lift of clicks by a sale a person, and what is left of it after an hour."""

Totals = dict[str, int]
COUNTED = ("online", "views", "clicks", "carts", "purchases")


def online_at(hour: int) -> float:
    """Chance of being online in an hour since the start."""
    return ONLINE[hour % 24]


def buying_at(hour: int, extra_coupon: frozenset[int] = frozenset()) -> float:
    """The part of the logit of buying that the hour sets. extra_coupon: hours since the start with one more coupon."""
    coupon = hour % 24 in COUPON_HOURS or hour in extra_coupon
    price = WEEKEND_PRICE if hour // 24 % 7 >= 5 else 1.0
    return BUY + BUY_COUPON * coupon + BUY_PRICE * (price - 1)


def faded(word: float, sold: int, people: int) -> float:
    """Word of mouth after an hour with so many sales."""
    return FADING * word + WORD * sold / people


class Person(Protocol):
    """What an implementation keeps of a person, in the objects of its framework."""

    segment: int
    affinity: float
    views: int
    cart: bool


@dataclass
class Market:
    """What all people share: facts of the hour, stock, word of mouth, and what was counted."""

    people: int
    stock: int = 0
    word: float = 0.0
    online: float = 0.0
    buying: float = 0.0
    sold: int = 0
    totals: Totals = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    def __post_init__(self) -> None:
        self.stock = int(STOCK * self.people)

    def open(self, hour: int) -> None:
        """An hour before anybody acts."""
        self.online, self.buying = online_at(hour), buying_at(hour)

    def close(self) -> None:
        """An hour after everybody has acted."""
        self.word, self.sold = faded(self.word, self.sold, self.people), 0


def logistic(utility: float) -> float:
    """1/(1 + e^−x)."""
    return 1 / (1 + math.exp(-utility))


def live(person: Person, market: Market, draw: Callable[[], float]) -> None:
    """One hour of one person; draw: a fresh number from 0 to 1."""
    if draw() >= market.online:
        return
    totals = market.totals
    totals["online"] += 1
    views = sum(draw() < reach for reach in REACH)
    if views:
        utility = CLICK[person.segment] + CLICK_AFFINITY * person.affinity
        clicked = logistic(utility + CLICK_VIEWS * math.log1p(person.views) + market.word)
        clicks = sum(draw() < clicked for _ in range(views))
        person.views += views
        totals["views"] += views
        totals["clicks"] += clicks
        if clicks and not person.cart and draw() < CART:
            person.cart = True
            totals["carts"] += 1
    if person.cart and draw() < logistic(market.buying + BUY_AFFINITY * person.affinity) and market.stock:
        person.cart = False
        market.stock -= 1
        market.sold += 1
        totals["purchases"] += 1


def measure(library: str, simulate: Callable[[int, int, int], Totals]) -> None:
    """The end of a peer's script: simulate(people, hours, seed) as often as asked for, and the medians as JSON.

    python with_LIBRARY.py PEOPLE HOURS TIMES
    """
    people, hours, times = map(int, sys.argv[1:])
    seconds, totals = [], []
    for seed in range(times):
        start = time.process_time()
        totals.append(simulate(people, hours, seed))
        seconds.append(time.process_time() - start)
    told = {"version": version(library), "ns": statistics.median(seconds) / (people * hours) * 1e9, "totals": totals}
    print(json.dumps(told))
