"""Stored interest, need and fatigue: what a person carries from one hour to the next.

Bounded goodwill stocks after Nerlove & Arrow (1962), an adstock for each person. Stocks are stored as u16 parts of
65,535; formulas work on float32. Half-lives are exact powers of two, never approximations of a daily rate.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Behaviour, Searching
from dacu.behaviour.floats import as_double, as_single
from dacu.behaviour.maths import exp32, log32
from dacu.behaviour.scalars import exp64
from dacu.kernels import kernel

Floats: TypeAlias = NDArray[np.float32]
ZERO, HALF, ONE = np.float32(0), np.float32(0.5), np.float32(1)
FULL = np.float32(65535)
PER_STOCK = np.float32(1 / 65535)
PER_HOUR = np.float32(-1.5 / 24)  # of household stock: what it takes off the log of need
UNIT = np.float32(127)  # parts of an interest of 1
PER_UNIT = ONE / UNIT
VIEW = 256  # parts of one view in the fatigue column
LN2 = 0.6931471805599453


def stock(parts: NDArray[np.uint16]) -> Floats:
    """Stored parts as a stock in [0, 1]."""
    return parts * PER_STOCK


def parts(stock: Floats) -> NDArray[np.uint16]:
    """A stock in [0, 1] as stored parts, rounded."""
    return scaled(stock).astype(np.uint16)


def scaled(stock: Floats) -> Floats:
    """A stock in parts, before what is behind the point is cut off."""
    full: Floats = np.minimum(np.maximum(stock, ZERO), ONE) * FULL + HALF
    return full


def kept(half_life: float, elapsed: float) -> float:
    """Share of a stock left after `elapsed`, both in one unit."""
    return float(exp64(-LN2 * elapsed / half_life))


def gain(stock: Floats, kept_gap: Floats) -> Floats:
    """A bounded stock after exposure: the gap to 1 shrinks to `kept_gap` of itself."""
    return ONE - (ONE - stock) * kept_gap


def exposure_gain(rate: float | NDArray[np.float64], quality: Floats, match: Floats) -> Floats:
    """Share of the gap to full awareness that one exposure closes: rate · 2q · match."""
    share = quality * np.float32(2 * rate)
    share *= match
    closed: Floats = np.minimum(share, ONE)
    return closed


def need(stocked_until: NDArray[np.int32], cycle: Floats, hour: int) -> Floats:
    """Category need in (0, 1]: exp(−1.5 · days of household stock ÷ purchase cycle)."""
    days = np.maximum(stocked_until - np.int32(hour), 0) * PER_HOUR / cycle
    likely: Floats = as_double(exp32(days))
    return likely


@kernel
def match_of(interests: NDArray[np.int8], people: NDArray[np.integer], topic: NDArray[np.float32]) -> Floats:
    """`match` of some people. interests: topics × all people."""
    return match(interests[:, people], topic)


def match(interests: NDArray[np.int8], topic: NDArray[np.float32]) -> Floats:
    """Cosine of interests (topics × people, unit vectors in parts) with one topic vector, at least 0.

    A sum in fixed order: matrix products differ between CPUs.
    """
    total = interests[0] * (topic[0] / UNIT)
    for row, weight in zip(interests[1:], topic[1:], strict=True):
        if weight:
            total += row * (weight / UNIT)
    return _as_share(total)


@kernel
def match_pairs(
    interests: NDArray[np.int8], people: NDArray[np.integer], topics: NDArray[np.float32], items: NDArray[np.integer]
) -> Floats:
    """As `match`, but each person with an item of their own. interests: topics × all people; topics: topics × items."""
    total = interests[0, people] * topics[0, items]
    for row, weights in zip(interests[1:], topics[1:], strict=True):
        total += row[people] * weights[items]
    total *= PER_UNIT
    return _as_share(total)


def _as_share(cosine: Floats) -> Floats:
    share: Floats = np.minimum(np.maximum(cosine, ZERO), ONE)
    return share


def weariness(log_of_views: Floats, views: NDArray[np.uint16], weight: float) -> Floats:
    """Logit taken off a click by recent views: weight · ln(1 + F)."""
    return log_of_views[views] * np.float32(weight)


@cache
def log_of_views() -> Floats:
    """ln(1 + F) of every fatigue that a column can hold: looking it up is faster than computing it."""
    return log32(np.arange(2**16, dtype=np.uint16) * np.float32(1 / VIEW) + np.float32(1))


def search_rate(behaviour: Behaviour | Searching, awareness: Floats, consideration: Floats, need: Floats) -> Floats:
    """Hazard of a brand search in an online hour: stored interest comes back as a query."""
    stored = awareness * np.float32(behaviour.search.brand_awareness)
    stored += consideration
    rate: Floats = as_single(stored * need)
    rate *= np.float32(behaviour.search.brand_rate)
    return rate
