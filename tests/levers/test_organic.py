"""Own accounts: allowance, hot topics, followers, production cost, the share of the pool."""

import numpy as np
import pytest

from dacu.errors import InputError
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


def posts_of(shop, account, days=40):
    world = shop.world(f"content: {{accounts: {{own: {{{account}}}}}}}", f"calendar.days={days}", until=-24)
    return world.items["live_from"] / 24, world.items["new_format"], world.items["half_life"]


def test_a_format_is_new_for_its_first_thirty_days_at_the_account(shop):
    day, new, half_life = posts_of(shop, "posts: 4/day, new_formats: {clip: D6}")
    taken_up = half_life == 8
    assert (day[taken_up] >= 5).all()
    assert ((day[taken_up] < 35) == (new[taken_up] == 1)).all()
    assert new[taken_up].min() == 0
    assert not new[~taken_up].any()
    assert taken_up[day > 6].mean() == pytest.approx(0.5, abs=0.05)  # they take turns with what was there


def test_an_account_new_to_its_own_format_is_so_from_the_first_day_on(shop):
    day, new, _ = posts_of(shop, "posts: 4/day, format: drama, new_format: yes")
    assert ((day >= 0) & (day < 30)).tolist() == (new == 1).tolist()


def test_a_format_that_is_not_new_to_anyone_is_refused(shop):
    with pytest.raises(InputError) as refused:
        shop.loaded("content: {accounts: {own: {new_formats: {vidoe: D3}}}}")
    assert refused.value.findings[0].path == "content.accounts.own.new_formats.vidoe"
