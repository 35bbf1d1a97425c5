"""What is read and written of some people at once: their state as numbers, stocks that rise, fatigue, touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import person_appeal
from dacu.behaviour.coefficients import Views
from dacu.behaviour.groups import roles
from dacu.behaviour.interest import VIEW, gain, match_of, need, parts, stock
from dacu.draws import Stream, bits32, chance_of, uniform
from dacu.kernels import kernel
from dacu.ledger import Account
from dacu.people.users import Flag, Users
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
U16: TypeAlias = NDArray[np.uint16]
MOST_PARTS = 65535


@dataclass(frozen=True)
class Mind:
    """State of some people as decisions read it, each column one value a person."""

    awareness: F32
    consideration: F32
    trust: F32
    need: F32


class People(NamedTuple):
    """Columns of all people that decisions in the shop read; explained in people/users.py."""

    persona: NDArray[np.uint8]
    interests: NDArray[np.int8]
    price_sense: F32
    spend_cap: F32
    cycle: F32
    flags: NDArray[np.uint8]
    awareness: U16
    consideration: U16
    trust: U16
    ref_price: U16
    stocked_until: I32
    spend_30d: NDArray[np.uint32]
    cart_flags: NDArray[np.uint8]

    @classmethod
    def of(cls, users: Users) -> People:
        """The columns as they are: no copy."""
        born = users.born
        return cls(
            born.persona, born.interests, born.price_sense, born.spend_cap, born.cycle, users.flags, users.awareness,
            users.consideration, users.trust, users.ref_price, users.stocked_until, users.spend_30d, users.cart_flags,
        )  # fmt: skip

    def minds(self, users: I32, hour: int) -> Mind:
        """State of some."""
        return Mind(
            stock(self.awareness[users]), stock(self.consideration[users]), stock(self.trust[users]),
            need(self.stocked_until[users], self.cycle[users], hour),
        )  # fmt: skip


def appeal_of(world: World, users: I32, needs: F32) -> tuple[F32, F32]:
    """The person's part of click utility, and consideration. needs: of these people."""
    columns = world.users
    return read_appeal(world.setting.behaviour.views, users, columns.awareness, columns.consideration, needs)


@kernel
def read_appeal(behaviour: Views, users: I32, awareness: U16, consideration: U16, needs: F32) -> tuple[F32, F32]:
    """The person's part of click utility, and consideration, from the columns of all."""
    considers = stock(consideration[users])
    return person_appeal(behaviour, stock(awareness[users]), considers, needs), considers


def need_of(world: World, users: I32) -> F32:
    """Category need of these people now."""
    return read_need(users, world.users.stocked_until, world.users.born.cycle, world.t)


@kernel
def read_need(users: I32, stocked_until: I32, cycle: F32, hour: int) -> F32:
    """Category need of some people, from the columns of all."""
    return need(stocked_until[users], cycle[users], hour)


def match_each(interests: NDArray[np.int8], users: I32, topics: F32, topic: NDArray[np.int64]) -> F32:
    """SKUs × people: interest match. topics: the different vectors, a row each; topic: the row of each SKU."""
    return np.stack([match_of(interests, users, vector) for vector in topics])[topic]


def rounds(users: NDArray[np.integer]) -> list[NDArray[np.int64]]:
    """Rows in rounds, in each of which every person stands at most once; order within a person is kept."""
    if len(users) < 2:
        return [np.arange(len(users))] if len(users) else []
    order = np.argsort(users, kind="stable")
    ordered = users[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    if len(first) == len(users):
        return [np.arange(len(users))]
    rank = np.arange(len(users)) - np.repeat(first, np.diff(np.append(first, len(users))))
    return [order[rank == turn] for turn in range(int(rank.max()) + 1)]


@kernel
def raise_stock(column: NDArray[np.uint16], users: I32, closed: F32) -> None:
    """Close a share of each person's gap to a full stock; a person in several rows gains by each in turn."""
    for rows in rounds(users):
        who = users[rows]
        column[who] = parts(gain(stock(column[who]), 1 - closed[rows]))


def tire(
    fatigue: NDArray[np.uint16], row_of: NDArray[np.int64], placement: NDArray[np.int16], users: I32,
    views: NDArray[np.int64],
) -> None:  # fmt: skip
    """Add views to the fatigue of their channels. row_of: of each placement's channel in `fatigue`, −1: none."""
    for row, column in enumerate(fatigue):
        tired = np.flatnonzero(row_of[placement] == row)
        for turn in rounds(users[tired]):
            rows = tired[turn]
            who = users[rows]
            column[who] = np.minimum(column[who] + views[rows] * VIEW, MOST_PARTS).astype(np.uint16)


def join(world: World, users: I32, share: float, where: int) -> None:
    """Some of the people who come by join the private domain, if the shop has one; `where` tells occasions apart."""
    if not world.setting.has_members:
        return
    lever, invitation = world.setting.invitation
    joined = become_members(
        world.key(Stream.JOIN, where), world.users.flags, users, chance_of(share * invitation.factor)
    )
    gifts = invitation.fen * joined * world.setting.weight
    if gifts and world.booked:
        world.ledger.book_entry(world.t, Account.GIFT, gifts, lever=lever)


@kernel
def become_members(key: np.uint64, flags: NDArray[np.uint8], users: I32, chance: np.uint32) -> int:
    """Some of those who are no members become members; how many. flags: of all people."""
    outside = users[flags[users] & Flag.MEMBER == 0]
    joined = np.unique(outside[bits32(key, outside) < chance])
    flags[joined] |= np.uint8(Flag.MEMBER)
    return len(joined)


def roles_of(world: World, users: I32) -> NDArray[np.uint8]:
    """Role of each in the group, should they be in it: drawn once and for all."""
    draw = uniform(world.setting.seed.key(Stream.GROUP_ROLE), users)
    return roles(world.setting.behaviour, draw.astype(np.float32))


def touch(world: World, users: I32, slot: NDArray[np.integer], levers: NDArray[np.integer]) -> None:
    """Remember the last touch of each person; of several in one hour the later row counts."""
    world.users.touch_lever[users] = levers
    world.users.touch_slot[users] = world.t * 12 + slot.astype(np.int32)
