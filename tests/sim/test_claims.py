"""Coupons change hands: accounts of bargain hunters, the guard, limits a person, coupons that are sent."""

import numpy as np
import pytest

from dacu.kpis import compute
from dacu.people.users import Flag
from dacu.sim.measure import measure
from dacu.sim.tally import Measure

CUSTOMERS = "people.customers=60%"
COUPON = "promotions: {coupon: {face: 30, over: 60}}"
DORMANT = "people: {audiences: {asleep: {bought: dormant}}}\n"
WAKE = "type: coupon, face: 40, over: 60, where: sent, audience: asleep, start: D1 10:00"
SENT = f"{DORMANT}promotions: {{wake: {{{WAKE}}}}}"


def hunters(world):
    return world.users.flags & Flag.BARGAIN != 0


def claimed(world):
    return world.users.claimed & np.uint32(1) != 0


def refused(world):
    return world.users.refused & np.uint32(1) != 0


def counted(world, measure):
    return int(world.tally.count[measure].sum())


def test_a_bargain_hunter_claims_on_three_accounts_and_others_on_one(shop):
    world = shop.world(COUPON, CUSTOMERS)
    got = claimed(world)
    accounts = 3 * int((got & hunters(world)).sum()) + int((got & ~hunters(world)).sum())
    assert (got & hunters(world)).any()
    assert counted(world, Measure.CLAIMS) == accounts * world.setting.weight


def test_a_limit_of_two_a_person_gives_two_which_are_used_one_by_one(shop):
    one, two = (shop.world(COUPON, CUSTOMERS, f"promotions.coupon.per_user={limit}") for limit in (1, 2))
    plain = claimed(two) & ~hunters(two)
    left = two.coupons_left[0][plain].astype(int)
    lines = two.ledger.lines
    used = np.bincount(lines["user"][lines["offers"] & np.uint32(1) != 0], minlength=len(two.users))[plain] > 0
    held = two.users.held[plain] & np.uint32(1) != 0
    assert (left[~used] == 2).all()
    assert (left[used] < 2).all()
    assert used.any()
    assert ((left > 0) == held).all()
    assert counted(two, Measure.CLAIMS) > counted(one, Measure.CLAIMS)


def test_a_short_quantity_goes_to_bargain_hunters_first_and_is_never_passed(shop):
    world = shop.world(COUPON, CUSTOMERS, "promotions.coupon.quantity=100")
    assert counted(world, Measure.CLAIMS) == 100
    assert world.offers.left[0] == 0


@pytest.mark.parametrize(("strength", "of_hunters", "of_others"), [("100%", 0.9, 0.05), ("50%", 0.45, 0.0125)])
def test_the_guard_refuses_most_hunters_and_few_others(shop, strength, of_hunters, of_others):
    sent = "promotions: {coupon: {face: 30, over: 60, where: sent}}"
    world = shop.world(sent, "people.customers=100%", f"shop.abuse_guard={strength}", until=1)
    hunter = hunters(world)
    assert refused(world)[hunter].mean() == pytest.approx(of_hunters, abs=0.12)
    assert refused(world)[~hunter].mean() == pytest.approx(of_others, abs=0.01)
    assert (claimed(world) ^ refused(world)).all()
    accounts = 3 * int((refused(world) & hunter).sum()) + int((refused(world) & ~hunter).sum())
    assert counted(world, Measure.BLOCKED_CLAIMS) == accounts * world.setting.weight
    assert counted(world, Measure.FALSE_BLOCKS) == (refused(world) & ~hunter).sum() * world.setting.weight


def test_with_a_guard_bargain_hunters_claim_less(shop):
    sent = "promotions: {coupon: {face: 30, over: 60, where: sent}}"
    free, guarded = (
        shop.world(sent, "people.customers=100%", f"shop.abuse_guard={share}", until=1) for share in ("0%", "80%")
    )
    assert (claimed(guarded) & hunters(guarded)).sum() < 0.6 * (claimed(free) & hunters(free)).sum()
    assert not (claimed(guarded) & refused(guarded)).any()


