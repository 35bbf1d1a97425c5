"""Twins of the kernels of shop/offers.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.shop import offers

EVERY_PLATFORM, ALL_SLOTS, NO_SLOT = offers.EVERY_PLATFORM, np.uint16(offers.ALL_SLOTS), np.uint16(0)


def usable(access: Any, slot: Any, platform: Any, audiences: Any, held: Any) -> Any:
    """See offers.usable."""
    bits = np.zeros(len(slot), np.uint32)
    for bit in range(len(access.slots)):
        mine = np.uint32(1 << bit)
        slots = ALL_SLOTS if access.held[bit] else access.slots[bit] if access.left[bit] else NO_SLOT
        where, wanted = access.platform[bit], access.audience[bit]
        everywhere, everybody, anyway = where == EVERY_PLATFORM, wanted == 0, not access.held[bit]
        for row in range(len(slot)):
            may = (slots >> slot[row]) & 1 != 0
            may &= anyway or held[row] & mine != 0
            may &= everywhere or where == platform[row]
            may &= everybody or audiences[row] & wanted != 0
            if may:
                bits[row] |= mine
    return bits
