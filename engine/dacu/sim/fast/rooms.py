"""Twins of the kernels of sim/rooms.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import choice, interest, maths
from dacu.behaviour.compiled import hashed, hashed_pair, in_parts, scalar, step_of, top, unit
from dacu.people import users as crowd
from dacu.people.users import Flag
from dacu.sim import rooms
from dacu.sim.fast.interest import fit
from dacu.sim.visit import PER_REFERENCE

ZERO, UNIT, BARGAIN, Stays = interest.ZERO, interest.UNIT, int(Flag.BARGAIN), rooms.Stays
SLOT_SECONDS, WITHIN = rooms.SLOT_SECONDS, rooms.WITHIN
having, stock, need = scalar(crowd.having), scalar(interest.stock), scalar(interest.need)
bounce, glance, dwell = scalar(choice.bounce), scalar(choice.glance), scalar(choice.dwell)
room_utility, room_hazard = scalar(choice.room_utility), scalar(choice.room_hazard)
hazard, too_dear = scalar(choice.hazard), scalar(choice.too_dear)
exp32, log32, log64 = scalar(maths.exp32), scalar(maths.log32), scalar(maths.log64)


def knock(
    door: Any, own: Any, online: Any, platform: Any, slot: Any, follows: Any, invited: Any, entered: Any
) -> Any:  # fmt: skip
    """See rooms.knock: of several who brought a person the first counts."""
    ring_step, find_step = step_of(door.ring_key), step_of(door.find_key)
    here = np.empty(len(online), np.int32)
    there = 0
    for row in range(len(online)):
        here[there] = online[row]
        there += platform[row] == door.platform and slot[row] == door.slot
    users = np.empty(2 * there + len(invited.user), np.int32)
    levers = np.empty(len(users), np.int16)
    count = 0
    for row in range(there):
        users[count] = here[row]
        rings = follows[here[row]] & door.fan != 0
        count += rings and top(hashed(here[row], ring_step, door.ring_key)) < door.rings
    found = in_parts(min(1.0, door.recommended / max(there, 1)))
    for row in range(there):
        users[count] = here[row]
        count += top(hashed(here[row], find_step, door.find_key)) < found
    levers[:count] = own
    for row in range(len(invited.user)):
        if invited.slot[row] == door.slot and invited.room[row] == door.room:
            users[count], levers[count] = invited.user[row], invited.lever[row]
            count += 1
    order = np.argsort(users[:count], kind="mergesort")
    came, brought = np.empty(count, np.int32), np.empty(count, np.int16)
    new, known = 0, 0
    for place in order:
        while known < len(entered) and entered[known] < users[place]:
            known += 1
        if known < len(entered) and entered[known] == users[place]:
            continue
        if new == 0 or came[new - 1] != users[place]:
            came[new], brought[new] = users[place], levers[place]
            new += 1
    return came[:new], brought[:new]


def stay(
    entrance: Any, live: Any, users: Any, interests: Any, follows: Any, topic: Any, topics: Any, topic_of: Any,
    skus: Any, hashes: Any,
) -> Any:  # fmt: skip
    """See rooms.stay."""
    bounce_step, dwell_step = step_of(entrance.bounce_key), step_of(entrance.dwell_key)
    came_step, look_step = step_of(entrance.came_key), step_of(entrance.look_key)
    came, leaves, match = np.empty((3, len(users)), np.float32)
    sku, weights, own = np.empty(len(users), np.int16), topics / UNIT, topic / UNIT
    liking = np.empty(len(topics))
    for row in range(len(users)):
        person = users[row]
        fan = having(follows[person], entrance.fan)
        match[row] = fit(interests, person, own)
        draw = unit(hashed(person, dwell_step, entrance.dwell_key))
        quick = in_parts(bounce(live, entrance.bounce, fan))
        if top(hashed(person, bounce_step, entrance.bounce_key)) < quick:
            seconds = glance(draw)
        else:
            seconds = dwell(live, entrance.longer, fan, match[row], entrance.match, draw)
        came[row] = entrance.at + np.float32(unit(hashed(person, came_step, entrance.came_key))) * WITHIN
        leaves[row] = min(came[row] + seconds / SLOT_SECONDS, entrance.end)
        for each in range(len(topics)):
            liking[each] = exp32(fit(interests, person, weights[each]))
        best, least = 0, np.inf
        for place in range(len(skus)):
            draw = unit(hashed_pair(person, look_step, entrance.look_key, hashes[place]))
            score = -log64(draw) / liking[topic_of[skus[place]]]
            if score < least:
                best, least = place, score
        sku[row] = skus[best]
    return Stays(came, leaves, match, sku)


def tempt(
    key: Any, behaviour: Any, hour: Any, users: Any, sku: Any, price: Any, pressed: Any, level: Any,
    inside: Any, came: Any, people: Any, shelf: Any, terms: Any,
) -> Any:  # fmt: skip
    """See rooms.tempt."""
    step = step_of(key)
    chances, bought = np.empty(len(users), np.uint32), np.empty(len(users), np.bool_)
    for row in range(len(users)):
        person, asked, worth = users[row], price[row], shelf.worth[sku[row]]
        needs = need(people.stocked_until[person], people.cycle[person], hour)
        trust, considers = stock(np.float32(people.trust[person])), stock(np.float32(people.consideration[person]))
        reference = np.float32(people.ref_price[shelf.role[sku[row]], person]) * PER_REFERENCE
        utility = room_utility(
            behaviour, needs, trust, considers, people.price_sense[person], log32(asked / worth), log32(reference)
        )  # fmt: skip
        utility += terms.offset
        utility += level[row] * terms.level
        utility += terms.taste[people.persona[person]]
        utility += terms.host
        utility += pressed[row]
        probability = hazard(room_hazard(terms.hazard, inside[row], terms.at - came[row]), utility)
        if people.flags[person] & BARGAIN and too_dear(behaviour, asked, worth):
            probability = ZERO
        chances[row] = in_parts(probability)
        bought[row] = top(hashed(person, step, key)) < chances[row]
    return chances, bought
