"""A presale from the deposit to the balance: what is set aside, when it counts, what is kept, and what comes back."""

from typing import Any

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.estimates import interval
from dacu.kpis import compute
from dacu.ledger import NEVER, Account, LineFlag
from dacu.results import Replication
from dacu.sim.accounts import platforms
from dacu.sim.measure import measure
from dacu.sim.parcels import Fate
from dacu.sim.run import finish
from dacu.sim.tally import Expected
from dacu.sim.world import World

AHEAD = """
calendar:
  days: 3
  events: {sale: {announce: D1, presale: {start: D1, end: D2}, start: D2 10:00, end: D3 24:00}}
shop: {category: 女装}
promotions:
  ahead: {type: presale, events: [sale], skus: [mask, toner], cut: 30%, deposit_share: 20%, counts: 1.5}
  sale: {type: time_discount, events: [sale], cut: 20%}
"""
BUSY = ("people.customers=80%", "skus.mask.stock=5000")
OPENS, CLOSES = 34, 58  # D2 10:00 and 24 hours later
HALF = "behaviour.presale.balance=0.5"

# 69.00 less 30% is 48.30: 9.66 now, counted as 14.49; 48.30 − 4.83 = 43.47 in all. 139.00: 97.30, 19.46, 87.57.
DEPOSIT = np.array([966, 1_946])
PAID = np.array([4_347, 8_757])


@pytest.fixture(scope="module")
def world(shop: Any) -> World:
    """Half of the balances stay unpaid; every parcel is followed to its end."""
    found: World = shop.world(AHEAD, *BUSY, HALF)
    finish(found)
    return found


@pytest.fixture(scope="module")
def run(world: World) -> Replication:
    return measure(world)


def of_presales(world: World) -> Any:
    return world.ledger.lines["flags"] & LineFlag.PRESALE != 0


def test_a_deposit_is_a_share_of_the_presale_price(world: World) -> None:
    table = world.reservations
    assert (table["deposit"] == DEPOSIT[table["sku"]] * table["qty"]).all()
    assert (table["slot"] < 24 * 12).all()
    assert len(np.unique(table["sku"])) == 2


def test_an_order_counts_when_its_balance_is_paid_and_costs_price_less_what_the_deposit_counts_for(
    world: World,
) -> None:
    lines, table, weight = world.ledger.lines, world.reservations, world.setting.weight
    ours = of_presales(world)
    paid = PAID[lines["sku"][ours]] * lines["qty"][ours] * weight
    assert (lines["paid"][ours] == paid).all()
    hours = lines["slot"][ours] // 12
    assert (hours >= OPENS).all()
    assert (hours < CLOSES).all()
    assert ours.sum() == (table["pays"] == 1).sum() > 15
    due = world.parcels.lines["due"][np.isin(world.parcels.lines["line"], np.flatnonzero(ours))]
    assert (due >= OPENS + int(world.setting.operations.warehouse.ship_within)).all()


def test_a_deposit_without_its_balance_is_kept_to_the_fen(world: World, run: Replication) -> None:
    table, weight, entries = world.reservations, world.setting.weight, world.ledger.entries
    lost = table["pays"] == 0
    assert 0.35 < lost.mean() < 0.65
    kept = int((DEPOSIT[table["sku"][lost]] * table["qty"][lost]).sum()) * weight
    assert world.ledger.spent(Account.DEPOSIT_KEPT) == -kept
    assert (entries["hour"][entries["account"] == Account.DEPOSIT_KEPT] == CLOSES - 1).all()
    figures, without = compute(run.realised), compute(run.realised | {"deposits_kept": 0})
    assert figures["presale_deposits"] == len(lost) * weight
    assert figures["presale_balance_rate"] == (~lost).mean()
    for kpi in ("gross_profit", "contribution"):
        assert figures[kpi] - without[kpi] == pytest.approx(kept / 100)  # type: ignore[operator]


