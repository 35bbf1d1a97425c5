"""Live rooms: twelve five-minute steps an hour for the people in a room and those it draws in.

People come as followers (notified at the start), as paid or recommended entries, and as members whom a push sends.
How long each stays is drawn at the door: a bounce, or a Weibull with negative ageing (Liu, White & Dumais 2010). The
hazard of a purchase falls with the steps already spent: the first look decides.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import buy_utility, hazard, reference_utility
from dacu.behaviour.coefficients import Live
from dacu.behaviour.counts import poisson
from dacu.behaviour.interest import exposure_gain, match_of
from dacu.behaviour.maths import exp32, log32, sigmoid32
from dacu.behaviour.quantiles import race, weibull
from dacu.behaviour.scalars import exp64, log64, one_minus_exp64
from dacu.draws import Stream, bits32, chance, chance_of, uniform, uniform_one
from dacu.ledger import LineFlag
from dacu.levers.room import Room
from dacu.people.users import NO_CART
from dacu.shop.offers import Claim
from dacu.sim.claims import claim
from dacu.sim.crowd import Mind, join, match_goods, raise_stock, touch
from dacu.sim.decide import Asking, Buyers, compose, credited, deadline, pieces, too_dear
from dacu.sim.expect import Chances, expect
from dacu.sim.now import Now
from dacu.sim.pricing import bills, eligible, paid_ahead
from dacu.sim.programme import standing
from dacu.sim.tally import Measure
from dacu.sim.visit import note_visits, reference_price
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
SLOTS = 12
SLOT_SECONDS = 300
EFFECTIVE_SECONDS = 60  # a viewer counts as effective from one minute on
VIEWERS = {
    "user": np.int32, "lever": np.int16, "came": np.float32, "leaves": np.float32, "sku": np.int16, "bought": np.bool_,
}  # fmt: skip
"""Columns of a room's viewers; came and leaves are slots, with fractions."""


def empty_room() -> dict[str, NDArray[Any]]:
    """A room with nobody in it."""
    return {name: np.empty(0, kind) for name, kind in VIEWERS.items()} | {
        "ordered": np.zeros(1, np.int64), "of": np.full(1, -1), "entered": np.empty(0, np.int32)
    }  # fmt: skip


def run_rooms(world: World, now: Now) -> None:
    """All rooms that are open in this hour."""
    for number in range(len(world.setting.rooms)):
        room = world.room(number)
        sessions = room.sessions_at(world.t * SLOTS, (world.t + 1) * SLOTS)
        for slot, session in enumerate(sessions):
            if session >= 0:
                _step(world, now, number, room, session, slot)
        if sessions[-1] < 0:
            world.rooms[number] = empty_room()


def _key(world: World, number: int, stream: Stream, step: int = 0) -> np.uint64:
    """The key of a stream in one room and step: rooms open at the same time share no draw."""
    return world.key(stream, int(world.setting.levers[world.setting.room_levers[number]].hash) ^ step)


def _step(world: World, now: Now, number: int, room: Room, session: int, slot: int) -> None:
    """One five-minute step: arrivals, then what those inside remember and buy."""
    at = world.t * SLOTS + slot
    viewers = world.rooms[number]
    inside = viewers["leaves"] > at
    world.rooms[number] = {name: column[inside] if name in VIEWERS else column for name, column in viewers.items()}
    elapsed = at - int(room.sessions[session, 0])
    users, levers = _arrivals(world, now, number, room, session, slot, elapsed)
    if len(users):
        _enter(world, number, room, session, at, users, levers)
    stay = _inside(world.rooms[number], at)
    world.tally.watch(number, at, len(users), np.rint(stay * SLOT_SECONDS).astype(np.int64))
    _shop(world, now, number, room, at, elapsed, stay)


def _inside(viewers: dict[str, NDArray[Any]], at: int) -> F32:
    """Of each viewer the part of this step that is spent in the room."""
    last, first = np.minimum(viewers["leaves"], at + 1), np.maximum(viewers["came"], at)
    inside: F32 = np.maximum(last - first, 0).astype(np.float32)
    return inside


