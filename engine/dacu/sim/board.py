"""The board: what an hour's placements are, as columns with one value a placement, for all who look at many views."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Medium
from dacu.behaviour.scalars import logit64
from dacu.levers.base import Placement
from dacu.sim.world import FATIGUE, World

F64: TypeAlias = NDArray[np.float64]
I64: TypeAlias = NDArray[np.int64]
PRODUCT = frozenset({"feed_ads", "boost", "organic", "kol", "koc", "venue"})
"""Channels whose clicks count in the click rate of product exposures; others have their own."""


class Board(NamedTuple):
    """Placements of one hour."""

    lever: NDArray[np.int16]
    platform: NDArray[np.uint8]
    room: NDArray[np.int16]  # which a card opens, −1: none
    fatigue: I64  # row of the channel in users.fatigue, −1: it tires nobody
    click: NDArray[np.float32]  # logit of the usual click rate
    click_rate: F64
    hash: NDArray[np.uint64]  # of lever and mode
    product: NDArray[np.bool_]  # its lever's clicks count in the click rate of product exposures
    awareness: F64  # gain of a view
    consideration: F64  # gain of a click

    @classmethod
    def of(cls, world: World, placements: list[tuple[int, Placement]]) -> Board:
        """The board of an hour, when all placements are known: set up once for all hours with the like of them."""
        boards = world.setting.boards
        like = tuple((lever, each.channel, each.mode, each.platform, each.room) for lever, each in placements)
        if like not in boards:
            boards[like] = cls._set_up(world, placements)
        return boards[like]

    @classmethod
    def _set_up(cls, world: World, placements: list[tuple[int, Placement]]) -> Board:
        channels = world.setting.behaviour.channels
        product = {lever for lever, placement in placements if placement.channel.label in PRODUCT}
        rows = [
            (
                lever, placement.platform, placement.room, FATIGUE.get(placement.channel, -1),
                int(world.setting.levers[lever].hash) ^ int(placement.mode), lever in product,
                _medium(world, placement), channels[placement.channel.label],
            )
            for lever, placement in placements
        ]  # fmt: skip
        columns = zip(*rows, strict=True) if rows else [()] * 8
        levers, platforms, rooms, fatigue, hashes, products, media, kinds = columns
        rates = [medium.click_rate for medium in media]
        return cls(
            _column(levers, np.int16), _column(platforms, np.uint8), _column(rooms, np.int16),
            _column(fatigue, np.int64), _column([logit64(rate) for rate in rates], np.float32),
            _column(rates, np.float64), _column(hashes, np.uint64), _column(products, np.bool_),
            _column([kind.awareness_gain for kind in kinds], np.float64),
            _column([kind.consideration_gain for kind in kinds], np.float64),
        )  # fmt: skip


def _column(values: Any, dtype: Any) -> NDArray[Any]:
    return np.array(values, dtype)


def _medium(world: World, placement: Placement) -> Medium:
    """The row of coefficients of a placement: a card that opens a live room has the room's own click rate."""
    label = "live" if placement.room >= 0 else placement.channel.label
    return world.setting.behaviour.channels[label]