def test_without_a_guard_no_column_is_kept_for_it(shop):
    assert len(shop.world(COUPON, until=1).users.refused) == 0


def test_a_snapshot_keeps_its_own_coupons(shop):
    world = shop.world(COUPON, CUSTOMERS, until=24)
    twin = world.copy()
    twin.coupons_left[0][:] = 9
    assert not (world.coupons_left[0] == 9).any()


def test_what_is_redeemed_is_orders_with_a_coupon_by_coupons_claimed(shop):
    world = shop.world(COUPON, CUSTOMERS)
    lines = world.ledger.lines
    orders = len(set(lines["order"][lines["offers"] & np.uint32(1) != 0])) * world.setting.weight
    run = measure(world)
    assert orders > 0
    assert compute(run.realised)["redeemed"] == orders / counted(world, Measure.CLAIMS)
    table = run.tables["coupons"]
    assert (table.numbers["orders"], table.numbers["claims"]) == ([orders], [counted(world, Measure.CLAIMS)])


def test_next_day_return_counts_the_first_day_s_visitors_who_come_on_the_second(shop):
    first = shop.world(COUPON, CUSTOMERS, until=24)
    came = (first.users.visited == 0) & claimed(first)
    both = shop.world(COUPON, CUSTOMERS)
    again = came & (both.users.visited == 1)
    figures = measure(both).realised
    assert figures["coupon_visitors"] == came.sum() * both.setting.weight
    assert figures["coupon_returned"] == again.sum() * both.setting.weight > 0


def test_a_sent_coupon_reaches_each_dormant_customer_once_and_wakes_some(shop):
    asleep, awake = shop.world(DORMANT, CUSTOMERS), shop.world(SENT, CUSTOMERS)
    bit = np.uint32(1 << 8)
    dormant = shop.world(SENT, CUSTOMERS, until=10).users.audiences & bit != 0
    told = claimed(shop.world(SENT, CUSTOMERS, until=11))
    assert told.any()
    assert (told == dormant).all()
    assert (asleep.users.visited[told] == 0).sum() + (asleep.users.visited[told] == 1).sum() < 0.75 * (
        (awake.users.visited[told] == 0).sum() + (awake.users.visited[told] == 1).sum()
    )
    messages = counted(awake, Measure.MESSAGES)
    assert messages == claimed(awake).sum() * awake.setting.weight
    assert awake.ledger.money()["messages"] == messages * 5  # fen, 0.05 yuan each


def test_a_sent_coupon_without_a_face_is_not_sent(shop, bits):
    without, empty = shop.world(DORMANT, CUSTOMERS), shop.world(SENT, CUSTOMERS, "promotions.wake.face=0")
    assert bits(empty)["lines.paid"] == bits(without)["lines.paid"]
    assert counted(empty, Measure.MESSAGES) == 0


def test_honest_claims_refused_turn_people_against_the_shop(shop):
    risk = f"{COUPON}\nrisks: {{backlash: {{type: promo_backlash, classes: 9}}}}"
    guarded = [shop.world(risk, CUSTOMERS, f"shop.abuse_guard={share}") for share in ("0%", "100%")]
    assert [measure(world).tables["risks"].numbers["strikes"] for world in guarded] == [[0], [2]]


def test_what_newcomers_coupons_take_off_is_part_of_the_cost_of_a_new_buyer(shop):
    people = "people: {audiences: {fresh: {bought: never}}}\nchannels: {feed_ads: {daily_budget: 3000}}\n"
    coupon = "promotions: {welcome: {type: coupon, audience: fresh, face: 30, over: 60}}"
    world = shop.world(people + coupon, "calendar.days=4")
    lines = world.ledger.lines
    orders = len(set(lines["order"][lines["offers"] != 0]))
    figures = measure(world).realised
    assert orders > 0
    assert figures["newcomer_off"] == orders * 30_00 * world.setting.weight
    cost = world.ledger.money()["spend"] + orders * 30_00 * world.setting.weight
    assert compute(figures)["cac"] == pytest.approx(cost / 100 / figures["new_buyers"])