def _arrivals(
    world: World, now: Now, number: int, room: Room, session: int, slot: int, elapsed: int
) -> tuple[I32, NDArray[np.int16]]:
    """People at the door in this step and the lever that brought them; each enters a session at most once."""
    own = world.setting.room_levers[number]
    here = now.online[(now.platform == room.platform) & (now.slot == slot)]
    fans = here[_fans(world, room, here) > 0]
    facts = world.setting.behaviour.live
    rate = facts.follower_push * exp64(-elapsed / facts.follower_fade) + facts.follower_base
    # people are spread over the hour's slots, so a slot's share of them meets the hazard of all twelve
    rung = fans[bits32(_key(world, number, Stream.ROOM_ENTER, slot), fans) < chance_of(one_minus_exp64(rate * SLOTS))]
    found = _recommended(world, number, room, slot, here)
    pushed = [(e.user[e.slot == slot], e.lever[e.slot == slot]) for e in now.entries if len(e)]
    rows = [(e.item[e.slot == slot] == number) for e in now.entries if len(e)]
    users = np.concatenate([rung, found, *(u[r] for (u, _), r in zip(pushed, rows, strict=True))])
    levers = np.concatenate(
        [np.full(len(rung) + len(found), own), *(v[r] for (_, v), r in zip(pushed, rows, strict=True))]
    ).astype(np.int16)
    users, first = np.unique(users, return_index=True)
    new = ~np.isin(users, _entered(world, number, session))
    return users[new].astype(np.int32), levers[first][new]


def _entered(world: World, number: int, session: int) -> I32:
    """Who has entered this session so far, whether still inside or not."""
    room = world.rooms[number]
    if int(room["of"][0]) != session:
        room["of"], room["entered"] = np.array([session]), np.empty(0, np.int32)
    return room["entered"].astype(np.int32)


def _recommended(world: World, number: int, room: Room, slot: int, here: I32) -> I32:
    """The platform recommends a room by host and by how many watch: a Poisson at the scale of people."""
    facts = world.setting.behaviour.live
    watching = len(world.rooms[number]["user"]) * world.setting.weight
    daily = float(world.setting.calendar.activity[world.t])
    crowd = exp64(facts.viewers_power * log64(1 + watching / facts.viewers_scale))
    people = facts.recommended * room.recommended * daily * 2 * room.skill * crowd / SLOTS
    lever = world.setting.levers[world.setting.room_levers[number]]
    draw = uniform_one(world.key(Stream.RECOMMEND, slot), int(lever.hash))
    count = int(poisson(draw, people)[0]) / world.setting.weight
    share = min(1.0, count / max(len(here), 1))
    return here[bits32(_key(world, number, Stream.RECOMMEND, slot + SLOTS), here) < chance_of(share)]


def _enter(world: World, number: int, room: Room, session: int, at: int, users: I32, levers: NDArray[np.int16]) -> None:
    """At the door: dwell and the SKU of interest are drawn; the entry is a visit and the last touch."""
    stay = _dwell(world, number, room, users) / SLOT_SECONDS
    end = float(room.sessions[session, 1])
    came = np.float32(at) + uniform(_key(world, number, Stream.ROOM_BOUNCE, 1), users).astype(np.float32) * np.float32(
        0.999
    )
    leaves = np.minimum(came + stay, np.float32(end)).astype(np.float32)
    seconds = np.rint((leaves - came) * SLOT_SECONDS).astype(np.int64)
    tally, t = world.tally, world.t
    tally.add(Measure.ENTRIES, t, levers)
    own = np.full(len(users), world.setting.room_levers[number], np.int16)
    tally.add(Measure.VIEWERS, t, own)
    tally.add(Measure.DWELL_SECONDS, t, own, seconds)
    effective = seconds >= EFFECTIVE_SECONDS
    tally.add(Measure.EFFECTIVE, t, own[effective])
    tally.add(Measure.EFFECTIVE_SECONDS, t, own[effective], seconds[effective])
    join(world, users, world.setting.behaviour.private.join_viewer, where=2 + number)
    slot = np.full(len(users), at % SLOTS, np.uint8)
    platform = np.full(len(users), room.platform, np.uint8)
    note_visits(world, users, platform)
    touch(world, users, slot, levers)
    claim(world, users, slot, platform, Claim.ROOM)
    raise_stock(
        world.users.awareness,
        users,
        _lesson(world, room, users, world.setting.behaviour.channels["live"].awareness_gain),
    )
    new: dict[str, NDArray[Any]] = {
        "user": users, "lever": levers, "came": came, "leaves": leaves, "sku": _pick(world, room, users),
        "bought": np.zeros(len(users), np.bool_),
    }  # fmt: skip
    old = world.rooms[number]
    joined = {name: np.concatenate([old[name], column.astype(VIEWERS[name])]) for name, column in new.items()}
    entered = np.concatenate([_entered(world, number, session), users])
    world.rooms[number] = joined | {"ordered": old["ordered"], "of": old["of"], "entered": entered}


