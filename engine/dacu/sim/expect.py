"""Expected sums of what people decide: the chance of an order, times what it would bring and what would be left of it.

Refunds are expected in closed form, given how late parcels run now: so net figures are as sure as gross ones.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import Fates, Lines, fates, outcome
from dacu.behaviour.coefficients import AfterSale
from dacu.clock.hours import HOURS_A_DAY
from dacu.draws import chance_of
from dacu.kernels import kernel
from dacu.shop.bill import Bill, BilledLine
from dacu.sim.due import hour_of_balance, presale_terms
from dacu.sim.places import Place
from dacu.sim.pricing import Baskets, paid_ahead
from dacu.sim.programme import off_by_points
from dacu.sim.promise import Promise, promise_of
from dacu.sim.tally import MONEY_SHIFT, Expected, add_at
from dacu.sim.world import World

Bools: TypeAlias = NDArray[np.bool_]
F32: TypeAlias = NDArray[np.float32]
F64: TypeAlias = NDArray[np.float64]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U8: TypeAlias = NDArray[np.uint8]


class Chances(NamedTuple):
    """Who may order what, by row: the chance, the basket and its bill (a row of a list), and how it came about."""

    user: I32
    platform: U8
    lever: NDArray[np.int16]
    chance: NDArray[np.uint32]
    basket: Baskets
    bill: I64
    live: Bools
    impulse: Bools

    def take(self, rows: I64) -> Chances:
        """Some of the rows."""
        return Chances(
            self.user[rows], self.platform[rows], self.lever[rows], self.chance[rows], self.basket.take(rows),
            self.bill[rows], self.live[rows], self.impulse[rows],
        )  # fmt: skip


def expect(world: World, parts: list[tuple[Chances, list[Bill]]]) -> None:
    """Sum the chances of an hour's orders, and of the money each would bring and keep.

    Each part goes with the bills that its `bill` are rows of. Nothing that they depend on changes before orders are
    granted.
    """
    if world.t < 0 or not parts:
        return
    may, distinct = _join(parts)
    ahead = paid_ahead(world, distinct, may.bill)
    if ahead.any():
        _expect_balances(world, may.take(np.flatnonzero(ahead)), distinct)
        may = may.take(np.flatnonzero(~ahead))
    if len(may.user):  # where everybody pays a deposit, nobody pays at once
        _expect_orders(world, may, distinct, np.full(len(may.user), world.t))


def _join(parts: list[tuple[Chances, list[Bill]]]) -> tuple[Chances, list[Bill]]:
    """One table of all parts and of all their bills."""
    if len(parts) == 1:
        return parts[0]
    distinct = [bill for _, bills in parts for bill in bills]
    before = np.cumsum([0, *(len(bills) for _, bills in parts)]).tolist()
    tables = [may._replace(bill=may.bill + start) for (may, _), start in zip(parts, before, strict=False)]
    baskets = zip(*(may.basket for may in tables), strict=True)
    columns = {name: np.concatenate([getattr(may, name) for may in tables]) for name in BESIDE_BASKETS}
    return Chances(basket=Baskets(*map(np.concatenate, baskets)), **columns), distinct


BESIDE_BASKETS = tuple(name for name in Chances._fields if name != "basket")


def paid_for(world: World, chances: NDArray[np.uint32], ahead: Bools) -> NDArray[np.uint32]:
    """The chances of orders: of a presale (ahead), that its balance is paid."""
    return np.where(ahead, balanced(world, chances), chances) if ahead.any() else chances


def balanced(world: World, deposits: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The chances of balances, by those of deposits."""
    share = np.uint64(chance_of(world.setting.behaviour.presale.balance))
    return (deposits.astype(np.uint64) * share >> np.uint64(32)).astype(np.uint32)


def _expect_balances(world: World, may: Chances, distinct: list[Bill]) -> None:
    """Presales: deposits now; orders in the hours of their balances, or deposits kept when no more can be paid."""
    due, paid = presale_terms(world, distinct, may.bill), balanced(world, may.chance)
    hour = hour_of_balance(world, may.user, due["first"], due["last"])
    world.tally.expect(Expected.DEPOSITS, world.t, may.lever, may.chance)
    world.tally.expect(Expected.BALANCES, hour, may.lever, paid)
    world.tally.expect_money(Expected.DEPOSITS_KEPT, due["last"] - 1, may.lever, may.chance - paid, -due["deposit"])
    _expect_orders(world, may._replace(chance=paid), distinct, hour)


def _expect_orders(world: World, may: Chances, distinct: list[Bill], hours: I64) -> None:
    """Orders in the hour of each row."""
    tally, users = world.tally, world.users
    bills = _figures(world, distinct)
    weigh(
        tally.mass, tally.refund_mass, world.places.mass, world.setting.behaviour.aftersale, promise_of(world), may,
        hours, off_by_points(world, may.user, bills.pay[may.bill]), users.born.persona, users.orders, bills,
    )  # fmt: skip


class Figures(NamedTuple):
    """Of different bills, fen: in total, and by SKU what its line costs and the platform bears of it."""

    pay: I64
    listed: I64
    shop_off: I64
    platform_off: I64
    gift: I64  # cost of the gift that goes with it
    paid: I64  # bills × SKUs
    subsidy: I64
    pieces: I64
    units: I64  # pieces of all SKUs


