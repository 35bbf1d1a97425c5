"""Guest rooms: the host's followers come, the slot is paid, what the room keeps earns commission."""

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.ledger import Account
from dacu.sim.contracts import LeverBooks
from dacu.sim.grant import in_turn
from dacu.sim.measure import measure
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


COUNTED = "skus: {mask: {stock: 300}}\n"


@pytest.mark.parametrize(
    ("rooms", "found"),
    [
        ("a: {only_skus: [creme]}", [("unknown_name", "live.a.only_skus")]),
        ("a: {only_skus: [cream]}, b: {only_skus: [cream]}", [("sku_only_elsewhere", "live.b.only_skus")]),
        ("a: {only_skus: [cream]}, b: {skus: [mask, cream]}", [("sku_only_elsewhere", "live.b.skus")]),
        ("a: {only_skus: [cream, mask]}, b: {only_skus: [toner]}", [("shelf_empty", "live.a.only_skus")]),
        ("a: {reserve: {creme: 5}}", [("unknown_name", "live.a.reserve.creme")]),
        ("a: {reserve: {cream: 5}}", [("reserve_uncounted", "live.a.reserve.cream")]),
        ("a: {skus: [cream], reserve: {mask: 5}}", [("reserve_not_sold", "live.a.reserve.mask")]),
        ("a: {only_skus: [mask]}, b: {reserve: {mask: 5}}", [("reserve_not_sold", "live.b.reserve.mask")]),
        ("a: {reserve: {mask: 200}}, b: {reserve: {mask: 101}}", [("reserve_above_stock", "live.b.reserve.mask")]),
        ("a: {reserve: {mask: 200}}, b: {reserve: {mask: 100}}", []),
        ("a: {only_skus: [cream]}, b: {only_skus: [cream], active: no}", []),
    ],
)
def test_goods_kept_apart_are_checked_where_they_stand(shop, rooms, found):
    for name in "ab":
        rooms = rooms.replace(f"{name}: {{", f"{name}: {{sessions: [D1 20:00], ")
    plan = f"{COUNTED}live: {{{rooms}}}"
    if not found:
        shop.loaded(plan)
        return
    with pytest.raises(InputError) as refused:
        shop.loaded(plan)
    assert [(f.code, f.path) for f in refused.value.findings] == found
    assert all(f.mark.line == 4 and f.sentence(lang) for f in refused.value.findings for lang in ("zh", "en"))


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


APART = f"{HOST}live: {{guest: {{host: kols.lin, {ROOM}, only_skus: [cream]}}}}\n"
CROWD = ("people.customers=60%", "calendar.warmup=0d", "live.guest.minutes=180")


def places(world, sku):
    """Pieces of a SKU that were sold in the room, and outside."""
    lines = world.ledger.lines
    mine = lines["sku"] == world.goods.row(sku)
    return [int(lines["qty"][mine & inside].sum()) for inside in (lines["room"] == 0, lines["room"] != 0)]


def test_what_is_sold_in_a_room_only_is_hidden_from_the_shop(shop):
    everywhere, apart = shop.world(PLAN, *CROWD), shop.world(APART, *CROWD)
    inside, outside = places(everywhere, "cream")
    assert inside > 0
    assert outside > 0
    inside, outside = places(apart, "cream")
    assert inside > 0
    assert outside == 0
    assert min(places(apart, "mask")) > 0


def test_goods_of_a_room_that_does_not_open_are_sold_in_the_shop(shop):
    world = shop.world(APART, *CROWD, "kols.lin.active=no")
    assert not world.setting.hidden.any()
    assert places(world, "cream")[1] > 0


def test_another_room_sells_what_is_on_the_shelf_and_its_own(shop):
    second = "late: {sessions: [D2 10:00]}, own: {sessions: [D2 12:00], only_skus: [mask]}"
    world = shop.world(f"{HOST}live: {{guest: {{host: kols.lin, {ROOM}, only_skus: [cream]}}, {second}}}\n", until=-24)
    assert [room.skus for room in world.setting.rooms] == [(1, 2), (1,), (1, 0)]
    assert world.setting.hidden.tolist() == [True, False, True]


KEPT = f"{HOST}live: {{guest: {{host: kols.lin, {ROOM}, reserve: {{mask: 100}}}}}}\n"
SCARCE = (*CROWD, "skus.mask.stock=105", "live.guest.sessions=[D2 10:00]", "live.guest.minutes=30")


def test_the_shop_sells_what_is_not_kept_back_and_the_rest_once_the_room_is_over(shop):
    """Agents stand for five people: of 105 pieces the shop may sell 5 until D2 10:30, the room all that is left."""
    before, over, end = (shop.world(KEPT, *SCARCE, until=hour) for hour in (34, 36, 48))
    assert [pieces * 5 for pieces in places(before, "mask")] == [0, 5]
    assert (before.goods.stock[0], before.kept[0, 0], before.copy().kept[0, 0]) == (100, 100, 100)
    inside, outside = (pieces * 5 for pieces in places(over, "mask"))
    assert (0 < inside < 100, outside >= 5, over.kept[0, 0]) == (True, True, 0)
    assert sum(places(end, "mask")) * 5 > inside + outside
    free = shop.world(PLAN, *SCARCE, until=34)
    assert places(free, "mask")[1] * 5 > 5


