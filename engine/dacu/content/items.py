"""Items: whatever is seen. A post, an ad creative, a push, a card of a venue, the door of a live room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dacu.draws import path_hash

TOPICS = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to see, as a lever announces it.

    topics: eight weights, any scale. skus: rows of goods it shows; empty = no product link, so it gives interest but no
    visit. live_from: hour after review. half_life in hours, floor a share: freshness is max(floor, 2^(−age/half_life)).
    """

    path: str
    topics: Sequence[float]
    skus: Sequence[int]
    quality: float = 0.5
    trust: float = 0.5
    fit: float = 0.5
    live_from: float = -1e6
    half_life: float = 1e9
    floor: float = 1.0
    note: float = 0.0  # weight of note affinity
    live: float = 0.0  # weight of live affinity
    kinds: int = 0  # row of interaction kinds: 0 video, 1 note
    new_format: float = 0.0
    hot: float = 0.0
    hours: int = 0xFFFFFF  # hours of the day in which the item's use fits
    platform: int = 0
    account: int = -1  # bit of the account whose followers it makes
    room: int = -1  # the live room it opens


_COLUMNS = {
    "quality": np.float32, "trust": np.float32, "fit": np.float32, "note": np.float32, "live": np.float32,
    "new_format": np.float32, "hot": np.float32, "half_life": np.float64, "floor": np.float64, "live_from": np.float64,
    "kinds": np.uint8, "hours": np.uint32, "account": np.int16, "room": np.int16, "lever": np.int16,
    "platform": np.uint8, "plays": np.int64, "interactions": np.int64, "weighted": np.int64, "heat": np.float64,
    "hash": np.uint64,
}  # fmt: skip
MOVING = frozenset({"plays", "interactions", "weighted", "heat"})


@dataclass
class Items:
    """The items of a run as columns; rows are added while the stage is set and never leave.

    topic: topics × items, unit vectors. goods: items × SKUs, which goods an item shows. plays: impressions in people.
    interactions: people's; weighted: the same by their weight. heat: ln of the pool factor.
    """

    paths: list[str] = field(default_factory=list)
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    topic: NDArray[np.float32] = field(default_factory=lambda: np.empty((TOPICS, 0), np.float32))
    goods: NDArray[np.bool_] = field(default_factory=lambda: np.empty((0, 0), np.bool_))

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def copy(self) -> Items:
        """A snapshot; what never changes after the stage is set is shared."""
        columns = {name: column.copy() if name in MOVING else column for name, column in self.columns.items()}
        return Items(self.paths, columns, self.topic, self.goods)


class ItemsBuilder:
    """Collects items while levers open, then makes the table."""

    def __init__(self) -> None:
        self._items: list[tuple[Item, int]] = []

    def add(self, item: Item, lever: int) -> int:
        """Add one item of a lever; returns its row."""
        self._items.append((item, lever))
        return len(self._items) - 1

    def build(self, skus: int) -> Items:
        """The finished table for an assortment of so many SKUs."""
        items = [item for item, _ in self._items]
        columns: dict[str, NDArray[Any]] = {
            name: np.array([getattr(item, name, 0) for item in items], dtype) for name, dtype in _COLUMNS.items()
        }
        columns["lever"] = np.array([lever for _, lever in self._items], np.int16)
        columns["hash"] = np.array([path_hash(item.path) for item in items], np.uint64)
        goods = np.zeros((len(items), skus), np.bool_)
        for row, item in enumerate(items):
            goods[row, list(item.skus)] = True
        columns["linked"] = np.logical_or.reduce(goods, axis=1)
        topic = np.array([unit_vector(item.topics) for item in items], np.float32).reshape(-1, TOPICS).T.copy()
        return Items([item.path for item in items], columns, topic, goods)


def unit_vector(topics: Sequence[float]) -> NDArray[np.float64]:
    """Topic weights scaled to length 1."""
    weights = np.array(topics, np.float64)
    square = 0.0
    for weight in weights:
        square += float(weight) * float(weight)
    unit: NDArray[np.float64] = weights / np.sqrt(square)
    return unit
