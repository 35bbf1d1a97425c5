"""Guest rooms: the host's followers come, the slot is paid, what the room keeps earns commission."""

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.ledger import Account
from dacu.sim.contracts import LeverBooks
from dacu.sim.run import finish
from dacu.sim.settle import settle

HOST = "kols: {lin: {followers: 4000, posts: [], fee: 0, mcn: 5%, topics: [3, 1, 0, 0, 0, 0, 0, 0]}}\n"
ROOM = "sessions: [D1 20:00, D2 20:00], minutes: 40, recommended: 3, skill: 0.9, slot_fee: 1000.50, commission: 20%"
PLAN = f"{HOST}live: {{guest: {{host: kols.lin, {ROOM}}}}}\n"


def test_the_hosts_followers_are_the_audience(shop):
    world = shop.world(PLAN, until=-24)
    room = world.setting.rooms[0]
    followers = world.lists[world.state[1]["list"]]
    assert (world.lists[room.fans] == followers).all()
    assert np.flatnonzero(world.users.follows >> np.uint16(room.fan_bit) & 1).tolist() == followers.tolist()
    assert (room.sessions[:, 1] - room.sessions[:, 0] == 8).all()


def test_slot_fee_service_and_agency_are_paid_for_each_session(shop):
    world = shop.world(PLAN, "calendar.warmup=0d")
    assert world.ledger.spent(Account.KOL_FEE) == 2 * 1_000_50
    assert world.ledger.spent(Account.KOL_SERVICE) == 2 * 100_05
    assert world.ledger.spent(Account.MCN) == 2 * 50_02


def test_commission_is_on_kept_orders_of_the_room_whoever_brought_the_buyer(shop):
    ads = "channels: {feed_ads: {daily_budget: 2000, lands_on: live.guest}}"
    few = "kols.lin.followers=1000", "live.guest.recommended=0", "live.guest.minutes=230", "behaviour.live.hazard=0.2"
    world = shop.world(PLAN + ads, *few, "people.customers=50%", "calendar.warmup=0d")
    finish(world)
    lines = world.ledger.lines
    inside = lines["room"] == 0
    assert len(np.unique(lines["lever"][inside])) > 1
    kept = int(lines["paid"][inside & (lines["refund"] == 0)].sum())
    assert 0 < kept < int(lines["paid"][inside].sum())
    assert world.ledger.spent(Account.COMMISSION) == pytest.approx(kept * 0.2, abs=1)


def test_a_guarantee_counts_the_hosts_room_its_fees_and_its_ads(shop):
    ads = "channels: {feed_ads: {daily_budget: 500, lands_on: live.guest}, other: {type: feed_ads, daily_budget: 300}}"
    promise = "kols.lin.guarantee.roi=4", "kols.lin.guarantee.base=fee+commission+ads"
    world = shop.world(PLAN + ads, *promise, "people.customers=50%", "calendar.warmup=0d")
    finish(world)
    lines, entries = world.ledger.lines, world.ledger.entries
    lin = world.setting.by_path["kols.lin"]
    feed = world.setting.by_path["channels.feed_ads"]
    ads_spent = int(entries["fen"][(entries["account"] == Account.MEDIA) & (entries["lever"] == feed)].sum())
    assert 0 < ads_spent < world.ledger.spent(Account.MEDIA)
    base = 2 * 1_000_50 + world.ledger.spent(Account.COMMISSION) + ads_spent
    sales = int(lines["paid"][((lines["room"] == 0) | (lines["lever"] == lin)) & (lines["refund"] == 0)].sum())
    assert 0 < sales < 4 * base
    assert world.ledger.spent(Account.GUARANTEE) == pytest.approx(-base * (1 - sales / (4 * base)), abs=1)
    assert LeverBooks(world, lin).ads == ads_spent


def test_a_host_who_is_not_booked_opens_no_room(shop):
    world = shop.world(PLAN, "kols.lin.active=no")
    settle(world)
    assert not world.setting.rooms
    assert all(world.ledger.spent(a) == 0 for a in (Account.KOL_FEE, Account.MCN, Account.COMMISSION))


def test_a_host_in_two_rooms_at_once_is_refused_and_both_are_named(shop):
    second = "host: kols.lin, sessions: [D2 20:30], minutes: 20"
    with pytest.raises(InputError) as refused:
        shop.world(f"{HOST}live: {{guest: {{host: kols.lin, {ROOM}}}, late: {{{second}}}}}", until=-24)
    (finding,) = refused.value.findings
    assert (finding.code, finding.path, finding.mark.line) == ("host_in_two_rooms", "live.late.host", 4)
    for lang in ("zh", "en"):
        assert all(name in finding.sentence(lang) for name in ("kols.lin", "live.guest", "live.late"))


def test_a_host_may_go_from_one_room_to_the_next_and_their_followers_are_drawn_once(shop):
    second = "host: kols.lin, sessions: [D2 20:40], minutes: 20"
    world = shop.world(f"{HOST}live: {{guest: {{host: kols.lin, {ROOM}}}, late: {{{second}}}}}", until=-24)
    one, other = world.setting.rooms
    assert (one.fans, one.fan_bit) == (other.fans, other.fan_bit)


@pytest.mark.parametrize(
    ("room", "code", "path"),
    [
        ("host: kols.ling, sessions: [D1]", "unknown_name", "live.guest.host"),
        ("sessions: [D1], slot_fee: 100", "room_without_host", "live.guest.slot_fee"),
        ("sessions: [D1], commission: 10%", "room_without_host", "live.guest.commission"),
        ("host: kols.lin, sessions: [D1], followers: 1万", "host_brings", "live.guest.followers"),
        ("host: kols.lin, sessions: [D1], hours: 1h, minutes: 20", "length_twice", "live.guest.minutes"),
    ],
)
def test_what_does_not_go_with_a_host_is_refused(shop, room, code, path):
    with pytest.raises(InputError) as refused:
        shop.loaded(f"{HOST}live: {{guest: {{{room}}}}}")
    assert [(f.code, f.path) for f in refused.value.findings] == [(code, path)]
