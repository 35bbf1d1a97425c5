"""Live rooms: twelve five-minute steps an hour for the people in a room and those it draws in.

People come as followers (notified at the start), as paid or recommended entries, and as members whom a push sends.
How long each stays is drawn at the door: a bounce, or a Weibull with negative ageing (Liu, White & Dumais 2010). The
hazard of a purchase falls with the steps already spent: the first look decides.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import (
    EFFECTIVE_SECONDS,
    bounce,
    dwell,
    glance,
    hazard,
    room_hazard,
    room_utility,
    too_dear,
)
from dacu.behaviour.coefficients import Live, Watching
from dacu.behaviour.interest import exposure_gain, match_of
from dacu.behaviour.maths import exp32, log32
from dacu.behaviour.quantiles import race
from dacu.behaviour.scalars import exp64, log64, one_minus_exp64, poisson
from dacu.draws import Stream, bits32, chance, chance_of, uniform, uniform_one
from dacu.kernels import kernel
from dacu.ledger import LineFlag
from dacu.levers.room import Room
from dacu.people.users import NO_CART, Flag, having
from dacu.shop.offers import Claim
from dacu.sim.claims import claim
from dacu.sim.crowd import People, join, match_each, raise_stock, touch
from dacu.sim.decide import Asking, Buyers, compose, credited, deadline, pieces
from dacu.sim.expect import Chances
from dacu.sim.now import Now, Visits
from dacu.sim.pricing import bills, eligible, paid_ahead
from dacu.sim.programme import standing
from dacu.sim.shelf import Shelf, shelf_of
from dacu.sim.tally import Measure
from dacu.sim.visit import log_of_reference, note_visits
from dacu.sim.world import World

Bools: TypeAlias = NDArray[np.bool_]
F32: TypeAlias = NDArray[np.float32]
I16: TypeAlias = NDArray[np.int16]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U8: TypeAlias = NDArray[np.uint8]
U16: TypeAlias = NDArray[np.uint16]
U32: TypeAlias = NDArray[np.uint32]
U64: TypeAlias = NDArray[np.uint64]
SLOTS = 12
SLOT_SECONDS = np.float32(300)
WITHIN = np.float32(0.999)  # of a step: who comes in does so before its end
VIEWERS = {
    "user": np.int32, "lever": np.int16, "came": np.float32, "leaves": np.float32, "match": np.float32,
    "sku": np.int16, "bought": np.bool_,
}  # fmt: skip
"""Columns of a room's viewers; came and leaves are slots, with fractions. match: of interests with the room's topic."""


def empty_room() -> dict[str, NDArray[Any]]:
    """A room with nobody in it."""
    return {name: np.empty(0, kind) for name, kind in VIEWERS.items()} | {
        "ordered": np.zeros(1, np.int64), "of": np.full(1, -1), "entered": np.empty(0, np.int32)
    }  # fmt: skip


def run_rooms(world: World, now: Now) -> None:
    """All rooms that are open in this hour."""
    invited = Invited.of([part for part in now.entries if len(part)])
    for number in range(len(world.setting.rooms)):
        room = world.room(number)
        sessions = room.sessions_at(world.t * SLOTS, (world.t + 1) * SLOTS)
        for slot, session in enumerate(sessions):
            if session >= 0:
                _step(world, now, invited, number, room, session, slot)
        if sessions[-1] < 0:
            world.rooms[number] = empty_room()


def _key(world: World, number: int, stream: Stream, step: int = 0) -> np.uint64:
    """The key of a stream in one room and step: rooms open at the same time share no draw."""
    return world.key(stream, int(world.setting.levers[world.setting.room_levers[number]].hash) ^ step)


class Invited(NamedTuple):
    """People whom levers send into rooms in this hour."""

    user: I32
    slot: U8
    lever: I16
    room: I32

    @classmethod
    def of(cls, entries: list[Visits]) -> Invited:
        """All of them, in their order."""
        joined = Visits.join(entries)
        return cls(joined.user, joined.slot, joined.lever, joined.item)


def _step(world: World, now: Now, invited: Invited, number: int, room: Room, session: int, slot: int) -> None:
    """One five-minute step: arrivals, then what those inside remember and buy."""
    at = world.t * SLOTS + slot
    viewers = world.rooms[number]
    inside = viewers["leaves"] > at
    world.rooms[number] = {name: column[inside] if name in VIEWERS else column for name, column in viewers.items()}
    elapsed = at - int(room.sessions[session, 0])
    users, levers = knock(
        _door(world, number, room, slot, elapsed), world.setting.room_levers[number], now.online, now.platform,
        now.slot, world.users.follows, invited, _entered(world, number, session),
    )  # fmt: skip
    if len(users):
        _enter(world, number, room, session, at, users, levers)
    spent = _inside(world.rooms[number], at)
    world.tally.watch(number, at, len(users), np.rint(spent * SLOT_SECONDS).astype(np.int64))
    _shop(world, now, number, room, at, elapsed, spent)


def _inside(viewers: dict[str, NDArray[Any]], at: int) -> F32:
    """Of each viewer the part of this step that is spent in the room."""
    last, first = np.minimum(viewers["leaves"], at + 1), np.maximum(viewers["came"], at)
    inside: F32 = np.maximum(last - first, 0).astype(np.float32)
    return inside


class Door(NamedTuple):
    """A room in one step, to those outside."""

    ring_key: np.uint64  # of followers
    find_key: np.uint64  # of others
    room: int
    platform: int
    slot: int
    fan: np.uint16  # bit in `follows`, 0: nobody follows
    rings: np.uint32  # chance that a follower comes
    recommended: float  # agents whom the platform sends


def _door(world: World, number: int, room: Room, slot: int, elapsed: int) -> Door:
    facts = world.setting.behaviour.live
    rate = facts.follower_push * exp64(-elapsed / facts.follower_fade) + facts.follower_base
    # people are spread over the hour's slots, so a slot's share of them meets the hazard of all twelve
    rings = chance_of(one_minus_exp64(rate * SLOTS))
    return Door(
        _key(world, number, Stream.ROOM_ENTER, slot), _key(world, number, Stream.RECOMMEND, slot + SLOTS), number,
        room.platform, slot, _fan(room), rings, _recommended(world, number, room, slot),
    )  # fmt: skip


@kernel
def knock(
    door: Door, own: int, online: I32, platform: U8, slot: U8, follows: U16, invited: Invited, entered: I32
) -> tuple[I32, I16]:
    """People at the door in this step, rising, and the lever that brought them; each enters a session at most once.

    own: lever of the room. online, platform, slot: who is here, where and when. follows: of all people. entered: who
    has come into this session so far, whether still inside or not, rising.
    """
    here = online[(platform == door.platform) & (slot == door.slot)]
    fans = here[follows[here] & door.fan != 0]
    rung = fans[bits32(door.ring_key, fans) < door.rings]
    share = min(1.0, door.recommended / max(len(here), 1))
    found = here[bits32(door.find_key, here) < chance_of(share)]
    sent = (invited.slot == door.slot) & (invited.room == door.room)
    levers = np.concatenate([np.full(len(rung) + len(found), own, np.int16), invited.lever[sent]])
    users, first = np.unique(np.concatenate([rung, found, invited.user[sent]]), return_index=True)
    new = np.searchsorted(entered, users) == np.searchsorted(entered, users, side="right")
    return users[new], levers[first][new]


def _entered(world: World, number: int, session: int) -> I32:
    """Who has entered this session so far, whether still inside or not, rising."""
    room = world.rooms[number]
    if int(room["of"][0]) != session:
        room["of"], room["entered"] = np.array([session]), np.empty(0, np.int32)
    entered: I32 = room["entered"]
    return entered


def _recommended(world: World, number: int, room: Room, slot: int) -> float:
    """The platform recommends a room by host and by how many watch: a Poisson at the scale of people, as agents."""
    facts = world.setting.behaviour.live
    watching = len(world.rooms[number]["user"]) * world.setting.weight
    daily = float(world.setting.calendar.activity[world.t])
    crowd = exp64(facts.viewers_power * log64(1 + watching / facts.viewers_scale))
    people = facts.recommended * room.recommended * daily * 2 * room.skill * crowd / SLOTS
    lever = world.setting.levers[world.setting.room_levers[number]]
    draw = uniform_one(world.key(Stream.RECOMMEND, slot), int(lever.hash))
    return poisson(draw, people) / world.setting.weight


def _enter(world: World, number: int, room: Room, session: int, at: int, users: I32, levers: I16) -> None:
    """At the door: dwell and the SKU of interest are drawn; the entry is a visit and the last touch."""
    skus, born = np.array(room.skus, np.int16), world.users.born
    stays = stay(
        _entrance(world, number, room, session, at), world.setting.behaviour.live, users, born.interests,
        world.users.follows, world.items.topic[:, room.item].copy(), *world.goods.topics, skus,
        world.setting.sku_hash[skus],
    )  # fmt: skip
    own = np.full(len(users), world.setting.room_levers[number], np.int16)
    _count(world, levers, own, np.rint((stays.leaves - stays.came) * SLOT_SECONDS).astype(np.int64))
    join(world, users, world.setting.behaviour.private.join_viewer, where=2 + number)
    slot = np.full(len(users), at % SLOTS, np.uint8)
    platform = np.full(len(users), room.platform, np.uint8)
    note_visits(world, users, platform)
    touch(world, users, slot, levers)
    claim(world, users, slot, platform, Claim.ROOM)
    gain = world.setting.behaviour.channels["live"].awareness_gain
    raise_stock(world.users.awareness, users, _lesson(room, stays.match, gain))
    new = stays._asdict() | {"user": users, "lever": levers, "bought": np.zeros(len(users), np.bool_)}
    old = world.rooms[number]
    joined = {name: np.concatenate([old[name], new[name]]) for name in VIEWERS}
    entered = np.sort(np.concatenate([_entered(world, number, session), users]))
    world.rooms[number] = joined | {"ordered": old["ordered"], "of": old["of"], "entered": entered}


def _count(world: World, levers: I16, own: I16, seconds: I64) -> None:
    """Entries by the lever that brought them, viewers by the room (`own`)."""
    tally, t = world.tally, world.t
    tally.add(Measure.ENTRIES, t, levers)
    tally.add(Measure.VIEWERS, t, own)
    tally.add(Measure.DWELL_SECONDS, t, own, seconds)
    effective = seconds >= EFFECTIVE_SECONDS
    tally.add(Measure.EFFECTIVE, t, own[effective])
    tally.add(Measure.EFFECTIVE_SECONDS, t, own[effective], seconds[effective])


class Entrance(NamedTuple):
    """A room in one step, to those who come in."""

    bounce_key: np.uint64
    dwell_key: np.uint64
    came_key: np.uint64
    look_key: np.uint64
    at: np.float32  # slot
    end: np.float32  # of the session, slot
    fan: np.uint16  # bit in `follows`, 0: nobody follows
    bounce: np.float32  # logit of a bounce
    longer: np.float32  # log of the dwell that host and benefit add
    match: np.float32  # at the reference


def _entrance(world: World, number: int, room: Room, session: int, at: int) -> Entrance:
    facts, reference = world.setting.behaviour.live, world.setting.behaviour.reference
    skill = 2 * (room.skill - reference.host_skill)
    return Entrance(
        _key(world, number, Stream.ROOM_BOUNCE), _key(world, number, Stream.ROOM_DWELL),
        _key(world, number, Stream.ROOM_BOUNCE, 1), world.key(Stream.LAND), np.float32(at),
        np.float32(room.sessions[session, 1]), _fan(room), np.float32(facts.bounce - facts.bounce_skill * skill),
        np.float32(facts.dwell_skill * skill + facts.dwell_benefit * room.benefit), np.float32(reference.match),
    )  # fmt: skip


def _fan(room: Room) -> np.uint16:
    """Bit of a room's followers, 0 for a room that nobody can follow."""
    return np.uint16(1 << room.fan_bit if room.fan_bit >= 0 else 0)