def test_pieces_are_set_aside_with_the_deposit_and_go_back_with_it(shop: Any) -> None:
    before, end = (shop.world(AHEAD, *BUSY, HALF, until=until) for until in (OPENS, CLOSES))
    weight = before.setting.weight

    def out(world: World) -> int:
        """Masks sold at once and not cancelled."""
        lines = world.ledger.lines
        sold = (lines["sku"] == 0) & (lines["refund"] != Fate.CANCELLED)
        back = int(world.restocked[0])
        return int(lines["qty"][sold].sum()) * weight - back

    masks = before.reservations["sku"] == 0
    reserved = int(before.reservations["qty"][masks].sum()) * weight
    assert before.goods.stock[0] == 5_000 - out(before) - reserved
    assert reserved > 0
    assert end.goods.stock[0] == 5_000 - out(end)


def test_a_presale_order_that_is_returned_gets_all_of_its_money_back(world: World) -> None:
    lines, entries = world.ledger.lines, world.ledger.entries
    refunded = np.flatnonzero(of_presales(world) & (lines["refund"] != Fate.KEPT))
    assert len(refunded) > 3
    account = entries["account"] == Account.REFUND
    for row in refunded:
        back = int(entries["fen"][account & (entries["order"] == lines["order"][row])].sum())
        assert back == lines["paid"][row]
    assert (lines["returned"][refunded] != NEVER).all()


def test_a_presale_is_ordered_alone_and_its_price_does_not_count_for_what_comes_along(shop: Any) -> None:
    plan = AHEAD.replace("[mask, toner]", "[mask]").replace("cut: 20%}", "cut: 20%, skus: [cream]}")
    lines = shop.world(plan, *BUSY, "behaviour.basket.add_on=0.8", until=CLOSES).ledger.lines
    ours = lines["flags"] & LineFlag.PRESALE != 0
    along = (lines["flags"] & LineFlag.ADD_ON != 0) & (lines["sku"] == 0) & (lines["slot"] < 24 * 12)
    assert along.any()
    assert (lines["paid"][along] == lines["list"][along]).all()
    assert np.isin(lines["order"], lines["order"][ours]).sum() == ours.sum() > 5


def test_chances_and_draws_agree_on_deposits_balances_and_what_is_kept(shop: Any) -> None:
    runs = []
    for seed in range(4):
        found = shop.world(AHEAD, "people.customers=80%", HALF, seed=seed + 1)
        finish(found)
        runs.append(measure(found))
    for name, tolerance in (("presale_deposits", 0.2), ("presale_paid", 0.25), ("deposits_kept", 0.25)):
        drawn, expected = (sum(getattr(one, side)[name] for one in runs) for side in ("realised", "expected"))
        assert drawn == pytest.approx(expected, rel=tolerance)
        assert drawn
    # half of the deposits, to 2⁻³² of a chance each
    deposits, paid = (sum(one.expected[name] for one in runs) for name in ("presale_deposits", "presale_paid"))
    assert paid == pytest.approx(deposits / 2, abs=1e-3)


def test_everybody_pays_where_the_chance_is_one_and_nobody_where_it_is_none(shop: Any) -> None:
    for chance in (0, 1):
        found = shop.world(AHEAD, *BUSY, f"behaviour.presale.balance={chance}")
        finish(found)
        figures = measure(found).realised
        assert figures["presale_paid"] == chance * figures["presale_deposits"]
        assert (figures["deposits_kept"] < 0) == (not chance)


def test_where_everybody_pays_a_deposit_nothing_is_expected_at_once(shop: Any) -> None:
    only = shop.world(AHEAD, *BUSY, "skus.cream=null", until=20)
    assert only.tally.expected(Expected.DEPOSITS)[:20].sum() > 0
    assert only.tally.expected(Expected.ORDERS)[:20].sum() == 0


