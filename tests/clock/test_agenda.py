import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.clock.agenda import ROW, Agenda, Row
from dacu.errors import Fault


def run(agenda: Agenda, end: float) -> list[Row]:
    seen: list[Row] = []
    agenda.run_to(end, seen.append)
    return seen


def entities(rows: list[Row]) -> list[int]:
    return [row.entity for row in rows]


def test_rows_come_in_the_order_of_their_due_times() -> None:
    agenda = Agenda()
    for due, entity in [(3.5, 3), (0.0, 0), (2.25, 2), (1.0, 1)]:
        agenda.add(due, kind=7, entity=entity)
    assert entities(run(agenda, 10)) == [0, 1, 2, 3]


def test_rows_of_one_instant_keep_the_order_in_which_they_were_added() -> None:
    agenda = Agenda()
    for entity in [5, 1, 4]:
        agenda.add(20.0, kind=0, entity=entity)
    assert entities(run(agenda, 21)) == [5, 1, 4]


def test_a_window_is_half_open() -> None:
    agenda = Agenda()
    agenda.add(1.0, kind=0, entity=1)
    agenda.add(2.0, kind=0, entity=2)
    assert entities(run(agenda, 1)) == []
    assert entities(run(agenda, 2)) == [1]
    assert entities(run(agenda, 3)) == [2]


def test_an_empty_window_leaves_a_row_due_now_on_the_agenda() -> None:
    agenda = Agenda()
    agenda.add(0.0, kind=0, entity=1)
    assert run(agenda, 0) == []
    assert len(agenda) == 1


def test_a_row_carries_what_was_put_on_it() -> None:
    agenda = Agenda()
    seq = agenda.add(20.25, kind=9, entity=-1, amount=2**40)
    assert run(agenda, 21) == [Row(20.25, seq, 9, -1, 2**40)]


def test_a_handler_may_add_a_row_for_the_same_window() -> None:
    agenda = Agenda()
    agenda.add(0.5, kind=0, entity=0)
    seen: list[Row] = []

    def chain(row: Row) -> None:
        seen.append(row)
        if row.entity < 3:
            agenda.add(row.due + 0.125 * row.entity, kind=0, entity=row.entity + 1)

    agenda.run_to(1, chain)
    assert [(row.due, row.entity) for row in seen] == [(0.5, 0), (0.5, 1), (0.625, 2), (0.875, 3)]


def test_a_handler_sees_the_clock_at_its_row() -> None:
    agenda = Agenda()
    agenda.add(4.5, kind=0, entity=0)
    clock: list[float] = []
    agenda.run_to(6, lambda _: clock.append(agenda.now))
    assert clock == [4.5]
    assert agenda.now == 6


def test_a_due_time_in_the_past_is_a_fault() -> None:
    agenda = Agenda()
    agenda.run_to(5, lambda _: None)
    with pytest.raises(Fault):
        agenda.add(4.99, kind=0, entity=0)


def test_the_clock_never_runs_back() -> None:
    agenda = Agenda()
    agenda.run_to(5, lambda _: None)
    with pytest.raises(Fault):
        agenda.run_to(4, lambda _: None)


def test_the_warm_up_runs_on_negative_hours() -> None:
    agenda = Agenda(start=-336)
    agenda.add(-335.5, kind=0, entity=1)
    agenda.add(0.5, kind=0, entity=2)
    assert entities(run(agenda, 0)) == [1]
    assert entities(run(agenda, 1)) == [2]


def test_a_snapshot_holds_the_pending_rows_as_columns_in_order() -> None:
    agenda = Agenda()
    agenda.add(3.0, kind=1, entity=10, amount=100)
    agenda.add(0.5, kind=2, entity=20, amount=200)
    agenda.add(2.0, kind=3, entity=30, amount=300)
    run(agenda, 1)
    snapshot = agenda.snapshot()
    assert snapshot.rows.dtype == ROW
    assert snapshot.rows["due"].tolist() == [2.0, 3.0]
    assert snapshot.rows["entity"].tolist() == [30, 10]
    assert (snapshot.now, snapshot.next_seq) == (1.0, 3)


def test_a_snapshot_does_not_change_when_its_agenda_goes_on() -> None:
    agenda = Agenda()
    agenda.add(1.0, kind=0, entity=1)
    snapshot = agenda.snapshot()
    run(agenda, 9)
    assert snapshot.rows["entity"].tolist() == [1]


def go_on(agenda: Agenda, hours: range) -> list[Row]:
    """A busy handler: every row adds up to two more, at instants that no float holds exactly."""
    seen: list[Row] = []

    def handle(row: Row) -> None:
        seen.append(row)
        if len(seen) < 300:
            agenda.add(row.due + (row.entity % 7) / 3, kind=row.kind, entity=row.entity + 1)
        if row.entity % 5 == 0:
            agenda.add(row.due + 1 / 12, kind=row.kind, entity=row.entity + 11, amount=row.seq)

    for t in hours:
        agenda.run_to(t + 1, handle)
    return seen


@given(st.lists(st.floats(0, 48, allow_subnormal=False), min_size=1, max_size=30), st.integers(1, 40))
def test_a_fork_goes_on_exactly_as_the_original(dues: list[float], half: int) -> None:
    agenda = Agenda()
    for entity, due in enumerate(dues):
        agenda.add(due, kind=0, entity=entity)
    go_on(agenda, range(half))
    fork = Agenda.load(agenda.snapshot())
    hours = range(half, half + 30)
    assert go_on(agenda, hours) == go_on(fork, hours)


@given(st.lists(st.floats(-500, 500), max_size=40))
def test_however_rows_are_added_they_come_sorted_by_due_and_sequence(dues: list[float]) -> None:
    agenda = Agenda(start=-500)
    for due in dues:
        agenda.add(due, kind=0, entity=0)
    seen = run(agenda, 501)
    assert [(row.due, row.seq) for row in seen] == sorted((row.due, row.seq) for row in seen)
    assert len(seen) == len(dues)


def test_a_due_time_moves_by_less_than_four_milliseconds() -> None:
    agenda = Agenda()
    agenda.add(1 / 3, kind=0, entity=0)
    (row,) = run(agenda, 1)
    assert abs(row.due - 1 / 3) * 3_600_000 < 4
    assert np.float64(row.due * 2**20).is_integer()
