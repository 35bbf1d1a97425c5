"""Boost: plays at a fixed price for the post with the largest pool."""

import pytest

from dacu.sim.tally import Measure

PLAN = "content: {accounts: {own: {quality: 0.6}}}\nchannels: {boost: {account: own, daily_budget: 100, price: 40}}"


def test_plays_cost_their_fixed_price(shop):
    world = shop.world(PLAN)
    plays = int(world.tally.count[Measure.VIEWS, :, 1].sum())
    assert plays > 1000
    assert world.spent[1].sum() == pytest.approx(plays * 4_000 / 1000, abs=24)  # a rounding an hour


def test_boosted_plays_feed_the_posts_heat(shop):
    with_it, without = shop.world(PLAN), shop.world(PLAN, "channels.boost.daily_budget=0")
    assert with_it.items["plays"].sum() > without.items["plays"].sum() + 1000


def test_an_account_without_posts_costs_nothing(shop):
    world = shop.world(PLAN, "content.accounts.own.posts=0/day")
    assert world.spent.sum() == 0


def test_an_account_may_have_any_name(shop):
    plan = PLAN.replace("own", '"主号 2.0"')
    assert shop.world(plan, "calendar.warmup=0d").spent[1].sum() > 0
