"""Reviews: who writes one, and with how many stars. Pure formulas over float32 arrays of delivered orders.

| name | meaning |
|---|---|
| `review_chance(reviews, satisfied)` | chance that an order is reviewed |
| `stars(reviews, satisfied)` | 1…5 |
| `rating_after(reviews, rating, count, stars, more)` | both once `more` reviews with `stars` in all are out |
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Reviews

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.integer[Any]]
MOST = 2**31 - 1  # reviews that a SKU shows


def review_chance(reviews: Reviews, satisfied: Floats) -> Floats:
    """Whoever is left below three stars writes more often."""
    times = np.where(satisfied < np.float32(reviews.three), np.float32(reviews.unhappy), np.float32(1))
    chance: Floats = np.minimum(times * np.float32(reviews.share), np.float32(1))
    return chance


def stars(reviews: Reviews, satisfied: Floats) -> NDArray[np.uint8]:
    """Stars by satisfaction: one more at each threshold."""
    given = np.ones(len(satisfied), np.uint8)
    for step in (reviews.two, reviews.three, reviews.four, reviews.five):
        given += satisfied >= np.float32(step)
    return given


def rating_after(
    reviews: Reviews, rating: Floats, count: Ints, stars: Ints, more: Ints
) -> tuple[Floats, NDArray[np.int64]]:
    """The mean over old and new reviews; the stated rating counts as `prior` reviews beside those it has."""
    weight = count.astype(np.float64) + reviews.prior
    total = weight + more
    mean = np.divide(rating * weight + stars, total, out=rating.astype(np.float64), where=total > 0)
    return mean.astype(np.float32), np.minimum(count.astype(np.int64) + more, MOST)
