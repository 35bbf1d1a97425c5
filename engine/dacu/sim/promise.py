"""What a shop and its platforms promise and charge: on it hangs what becomes of orders."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import Terms
from dacu.behaviour.coefficients import Category
from dacu.sim.refund import return_cost
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]


class Promise(NamedTuple):
    """The facts of one hour, as kernels take them."""

    category: Category
    terms: Terms
    late_days: np.float32  # beyond the promise of dispatch, of what is ordered now
    parcel: int  # fen that an order costs to send
    return_cost: np.float32  # fen
    quality: F32  # by SKU
    listing: F32  # by SKU
    cost: NDArray[np.int64]  # fen by SKU
    fee: NDArray[np.float64]  # share by platform
    preship: F32  # the shop's own multiples, by platform
    refund: F32
    returns: F32  # multiple by persona


def promise_of(world: World) -> Promise:
    """As it stands now."""
    setting, goods, operations = world.setting, world.goods, world.setting.operations
    returns, carrier, offsets = operations.returns, operations.carrying, setting.platforms.offsets
    insurance = returns.insurance
    return Promise(
        setting.category, Terms(carrier.damage, insurance.on, returns.lenient, returns.restock),
        np.float32(world.dials.late_days),
        setting.shop.fulfilment + carrier.freight + (insurance.premium if insurance.on else 0),
        np.float32(return_cost(world)), goods.quality, goods.listing, goods.cost, setting.platforms.fee,
        offsets.preship, offsets.refund, setting.returns_of_persona,
    )  # fmt: skip
