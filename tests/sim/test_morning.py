"""The day's turn: decay by half-lives, restocking, audiences."""

import numpy as np
import pytest

from dacu.sim.morning import audience_mask, fade, new_day, restock_elsewhere, tell_apart


def test_stocks_fade_by_their_half_lives(shop):
    world = shop.world(until=-24)
    users, facts = world.users, world.setting.behaviour.interest
    users.awareness[:], users.consideration[:], users.fatigue[:], users.spend_30d[:] = 60_000, 60_000, 2_560, 10_000
    for _ in range(3):
        fade(world)
    assert users.awareness[0] == pytest.approx(60_000 * 2 ** (-3 / facts.awareness_half_life), abs=6)
    assert users.consideration[0] == pytest.approx(60_000 * 2 ** (-3 / facts.consideration_half_life), abs=6)
    assert users.fatigue[2, 0] == pytest.approx(2_560 / 2 ** (3 / facts.fatigue_half_life), abs=4)
    assert users.spend_30d[0] == pytest.approx(10_000 * np.exp(-3 / 30), abs=4)


def test_an_empty_household_restocks_within_days_at_its_rate(shop):
    world = shop.world(until=0)
    world.users.stocked_until[:] = -1
    restock_elsewhere(world)
    full = world.users.stocked_until > 0
    rate = world.setting.behaviour.people.restock_elsewhere
    assert full.mean() == pytest.approx(rate, abs=4 * (rate * (1 - rate) / 2000) ** 0.5)
    assert world.users.stocked_until[full] == pytest.approx(world.users.born.cycle[full] * 24, abs=1)


AUDIENCES = """
people:
  customers: 50%
  audiences:
    young: {personas: [gen_z]}
    new: {bought: never}
    old: {bought: ever}
    active: {bought: active}
    dormant: {bought: dormant}
    members: {member: yes}
    strangers: {member: no, bought: never}
"""


def test_audiences_are_told_apart_by_persona_purchase_and_membership(shop):
    world = shop.world(AUDIENCES, until=-24)
    users = world.users
    masks = dict(zip(("young", "new", "old", "active", "dormant", "members", "strangers"),
                     (audience_mask(world, block) for block in world.setting.audiences), strict=True))  # fmt: skip
    days = (world.t - users.last_order.astype(float)) / 24
    assert (masks["new"] == (users.orders == 0)).all()
    assert (masks["old"] == ~masks["new"]).all()
    assert (masks["active"] == (masks["old"] & (days <= 30))).all()
    assert (masks["dormant"] == (masks["old"] & (days > 30) & (days <= 90))).all()
    assert (masks["members"] <= masks["old"]).all()
    assert (masks["strangers"] == (masks["new"] & ~masks["members"])).all()
    for place, mask in enumerate(masks.values()):
        assert ((users.audiences >> np.uint32(8 + place) & 1 == 1) == mask).all()


def test_a_bit_follows_who_leaves_an_audience(shop):
    world = shop.world(AUDIENCES, until=-24)
    world.users.orders[:] = 1
    tell_apart(world)
    assert (world.users.audiences >> np.uint32(9) & 1 == 0).all()


def test_budgets_and_caps_start_afresh_at_midnight(shop):
    world = shop.world("channels: {feed_ads: {daily_budget: 300}}\nmarket: {baseline: {feed_ads: 300}}", until=24)
    assert world.spent_today[0] == world.spent[0, 0] > 0
    assert world.seen_today[0].any()
    new_day(world)
    assert not world.spent_today.any()
    assert not world.seen_today[0].any()
