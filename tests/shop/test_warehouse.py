"""The queue of paid parcels: order, conservation, Little's law, and the fluid queue in closed form."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.shop.shifts import Capacity, Shift, ShiftBlock, Surge, build_capacity, build_shift
from dacu.shop.warehouse import Lot, Queue, hours_until, late_days

ALWAYS = Shift(0, 24, (True,) * 7)
HOURS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30)


def lived(hours):
    """A queue that receives and ships (paid, capacity) hour by hour, then runs empty; (paid, left, units)."""
    queue, left, backlogs = Queue(), [], []
    hours = [*hours, *[(0, 1000)] * 2]
    for t, (paid, capacity) in enumerate(hours):
        left += [(lot.hour, t, lot.units) for lot in queue.ship(capacity)]
        queue.add(t, paid)
        backlogs.append(queue.backlog)
    return left, backlogs


def test_the_oldest_lot_leaves_first_and_the_last_in_part():
    queue = Queue()
    for hour, units in ((0, 5), (1, 4), (3, 6)):
        queue.add(hour, units)
    assert queue.ship(7) == [Lot(0, 5), Lot(1, 2)]
    assert queue.backlog == 8
    assert queue.ship(100) == [Lot(1, 2), Lot(3, 6)]
    assert queue.ship(100) == []


def test_pieces_of_one_hour_are_one_lot():
    queue = Queue()
    queue.add(2, 3)
    queue.add(2, 4)
    queue.add(3, 0)
    assert queue.ship(100) == [Lot(2, 7)]


def test_a_refund_takes_what_is_still_there():
    queue = Queue()
    queue.add(0, 5)
    queue.add(1, 5)
    queue.ship(3)
    assert [queue.cancel(0, 4), queue.cancel(0, 1), queue.cancel(1, 2), queue.cancel(9, 1)] == [2, 0, 2, 0]
    assert queue.ship(100) == [Lot(1, 3)]


def test_a_copy_does_not_move_with_its_queue():
    queue = Queue()
    queue.add(0, 5)
    copy = queue.copy()
    queue.add(0, 1)
    queue.ship(2)
    assert copy.ship(100) == [Lot(0, 5)]


@given(HOURS)
def test_units_are_conserved_and_never_overtake(hours):
    left, _ = lived(hours)
    assert sum(units for *_, units in left) == sum(paid for paid, _ in hours)
    assert [paid for paid, *_ in left] == sorted(paid for paid, *_ in left)
    assert all(paid < gone and units > 0 for paid, gone, units in left)


@given(HOURS)
def test_the_sum_of_backlogs_is_the_sum_of_waits(hours):
    # Little's law, exactly: a unit that waits k hours is counted in k backlogs
    left, backlogs = lived(hours)
    assert sum(backlogs) == sum((gone - paid) * units for paid, gone, units in left)


def test_mean_backlog_is_rate_times_mean_wait_in_a_steady_queue():
    # 10 units at the start of each five hours, 2 an hour leave: waits 1…5 h, two units each
    left, backlogs = lived([(10 if t % 5 == 0 else 0, 2) for t in range(500)])
    waits = sum((gone - paid) * units for paid, gone, units in left) / 1000
    assert waits == 3
    assert sum(backlogs) / 500 == 2 * waits


def test_a_day_of_fifteen_times_the_orders_ships_in_time_as_the_fluid_queue_says():
    # units paid at x of the day leave at 15x/c days: in time while 15x/c ≤ x + 2, a share of 2/(15/c − 1)
    for capacity in (14, 28):
        left, _ = lived([(150, capacity)] * 24 + [(0, capacity)] * 800)
        on_time = sum(units for paid, gone, units in left if gone - paid <= 48) / 3600
        assert on_time == pytest.approx(2 / (150 / capacity - 1), abs=0.02)
    left, _ = lived([(150, 56)] * 24 + [(0, 56)] * 200)
    assert max(gone - paid for paid, gone, _ in left) <= 48


@given(st.integers(1, 30), st.integers(0, 200), st.integers(0, 40))
def test_the_forecast_is_what_happens(per_hour, ahead, hour):
    capacity = build_capacity(per_hour, build_shift(ShiftBlock(), date(2026, 9, 7)), {}, date(2026, 9, 7))
    queue = Queue()
    queue.add(hour, max(ahead, 1))
    t = hour
    while queue.backlog:
        t += 1
        queue.ship(int(capacity.of(np.array([t]))[0]))
    assert hours_until(ahead, capacity, hour) == t - hour


def test_a_surge_to_come_is_in_the_forecast():
    plain, helped = Capacity(10, ALWAYS), Capacity(10, ALWAYS, (Surge(5, 10, 4),))
    assert [hours_until(200, capacity, 0) for capacity in (plain, helped)] == [20, 8]  # 4 × 10, then 4 × 40


def test_a_forecast_beyond_four_weeks_goes_on_at_the_weekly_capacity():
    assert [hours_until(units, Capacity(1, ALWAYS), 7) for units in (672, 673, 5000)] == [672, 673, 5000]
    assert hours_until(10_001, Capacity(10, Shift(0, 1, (True,) + (False,) * 6)), 0) == 168 * 1001


def test_late_days_count_beyond_the_promise():
    assert [late_days(wait, 48) for wait in (10, 48, 84)] == [0, 0, 1.5]
