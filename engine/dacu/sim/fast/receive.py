"""Twin of the kernel of sim/receive.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import aftersale as formulas
from dacu.behaviour import interest, loyalty
from dacu.behaviour.compiled import compile_scalar, hashed_pair, in_parts, scalar, step_of, top
from dacu.people import users as crowd
from dacu.people.users import Flag
from dacu.sim import receive

ZERO, HOURS, PERMILLE = interest.ZERO, receive.HOURS, receive.PERMILLE
BARGAIN, NOT_ALIVE = np.uint8(Flag.BARGAIN), np.uint8(0xFF ^ Flag.ALIVE)
IN_ROOM, IMPULSE, FILLER, having = receive.IN_ROOM, receive.IMPULSE, receive.FILLER, scalar(crowd.having)
Lines: Any = formulas.Lines
stock, scaled, dropout = scalar(interest.stock), scalar(interest.scaled), scalar(loyalty.dropout)
satisfaction, made_good, with_taste, moved = (
    scalar(each) for each in (formulas.satisfaction, formulas.made_good, formulas.with_taste, formulas.moved)
)
refund_only, return_hazards, return_chance = (
    scalar(each) for each in (formulas.refund_only, formulas.return_hazards, formulas.return_chance)
)


@compile_scalar
def facts(shop: Any, parcels: Any, people: Any, row: Any) -> Any:
    """See receive.facts."""
    sku, flags, here = parcels.sku[row], parcels.flags[row], parcels.platform[row]
    return Lines(
        shop.returns[people.persona[parcels.user[row]]], shop.quality[sku], shop.listing[sku], ZERO,
        np.float32(max(parcels.shipped[row] - parcels.due[row], 0)) / HOURS, having(flags, IN_ROOM),
        having(flags, IMPULSE), having(flags, FILLER), shop.preship[here], shop.refund[here],
    )  # fmt: skip


def open_up(
    unpacking: Any, behaviour: Any, shop: Any, rows: Any, first: Any, taste: Any, parcels: Any, people: Any,
    leaves: Any, sku_hash: Any,
) -> Any:  # fmt: skip
    """See receive.open_up: all are pleased before anybody's thoughts move, as one may get two orders."""
    leave_step = step_of(unpacking.leave_key)
    without_step, back_step = step_of(unpacking.without_key), step_of(unpacking.back_key)
    pleased, happy, trust = np.empty((3, len(first)), np.float32)
    for place in range(len(first)):
        row = rows[first[place]]
        person, known = parcels.user[row], facts(shop, parcels, people, row)
        content = satisfaction(
            behaviour.aftersale, known.quality, known.hype, known.listing, known.late_days, unpacking.notice,
            np.float32(parcels.reply[row]), np.float32(parcels.ratio[row]) / PERMILLE,
        )  # fmt: skip
        if known.late_days > ZERO:
            content = made_good(behaviour.aftersale, content, unpacking.resolved)
        pleased[place] = with_taste(behaviour.aftersale, content, taste[place])
        before = stock(np.float32(people.satisfaction[person])), stock(np.float32(people.trust[person]))
        happy[place], trust[place] = moved(behaviour.aftersale, before[0], before[1], pleased[place])
    for place in range(len(first)):
        person = parcels.user[rows[first[place]]]
        people.satisfaction[person] = np.uint16(scaled(happy[place]))
        if not people.flags[person] & BARGAIN:
            people.trust[person] = np.uint16(scaled(trust[place]))
    for place in range(len(first)):
        row = rows[first[place]]
        person = parcels.user[row]
        content = stock(np.float32(people.satisfaction[person]))
        level = np.float32(people.level[person]) if len(people.level) else ZERO
        leaving = dropout(behaviour, leaves[people.dropout[person]], content, level)
        paid_at = np.uint64(parcels.paid_at[row])
        if top(hashed_pair(person, leave_step, unpacking.leave_key, paid_at)) < in_parts(leaving):
            people.flags[person] &= NOT_ALIVE
    asks, back = np.empty((2, len(rows)), np.bool_)
    for place in range(len(rows)):
        row = rows[place]
        person, known = parcels.user[row], facts(shop, parcels, people, row)
        own = np.uint64(parcels.paid_at[row]) ^ sku_hash[parcels.sku[row]]
        never = in_parts(refund_only(shop.category, known))
        without = top(hashed_pair(person, without_step, unpacking.without_key, own)) < never
        hazards = return_hazards(behaviour.aftersale, shop.category, known, shop.terms)
        returns = top(hashed_pair(person, back_step, unpacking.back_key, own)) < in_parts(return_chance(hazards))
        asks[place], back[place] = without or returns, returns and not without
    return pleased, asks, back
