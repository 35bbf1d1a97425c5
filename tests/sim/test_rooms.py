"""Live rooms: arrivals, stays and Little's law; orders; what a sold-out room does to carts."""

from math import gamma

import numpy as np
import pytest

from dacu.ledger import LineFlag
from dacu.sim.run import live_until
from dacu.sim.tally import Measure

PLAN = "live: {main: {sessions: [D1 18:00], hours: 6h, followers: 3000, recommended: 10, discount: 10%}}"


@pytest.fixture(scope="module")
def evening(shop):
    """The room lived through, and how many were inside at each full hour."""
    world = shop.world(PLAN, "people.agents=10000", until=18)
    inside = []

    def look(world):
        leaves = world.rooms[0]["leaves"]
        assert (leaves > world.t * 12 - 1).all()  # who left before the last step is no longer listed
        inside.append(int((leaves > world.t * 12).sum()))

    live_until(world, 24, each=look)
    return world, inside


def test_viewers_stay_arrivals_times_mean_stay(evening):
    """Little's law, V = λ·W: viewers at full hours against arrivals a second × mean stay of that hour's arrivals."""
    world, inside = evening
    measures = (Measure.VIEWERS, Measure.DWELL_SECONDS)
    arrivals, seconds = (world.tally.count[row, 18:23].sum(axis=1) / world.setting.weight for row in measures)
    little = (arrivals / 3600) * (seconds / arrivals)
    assert sum(inside[:5]) == pytest.approx(little.sum(), rel=4 / sum(inside[:5]) ** 0.5)


def test_stays_are_bounces_or_a_minute_and_a_weibull(shop):
    """Mean over all viewers by numerical integration, at skill .5 and without fans, benefit or end in sight."""
    plan = PLAN.replace("followers: 3000", "followers: 0")
    neutral = ("behaviour.live.dwell_match=0", "people.agents=10000")
    world = shop.world(plan, *neutral)
    facts = world.setting.behaviour.live
    bounce = 1 / (1 + np.exp(-facts.bounce))
    long = 60 + 60 * facts.dwell_minutes * gamma(1 + 1 / facts.dwell_shape)
    mean = bounce * 32.5 + (1 - bounce) * long
    viewers, seconds = (world.tally.count[row].sum() for row in (Measure.VIEWERS, Measure.DWELL_SECONDS))
    assert viewers > 3000
    assert seconds / viewers == pytest.approx(mean, rel=0.08)


def test_a_better_host_holds_people_longer(shop):
    stays = []
    for skill in (0.2, 0.5, 0.9):
        world = shop.world(PLAN, f"live.main.skill={skill}")
        seconds, viewers = (world.tally.count[row].sum() for row in (Measure.DWELL_SECONDS, Measure.VIEWERS))
        stays.append(seconds / viewers)
    assert stays == sorted(stays)


def test_nobody_enters_a_session_twice_even_beside_another_room(shop):
    twin = "live: {a: {%s}, b: {%s}}" % ((PLAN.partition("main: {")[2].removesuffix("}}"),) * 2)
    world = shop.world(twin, "calendar.days=1")
    entries = world.tally.count[Measure.VIEWERS].sum(axis=0)[:2] / world.setting.weight
    assert (entries <= 2000).all()


def test_orders_of_the_room_are_the_orders_booked_in_it(shop):
    world = shop.world(PLAN, "people.customers=40%")
    lines = world.ledger.lines
    booked = len(np.unique(lines["order"][lines["flags"] & LineFlag.IN_ROOM != 0])) * world.setting.weight
    assert booked == world.tally.count[Measure.ROOM_ORDERS].sum() > 0


def test_a_sold_out_room_makes_no_carts(shop):
    quiet = (
        "people.customers=0%", "behaviour.loyalty.habit=0", "behaviour.search.brand_seen=0", "calendar.warmup=0d",
        "behaviour.search.category_seen=0", "skus.mask.stock=50",
    )  # fmt: skip
    world = shop.world(PLAN.replace("discount: 10%", "discount: 50%, skus: [mask]"), *quiet)
    assert world.tally.count[Measure.LOST_UNITS].sum() > 0
    assert world.tally.count[Measure.CARTS].sum() == 0
    assert (world.users.cart_sku < 0).all()


def test_an_empty_audience_has_an_empty_room(shop):
    world = shop.world(PLAN, "live.main.followers=0", "live.main.recommended=0")
    assert world.tally.count[Measure.VIEWERS].sum() == 0


def test_nobody_watches_outside_the_session(evening):
    world, _ = evening
    hours = np.flatnonzero(world.tally.count[Measure.VIEWERS].sum(axis=1))
    assert hours.min() >= 18
    assert hours.max() <= 23
