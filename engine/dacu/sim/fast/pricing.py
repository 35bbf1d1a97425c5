"""Twins of the kernels of sim/pricing.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.sim import pricing

MOST_PIECES = pricing.MOST_PIECES


def different(sku: Any, qty: Any, add_on: Any, filler: Any, eligible: Any, goods: Any) -> Any:
    """See pricing.different. Few are different, so a sorted list of them takes in one after another."""
    rows = len(sku)
    first, basket, offers, order, number = np.empty((5, rows), np.int64)
    count = 0
    for row in range(rows):
        code = ((np.int64(sku[row]) * MOST_PIECES + qty[row]) * goods + add_on[row] + 1) * goods + filler[row] + 1
        bits = np.int64(eligible[row])
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            known = order[middle]
            if basket[known] < code or (basket[known] == code and offers[known] < bits):
                low = middle + 1
            else:
                high = middle
        if low == count or basket[order[low]] != code or offers[order[low]] != bits:
            for place in range(count, low, -1):
                order[place] = order[place - 1]
            order[low] = count
            first[count], basket[count], offers[count] = row, code, bits
            count += 1
        number[row] = order[low]
    rank = np.empty(count, np.int64)
    for place in range(count):
        rank[order[place]] = place
    return first[order[:count]], rank[number]
