"""The crowd as columns: a row is an agent, its number is its identity, rows are never sorted.

Born columns are drawn once and read-only, so runs of equal people, behaviour and seed share them. Moving columns are
what a run changes; `copy()` copies those alone. At six fatigue channels both together take 95 bytes an agent.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntFlag
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.floats import as_single

U8: TypeAlias = NDArray[np.uint8]
U16: TypeAlias = NDArray[np.uint16]
U32: TypeAlias = NDArray[np.uint32]
I8: TypeAlias = NDArray[np.int8]
I16: TypeAlias = NDArray[np.int16]
I32: TypeAlias = NDArray[np.int32]
F32: TypeAlias = NDArray[np.float32]

TOPICS = 8
ROLES = 3  # reference prices: traffic, profit, image goods
NO_CART = -1
LONG_AGO = -(2**30)  # hour or slot of what never happened
REFERENCE = 32768  # parts of a reference price equal to market value


class Flag(IntFlag):
    """Bits of `flags`."""

    ALIVE = 1  # still a customer who may come back (MBG/NBD)
    MEMBER = 2  # private-domain member
    VISITED = 4  # came to the shop in the reported part of the run
    BOUGHT = 8  # ordered in the reported part of the run
    BARGAIN = 16  # buys at deep discounts only
    CHECKED_IN = 32  # on the day of the last visit


def having(flags: NDArray[np.unsignedinteger[Any]], flag: np.unsignedinteger[Any]) -> F32:
    """1 where a flag is set, else 0."""
    has: F32 = as_single(flags & flag != 0)
    return has


class CartFlag(IntFlag):
    """High bits of `cart_flags`; the low four bits are the platform of the cart."""

    DIRECT = 16
    CHANNEL = 32  # made after a click on a medium


@dataclass(frozen=True)
class Born:
    """What a person is. interests: topics × agents, unit vectors in parts,
    a person's eight side by side in memory; the others one value an agent."""

    persona: U8
    pace: U8  # class of 256: sessions an hour
    repeat: U8  # class of 256: repeat rate of a customer
    dropout: U8  # class of 256: chance that an order is the last
    platforms: U8  # bits of the platforms used
    interests: I8
    price_sense: F32  # price sensitivity of the purchase hazard
    spend_cap: F32  # yuan for this category in 30 days
    cycle: F32  # days between purchases in this category


@dataclass
class Users:
    """Born columns and the moving ones."""

    born: Born
    flags: U8
    awareness: U16
    consideration: U16
    trust: U16
    satisfaction: U16
    fatigue: U16  # channels × agents, parts of 1/256 view
    ref_price: U16  # roles × agents, parts of 1/32,768 of market value
    stocked_until: I32  # hour at which the household's stock runs out
    last_order: I32
    orders: U16
    spend_30d: U32  # fen, exponential memory of 30 days
    cart_sku: I16
    cart_slot: I32
    cart_flags: U8
    held: U32  # bits of claimed coupons
    touch_lever: I16
    touch_slot: I32
    audiences: U32  # bits of named audiences
    reached: U32  # bits of reach groups
    visited: I16  # day of the last visit
    follows: U16  # bits of own accounts and rooms
    claimed: U32  # bits of coupons claimed in this run
    priced: U8  # day (modulo 256) on which a price last sank in
    level: U8  # of the membership programme; this and the next two are empty without one
    points: U32
    spend_year: U32  # fen within a year
    refused: U32  # bits of coupons that the guard refused; empty without a guard

    def __len__(self) -> int:
        return len(self.flags)

    def copy(self) -> Users:
        """A snapshot: moving columns copied, born columns shared."""
        moving = {f.name: getattr(self, f.name).copy() for f in fields(self) if f.name != "born"}
        return replace(self, **moving)

    def lock(self, writable: frozenset[str]) -> None:
        """Let only the named columns be written; a debug run calls this before each step."""
        for f in fields(self):
            if f.name != "born":
                getattr(self, f.name).setflags(write=f"users.{f.name}" in writable)

    def bytes_per_agent(self) -> dict[str, float]:
        """Memory of each column, bytes an agent."""
        columns: dict[str, Any] = {f.name: getattr(self.born, f.name) for f in fields(self.born)}
        columns |= {f.name: getattr(self, f.name) for f in fields(self) if f.name != "born"}
        return {name: column.nbytes / max(1, len(self)) for name, column in columns.items()}


OPTIONAL = frozenset({"visited", "follows", "claimed", "priced", "refused", "level", "points", "spend_year"})
"""Columns beside the born and moving ones that a shop without rooms, accounts and habit would not need."""
