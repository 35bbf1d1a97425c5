"""Points (积分): earned with every order, money off a later one. Pure, whole points and fen."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.language.block import Block, Money, Share, Span, Whole, item
from dacu.shop.shares import WHOLE

I64: TypeAlias = NDArray[np.int64]
HUNDRED = 100  # points are worth money by the hundred, and earned by the yuan of 100 fen


class PointsBlock(Block):
    """What an order earns, and what points are worth at the next."""

    per_yuan: Whole = item("1", zh="每元积分", en="points a yuan", unit="points", ge=0, le=1000)
    worth: Money = item("1", zh="百分抵扣", en="worth of 100 points", ge=0, le=10_000)
    most: Share = item(
        "10%", zh="抵扣上限", en="most of an order", ge=0, le=0.5, about="Share of the payment; whole permille."
    )
    valid: Span = item("365d", zh="有效期", en="valid for", ge=24, about="Counted from the person's last order.")


def points_off(rules: PointsBlock, pay: I64, balance: I64) -> I64:
    """Fen that people take off their payments with the points they have: all that the cap lets them."""
    cap = pay * round(rules.most * WHOLE) // WHOLE
    off: I64 = np.minimum(cap, balance * rules.worth // HUNDRED)
    return off


def points_used(rules: PointsBlock, off: I64) -> I64:
    """Points that go for so many fen, rounded up to a whole point."""
    return off * 0 if not rules.worth else -(-off * HUNDRED // rules.worth)


def points_earned(rules: PointsBlock, pay: I64) -> I64:
    """Points for a payment of so many fen: by the full yuan."""
    return pay // HUNDRED * rules.per_yuan


def points_undone(rules: PointsBlock, before: I64, after: I64) -> I64:
    """Points that a refund takes back where so many fen of an order are kept `before` and `after` it."""
    return points_earned(rules, before) - points_earned(rules, after)
