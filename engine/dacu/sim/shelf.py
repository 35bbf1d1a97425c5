"""The shelf: what the goods are to people in one hour, as columns for all who cart and buy."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import eagerness, regrets, review_utility
from dacu.shop.outlook import Elsewhen
from dacu.sim.now import Now
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]


class Sales(NamedTuple):
    """Sales of another time, platforms × SKUs: fen for one piece (0: none), and the share of their pull still there."""

    price: F32
    left: F32  # of those announced eagerness, of those over regret


class Shelf(NamedTuple):
    """Goods in one hour, a value a SKU."""

    worth: F32  # fen: market value
    role: NDArray[np.uint8]
    listing: F32
    reviews: F32  # utility of its reviews
    season: F32  # multiple of need in this month
    coming: Sales  # announced
    over: Sales


def shelf_of(world: World, now: Now) -> Shelf:
    """Set up once an hour, when somebody first asks."""
    if now.shelf is None:
        now.shelf = _set_up(world)
    return now.shelf


def _set_up(world: World) -> Shelf:
    setting, goods = world.setting, world.goods
    platforms, outlook, behaviour = range(len(setting.platforms)), setting.outlook, setting.behaviour
    coming, coming_in = _sales([outlook.coming(world.t, platform) for platform in platforms])
    over, over_for = _sales([outlook.last_sale(world.t, platform) for platform in platforms])
    return Shelf(
        worth=goods.market_value.astype(np.float32), role=goods.role, listing=goods.listing,
        reviews=review_utility(behaviour, goods.rating, goods.reviews.astype(np.float32)),
        season=goods.season[:, setting.month(world.t)].copy(),
        coming=Sales(coming, eagerness(behaviour, coming_in)),
        over=Sales(over, regrets(behaviour, over_for)),
    )  # fmt: skip


def _sales(by_platform: list[Elsewhen]) -> tuple[F32, F32]:
    """Prices and days, platforms × SKUs."""
    prices, days = (np.array(column, np.float32) for column in zip(*by_platform, strict=True))
    return prices, days
