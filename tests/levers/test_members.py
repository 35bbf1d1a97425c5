"""The membership programme: levels from a year's spend, their prices, and points to the last one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.audit import identities
from dacu.errors import InputError
from dacu.ledger import LineFlag
from dacu.levers.members import Members
from dacu.shop.points import PointsBlock, points_earned, points_off, points_undone, points_used
from dacu.sim.measure import measure
from dacu.sim.parcels import Fate, State
from dacu.sim.programme import promote, redeem
from dacu.sim.refund import give_back
from dacu.sim.run import finish
from dacu.sim.settle import books_of
from dacu.sim.tally import Measure

FEN = st.integers(1, 5_000_000)
POINTS = st.integers(0, 10_000_000)
RULES = st.builds(
    lambda worth, most: PointsBlock(worth=f"{worth / 100:.2f}", most=f"{most / 10}%"),
    st.integers(0, 500), st.integers(0, 500),
)  # fmt: skip
LOYAL = "members: {on: yes, levels: {gold: {over: 100, discount: 10%, held: 60%}}, points: {most: 50%}}"
CUSTOMERS = "people.customers=60%"
LONG = ("people.customers=100%", "calendar.days=6", "calendar.warmup=2d")


def one(number):
    return np.array([number], np.int64)


def problems(**keys):
    return [(problem.code, problem.at) for problem in Members.model_validate(keys).check()]


@given(RULES, FEN, POINTS)
def test_points_never_take_more_than_their_worth_or_the_cap(rules, pay, balance):
    off = int(points_off(rules, one(pay), one(balance))[0])
    used = int(points_used(rules, one(off))[0])
    assert 0 <= off <= pay * rules.most + 1e-6
    assert off < pay
    assert 0 <= used <= balance
    assert used * rules.worth >= off * 100 > (used - 1) * rules.worth or off == used == 0


def test_points_by_hand():
    rules = PointsBlock()
    assert points_earned(rules, one(12_999)) == 129
    assert points_off(rules, one(13_900), one(5_000)) == 1_390  # 10% of 139 yuan
    assert points_off(rules, one(13_900), one(700)) == 700  # 7 yuan for 700 points
    assert points_used(rules, one(700)) == 700


def test_a_refund_takes_back_what_its_part_of_the_order_earned():
    rules = PointsBlock(per_yuan="2")
    # 129.99 earned 258; 79.49 are kept after the first line goes back: 158; nothing after the second
    assert points_undone(rules, one(12_999), one(7_949)) == 100
    assert points_undone(rules, one(7_949), one(0)) == 158


def order_of_two_lines(world):
    """Parcels of an order that waits in the warehouse, and its buyer."""
    table = world.parcels.lines
    waiting = (table["state"] == State.WAITING) & (table["line"] >= 0)
    orders, counts = np.unique(table["order"][waiting], return_counts=True)
    rows = np.flatnonzero(waiting & (table["order"] == orders[counts == 2][0]))
    return rows, int(table["user"][rows[0]])


def test_refunded_lines_take_the_points_of_their_part_and_no_more_than_the_buyer_has(shop):
    world = shop.world(LOYAL, CUSTOMERS, "behaviour.basket.add_on=0.8", until=24)
    rows, user = order_of_two_lines(world)
    weight = world.setting.weight
    first, second = (world.ledger.lines["paid"][world.parcels.lines["line"][rows]] // weight).tolist()
    world.users.points[user] = 1_000
    give_back(world, rows[:1], Fate.CANCELLED)
    kept = 1_000 - ((first + second) // 100 - second // 100)
    assert world.users.points[user] == kept
    world.users.points[user] = 3
    give_back(world, rows[1:], Fate.CANCELLED)
    assert world.users.points[user] == 0
    assert world.tally.count[Measure.POINTS_TAKEN].sum() == (1_000 - kept + 3) * weight


@given(st.lists(st.lists(FEN, min_size=1, max_size=4), min_size=1, max_size=4), st.data())
def test_points_come_off_an_order_s_lines_and_no_other(orders, data):
    off = [data.draw(st.integers(0, sum(lines) // 2)) for lines in orders]
    of = np.repeat(np.arange(len(orders)), [len(lines) for lines in orders])
    pay = np.concatenate([np.array(lines, np.int64) for lines in orders])
    money = np.stack([pay + 7, np.full(len(pay), 4), np.full(len(pay), 3), pay], axis=1)
    left = redeem(money, of, np.array(off))
    assert (left[:, 0] == left[:, 1] + left[:, 2] + left[:, 3]).all()
    assert (left[:, 3] >= 0).all()
    assert np.bincount(of, money[:, 3] - left[:, 3]).tolist() == off


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"levels": {"a": {"over": 300}, "b": {"over": 300}}}, ("level_twice", ("levels", "b", "over"))),
        ({"levels": {"a": {"over": 300, "held": "101%"}}}, None),
        ({"levels": {"a": {"over": 1, "held": 0.6}, "b": {"over": 2, "held": 0.6}}}, ("shares_above_one", ("levels",))),
        ({"levels": {"a": {"over": 1, "discount": "1.25%"}}}, ("finer_than_permille", ("levels", "a", "discount"))),
        ({"points": {"most": "1.25%"}}, ("finer_than_permille", ("points", "most"))),
    ],
)  # fmt: skip
def test_a_programme_that_cannot_be_is_refused(keys, found):
    if found is None:
        with pytest.raises(ValueError, match="above_maximum"):
            Members.model_validate(keys)
    else:
        assert problems(**keys) == [found]


def test_two_levels_at_one_threshold_are_refused_where_they_stand(shop):
    with pytest.raises(InputError) as refused:
        shop.loaded("members:\n  levels:\n    a: {over: 300}\n    b: {over: 300}\n")
    [finding] = refused.value.findings
    assert (finding.code, finding.path, finding.mark.line) == ("level_twice", "members.levels.b.over", 6)


def test_levels_follow_a_year_s_spend(shop):
    world = shop.world("members: {on: yes}", CUSTOMERS, until=1)
    users = world.users
    users.spend_year[:4] = (29_999, 30_000, 100_000, 300_000)
    twin = shop.world("members: {on: yes}", CUSTOMERS, until=1)
    shares = np.bincount(twin.users.level)[1:] / (twin.users.orders > 0).sum()
    assert shares == pytest.approx([0.2, 0.08, 0.02], abs=0.03)
    promote(world)
    assert users.level[:4].tolist() == [0, 1, 2, 3]
    bits = list(world.setting.level_bits.values())
    assert [int(users.audiences[i]) & sum(bits) for i in range(4)] == [0, *bits]


def test_a_level_pays_its_price_and_a_programme_that_is_off_has_no_columns(shop):
    world = shop.world(LOYAL, CUSTOMERS, "members.points.per_yuan=0")
    lines = world.ledger.lines
    level = world.users.level[lines["user"]]
    first = lines["list"] * 9 // 10
    paid = lines["paid"]
    assert (paid[(level == 1) & (lines["offers"] != 0)] == first[(level == 1) & (lines["offers"] != 0)]).all()
    assert (lines["offers"] != 0).any()
    assert len(shop.world(until=1).users.level) == 0


@pytest.mark.parametrize("settings", [(), ("members.levels.gold.discount=0%", "members.points.per_yuan=0")])
def test_old_customers_order_more_often_for_the_price_and_for_the_level_alone(shop, settings):
    plain, loyal = shop.world(LOYAL, *LONG, "members.on=no"), shop.world(LOYAL, *LONG, *settings)
    old = [int((world.ledger.lines["flags"] & LineFlag.NEW_BUYER == 0).sum()) for world in (plain, loyal)]
    assert old[1] > 1.05 * old[0]


def test_points_add_up_to_the_last_and_one_astray_is_found(shop):
    world = shop.world(LOYAL, *LONG, "members.points.valid=3d")
    finish(world)
    count = {row: int(world.tally.count[row].sum()) for row in Measure if row.name.startswith("POINTS")}
    assert all(count.values())
    into = count[Measure.POINTS_OPENING] + count[Measure.POINTS_ISSUED]
    out = count[Measure.POINTS_REDEEMED] + count[Measure.POINTS_TAKEN] + count[Measure.POINTS_EXPIRED]
    assert into - out == measure(world).realised["points_open"]
    assert count[Measure.POINTS_OFF] == count[Measure.POINTS_REDEEMED]  # at 1 fen a point
    world.users.points[0] += 1
    assert {violation.code for violation in identities(world.ledger, books_of(world))} == {"ledger_points"}


def test_points_are_the_shop_s_discount(shop):
    without, with_points = (shop.world(LOYAL, *LONG, f"members.points.worth={worth}") for worth in (0, 1))
    money = with_points.ledger.money()
    off = int(with_points.tally.count[Measure.POINTS_OFF].sum())
    assert int(without.tally.count[Measure.POINTS_OFF].sum()) == 0 < off
    lines = with_points.ledger.lines
    by_level = np.where(lines["offers"] != 0, lines["list"] // 10, 0).sum()
    assert money["shop_off"] == by_level + off
