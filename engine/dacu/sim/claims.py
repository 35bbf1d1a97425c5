"""Coupons change hands: claimed where a plan offers them, sent to people the shop can reach, refused by its guard.

A person gets a coupon once in a run; a bargain hunter gets it on each of several accounts.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import logistic
from dacu.clock.hours import HOURS_A_DAY
from dacu.draws import Stream, bits32, chance, chance_of
from dacu.ledger import Account
from dacu.people.users import Flag
from dacu.shop.offers import Claim, Offer
from dacu.sim.deliver import charge
from dacu.sim.pricing import coupon_bits
from dacu.sim.tally import Measure
from dacu.sim.world import World

I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
FAR = 2**30  # hour after which no coupon ends
MOST_COPIES = 255


def claim(world: World, users: I32, slot: NDArray[np.uint8], platform: NDArray[np.uint8], where: Claim) -> None:
    """Coupons on offer are claimed once a person and campaign, by affinity and face value, until none is left.

    The draw has no hour in its key: whoever lets a coupon go by once always does.
    """
    for bit in coupon_bits(world):
        rule = world.offers.rules[bit]
        if rule.claimed_at is not where or world.offers.left[bit] == 0:
            continue
        open_slots = int(world.offers.slots_open(world.t)[bit])
        if not open_slots:
            continue
        may = (open_slots >> slot.astype(np.int64)) & 1 != 0
        if rule.platform >= 0:
            may &= platform == rule.platform
        may &= _wanted(world, bit, users)
        _hand_out(world, bit, _takers(world, bit, np.unique(users[may])))


def send(world: World) -> None:
    """Coupons that are sent reach customers and members of their audience once, at the hour of day of their start."""
    for bit in coupon_bits(world):
        rule = world.offers.rules[bit]
        if rule.claimed_at is not Claim.SENT or world.offers.left[bit] == 0 or not _posts_now(rule, world.t):
            continue
        known = (world.users.orders > 0) | (world.users.flags & Flag.MEMBER != 0)
        if rule.platform >= 0:
            known &= world.users.born.platforms >> np.uint8(rule.platform) & np.uint8(1) != 0
        users = np.flatnonzero(known).astype(np.int32)
        got = _hand_out(world, bit, users[_wanted(world, bit, users)])
        lever, people = world.setting.offer_lever[bit], len(got) * world.setting.weight
        charge(world, lever, people * rule.message_cost, 2**62, Account.MESSAGES)
        world.tally.add_people(Measure.MESSAGES, world.t, lever, people)


def _posts_now(rule: Offer, t: int) -> bool:
    """A window is open, and this is the hour of the day at which it opened."""
    return any(
        int(window.start // 1) <= t < window.end and (t - int(window.start // 1)) % HOURS_A_DAY == 0
        for window in rule.windows
    )


def _wanted(world: World, bit: int, users: I32) -> NDArray[np.bool_]:
    """Who is in a coupon's audience and has neither had it nor been refused."""
    audience = world.offers.rules[bit].audience
    had = world.users.claimed[users]
    if len(world.users.refused):
        had = had | world.users.refused[users]
    wanted: NDArray[np.bool_] = had >> np.uint32(bit) & np.uint32(1) == 0
    if audience:
        wanted &= world.users.audiences[users] & np.uint32(audience) != 0
    return wanted


def _takers(world: World, bit: int, users: I32) -> I32:
    """Who takes a coupon that is shown."""
    behaviour, rule = world.setting.behaviour.coupon, world.offers.rules[bit]
    affinity = world.setting.coupon_taste[world.users.born.persona[users]]
    face = max(step.off for step in rule.steps) / world.goods.category_price
    utility = affinity * np.float32(behaviour.claim_affinity)
    utility += np.float32(behaviour.claim + behaviour.claim_face * face)
    draw = bits32(world.setting.seed.key(Stream.CLAIM, ordinal=int(world.setting.offer_hash[bit])), users)
    return users[draw < chance(logistic(0.5, utility))]


def _hand_out(world: World, bit: int, users: I32) -> I32:
    """Give a coupon to people whom the guard lets pass, while there are any; returns who got it."""
    users = _past_guard(world, bit, users)
    copies = _ration(world, bit, users, _copies(world, bit, users))
    users, copies = users[copies > 0], copies[copies > 0]
    if world.offers.left[bit] >= 0:
        world.offers.left[bit] -= int(copies.sum()) * world.setting.weight
    world.users.held[users] |= np.uint32(1 << bit)
    world.users.claimed[users] |= np.uint32(1 << bit)
    world.coupons_left[bit][users] = copies
    world.coupon_until[bit][users] = min(world.t + world.offers.rules[bit].valid_h, FAR)
    _count(world, Measure.CLAIMS, bit, copies)
    return users


def _copies(world: World, bit: int, users: I32) -> I64:
    """Coupons that each would get: the limit a person, on each of a bargain hunter's accounts."""
    hunter = world.users.flags[users] & Flag.BARGAIN != 0
    accounts = np.where(hunter, int(world.setting.behaviour.coupon.accounts), 1)
    copies: I64 = np.minimum(accounts * max(world.offers.rules[bit].per_user, 1), MOST_COPIES).astype(np.int64)
    return copies


def _past_guard(world: World, bit: int, users: I32) -> I32:
    """Whom the guard lets pass. It knows bargain hunters fairly well, and takes some others for them.

    Like a claim's, the draw has no hour in its key: whoever is refused stays refused.
    """
    strength, facts = world.setting.shop.abuse_guard, world.setting.behaviour.coupon
    if not strength:
        return users
    hunter = world.users.flags[users] & Flag.BARGAIN != 0
    limits = np.where(hunter, chance_of(facts.guard_hunter * strength), chance_of(facts.guard_other * strength**2))
    key = world.setting.seed.key(Stream.CLAIM_GUARD, ordinal=int(world.setting.offer_hash[bit]))
    refused = bits32(key, users) < limits
    world.users.refused[users[refused]] |= np.uint32(1 << bit)
    copies = _copies(world, bit, users)
    _count(world, Measure.BLOCKED_CLAIMS, bit, copies[refused])
    _count(world, Measure.FALSE_BLOCKS, bit, copies[refused & ~hunter])
    return users[~refused]


def _ration(world: World, bit: int, users: I32, copies: I64) -> I64:
    """What each gets of the coupons left: bargain hunters come first, the others in the order of a draw."""
    left = int(world.offers.left[bit]) // world.setting.weight
    if world.offers.left[bit] < 0 or int(copies.sum()) <= left:
        return copies
    late = world.users.flags[users] & Flag.BARGAIN == 0
    order = np.lexsort((bits32(world.key(Stream.RATION, int(world.setting.offer_hash[bit])), users), late))
    before = np.cumsum(copies[order]) - copies[order]
    granted = np.zeros_like(copies)
    granted[order] = np.clip(left - before, 0, copies[order])
    return granted


def _count(world: World, measure: Measure, bit: int, copies: I64) -> None:
    people = int(copies.sum()) * world.setting.weight
    world.tally.add_people(measure, world.t, world.setting.offer_lever[bit], people)


def use_up(world: World, users: I32, used: NDArray[np.uint32]) -> None:
    """Take the coupons that paid orders used out of their buyers' hands; one more of a kind stays held."""
    for bit, left in world.coupons_left.items():
        spent = users[used & np.uint32(1 << bit) != 0]
        if not len(spent):
            continue
        left[spent] -= np.uint8(1)
        world.users.held[spent[left[spent] == 0]] &= np.uint32(0xFFFFFFFF ^ (1 << bit))
