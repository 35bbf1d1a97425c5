"""Buying: price, deadlines, announced sales and top-ups."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dacu.ledger import LineFlag
from dacu.sim.decide import ATTRIBUTION_SLOTS, credited
from dacu.sim.tally import Expected, Measure

ADS = "channels: {feed_ads: {daily_budget: 500}}\nmarket: {baseline: {feed_ads: 500}}\n"
LASTING = "cut: {type: time_discount, cut: 20%}"


def expected_orders(world):
    return float(world.tally.expected(Expected.ORDERS).sum())


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.floats(1.03, 1.8), st.integers(1, 1000))
def test_dearer_goods_sell_no_better(shop, dearer, seed):
    """Market values stay, so that the price alone rises; nothing is scarce, no threshold is near."""
    values = {"mask": 69, "toner": 139, "cream": 269}
    known = [f"skus.{sku}.market_value={value}" for sku, value in values.items()]
    raised = [f"skus.{sku}.list={value * dearer:.2f}" for sku, value in values.items()]
    cheap, dear = shop.world(ADS, *known, seed=seed), shop.world(ADS, *known, *raised, seed=seed)
    assert expected_orders(dear) <= expected_orders(cheap)


ZERO_DEPTH = [
    "{type: time_discount, cut: 0%, start: D2, announce: D1}",
    "{type: threshold, tiers: {t: 满50减0}, start: D2, announce: D1}",
    "{type: coupon, face: 0, start: D2, announce: D1}",
]


@pytest.mark.parametrize("sale", ZERO_DEPTH)
def test_an_announced_sale_of_zero_depth_changes_nothing(shop, bits, sale):
    plain, announced = shop.world(ADS), shop.world(f"{ADS}promotions: {{sale: {sale}}}")
    assert moved(bits, plain, announced) == set()


@pytest.mark.parametrize("sale", ZERO_DEPTH[1:])
def test_nor_does_it_beside_a_lasting_price(shop, bits, sale):
    plain = shop.world(f"{ADS}promotions: {{{LASTING}}}")
    announced = shop.world(f"{ADS}promotions: {{{LASTING}, sale: {sale}}}")
    assert moved(bits, plain, announced) == set()


def moved(bits, one, other):
    """Names that differ, but for what holds a row of levers or bits of offers."""
    tables = {"count", "mass", "left", "spent", "appeal", "lines.offers", "users.held", "users.claimed"}
    left, right = bits(one), bits(other)
    return {name for name in left if left[name] != right[name]} - tables


def test_a_deadline_of_other_goods_presses_nobody(shop):
    other = "late: {type: time_discount, skus: [cream], cut: 0.1%, start: D2, end: D2 12:00}"
    lasting = "cut: {type: time_discount, skus: [toner], cut: 30%}"
    only = ("skus.mask=null", "skus.toner.complement=", "channels.feed_ads.skus=[toner]")
    plain = shop.world(f"{ADS}promotions: {{{lasting}}}", *only)
    beside = shop.world(f"{ADS}promotions: {{{lasting}, {other}}}", *only)
    assert expected_orders(beside) == pytest.approx(expected_orders(plain), rel=0.01)


def test_an_announced_cut_makes_people_wait_and_buy_at_its_opening(shop):
    sale = f"{ADS}promotions: {{cut: {{type: time_discount, cut: 30%, start: D2, announce: D1}}}}"
    plain, announced = shop.world(ADS), shop.world(sale)
    by_day = [w.tally.expected(Expected.ORDERS).sum(axis=1).reshape(2, 24).sum(axis=1) for w in (plain, announced)]
    assert by_day[1][0] < 0.95 * by_day[0][0]
    assert by_day[1][1] > 1.3 * by_day[0][1]


def test_a_threshold_in_reach_brings_fillers(shop):
    plan = f"{ADS}promotions: {{tiers: {{type: threshold, tiers: {{t: 满150减40}}}}}}"
    world = shop.world(plan, "people.customers=50%", "behaviour.basket.top_up=4", "behaviour.basket.add_on=0")
    lines = world.ledger.lines
    filler = lines["flags"] & LineFlag.FILLER != 0
    assert filler.any()
    for order in set(lines["order"][filler].tolist()):
        rows = lines["order"] == order
        assert int(lines["list"][rows].sum()) >= 150_00 * world.setting.weight
        assert int(lines["shop_off"][rows].sum()) == 40_00 * world.setting.weight
    without = shop.world(ADS, "people.customers=50%", "behaviour.basket.add_on=0").ledger.lines
    assert not (without["flags"] & LineFlag.FILLER).any()


def test_bargain_hunters_wait_for_a_deep_discount(shop):
    hunters = ("people.personas.bargain_hunter=100%", "people.customers=60%")
    plan = ADS + "promotions: {cut: {type: time_discount, cut: %s}}"
    shallow, deep = (shop.world(plan % cut, *hunters) for cut in ("29%", "31%"))
    assert shallow.tally.count[Measure.ORDERS].sum() == 0
    assert deep.tally.count[Measure.ORDERS].sum() > 0


def test_a_touch_is_credited_for_seven_days(shop):
    world = shop.world(ADS, until=0)
    users = np.array([0, 1, 2], np.int32)
    world.users.touch_lever[users] = 0
    world.users.touch_slot[users] = np.array([-1, -ATTRIBUTION_SLOTS + 1, -ATTRIBUTION_SLOTS])
    assert credited(world, users).tolist() == [0, 0, -1]