def test_who_waits_for_the_sale_buys_at_a_presale_that_is_as_cheap(shop: Any) -> None:
    """Before an announced 30% off carts freeze; a presale at that price is bought at once."""
    plan = AHEAD.replace("cut: 20%}", "cut: 30%}")
    spot, ahead = (
        shop.world(plan, *BUSY, "skus.cream=null", *off, until=24) for off in (("promotions.ahead=null",), ())
    )
    chances = [measure(found).expected for found in (spot, ahead)]
    assert chances[1]["presale_deposits"] > 2 * chances[0]["orders"] > 0


def test_a_presale_moves_sales_to_the_opening_of_the_event(shop: Any) -> None:
    """Pairs on the same people: money before the opening falls, that of the first six hours rises."""
    parts = {"before": slice(0, OPENS), "first hours": slice(OPENS, OPENS + 6)}
    differences = []
    for seed in range(1, 5):
        spot, ahead = (
            shop.world(AHEAD, "people.customers=80%", *off, seed=seed).tally.expected(Expected.PAID).sum(axis=1)
            for off in (("promotions.ahead=null",), ())
        )
        differences.append([ahead[part].sum() - spot[part].sum() for part in parts.values()])
    mean, half = interval(np.array(differences))
    assert mean[0] + half[0] < 0
    assert mean[1] - half[1] > 0


def test_another_platform_sells_on_the_spot(shop: Any) -> None:
    plan = AHEAD.replace("sale: {announce", "sale: {platform: tmall, announce")
    found = shop.world(f"{plan}platforms: {{tmall: {{minutes: 1}}, douyin: {{minutes: 1}}}}\n", *BUSY)
    names = found.setting.platforms.names
    tmall = names.index("tmall")
    ours = of_presales(found)
    assert ours.any()
    assert (found.ledger.lines["platform"][ours] == tmall).all()
    assert (found.reservations["platform"] == tmall).all()
    before = found.ledger.lines["slot"] < 24 * 12
    masks = found.ledger.lines["sku"] == 0
    assert (found.ledger.lines["platform"][before & masks] != tmall).all()
    assert (before & masks).any()


def test_deposits_kept_are_those_of_their_platform(shop: Any) -> None:
    plan = AHEAD.replace("sale: {announce", "sale: {platform: tmall, announce")
    found = shop.world(f"{plan}platforms: {{douyin: {{}}, tmall: {{}}}}\n", *BUSY, "behaviour.presale.balance=0")
    finish(found)
    table = platforms(found)
    profit = dict(zip(table.keys["platform"], table.numbers["gross_profit"], strict=True))
    gmv = dict(zip(table.keys["platform"], table.numbers["gmv"], strict=True))
    assert profit["none"] == gmv["none"] == 0
    kept = -found.ledger.spent(Account.DEPOSIT_KEPT)
    entries = found.ledger.entries
    assert kept > 0
    rest = sum(
        int(entries["fen"][(entries["account"] == account) & _on(found, 1)].sum())
        for account in Account
        if account.stage in ("refund", "sale") and account is not Account.DEPOSIT_KEPT
    )
    assert profit["platforms.tmall"] == pytest.approx(gmv["platforms.tmall"] + (kept - rest) / 100)


def _on(world: World, platform: int) -> Any:
    """Entries of orders on a platform."""
    entries, lines = world.ledger.entries, world.ledger.lines
    return np.isin(entries["order"], lines["order"][lines["platform"] == platform])


FULL = AHEAD.replace(
    "promotions:\n",
    """live: {main: {every: 每天 20:00, hours: 3h, followers: 5000, discount: 5%}}
members: {on: yes, levels: {gold: {over: 100, discount: 0%, held: 50%}}}
promotions:
  coupon: {face: 10, over: 40}
""",
)


