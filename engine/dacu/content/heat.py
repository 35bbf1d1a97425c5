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
    usual = expected_weight(content)[items["kinds"][rows]] * bar
    rate = (usual * content.smoothing + items["weighted"][rows]) / (content.smoothing + items["plays"][rows])
    target = content.heat_power * power * log64(rate / usual)
    speed = np.minimum(1.0, content.heat_speed * 12.0 / items["half_life"][rows])
    heat = (1 - speed) * items["heat"][rows] + speed * target
    low, high = scalars.log64(content.heat_low), scalars.log64(content.heat_high)
    items["heat"][rows] = np.minimum(np.maximum(heat, low), high)
