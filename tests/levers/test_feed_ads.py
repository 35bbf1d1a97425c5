"""Feed ads in a living shop against the closed forms of the auction."""

import numpy as np
import pytest

from dacu.ledger import Account
from dacu.levers.auction import bid_for, mean_price, win_rate
from dacu.sim.hour import HourView
from dacu.sim.online import come_online
from dacu.sim.tally import Measure

LINE = "channels: {feed_ads: {daily_budget: 2000}}\nmarket: {baseline: {feed_ads: 2000}}\n"
STILL = (
    "people.size=10万", "calendar.days=1", "behaviour.auction.learning=1", "behaviour.auction.hour_power=0",
    "people.agents=20000",
)  # fmt: skip


def views_and_spend(world):
    entries = world.ledger.entries
    media = entries["account"] == Account.MEDIA
    return int(world.tally.count[Measure.VIEWS].sum()), int(entries["fen"][media].sum())


def test_at_the_baseline_spend_a_thousand_views_cost_the_reference_price(shop):
    views, spend = views_and_spend(shop.world(LINE, *STILL))
    assert spend == pytest.approx(200_000, rel=0.02)
    assert spend / views * 1000 / 100 == pytest.approx(30, rel=0.15)  # quality departs from 1 as people tire


@pytest.mark.parametrize("multiple", [0.5, 1, 2])
def test_spend_and_price_follow_the_auction_of_each_hour(shop, multiple):
    """At quality 1 the price of an hour is the closed form at its own bid."""
    world = shop.world(LINE, *STILL, f"channels.feed_ads.daily_budget={2000 * multiple:g}", until=12)
    world.appeal[0, 2] = 1.0
    now = come_online(world)
    view = HourView(world, now).of(0)
    lever, state = world.setting.levers[0].lever, world.state[0]
    (placement,) = lever.place(view)
    auctions = world.setting.behaviour.auction
    thousands = view.people(0) * view.under_cap() * auctions.slots * auctions.addressable / 1000
    target = lever.paced(view)
    bid = bid_for(target / 100, thousands, 1.0, state["median"], auctions.sigma, 1e9)
    won = thousands * win_rate(bid, 1.0, state["median"], auctions.sigma)
    price = mean_price(bid, 1.0, state["median"], auctions.sigma)
    assert placement.volume == pytest.approx(won * 1000, rel=1e-4)
    assert placement.price == pytest.approx(price * 100, abs=0.51)
    assert placement.volume * placement.price / 1000 == pytest.approx(target, rel=0.01)


def test_more_money_pays_more_for_a_thousand_views(shop):
    prices = []
    for money in (500, 2000, 6000):
        views, spend = views_and_spend(shop.world(LINE, *STILL, f"channels.feed_ads.daily_budget={money}"))
        prices.append(spend / views)
    assert prices == sorted(prices)
    assert prices[-1] > 1.3 * prices[0]


def test_a_maximum_bid_holds_the_price_and_leaves_money(shop):
    world = shop.world(LINE, *STILL, "channels.feed_ads.max_bid=20")
    views, spend = views_and_spend(world)
    assert spend / views * 10 <= 20
    assert spend < 200_000 * 0.9


@pytest.mark.parametrize("cap", [1, 3])
def test_nobody_sees_a_line_more_often_than_its_cap(shop, cap):
    plan = f"channels: {{feed_ads: {{daily_budget: 3000, cap: {cap}}}}}"
    world = shop.world(plan, until=24)
    assert world.seen_today[0].max() == cap


def test_an_event_raises_media_prices_on_its_platform_alone(shop):
    event = "calendar: {events: {sale: {platform: b, announce: D1, start: D1, end: D3, cpm_index: 3}}}\n"
    lines = (
        "platforms: {a: {}, b: {}}\nmarket: {baseline: {a: 100, b: 100}}\n"
        "channels: {a: {type: feed_ads, platform: a, daily_budget: 100}, "
        "b: {type: feed_ads, platform: b, daily_budget: 100}}"
    )
    calm, busy = shop.world(lines), shop.world(event + lines)
    views = [world.tally.count[Measure.VIEWS].sum(axis=0)[:2] for world in (calm, busy)]
    assert views[1][0] == pytest.approx(views[0][0], rel=0.03)
    assert views[0][1] / 3 < views[1][1] < views[0][1] / 2  # a rarer win is a cheaper one


def test_ads_for_a_room_run_only_while_it_is_open(shop):
    world = shop.world(
        "channels: {feed_ads: {daily_budget: 500, lands_on: live.main}}\n"
        "live: {main: {sessions: [D1 20:30], hours: 2h}}"
    )
    hours = np.flatnonzero(world.tally.count[Measure.VIEWS].sum(axis=1))
    assert hours.tolist() == [20, 21, 22]
    assert world.tally.count[Measure.ENTRIES].sum(axis=0)[1] > 0