class Stays(NamedTuple):
    """What is drawn of each who comes in; see VIEWERS."""

    came: F32
    leaves: F32
    match: F32
    sku: I16


@kernel
def stay(
    entrance: Entrance, live: Live, users: I32, interests: NDArray[np.int8], follows: U16, topic: F32, topics: F32,
    topic_of: I64, skus: I16, hashes: U64,
) -> Stays:  # fmt: skip
    """How long each stays, and the SKU that they came to look at: a race by topic match among the room's goods.

    interests, follows: of all people; topic: of the room; topics, topic_of: different vectors of goods, and the row of
    each of all SKUs; skus, hashes: of the room.
    """
    fan = having(follows[users], entrance.fan)
    quick = bits32(entrance.bounce_key, users) < chance(bounce(live, entrance.bounce, fan))
    draw = uniform(entrance.dwell_key, users)
    match = match_of(interests, users, topic)
    seconds = np.where(quick, glance(draw), dwell(live, entrance.longer, fan, match, entrance.match, draw))
    came = entrance.at + uniform(entrance.came_key, users).astype(np.float32) * WITHIN
    leaves = np.minimum(came + seconds / SLOT_SECONDS, entrance.end)
    liking = exp32(match_each(interests, users, topics, topic_of[skus]))
    draws = uniform(entrance.look_key, np.tile(users.astype(np.int64), len(skus)), np.repeat(hashes, len(users)))
    first = race(draws.reshape(liking.shape), liking.astype(np.float64)).argmin(axis=0)
    return Stays(came, leaves, match, skus[first])


