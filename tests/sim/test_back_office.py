"""Tables of what follows the sale: each adds up to the ledger, and its rows can be found in it one by one."""

from typing import Any

import numpy as np
import pytest

from dacu import kpis
from dacu.ledger import Account
from dacu.results import Replication
from dacu.sim.parcels import Fate
from dacu.sim.run import finish
from dacu.sim.runs import simulate
from dacu.sim.world import World

WEAR = """
shop: {category: 女装}
people: {size: 20万}
channels: {feed_ads: {daily_budget: 8000}}
market: {baseline: {feed_ads: 8000}}
operations: {service: {seats: 1, handle: 10min, patience: 8h}, warehouse: {units_per_hour: 15}}
"""
Told = tuple[World, Replication]


@pytest.fixture(scope="module")
def told(shop: Any) -> Told:
    world = shop.world(WEAR, "calendar.days=8")
    return world, finish(world)


def total(told: Told, table: str, column: str) -> float:
    return sum(value for value in told[1].tables[table].numbers[column] if value is not None)


def test_every_refund_stands_in_one_row_of_returns(told: Told) -> None:
    world, lines = told[0], told[0].ledger.lines
    keys, numbers = told[1].tables["returns"].keys, told[1].tables["returns"].numbers
    assert total(told, "returns", "refunded") == pytest.approx(told[1].realised["refunds"] / 100)
    assert total(told, "returns", "orders") == int((lines["refund"] != Fate.KEPT).sum()) * world.setting.weight
    before = [value for stage, value in zip(keys["stage"], numbers["refunded"], strict=True) if stage.startswith("bef")]
    assert sum(before) == pytest.approx(told[1].realised["preship_refunds"] / 100)


def test_a_row_of_returns_by_hand(told: Told) -> None:
    lines, table = told[0].ledger.lines, told[1].tables["returns"]
    own = (lines["refund"] == Fate.RETURNED) & (lines["cause"] == 3) & (lines["sku"] == 1)
    keys = zip(*(table.keys[name] for name in ("stage", "cause", "sku")), strict=True)
    row = list(keys).index(("returned", "mind_change", "skus.toner"))
    assert table.numbers["refunded"][row] == lines["paid"][own].sum() / 100 > 0
    share = lines["paid"][own].sum() / lines["paid"][lines["sku"] == 1].sum()
    assert table.numbers["share_of_gmv"][row] == pytest.approx(share)


def test_expected_returns_add_up_to_expected_refunds(told: Told) -> None:
    expected = told[1].expected["refunds"] / 100
    assert total(told, "returns", "refunded_expected") == pytest.approx(expected, rel=1e-3)


def test_refunds_of_a_day_and_on_a_day_are_the_same_money(told: Told) -> None:
    world, table = told[0], told[1].tables["refunds"].numbers
    entries = world.ledger.entries
    booked = (entries["account"] == Account.REFUND) & (entries["hour"] // 24 == 5)
    assert table["refunded_on_day"][5] == entries["fen"][booked].sum() / 100
    assert total(told, "refunds", "refunded") == pytest.approx(total(told, "refunds", "refunded_on_day"))
    weeks = [total(told, "refunds", f"refunded_within_{days}d") for days in (7, 14, 28)]
    assert 0 < weeks[0] < weeks[1] <= weeks[2] <= total(told, "refunds", "refunded")


def test_orders_with_a_return_stand_on_the_day_of_the_order(told: Told) -> None:
    world, table = told[0], told[1].tables["refunds"].numbers
    lines = world.ledger.lines
    late = (lines["refund"] == Fate.RETURNED) | (lines["refund"] == Fate.REFUND_ONLY)
    third = lines["slot"] // 288 == 2
    assert table["returned_orders"][2] == len(set(lines["order"][late & third].tolist())) * world.setting.weight > 0
    assert table["orders"][2] == len(set(lines["order"][third].tolist())) * world.setting.weight
    assert total(told, "refunds", "returned_orders") == told[1].realised["returned_orders"]


def test_dispatch_by_day_adds_up_to_the_rate_of_the_run(told: Told) -> None:
    numbers = told[1].tables["dispatch"].numbers
    kept = sum(due * (rate or 0) for due, rate in zip(numbers["ship48_due"], numbers["ship48_rate"], strict=True))
    rate = kpis.compute(told[1].realised)["ship48_rate"]
    assert rate is not None
    assert rate == pytest.approx(kept / total(told, "dispatch", "ship48_due"))
    assert rate < 1


def test_the_desk_by_day_adds_up_to_its_figures(told: Told) -> None:
    numbers, realised = told[1].tables["service"].numbers, told[1].realised
    assert total(told, "service", "contacts") == realised["contacts"]
    assert total(told, "service", "abandoned") == realised["abandoned"]
    assert numbers["backlog"][-1] == round(told[0].parcels.questions)
    assert numbers["backlog"][-1] > 0


def test_less_patience_loses_more_contacts_and_moves_nothing_else(shop: Any, told: Told) -> None:
    hasty = finish(shop.world(WEAR.replace("patience: 8h", "patience: 10min"), "calendar.days=8"))
    assert hasty.realised["abandoned"] > told[1].realised["abandoned"] > 0
    assert {name for name in hasty.realised if hasty.realised[name] != told[1].realised[name]} == {"abandoned"}


EVENT = "calendar: {events: {sale: {announce: D1 10:00, start: D1 12:00, end: D2 24:00}}}\n"


@pytest.mark.parametrize(("days", "warned"), [(8, True), (30, False)])
def test_a_run_that_ends_soon_after_a_sale_says_what_is_still_to_come(shop: Any, days: int, warned: bool) -> None:
    result = simulate(shop.loaded(EVENT + WEAR, f"calendar.days={days}", "people.agents=500"), replications=2)
    found = [warning for warning in result.warnings if warning.code == "refunds_to_come"]
    assert bool(found) is warned
    if warned:
        late, all_ = (sum(run.realised[name] for run in result.replications) for name in ("refunds_later", "refunds"))
        assert found[0].args["share"] == f"{late / all_:.0%}"
        assert found[0].args["share"] in found[0].sentence("zh")


def test_without_seats_nobody_waits(shop: Any) -> None:
    table = finish(shop.world("", "people.agents=500")).tables["service"].numbers
    assert not np.any(table["contacts"])
    assert table["reply_mean_s"] == [None, None]
