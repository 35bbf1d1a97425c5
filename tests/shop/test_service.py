"""The service desk against published and hand-made values of the M/M/c queue."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.behaviour.parameters import read, root
from dacu.shop.service import Desk, Reply, contacts, erlang_c, mean_reply, reply_utility
from dacu.shop.shifts import Shift

FACTS = read(root().children["behaviour"]).operations
ALWAYS = Shift(0, 24, (True,) * 7)
DAYTIME = Shift(8, 20, (True,) * 7)


def by_definition(servers, load):
    """Erlang's own sum, in fractions."""
    load = Fraction(load)
    busy = load**servers / math.factorial(servers) * servers / (servers - load)
    return float(busy / (sum(load**k / math.factorial(k) for k in range(servers)) + busy))


def test_the_chance_to_wait_is_erlangs():
    assert erlang_c(3, 2.0) == pytest.approx(4 / 9, abs=1e-12)
    assert erlang_c(1, 0.3) == pytest.approx(0.3, abs=1e-12)  # one server: the load
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3, abs=1e-12)
    for servers, load in ((14, 10), (60, 50), (5, Fraction(19, 4))):
        assert erlang_c(servers, float(load)) == pytest.approx(by_definition(servers, load), rel=1e-12)


def test_no_load_never_waits_and_many_servers_do_not_overflow():
    assert erlang_c(5, 0.0) == 0
    assert 0 < erlang_c(5000, 4900.0) < 1


def test_the_mean_wait_satisfies_littles_law():
    # queue length from the stationary law of M/M/3 at 2 Erlang: Lq = C·ρ/(1 − ρ) = 4/9 · 2 = 8/9
    reply = Desk(3, 90.0, ALWAYS).answer(FACTS, 10, 80.0, 0.0)  # 40 an hour each: 2 Erlang
    assert reply.chance == pytest.approx(4 / 9)
    assert 80 * reply.wait / 3600 == pytest.approx(8 / 9)
    assert reply.backlog == 0


def test_what_exceeds_the_seats_is_carried_and_waited_for():
    # 4 seats answer 160 an hour; 200 come on top of 30: 70 are left, 1575 s of work
    reply = Desk(4, 90.0, ALWAYS).answer(FACTS, 10, 200.0, 30.0)
    assert reply.backlog == 70
    steady = 0.95 * 4
    assert reply.wait == pytest.approx(3600 * 70 / 160 + 3600 * by_definition(4, Fraction(19, 5)) / (160 - 40 * steady))


@given(st.integers(1, 30), st.floats(0, 3), st.floats(0, 1), st.floats(0, 200))
def test_the_wait_never_falls_as_the_load_rises(seats, load, more, backlog):
    desk = Desk(seats, 90.0, ALWAYS)
    low, high = (desk.answer(FACTS, 10, x * seats * 40, backlog) for x in (load, load + more))
    assert low.wait <= high.wait * (1 + 1e-9)
    assert high.within(30) <= low.within(30) + 1e-9


@given(st.integers(1, 30), st.floats(0, 2), st.floats(0, 100))
def test_another_seat_never_lengthens_the_wait(seats, load, backlog):
    waits = [Desk(n, 90.0, ALWAYS).answer(FACTS, 10, load * seats * 40, backlog).wait for n in (seats, seats + 1)]
    assert waits[1] <= waits[0] * (1 + 1e-9)


def test_the_share_answered_in_time_by_hand():
    # C = 4/9, 40 free answers an hour: P(W > 30 s) = 4/9·e^(−1/3)
    reply = Desk(3, 90.0, ALWAYS).answer(FACTS, 10, 80.0, 0.0)
    assert reply.within(0) == pytest.approx(5 / 9)
    assert reply.within(30) == pytest.approx(1 - 4 / 9 * math.exp(-1 / 3))
    assert reply.within(180) == pytest.approx(1 - 4 / 9 * math.exp(-2))


def test_a_backlog_shifts_every_answer():
    reply = Reply(delay=100.0, chance=0.5, drain=36.0, backlog=1.0)
    assert [reply.within(seconds) for seconds in (30, 99)] == [0, 0]
    assert reply.within(100) == 0.5
    assert reply.within(200) == pytest.approx(1 - 0.5 * math.exp(-1))


def test_impatience_is_the_transform_of_the_wait():
    # delay 60 s, then with chance ½ an exponential of mean 100 s, against patience of mean 180 s
    reply = Reply(delay=60.0, chance=0.5, drain=36.0, backlog=1.0)
    assert reply.gave_up(180) == pytest.approx(1 - math.exp(-60 / 180) * (0.5 + 0.5 * 180 / 280))
    assert Reply(0.0, 0.0, 1.0, 0.0).gave_up(180) == 0


def test_questions_of_the_night_wait_for_the_morning():
    # 40 an hour in the hour from 20:00; the shift begins at 8:00, eleven and a half hours after the middle of it
    desk = Desk(1, 90.0, DAYTIME)
    night = desk.answer(FACTS, 20, 40.0, 0.0)
    assert night.backlog == 40
    assert night.wait == 11.5 * 3600 + 3600
    assert night.within(3600) == 0
    assert desk.answer(FACTS, 32, 0.0, 40.0).backlog == 0


def test_a_desk_without_a_number_of_seats_answers_at_once():
    reply = Desk(None, 90.0, DAYTIME).answer(FACTS, 3, 1e6, 10.0)
    assert (reply.wait, reply.backlog, reply.within(0)) == (0, 0, 1)


def test_contacts_and_replies_by_hand():
    assert contacts(FACTS, 100, 200, 10, 5) == (pytest.approx(22), pytest.approx(7))
    assert mean_reply(0.5, 2, 58) == 30
    assert mean_reply(1, 2, 1e9) == 2


def test_slow_answers_cost_the_buyers_who_ask():
    # beyond 30 s, a quarter of log hazard a minute for 12% of buyers, at most three minutes
    assert reply_utility(FACTS, 30) == 0
    assert reply_utility(FACTS, 90) == pytest.approx(-math.log(0.88 + 0.12 * math.exp(-0.25)))
    assert (
        reply_utility(FACTS, 210)
        == reply_utility(FACTS, 7200)
        == pytest.approx(-math.log(1 - 0.12 * (1 - math.exp(-0.75))))
    )
