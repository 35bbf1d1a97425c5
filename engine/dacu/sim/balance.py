"""Balances of presales that are due: paid, they become orders; unpaid, the shop keeps the deposit and the goods."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.ledger import NONE, SLOTS_AN_HOUR, Account
from dacu.sim.decide import Buyers
from dacu.sim.grant import book
from dacu.sim.pricing import Baskets, bills
from dacu.sim.tally import Measure
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]


def pay_balances(world: World) -> None:
    """End the reservations whose hour has come. Whoever has several pays for one after the other."""
    table = world.reservations
    rows = np.flatnonzero(table["hour"] == world.t)
    if not len(rows):
        return
    pays = table["pays"][rows] == 1
    _forfeit(world, rows[~pays])
    open_ = rows[pays]
    while len(open_):
        first = np.unique(table["user"][open_], return_index=True)[1]
        _order(world, open_[np.sort(first)])
        open_ = np.delete(open_, first)


def _order(world: World, rows: I64) -> None:
    """Book the orders at the prices of the deposit's hour, to the touch of that hour."""
    kept = {name: world.reservations[name][rows] for name in world.reservations}
    distinct, bill = bills(world, Baskets.plain(kept["sku"], kept["qty"].astype(np.int64), kept["offers"]))
    none = np.full(len(rows), -1, np.int16)
    slot = (kept["slot"] % SLOTS_AN_HOUR).astype(np.uint8)
    buyers = Buyers(
        kept["user"], slot, kept["platform"], kept["lever"], bill, distinct, kept["flags"], none, none, kept["room"]
    )  # fmt: skip
    world.tally.add(Measure.BALANCES, world.t, kept["lever"])
    world.tally.add(Measure.CHANNEL_ORDERS, world.t, kept["lever"][kept["led"] == 1])
    world.tally.add(Measure.ROOM_ORDERS, world.t, kept["room"][kept["room"] != NONE])
    book(world, buyers)


def _forfeit(world: World, rows: I64) -> None:
    """Deposits kept are income of their promotion."""
    table, weight = world.reservations, world.setting.weight
    sku, deposit = table["sku"][rows], table["deposit"][rows] * weight
    for bit, rule in enumerate(world.setting.rulebook.rules):
        mine = table["offers"][rows] >> np.uint32(bit) & np.uint32(1) != 0
        if rule.deposit is not None and mine.any():
            where = {"lever": world.setting.offer_lever[bit], "sku": sku[mine]}
            world.ledger.book_entries(world.t, Account.DEPOSIT_KEPT, -deposit[mine], **where)
    counted = world.goods.stock[sku] >= 0
    np.add.at(world.goods.stock, sku[counted], table["qty"][rows][counted].astype(np.int64) * weight)
