"""Compiled twins of the kernels of the reference model."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from dacu.behaviour import maths
from dacu.behaviour.compiled import hashed, in_parts, mix, scalar, step_of, top, twin
from dacu.kernels import Kernel

log32, sigmoid32 = scalar(maths.log32), scalar(maths.sigmoid32)
ONE = np.float32(1)


@cache
def twins(kernels: tuple[Kernel[Any, Any], Kernel[Any, Any]]) -> tuple[Any, Any]:
    """Of the kernels show and decide."""
    return twin(show, kernels[0]), twin(decide, kernels[1])


def show(
    keys: Any, click_key: Any, online: Any, segment: Any, affinity: Any, seen: Any, channels: Any, reach: Any,
    intercept: Any, weights: Any, word: Any,
) -> Any:  # fmt: skip
    """See reference_model.show: who sees what, a channel at a time; then those who see anything, packed together."""
    seeing = np.zeros(len(online), np.uint8)
    for channel in range(len(keys)):
        key, step, bit = keys[channel], step_of(keys[channel]), np.uint8(1 << channel)
        for row in range(len(online)):
            seeing[row] |= bit * np.uint8(top(hashed(online[row], step, key)) < reach[channel])
    people, sees = np.empty(len(online), np.int32), np.empty(len(online), np.uint8)
    count = 0
    for row in range(len(online)):
        people[count], sees[count] = online[row], seeing[row]
        count += seeing[row] > 0
    utility = np.empty(count, np.float32)
    for row in range(count):
        person = people[row]
        utility[row] = intercept[segment[person]] + affinity[person] * weights.affinity
        utility[row] += log32(ONE + np.float32(seen[person])) * weights.views
    chances = np.empty(count, np.uint32)
    for row in range(count):
        chances[row] = in_parts(sigmoid32(utility[row] + word))
    step = step_of(click_key)
    clickers = np.empty(count, np.int32)
    views, clicks, clicked = 0, 0, 0
    for row in range(count):
        here, hits = 0, 0
        first = hashed(people[row], step, click_key)
        for channel in range(len(keys)):
            if sees[row] >> channel & 1:
                here += 1
                hits += top(mix(first ^ channels[channel])) < chances[row]
        seen[people[row]] += here
        views += here
        clicks += hits
        clickers[clicked] = people[row]
        clicked += hits > 0
    return views, clicks, clickers[:clicked]


def decide(key: Any, online: Any, cart: Any, affinity: Any, weight: Any, pull: Any) -> Any:
    """See reference_model.decide."""
    step = step_of(key)
    buyers = np.empty(len(online), np.int32)
    mass, count = 0, 0
    for row in range(len(online)):
        person = online[row]
        if cart[person]:
            chance = in_parts(sigmoid32(affinity[person] * weight + pull))
            mass += int(chance)
            buyers[count] = person
            count += top(hashed(person, step, key)) < chance
    return buyers[:count], mass
