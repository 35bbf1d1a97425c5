"""The shelf: what the goods are to people in one hour, as columns for all who look, cart and buy."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import review_utility
from dacu.behaviour.maths import log32
from dacu.shop.outlook import Elsewhen
from dacu.sim.now import Now
from dacu.sim.pricing import public_prices
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]


class Sales(NamedTuple):
    """Sales of another time, platforms × SKUs: fen for one piece (0: none), days from now to then."""

    price: F32
    days: F32


class Shelf(NamedTuple):
    """Goods in one hour, a value a SKU."""

    hash: NDArray[np.uint64]
    worth: F32  # fen: market value
    role: NDArray[np.uint8]
    listing: F32
    reviews: F32  # utility of its reviews
    pull: F32  # of its role, when people choose what to look at
    season: F32  # multiple of need in this month
    topics: F32  # the different topic vectors, a row each
    topic: NDArray[np.int64]  # its row of them
    level: F32  # platforms × slots × SKUs: ln(public price ÷ mean price of the category)
    apart: NDArray[np.bool_]  # sold in a room alone
    coming: Sales  # announced
    over: Sales


def shelf_of(world: World, now: Now) -> Shelf:
    """Set up once an hour, when somebody first asks."""
    if now.shelf is None:
        now.shelf = _set_up(world, now)
    return now.shelf


def _set_up(world: World, now: Now) -> Shelf:
    setting, goods, behaviour = world.setting, world.goods, world.setting.behaviour
    platforms, land, outlook = range(len(setting.platforms)), behaviour.land, setting.outlook
    prices = np.array([public_prices(world, now, platform) for platform in platforms])
    topics, topic = goods.topics
    return Shelf(
        hash=setting.sku_hash, worth=goods.market_value.astype(np.float32), role=goods.role, listing=goods.listing,
        reviews=review_utility(behaviour, goods.rating, goods.reviews.astype(np.float32)),
        pull=np.array([land.traffic, land.profit, land.image], np.float32)[goods.role],
        season=goods.season[:, setting.month(world.t)].copy(), topics=topics, topic=topic,
        level=log32((prices / goods.category_price).astype(np.float32)), apart=setting.hidden,
        coming=_sales([outlook.coming(world.t, platform) for platform in platforms]),
        over=_sales([outlook.last_sale(world.t, platform) for platform in platforms]),
    )  # fmt: skip


def _sales(by_platform: list[Elsewhen]) -> Sales:
    return Sales(*(np.array(column, np.float32) for column in zip(*by_platform, strict=True)))
