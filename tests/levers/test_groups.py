"""Group activities: what they cost, what members talk, who checks in and comes again."""

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.kpis import compute
from dacu.ledger import Account
from dacu.people.users import Flag
from dacu.sim.measure import measure
from dacu.sim.tally import Measure

GROUP = "channels: {private: {every: 每天 20:00}}\npromotions: {%s}"
MEMBERS = ("people.customers=100%", "people.members=100%", "people.size=1万", "people.agents=10000")
THEME, CHECK_IN = "theme: {type: group_theme, cost: 50}", "check_in: {reward: 0.33}"
DRAW = "lucky_draw: {prize_cost: 9}"


def rate(shop, *activities):
    world = shop.world(GROUP % ", ".join(activities), *MEMBERS, "calendar.days=4")
    figures = compute(measure(world).realised)
    return figures["group_interaction_rate"]


def test_talk_of_a_member_week_doubles_with_a_theme_and_check_ins(shop):
    plain = rate(shop)
    assert plain == pytest.approx(0.5, rel=0.06)  # about 2,900 interactions
    assert rate(shop, THEME, CHECK_IN) / plain == pytest.approx(1.9, abs=0.12)
    assert rate(shop, THEME, CHECK_IN, DRAW) / plain == pytest.approx(2.2, abs=0.14)


def test_a_second_theme_adds_nothing(shop):
    assert rate(shop, THEME, "more: {type: group_theme}") == rate(shop, THEME)


def test_themes_cost_a_day_prizes_each_and_check_ins_each(shop):
    world = shop.world(GROUP % f"{THEME}, {CHECK_IN}, {DRAW}", *MEMBERS)
    check_ins = int(world.tally.count[Measure.CHECK_INS].sum())
    assert world.ledger.spent(Account.CONTENT) == 2 * 5_000
    assert world.ledger.spent(Account.GIFT) == 2 * 10 * 900 + 33 * check_ins
    assert check_ins / world.tally.visitors.sum() == pytest.approx(0.6, abs=0.05)


def test_there_are_no_more_prizes_than_members(shop):
    few = ("people.customers=1%", "behaviour.private.join_buyer=0", "behaviour.private.join_click=0")
    world = shop.world(GROUP % "lucky_draw: {prizes: 100000, prize_cost: 9}", *few, "behaviour.private.leave=0")
    members = int((world.users.flags & Flag.MEMBER != 0).sum()) * 5
    assert 0 < world.ledger.spent(Account.GIFT) == 2 * members * 900


def test_an_activity_is_on_in_its_days_alone(shop):
    world = shop.world(GROUP % "check_in: {reward: 0.33, start: D2 18:00, end: D3}", *MEMBERS, "calendar.days=4")
    by_day = world.tally.count[Measure.CHECK_INS].sum(axis=1).reshape(4, 24).sum(axis=1)
    assert (by_day > 0).tolist() == [False, True, False, False]
    assert not (world.users.flags[world.users.visited == 3] & Flag.CHECKED_IN).any()


def test_only_its_audience_checks_in(shop):
    audience = "people: {audiences: {old: {bought: ever}}}\npromotions: {check_in: {audience: old}}"
    world = shop.world(audience, "people.customers=50%", "calendar.days=1")
    checked_in = world.users.flags & Flag.CHECKED_IN != 0
    assert checked_in.any()
    assert (world.users.audiences[checked_in] >> np.uint32(8) & np.uint32(1) == 1).all()


def test_who_checks_in_comes_again_at_twice_the_hazard(shop):
    quiet = ("behaviour.search.category_rate=0.05", "behaviour.loyalty.rate_mean=0.0005", "people.agents=10000")
    worlds = [shop.world(blocks, *quiet, "calendar.days=6") for blocks in ("", "promotions: {check_in: {}}")]
    off, on = (compute(measure(world).realised) for world in worlds)
    assert off["check_in_retention_d1"] is None
    assert on["retention_d1"] > off["retention_d1"] * 1.2
    assert on["check_in_retention_d1"] > on["retention_d1"]


def test_next_day_return_counts_people_who_come_on_two_days_running(shop):
    world = shop.world("", "behaviour.search.category_rate=0.05", until=24)
    yesterday = set(np.flatnonzero(world.users.visited == 0).tolist())
    again = shop.world("", "behaviour.search.category_rate=0.05")
    back = yesterday & set(np.flatnonzero(again.users.visited == 1).tolist())
    figures = compute(measure(again).realised)
    assert figures["retention_d1"] == len(back) / len(yesterday)
    assert again.tally.count[Measure.RETURNS].sum() == 5 * len(back) > 0


def test_new_customers_are_counted_by_day_and_order_once(shop):
    world = shop.world("", "people.customers=50%", "behaviour.search.category_rate=0.05", "calendar.days=1")
    came = world.users.visited == 0
    bought = world.users.orders > 0
    new = int(world.tally.count[Measure.NEW_VISITORS].sum())
    assert 5 * (came & ~bought).sum() <= new <= world.tally.visitors.sum()
    figures = measure(world).realised
    assert compute(figures)["new_customer_order_rate"] == figures["new_buyers"] / new


def test_an_activity_that_ends_before_it_starts_is_refused_in_both_languages(shop):
    with pytest.raises(InputError) as caught:
        shop.world(GROUP % "check_in: {start: D2, end: D1}")
    finding = caught.value.findings[0]
    assert (finding.code, finding.path) == ("activity_ends_before_start", "promotions.check_in.end")
    assert finding.mark is not None
    assert "ends before" in finding.sentence("en")
    assert "结束" in finding.sentence("zh")
