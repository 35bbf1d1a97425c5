"""Money back: what a refund reverses in the ledger and in points, and what returns to the shelf."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import Cause
from dacu.draws import Stream, bits32, chance_of
from dacu.ledger import NONE, Account, round_fen
from dacu.sim.parcels import FAR, Fate, State
from dacu.sim.programme import take_back
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]
SPOILT = np.array([cause in (Cause.QUALITY, Cause.LOGISTICS) for cause in Cause])  # never sold again


def refund(world: World, rows: I64) -> None:
    """Delivered lines (rows of the parcels table) whose refund is due: with the goods back, or without."""
    world.parcels.came_back = 0
    if not len(rows):
        return
    fate = world.parcels.lines["fate"][rows]
    give_back(world, rows[fate == Fate.REFUND_ONLY], Fate.REFUND_ONLY)
    returned = rows[fate == Fate.RETURNED]
    give_back(world, returned, Fate.RETURNED)
    world.parcels.came_back = len(returned)


def give_back(world: World, rows: I64, fate: Fate) -> None:
    """Close lines with a refund; in the campaign, book it, and put on the shelf what can be sold again."""
    if not len(rows):
        return
    table = world.parcels.lines
    table["state"][rows], table["fate"][rows], table["event"][rows] = State.REFUNDED, fate, FAR
    booked = rows[table["line"][rows] != NONE]
    if not len(booked):
        return
    again = _sold_again(world, booked, fate)
    _book(world, booked, fate, again)
    take_back(world, table["line"][booked])
    sku = table["sku"][booked[again]]
    units = table["qty"][booked[again]].astype(np.int64) * world.setting.weight
    counted = world.goods.stock[sku] >= 0
    np.add.at(world.goods.stock, sku[counted], units[counted])
    if fate is Fate.RETURNED:
        np.add.at(world.restocked, sku, units)


def _sold_again(world: World, rows: I64, fate: Fate) -> NDArray[np.bool_]:
    """Which goods come back fit for sale: what never left, and most of what was returned for no fault of theirs."""
    table = world.parcels.lines
    if fate is Fate.CANCELLED:
        return np.ones(len(rows), np.bool_)
    if fate is Fate.REFUND_ONLY:
        return np.zeros(len(rows), np.bool_)
    ordinal = world.parcels.paid_at(rows) ^ world.setting.sku_hash[table["sku"][rows]]
    draw = bits32(world.setting.seed.key(Stream.RETURN, ordinal=2), table["user"][rows], ordinal)
    sound = draw < chance_of(world.setting.operations.returns.restock)
    again: NDArray[np.bool_] = sound & ~SPOILT[table["cause"][rows]]
    return again


def _book(world: World, rows: I64, fate: Fate, again: NDArray[np.bool_]) -> None:
    """The refund, and with it the platform's fee and subsidy, the cost of goods sold again, and what a return costs."""
    ledger, setting, table = world.ledger, world.setting, world.parcels.lines
    line = table["line"][rows]
    lines = {
        name: ledger.lines[name][line]
        for name in ("order", "lever", "sku", "paid", "platform", "platform_off", "price_back")
    }
    where = {name: lines[name] for name in ("order", "lever", "sku")}
    units = table["qty"][rows].astype(np.int64) * setting.weight
    ledger.book_entries(world.t, Account.REFUND, lines["paid"] - lines["price_back"], **where)
    for account, share in setting.platforms.fees.items():
        if share.any():
            ledger.book_entries(world.t, account, -round_fen(lines["paid"] * share[lines["platform"]]), **where)
    ledger.book_entries(world.t, Account.SUBSIDY_BACK, lines["platform_off"], **where)
    cost = np.where(again, -world.goods.cost[lines["sku"]] * units, 0)
    ledger.book_entries(world.t, Account.COGS, cost, **where)
    if fate is Fate.CANCELLED and setting.gives:
        _keep_gifts(world, line, rows)
    ledger.lines["returned"][line], ledger.lines["cause"][line] = world.t, table["cause"][rows]
    ledger.lines["refund"][line] = fate
    if fate is Fate.RETURNED:
        each = np.full(len(rows), return_cost(world) * setting.weight)
        ledger.book_entries(world.t, Account.RETURN_FREIGHT, each, **where)


def _keep_gifts(world: World, line: I64, rows: I64) -> None:
    """A gift leaves with the first line of its order, or stays with it."""
    ledger, setting = world.ledger, world.setting
    line = line[world.parcels.lines["first"][rows] == 1]
    used, row = np.unique(ledger.lines["offers"][line], return_inverse=True)
    costs = np.array([setting.present_with(int(bits)).cost for bits in used], np.int64)[row]
    kept = costs > 0
    where = {name: ledger.lines[name][line[kept]] for name in ("order", "lever", "sku")}
    ledger.book_entries(world.t, Account.GIFT, -costs[kept] * setting.weight, **where)


def return_cost(world: World) -> int:
    """Fen that a returned parcel costs the shop: freight unless it is insured, check and repack."""
    returns = world.setting.operations.returns
    return returns.repack + (0 if returns.insurance.on else returns.freight)
