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
    tally, lever = world.tally, may.lever
    tally.expect(Expected.ORDERS, t, lever, may.chance)
    new = world.users.orders[may.user] == 0
    tally.expect(Expected.NEW_ORDERS, t, lever, np.where(new, may.chance, np.uint32(0)))
    bills, row = may.distinct, may.bill
    full = np.array([bill.pay for bill in bills], np.int64)[row]
    off = off_by_points(world, may.user, full)
    pay = full - off
    sums = {
        Expected.LIST: np.array([bill.list_value for bill in bills], np.int64)[row],
        Expected.SHOP_OFF: np.array([bill.shop_off for bill in bills], np.int64)[row] + off,
        Expected.PLATFORM_OFF: np.array([bill.platform_off for bill in bills], np.int64)[row],
        Expected.PAID: pay,
        Expected.OLD_PAID: np.where(new, 0, pay),
    }
    kept = _kept(world, may, pay / full)
    sums |= {measure: np.rint(amount).astype(np.int64) for measure, amount in kept.items()}
    for measure, fen in sums.items():
        tally.expect_money(measure, t, lever, may.chance, fen)
    world.places.expect(Place.ORDERS, t, may.platform, may.chance)
    for place, measure in _PLACES.items():
        world.places.expect(place, t, may.platform, may.chance, sums[measure])
    units = np.array([sum(line.qty for line in bill.lines) for bill in bills], np.int64)[row]
    tally.expect_units(t, lever, may.chance, units)


def _kept(world: World, may: Chances, due: F64) -> dict[Expected, F64]:
    """Fen expected of each order once it is placed: what is refunded, and the costs that remain.

    due: share of its bill that is paid with money, not with points.
    """
    setting, operations = world.setting, world.setting.operations
    paid, cost, subsidy = _by_sku(world, may.distinct)
    zero = np.zeros(len(may.user))
    sums = {measure: zero.copy() for measure in (
        Expected.REFUNDED, Expected.CANCELLED, Expected.SUBSIDY_BACK, Expected.FEE, Expected.COGS, Expected.FULFILMENT,
        Expected.GIFTS,
    )}  # fmt: skip
    parts = _parts(may.basket)
    fates_of = [_fates(world, may, rows, sku, filler) for sku, filler, rows in parts]
    for (sku, _, rows), fate in zip(parts, fates_of, strict=True):
        bill = may.bill[rows]
        before, back = fate.preship.astype(np.float64), fate.refund_only.astype(np.float64) + fate.returned
        money, rate = paid[bill, sku] * due[rows], setting.platforms.fee[may.platform[rows]]
        sums[Expected.REFUNDED][rows] += money * (before + back)
        sums[Expected.CANCELLED][rows] += money * before
        sums[Expected.SUBSIDY_BACK][rows] += subsidy[bill, sku] * (before + back)
        sums[Expected.FEE][rows] += money * rate * (1 - before - back)
        sums[Expected.COGS][rows] += cost[bill, sku] * (1 - before - fate.restocked)
        sums[Expected.FULFILMENT][rows] += fate.returned * float(return_cost(world))
        for place, share in enumerate((fate.preship, fate.refund_only, *fate.causes)):
            fen = np.rint(money * share).astype(np.int64)
            world.tally.expect_refund(place, sku, may.platform[rows], may.chance[rows], fen)
    insurance = operations.returns.insurance
    parcel = setting.shop.fulfilment + operations.carrying.freight + (insurance.premium if insurance.on else 0)
    sent = 1 - fates_of[0].preship.astype(np.float64)  # an order leaves with its main SKU
    sums[Expected.FULFILMENT] += parcel * sent
    gifts = [present_of(setting.rulebook.rules, bill.offers).cost for bill in may.distinct]
    sums[Expected.GIFTS] += np.array(gifts, np.int64)[may.bill] * sent
    return sums


def _by_sku(world: World, bills: list[Bill]) -> tuple[F64, F64, F64]:
    """Bills × SKUs: fen paid, cost of goods, borne by the platform."""
    paid, cost, subsidy = np.zeros((3, len(bills), len(world.goods)))
    for place, bill in enumerate(bills):
        for line in bill.lines:
            paid[place, line.sku], subsidy[place, line.sku] = line.pay, line.platform_off
            cost[place, line.sku] = int(world.goods.cost[line.sku]) * line.qty
    return paid, cost, subsidy


def _parts(basket: Baskets) -> list[tuple[I64, bool, I64]]:
    """(SKUs, whether fillers, rows): each SKU of a basket once, the main SKUs of all baskets first."""
    main, along, filler = (column.astype(np.int64) for column in (basket.sku, basket.add_on, basket.filler))
    with_along = np.flatnonzero((along >= 0) & (along != main))
    with_filler = np.flatnonzero((filler >= 0) & (filler != main) & (filler != along))
    parts = [(main, False, np.arange(len(main))), (along[with_along], False, with_along)]
    return [part for part in [*parts, (filler[with_filler], True, with_filler)] if len(part[2])]


def _fates(world: World, may: Chances, rows: I64, sku: I64, filler: bool) -> Fates:
    setting, goods, n = world.setting, world.goods, len(rows)
    persona = np.array([p.returns for p in setting.personas], np.float32)[world.users.born.persona[may.user[rows]]]
    platform = may.platform[rows]
    known = Lines(
        person=persona, quality=goods.quality[sku], listing=goods.listing[sku], hype=np.zeros(n, np.float32),
        late_days=np.full(n, np.float32(world.dials.late_days)), live=np.full(n, np.float32(may.live)),
        impulse=may.impulse[rows].astype(np.float32), filler=np.full(n, np.float32(filler)),
        preship_offset=setting.platforms.offsets.preship[platform],
        refund_offset=setting.platforms.offsets.refund[platform],
    )  # fmt: skip
    return fates(setting.behaviour.aftersale, setting.category, known, terms(world))
