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
    draw = bits32(world.setting.seed.key(Stream.REVIEW), table["user"][rows], world.parcels.paid_at(rows))
    writes = draw < chance(review_chance(facts, pleased))
    if writes.any():
        reviewed = world.parcels.reviewed[world.t] = rows[writes]
        table["stars"][reviewed] = stars(facts, pleased[writes])


def publish_reviews(world: World) -> None:
    """Reviews that come out in this hour move rating and count. D1 opens with those that the scenario states."""
    table, goods, facts = world.parcels.lines, world.goods, world.setting.behaviour.reviews
    rows = world.parcels.reviewed.pop(world.t - int(facts.delay), None)
    if rows is None or not 0 <= world.t < world.setting.calendar.end_hour:
        return
    sku, weight = table["sku"][rows].astype(np.int64), world.setting.weight
    given = totals_by(sku, table["stars"][rows].astype(np.int64) * weight, len(goods))
    more = totals_by(sku, np.full(len(rows), weight, np.int64), len(goods))
    goods.rating[:], goods.reviews[:] = rating_after(facts, goods.rating, goods.reviews, given, more)