def _dwell(world: World, number: int, room: Room, users: I32) -> F32:
    """Seconds each will stay: 5–60 s of those who bounce, else a minute and a Weibull."""
    facts: Live = world.setting.behaviour.live
    fan = _fans(world, room, users)
    skill = 2 * (room.skill - world.setting.behaviour.reference.host_skill)
    bounce = sigmoid32(np.float32(facts.bounce - facts.bounce_skill * skill) - fan * np.float32(facts.bounce_fan))
    quick = bits32(_key(world, number, Stream.ROOM_BOUNCE), users) < chance(bounce)
    draw = uniform(_key(world, number, Stream.ROOM_DWELL), users)
    topic = world.items.topic[:, room.item]
    like = match_of(world.users.born.interests, users, topic) - np.float32(world.setting.behaviour.reference.match)
    draws_on = np.float32(facts.dwell_skill * skill + facts.dwell_benefit * room.benefit)
    longer = draws_on + fan * np.float32(facts.dwell_fan)
    scale = exp32(longer + like * np.float32(facts.dwell_match)) * np.float32(facts.dwell_minutes * 60)
    long = weibull(draw, facts.dwell_shape, 1.0).astype(np.float32) * scale + EFFECTIVE_SECONDS
    return np.where(quick, (5 + 55 * draw).astype(np.float32), long)


def _lesson(world: World, room: Room, users: I32, rate: float) -> F32:
    """Share of a stock's gap that the room closes: by host skill and interest match, as for any item."""
    topic = world.items.topic[:, room.item]
    return exposure_gain(
        rate, np.full(len(users), room.skill, np.float32), match_of(world.users.born.interests, users, topic)
    )


def _fans(world: World, room: Room, users: I32) -> F32:
    if room.fan_bit < 0:
        return np.zeros(len(users), np.float32)
    return (world.users.follows[users] >> np.uint16(room.fan_bit) & np.uint16(1)).astype(np.float32)


def _pick(world: World, room: Room, users: I32) -> NDArray[np.int16]:
    """The SKU a viewer came to look at: a race by topic match among the room's goods."""
    skus = np.array(room.skus, np.int16)
    liking = exp32(match_goods(world, users)[skus])
    entity = np.tile(users.astype(np.int64), len(skus))
    draws = uniform(world.key(Stream.LAND), entity, np.repeat(world.setting.sku_hash[skus], len(users)))
    first: I64 = race(draws.reshape(len(skus), -1), liking.astype(np.float64)).argmin(axis=0)
    return skus[first]