def test_identities_hold_with_a_room_points_and_coupons(shop: Any) -> None:
    found = shop.world(FULL, *BUSY, HALF)
    finish(found)  # verifies every identity
    lines, weight = found.ledger.lines, found.setting.weight
    ours = of_presales(found)
    in_room = lines["flags"] & LineFlag.IN_ROOM != 0
    assert (ours & in_room).any()
    figures = measure(found).realised
    assert figures["live_orders"] == len(np.unique(lines["order"][in_room])) * weight
    assert figures["points_redeemed"] > 0
    coupon = [rule.path for rule in found.offers.rules].index("promotions.coupon")
    used = found.reservations["offers"] >> coupon & 1 == 1
    assert used.any()
    with_it = lines["offers"] >> coupon & 1 == 1
    assert (ours & with_it).sum() == (used & (found.reservations["pays"] == 1)).sum()


def test_a_limited_presale_takes_no_deposit_beyond_its_pieces(shop: Any) -> None:
    found = shop.world(AHEAD.replace("counts: 1.5", "counts: 1.5, quantity: 60"), *BUSY, until=OPENS)
    assert int(found.reservations["qty"].sum()) * found.setting.weight == 60


def test_a_fork_takes_the_reservations_along(shop: Any) -> None:
    found = shop.world(AHEAD, *BUSY, until=20)
    twin = found.copy()
    size = found.reservations.size
    twin.reservations["pays"][:] = 0
    assert found.reservations["pays"].any()
    assert twin.reservations.size == size > 0


def test_a_presale_price_is_no_lower_price_before_the_sale(shop: Any) -> None:
    plan = AHEAD.replace("start: D2 10:00,", "start: D2 10:00, price_check: 1d,")
    assert shop.world(plan, until=-24).setting.warnings == ()


REFUSED = {
    "events: [sale]": {
        "events: []": "presale_by_event",
        "events: [sale], start: D1": "time_said_twice",
        "events: [nope]": "no_such_phase_or_event",
    },
    "deposit_share: 20%": {
        "quantity: 10": "deposit_or_share",
        "deposit_share: 20%, deposit: 5": "deposit_or_share",
        "deposit_share: 80%": "deposit_above_price",
        "deposit: 49": "deposit_above_price",
        "deposit_share: 0.05%": "finer_than_permille",
    },
    "presale: {start: D1, end: D2}": {
        "cpm_index: 1": "event_without_presale",
        "presale: {start: D1, end: D2 12:00}": "presale_after_start",
        "presale: {start: D2 12:00}": "presale_after_start",
        "presale: {start: D1, end: D1}": "ends_before_start",
        "presale: {start: D1, pay_within: 48h}": "presale_outside_campaign",
    },
    "announce: D1,": {"announce: D1 12:00,": "presale_before_announcement"},
    "{announce: D1": {"{platform: tmall, announce: D1": "unknown_name"},
    "  sale: {type": {"  other: {type: time_discount, cut: 10%}\n  sale: {type": "two_prices_at_once"},
}
CASES = [(old, new, code) for old, slips in REFUSED.items() for new, code in slips.items()]


@pytest.mark.parametrize(("old", "new", "code"), CASES)
def test_a_slip_is_told_at_its_line_in_both_languages(shop: Any, old: str, new: str, code: str) -> None:
    assert old in AHEAD
    with pytest.raises(InputError) as refused:
        shop.world(AHEAD.replace(old, new, 1), until=-24)
    assert {finding.code for finding in refused.value.findings} == {code}
    for finding in refused.value.findings:
        assert finding.mark
        assert finding.mark.file == "plan.yaml"
        assert finding.mark.line > 3
        assert all(finding.sentence(lang).strip() for lang in ("en", "zh"))


def test_a_presale_stands_on_the_platform_of_its_event(shop: Any) -> None:
    plan = AHEAD.replace("sale: {announce", "sale: {platform: tmall, announce")
    elsewhere = plan.replace("cut: 30%, deposit", "platform: douyin, cut: 30%, deposit")
    with pytest.raises(InputError) as refused:
        shop.world(f"{elsewhere}platforms: {{tmall: {{}}, douyin: {{}}}}\n", until=-24)
    (finding,) = refused.value.findings
    assert (finding.code, finding.value) == ("presale_elsewhere", "douyin")
    assert "tmall" in finding.sentence("zh")