def _figures(world: World, distinct: list[Bill]) -> Figures:
    present = world.setting.present_with
    totals = [
        (bill.pay, bill.list_value, bill.shop_off, bill.platform_off, present(bill.offers).cost) for bill in distinct
    ]
    row = np.repeat(np.arange(len(distinct)), [len(bill.lines) for bill in distinct])
    of_sku = BilledLine(*np.array([line for bill in distinct for line in bill.lines], np.int64).T)
    table = np.zeros((3, len(distinct), len(world.goods)), np.int64)
    table[:, row, of_sku.sku] = of_sku.pay, of_sku.platform_off, of_sku.qty
    pay, listed, shop_off, platform_off, gift = np.array(totals, np.int64).T.copy()
    paid, subsidy, pieces = table
    return Figures(pay, listed, shop_off, platform_off, gift, paid, subsidy, pieces, pieces.sum(axis=1))


@kernel
def weigh(
    mass: I64, refund_mass: I64, place_mass: I64, aftersale: AfterSale, shop: Promise, may: Chances, hours: I64,
    off: I64, persona: U8, orders: NDArray[np.uint16], bills: Figures,
) -> None:  # fmt: skip
    """Add the chances of orders to the sums of a tally (`mass`, `refund_mass`) and of places, in the hour of each row.

    off: fen of each row's bill that points pay. persona, orders: of all people.
    """
    chance, new = may.chance.astype(np.int64), orders[may.user] == 0
    full = bills.pay[may.bill]
    pay = full - off
    fen = {
        Expected.LIST: bills.listed[may.bill], Expected.SHOP_OFF: bills.shop_off[may.bill] + off,
        Expected.PLATFORM_OFF: bills.platform_off[may.bill], Expected.PAID: pay,
        Expected.OLD_PAID: np.where(new, 0, pay),
    }  # fmt: skip
    of, sku, filler = _lines(may.basket)
    fate = _fates(aftersale, shop, may, persona, of, sku, filler)
    money = bills.paid[may.bill[of], sku] * (pay / full)[of]
    kept = _kept(shop, may, fate, of, sku, money, bills)
    parts = chance * np.concatenate((list(fen.values()), np.rint(list(kept.values())).astype(np.int64))) >> MONEY_SHIFT
    amounts = dict(zip((*fen, *kept), parts, strict=True)) | {
        Expected.ORDERS: chance, Expected.NEW_ORDERS: chance * new, Expected.UNITS: chance * bills.units[may.bill]
    }  # fmt: skip
    add_at(mass, (np.array(list(amounts))[:, None], hours, may.lever), np.array(list(amounts.values())))
    ways = np.rint(money * np.stack((fate.preship, fate.refund_only, *fate.causes))).astype(np.int64)
    place = (np.arange(len(ways))[:, None], sku, may.platform[of])
    add_at(refund_mass, place, (chance[of] * ways) >> MONEY_SHIFT)
    by_place = np.array([amounts[measure] for measure in BY_PLACE.values()])
    add_at(place_mass, (np.array(list(BY_PLACE))[:, None], hours // HOURS_A_DAY, may.platform), by_place)


BY_PLACE = {
    Place.ORDERS: Expected.ORDERS, Place.PAID: Expected.PAID, Place.REFUNDED: Expected.REFUNDED,
    Place.CANCELLED: Expected.CANCELLED,
}  # fmt: skip
BY_LINE = (
    Expected.REFUNDED, Expected.CANCELLED, Expected.SUBSIDY_BACK, Expected.FEE, Expected.COGS, Expected.FULFILMENT
)  # fmt: skip
"""Where each part of a line's outcome is summed."""


def _kept(
    shop: Promise, may: Chances, fate: Fates, of: I64, sku: I64, money: F64, bills: Figures
) -> dict[Expected, F64]:
    """Fen expected of each order once it is placed: what is refunded, and the costs that remain.

    of, sku: row and SKU of each line; money: what is paid for it.
    """
    bill, orders = may.bill[of], len(may.user)
    by_line = outcome(
        fate, money, bills.subsidy[bill, sku], shop.cost[sku] * bills.pieces[bill, sku], shop.fee[may.platform[of]],
        shop.return_cost,
    )  # fmt: skip
    sums: dict[Expected, F64] = {
        measure: np.bincount(of, fen, orders).astype(np.float64) for measure, fen in zip(BY_LINE, by_line, strict=True)
    }
    sent = 1 - fate.preship[:orders].astype(np.float64)  # an order leaves with its main SKU
    sums[Expected.FULFILMENT] += shop.parcel * sent
    sums[Expected.GIFTS] = bills.gift[may.bill] * sent
    return sums


def _lines(basket: Baskets) -> tuple[I64, I64, Bools]:
    """(row of its basket, SKU, whether a filler) of each line, the main SKUs of all baskets first."""
    main, along, filler = (column.astype(np.int64) for column in (basket.sku, basket.add_on, basket.filler))
    with_along = np.flatnonzero((along >= 0) & (along != main))
    with_filler = np.flatnonzero((filler >= 0) & (filler != main) & (filler != along))
    of = np.concatenate([np.arange(len(main)), with_along, with_filler])
    sku = np.concatenate([main, along[with_along], filler[with_filler]])
    return of, sku, np.arange(len(of)) >= len(main) + len(with_along)


def _fates(aftersale: AfterSale, shop: Promise, may: Chances, persona: U8, of: I64, sku: I64, filler: Bools) -> Fates:
    """What may become of each line; of: its row."""
    platform = may.platform[of]
    known = Lines(
        person=shop.returns[persona[may.user[of]]], quality=shop.quality[sku], listing=shop.listing[sku],
        hype=np.zeros(len(of), np.float32), late_days=np.full(len(of), shop.late_days),
        live=may.live[of].astype(np.float32), impulse=may.impulse[of].astype(np.float32),
        filler=filler.astype(np.float32), preship_offset=shop.preship[platform], refund_offset=shop.refund[platform],
    )  # fmt: skip
    return fates(aftersale, shop.category, known, shop.terms)