def _lesson(room: Room, match: F32, rate: float) -> F32:
    """Share of a stock's gap that the room closes: by host skill and interest match, as for any item."""
    return exposure_gain(rate, np.full(len(match), room.skill, np.float32), match)


def _shop(world: World, now: Now, number: int, room: Room, at: int, elapsed: int, inside: F32) -> None:
    """Consideration grows with the stay; those who have not ordered here may buy."""
    facts, viewers = world.setting.behaviour.live, world.rooms[number]
    if not len(viewers["user"]):
        viewers["ordered"][0] = 0
        return
    kind = room.flow[elapsed % len(room.flow)]
    medium = world.setting.behaviour.channels["live"]
    gain = medium.consideration_gain * (2 if kind == 1 else 1)
    raise_stock(world.users.consideration, viewers["user"], inside * _lesson(room, viewers["match"], gain))
    may = ~viewers["bought"]
    if now.buyers:
        may &= np.isin(viewers["user"], np.concatenate([part.user for part in now.buyers]), invert=True)
    rows = np.flatnonzero(may)
    users, sku = viewers["user"][rows], viewers["sku"][rows]
    slot = np.full(len(users), at % SLOTS, np.uint8)
    platform = np.full(len(users), room.platform, np.uint8)
    usable = eligible(world, users, slot, platform, 0 if room.offer < 0 else 1 << room.offer)
    world.users.cart_slot[users] = np.where(world.users.cart_sku[users] == NO_CART, at, world.users.cart_slot[users])
    asking = pieces(world, users, sku, usable)
    multiple = (facts.warm_up, facts.explain, facts.flash)[kind]
    chances, bought = tempt(
        _key(world, number, Stream.ROOM_BUY, at % SLOTS), world.setting.behaviour.watching, world.t, users, sku,
        asking.price, deadline(world, users, asking), standing(world, users), inside[rows], viewers["came"][rows],
        People.of(world.users), shelf_of(world, now), _terms(world, room, viewers, at, facts.hazard * multiple),
    )  # fmt: skip
    if len(users):
        _order(world, now, number, users, slot, platform, asking, chances, bought)
    viewers["bought"][rows[bought]] = True
    viewers["ordered"][0] = np.count_nonzero(bought)