def _shop(world: World, now: Now, number: int, room: Room, at: int, elapsed: int, inside: F32) -> None:
    """Consideration grows with the stay; those who have not ordered here may buy."""
    facts, viewers = world.setting.behaviour.live, world.rooms[number]
    if not len(viewers["user"]):
        viewers["ordered"][0] = 0
        return
    kind = room.flow[elapsed % len(room.flow)]
    medium = world.setting.behaviour.channels["live"]
    gain = medium.consideration_gain * (2 if kind == 1 else 1)
    raise_stock(world.users.consideration, viewers["user"], inside * _lesson(world, room, viewers["user"], gain))
    paid = np.concatenate([np.empty(0, np.int32), *(part.user for part in now.buyers)])
    rows = np.flatnonzero(~viewers["bought"] & ~np.isin(viewers["user"], paid))
    users, sku = viewers["user"][rows], viewers["sku"][rows]
    slot = np.full(len(users), at % SLOTS, np.uint8)
    platform = np.full(len(users), room.platform, np.uint8)
    usable = eligible(world, users, slot, platform, 0 if room.offer < 0 else 1 << room.offer)
    world.users.cart_slot[users] = np.where(world.users.cart_sku[users] == NO_CART, at, world.users.cart_slot[users])
    mind = Mind.of(world, users)
    asking = pieces(world, users, sku, usable)
    price = asking.price
    spent = inside[rows]
    looked = np.maximum(at - viewers["came"][rows], 0)
    utility = _room_utility(world, room, users, sku, price, mind, number) + deadline(world, users, asking)
    multiple = (facts.warm_up, facts.explain, facts.flash)[kind]
    probability = hazard(np.float32(facts.hazard * multiple) * spent / (1 + looked), utility)
    probability[too_dear(world, users, sku, price)] = 0
    _order(world, now, number, rows, users, slot, platform, sku, asking, chance(probability))


def _room_utility(
    world: World, room: Room, users: I32, sku: NDArray[np.int16], price: F32, mind: Mind, number: int
) -> F32:
    """Log hazard in the room: price, need, trust, stored interest, host, and what others just bought."""
    behaviour, facts = world.setting.behaviour, world.setting.behaviour.live
    at = behaviour.reference
    worth: F32 = world.goods.market_value[sku].astype(np.float32)
    log_price = log32(price / worth)
    utility = buy_utility(behaviour, mind.need, mind.trust, world.users.born.price_sense[users], log_price)
    utility += (mind.trust - np.float32(at.trust)) * np.float32(facts.trust - behaviour.buy.trust)
    utility += (mind.need - np.float32(at.need)) * np.float32(facts.need - behaviour.buy.need)
    utility += reference_utility(behaviour, log_price, reference_price(world, users, sku))
    utility += (mind.consideration - np.float32(at.consideration)) * np.float32(facts.consideration)
    taste = world.setting.live_taste[world.users.born.persona[users]]
    viewers = world.rooms[number]
    orders = 100 * int(viewers["ordered"][0]) / max(len(viewers["user"]), 1)
    host = facts.skill * 2 * (room.skill - at.host_skill) + facts.proof * log64(1 + orders)
    utility += world.setting.platforms.offsets.order[room.platform]
    utility += standing(world, users) * np.float32(behaviour.loyalty.level_buy)
    return utility + taste + np.float32(host)


def _order(
    world: World, now: Now, number: int, rows: I64, users: I32, slot: NDArray[np.uint8], platform: NDArray[np.uint8],
    sku: NDArray[np.int16], asking: Asking, chances: NDArray[np.uint32],
) -> None:  # fmt: skip
    """Draw the step's orders; at most one a person and session."""
    baskets, filler = compose(world, users, platform, sku, asking)
    distinct, row = bills(world, baskets)
    lever = credited(world, users)
    impulse = np.ones(len(users), np.bool_)
    expect(world, Chances(users, platform, lever, chances, baskets, row, live=True, impulse=impulse), distinct)
    bought = bits32(_key(world, number, Stream.ROOM_BUY, int(slot[0]) if len(slot) else 0), users) < chances
    viewers = world.rooms[number]
    viewers["bought"][rows[bought]] = True
    viewers["ordered"][0] = int(bought.sum())
    own = np.full(int(bought.sum()), world.setting.room_levers[number], np.int16)
    world.tally.add(Measure.ROOM_ORDERS, world.t, own[~paid_ahead(world, distinct, row[bought])])
    flags = np.full(int(bought.sum()), LineFlag.IN_ROOM | LineFlag.IMPULSE, np.uint16)
    now.buyers.append(
        Buyers(users[bought], slot[bought], platform[bought], lever[bought], row[bought], distinct, flags,
               filler[bought], baskets.add_on[bought], own)
    )  # fmt: skip
