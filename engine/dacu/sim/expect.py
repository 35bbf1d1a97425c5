"""Expected sums of what people decide: the chance of an order, times what it would bring and what would be left of it.

Refunds are expected in closed form, given how late parcels run now: so net figures are as sure as gross ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import Fates, Lines, fates
from dacu.draws import chance_of
from dacu.shop.bill import Bill
from dacu.shop.offers import present_of
from dacu.sim.due import hour_of_balance, presale_terms
from dacu.sim.places import Place
from dacu.sim.pricing import Baskets, paid_ahead
from dacu.sim.programme import off_by_points
from dacu.sim.receive import terms
from dacu.sim.refund import return_cost
from dacu.sim.tally import Expected, Hours
from dacu.sim.world import World

I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
F64: TypeAlias = NDArray[np.float64]


_PLACES = {
    Place.PAID: Expected.PAID, Place.REFUNDED: Expected.REFUNDED, Place.CANCELLED: Expected.CANCELLED,
}  # fmt: skip


@dataclass(frozen=True)
class Chances:
    """Who may order what, by row: the chance, the basket and its bill (a row of `distinct`), and how it came about."""

    user: I32
    platform: NDArray[np.uint8]
    lever: NDArray[np.int16]
    chance: NDArray[np.uint32]
    basket: Baskets
    distinct: list[Bill]
    bill: I64
    live: bool
    impulse: NDArray[np.bool_]

    def rows(self, of: I64) -> Chances:
        """Some of the rows."""
        basket, names = self.basket, ("sku", "qty", "add_on", "filler", "eligible")
        return Chances(
            self.user[of], self.platform[of], self.lever[of], self.chance[of],
            Baskets(*(getattr(basket, name)[of] for name in names)), self.distinct, self.bill[of], self.live,
            self.impulse[of],
        )  # fmt: skip


def expect(world: World, may: Chances) -> None:
    """Sum the chances of orders, and of the money each would bring and keep."""
    if world.t < 0 or not len(may.user):
        return
    ahead = paid_ahead(world, may.distinct, may.bill)
    if ahead.any():
        _expect_balances(world, may.rows(np.flatnonzero(ahead)))
        may = may.rows(np.flatnonzero(~ahead))
    if len(may.user):  # where everybody pays a deposit, nobody pays at once
        _expect_orders(world, may, world.t)


def paid_for(world: World, chances: NDArray[np.uint32], ahead: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """The chances of orders: of a presale (ahead), that its balance is paid."""
    return np.where(ahead, balanced(world, chances), chances) if ahead.any() else chances


def balanced(world: World, deposits: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The chances of balances, by those of deposits."""
    share = np.uint64(chance_of(world.setting.behaviour.presale.balance))
    return (deposits.astype(np.uint64) * share >> np.uint64(32)).astype(np.uint32)


def _expect_balances(world: World, may: Chances) -> None:
    """Presales: deposits now; orders in the hours of their balances, or deposits kept when no more can be paid."""
    due, paid = presale_terms(world, may.distinct, may.bill), balanced(world, may.chance)
    hour = hour_of_balance(world, may.user, due["first"], due["last"])
    world.tally.expect(Expected.DEPOSITS, world.t, may.lever, may.chance)
    world.tally.expect(Expected.BALANCES, hour, may.lever, paid)
    world.tally.expect_money(Expected.DEPOSITS_KEPT, due["last"] - 1, may.lever, may.chance - paid, -due["deposit"])
    _expect_orders(world, replace(may, chance=paid), hour)


def _expect_orders(world: World, may: Chances, t: Hours) -> None:
    """Orders in the hour `t` of all rows, or of each."""
    figures = [
        (bill.pay, bill.list_value, bill.shop_off, bill.platform_off, sum(line.qty for line in bill.lines))
        for bill in may.distinct
    ]
    full, listed, shop_off, platform_off, units = np.array(figures, np.int64).T[:, may.bill]
    off = off_by_points(world, may.user, full)
    pay, new = full - off, world.users.orders[may.user] == 0
    fen = {
        Expected.LIST: listed, Expected.SHOP_OFF: shop_off + off, Expected.PLATFORM_OFF: platform_off,
        Expected.PAID: pay, Expected.OLD_PAID: np.where(new, 0, pay),
    }  # fmt: skip
    fen |= {measure: np.rint(each).astype(np.int64) for measure, each in _kept(world, may, pay / full).items()}
    counts = {Expected.ORDERS: np.ones_like(units), Expected.NEW_ORDERS: new.astype(np.int64), Expected.UNITS: units}
    world.tally.expect_each(t, may.lever, may.chance, counts | fen)
    world.places.expect(t, may.platform, may.chance, {place: fen[measure] for place, measure in _PLACES.items()})


