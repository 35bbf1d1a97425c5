"""What is due of presales: the terms of many bills at once, and the hour in which each balance would be paid."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.presale import hours_to_balance
from dacu.draws import Stream, uniform
from dacu.shop.bill import Bill
from dacu.shop.presale import Terms, terms_of
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]


def presale_terms(world: World, distinct: list[Bill], bill: I64) -> dict[str, I64]:
    """The terms of each row's bill (a row of `distinct`), by name; all are bills of presales."""
    book = world.setting.rulebook
    used, row = np.unique(bill, return_inverse=True)
    found = [terms_of(distinct[place], book.rules, book.list_prices) for place in used.tolist()]
    columns = np.array(found, np.int64).reshape(-1, len(Terms._fields))[row.reshape(-1)].T
    return dict(zip(Terms._fields, columns, strict=True))


def hour_of_balance(world: World, users: NDArray[np.int32], first: I64, last: I64) -> I64:
    """The hour in which whoever pays a deposit now would pay the balance, one draw a person and hour.

    It tells chances and payments alike, so that expected orders stand in the hours of the real ones.
    """
    draw = uniform(world.key(Stream.PRESALE_BALANCE, 1), users)
    return first + hours_to_balance(world.setting.behaviour.presale, draw, last - first)
