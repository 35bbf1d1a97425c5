"""Counts of a run by measure, hour and lever: realised in people, and expected as sums of chances.

Chances are whole parts of 2³², so sums of them are exact and equal for any order of users. Money expected is kept in
parts of 1/256 fen. Hours of the warm-up are counted nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.ledger import SLOTS_AN_HOUR

Hours: TypeAlias = int | NDArray[np.int64]
CHANCE = 2**32
MONEY_SHIFT = 24  # chance · fen >> 24 is in 1/256 fen


class Measure(IntEnum):
    """What is counted, people's events."""

    VIEWS = 0
    LINKED_VIEWS = auto()
    INTERACTIONS = auto()
    CLICKS = auto()
    LINKED_CLICKS = auto()
    VISITS = auto()
    CHANNEL_CARTS = auto()
    CARTS = auto()
    ORDERS = auto()
    CHANNEL_ORDERS = auto()  # of carts that a medium led to
    BRAND_SEARCHES = auto()
    CANNIBALISED = auto()
    ENTRIES = auto()  # into rooms, by the lever that brought them
    VIEWERS = auto()  # into rooms, by the room
    EFFECTIVE = auto()
    DWELL_SECONDS = auto()
    EFFECTIVE_SECONDS = auto()
    ROOM_ORDERS = auto()
    LOST_UNITS = auto()
    CLAIMS = auto()  # coupons that people got
    MESSAGES = auto()
    CONTACTS = auto()  # with the service desk while it is staffed
    REPLY_SECONDS = auto()
    HUMAN_CONTACTS = auto()
    HUMAN_SECONDS = auto()
    HUMAN_HALF_MINUTE = auto()  # answered by a human within 30 s
    HUMAN_THREE_MINUTES = auto()
    RETURNS = auto()  # visitors of a day who had come on the day before
    CHECK_INS = auto()
    CHECK_IN_RETURNS = auto()  # of them who had checked in on the day before
    NEW_VISITORS = auto()  # visitors of a day who never bought
    TALK = auto()  # interactions in groups
    MEMBER_DAYS = auto()
    BLOCKED_CLAIMS = auto()  # coupons that the guard refused
    COUPON_VISITORS = auto()  # people with a coupon who came on a day, but for the last
    COUPON_RETURNED = auto()  # those of them who came on the next day too
    POINTS_OPENING = auto()  # points open at D1 00:00
    POINTS_ISSUED = auto()
    POINTS_REDEEMED = auto()
    POINTS_EXPIRED = auto()
    POINTS_OFF = auto()  # fen paid with points
    FALSE_BLOCKS = auto()  # those of them whose claimant is no bargain hunter
    ABANDONED = auto()  # left before a human answered
    BACKLOG = auto()  # contacts that wait for a human at the end of the hour
    WORD_GOOD = auto()  # heard from a pleased buyer
    WORD_BAD = auto()  # heard from a displeased one
    DEPOSITS = auto()  # of presales
    BALANCES = auto()  # of presales, paid
    POINTS_TAKEN = auto()  # taken back by refunds


class Expected(IntEnum):
    """What is also summed as chances: events in 2⁻³², money in 1/256 fen."""

    CLICKS = 0
    LINKED_CLICKS = auto()
    CHANNEL_CARTS = auto()
    CARTS = auto()
    ORDERS = auto()
    CHANNEL_ORDERS = auto()
    NEW_ORDERS = auto()
    UNITS = auto()
    BRAND_SEARCHES = auto()
    LIST = auto()
    SHOP_OFF = auto()
    PLATFORM_OFF = auto()
    PAID = auto()
    OLD_PAID = auto()
    COGS = auto()
    FEE = auto()
    FULFILMENT = auto()
    REFUNDED = auto()
    CANCELLED = auto()  # refunded before shipment
    SUBSIDY_BACK = auto()
    GIFTS = auto()
    DEPOSITS = auto()  # of presales
    BALANCES = auto()
    DEPOSITS_KEPT = auto()  # as booked: what the shop keeps is negative


MONEY = frozenset({Expected.LIST, Expected.SHOP_OFF, Expected.PLATFORM_OFF, Expected.PAID, Expected.OLD_PAID,
                   Expected.COGS, Expected.FEE, Expected.FULFILMENT, Expected.REFUNDED,
                   Expected.CANCELLED, Expected.SUBSIDY_BACK, Expected.GIFTS,
                   Expected.DEPOSITS_KEPT})  # fmt: skip


def add_at(table: NDArray[np.int64], place: tuple[Any, ...], amounts: NDArray[np.int64]) -> None:
    """Add amounts at places of a table, of which several may be the same; −1 is the last. Places spread."""
    cells = np.ravel_multi_index(place, table.shape, mode="wrap")
    np.add.at(table.reshape(-1), cells.reshape(-1), amounts.reshape(-1))


