"""Gifts with purchase in a run: what they cost, and what they feel like."""

from typing import Any

import numpy as np
import pytest

from dacu.ledger import Account
from dacu.shop.bill import Line
from dacu.sim.measure import measure
from dacu.sim.parcels import Fate
from dacu.sim.pricing import felt
from dacu.sim.run import finish
from dacu.sim.world import World

GIFT = "promotions: {gift: {over: 100, value: 40, cost: 6.66}}\nshop: {category: 女装}\n"
BUSY = "people.customers=60%"


@pytest.fixture(scope="module")
def world(shop: Any) -> World:
    found: World = shop.world(GIFT, BUSY)
    finish(found)
    return found


def test_each_order_that_left_with_a_gift_costs_it_once(world: World) -> None:
    lines, weight = world.ledger.lines, world.setting.weight
    _, first = np.unique(lines["order"], return_index=True)
    given = lines["offers"][first] != 0
    paid = np.bincount(np.unique(lines["order"], return_inverse=True)[1], lines["paid"])
    assert (given == (paid >= 10_000 * weight)).all()  # nothing else takes anything off
    left = given & (lines["refund"][first] != Fate.CANCELLED)
    assert given.sum() > left.sum() > 0
    assert world.ledger.spent(Account.GIFT) == int(left.sum()) * 666 * weight


def test_a_gift_takes_nothing_off(world: World) -> None:
    assert (world.ledger.lines["list"] == world.ledger.lines["paid"]).all()
    assert measure(world).realised["gifts"] == world.ledger.spent(Account.GIFT)


def test_gifts_are_expected_of_orders_that_are_not_cancelled(shop: Any) -> None:
    expected = measure(shop.world(GIFT, BUSY, "promotions.gift.over=0")).expected
    kept = 1 - expected["preship_refunds"] / expected["gmv"]
    assert expected["gifts"] == pytest.approx(666 * expected["orders"] * kept, rel=0.02)


def test_half_of_its_retail_value_feels_like_money(world: World) -> None:
    bills = [world.setting.rulebook.bill((Line(sku, 1),), 0xFFFFFFFF) for sku in (0, 1)]
    assert felt(world, bills).tolist() == [6_900, 13_900 - 2_000]


def test_a_gift_worth_more_than_the_order_never_feels_like_money_in_hand(shop: Any) -> None:
    world = shop.world("promotions: {gift: {value: 1000, cost: 1}}", until=-23)
    bill = world.setting.rulebook.bill((Line(0, 1),), 0xFFFFFFFF)
    assert felt(world, [bill]).tolist() == [1]


def test_a_gift_sells_more(shop: Any, world: World) -> None:
    plain = shop.world(GIFT, BUSY, "promotions.gift.value=0")
    assert measure(world).expected["orders"] > measure(plain).expected["orders"]
