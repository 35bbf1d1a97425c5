"""Prices as people meet them: who may use which offer now, what baskets cost. Each distinct case is billed once."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.kernels import kernel
from dacu.shop.bill import LEAST_PAY, Bill
from dacu.sim.now import Now
from dacu.sim.world import World

I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U32: TypeAlias = NDArray[np.uint32]
SLOTS = 12
MOST_PIECES = 8  # above the most pieces of one SKU in a basket


class Baskets(NamedTuple):
    """Baskets side by side: main SKU and pieces, complement and filler (rows of goods, −1 = none), usable offers."""

    sku: NDArray[np.int16]
    qty: I64
    add_on: NDArray[np.int16]
    filler: NDArray[np.int16]
    eligible: U32

    @classmethod
    def plain(cls, sku: NDArray[np.int16], qty: I64, eligible: U32) -> Baskets:
        """One SKU each."""
        none = np.full(len(sku), -1, np.int16)
        return cls(sku, qty, none, none, eligible)

    def take(self, rows: I64) -> Baskets:
        """Some of the rows."""
        return Baskets(
            self.sku[rows], self.qty[rows], self.add_on[rows], self.filler[rows], self.eligible[rows]
        )  # fmt: skip


def bills(world: World, baskets: Baskets) -> tuple[list[Bill], I64]:
    """The distinct bills, and for each basket its row among them."""
    codes, row = different(baskets, len(world.goods) + 1)
    return [world.setting.bill(*code) for code in codes.tolist()], row


def pay_of(world: World, baskets: Baskets) -> tuple[I64, I64]:
    """Fen each basket costs, and what that feels like."""
    distinct, row = bills(world, baskets)
    return np.array([bill.pay for bill in distinct], np.int64)[row], felt(world, distinct)[row]


def felt(world: World, distinct: list[Bill]) -> I64:
    """Fen each bill feels like: a part of the retail value of its gift is as good as money; 1 fen at least."""
    gift = world.setting.gift
    return np.array([max(LEAST_PAY, bill.pay - gift(bill.offers)) for bill in distinct], np.int64)


def paid_ahead(world: World, distinct: list[Bill], row: I64) -> NDArray[np.bool_]:
    """Which bills are those of a presale: a deposit now, the rest later."""
    presales = int(world.setting.presale_bits)
    if not presales:
        return np.zeros(len(row), np.bool_)
    ahead: NDArray[np.bool_] = np.array([bill.offers & presales != 0 for bill in distinct], np.bool_)[row]
    return ahead


@kernel
def different(baskets: Baskets, goods: int) -> tuple[I64, I64]:
    """The distinct baskets, rising by pieces and offers (a row each: SKU, pieces, …), and which of them each row is.

    goods: above the highest row of goods, plus 1.
    """
    sku, qty, add_on, filler, eligible = (column.astype(np.int64) for column in baskets)
    basket = ((sku * MOST_PIECES + qty) * goods + add_on + 1) * goods + filler + 1
    if len(basket) and int(basket.max()) >= 2**31:  # goods are many: beside the offers there is no room in one word
        basket = np.unique(basket, return_inverse=True)[1]
    _, first, row = np.unique(basket << 32 | eligible, return_index=True, return_inverse=True)
    return np.stack((sku, qty, add_on, filler, eligible), axis=1)[first], row


def eligible(world: World, users: I32, slot: NDArray[np.uint8], platform: NDArray[np.uint8], extra: int = 0) -> U32:
    """Bits of the offers each person may use at their slot; `extra`: bits held for the moment (a room's own price)."""
    held = valid_coupons(world, users) | np.uint32(extra)
    return world.offers.eligible(world.t, slot, platform, world.users.audiences[users], held)


def valid_coupons(world: World, users: I32) -> U32:
    """Held coupon bits that have not run out."""
    held = world.users.held[users].copy()
    for bit, until in world.coupon_until.items():
        held[until[users] <= world.t] &= np.uint32(0xFFFFFFFF ^ (1 << bit))
    return held


def public_prices(world: World, now: Now, platform: int) -> I64:
    """Slots × SKUs: fen for one piece at the offers open to everybody."""
    return world.setting.piece_prices(_public(world, now, platform))


def public_levels(world: World, now: Now, platform: int) -> NDArray[np.float32]:
    """Slots × SKUs: ln of public prices ÷ the mean price of the category."""
    return world.setting.price_levels(_public(world, now, platform), world.goods.category_price)


def _public(world: World, now: Now, platform: int) -> tuple[int, ...]:
    """By slot the bits of the offers open to everybody; found once an hour and platform."""
    if platform not in now.public:
        slots = np.arange(SLOTS, dtype=np.uint8)
        nobody = np.zeros(SLOTS, np.uint32)
        bits = world.offers.eligible(world.t, slots, np.full(SLOTS, platform, np.uint8), nobody, nobody)
        now.public[platform] = tuple(bits.tolist())
    return now.public[platform]


def public_saving(world: World, now: Now, platform: int) -> NDArray[np.float64]:
    """By SKU: the largest share of market value saved at public prices in this hour."""
    if platform not in now.savings:
        lowest = public_prices(world, now, platform).min(axis=0)
        now.savings[platform] = np.maximum(0.0, 1.0 - lowest / world.goods.market_value)
    return now.savings[platform]


def coupon_bits(world: World) -> tuple[int, ...]:
    """Bits of coupons to be claimed that take something off."""
    return world.offers.coupons
