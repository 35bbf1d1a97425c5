"""A shop in miniature: three goods, no levers, two thousand agents, two days after one of warm-up."""

import os
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from dacu.people.population import Seed
from dacu.plan.question import Figure
from dacu.scenario.load import Loaded, load
from dacu.sim.run import live_until
from dacu.sim.stage import build
from dacu.sim.world import World

os.environ.setdefault("DACU_FAST", "off")  # which engine a test runs on is the test's to say, not of those before it
settings.register_profile("dacu", deadline=None)
settings.load_profile("dacu")

SHOP = """
dacu: 1
calendar: {start: 2026-09-07, days: 2, warmup: 1d}
people: {size: 1万, agents: 2000, customers: 10%}
skus:
  mask: {role: traffic, list: 69, cost: 19}
  toner: {list: 139, cost: 33, complement: mask}
  cream: {role: image, list: 269, cost: 60}
"""


class Shop:
    """Scenarios are the shop above, blocks that extend it, and settings (`calendar.days=3`)."""

    def loaded(self, blocks: str = "", *sets: str) -> Loaded:
        texts = {"shop.yaml": SHOP, "plan.yaml": f"dacu: 1\nextends: shop.yaml\n{blocks}"}
        return load("plan.yaml", sets, lambda path: (path, texts[path]))

    def world(self, blocks: str = "", *sets: str, until: int | None = None, seed: int = 1) -> World:
        """A world that has lived until an hour, by default to the end."""
        world = build(self.loaded(blocks, *sets), Seed(seed, 0))
        live_until(world, world.setting.calendar.end_hour if until is None else until)
        return world


class Formulas:
    """What the optimiser asks of a simulation, in formulas: the first line returns twice as much, and returns fall."""

    figures = (Figure("gmv", ()),)
    recalled = 0

    def outcomes(self, plans: Any, seeds: Any) -> Any:
        return 100 * np.array([[[self._outcome(plan) + seed for seed in seeds] for plan in plans]])

    def work(self, plans: Any) -> float:
        return float(len(plans))

    def _outcome(self, plan: Any) -> float:
        return sum((200 if "信息流" in cell.line else 100) * (money / 100) ** 0.5 for cell, money in plan.items())


@pytest.fixture(scope="session")
def shop() -> Shop:
    return Shop()


@pytest.fixture(scope="session")
def formulas() -> Formulas:
    return Formulas()


@pytest.fixture(scope="session")
def bits() -> Callable[[World], dict[str, bytes]]:
    """Everything that moves in a world, by name, to the bit."""

    def of(world: World) -> dict[str, bytes]:
        tables = {"lines": world.ledger.lines, "entries": world.ledger.entries}
        found = {f"{name}.{column}": table[column].tobytes() for name, table in tables.items() for column in table}
        moving = [f.name for f in fields(world.users) if f.name != "born"]
        found |= {f"users.{name}": getattr(world.users, name).tobytes() for name in moving}
        found |= {f"items.{name}": world.items[name].tobytes() for name in ("plays", "weighted", "heat")}
        arrays = {
            "count": world.tally.count, "mass": world.tally.mass, "visitors": world.tally.visitors,
            "stock": world.goods.stock, "left": world.offers.left, "spent": world.spent, "appeal": world.appeal,
        }  # fmt: skip
        return found | {name: np.ascontiguousarray(array).tobytes() for name, array in arrays.items()}

    return of


@pytest.fixture(scope="session")
def everything() -> str:
    """One lever of every kind, beside the shop."""
    return """
people: {audiences: {members: {member: yes}}}
calendar:
  events:
    sale:
      {announce: D1 10:00, start: D2 10:00, end: D2 24:00, venue: {exposures: 1万},
       presale: {start: D1 12:00, pay_within: 6h}}
content:
  accounts: {own: {followers: 1000, quality: 0.6, post_cost: 100, authority: 2}}
channels:
  feed_ads: {daily_budget: 200}
  boost: {account: own, daily_budget: 40}
  brand_words: {type: search_ads, queries: brand, daily_budget: 30}
  category_words: {type: search_ads, daily_budget: 50}
  private: {every: 每天 20:00, incentive: 1, join_gift: 2}
  moments: {posts: 2/day, post_cost: 20}
  venue: {}
kols:
  lin: {followers: 2000, posts: [D1 12:00], fee: 500, commission: 10%}
live:
  main: {every: 每天 20:00, hours: 2h, followers: 2000, discount: 8%, host_fee: 300, recommended: 2}
promotions:
  cut: {type: time_discount, events: [sale], cut: 20%, skus: [toner, cream]}
  threshold: {tiers: {t1: {over: 200, minus: 20}}}
  coupon: {face: 10, over: 100, quantity: 1000}
  flash: {skus: [mask], price: 49, start: D2 20:00, minutes: 15, quantity: 100}
  group_theme: {cost: 30}
  check_in: {reward: 0.2}
  lucky_draw: {prizes: 5, prize_cost: 10}
  member_price: {audience: members, cut: 5%, skus: [mask]}
  instant: {type: instant_discount, cut: 15%, skus: [cream], start: D1, end: D2, funded_by: 40%}
  gift: {over: 150, value: 30, cost: 5}
  presale: {type: presale, events: [sale], skus: [toner], cut: 25%, deposit: 20, counts: 1.5}
market: {baseline: {feed_ads: 200, boost: 40, brand_words: 30, category_words: 50}}
"""
