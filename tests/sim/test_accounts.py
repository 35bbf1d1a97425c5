"""What finance reads: fees by platform, rebates, VAT, and the two tables that add up."""

import pytest

from dacu.kpis import compute
from dacu.ledger import Account, round_fen
from dacu.sim.measure import measure
from dacu.sim.run import finish

TWO = """
shop: {category: 美妆}
platforms:
  douyin: {fees: {commission: 5%, technical: {美妆: 2%, 食品: 9%}, payment: 0.6%}, offsets: {refund: 6}}
  tmall: {fees: {commission: 0%, technical: {食品: 3%}}}
  red: {sells: no, leads_to: {tmall: 100%}}
channels: {feed_ads: {platform: douyin, daily_budget: 500, rebate: 12%}}
kols:
  lin:
    {platform: tmall, followers: 5000, posts: [D1 09:00], fee: 500, commission: {0: 10%, 100: 20%}, guarantee: {roi: 3}}
  red: {platform: red, followers: 2000, posts: [D1 09:00], fee: 200}
operations: {service: {seats: 2, seat_cost: 20}}
"""


@pytest.fixture(scope="module")
def lived(shop):
    world = shop.world(TWO, "people.customers=40%")
    return world, finish(world)


def test_each_fee_is_charged_on_what_is_kept_where_it_was_paid(lived):
    world, _ = lived
    lines = world.ledger.lines
    there = lines["paid"][lines["platform"] == 0]
    back = lines["paid"][(lines["platform"] == 0) & (lines["refund"] != 0)]
    assert len(back)
    for account, rate in ((Account.PLATFORM_FEE, 0.05), (Account.TECHNICAL, 0.02), (Account.PAYMENT, 0.006)):
        assert world.ledger.spent(account) == int(round_fen(there * rate).sum() - round_fen(back * rate).sum())


def test_the_rebate_is_a_share_of_spend_and_adds_to_contribution_alone(lived, shop):
    world, run = lived
    spent = world.ledger.spent(Account.MEDIA)
    assert world.ledger.spent(Account.REBATE) == -round(spent * 0.12)
    without = finish(shop.world(TWO, "people.customers=40%", "channels.feed_ads.rebate=0"))
    more = compute(run.realised)["contribution"] - compute(without.realised)["contribution"]
    assert more == pytest.approx(round(spent * 0.12) / 100)
    assert compute(run.realised)["spend"] == compute(without.realised)["spend"]
    assert compute(run.realised)["breakeven_roi"] == compute(without.realised)["breakeven_roi"]


def test_platforms_add_up_to_the_shop(lived):
    _, run = lived
    table, shop = run.tables["platforms"], compute(run.realised)
    assert table.keys["platform"] == ["platforms.douyin", "platforms.tmall", "none"]
    for name in ("gmv", "refunds", "net_gmv", "gross_profit", "spend", "contribution"):
        assert sum(table.numbers[name]) == pytest.approx(shop[name], abs=0.005), name
    assert table.numbers["gmv"][2] == 0
    assert table.numbers["contribution"][2] < -200  # seats, and the note on the platform that does not sell


def test_break_even_follows_from_the_ledger_of_each_platform(lived):
    """N02: 1 ÷ (contribution before ads per paid yuan)."""
    _, run = lived
    numbers = run.tables["platforms"].numbers
    for gmv, left, roi in zip(
        *(numbers[n][:2] for n in ("gmv", "contribution_before_ads", "breakeven_roi")), strict=True
    ):
        assert roi == (pytest.approx(gmv / left, abs=0.01) if left > 0 else None)
    assert any(numbers["breakeven_roi"])


def test_one_platform_bears_everything(shop):
    run = finish(shop.world("channels: {feed_ads: {daily_budget: 500}}", "people.customers=40%"))
    table, shop_wide = run.tables["platforms"], compute(run.realised)
    assert table.numbers["contribution"][0] == pytest.approx(shop_wide["contribution"])
    assert table.numbers["breakeven_roi"][0] == pytest.approx(shop_wide["breakeven_roi"], abs=0.01)


def test_the_terms_of_a_contract_add_up_to_what_is_booked(lived):
    world, run = lived
    table = run.tables["contracts"]
    assert table.keys["contract"] == ["kols.lin"] * 3
    assert table.keys["term"] == ["0+", "100+", "guarantee"]
    commission, guarantee = (world.ledger.spent(a) / 100 for a in (Account.COMMISSION, Account.GUARANTEE))
    first, second, back = table.numbers["owed"]
    assert first + second == pytest.approx(commission, abs=0.01)
    assert back == guarantee
    assert table.numbers["target"][2] == 1500


@pytest.mark.parametrize(("included", "share"), [("yes", 0.13 / 1.13), ("no", 0.13)])
def test_vat_is_a_memo_on_net_gmv(shop, included, share):
    sets = "people.customers=40%", "shop.costs.tax.vat=13%", f"shop.costs.tax.prices_include_vat={included}"
    with_tax, without = measure(shop.world("", *sets)), measure(shop.world("", sets[0]))
    told, plain = compute(with_tax.realised), compute(without.realised)
    assert told["vat"] == pytest.approx(told["net_gmv"] * share, abs=0.01)
    assert "vat" not in plain
    assert {name: value for name, value in told.items() if name != "vat"} == plain
