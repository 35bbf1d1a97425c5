"""Live rooms as a planner writes them: sessions, flow, price, fixed costs."""

import pytest

from dacu.errors import InputError
from dacu.ledger import Account, LineFlag
from dacu.levers.live import LiveRoom

PLAN = "live: {main: {%s}}"


def room(shop, line, *sets):
    return shop.world(PLAN % line, *sets, until=-24).setting.rooms[0]


def test_a_schedule_and_single_sessions_become_slots(shop):
    sessions = room(shop, "every: 每天 20:00, sessions: [D1 10:30], hours: 90min", "calendar.warmup=0d").sessions
    assert sessions.tolist() == [[10 * 12 + 6, 12 * 12], [240, 258], [528, 546]]


def test_the_flow_repeats_its_blocks_in_five_minute_steps(shop):
    flow = room(shop, "sessions: [D1 20:00], warm_up: 5min, explain: 15min, flash: 10min").flow
    assert flow == (0, 1, 1, 1, 2, 2)


def test_a_session_is_found_by_its_slot(shop):
    one = room(shop, "every: 每天 20:00, hours: 1h", "calendar.warmup=0d")
    assert [one.sessions_at(slot, slot + 1) for slot in (239, 240, 251, 252, 528)] == [[-1], [0], [0], [-1], [1]]
    assert one.sessions_at(239, 253) == [-1, *[0] * 12, -1]
    assert [one.open_slots(first, 253) for first in (0, 240, 245, 252)] == [12, 12, 7, 0]


def test_host_and_studio_are_paid_for_each_session_of_the_campaign(shop):
    world = shop.world(PLAN % "every: 每天 20:00, hours: 1h, host_fee: 300.5, studio_cost: 99.99")
    assert world.ledger.spent(Account.HOST) == 2 * 30_050
    assert world.ledger.spent(Account.STUDIO) == 2 * 9_999


def test_only_viewers_have_the_rooms_own_price(shop):
    world = shop.world(PLAN % "every: 每天 19:00, hours: 4h, recommended: 20, discount: 20%", "people.customers=50%")
    lines = world.ledger.lines
    inside = lines["flags"] & LineFlag.IN_ROOM != 0
    assert inside.any()
    assert (~inside).any()
    assert (lines["shop_off"][inside] * 5 >= lines["list"][inside] * 0.99).all()
    assert (lines["shop_off"][~inside] == 0).all()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("every: 周二", "schedule_without_time"),
        ("sessions: [D1 20:00], warm_up: 0min, explain: 0min, flash: 0min", "flow_empty"),
        ("hours: 2h", "room_without_session"),
    ],
)
def test_rooms_that_cannot_open_are_refused(shop, line, code):
    with pytest.raises(InputError) as refused:
        shop.loaded(PLAN % line)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_a_room_that_is_off_needs_no_session():
    assert list(LiveRoom.model_validate({"active": "no"}).check()) == []
