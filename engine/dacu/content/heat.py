"""Organic distribution: freshness of an item, and heat, the pool that early engagement wins.

Early engagement begets distribution (Salganik, Dodds & Watts 2006). The pool factor M follows the smoothed interaction
rate E as ln M ← (1 − κ) ln M + κ η ln(E/e*), so in the steady state M = (E/e*)^η; with a half-life of 12 h an item
reaches about half of that before it fades, so nothing runs away.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour import scalars
from dacu.behaviour.coefficients import Behaviour, Content
from dacu.behaviour.maths import exp64, log64
from dacu.content.items import Items
from dacu.kernels import kernel

F64: TypeAlias = NDArray[np.float64]
LN2 = 0.6931471805599453


def freshness(items: Items, hour: float) -> F64:
    """max(floor, 2^(−age/half_life)) of items that are live, 0 of those that are not yet."""
    age = hour - items["live_from"]
    fading = exp64(age / items["half_life"] * -LN2)
    return np.where(age >= 0, np.maximum(items["floor"], fading), 0.0)


def pool_factor(items: Items) -> F64:
    """M of each item."""
    return exp64(items["heat"])


@cache
def kind_shares(content: Content) -> F64:
    """Shares of like, comment, collect, share: rows video, note (read-only)."""
    shares = np.array([content.kinds_video, content.kinds_note])
    shares.setflags(write=False)
    return shares


@cache
def kind_edges(content: Content) -> F64:
    """The same shares, summed up to each kind (read-only)."""
    edges: F64 = np.cumsum(kind_shares(content), axis=1)
    edges.setflags(write=False)
    return edges


@cache
def expected_weight(content: Content) -> F64:
    """Engagement weight of a view at reference quality (e*): rows video, note (read-only)."""
    shares = kind_shares(content)
    mean = np.zeros(len(shares))
    for kind, weight in enumerate(content.weights):
        mean += shares[:, kind] * weight
    mean *= content.interaction
    mean.setflags(write=False)
    return mean


def update_heat(
    behaviour: Behaviour, items: Items, rows: NDArray[np.int32], power: float = 1.0, bar: float = 1.0
) -> None:
    """Move ln M of items one hour on, from all views and interactions so far.

    power, bar: multiples of the exponent η and of the ordinary engagement e* that an algorithm asks for.
    """
    content = behaviour.content
    low, high = scalars.log64(content.heat_low), scalars.log64(content.heat_high)
    move_heat(
        items["heat"], rows, expected_weight(content) * bar, items["kinds"], items["plays"], items["weighted"],
        items["half_life"], content.smoothing, content.heat_power * power, content.heat_speed * 12.0, low, high,
    )  # fmt: skip


@kernel
def move_heat(
    heat: F64, rows: NDArray[np.int32], usual: F64, kinds: NDArray[np.uint8], plays: NDArray[np.int64],
    weighted: NDArray[np.int64], half_life: F64, smoothing: float, power: float, speed: float, low: float, high: float,
) -> None:  # fmt: skip
    """Move heat of some items one hour towards `power` · ln(E/e*), within low and high.

    usual: e* by kind; speed: of an item with a half-life of one hour.
    """
    ordinary = usual[kinds[rows]]
    rate = (ordinary * smoothing + weighted[rows]) / (smoothing + plays[rows])
    part = np.minimum(1.0, speed / half_life[rows])
    moved = (1.0 - part) * heat[rows] + part * (power * log64(rate / ordinary))
    heat[rows] = np.minimum(np.maximum(moved, low), high)
