"""Pushes: who gets them, what they cost, how many open."""

import numpy as np
import pytest

from dacu.behaviour.groups import CORE
from dacu.ledger import Account
from dacu.people.users import Flag
from dacu.sim.crowd import join, roles_of
from dacu.sim.tally import Measure

PLAN = "channels: {private: {every: 每天 20:00, message_cost: 0.05}}"
MEMBERS = ("people.customers=100%", "people.members=100%", "people.size=1万", "people.agents=10000")


def test_every_member_gets_a_message_at_its_price(shop):
    world = shop.world(PLAN, *MEMBERS)
    sent = world.tally.count[Measure.MESSAGES].sum(axis=1)
    assert sent[20] == pytest.approx(10_000, rel=0.01)  # a few have left the group
    assert sent.sum() == sent[20] + sent[44]
    assert world.ledger.spent(Account.MESSAGES) == 5 * int(sent.sum())


def test_a_quarter_opens_and_the_second_push_of_a_day_is_opened_less(shop):
    once = shop.world(PLAN, *MEMBERS, "calendar.days=1", "calendar.warmup=0d")
    twice = shop.world(PLAN, *MEMBERS, "calendar.days=1", "calendar.warmup=0d", "channels.private.also=[21:00]")
    opened = [w.tally.count[Measure.VIEWS, :, 0] for w in (once, twice)]
    facts = once.setting.behaviour.private
    assert opened[0][20] / 10_000 == pytest.approx(facts.open, abs=0.02)
    assert opened[1][20] == opened[0][20]
    odds = facts.open / (1 - facts.open) * 2.718281828**-facts.open_burden
    assert opened[1][21] / 10_000 == pytest.approx(odds / (1 + odds), abs=0.02)


def test_members_leave_at_a_hazard_that_grows_with_pushes(shop):
    world = shop.world(PLAN, *MEMBERS, "behaviour.private.leave=0.1", "calendar.warmup=0d", until=29)
    assert (world.users.flags & Flag.MEMBER != 0).mean() == pytest.approx(0.9, abs=0.02)


def test_without_members_nothing_is_sent(shop):
    world = shop.world(PLAN, "people.customers=0%", "behaviour.private.join_buyer=0", "behaviour.private.join_click=0")
    assert world.ledger.spent(Account.MESSAGES) == 0


def test_a_coupon_at_the_push_is_claimed_by_those_who_open_it(shop):
    plan = PLAN + "\npromotions: {gift: {type: coupon, face: 10, where: push}}"
    world = shop.world(plan, *MEMBERS)
    opened = int(world.tally.count[Measure.VIEWS, :, 0].sum())
    assert 0 < world.tally.count[Measure.CLAIMS].sum() <= opened
    assert world.users.claimed.any()


@pytest.mark.parametrize(("line", "factor"), [("", 1), ("incentive: 6", 7), ("incentive: 2, adds: active", 1.8),
                                              ("adds: passive", 0.3)])  # fmt: skip
def test_buyers_join_by_the_incentive_and_by_how_they_are_added(shop, line, factor):
    """Of 10,000 who come by once, with the plain chance of a buyer."""
    world = shop.world(f"channels: {{private: {{every: 每天 20:00, {line}}}}}", "people.agents=10000", until=-24)
    world.users.flags[:] = 0
    facts = world.setting.behaviour.private
    join(world, np.arange(10_000, dtype=np.int32), facts.join_buyer, where=0)
    joined = (world.users.flags & Flag.MEMBER != 0).mean()
    assert joined == pytest.approx(min(0.12 * factor, 1), abs=0.015)


def test_a_gift_is_given_to_each_who_joins_and_to_nobody_twice(shop):
    plan = "channels: {private: {every: 每天 20:00, incentive: 6, join_gift: 3.33}}"
    world = shop.world(plan, "people.customers=0%", "behaviour.private.leave=0", "calendar.warmup=0d")
    members = int((world.users.flags & Flag.MEMBER != 0).sum()) * 5
    assert world.ledger.spent(Account.GIFT) == 333 * members > 0


def test_core_members_open_more_than_ordinary_ones(shop):
    world = shop.world(PLAN, *MEMBERS, "calendar.days=1", "calendar.warmup=0d", "behaviour.private.core=0.5",
                       "behaviour.private.active=0")  # fmt: skip
    core = roles_of(world, np.arange(10_000, dtype=np.int32)) == CORE
    opened = world.users.reached != 0
    odds = 0.25 / 0.75 * 2.718281828**0.6
    assert opened[core].mean() == pytest.approx(odds / (1 + odds), abs=0.03)
    assert opened[~core].mean() == pytest.approx(0.25, abs=0.03)