def test_a_room_takes_of_its_own_first_and_nobody_takes_of_another_s():
    order, pieces = np.arange(7), np.array([[1], [2], [3], [1], [2], [4], [1]])
    room = np.array([-1, 0, -1, 1, 0, 0, -1])
    kept = np.array([[3], [1], [0]])  # 3 pieces for room 0, 1 for room 1
    served, taken = in_turn(order, pieces, np.array([10]), kept, room)
    # the shop 1 (9 left, 4 of them kept); room 0 takes 2 of its own (7, 2); the shop 3 (4, 2); room 1 its 1 (3, 1);
    # room 0 1 of its own and 1 of the shelf (1, 0); 4 are too many for it; the shop has the last
    assert (served.tolist(), taken.tolist(), kept.tolist()) == ([0, 1, 2, 3, 4, 6], [10], [[0], [0], [0]])
    kept = np.array([[3], [1], [0]])
    served, _ = in_turn(order, pieces, np.array([4]), kept, room)
    assert (served.tolist(), kept.tolist()) == ([1, 3], [[1], [0], [0]])  # all 4 are kept: the shop has none


def again(target):
    """A plan in which the host owes a show on D3 unless the window of 12 hours after D2 20:00 brings the target."""
    promise = f"guarantee: {{gmv: {target}, basis: paid, window: 12h, remedy: extra_show}}"
    host = HOST.replace("fee: 0", f"fee: 0, {promise}")
    room = ROOM.replace("[D1 20:00, D2 20:00]", "[D2 20:00]")
    return f"{host}live: {{guest: {{host: kols.lin, {room}, extra_show: D3 10:00}}}}\n"


THREE_DAYS = ("people.customers=60%", "calendar.warmup=0d", "calendar.days=3", "live.guest.minutes=180")


def in_the_room(world):
    """Hours in which something was sold in the room."""
    lines = world.ledger.lines
    return set((lines["slot"][lines["room"] == 0] // 12).tolist())


def test_who_misses_the_guarantee_holds_another_show_without_a_fee_and_gives_nothing_back(shop):
    missed, met = shop.world(again("100万"), *THREE_DAYS), shop.world(again("1"), *THREE_DAYS)
    assert in_the_room(met) == {hour for hour in in_the_room(missed) if hour < 58}
    assert {58, 59} <= in_the_room(missed) <= {44, 45, 46, 58, 59, 60}
    for world, sessions in ((missed, 2), (met, 1)):
        finish(world)
        assert world.ledger.spent(Account.KOL_FEE) == 1_000_50
        assert world.ledger.spent(Account.GUARANTEE) == 0
        assert measure(world).realised["live_sessions"] == sessions
        lines = world.ledger.lines
        kept = int(lines["paid"][(lines["room"] == 0) & (lines["refund"] == 0)].sum())
        assert world.ledger.spent(Account.COMMISSION) == pytest.approx(kept * 0.2, abs=1)


def test_a_show_that_is_not_owed_changes_nothing(shop):
    met = shop.world(again("1"), *THREE_DAYS)
    plain = again("1").replace(", extra_show: D3 10:00", "").replace(", remedy: extra_show", "")
    without = shop.world(plain, *THREE_DAYS)
    for column in ("user", "slot", "sku", "paid", "lever", "room"):
        assert met.ledger.lines[column].tolist() == without.ledger.lines[column].tolist()


def test_a_snapshot_remembers_that_a_show_is_owed(shop):
    world = shop.world(again("100万"), *THREE_DAYS, until=57)
    twin = world.copy()
    world.extra_shows[:] = False
    assert [len(one.room(0).sessions) for one in (twin, world)] == [2, 1]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (("D3 10:00", "D3 07:00"), "extra_show_ill_timed", "live.guest.extra_show"),
        (("D3 10:00", "D3 23:50"), "extra_show_ill_timed", "live.guest.extra_show"),
        ((", extra_show: D3 10:00", ""), "extra_show_when", "kols.lin.guarantee.remedy"),
        ((", remedy: extra_show", ""), "extra_show_not_agreed", "live.guest.extra_show"),
        (("gmv: 1,", "roi: 2, base: fee+commission,"), "extra_show_on_fees", "kols.lin.guarantee.base"),
        (("host: kols.lin, ", ""), "room_without_host", "live.guest.slot_fee"),
    ],
)
def test_an_extra_show_without_its_terms_is_refused(shop, change, code, path):
    with pytest.raises(InputError) as refused:
        shop.world(again("1").replace(*change), "calendar.days=3", until=-24)
    assert (code, path) in [(f.code, f.path) for f in refused.value.findings]
    assert all(f.mark.line in (3, 4) and f.sentence(lang) for f in refused.value.findings for lang in ("zh", "en"))
