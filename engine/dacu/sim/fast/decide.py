"""Twins of the kernels of sim/decide.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import choice, interest, maths
from dacu.behaviour.compiled import hashed, hashed_pair, in_parts, scalar, step_of, top
from dacu.people.users import NO_CART, CartFlag, Flag
from dacu.sim import visit

ZERO, PER_REFERENCE = interest.ZERO, visit.PER_REFERENCE
DIRECT, BARGAIN = int(CartFlag.DIRECT), int(Flag.BARGAIN)
awareness_of_sale, reference_utility = scalar(choice.awareness_of_sale), scalar(choice.reference_utility)
buy_utility, hazard, too_dear = scalar(choice.buy_utility), scalar(choice.hazard), scalar(choice.too_dear)
waiting, missing, urgency = scalar(choice.waiting), scalar(choice.missing), scalar(choice.urgency)
overspent, giving_up = scalar(choice.overspent), scalar(choice.giving_up)
stock, need, log32 = scalar(interest.stock), scalar(interest.need), scalar(maths.log32)


def owners(online: Any, visitors: Any, cart_sku: Any) -> Any:
    """See decide.owners."""
    found = np.empty(len(online) + len(visitors), np.int32)
    count = 0
    for each in (online, visitors):
        for row in range(len(each)):
            found[count] = each[row]
            count += cart_sku[each[row]] != NO_CART
    return np.unique(found[:count])


def most_pressing(behaviour: Any, used: Any, savings: Any, closes: Any, scarce: Any) -> Any:
    """See decide.most_pressing."""
    pull = np.zeros(len(used), np.float32)
    for bill in range(len(used)):
        for bit in range(len(closes)):
            if (used[bill] >> bit) & 1:
                pull[bill] = max(pull[bill], urgency(behaviour, savings[bill, bit], closes[bit]) + scarce[bit])
    return pull


def resolve(
    key: Any, leave_key: Any, behaviour: Any, hour: Any, users: Any, platform: Any, sku: Any, price: Any, fresh: Any,
    pressed: Any, level: Any, far: Any, people: Any, shelf: Any, terms: Any,
) -> Any:  # fmt: skip
    """See decide.resolve."""
    step, leave_step = step_of(key), step_of(leave_key)
    chances = np.empty(len(users), np.uint32)
    bought, gone = np.empty((2, len(users)), np.bool_)
    for row in range(len(users)):
        person, good, here, asked = users[row], sku[row], platform[row], price[row]
        worth, sense = shelf.worth[good], people.price_sense[person]
        log_price = log32(asked / worth)
        needs = need(people.stocked_until[person], people.cycle[person], hour) * shelf.season[good]
        utility = buy_utility(behaviour, needs, stock(np.float32(people.trust[person])), sense, log_price)
        reference = np.float32(people.ref_price[shelf.role[good], person]) * PER_REFERENCE
        utility += reference_utility(behaviour, log_price, log32(reference))
        utility += shelf.reviews[good] * np.float32(behaviour.buy.reviews)
        utility += pressed[row]
        utility += level[row] * terms.level
        utility -= terms.delivery
        utility += terms.returns
        utility -= terms.reply
        utility -= overspent(people.spend_30d[person], people.spend_cap[person])
        aware = awareness_of_sale(behaviour, stock(np.float32(people.awareness[person])))
        soon, past = shelf.coming, shelf.over
        wait = waiting(
            behaviour, asked, soon.price[here, good], soon.left[here, good], sense * terms.per_sense, aware
        )  # fmt: skip
        utility -= wait
        utility -= far[row]
        utility -= missing(behaviour, asked, past.price[here, good], past.left[here, good], aware)
        utility += terms.offset[here]
        direct = fresh[row] and people.cart_flags[person] & DIRECT != 0
        probability = hazard(terms.base[int(fresh[row]) + int(direct)], utility)
        if people.flags[person] & BARGAIN and too_dear(behaviour, asked, worth):
            probability = ZERO
        chances[row] = in_parts(probability)
        bought[row] = top(hashed(person, step, key)) < chances[row]
        leaves = in_parts(giving_up(behaviour, wait))
        gone[row] = not bought[row] and not fresh[row] and top(hashed(person, leave_step, leave_key)) < leaves
    return chances, bought, gone


def take_along(
    key: Any, users: Any, cart_slot: Any, platform: Any, sku: Any, eligible: Any, alone: Any, chances: Any,
    complement: Any, available: Any, presales: Any,
) -> Any:  # fmt: skip
    """See decide.take_along."""
    step = step_of(key)
    add_on, usable = np.empty(len(users), np.int16), np.empty(len(users), np.uint32)
    for row in range(len(users)):
        other = complement[sku[row]]
        along = top(hashed_pair(users[row], step, key, np.uint64(cart_slot[users[row]]))) < chances[platform[row]]
        add_on[row] = other if along and available[other] and not alone[row] else -1
        usable[row] = eligible[row] if alone[row] else eligible[row] & ~presales
    return add_on, usable
