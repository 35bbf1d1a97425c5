"""Twins of the kernels of sim/pricing.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.sim import pricing

MOST_PIECES = pricing.MOST_PIECES


def different(baskets: Any, goods: Any) -> Any:
    """See pricing.different. Few are different, so a sorted list of them takes in one after another."""
    rows = len(baskets.sku)
    first, basket, offers, order, number = np.empty((5, rows), np.int64)
    count = 0
    for row in range(rows):
        code = (np.int64(baskets.sku[row]) * MOST_PIECES + baskets.qty[row]) * goods + baskets.add_on[row] + 1
        code = code * goods + baskets.filler[row] + 1
        bits = np.int64(baskets.eligible[row])
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
    rank, codes = np.empty(count, np.int64), np.empty((count, 5), np.int64)
    for place in range(count):
        known = order[place]
        rank[known] = place
        row = first[known]
        codes[place, 0], codes[place, 1] = baskets.sku[row], baskets.qty[row]
        codes[place, 2], codes[place, 3], codes[place, 4] = baskets.add_on[row], baskets.filler[row], offers[known]
    return codes, rank[number]
