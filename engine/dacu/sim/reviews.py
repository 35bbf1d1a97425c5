"""Reviews of delivered orders: written at delivery, shown on the product page some days later."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.reviews import rating_after, review_chance, stars
from dacu.columns import totals_by
from dacu.draws import Stream, bits32, chance
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I64: TypeAlias = NDArray[np.int64]


def write_reviews(world: World, rows: I64, pleased: F32) -> None:
    """Note the stars of orders whose buyers will review them; an order is reviewed by its first SKU."""
    table, facts = world.parcels.lines, world.setting.behaviour.reviews
    paid_at = table["paid_at"][rows].astype(np.int64).astype(np.uint64)
    draw = bits32(world.setting.seed.key(Stream.REVIEW), table["user"][rows], paid_at)
    table["stars"][rows] = np.where(draw < chance(review_chance(facts, pleased)), stars(facts, pleased), 0)


def publish_reviews(world: World) -> None:
    """Reviews that come out in this hour move rating and count. D1 opens with those that the scenario states."""
    if not 0 <= world.t < world.setting.calendar.end_hour:
        return
    table, goods, facts = world.parcels.lines, world.goods, world.setting.behaviour.reviews
    rows = np.flatnonzero((table["delivered"] == world.t - int(facts.delay)) & (table["stars"] > 0))
    if not len(rows):
        return
    sku, weight = table["sku"][rows].astype(np.int64), world.setting.weight
    given = totals_by(sku, table["stars"][rows].astype(np.int64) * weight, len(goods))
    more = totals_by(sku, np.full(len(rows), weight, np.int64), len(goods))
    goods.rating[:], goods.reviews[:] = rating_after(facts, goods.rating, goods.reviews, given, more)
