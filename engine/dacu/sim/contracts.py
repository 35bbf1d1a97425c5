"""Contracts at the end of a run: what a lever sold and cost, and what creators are owed (identity I8)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from dacu.columns import totals_by
from dacu.errors import Finding
from dacu.language.paths import join_path
from dacu.ledger import HOURS_A_DAY, SLOTS_AN_HOUR, Account
from dacu.levers.base import Place, Sales
from dacu.levers.contract import brackets, to_fen
from dacu.levers.kol import Creator
from dacu.levers.live import LiveRoom
from dacu.sim.world import Setting, World
from dacu.units import Moment


class LeverBooks:
    """Implements `levers.base.Books` for one lever: the orders it sold, and what it costs."""

    def __init__(self, world: World, lever: int) -> None:
        self._world, self._lever = world, lever
        self._rooms = rooms_of(world.setting, lever)

    def sold(self, where: Place, first: float = -math.inf, last: float = math.inf) -> Sales:
        """Sales of orders paid in hours [first, last)."""
        lines, entries = self._world.ledger.lines, self._world.ledger.entries
        inside = np.isin(lines["room"], self._rooms)
        mine = inside if where == "room" else (lines["lever"] == self._lever) & ~inside
        if where == "either":
            mine = mine | inside
        hour = lines["slot"] // SLOTS_AN_HOUR
        mine = mine & (first <= hour) & (hour < last)
        paid = int(lines["paid"][mine].sum())
        back = (entries["account"] == Account.REFUND) & np.isin(entries["order"], lines["order"][mine])
        return Sales(paid, paid - int(entries["fen"][back].sum()))

    def cost(self, accounts: Sequence[Account]) -> int:
        """Fen booked so far on this lever and the rooms it hosts."""
        return self._spent([self._lever, *self._rooms], accounts)

    @property
    def ads(self) -> int:
        """Fen spent by budget lines that land on the rooms it hosts."""
        levers = self._world.setting.levers
        rooms = {levers[room].path for room in self._rooms}
        return self._spent(
            [line for line, row in enumerate(levers) if room_path(getattr(row.lever, "lands_on", None)) in rooms],
            [Account.MEDIA],
        )

    def _spent(self, levers: Sequence[int], accounts: Sequence[Account]) -> int:
        entries = self._world.ledger.entries
        rows = np.isin(entries["lever"], levers) & np.isin(entries["account"], accounts)
        return int(entries["fen"][rows].sum())

    @property
    def shows(self) -> tuple[float, float]:
        """Hours of the first and the last show; an extra show is none of them."""
        return _shows(self._world.setting, self._lever)

    @property
    def end(self) -> int:
        """The last hour."""
        return self._world.setting.calendar.end_hour - 1

    def charge(self, account: Account, fen: int, hour: int) -> None:
        """Book a cost."""
        if fen:
            self._world.ledger.book_entry(hour, account, fen, lever=self._lever)


def rooms_of(setting: Setting, lever: int) -> list[int]:
    """Levers of the rooms that a lever is, or hosts."""
    path = setting.levers[lever].path
    rooms = zip(setting.rooms, setting.room_levers, strict=True)
    return [row for room, row in rooms if lever == row or room.host == path]


def _shows(setting: Setting, lever: int) -> tuple[float, float]:
    hours = [setting.calendar.hour(moment) for moment in getattr(setting.levers[lever].lever, "posts", ())]
    own = rooms_of(setting, lever)
    for room, row in zip(setting.rooms, setting.room_levers, strict=True):
        if row in own:
            hours += (room.sessions[:, 0] / SLOTS_AN_HOUR).tolist()
    return (min(hours), max(hours)) if hours else (0.0, 0.0)


def _extra_shows(setting: Setting) -> Iterator[tuple[int, int, Creator, float]]:
    """(room, lever of its host, host, hour at which the window closes) of each room with an extra show."""
    for number, room in enumerate(setting.rooms):
        if room.extra is None:
            continue
        lever = setting.by_path[room.host]
        host = setting.levers[lever].lever
        if isinstance(host, Creator) and host.guarantee is not None:
            yield number, lever, host, _shows(setting, lever)[1] + host.guarantee.window


def ill_timed_shows(setting: Setting) -> Iterator[Finding]:
    """Extra shows that begin before it is known whether they are owed, or do not end within the campaign."""
    end = setting.calendar.end_hour
    for number, _, _, closes in _extra_shows(setting):
        room = setting.rooms[number]
        first, last = room.extra or (0, 0)
        if first < closes * SLOTS_AN_HOUR or last > end * SLOTS_AN_HOUR:
            args = {"from": str(Moment(int(closes // HOURS_A_DAY) + 1, round(closes % HOURS_A_DAY * 60))),
                    "to": str(end // HOURS_A_DAY)}  # fmt: skip
            yield Finding("extra_show_ill_timed", path=f"{room.path}.extra_show", args=args)


def owe_shows(world: World) -> None:
    """In the hour in which a guarantee's window closes: whoever missed it owes the extra show."""
    for number, lever, host, closes in _extra_shows(world.setting):
        if world.t == math.ceil(closes) and host.guarantee is not None:
            world.extra_shows[number] = host.guarantee.missed(*host.at_stake(LeverBooks(world, lever)))


