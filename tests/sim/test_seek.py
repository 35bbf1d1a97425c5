"""Coming by oneself: seeding on one platform shows up as searches and orders on another."""

import numpy as np
import pytest

from dacu.people.users import Flag
from dacu.sim.tally import Expected, Measure

SEEDING = """
platforms: {red: {reach: 60%, sells: no, leads_to: {tmall: 80%}, direct_link: %s}, tmall: {reach: 80%}}
channels: {feed_ads: {platform: red, daily_budget: 600}}
market: {baseline: {feed_ads: 600}}
"""
TMALL = 1


def test_a_click_on_a_seeding_platform_is_no_visit_but_leads_to_searches_on_another(shop):
    plan = SEEDING.replace("%s", "0%")
    long = ("people.agents=10000", "calendar.days=5")  # enough people and days for searches to become orders
    seeded = shop.world(plan, *long, "channels.feed_ads.daily_budget=3000", until=120)
    quiet = shop.world(plan, *long, "channels.feed_ads.daily_budget=0", until=120)
    assert seeded.tally.count[Measure.CLICKS, :, 0].sum() > 50
    assert seeded.tally.count[Measure.VISITS, :, 0].sum() == 0
    searches = [world.tally.expected(Expected.BRAND_SEARCHES).sum() for world in (seeded, quiet)]
    assert searches[0] > 1.02 * searches[1]
    orders = [world.tally.expected(Expected.ORDERS).sum() for world in (seeded, quiet)]
    assert orders[0] > orders[1]
    assert (seeded.ledger.lines["platform"] == TMALL).all()


def test_a_direct_link_opens_the_target_at_its_share(shop):
    world = shop.world(SEEDING.replace("%s", "50%"), "people.agents=10000")
    clicks, visits = (world.tally.count[row, :, 0].sum() for row in (Measure.CLICKS, Measure.VISITS))
    share = 0.5 * 0.8 * 0.8  # link, share that leads there, those who use it
    assert visits / clicks == pytest.approx(share, abs=4 * (share * (1 - share) / clicks) ** 0.5)


def test_brand_searches_come_at_their_hazard(shop):
    world = shop.world("", "people.agents=10000", "behaviour.search.brand_rate=0.2")
    searched = world.tally.count[Measure.BRAND_SEARCHES].sum()
    expected = world.tally.expected(Expected.BRAND_SEARCHES).sum()
    assert abs(searched - expected) < 4 * expected**0.5


def test_customers_come_back_by_themselves_at_their_rate(shop):
    """Without coupons and members a living customer's visits a day are λ ÷ conversion × need ÷ mean need."""
    quiet = ("behaviour.loyalty.habit=0", "behaviour.search.category_seen=0", "behaviour.search.brand_seen=0")
    old = ("people.customers=100%", "people.members=0%", "people.agents=10000", "behaviour.cart.rate_direct=0.02")
    world = shop.world("", *quiet, *old, "calendar.warmup=0d")
    users, facts = world.users, world.setting.behaviour.loyalty
    alive = users.flags & Flag.ALIVE != 0
    need = np.exp(-1.5 * np.maximum(users.stocked_until - 24, 0) / 24 / users.born.cycle)
    rate = facts.rate_mean / facts.conversion / world.setting.behaviour.reference.need
    visits = world.tally.count[Measure.VISITS].sum()
    assert visits == pytest.approx(2 * alive.sum() * rate * need.mean(), rel=0.15)


def test_yesterdays_visitors_look_in_again(shop):
    quiet = ("behaviour.loyalty.rate_mean=0.0005", "people.agents=10000", "behaviour.search.category_rate=0.05")
    worlds = [shop.world("", *quiet, f"behaviour.loyalty.habit={habit}") for habit in (0, 0.2, 0.6)]
    visits = [world.tally.count[Measure.VISITS].sum() for world in worlds]
    assert visits[0] < visits[1] < visits[2]


def test_a_shop_without_levers_has_only_own_visits(shop):
    world = shop.world("", "people.customers=50%")
    assert len(world.setting.levers) == 0
    assert world.tally.count[Measure.VISITS].sum() > 0
    assert world.tally.count[Measure.VIEWS].sum() == 0
    assert (world.ledger.lines["lever"] == -1).all()
