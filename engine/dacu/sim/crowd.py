"""What is read and written of some people at once: their state as numbers, stocks that rise, reach, touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import person_appeal
from dacu.behaviour.groups import roles
from dacu.behaviour.interest import VIEW, gain, match, need, parts, stock
from dacu.draws import Stream, bits32, chance_of, uniform
from dacu.ledger import Account
from dacu.people.users import Flag
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
MOST_PARTS = 65535


@dataclass(frozen=True)
class Mind:
    """State of some people as decisions read it, each column one value a person."""

    awareness: F32
    consideration: F32
    trust: F32
    need: F32

    @classmethod
    def of(cls, world: World, users: I32) -> Mind:
        """Read the columns of these people."""
        columns = world.users
        return cls(
            stock(columns.awareness[users]),
            stock(columns.consideration[users]),
            stock(columns.trust[users]),
            need_of(world, users),
        )

    def appeal(self, world: World) -> F32:
        """Their part of click utility."""
        return person_appeal(world.setting.behaviour, self.awareness, self.consideration, self.need)


def need_of(world: World, users: I32) -> F32:
    """Category need of these people now."""
    return need(world.users.stocked_until[users], world.users.born.cycle[users], world.t)


def match_goods(world: World, users: I32) -> F32:
    """SKUs × people: interest match with each SKU; goods that share topics share it."""
    topics, which = world.goods.topics
    interests = world.users.born.interests[:, users]
    return np.stack([match(interests, topic) for topic in topics])[which]


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


def raise_stock(column: NDArray[np.uint16], users: I32, closed: F32) -> None:
    """Close a share of each person's gap to a full stock; a person in several rows gains by each in turn."""
    for rows in rounds(users):
        who = users[rows]
        column[who] = parts(gain(stock(column[who]), 1 - closed[rows]))


def tire(world: World, channel: int, users: I32, views: NDArray[np.int64]) -> None:
    """Add views to the fatigue of a channel."""
    column = world.users.fatigue[channel]
    for rows in rounds(users):
        who = users[rows]
        seen = column[who] + views[rows] * VIEW
        column[who] = np.minimum(seen, MOST_PARTS).astype(np.uint16)


def reach(world: World, users: I32, levers: NDArray[np.integer]) -> None:
    """Note who was reached by which line."""
    bits = np.array([1 << row.reach_bit for row in world.setting.levers], np.uint32)
    np.bitwise_or.at(world.users.reached, users, bits[levers])


def join(world: World, users: I32, share: float, where: int) -> None:
    """Some of the people who come by join the private domain, if the shop has one; `where` tells occasions apart."""
    if not world.setting.has_members:
        return
    lever, invitation = world.setting.invitation
    outside = np.unique(users[world.users.flags[users] & Flag.MEMBER == 0])
    joined = outside[bits32(world.key(Stream.JOIN, where), outside) < chance_of(share * invitation.factor)]
    world.users.flags[joined] |= np.uint8(Flag.MEMBER)
    gifts = invitation.fen * len(joined) * world.setting.weight
    if gifts and world.booked:
        world.ledger.book_entry(world.t, Account.GIFT, gifts, lever=lever)


def roles_of(world: World, users: I32) -> NDArray[np.uint8]:
    """Role of each in the group, should they be in it: drawn once and for all."""
    draw = uniform(world.setting.seed.key(Stream.GROUP_ROLE), users)
    return roles(world.setting.behaviour, draw.astype(np.float32))


def touch(world: World, users: I32, slot: NDArray[np.integer], levers: NDArray[np.integer]) -> None:
    """Remember the last touch of each person; of several in one hour the later row counts."""
    world.users.touch_lever[users] = levers
    world.users.touch_slot[users] = world.t * 12 + slot.astype(np.int32)