def room_path(target: str | None) -> str:
    """The scenario path of the room that clicks land on, "" for the shop."""
    name = (target or "").removeprefix("live.")
    return join_path(("live", name)) if name != (target or "") else ""


def owed(world: World) -> dict[tuple[int, Account], int]:
    """Fen by (lever, account) that contracts come to when each order is taken in turn.

    Commission: each order's kept money lies somewhere on the scale of brackets, after that of the orders before it.
    Make-good: the base less what each counted order covers of it, until it is covered.
    """
    due: dict[tuple[int, Account], int] = {}
    for lever, row in enumerate(world.setting.levers):
        if isinstance(row.lever, Creator | LiveRoom):
            place: Place = "room" if isinstance(row.lever, LiveRoom) else "touch"
            due[lever, Account.COMMISSION] = to_fen(_commission(world, lever, place))
        if isinstance(row.lever, Creator) and row.lever.active and row.lever.guarantee:
            due[lever, Account.GUARANTEE] = -_make_good(world, lever, row.lever)
    return due


def _commission(world: World, lever: int, place: Place) -> Fraction:
    block = world.setting.levers[lever].lever
    scale = brackets(getattr(block, "commission", 0.0))
    total, before = Fraction(0), 0
    for _, _, kept in _orders(world, lever, place):
        after = before + kept
        total += sum((part.rate * (part.holds(after) - part.holds(before)) for part in scale), Fraction(0))
        before = after
    return total


def _make_good(world: World, lever: int, creator: Creator) -> int:
    """The base less its part that sales cover: each yuan of the target covers base ÷ target."""
    promise, books = creator.guarantee, LeverBooks(world, lever)
    if promise is None or promise.remedy == "extra_show":
        return 0
    first, last = books.shows
    base, _ = creator.at_stake(books)
    target, left = promise.target(base), Fraction(base)
    for hour, paid, kept in _orders(world, lever, "either"):
        if first <= hour < last + promise.window:
            left -= (paid if promise.basis == "paid" else kept) * base / target
    return to_fen(max(left, Fraction(0)))


def _orders(world: World, lever: int, place: Place) -> Iterator[tuple[int, int, int]]:
    """(hour, fen paid, fen kept) of each order that a lever sold, in the order of their numbers."""
    lines, entries = world.ledger.lines, world.ledger.entries
    inside = np.isin(lines["room"], rooms_of(world.setting, lever))
    touched = lines["lever"] == lever
    mine = {"room": inside, "touch": touched & ~inside, "either": touched | inside}[place]
    order, first, row = np.unique(lines["order"][mine], return_index=True, return_inverse=True)
    paid = totals_by(row, lines["paid"][mine], len(order))
    refunds = (entries["account"] == Account.REFUND) & np.isin(entries["order"], order)
    back = totals_by(np.searchsorted(order, entries["order"][refunds]), entries["fen"][refunds], len(order))
    hour = lines["slot"][mine][first] // SLOTS_AN_HOUR
    yield from zip(hour.tolist(), paid.tolist(), (paid - back).tolist(), strict=True)
