"""Reservations: orders of a presale from the deposit on. A row never changes; its hour says when its end comes.

The end is the payment of the balance, and with it an order; or, in the last hour of its window, a deposit lost.
Both are drawn with the deposit, keyed by buyer and hour.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike

from dacu.columns import Columns

COLUMNS: Mapping[str, DTypeLike] = {
    "user": np.int32,
    "slot": np.int32,  # five-minute slot of the deposit: 12 × hour + 0…11
    "platform": np.uint8,
    "lever": np.int16,  # last touch when the deposit was paid, NONE without one
    "room": np.int16,  # lever of the live room, NONE outside
    "led": np.uint8,  # 1 where a channel led to the cart
    "sku": np.int16,
    "qty": np.int16,  # pieces of one agent
    "offers": np.uint32,  # price rules of its bill
    "flags": np.uint16,  # of the order line it becomes
    "deposit": np.int64,  # fen of one agent
    "hour": np.int32,  # of the balance, or of its absence
    "pays": np.uint8,  # 1 if the balance is paid
}


def reservations() -> Columns:
    """A table without rows."""
    return Columns(COLUMNS)
