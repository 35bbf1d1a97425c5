"""Twins of the kernels of sim/seek.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import interest, loyalty, maths
from dacu.behaviour.compiled import ceiling, hashed, in_parts, scalar, step_of, top
from dacu.people import users as crowd
from dacu.people.users import NO_CART
from dacu.sim import seek

MEMBER, BARGAIN, CHECKED_IN = seek.MEMBER, seek.BARGAIN, seek.CHECKED_IN
Reasons, Searched = loyalty.Reasons, seek.Searched
direct_rate, habit_rate, having = scalar(loyalty.direct_rate), scalar(loyalty.habit_rate), scalar(crowd.having)
stock, search_rate = scalar(interest.stock), scalar(interest.search_rate)
one_minus_exp32 = scalar(maths.one_minus_exp32)


def look_up(
    brand_key: Any, category_key: Any, behaviour: Any, users: Any, awareness: Any, consideration: Any, needs: Any,
    own: Any,
) -> Any:  # fmt: skip
    """See seek.look_up."""
    brand_step, category_step = step_of(brand_key), step_of(category_key)
    rate = np.float32(behaviour.search.category_rate)
    hazard, chances = np.empty(len(users), np.float32), np.empty(len(users), np.uint32)
    for row in range(len(users)):
        aware, considers = stock(np.float32(awareness[users[row]])), stock(np.float32(consideration[users[row]]))
        hazard[row] = search_rate(behaviour, aware, considers, needs[row]) * own[row]
    mass = 0
    for row in range(len(users)):
        chances[row] = in_parts(one_minus_exp32(hazard[row]))
        mass += int(chances[row])
    brand, category = np.empty(len(users), np.int64), np.empty(len(users), np.int64)
    brands, categories = 0, 0
    for row in range(len(users)):
        brand[brands] = row
        brands += top(hashed(users[row], brand_step, brand_key)) < chances[row]
    for row in range(len(users)):
        draw, wanted = top(hashed(users[row], category_step, category_key)), needs[row] * rate * own[row]
        if draw <= ceiling(wanted):
            category[categories] = row
            categories += draw < in_parts(one_minus_exp32(wanted))
    return Searched(brand[:brands], category[:categories], mass)


def show_above(
    show_key: Any, click_key: Any, users: Any, platform: Any, paid: Any, audiences: Any, where: Any, audience: Any,
    shown: Any, clicked: Any,
) -> Any:  # fmt: skip
    """See seek.show_above."""
    show_step, click_step = step_of(show_key), step_of(click_key)
    rows = np.empty(len(users), np.int64)
    views, clicks = 0, 0
    for row in range(len(users)):
        person = users[row]
        if platform[row] != where or paid[row] >= 0 or (audience and not audiences[person] & audience):
            continue
        if top(hashed(person, show_step, show_key)) < shown:
            views += 1
            if top(hashed(person, click_step, click_key)) < clicked:
                rows[clicks] = row
                clicks += 1
    return views, rows[:clicks]


def struck(key: Any, people: Any, class_of: Any, chance_of_class: Any) -> Any:
    """See seek.struck."""
    step = step_of(key)
    found = np.empty(len(people), np.int32)
    count = 0
    for row in range(len(people)):
        found[count] = people[row]
        count += top(hashed(people[row], step, key)) < chance_of_class[class_of[people[row]]]
    return found[:count]


def come_directly(
    key: Any, behaviour: Any, near: Any, rate: Any, needs: Any, flags: Any, coupon: Any, pull: Any, level: Any,
    share: Any,
) -> Any:  # fmt: skip
    """See seek.come_directly."""
    step = step_of(key)
    found = np.empty(len(near), np.int32)
    count = 0
    for row in range(len(near)):
        member = having(flags[near[row]], MEMBER)
        own = direct_rate(behaviour, rate[row], needs[row], member, coupon[row], pull[row], level[row])
        found[count] = near[row]
        count += top(hashed(near[row], step, key)) < in_parts(one_minus_exp32(own * share))
    return found[:count]


def look_in(
    key: Any, behaviour: Any, recent: Any, days: Any, flags: Any, trust: Any, cart_sku: Any, coupon: Any, own: Any,
    share: Any,
) -> Any:  # fmt: skip
    """See seek.look_in."""
    step = step_of(key)
    found = np.empty(len(recent), np.int32)
    count = 0
    for row in range(len(recent)):
        person = recent[row]
        has = flags[person]
        cart: Any = np.float32(cart_sku[person] != NO_CART)
        why = Reasons(
            stock(np.float32(trust[person])), having(has, MEMBER), coupon[row], cart, having(has, CHECKED_IN)
        )  # fmt: skip
        rate = habit_rate(behaviour, np.float32(days[row]), why) * own[row]
        found[count] = person
        comes = top(hashed(person, step, key)) < in_parts(one_minus_exp32(rate * share))
        count += comes and not has & BARGAIN
    return found[:count]


def come_again(key: Any, recent: Any, visited: Any, today: Any, at_most: Any) -> Any:
    """See seek.come_again."""
    step = step_of(key)
    found, days = np.empty(len(recent), np.int32), np.empty(len(recent), np.int16)
    count = 0
    for row in range(len(recent)):
        found[count] = recent[row]
        days[count] = today - visited[recent[row]]
        count += days[count] >= 1 and top(hashed(recent[row], step, key)) < at_most
    return found[:count], days[:count]
