"""Price protection: who bought dearer in a sale gets the difference back, if they claim it."""

from typing import Any

import numpy as np
import pytest

from dacu.ledger import Account
from dacu.sim.measure import measure
from dacu.sim.parcels import Fate
from dacu.sim.run import finish
from dacu.sim.world import World

SALE = """
calendar: {events: {sale: {announce: D1, start: D1, end: D1 24:00, price_protection: {until: D2 24:00}}}}
shop: {category: 女装}
promotions:
  first: {type: time_discount, cut: 10%, start: D1, end: D2}
  second: {type: time_discount, cut: 30%, start: D2, end: D3}
"""
BUSY = ("people.customers=80%", "behaviour.price.claim=1")


@pytest.fixture(scope="module")
def world(shop: Any) -> World:
    found: World = shop.world(SALE, *BUSY)
    finish(found)
    return found


def test_the_difference_to_the_lower_price_is_given_back_once(world: World) -> None:
    lines, weight = world.ledger.lines, world.setting.weight
    claimed = lines["price_back"] > 0
    # a piece at 90%, less a piece at 70%: 62.10 − 48.30, 125.10 − 97.30, 242.10 − 188.30
    difference = np.array([1_380, 2_780, 5_380])[lines["sku"][claimed]] * lines["qty"][claimed] * weight
    assert (lines["price_back"][claimed] == difference).all()
    kept_then = (lines["refund"] == Fate.KEPT) | (lines["returned"] > 24)
    assert (claimed == (lines["slot"] < 24 * 12) & kept_then).all()


def test_only_some_claim(shop: Any) -> None:
    some, all_ = (
        shop.world(SALE, BUSY[0], f"behaviour.price.claim={chance}", until=25, seed=2).ledger.lines["price_back"] > 0
        for chance in (0.2, 1)
    )
    assert 0 < some.sum() < all_.sum() / 2
    assert all_[some].all()


def test_a_refund_after_the_claim_gives_back_the_rest(world: World) -> None:
    lines, entries = world.ledger.lines, world.ledger.entries
    refunded = lines["refund"] != Fate.KEPT
    assert (refunded & (lines["price_back"] > 0)).any()
    expected = int(lines["paid"][refunded].sum()) + int(lines["price_back"][~refunded].sum())
    assert int(entries["fen"][entries["account"] == Account.REFUND].sum()) == expected


def test_the_figures_name_what_was_given_back(world: World) -> None:
    run = measure(world)
    assert run.realised["price_back"] == int(world.ledger.lines["price_back"].sum()) > 0
    assert run.expected["price_back"] == run.realised["price_back"]


def test_whoever_bought_dearer_is_less_pleased(shop: Any) -> None:
    with_it, without = (
        shop.world(SALE, *BUSY, *more, until=25)
        for more in ((), ("calendar.events.sale.price_protection=null",))
    )  # fmt: skip
    lines = with_it.ledger.lines
    dearer = np.unique(lines["user"][(lines["slot"] < 24 * 12) & ((lines["refund"] == 0) | (lines["returned"] > 24))])
    told = with_it.users.satisfaction.astype(np.int64) - without.users.satisfaction
    assert (told[dearer] < 0).all()
    others = np.setdiff1d(np.arange(len(told)), dearer)
    assert (told[others] == 0).all()


def test_protection_that_is_over_gives_nothing_back(shop: Any) -> None:
    world = shop.world(SALE, *BUSY, "calendar.events.sale.price_protection.until=D1 24:00", until=26)
    assert not world.ledger.lines["price_back"].any()
