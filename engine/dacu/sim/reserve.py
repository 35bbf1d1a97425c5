"""A deposit is paid: pieces are set aside, and it is drawn who will pay the balance, and when."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.draws import Stream, bits32, chance_of
from dacu.ledger import SLOTS_AN_HOUR, LineFlag
from dacu.people.users import CartFlag
from dacu.sim.decide import Buyers
from dacu.sim.due import hour_of_balance, presale_terms
from dacu.sim.tally import Measure
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]


def reserve(world: World, buyers: Buyers) -> None:
    """Note the reservations of buyers, whose bills are presales'. Until the balance falls due they need no more."""
    users, key = buyers.user, world.key(Stream.PRESALE_BALANCE)
    due = presale_terms(world, buyers.distinct, buyers.bill)
    pays = bits32(key, users) < chance_of(world.setting.behaviour.presale.balance)
    paid_at = hour_of_balance(world, users, due["first"], due["last"])
    world.reservations.append({
        "user": users, "slot": world.t * SLOTS_AN_HOUR + buyers.slot.astype(np.int64),
        "platform": buyers.platform, "lever": buyers.lever,
        "room": buyers.room, "led": world.users.cart_flags[users] & CartFlag.CHANNEL != 0,
        "sku": due["sku"], "qty": due["qty"], "offers": due["offers"],
        "flags": buyers.flags | np.uint16(LineFlag.PRESALE), "deposit": due["deposit"],
        "hour": np.where(pays, paid_at, due["last"] - 1), "pays": pays,
    })  # fmt: skip
    world.tally.add(Measure.DEPOSITS, world.t, buyers.lever)
    world.users.stocked_until[users] = np.maximum(world.users.stocked_until[users], due["first"])