def _kept(world: World, may: Chances, due: F64) -> dict[Expected, F64]:
    """Fen expected of each order once it is placed: what is refunded, and the costs that remain.

    due: share of its bill that is paid with money, not with points.
    """
    setting, operations, orders = world.setting, world.setting.operations, len(may.user)
    of, sku, filler = _lines(may.basket)
    fate, platform = _fates(world, may, of, sku, filler), may.platform[of]
    before, back = fate.preship.astype(np.float64), fate.refund_only.astype(np.float64) + fate.returned
    paid, cost, subsidy = _by_sku(world, may.distinct)[:, may.bill[of], sku]
    money = paid * due[of]
    by_line = {
        Expected.REFUNDED: money * (before + back), Expected.CANCELLED: money * before,
        Expected.SUBSIDY_BACK: subsidy * (before + back),
        Expected.FEE: money * setting.platforms.fee[platform] * (1 - before - back),
        Expected.COGS: cost * (1 - before - fate.restocked),
        Expected.FULFILMENT: fate.returned * float(return_cost(world)),
    }  # fmt: skip
    ways = np.rint(money * np.stack((fate.preship, fate.refund_only, *fate.causes))).astype(np.int64)
    world.tally.expect_refunds(sku, platform, may.chance[of], ways)
    sums: dict[Expected, F64] = {
        measure: np.bincount(of, fen, orders).astype(np.float64) for measure, fen in by_line.items()
    }
    insurance = operations.returns.insurance
    parcel = setting.shop.fulfilment + operations.carrying.freight + (insurance.premium if insurance.on else 0)
    sent = 1 - before[:orders]  # an order leaves with its main SKU
    sums[Expected.FULFILMENT] += parcel * sent
    gifts = [present_of(setting.rulebook.rules, bill.offers).cost for bill in may.distinct]
    sums[Expected.GIFTS] = np.array(gifts, np.int64)[may.bill] * sent
    return sums


def _by_sku(world: World, bills: list[Bill]) -> F64:
    """Fen paid, cost of goods, borne by the platform: each bills × SKUs."""
    table = np.zeros((3, len(bills), len(world.goods)))
    for place, bill in enumerate(bills):
        for line in bill.lines:
            table[:, place, line.sku] = line.pay, int(world.goods.cost[line.sku]) * line.qty, line.platform_off
    return table


def _lines(basket: Baskets) -> tuple[I64, I64, NDArray[np.bool_]]:
    """(row of its basket, SKU, whether a filler) of each line, the main SKUs of all baskets first."""
    main, along, filler = (column.astype(np.int64) for column in (basket.sku, basket.add_on, basket.filler))
    with_along = np.flatnonzero((along >= 0) & (along != main))
    with_filler = np.flatnonzero((filler >= 0) & (filler != main) & (filler != along))
    of = np.concatenate([np.arange(len(main)), with_along, with_filler])
    sku = np.concatenate([main, along[with_along], filler[with_filler]])
    return of, sku, np.arange(len(of)) >= len(main) + len(with_along)


def _fates(world: World, may: Chances, of: I64, sku: I64, filler: NDArray[np.bool_]) -> Fates:
    """What may become of each line; of: its row."""
    setting, goods, lines, platform = world.setting, world.goods, len(of), may.platform[of]
    persona = setting.returns_of_persona[world.users.born.persona[may.user[of]]]
    known = Lines(
        person=persona, quality=goods.quality[sku], listing=goods.listing[sku], hype=np.zeros(lines, np.float32),
        late_days=np.full(lines, np.float32(world.dials.late_days)), live=np.full(lines, np.float32(may.live)),
        impulse=may.impulse[of].astype(np.float32), filler=filler.astype(np.float32),
        preship_offset=setting.platforms.offsets.preship[platform],
        refund_offset=setting.platforms.offsets.refund[platform],
    )  # fmt: skip
    return fates(setting.behaviour.aftersale, setting.category, known, terms(world))
