"""Stock and limited offers: whole orders in the order of slot and draw, never more than there is."""

import numpy as np
import pytest

from dacu.draws import Stream, bits32
from dacu.shop.bill import Line
from dacu.sim.decide import Buyers
from dacu.sim.grant import grant
from dacu.sim.now import Now
from dacu.sim.parcels import Fate
from dacu.sim.run import finish
from dacu.sim.tally import Measure

ONE = "skus: {toner: null, cream: null}\n"
BUSY = ("people.customers=60%", "calendar.warmup=0d", "skus.mask.complement=", "behaviour.loyalty.habit=0")


def buyers_of(world, users, slots):
    """People who each pay for one mask."""
    bill = world.setting.rulebook.bill((Line(0, 1),), 0)
    count, none = len(users), np.full(len(users), -1, np.int16)
    world.users.cart_sku[users] = 0
    return Buyers(
        np.array(users, np.int32), np.array(slots, np.uint8), np.zeros(count, np.uint8), none,
        np.zeros(count, np.int64), [bill], np.zeros(count, np.uint16), none, none, none,
    )  # fmt: skip


QUIET = (
    "people.customers=0%", "behaviour.search.brand_seen=0", "behaviour.search.category_seen=0", "calendar.warmup=0d",
)  # fmt: skip


def granted(shop, stock, users, slots):
    """The shop after its first hour, in which nobody came, and then these buyers."""
    world = shop.world(ONE, f"skus.mask.stock={stock}", *QUIET, until=1)
    empty = (np.empty(0, kind) for kind in (np.int32, np.uint8, np.uint8))
    grant(world, Now(1, *empty, buyers=[buyers_of(world, users, slots)]))
    return world


@pytest.mark.parametrize(("stock", "served"), [(0, 0), (4, 0), (5, 1), (14, 2), (1000, 30)])
def test_stock_of_n_serves_n_over_weight_orders_and_keeps_the_rest(shop, stock, served):
    world = granted(shop, stock, list(range(30)), [3] * 30)
    assert len(world.ledger.lines["order"]) == served
    assert world.goods.stock[0] == stock - 5 * served
    assert world.tally.count[Measure.LOST_UNITS].sum() == 5 * (30 - served)


def test_earlier_slots_are_served_first_and_equals_by_their_draw(shop):
    users, slots = list(range(100, 130)), [7, 2, 5] * 10
    world = granted(shop, 5 * 12, users, slots)
    draw = bits32(world.key(Stream.RATION), np.array(users, np.int32))
    in_turn = sorted(range(30), key=lambda row: (slots[row], int(draw[row])))
    assert set(world.ledger.lines["user"].tolist()) == {users[row] for row in in_turn[:12]}


def test_of_those_who_get_nothing_some_wait_and_the_rest_goes(shop):
    world = granted(shop, 0, list(range(2000)), [0] * 2000)
    facts = world.setting.behaviour.buy
    still = (world.users.cart_sku == 0).mean()  # with one SKU a substitute is the SKU itself
    assert still == pytest.approx(facts.wait_for_stock + facts.substitute, abs=0.04)


def test_a_run_never_sells_more_than_its_stock(shop):
    world = shop.world(ONE, *BUSY, "skus.mask.stock=33")
    finish(world)
    kept = world.ledger.lines["refund"] != Fate.CANCELLED  # what is cancelled may be sold again
    assert world.goods.stock[0] == 33 - int(world.ledger.lines["qty"][kept].sum()) * 5 + int(world.restocked[0])
    assert world.goods.stock[0] >= 3


def test_the_warm_up_leaves_the_stock_of_the_first_day(shop):
    world = shop.world(ONE, "people.customers=60%", "skus.mask.stock=333")
    assert (world.users.last_order[world.users.orders > 0] < 0).any()
    lines = world.ledger.lines
    sold = int(lines["qty"][lines["refund"] != Fate.CANCELLED].sum()) * world.setting.weight
    assert world.goods.stock[0] + sold - int(world.restocked[0]) == 333


@pytest.mark.parametrize("moment", ["D1 00:30", "D2 10:00"])
def test_what_arrives_can_be_sold_from_then_on(shop, moment):
    arrival = (f"skus.mask.restock.a.date={moment}", "skus.mask.restock.a.units=50")
    world = shop.world(ONE, *BUSY, "skus.mask.stock=5", *arrival)
    figures = finish(world)
    sold, when = world.ledger.lines["qty"], world.ledger.lines["slot"] // 12
    first = 0 if moment.startswith("D1") else 34
    assert int(sold[when >= first].sum()) > 1 >= int(sold[when < first].sum())
    kept = world.ledger.lines["refund"] != Fate.CANCELLED
    assert int(sold[kept].sum()) * 5 - int(world.restocked[0]) + world.goods.stock[0] == 55
    assert figures.realised["lost_units"] >= 0


FLASH = "promotions: {flash: {price: 29, skus: [mask], start: D1 20:00, minutes: 15, quantity: %d}}\n"
CROWD = ("people.customers=100%", "behaviour.loyalty.rate_mean=0.2", "calendar.warmup=0d", "calendar.days=1")


def at_flash_price(world):
    lines = world.ledger.lines
    return lines["slot"][lines["offers"] & 1 != 0]


def test_a_flash_sale_of_a_quarter_of_an_hour_reaches_three_slots(shop):
    slots = at_flash_price(shop.world(FLASH % 10_000, *CROWD, "people.agents=10000"))
    assert set(slots.tolist()) <= {240, 241, 242}
    assert len(slots) > 3


def test_a_flash_sale_sells_its_pieces_and_no_more(shop):
    open_ended = len(at_flash_price(shop.world(FLASH % 10_000, *CROWD, "people.agents=10000")))
    few = open_ended // 2
    world = shop.world(FLASH % few, *CROWD, "people.agents=10000")
    lines = world.ledger.lines
    assert int(lines["qty"][lines["offers"] & 1 != 0].sum()) <= few
    assert world.offers.left[0] >= 0


@pytest.mark.parametrize("quantity", [0, 23])
def test_no_more_coupons_are_claimed_than_there_are(shop, quantity):
    world = shop.world(f"promotions: {{coupon: {{face: 20, quantity: {quantity}}}}}", "people.customers=60%")
    claims = int(world.tally.count[Measure.CLAIMS].sum())
    assert claims == quantity // 5 * 5
    assert world.offers.left[0] == quantity - claims


def test_orders_carry_their_bill_times_the_weight(shop):
    world = shop.world("promotions: {cut: {type: time_discount, cut: 12.5%, funded_by: 50%}}", "people.customers=60%")
    lines, goods = world.ledger.lines, world.goods
    listed = goods.list_price[lines["sku"]] * lines["qty"] * 5
    assert len(listed) > 5
    assert (lines["list"] == listed).all()
    off = lines["shop_off"] + lines["platform_off"]
    assert np.abs(off - listed / 8).max() <= 5 * 4  # to half a fen a piece, times the weight
    assert np.abs(lines["shop_off"] - lines["platform_off"]).max() <= 5 * 4
