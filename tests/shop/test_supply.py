"""Reorders by hand: how much, when it comes, what the second supplier changes."""

import numpy as np
import pytest

from dacu.people.population import Seed
from dacu.shop.operations import OperationsBlock
from dacu.shop.supply import build_supply

SEED = Seed(1, 0)
NAMES = ("mask", "toner", "cream")
NONE = np.zeros(3, np.int64)


def supply(second=False, sigma="0"):
    suppliers = {"main": {"lead": "5d", "sigma": sigma}} | ({"second": {}} if second else {})
    reorder = {"toner": {"point": "100", "lot": "40"}, "cream": {"point": "10", "lot": "5", "lead": "2d"}}
    return build_supply(OperationsBlock.model_validate({"suppliers": suppliers, "reorder": reorder}), NAMES)


def stock(toner, cream=1000, mask=0):
    return np.array([mask, toner, cream], np.int64)


def test_nothing_is_ordered_above_the_point():
    assert supply().review(SEED, stock(101), NONE, 1.0) == []


def test_at_the_point_one_lot_is_ordered_and_arrives_after_its_lead():
    assert supply().review(SEED, stock(100), NONE, 1.0) == [(1, 40, 120.0, False)]


def test_far_below_the_point_as_many_lots_as_lift_the_position_above_it():
    # 100 − 15 = 85 short: three lots reach 135, two only 95
    assert [order.units for order in supply().review(SEED, stock(15), NONE, 1.0)] == [120]


def test_what_is_on_order_counts_and_what_is_owed_does_not():
    one = supply()
    one.review(SEED, stock(100), NONE, 1.0)
    assert one.review(SEED, stock(61), NONE, 1.0) == []
    assert one.review(SEED, stock(61), np.array([0, 1, 0]), 1.0) == [(1, 40, 120.0, False)]
    one.arrive(1, 40)
    assert one.on_order.tolist() == [0, 40, 0]
    assert one.orders.tolist() == [0, 2, 0]


def test_a_sku_may_have_a_lead_of_its_own():
    assert supply().review(SEED, stock(1000, 8), NONE, 1.0) == [(2, 5, 48.0, False)]


def test_a_disruption_lengthens_the_lead_unless_a_second_supplier_steps_in():
    assert supply().review(SEED, stock(100), NONE, 3.0) == [(1, 40, 360.0, False)]
    helped = supply(second=True)
    assert helped.review(SEED, stock(100), NONE, 3.0) == [(1, 40, pytest.approx(156.0), True)]
    assert helped.review(SEED, stock(60), NONE, 1.2) == [(1, 40, pytest.approx(144.0), False)]
    assert helped.premium(3313, 40) == 10602  # 8% of 1,325.20 yuan, to the fen
    assert supply().premium(3313, 40) == 0


def test_leads_are_lognormal_about_their_median_and_belong_to_the_sku_and_its_order():
    many, twin = supply(sigma="0.35"), supply(sigma="0.35")
    leads = []
    for _ in range(2000):
        leads += [order.hours for order in many.review(SEED, stock(100), NONE, 1.0)]
        many.arrive(1, 40)
    logs = np.log(leads)
    assert logs.mean() == pytest.approx(np.log(120), abs=0.03)
    assert logs.std() == pytest.approx(0.35, abs=0.02)
    cream, toner = reversed(twin.review(SEED, stock(100, 10), NONE, 1.0))  # another SKU's order moves no draw
    assert toner.hours == leads[0]
    assert cream.hours != toner.hours


def test_a_copy_keeps_its_own_books():
    one = supply()
    other = one.copy()
    one.review(SEED, stock(100), NONE, 1.0)
    assert other.on_order.tolist() == other.orders.tolist() == [0, 0, 0]
