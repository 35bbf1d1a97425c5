"""Creators: tiers, fee, service and commission by hand, followers of their platform."""

import pytest

from dacu.ledger import Account, round_fen
from dacu.levers.base import Channel
from dacu.levers.kol import Creator
from dacu.sim.settle import settle

PLAN = (
    "kols: {lin: {followers: 5000, posts: [D1 09:00, D2 09:00], fee: 333.33, service: 10%, commission: 12%, "
    "quality: 0.9}}"
)


@pytest.mark.parametrize(
    ("followers", "tier", "medium"),
    [
        (500_000, "head", Channel.KOL),
        (50_000, "mid", Channel.KOL),
        (10_000, "tail", Channel.KOL),
        (9_999, "koc", Channel.KOC),
    ],
)
def test_the_tier_follows_from_the_followers(followers, tier, medium):
    creator = Creator.model_validate({"followers": str(followers), "posts": ["D1"], "fee": "1"})
    assert (creator.rank, creator.medium) == (tier, medium)


def test_fee_service_and_commission_to_the_fen(shop):
    world = shop.world(PLAN, "people.customers=0%", "people.size=2万")
    settle(world)
    ledger = world.ledger
    paid = int(ledger.lines["paid"][ledger.lines["lever"] == 0].sum())
    assert paid > 0
    assert ledger.spent(Account.KOL_FEE) == 2 * 33_333
    assert ledger.spent(Account.KOL_SERVICE) == 2 * 3_333
    entries = ledger.entries
    refunds = (entries["account"] == Account.REFUND) & (entries["lever"] == 0)
    refunded = int(entries["fen"][refunds].sum())
    assert ledger.spent(Account.COMMISSION) == int(round_fen((paid - refunded) * 0.12))


def test_who_is_not_booked_costs_and_shows_nothing(shop):
    world = shop.world(PLAN, "kols.lin.active=no")
    settle(world)
    assert world.tally.count[:, :, 0].sum() == 0
    assert all(world.ledger.spent(a) == 0 for a in (Account.KOL_FEE, Account.KOL_SERVICE, Account.COMMISSION))


def test_followers_are_drawn_among_the_people_of_the_platform(shop):
    world = shop.world("platforms: {a: {reach: 50%}, b: {}}\n" + PLAN, "kols.lin.platform=a", until=-24)
    followers = world.lists[0]
    assert (world.users.born.platforms[followers] & 1 == 1).all()
    assert len(followers) * 5 == pytest.approx(5000, abs=4 * 5 * 32)


def test_followers_share_the_creators_topics(shop):
    world = shop.world(PLAN, "kols.lin.topics=[1, 0, 0, 0, 0, 0, 0, 0]", "kols.lin.followers=2000", until=-24)
    interest = world.users.born.interests[0].astype(float)
    assert interest[world.lists[0]].mean() > interest.mean() + 3


def test_a_few_of_ten_followers_see_a_post(shop):
    """The reach of one post over its life is about 22%; of a video, two days hold nearly all of it."""
    plan = "kols: {lin: {followers: 10000, posts: [D1 00:00], fee: 1, format: video, tier: head}}"
    world = shop.world(
        plan, "people.size=1万", "behaviour.content.base_hour=5", "behaviour.creators.pool_power=0",
        "behaviour.content.reject=0", "behaviour.content.review_delay=0",
    )  # fmt: skip
    share = (world.users.reached & 1).mean()
    assert 0.12 < share < 0.27
