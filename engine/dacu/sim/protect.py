"""Price protection (价保): a price that falls after a purchase is regretted, and some claim the difference.

It compares what a line cost a piece with what one piece costs everybody now. Limited offers, coupons and prices of an
audience do not count; the platform keeps its fee on what is given back.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.interest import parts, stock
from dacu.draws import Stream, bits32, chance_of
from dacu.ledger import SLOTS_AN_HOUR, Account
from dacu.sim.parcels import Fate
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]


def protect(world: World) -> None:
    """Where a price has fallen in this hour, those who bought under protection are told."""
    if world.t <= 0 or not any(_protects(event.protected_until, world.t) for event in world.setting.calendar.events):
        return
    for platform in range(len(world.setting.platforms)):
        price, before = (world.setting.outlook.now(t, platform) for t in (world.t, world.t - 1))
        fallen = price < before
        if fallen.any():
            _tell(world, platform, price, fallen)


def _protects(until: float | None, t: int) -> bool:
    return until is not None and t < until


def _tell(world: World, platform: int, price: I64, fallen: NDArray[np.bool_]) -> None:
    """Who paid more than `price` a piece for goods they kept, and has not claimed yet, is less pleased; some claim."""
    lines, facts = world.ledger.lines, world.setting.behaviour.price
    dearer = lines["paid"] - price[lines["sku"]] * lines["qty"] * world.setting.weight
    open_ = (lines["platform"] == platform) & (lines["refund"] == Fate.KEPT) & (lines["price_back"] == 0)
    rows = np.flatnonzero(_protected(world, platform) & open_ & fallen[lines["sku"]] & (dearer > 0))
    regret = np.unique(lines["user"][rows])
    world.users.satisfaction[regret] = parts(
        np.maximum(stock(world.users.satisfaction[regret]) - np.float32(facts.regret), np.float32(0))
    )
    hashes = world.setting.sku_hash[lines["sku"][rows]]
    claimed = rows[bits32(world.key(Stream.PRICE_PROTECTION), lines["user"][rows], hashes) < chance_of(facts.claim)]
    lines["price_back"][claimed] = dearer[claimed]
    where = {name: lines[name][claimed] for name in ("order", "lever", "sku")}
    world.ledger.book_entries(world.t, Account.REFUND, dearer[claimed], **where)


def _protected(world: World, platform: int) -> NDArray[np.bool_]:
    """Lines paid on a platform in a sale whose protection still holds."""
    slot, name = world.ledger.lines["slot"], world.setting.platforms.names[platform]
    inside = np.zeros(len(slot), np.bool_)
    for event in world.setting.calendar.events:
        if event.platform in (None, name) and _protects(event.protected_until, world.t):
            for wave in event.waves:
                inside |= (slot >= wave.start * SLOTS_AN_HOUR) & (slot < wave.end * SLOTS_AN_HOUR)
    return inside
