"""Parcels: every order line from payment to its end: waiting, on the road, delivered, refunded or kept.

A row is an order line of one agent, warm-up lines too (which move no money and no stock). Lines of one order stand
side by side and travel together; after delivery each line has its own fate. Draws about an order are keyed by buyer and
hour of payment, so a slower warehouse changes when things happen, and no draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from dacu.behaviour.aftersale import Cause
from dacu.columns import Columns
from dacu.draws import Words
from dacu.shop.warehouse import Queue

I64: TypeAlias = NDArray[np.int64]
FAR = 2**31 - 1  # hour of what will not happen


class State(IntEnum):
    """Where a line is."""

    WAITING = 0
    ON_THE_ROAD = 1
    DELIVERED = 2
    REFUNDED = 3


UNFINISHED = (State.WAITING, State.ON_THE_ROAD, State.DELIVERED)
"""States in which something is still to happen, or may be."""


class Fate(IntEnum):
    """How the money of a line goes back, if it does."""

    KEPT = 0
    CANCELLED = 1  # before shipment
    REFUND_ONLY = 2  # the buyer keeps the goods
    RETURNED = 3


WAYS = (("before_shipment", ""), ("refund_only", ""), *(("returned", cause.name.lower()) for cause in Cause))
"""The ways in which money comes back, as (stage, cause)."""


def way(fate: NDArray[np.uint8], cause: NDArray[np.uint8]) -> I64:
    """Row of WAYS of each refunded line."""
    rows: I64 = np.where(fate == Fate.RETURNED, cause.astype(np.int64) + 2, fate.astype(np.int64) - 1)
    return rows


COLUMNS: Mapping[str, DTypeLike] = {
    "order": np.int64,  # of all orders, warm-up too
    "line": np.int64,  # row of the ledger, NONE in the warm-up
    "first": np.uint8,  # 1 on the first line of an order
    "user": np.int32,
    "paid_at": np.int32,  # hour
    "sku": np.int16,
    "qty": np.int16,  # pieces of one agent
    "platform": np.uint8,
    "flags": np.uint16,
    "due": np.int32,  # hour by which it should have left
    "reply": np.int32,  # wait for a human answer when it was bought, s
    "ratio": np.int32,  # paid ÷ reference price, permille
    "shipped": np.int32,
    "delivered": np.int32,
    "state": np.uint8,
    "fate": np.uint8,
    "cause": np.uint8,
    "stars": np.uint8,  # of the review that is written, 0 without one
    "event": np.int32,  # hour of the next thing to happen to it
}


class Due(NamedTuple):
    """Rows to which something happens in an hour, by their state before it."""

    waiting: I64  # are cancelled
    on_the_road: I64  # arrive
    delivered: I64  # are refunded


NOTHING_DUE = Due(*(np.empty(0, np.int64) for _ in UNFINISHED))


@dataclass
class Parcels:
    """All lines, the warehouse's queue of units, and what of a lot has left without filling an order yet."""

    lines: Columns = field(default_factory=lambda: Columns(COLUMNS))
    queue: Queue = field(default_factory=Queue)
    part: dict[int, int] = field(default_factory=dict)  # units by hour of payment
    reviewed: dict[int, I64] = field(default_factory=dict)  # rows that will be, by hour of delivery
    orders: int = 0
    came_back: int = 0  # returned lines of this hour, agents
    questions: float = 0.0  # contacts that wait for a human
    cases: float = 0.0  # after-sale cases that wait
    resolved: float = 1.0  # share of cases answered in time, of late

    def copy(self) -> Parcels:
        """A snapshot."""
        twin = Parcels(self.lines.copy(), self.queue.copy(), dict(self.part), dict(self.reviewed), self.orders)
        twin.came_back, twin.questions, twin.cases = self.came_back, self.questions, self.cases
        twin.resolved = self.resolved
        return twin

    @property
    def open(self) -> bool:
        """Whether something is still to happen."""
        return bool((self.lines["state"] == State.WAITING).any() or (self.lines["event"] != FAR).any())

    def due(self, hour: int) -> Due:
        """Rows whose next event is in this hour; nothing that happens in it puts another row there."""
        rows = np.flatnonzero(self.lines["event"] == hour)
        if not len(rows):
            return NOTHING_DUE
        state = self.lines["state"][rows]
        return Due(*(rows[state == each] for each in UNFINISHED))

    def waiting(self, paid_at: int) -> I64:
        """Rows of one hour's orders that have not left, in their order; rows stand in the order of payment."""
        hours = self.lines["paid_at"]
        first, last = np.searchsorted(hours, np.array([paid_at, paid_at + 1], hours.dtype)).tolist()
        rows: I64 = np.flatnonzero(self.lines["state"][first:last] == State.WAITING)
        rows += first
        return rows

    def paid_at(self, rows: I64) -> Words:
        """Hour of payment of each row: with its buyer it keys the draws about an order."""
        hours: Words = self.lines["paid_at"][rows].astype(np.uint64)
        return hours
