"""Twins of the kernels of behaviour/interest.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import interest
from dacu.behaviour.compiled import compile_scalar, scalar

UNIT, PER_UNIT = interest.UNIT, interest.PER_UNIT
as_share = scalar(interest._as_share)


@compile_scalar
def fit(interests: Any, person: Any, weights: Any) -> Any:
    """See interest.match: of one person and one topic vector, divided by UNIT."""
    total = np.float32(interests[0, person]) * weights[0]
    for place in range(1, len(weights)):
        if weights[place]:
            total += np.float32(interests[place, person]) * weights[place]
    return as_share(total)


def match_of(interests: Any, people: Any, topic: Any) -> Any:
    """See interest.match_of."""
    matched, weights = np.empty(len(people), np.float32), topic / UNIT
    for row in range(len(people)):
        matched[row] = fit(interests, people[row], weights)
    return matched


@compile_scalar
def cosine(interests: Any, person: Any, topics: Any, item: Any) -> Any:
    """Of one person and one item, at least 0."""
    total = np.float32(interests[0, person]) * topics[0, item]
    for place in range(1, len(topics)):
        total += np.float32(interests[place, person]) * topics[place, item]
    return as_share(total * PER_UNIT)


def match_pairs(interests: Any, people: Any, topics: Any, items: Any) -> Any:
    """See interest.match_pairs."""
    matched = np.empty(len(people), np.float32)
    for row in range(len(people)):
        matched[row] = cosine(interests, people[row], topics, items[row])
    return matched
