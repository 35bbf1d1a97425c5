"""The service desk: how long a question waits for a human answer. M/M/c each hour, and a backlog.

| name | meaning |
|---|---|
| `erlang_c(servers, load) -> float` | chance to wait; load in Erlang, below `servers` |
| `contacts(operations, carts, orders, late, returns) -> (float, float)` | contacts an hour before and after the sale |
| `Desk(seats, handle_s, shift)` | one group of seats; seats None: everyone is answered at once |
| `Desk.answer(operations, hour, contacts, backlog) -> Reply` | one hour of human contacts (the bot's share taken off) |
| `Reply.wait` | mean wait W for a human, s |
| `Reply.backlog` | contacts carried into the next hour |
| `Reply.within(seconds) -> float` | share answered by then |
| `Reply.gave_up(patience_s) -> float` | share whose exponential patience ends before the answer |
| `mean_reply(bot_share, bot_s, wait) -> float` | mean first reply, bot included, s |
| `reply_utility(operations, wait) -> float` | log hazard of buying that slow answers take off (V_srv) |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from dacu.behaviour.coefficients import Operations
from dacu.behaviour.scalars import exp64, log64
from dacu.shop.shifts import Shift

SECONDS = 3600
_MIDDLE = 0.5  # contacts come in the middle of their hour, on average


def erlang_c(servers: int, load: float) -> float:
    """Chance that an arrival finds all servers busy (Erlang 1917), by the stable recursion of Erlang's B.

    `load` (arrivals × handling time) is below `servers`.
    """
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return servers * blocked / (servers - load * (1.0 - blocked))


def contacts(operations: Operations, carts: float, orders: float, late: float, returns: float) -> tuple[float, float]:
    """(questions before the sale and about orders, cases after it): late parcels and returns are the cases."""
    before = operations.contact_cart * carts + operations.contact_order * orders
    return before, operations.contact_late * late + operations.contact_return * returns


class Reply(NamedTuple):
    """How an hour's human contacts were answered.

    delay: s that everyone waits, for the backlog and for the shift to begin. chance: of a wait beyond that; such waits
    are exponential with `drain` per hour. backlog: contacts left for the next hour.
    """

    delay: float
    chance: float
    drain: float
    backlog: float

    @property
    def wait(self) -> float:
        """Mean wait, s."""
        return self.delay + (SECONDS * self.chance / self.drain if self.chance else 0.0)

    def within(self, seconds: float) -> float:
        """Share answered within so many seconds."""
        left = seconds - self.delay
        return 0.0 if left < 0 else 1.0 - self.chance * exp64(-self.drain * left / SECONDS)

    def gave_up(self, patience: float) -> float:
        """Share that leaves unanswered when patience is exponential with that mean, s; leaving shortens no queue.

        Garnett, Mandelbaum & Reiman (2002) let who leaves free the seats; here the wait is M/M/c's, an upper bound.
        """
        further = self.chance / (1.0 + self.drain * patience / SECONDS)
        stayed = exp64(-self.delay / patience) * (1.0 - further)
        # with rate r and mean patience p: E e^(−W/p) = e^(−delay/p)·(1 − C + C·rp/(1 + rp))
        return 1.0 - stayed


@dataclass(frozen=True)
class Desk:
    """Seats that answer alike, each `handle_s` seconds a contact, while the shift lasts."""

    seats: int | None
    handle_s: float
    shift: Shift

    def answer(self, operations: Operations, hour: int, contacts: float, backlog: float) -> Reply:
        """An hour's contacts for humans, after those carried over.

        Up to a load of `load_cap` the hour is steady; what exceeds the seats is carried, so the wait never falls as the
        load rises. Out of shift everything is carried, and waits for it to begin.
        """
        if self.seats is None:
            return Reply(0.0, 0.0, 1.0, 0.0)
        can = self.seats * SECONDS / self.handle_s
        away = self.shift.until_open(hour)
        if away:
            carried = backlog + contacts
            return Reply(SECONDS * (away - _MIDDLE + carried / can), 0.0, 1.0, carried)
        carried = max(0.0, backlog + contacts - can)
        steady = min(contacts, operations.load_cap * can)
        chance = erlang_c(self.seats, steady * self.handle_s / SECONDS)
        return Reply(SECONDS * carried / can, chance, can - steady, carried)


def mean_reply(bot_share: float, bot_s: float, wait: float) -> float:
    """Mean first reply in seconds, the bot's answers included."""
    return bot_share * bot_s + (1.0 - bot_share) * wait


def reply_utility(operations: Operations, wait: float) -> float:
    """What a mean human wait (s) takes off the log hazard of purchase, over those who ask first and the rest."""
    units = max(0.0, wait - operations.wait_from) / operations.wait_unit
    kept = exp64(-operations.wait_utility * min(operations.wait_most, units))
    return -log64(1.0 - operations.ask * (1.0 - kept))
