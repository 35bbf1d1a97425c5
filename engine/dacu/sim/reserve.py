"""A deposit is paid: pieces are set aside, and it is drawn who will pay the balance, and when."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.presale import hours_to_balance
from dacu.draws import Stream, bits32, chance_of, uniform
from dacu.ledger import SLOTS_AN_HOUR, LineFlag
from dacu.people.users import CartFlag
from dacu.shop.presale import Terms, terms_of
from dacu.sim.decide import Buyers
from dacu.sim.tally import Measure
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]


def reserve(world: World, buyers: Buyers, rows: I64) -> None:
    """Note the reservations of buyers whose bill is a presale's. Until the balance falls due they need no more."""
    users, setting = buyers.user[rows], world.setting
    terms = _terms(world, buyers, buyers.bill[rows])
    slot = world.t * SLOTS_AN_HOUR + buyers.slot[rows].astype(np.int64)
    ordinal = slot.astype(np.uint64)
    facts, key = setting.behaviour.presale, setting.seed.key
    pays = bits32(key(Stream.PRESALE_BALANCE), users, ordinal) < chance_of(facts.balance)
    draw = uniform(key(Stream.PRESALE_BALANCE, ordinal=1), users, ordinal)
    later = hours_to_balance(facts, draw, terms["last"] - terms["first"])
    world.reservations.append({
        "user": users, "slot": slot, "platform": buyers.platform[rows], "lever": buyers.lever[rows],
        "room": buyers.room[rows], "led": world.users.cart_flags[users] & CartFlag.CHANNEL != 0,
        "sku": terms["sku"], "qty": terms["qty"], "offers": terms["offers"],
        "flags": buyers.flags[rows] | np.uint16(LineFlag.PRESALE), "deposit": terms["deposit"],
        "hour": np.where(pays, terms["first"] + later, terms["last"] - 1), "pays": pays,
    })  # fmt: skip
    world.tally.add(Measure.DEPOSITS, world.t, buyers.lever[rows])
    world.users.stocked_until[users] = np.maximum(world.users.stocked_until[users], terms["first"])


def _terms(world: World, buyers: Buyers, bill: I64) -> dict[str, I64]:
    """The terms of each row's bill, by name."""
    book, used, row = world.setting.rulebook, *np.unique(bill, return_inverse=True)
    terms = [terms_of(buyers.distinct[place], book.rules, book.list_prices) for place in used.tolist()]
    return dict(zip(Terms._fields, np.array(terms, np.int64)[row.reshape(-1)].T, strict=True))
