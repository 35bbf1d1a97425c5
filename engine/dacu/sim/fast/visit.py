"""Twins of the kernels of sim/visit.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import choice as formulas
from dacu.behaviour import interest, maths
from dacu.behaviour.compiled import hashed, hashed_pair, in_parts, scalar, step_of, top, unit
from dacu.people.users import CartFlag, Flag
from dacu.sim import visit
from dacu.sim.fast.interest import fit

ONE, HALF, UNIT = interest.ONE, interest.HALF, interest.UNIT
DIRECT, CHANNEL = np.uint8(CartFlag.DIRECT), np.uint8(CartFlag.CHANNEL)
CHECKED_IN, VISITED, Comers = np.uint8(Flag.CHECKED_IN), np.uint8(Flag.VISITED), visit.Comers
PARTS, PER_REFERENCE, MOST_PARTS = visit.PARTS, visit.PER_REFERENCE, visit.MOST_PARTS
land_utility, cart_utility = scalar(formulas.land_utility), scalar(formulas.cart_utility)
awareness_of_sale, missing = scalar(formulas.awareness_of_sale), scalar(formulas.missing)
memory_utility = scalar(formulas.memory_utility)
stock, need = scalar(interest.stock), scalar(interest.need)
exp32, log32, log64, sigmoid32 = (scalar(each) for each in (maths.exp32, maths.log32, maths.log64, maths.sigmoid32))


def first_today(
    visited: Any, flags: Any, users: Any, today: Any, booked: Any, orders: Any, guests: Any
) -> Any:  # fmt: skip
    """See visit.first_today."""
    first = np.empty(len(users), np.int64)
    count, new, again, checked_in, invited = 0, 0, 0, 0, 0
    for row in range(len(users)):
        person = users[row]
        if visited[person] == today:
            continue
        first[count] = row
        count += 1
        new += orders[person] == 0
        if visited[person] == today - 1:
            again += 1
            checked_in += flags[person] & CHECKED_IN != 0
        place = np.searchsorted(guests, person)
        invited += place < len(guests) and guests[place] == person
        visited[person] = today
        if booked:
            flags[person] |= VISITED
    return first[:count], Comers(new, again, checked_in, invited)


def look(
    choice: Any, behaviour: Any, users: Any, platform: Any, slot: Any, item: Any, interests: Any, spend_cap: Any,
    display: Any, shown: Any, gone: Any, offset: Any,
) -> Any:  # fmt: skip
    """See visit.look: of the goods there are for a visitor the first in the race, and the first that is in stock."""
    step, other_step = step_of(choice.key), step_of(choice.other_key)
    topics = display.topics / UNIT
    matched = np.empty(len(topics), np.float32)
    chosen = np.empty(len(users), np.int16)
    for row in range(len(users)):
        person, here = users[row], platform[row]
        spend = spend_cap[person] * choice.per_spend
        for topic in range(len(topics)):
            matched[topic] = fit(interests, person, topics[topic])
        best, least, other, least_there = -1, np.inf, -1, np.inf
        for sku in range(len(display.hash)):
            if display.apart[sku] or (len(shown) > 0 and item[row] >= 0 and not shown[item[row], sku]):
                continue
            level = display.level[here, slot[row], sku]
            match = matched[display.topic[sku]]
            utility = land_utility(behaviour, display.pull[sku], display.reviews[sku], match, level, spend)
            weight = np.float64(exp32(utility + level * offset[here]))
            score = -log64(unit(hashed_pair(person, step, choice.key, display.hash[sku]))) / weight
            if score < least:
                best, least = sku, score
            if score < least_there and not gone[sku]:
                other, least_there = sku, score
        if best >= 0 and gone[best]:
            stays = top(hashed(person, other_step, choice.other_key)) < choice.other
            best = other if stays else -1
        chosen[row] = best
    return chosen


def put_in_cart(
    key: Any, behaviour: Any, hour: Any, users: Any, platform: Any, came: Any, lever: Any, sku: Any, feel: Any,
    coupons: Any, people: Any, shelf: Any, terms: Any,
) -> Any:  # fmt: skip
    """See visit.put_in_cart."""
    step = step_of(key)
    chances = np.empty(len(users), np.uint32)
    made = np.empty(len(users), np.int64)
    count = 0
    for row in range(len(users)):
        person, good, here = users[row], sku[row], platform[row]
        price, worth = np.float32(feel[row]), shelf.worth[good]
        log_price = log32(price / worth)
        needs = need(people.stocked_until[person], people.cycle[person], hour)
        utility = cart_utility(
            behaviour, shelf.listing[good], stock(np.float32(people.consideration[person])),
            needs * shelf.season[good], stock(np.float32(people.trust[person])), log_price,
            log32(worth * terms.per_price),
        )  # fmt: skip
        reference = np.float32(people.ref_price[shelf.role[good], person]) * PER_REFERENCE
        aware = awareness_of_sale(behaviour, stock(np.float32(people.awareness[person])))
        missed = missing(behaviour, price, shelf.over.price[here, good], shelf.over.left[here, good], aware)
        utility += memory_utility(behaviour, log_price, log32(reference), shelf.reviews[good], missed)
        taste = terms.coupon_taste[people.persona[person]] * np.float32(coupons[row] != 0)
        utility += taste - terms.outside
        utility += terms.offset[here]
        chances[row] = in_parts(sigmoid32(utility + terms.rate[came[row]]))
        draw = top(hashed_pair(person, step, key, terms.lever_hash[lever[row]] ^ np.uint64(came[row])))
        made[count] = row
        count += draw < chances[row]
    return chances, made[:count]


def put(
    cart_sku: Any, cart_slot: Any, cart_flags: Any, made: Any, users: Any, sku: Any, slot: Any, platform: Any,
    direct: Any, medium: Any, now: Any,
) -> None:  # fmt: skip
    """See visit.put."""
    for row in made:
        person, flags = users[row], platform[row]
        cart_sku[person] = sku[row]
        cart_slot[person] = now + slot[row]
        if direct[row]:
            flags |= DIRECT
        if medium[row]:
            flags |= CHANNEL
        cart_flags[person] = flags


def remember(ref_price: Any, priced: Any, today: Any, memory: Any, users: Any, role: Any, pay: Any, worth: Any) -> None:
    """See visit.remember."""
    for row in range(len(users)):
        person = users[row]
        if priced[person] != today:
            priced[person] = today
            fraction = np.float32(pay[row]) / worth[row]
            usual = np.float32(ref_price[role[row], person])
            moved = usual * memory + fraction * (ONE - memory) * PARTS
            ref_price[role[row], person] = np.uint16(min(moved + HALF, MOST_PARTS))
