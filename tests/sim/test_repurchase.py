"""Repurchase against a ledger that can be read line by line."""

from dacu.kpis import compute
from dacu.ledger import SLOTS_AN_HOUR, Ledger, LineFlag
from dacu.sim.repurchase import repurchase

A, B, C, D, E = range(5)


def ledger(*orders: tuple[int, int], fans: frozenset[int] = frozenset()) -> Ledger:
    """Orders as (buyer, day), each of two lines, numbered as they come; those numbered in `fans` by a room's fan."""
    book = Ledger()
    for number, (buyer, day) in enumerate(orders):
        for sku in (0, 1):
            book.book_lines(
                order=number, user=buyer, slot=day * 24 * SLOTS_AN_HOUR, sku=sku, qty=1, platform=0, lever=-1, list=100,
                shop_off=0, platform_off=0, paid=100, offers=0, flags=LineFlag.FAN if number in fans else 0,
            )  # fmt: skip
    return book


# A comes back on the 90th day, B a day too late, C twice at once, D and E are too late to be followed
ORDERS = ((A, 0), (C, 5), (C, 5), (B, 8), (D, 60), (A, 90), (B, 99), (E, 100), (D, 110), (E, 119))


def test_a_cohort_is_followed_for_ninety_days():
    found = repurchase(ledger(*ORDERS), 120 * 24)
    assert (found["cohort_buyers"], found["cohort_repeaters"]) == (3, 2)  # A, B, C; of them A and C
    assert compute(found)["repurchase_90d"] == 2 / 3


def test_a_fan_follows_a_room_before_the_first_order_of_the_run():
    book = ledger(*ORDERS, fans=frozenset({0, 3, 2, 7}))  # A and B at their first order, C at the second, E too late
    found = repurchase(book, 120 * 24)
    assert (found["fan_cohort_buyers"], found["fan_cohort_repeaters"]) == (2, 1)  # A came back in time, B did not
    assert compute(found)["fan_repurchase_90d"] == 1 / 2


def test_whoever_follows_a_room_orders_as_its_fan(shop):
    world = shop.world("live: {main: {every: 每天 20:00, followers: 3000}}", "people.customers=40%")
    lines = world.ledger.lines
    follows = world.users.follows[lines["user"]] & world.setting.room_fans != 0
    assert ((lines["flags"] & LineFlag.FAN != 0) == follows).all()
    assert 0 < follows.sum() < len(follows)


def test_the_trailing_ratio_counts_who_had_no_time_to_come_back():
    found = repurchase(ledger(*ORDERS), 120 * 24)  # days 30 to 119: A once, B once, D and E twice
    assert (found["trailing_buyers"], found["trailing_repeaters"]) == (4, 2)


def test_a_run_too_short_to_follow_anybody_says_nothing():
    found = repurchase(ledger((A, 0), (A, 20)), 30 * 24)
    assert compute(found) == {"repurchase_90d": None, "fan_repurchase_90d": None, "repurchase_trailing": None}


def test_no_order_no_figure():
    assert set(repurchase(Ledger(), 120 * 24).values()) == {0}


def test_people_are_agents_times_weight(shop):
    from dacu.sim.run import finish

    world = shop.world("", "calendar.days=95", "people.agents=500")
    figures = finish(world).realised
    agents = repurchase(world.ledger, 95 * 24)
    assert figures["cohort_buyers"] == agents["cohort_buyers"] * world.setting.weight > 0
