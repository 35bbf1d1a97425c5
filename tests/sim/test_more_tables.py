"""Accounts with their plays, orders by what they were about, first orders by day: each adds up to the run."""

import pytest

from dacu.results import Replication
from dacu.scenario.load import load
from dacu.sim.run import run


@pytest.fixture(scope="module")
def shop() -> Replication:
    sets = ("calendar.days=3", "calendar.warmup=0", "skus.mask.complement=toner")
    return run(load("scenarios/baseline_shop.yaml", sets), 1, 0, 4000)


def _total(shop: Replication, table: str, column: str) -> float:
    return sum(value or 0 for value in shop.tables[table].numbers[column])


def test_plays_and_interactions_of_accounts(shop: Replication) -> None:
    accounts, lines = shop.tables["accounts"].numbers, shop.tables["channels"]
    shown = dict(zip(lines.keys["channel"], lines.numbers["exposures"], strict=True))
    boosted = shown["boost"] if "boost" in shown else shown["channels.boost"]
    own = shown["content.accounts.shop_account"]
    assert accounts["plays"] == [(own or 0) + (boosted or 0)]  # a boost shows the account's own posts
    rate, mean = accounts["interaction_rate"][0], accounts["post_rate"][0]
    assert rate == pytest.approx((accounts["interactions"][0] or 0) / (accounts["plays"][0] or 1))
    assert mean == pytest.approx(rate, rel=0.5)
    assert 0 < (accounts["posts_known"][0] or 0) <= (accounts["posts"][0] or 0)


def test_every_order_is_led_by_one_sku(shop: Replication) -> None:
    assert _total(shop, "skus", "orders_led") == shop.realised["orders"]


def test_first_orders_and_newcomers_by_day(shop: Replication) -> None:
    assert _total(shop, "daily", "new_orders_expected") == pytest.approx(shop.expected["new_buyers"], rel=1e-9)
    daily = shop.tables["daily"].numbers
    assert all(0 < new <= every for new, every in zip(daily["uv_new"], daily["uv"], strict=True))


def test_visitors_with_a_coupon_by_day_and_their_return_on_the_next() -> None:
    sets = ("calendar.days=3", "calendar.warmup=0", "promotions.coupon.face=10")
    shop = run(load("scenarios/baseline_shop.yaml", sets), 1, 0, 4000)
    daily = shop.tables["daily"].numbers
    came, again = (list(daily[name]) for name in ("coupon_visitors", "coupon_returned"))
    assert sum(v or 0 for v in came) == shop.realised["coupon_visitors"]
    assert sum(v or 0 for v in again) == shop.realised["coupon_returned"] > 0
    assert all((back or 0) <= (there or 0) for there, back in zip(came, again[1:], strict=False))
    assert (came[-1], again[0]) == (0, 0)
