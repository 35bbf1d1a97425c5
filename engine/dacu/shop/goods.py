"""Goods compiled: one row a SKU, in the order of the scenario. Only stock and reviews move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dacu.content.items import unit_vector
from dacu.language.paths import join_path
from dacu.shop.blocks import ShopBlock, SkuBlock
from dacu.units import Moment

UNLIMITED = -1
NONE = -1


class Role(IntEnum):
    """What a SKU is in the assortment for."""

    TRAFFIC = 0
    PROFIT = 1
    IMAGE = 2


@dataclass(frozen=True)
class Restock:
    """Pieces of a SKU that arrive at a moment."""

    path: str
    sku: int
    at: Moment
    units: int


@dataclass(frozen=True)
class Goods:
    """Columns by SKU.

    Fen: list_price, cost, market_value (what buyers think it is worth), floor_price (0 = none). stock:
    pieces for all people the agents stand for, UNLIMITED without a count. topic: topics × SKUs, unit
    vectors. season: SKUs × 12 months. complement: row of the SKU bought along, NONE without.
    category_price: fen, the mean of the category, which no lever moves.
    """

    names: tuple[str, ...]
    list_price: NDArray[np.int64]
    cost: NDArray[np.int64]
    market_value: NDArray[np.int64]
    floor_price: NDArray[np.int64]
    stock: NDArray[np.int64]
    role: NDArray[np.uint8]
    topic: NDArray[np.float32]
    quality: NDArray[np.float32]
    listing: NDArray[np.float32]
    rating: NDArray[np.float32]
    reviews: NDArray[np.int32]
    sold: NDArray[np.int32]
    season: NDArray[np.float32]
    stockable: NDArray[np.float32]
    search_relevance: NDArray[np.float32]
    complement: NDArray[np.int16]
    category_price: int
    restocks: tuple[Restock, ...]

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def topics(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The different topic vectors, a row each, and which of them each SKU has."""
        different, which = np.unique(self.topic, axis=1, return_inverse=True)
        return different.T, which.reshape(-1)

    def row(self, name: str) -> int:
        """Row of a SKU; KeyError if there is none of that name."""
        return {known: row for row, known in enumerate(self.names)}[name]

    def path(self, row: int) -> str:
        """The scenario path of a SKU."""

        return join_path(("skus", self.names[row]))

    def copy(self) -> Goods:
        """A snapshot: shares what never changes, not the stock and the reviews."""
        return replace(self, stock=self.stock.copy(), rating=self.rating.copy(), reviews=self.reviews.copy())


def build_goods(skus: Mapping[str, SkuBlock], shop: ShopBlock) -> Goods:
    """Compile the blocks `skus` and `shop`."""
    names, blocks = tuple(skus), tuple(skus.values())
    rows = {name: row for row, name in enumerate(names)}
    worth = [sku.list if sku.market_value is None else sku.market_value for sku in blocks]
    return Goods(
        names=names,
        list_price=_whole([sku.list for sku in blocks]),
        cost=_whole([sku.cost for sku in blocks]),
        market_value=_whole(worth),
        floor_price=_whole([sku.floor_price or 0 for sku in blocks]),
        stock=_whole([UNLIMITED if sku.stock is None else sku.stock for sku in blocks]),
        role=np.array([Role[sku.role.upper()] for sku in blocks], np.uint8),
        topic=_topics([sku.topics or shop.topics for sku in blocks]),
        quality=np.array([sku.quality for sku in blocks], np.float32),
        listing=np.array([sku.listing for sku in blocks], np.float32),
        rating=np.array([sku.rating for sku in blocks], np.float32),
        reviews=np.array([sku.reviews for sku in blocks], np.int32),
        sold=np.array([sku.sold for sku in blocks], np.int32),
        season=np.array([sku.season for sku in blocks], np.float32),
        stockable=np.array([sku.stockable for sku in blocks], np.float32),
        search_relevance=np.array([sku.search_relevance for sku in blocks], np.float32),
        complement=np.array([rows.get(sku.complement or "", NONE) for sku in blocks], np.int16),
        category_price=shop.category_price or round(sum(worth) / max(1, len(worth))),
        restocks=tuple(_restocks(skus)),
    )


def _whole(amounts: list[int]) -> NDArray[np.int64]:
    return np.array(amounts, np.int64)


def _topics(topics: list[tuple[float, ...]]) -> NDArray[np.float32]:
    return np.array([unit_vector(weights) for weights in topics], np.float32).T.copy()


def _restocks(skus: Mapping[str, SkuBlock]) -> list[Restock]:

    return [
        Restock(join_path(("skus", name, "restock", arrival)), row, block.date, block.units)
        for row, (name, sku) in enumerate(skus.items())
        for arrival, block in sku.restock.items()
    ]
