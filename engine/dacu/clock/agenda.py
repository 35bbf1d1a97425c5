"""What is due: posts, rooms, windows, restocks, parcels, refunds, shocks. The only home of SimPy.

A process of several steps (order, ship, deliver, refund) is a chain of rows: each, when due, adds the next.
So nothing lives between rows, no generator has to survive a copy, and a fork is a new environment loaded from
rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from dacu.errors import Fault, Finding

ROW = np.dtype([("due", "f8"), ("seq", "i8"), ("kind", "u1"), ("entity", "i4"), ("amount", "i8")])

# Due times lie on a grid of 2^-20 hours (3.4 ms), on which sums and differences are exact: so SimPy's
# now + (due - now) is due itself, and a fork keeps the order (docs/decisions/0002-agenda-on-a-grid.md).
GRID = float(2**20)


class Row(NamedTuple):
    """One thing due `due` hours after D1 began; its handler knows what the rest means."""

    due: float
    seq: int
    kind: int
    entity: int
    amount: int


@dataclass(frozen=True)
class Snapshot:
    """An agenda at rest: its clock (h), the next sequence number, the rows to come (dtype ROW, in order)."""

    now: float
    next_seq: int
    rows: NDArray[np.void]


class Agenda:
    """Rows woken in the order (due, seq); rows of one instant keep the order in which they were added.

    start: the hour at which the agenda's clock begins (negative: before the first day).
    """

    def __init__(self, start: float = 0.0) -> None:
        self._environment = simpy.Environment(initial_time=_on_grid(start))
        self._pending: dict[int, Row] = {}
        self._next_seq = 0
        self._handle: Callable[[Row], None] = _ignore

    @classmethod
    def load(cls, snapshot: Snapshot) -> Agenda:
        """A new agenda that goes on exactly as the one the snapshot was taken of."""
        agenda = cls(snapshot.now)
        agenda._next_seq = snapshot.next_seq
        for row in snapshot.rows.tolist():
            agenda._schedule(Row(*row))
        return agenda

    @property
    def now(self) -> float:
        """The clock, in hours: the end of the last window, or the row being handled."""
        return float(self._environment.now)

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, due: float, kind: int, entity: int, amount: int = 0) -> int:
        """Put a row on the agenda and return its sequence number; a due time in the past is a Fault."""
        row = Row(_on_grid(due), self._next_seq, kind, entity, amount)
        if row.due < self.now:
            raise _past(row.due, self.now)
        self._next_seq += 1
        self._schedule(row)
        return row.seq

    def run_to(self, end: float, handle: Callable[[Row], None]) -> None:
        """Hand every row due in [now, end) to `handle`, which may add rows, also for the same window."""
        end = _on_grid(end)
        if end < self.now:
            raise _past(end, self.now)
        if end > self.now:
            self._handle = handle
            self._environment.run(until=end)

    def snapshot(self) -> Snapshot:
        """A copy that later changes of this agenda do not touch."""
        rows = np.array(sorted(self._pending.values()), dtype=ROW)
        return Snapshot(self.now, self._next_seq, rows)

    def _schedule(self, row: Row) -> None:
        self._pending[row.seq] = row
        timeout = self._environment.timeout(row.due - self._environment.now)
        timeout.callbacks.append(lambda _: self._wake(row))

    def _wake(self, row: Row) -> None:
        del self._pending[row.seq]
        self._handle(row)


def _on_grid(hours: float) -> float:
    return round(hours * GRID) / GRID


def _ignore(row: Row) -> None:
    """No window has been run yet, so nobody listens."""


def _past(due: float, now: float) -> Fault:
    return Fault(Finding("due_in_the_past", path="agenda", args={"due": f"{due:.4f}", "now": f"{now:.4f}"}))
