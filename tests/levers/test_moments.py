"""Moments: who meets a post, what posts cost, how many a day are too many."""

import pytest

from dacu.behaviour.groups import leaving
from dacu.ledger import Account
from dacu.people.users import Flag
from dacu.sim.tally import Measure

PLAN = "channels: {moments: {posts: %s/day, post_cost: 33.33}}"
MEMBERS = ("people.customers=100%", "people.members=100%", "people.size=1万", "people.agents=10000")
STAY = "behaviour.private.leave=0"
EVEN = ("behaviour.activity.hours=[" + ", ".join(["1"] * 24) + "]", "behaviour.activity.weekdays=[1, 1, 1, 1, 1, 1, 1]")


def views(world):
    return int(world.tally.count[Measure.VIEWS].sum())


@pytest.mark.parametrize(("a_day", "allowed"), [(1, 1), (4, 4), (8, 4)])
def test_a_member_meets_a_quarter_of_the_posts_within_the_allowance(shop, a_day, allowed):
    world = shop.world(PLAN % a_day, *MEMBERS, *EVEN, STAY, "calendar.days=4", "calendar.warmup=3d")
    assert views(world) / 10_000 / 4 == pytest.approx(0.25 * allowed, rel=0.04)


def test_only_members_meet_them(shop):
    world = shop.world(PLAN % 4, "people.customers=100%", "people.members=50%", STAY, "calendar.warmup=0d")
    assert views(world) > 0
    assert (world.users.flags[world.users.reached != 0] & Flag.MEMBER != 0).all()


def test_each_post_costs_its_production_and_no_message(shop):
    world = shop.world(PLAN % 3, *MEMBERS)
    assert world.ledger.spent(Account.CONTENT) == 2 * 3 * 3_333
    assert world.ledger.spent(Account.MESSAGES) == 0


@pytest.mark.parametrize("a_day", [1, 4, 6])
def test_members_leave_by_yesterdays_posts(shop, a_day):
    world = shop.world(PLAN % a_day, *MEMBERS, "calendar.warmup=0d", until=29)
    facts = world.setting.behaviour.private
    chance = facts.leave * 2.718281828 ** (facts.leave_burden * (a_day - 1))
    assert (world.users.flags & Flag.MEMBER != 0).mean() == pytest.approx(1 - chance, abs=4 * (chance / 1e4) ** 0.5)


def test_pushes_and_posts_tire_apart(shop):
    both = "channels: {private: {every: 每天 9:00}, moments: {posts: 2/day}}"
    world = shop.world(both, *MEMBERS, "calendar.warmup=0d", "behaviour.private.leave=0.05", until=29)
    facts = world.setting.behaviour
    left = 1 - (leaving(facts, 1) + leaving(facts, 2))
    assert (world.users.flags & Flag.MEMBER != 0).mean() == pytest.approx(left, abs=0.015)


def test_the_best_number_of_posts_a_day_over_sixty_days_lies_between_two_and_six(shop):
    """Views within the allowance, by those whom the posts have not yet driven away: 60-day sum by hand."""
    behaviour = shop.world(until=-24).setting.behaviour
    seen = []
    for a_day in range(1, 11):
        stay = 1 - leaving(behaviour, a_day)
        a_member_day = behaviour.private.moment_seen * min(a_day, behaviour.content.allowance)
        seen.append(sum(stay**day for day in range(60)) * a_member_day)
    assert 2 <= seen.index(max(seen)) + 1 <= 6
    assert max(seen[7:]) < seen[0]
