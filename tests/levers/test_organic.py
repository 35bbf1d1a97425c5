"""Own accounts: allowance, hot topics, followers, production cost, the share of the pool."""

import numpy as np
import pytest

from dacu.ledger import Account
from dacu.levers.base import Mode
from dacu.sim.hour import HourView
from dacu.sim.online import come_online
from dacu.sim.tally import Measure

ACCOUNT = "content: {accounts: {own: {quality: 0.5, quality_sd: 0, %s}}}"
SURE = ("behaviour.content.reject=0", "behaviour.content.review_delay=0", "behaviour.content.review_sigma=0")


def planned(shop, line="", hot=""):
    """What the account asks of the pool at D2 06:00, its posts without heat."""
    plan = ACCOUNT % line
    if hot:
        plan = plan.replace("content: {", f"content: {{hot_topics: {{hot: {hot}}}, ")
    world = shop.world(plan, *SURE, "calendar.warmup=0d", until=30)
    world.items["heat"][:] = 0
    view = HourView(world, come_online(world)).of(0)
    pool = [p for p in world.setting.levers[0].lever.place(view) if p.mode is Mode.POOL]
    return world, sum(p.volume for p in pool)


def test_one_fresh_post_gets_its_pool_by_activity_and_freshness(shop):
    world, volume = planned(shop, "posts: 1/day, post_hours: ['06:00']")
    facts, hour = world.setting.behaviour.content, world.setting.calendar.activity[30]
    fading = 1 + 0.5**2  # today's post, and yesterday's after two half-lives of 12 h
    assert volume == pytest.approx(facts.base_hour * hour * fading, rel=1e-6)


def test_beyond_the_daily_allowance_posts_share_it(shop):
    four, eight = (planned(shop, f"posts: {n}/day, post_hours: ['06:00']")[1] for n in (4, 8))
    assert eight == pytest.approx(four, rel=1e-6)


def test_authority_multiplies_and_a_hot_topic_lifts(shop):
    plain = planned(shop)[1]
    assert planned(shop, "authority: 3")[1] == pytest.approx(3 * plain)
    hot = "{peak: D2 06:00, boost: 2, topics: [1, 1, 1, 1, 1, 1, 1, 1]}"
    assert planned(shop, hot=hot)[1] == pytest.approx(3 * plain)


def test_each_post_that_goes_up_costs_its_production(shop):
    world = shop.world(ACCOUNT % "posts: 3/day, post_cost: 120.5", *SURE)
    assert world.ledger.spent(Account.CONTENT) == 2 * 3 * 12_050


def test_posts_without_a_link_bring_no_visit(shop):
    world = shop.world(ACCOUNT % "link: no, authority: 5")
    assert world.tally.count[Measure.VIEWS, :, 0].sum() > 1000
    assert world.tally.count[Measure.VISITS, :, 0].sum() == 0


def test_all_own_posts_together_take_no_more_than_their_share_of_the_pool(shop):
    many = "content: {accounts: {" + ", ".join(f"a{n}: {{authority: 20}}" for n in range(4)) + "}}\n"
    world = shop.world(many, "calendar.warmup=0d", "behaviour.content.follow=0.0001")
    views = world.tally.count[Measure.VIEWS].sum()
    online = world.setting.behaviour.reference.online * 10_000 * 48
    assert views == pytest.approx(0.3 * online, rel=0.15)


def test_better_content_is_shown_more(shop):
    views = []
    for quality in (0.3, 0.5, 0.7):
        world = shop.world(ACCOUNT.replace("quality: 0.5", f"quality: {quality}") % "authority: 0.5")
        views.append(world.tally.count[Measure.VIEWS].sum())
    assert views == sorted(views)
    assert views[2] > 2 * views[0]


def test_followers_grow_by_what_they_see(shop):
    world = shop.world(ACCOUNT % "followers: 500, authority: 5", "behaviour.content.follow=0.05")
    start = shop.world(ACCOUNT % "followers: 500, authority: 5", until=-24)
    followers = [int((w.users.follows & 1).sum()) for w in (start, world)]
    assert followers[0] * 5 == pytest.approx(500, abs=4 * 5 * 10)
    assert followers[1] > followers[0]
    assert np.isin(start.lists[0], np.flatnonzero(start.users.follows & 1)).all()
