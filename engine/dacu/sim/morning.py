"""Once a day at 04:00: stored interest and fatigue fade, households use up stock, and who is who is told anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.groups import leaving
from dacu.behaviour.interest import kept
from dacu.draws import Stream, bits32, chance_of
from dacu.levers.base import Channel
from dacu.people.blocks import AudienceBlock
from dacu.people.users import Flag
from dacu.sim.programme import promote
from dacu.sim.tally import Measure
from dacu.sim.world import World

HOUR = 4
NO_LEVER = -1
RECENT_DAYS = 4  # days after a visit in which habit may bring a person back


def fade(world: World) -> None:
    """Exact half-lives for one day, in whole parts."""
    users, facts = world.users, world.setting.behaviour.interest
    _scale(users.awareness, kept(facts.awareness_half_life, 1.0))
    _scale(users.consideration, kept(facts.consideration_half_life, 1.0))
    left = kept(facts.fatigue_half_life, 1.0)
    for channel in users.fatigue:
        _scale(channel, left)
    _scale(users.spend_30d, kept(30 * 0.6931471805599453, 1.0))


def _scale(column: NDArray[np.unsignedinteger], share: float) -> None:
    """Keep a share of a whole-number column, rounded down: parts of 2¹⁶, so no float rounding is involved."""
    wide = np.uint32 if column.itemsize == 2 else np.uint64  # which a product with 2¹⁶ fits
    parts = wide(round(share * 65536))
    tile = 1 << 16
    for start in range(0, len(column), tile):
        piece = column[start : start + tile]
        product = np.multiply(piece, parts, dtype=wide)
        piece[:] = np.right_shift(product, 16, out=product)


def restock_elsewhere(world: World) -> None:
    """An empty household buys elsewhere within days: otherwise need would drift to full within a purchase cycle."""
    users = world.users
    empty = np.flatnonzero(users.stocked_until <= world.t).astype(np.int32)
    rate = chance_of(world.setting.behaviour.people.restock_elsewhere)
    stocked = empty[bits32(world.key(Stream.RESTOCK), empty) < rate]
    users.stocked_until[stocked] = world.t + (users.born.cycle[stocked] * 24).astype(np.int32)


def tell_apart(world: World) -> None:
    """Bits of named audiences, and the lists that grow: followers, members, customers, recent visitors."""
    users, setting = world.users, world.setting
    for place, audience in enumerate(setting.audiences):
        bit = np.uint32(1 << (8 + place))
        inside = audience_mask(world, audience)
        users.audiences &= ~bit
        users.audiences[inside] |= bit
    promote(world)
    for number, fan_bit in world.fan_bits.items():
        fans = users.follows >> np.uint16(fan_bit) & np.uint16(1) != 0
        world.lists[number] = np.flatnonzero(fans).astype(np.int32)
    if world.member_list >= 0:
        world.lists[world.member_list] = np.flatnonzero(users.flags & Flag.MEMBER).astype(np.int32)
    world.customers = np.flatnonzero(users.flags & Flag.ALIVE).astype(np.int32)
    world.recent = np.flatnonzero(users.visited >= world.t // 24 - RECENT_DAYS).astype(np.int32)


def audience_mask(world: World, audience: AudienceBlock) -> NDArray[np.bool_]:
    """Who belongs to a named audience now."""
    users, names = world.users, world.setting.persona_names
    inside = np.ones(len(users), np.bool_)
    personas = audience.personas
    if personas:
        rows = [names.index(name) for name in personas]
        inside &= np.isin(users.born.persona, rows)
    inside &= _bought(world, audience.bought)
    member = audience.member
    if member is not None:
        inside &= (users.flags & Flag.MEMBER != 0) == member
    return inside


def _bought(world: World, selector: str | None) -> NDArray[np.bool_]:
    users, loyalty = world.users, world.setting.behaviour.loyalty
    days = (world.t - users.last_order.astype(np.int64)) / 24
    ever = users.orders > 0
    match selector:
        case "never":
            return ~ever
        case "ever":
            return ever
        case "active":
            return ever & (days <= loyalty.dormant_days)
        case "dormant":
            return ever & (days > loyalty.dormant_days) & (days <= loyalty.churned_days)
        case _:
            return np.ones(len(users), np.bool_)


def leave_groups(world: World) -> None:
    """Members leave at a hazard that grows with yesterday's pushes, and at one that grows with its moments."""
    if world.member_list < 0:
        return
    behaviour, users = world.setting.behaviour, world.users
    tiring = (Channel.PRIVATE, Channel.MOMENTS)
    hazard = sum(leaving(behaviour, _yesterday(world, channel)) for channel in tiring)
    members = world.lists[world.member_list]
    gone = members[bits32(world.key(Stream.UNSUBSCRIBE), members) < chance_of(hazard)]
    users.flags[gone] &= np.uint8(0xFF ^ Flag.MEMBER)


def _yesterday(world: World, channel: Channel) -> int:
    """Pushes or posts of a channel in the last 24 hours."""
    rows = zip(world.setting.levers, world.state, strict=True)
    hours = [hour for row, state in rows if row.lever.channel is channel for hour in state.get("hours", ())]
    return sum(1 for hour in hours if world.t - 24 <= hour < world.t)


def new_day(world: World) -> None:
    """At midnight: budgets and frequency caps start afresh, and who came with a coupon yesterday is counted."""
    if world.t > 0:
        came = (world.users.visited == world.t // 24 - 1) & (world.users.claimed != 0)
        world.guests = np.flatnonzero(came).astype(np.int32)
        people = len(world.guests) * world.setting.weight
        world.tally.add_people(Measure.COUPON_VISITORS, world.t - 1, NO_LEVER, people)
    world.spent_today[:] = 0
    for column in world.seen_today.values():
        column[:] = 0
