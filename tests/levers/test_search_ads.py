"""Search ads: queries won at the bid, paid by the click, cannibalised clicks counted."""

import numpy as np
import pytest

from dacu.ledger import Account
from dacu.levers.auction import mean_price, win_rate
from dacu.sim.tally import Expected, Measure

MANY = (
    "people.size=2万", "people.agents=20000", "behaviour.search.category_rate=0.05", "behaviour.search.brand_rate=0.2",
)  # fmt: skip


def one_line(shop, queries, *sets):
    plan = f"channels: {{words: {{type: search_ads, queries: {queries}, daily_budget: 5000}}}}"
    return shop.world(plan, *MANY, *sets)


def test_clicks_cost_the_second_price(shop):
    world = one_line(shop, "category")
    search = world.setting.behaviour.search
    price = round(mean_price(4, 1, search.cpc_median, search.cpc_sigma) * 100_000)
    clicks = world.tally.count[Measure.CLICKS, :, 0]
    spent = np.zeros(len(clicks), np.int64)
    media = world.ledger.entries["account"] == Account.MEDIA
    np.add.at(spent, world.ledger.entries["hour"][media], world.ledger.entries["fen"][media])
    assert clicks.sum() > 50
    assert spent.tolist() == [round(int(count) * price / 1000) for count in clicks]


def test_a_query_is_won_and_clicked_at_the_rates_of_the_auction_and_the_channel(shop):
    world = one_line(shop, "brand")
    search, medium = world.setting.behaviour.search, world.setting.behaviour.channels["search_ads"]
    searches = world.tally.count[Measure.BRAND_SEARCHES].sum()
    views, clicks = (world.tally.count[measure, :, 0].sum() for measure in (Measure.VIEWS, Measure.CLICKS))
    won = win_rate(4, 1, search.cpc_median, search.cpc_sigma)
    assert views / searches == pytest.approx(won, abs=4 * (won * (1 - won) / searches) ** 0.5)
    rate = medium.click_rate
    assert clicks / views == pytest.approx(rate, abs=4 * (rate * (1 - rate) / views) ** 0.5)


def test_most_paid_clicks_on_the_own_name_would_have_come_anyway(shop):
    world = one_line(shop, "brand")
    clicks, taken = (world.tally.count[row, :, 0].sum() for row in (Measure.CLICKS, Measure.CANNIBALISED))
    seen = world.setting.behaviour.search.brand_seen
    assert taken / clicks == pytest.approx(seen, abs=4 * (seen * (1 - seen) / clicks) ** 0.5)


def test_a_line_never_buys_other_queries(shop):
    category = one_line(shop, "category", "behaviour.search.category_rate=0.0002", "people.customers=0%")
    brand = category.tally.expected(Expected.BRAND_SEARCHES).sum()
    assert category.tally.count[Measure.VIEWS, :, 0].sum() < brand / 20


def test_a_small_budget_stops_the_clicks(shop):
    world = one_line(shop, "category", "channels.words.daily_budget=50")
    assert 0 < world.spent.sum() <= 2 * 5_000
    assert (world.spent[0] <= 5_000).all()
