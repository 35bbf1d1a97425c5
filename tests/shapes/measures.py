"""The model's side of each shape: what small runs of shipped scenarios show, one replication at a time.

Sums of chances are used where there are any: they carry the same mean as the draws and less noise.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from stored import real

from dacu.behaviour.quantiles import exponential
from dacu.ledger import LineFlag
from dacu.people.population import Seed, class_middles
from dacu.people.users import NO_CART
from dacu.scenario.load import Loaded, load
from dacu.sim.run import live_until
from dacu.sim.stage import build
from dacu.sim.tally import Expected, Measure
from dacu.sim.world import World

Figures: TypeAlias = dict[str, float]

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
AGENTS = 5000
SEED = 31
SLOTS = 12  # an hour
NEVER = -1
DEPTHS = {"3_10": 0.065, "10_20": 0.15, "20_30": 0.25, "30_40": 0.35, "40_60": 0.5}  # the middle of each class

FORTNIGHT = "calendar: {days: 14, warmup: 7d}\n"
CUT = "calendar: {days: 7, warmup: 7d}\npromotions: {cut: {type: time_discount, cut: %s, start: D1, end: D8}}\n"
ROOM = """
calendar: {days: 7, warmup: 7d}
people: {size: 10万}
channels:
  feed_ads: {daily_budget: 1000}
  boost: {daily_budget: 50}
  brand_words: {daily_budget: 15}
  category_words: {daily_budget: 80}
live: {main: {every: 每天 20:00, hours: 4h, followers: 2000, recommended: 4}}
market: {baseline: {feed_ads: 1000, boost: 50, brand_words: 15, category_words: 80}}
"""
SALE = """
calendar: {phases: {爆发: {budget_multiplier: 1}, 预热: {budget_multiplier: 1}}}
channels: {live_ads: {days: {2026-11-08: 1500, 2026-11-11: 1500}}}  # as on any evening with a room
"""
NO_VENUE = SALE.replace("channels: {", "channels: {venue: {joins: no}, ")


def plan(parent: str, blocks: str) -> Loaded:
    """Blocks that extend a shipped scenario."""
    own = f"dacu: 1\nextends: {parent}\n{blocks}"

    def read(path: object) -> tuple[str, str]:
        name = Path(str(path)).name
        return name, own if name == "plan.yaml" else (SCENARIOS / name).read_text(encoding="utf-8")

    return load("plan.yaml", (), read)


def world_of(loaded: Loaded, replication: int) -> World:
    """The world at the first hour of its warm-up."""
    return build(loaded, Seed(SEED, replication), AGENTS)


def daily(world: World, measure: Expected) -> NDArray[np.float64]:
    """Expected events or fen of each day."""
    by_day: NDArray[np.float64] = world.tally.expected(measure).sum(axis=1).reshape(-1, 24).sum(axis=1)
    return by_day


@cache
def ordinary(replication: int) -> Figures:
    """A fortnight of baseline_shop: the day's curve, carts, how soon they are bought, pieces of its first week."""
    world = world_of(plan("baseline_shop.yaml", FORTNIGHT), replication)
    live_until(world, 0)
    watch = Watch(world)
    live_until(world, world.setting.calendar.end_hour, each=watch.look)
    hours = np.array(watch.hours)
    visits = world.tally.count[Measure.VISITS].sum(axis=1).reshape(-1, 24).sum(axis=0)
    within_hour, within_day = (float((hours < limit).mean()) for limit in (1, 24))
    orders, carts = (daily(world, measure).sum() for measure in (Expected.ORDERS, Expected.CARTS))
    return {
        **{f"hours_{year}": float(np.corrcoef(visits, real(f"views_by_hour_{year}"))[0, 1]) for year in (2014, 2017)},
        "buys_per_cart": float(orders / carts),
        "bought_1h": within_hour,
        "bought_24h": within_day,
        "carted_1h": within_hour,  # the first view that leads anywhere is the cart: the model knows no browsing before
        "carted_24h": within_day,
        "seen_a_day": seen_a_day(world),
        "units_of_a_week": float(daily(world, Expected.UNITS)[:7].sum()),
    }


def seen_a_day(world: World) -> float:
    """Share of people online in some hour of a day: 1 − e^(−sessions of that day), over people and days."""
    activity = world.setting.calendar.activity[: world.setting.calendar.end_hour].reshape(-1, 24).sum(axis=1)
    pace = exponential(class_middles()) * world.setting.behaviour.activity.session_rate
    sessions = pace[world.users.born.pace][:, None] * activity[None, :]
    return float((1 - np.exp(-sessions)).mean())


class Watch:
    """Hours from cart to order, of orders outside rooms, read off the ledger hour by hour."""

    def __init__(self, world: World) -> None:
        self.hours: list[float] = []
        self._lines = len(world.ledger.lines["order"])
        self._carts = self._open(world)

    def _open(self, world: World) -> NDArray[np.int32]:
        return np.where(world.users.cart_sku != NO_CART, world.users.cart_slot, NEVER)

    def look(self, world: World) -> None:
        """Note the orders of the hour just lived."""
        lines = {name: world.ledger.lines[name][self._lines :] for name in ("order", "user", "slot", "flags")}
        self._lines += len(lines["order"])
        _, first = np.unique(lines["order"], return_index=True)
        for row in first:
            flags, user = lines["flags"][row], lines["user"][row]
            if flags & LineFlag.IMPULSE:
                self.hours.append(0.0)
            elif not flags & LineFlag.IN_ROOM and self._carts[user] != NEVER:
                self.hours.append((lines["slot"][row] - self._carts[user]) / SLOTS)
        self._carts = self._open(world)


@cache
def lifts(replication: int) -> Figures:
    """Pieces sold in a week at a discount that nobody announced, in multiples of the same week without it."""
    usual = ordinary(replication)["units_of_a_week"]
    found: Figures = {}
    for name, depth in DEPTHS.items():
        world = world_of(plan("baseline_shop.yaml", CUT % depth), replication)
        live_until(world, world.setting.calendar.end_hour)
        found[f"lift_{name}"] = float(daily(world, Expected.UNITS).sum() / usual)
    return found


@cache
def double_11(replication: int) -> Figures:
    """Orders of 11 November in bigsale_1111 without its five-fold media budget, in multiples of its D1–D14; the same
    outside the venue.
    """
    found: Figures = {}
    for name, blocks in (("double_11_day", SALE), ("double_11_no_venue", NO_VENUE)):
        world = world_of(plan("bigsale_1111.yaml", blocks), replication)
        live_until(world, 25 * 24)
        orders = daily(world, Expected.ORDERS)
        found[name] = float(orders[24] / orders[:14].mean())
    return found


@cache
def room(replication: int) -> Figures:
    """Seven evenings of a plain own room: skill .5, few followers, no price of its own, no draws."""
    world = world_of(plan("baseline_shop.yaml", ROOM), replication)
    live_until(world, world.setting.calendar.end_hour)
    seconds, orders, viewers = (
        world.tally.count[row].sum() for row in (Measure.DWELL_SECONDS, Measure.ROOM_ORDERS, Measure.VIEWERS)
    )
    return {"room_stay_s": float(seconds / viewers), "room_orders": float(orders / viewers)}
