"""Twins of the kernels of shop/offers.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.shop import offers

EVERY_PLATFORM = offers.EVERY_PLATFORM


def usable(access: Any, slot: Any, platform: Any, audiences: Any, held: Any) -> Any:
    """See offers.usable."""
    bits = np.zeros(len(slot), np.uint32)
    for bit in range(len(access.slots)):
        mine = np.uint32(1 << bit)
        slots, where, wanted = access.slots[bit], access.platform[bit], access.audience[bit]
        everywhere, everybody, anyway = where == EVERY_PLATFORM, wanted == 0, not access.held[bit]
        for row in range(len(slot)):
            may = (slots >> slot[row]) & 1 != 0
            may &= anyway or held[row] & mine != 0
            may &= everywhere or where == platform[row]
            may &= everybody or audiences[row] & wanted != 0
            if may:
                bits[row] |= mine
    return bits