@dataclass
class Tally:
    """count: measures × hours × levers in people; mass: expected × hours × levers. The last lever row is "none".

    refund_mass: expected refunds of orders placed so far, ways × SKUs × platforms; a way is a stage and its cause.
    """

    weight: int
    count: NDArray[np.int64]
    mass: NDArray[np.int64]
    refund_mass: NDArray[np.int64]
    visitors: NDArray[np.int64]  # unique people by day
    tracked: NDArray[np.float64]  # by hour, share of orders whose touch reports can see
    entered: NDArray[np.int64]  # agents who come into a room, rooms × five-minute slots
    watched: NDArray[np.int64]  # seconds that agents spend there, likewise
    usual_count: int = 0  # brand searches of the week before D1, people
    usual_mass: int = 0  # the same as chances of agents

    @classmethod
    def empty(cls, weight: int, hours: int, levers: int, refunds: tuple[int, int, int], rooms: int) -> Tally:
        """A tally with nothing in it."""
        return cls(
            weight,
            np.zeros((len(Measure), hours, levers + 1), np.int64),
            np.zeros((len(Expected), hours, levers + 1), np.int64),
            np.zeros(refunds, np.int64),
            np.zeros(-(-hours // 24), np.int64),
            np.ones(hours),
            np.zeros((rooms, hours * SLOTS_AN_HOUR), np.int64),
            np.zeros((rooms, hours * SLOTS_AN_HOUR), np.int64),
        )

    def add(self, measure: Measure, t: int, lever: NDArray[Any], times: NDArray[Any] | None = None) -> None:
        """Count events of agents, each by the lever of the same row (−1 = none)."""
        if t < 0 or not len(lever):
            return
        people = self.weight if times is None else times.astype(np.int64) * self.weight
        np.add.at(self.count[measure, t], lever, people)

    def add_people(self, measure: Measure, t: int, lever: int, people: int) -> None:
        """Count people directly, of one lever."""
        if t >= 0:
            self.count[measure, t, lever] += people

    def watch(self, room: int, slot: int, entered: int, seconds: NDArray[np.int64]) -> None:
        """Count a room's five minutes: agents who come in, and how long each of those inside is there."""
        if slot >= 0:
            self.entered[room, slot] += entered
            self.watched[room, slot] += int(seconds.sum())

    def expect(self, measure: Expected, t: Hours, lever: NDArray[Any], chance: NDArray[np.integer]) -> None:
        """Sum chances, or what is summed of them already, by hour and lever."""
        self._sum(measure, t, lever, chance.astype(np.int64))

    def expect_mass(self, measure: Expected, t: int, lever: int, mass: int) -> None:
        """Chances of one lever and hour that are summed already."""
        if t >= 0:
            self.mass[measure, t, lever] += mass

    def expect_money(
        self, measure: Expected, t: Hours, lever: NDArray[Any], chance: NDArray[np.uint32], fen: NDArray[np.int64]
    ) -> None:
        """Sum chance · money by hour and lever; of one agent, the weight comes in when read."""
        self._sum(measure, t, lever, (chance.astype(np.int64) * fen) >> MONEY_SHIFT)

    def _sum(self, measure: Expected, t: Hours, lever: NDArray[Any], mass: NDArray[np.int64]) -> None:
        """`t`: the hour of all rows, or of each."""
        first = t if isinstance(t, int) else int(t.min(initial=0))
        if len(lever) and first >= 0:
            add_at(self.mass[measure], (t, lever), mass)

    def note_usual(self, t: int, mass: int, searches: int) -> None:
        """Brand searches of the week before D1: what the index compares with. mass: chances, summed."""
        if -7 * 24 <= t < 0:
            self.usual_count += searches * self.weight
            self.usual_mass += mass

    def expected(self, measure: Expected) -> NDArray[np.float64]:
        """Hours × levers: expected events in people, or fen."""
        unit = 2.0 ** -(32 - MONEY_SHIFT) if measure in MONEY else 1.0 / CHANCE
        people: NDArray[np.float64] = self.mass[measure] * (unit * self.weight)
        return people

    def refunds(self) -> NDArray[np.float64]:
        """Ways × SKUs × platforms: fen expected to come back."""
        fen: NDArray[np.float64] = self.refund_mass.astype(np.float64)
        fen *= 2.0 ** -(32 - MONEY_SHIFT) * self.weight
        return fen

    def credited(self) -> NDArray[np.float64]:
        """Fen expected by the touch that reports can see; the last, without one, takes what they cannot."""
        paid = self.expected(Expected.PAID)
        seen: NDArray[np.float64] = (paid * self.tracked[:, None]).sum(axis=0)
        seen[-1] = paid.sum() - seen[:-1].sum()
        return seen

    def paid(self, first: int, last: int) -> list[float]:
        """Fen that people are expected to have paid in hours [first, last), by lever."""
        unit = 2.0 ** -(32 - MONEY_SHIFT) * self.weight
        return [unit * mass for mass in self.mass[Expected.PAID, first:last].sum(axis=0).tolist()]

    def copy(self) -> Tally:
        """A snapshot."""
        return Tally(
            self.weight, self.count.copy(), self.mass.copy(), self.refund_mass.copy(), self.visitors.copy(),
            self.tracked.copy(), self.entered.copy(), self.watched.copy(), self.usual_count, self.usual_mass,
        )  # fmt: skip