class RoomTerms(NamedTuple):
    """What is the same for all viewers of a room in one step."""

    at: np.float32  # slot
    hazard: np.float32  # of who has just come in
    host: np.float32  # utility of the host, and of what others have just bought
    offset: np.float32  # of utility, of the platform
    level: np.float32  # utility of a step on the ladder of members
    taste: F32  # for live rooms, by persona


def _terms(world: World, room: Room, viewers: dict[str, NDArray[Any]], at: int, hazard: float) -> RoomTerms:
    setting = world.setting
    facts, behaviour = setting.behaviour.live, setting.behaviour
    orders = 100 * int(viewers["ordered"][0]) / max(len(viewers["user"]), 1)
    host = facts.skill * 2 * (room.skill - behaviour.reference.host_skill) + facts.proof * log64(1 + orders)
    return RoomTerms(
        np.float32(at), np.float32(hazard), np.float32(host), setting.platforms.offsets.order[room.platform],
        np.float32(behaviour.loyalty.level_buy), setting.live_taste,
    )  # fmt: skip


@kernel
def tempt(
    key: np.uint64, behaviour: Watching, hour: int, users: I32, sku: I16, price: F32, pressed: F32, level: F32,
    inside: F32, came: F32, people: People, shelf: Shelf, terms: RoomTerms,
) -> tuple[U32, Bools]:  # fmt: skip
    """Chance that each viewer orders in this step, and whether they do.

    By price, need, trust, stored interest, host, and what others just bought. price, pressed, level: see
    decide.resolve; inside: part of the step that is spent in the room; came: slot. Bargain hunters order at a deep
    total discount only.
    """
    mind, worth = people.minds(users, hour), shelf.worth[sku]
    utility = room_utility(
        behaviour, mind.need, mind.trust, mind.consideration, people.price_sense[users], log32(price / worth),
        log_of_reference()[people.ref_price[shelf.role[sku], users]],
    )  # fmt: skip
    utility += terms.offset
    utility += level * terms.level
    utility += terms.taste[people.persona[users]]
    utility += terms.host
    utility += pressed
    probability = hazard(room_hazard(terms.hazard, inside, terms.at - came), utility)
    hunter = people.flags[users] & Flag.BARGAIN != 0
    probability[hunter & too_dear(behaviour, price, worth)] = 0
    chances = chance(probability)
    return chances, bits32(key, users) < chances


def _order(
    world: World, now: Now, number: int, users: I32, slot: U8, platform: U8, asking: Asking, chances: U32,
    bought: Bools,
) -> None:  # fmt: skip
    """Note the step's orders, at most one a person and session, and what was to be expected of it."""
    baskets = compose(world, now, users, platform, asking)
    distinct, row = bills(world, baskets)
    lever = credited(world, users)
    true = np.ones(len(users), np.bool_)
    now.chances.append((Chances(users, platform, lever, chances, baskets, row, live=true, impulse=true), distinct))
    buyers = np.flatnonzero(bought)
    if not len(buyers):
        return
    own = np.full(len(buyers), world.setting.room_levers[number], np.int16)
    world.tally.add(Measure.ROOM_ORDERS, world.t, own[~paid_ahead(world, distinct, row[buyers])])
    flags = np.full(len(buyers), LineFlag.IN_ROOM | LineFlag.IMPULSE, np.uint16)
    now.buyers.append(
        Buyers(users[buyers], slot[buyers], platform[buyers], lever[buyers], row[buyers], distinct, flags,
               baskets.filler[buyers], baskets.add_on[buyers], own)
    )  # fmt: skip
