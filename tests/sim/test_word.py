"""What buyers say: reviews move rating and count after their delay, and word of mouth the wish of friends."""

from typing import Any

import numpy as np
import pytest

from dacu.behaviour.interest import parts, stock
from dacu.sim.reviews import write_reviews
from dacu.sim.run import finish
from dacu.sim.tally import Expected, Measure
from dacu.sim.word import friends_of, tell_friends
from dacu.sim.world import World

ADS = "channels: {feed_ads: {daily_budget: 400}}\nmarket: {baseline: {feed_ads: 400}}\n"
SILENT = ("behaviour.reviews.share=0", "behaviour.word.hears=0")
ORDERS, AGENTS = 20_000, 2000


def with_orders(shop: Any, *sets: str) -> tuple[World, np.ndarray]:
    """A world on D1 in which every agent has ten orders on the road, of ten hours, and wants things at 0.2."""
    world = shop.world("", *sets, until=0)
    place = np.arange(ORDERS)
    world.parcels.lines.append(
        dict.fromkeys(world.parcels.lines, 0) | {"user": place % AGENTS, "paid_at": -1 - place // AGENTS, "first": 1}
    )
    world.users.consideration[:] = parts(np.full(AGENTS, np.float32(0.2)))
    return world, len(world.parcels.lines["user"]) - ORDERS + place


def test_one_order_in_seven_is_reviewed_and_more_of_the_bad_ones(shop: Any) -> None:
    world, rows = with_orders(shop)
    for pleased, share in ((0.72, 0.15), (0.4, 0.225)):
        write_reviews(world, rows, np.full(ORDERS, np.float32(pleased)))
        reviewed = world.parcels.lines["stars"][rows] > 0
        assert reviewed.mean() == pytest.approx(share, abs=4 * (share * (1 - share) / ORDERS) ** 0.5)


def test_pleased_buyers_raise_their_friends_interest_by_the_closed_form(shop: Any) -> None:
    """Heard: orders × 0.08 × 8 friends × 0.3; heard k times, a gap to full interest shrinks to 0.88^k of itself."""
    world, rows = with_orders(shop)
    tell_friends(world, rows, np.full(ORDERS, np.float32(0.9)))
    heard = world.tally.count[Measure.WORD_GOOD].sum() / world.setting.weight
    assert heard == pytest.approx(ORDERS * 0.08 * 8 * 0.3, rel=0.14)  # four errors; friends are few and unequal
    gap = 1 - stock(world.users.consideration).mean()
    assert gap == pytest.approx(0.8 * np.exp(-0.12 * heard / AGENTS), rel=0.01)  # k is Poisson
    assert world.tally.count[Measure.WORD_BAD].sum() == 0


def test_displeased_buyers_lower_it(shop: Any) -> None:
    world, rows = with_orders(shop)
    tell_friends(world, rows, np.full(ORDERS, np.float32(0.1)))
    heard = world.tally.count[Measure.WORD_BAD].sum() / world.setting.weight
    assert heard == pytest.approx(ORDERS * 0.10 * 8 * 0.3, rel=0.14)
    assert stock(world.users.consideration).mean() == pytest.approx(0.2 * np.exp(-0.15 * heard / AGENTS), rel=0.02)
    assert world.tally.count[Measure.WORD_GOOD].sum() == 0


def test_a_friend_stays_a_friend(shop: Any) -> None:
    """Who is asked for, when and with whom changes nobody's friends."""
    world = shop.world(until=-20)
    people = np.arange(AGENTS, dtype=np.int32)
    person, friend, _ = friends_of(world, people)
    assert friend[person == 7].tolist() == friends_of(world, people[7:8])[1].tolist()
    assert len(friend) / AGENTS == pytest.approx(8, rel=0.05)
    assert np.bincount(friend, minlength=AGENTS).mean() == len(friend) / AGENTS


@pytest.fixture(scope="module")
def spoken(shop: Any) -> World:
    world = shop.world(ADS, "calendar.days=9", "people.customers=50%", "behaviour.reviews.share=0.6")
    finish(world)
    return world


def test_the_page_shows_what_was_written_three_days_before(shop: Any, spoken: World) -> None:
    table, weight = spoken.parcels.lines, spoken.setting.weight
    out = table["delivered"] + 72
    shown = (table["stars"] > 0) & (out >= 0) & (out < 9 * 24)
    before = shop.world(until=0).goods
    for sku in range(3):
        own = shown & (table["sku"] == sku)
        assert own.any()
        assert spoken.goods.reviews[sku] == 4000 + own.sum() * weight
        stars = 4.6 * 4010 + table["stars"][own].astype(int).sum() * weight
        assert spoken.goods.rating[sku] == pytest.approx(stars / (4010 + own.sum() * weight), rel=1e-5)
    assert before.reviews.tolist() == [4000, 4000, 4000]


def test_a_shop_of_which_nobody_speaks_keeps_its_page_and_draws(shop: Any, bits: Any) -> None:
    """Until a first review or word could act, silence leaves every other draw as it was."""
    silent = shop.world(ADS, "calendar.days=9", *SILENT)
    assert silent.goods.reviews.tolist() == [4000, 4000, 4000]
    assert silent.goods.rating == pytest.approx([4.6] * 3)
    assert silent.tally.count[[Measure.WORD_GOOD, Measure.WORD_BAD]].sum() == 0
    early, quiet = (bits(shop.world(ADS, "calendar.days=9", *sets, until=-10)) for sets in ((), SILENT))
    assert early == quiet


def test_reviews_and_word_move_what_is_sold(shop: Any, spoken: World) -> None:
    silent = shop.world(ADS, "calendar.days=9", "people.customers=50%", *SILENT)
    money = [world.tally.expected(Expected.PAID).sum() for world in (silent, spoken)]
    assert money[1] != money[0]
