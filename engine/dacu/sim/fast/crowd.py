"""Twins of the kernels of sim/crowd.py. Rows are gone through in turn, so a person may stand in several."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import choice, interest
from dacu.behaviour.compiled import compile_scalar, hashed, scalar, step_of, top
from dacu.people.users import Flag

ONE = interest.ONE
MEMBER = np.uint8(Flag.MEMBER)
person_appeal = scalar(choice.person_appeal)
stock, gain, scaled, need = (scalar(each) for each in (interest.stock, interest.gain, interest.scaled, interest.need))


@compile_scalar
def raise_one(column: Any, person: Any, closed: Any) -> None:
    """Of one person; see crowd.raise_stock."""
    column[person] = np.uint16(scaled(gain(stock(np.float32(column[person])), ONE - closed)))


def raise_stock(column: Any, users: Any, closed: Any) -> None:
    """See crowd.raise_stock."""
    for row in range(len(users)):
        raise_one(column, users[row], closed[row])


def read_appeal(behaviour: Any, users: Any, awareness: Any, consideration: Any, needs: Any) -> Any:
    """See crowd.read_appeal."""
    appeal, considers = np.empty((2, len(users)), np.float32)
    for row in range(len(users)):
        person = users[row]
        considers[row] = stock(np.float32(consideration[person]))
        appeal[row] = person_appeal(behaviour, stock(np.float32(awareness[person])), considers[row], needs[row])
    return appeal, considers


def read_need(users: Any, stocked_until: Any, cycle: Any, hour: Any) -> Any:
    """See crowd.read_need."""
    until, cycles = np.empty(len(users), np.int32), np.empty(len(users), np.float32)
    for row in range(len(users)):
        until[row], cycles[row] = stocked_until[users[row]], cycle[users[row]]
    needs = np.empty(len(users), np.float64)
    for row in range(len(users)):
        needs[row] = need(until[row], cycles[row], hour)
    return needs


def become_members(key: Any, flags: Any, users: Any, chance: Any) -> Any:
    """See crowd.become_members."""
    step, joined = step_of(key), 0
    for row in range(len(users)):
        if not flags[users[row]] & MEMBER and top(hashed(users[row], step, key)) < chance:
            flags[users[row]] |= MEMBER
            joined += 1
    return joined
