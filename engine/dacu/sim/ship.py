"""The warehouse's hour: cancelled orders leave the queue, and the oldest orders leave the house."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import cancel_lag, preship
from dacu.behaviour.quantiles import lognormal
from dacu.draws import Stream, bits32, chance, uniform
from dacu.ledger import NONE, Account
from dacu.shop.warehouse import hours_until, late_days
from dacu.sim.parcels import Fate, State
from dacu.sim.refund import give_back
from dacu.sim.world import World

I64: TypeAlias = NDArray[np.int64]
NOTHING = np.empty(0, np.int64)
LATE_FROM = 1  # a parcel is on the road for an hour at least


def queue_up(world: World, rows: I64) -> None:
    """New orders (rows of the parcels table) enter the queue; some buyers will cancel before theirs has left."""
    table, setting = world.parcels.lines, world.setting
    units = table["qty"][rows].astype(np.int64).sum() * setting.weight
    world.parcels.queue.add(world.t, int(units))
    wait = hours_until(world.parcels.queue.backlog, setting.capacity, world.t)
    world.dials.late_days = late_days(wait, setting.operations.warehouse.ship_within)
    users, late = table["user"][rows], np.full(len(rows), np.float32(world.dials.late_days))
    aftersale, own = setting.behaviour.aftersale, setting.platforms.offsets.preship[table["platform"][rows]]
    off = bits32(world.key(Stream.CANCEL), users) < chance(preship(aftersale, setting.category, late, own))
    if not off.any():
        return
    users = users[off]
    lag = cancel_lag(aftersale, uniform(world.key(Stream.CANCEL_LAG), users), np.full(len(users), float(wait)))
    hour = np.minimum(np.floor(lag).astype(np.int64), wait - 1)  # whoever cancels is heard before the parcel leaves
    table["event"][rows[off]] = world.t + 1 + hour


def cancel(world: World, rows: I64) -> None:
    """Orders (rows of the parcels table) called off before shipment: money, goods and place in the queue go back."""
    if not len(rows):
        return
    table, weight = world.parcels.lines, world.setting.weight
    hours = table["paid_at"][rows]
    units = table["qty"][rows].astype(np.int64) * weight
    for hour in np.unique(hours):
        wanted = int(units[hours == hour].sum())
        gone = world.parcels.queue.cancel(int(hour), wanted)
        if gone < wanted:  # a part of the order had been packed: its place in the lot's account is free again
            world.parcels.part[int(hour)] -= wanted - gone
    give_back(world, rows, Fate.CANCELLED)


def ship(world: World) -> None:
    """Send what the shift can handle, first in, first out; an order leaves as a whole."""
    parcels = world.parcels
    if not parcels.queue.backlog:
        return
    lots = parcels.queue.ship(world.setting.capacity.at(world.t))
    rows = np.concatenate([NOTHING, *(_complete(world, lot.hour, lot.units) for lot in lots)])
    if len(rows):
        _send(world, rows)
        _charge(world, rows, sum(lot.units for lot in lots))


def _complete(world: World, hour: int, units: int) -> I64:
    """Rows of a lot whose whole order is packed now; what is left over waits for the rest of the next order."""
    parcels, table = world.parcels, world.parcels.lines
    rows = parcels.waiting(hour)
    ready = units + parcels.part.pop(hour, 0)
    total = np.cumsum(table["qty"][rows].astype(np.int64) * world.setting.weight)
    if len(rows) and total[-1] > ready:
        order = table["order"][rows]
        last = np.searchsorted(order, order, side="right") - 1  # orders rise, so this is each order's last line
        through = total[last] <= ready
        rows, total = rows[through], total[through]
    left = ready - (int(total[-1]) if len(rows) else 0)
    if left:
        parcels.part[hour] = left
    return rows


def _send(world: World, rows: I64) -> None:
    table, carrier = world.parcels.lines, world.setting.operations.carrying
    u = uniform(world.setting.seed.key(Stream.TRANSIT), table["user"][rows], world.parcels.paid_at(rows))
    hours = lognormal(u, carrier.transit, carrier.sigma) * world.dials.transit
    table["shipped"][rows], table["state"][rows] = world.t, State.ON_THE_ROAD
    table["event"][rows] = world.t + np.maximum(np.ceil(hours).astype(np.int64), LATE_FROM)
    booked = rows[table["line"][rows] != NONE]
    world.ledger.lines["shipped"][table["line"][booked]] = world.t


def _charge(world: World, rows: I64, units: int) -> None:
    """Pick, pack, freight and insurance of each parcel; hired hands of a surge cost more a unit."""
    table, setting, ledger = world.parcels.lines, world.setting, world.ledger
    operations = setting.operations
    parcels = rows[(table["first"][rows] == 1) & (table["line"][rows] != NONE)]
    if not len(parcels):
        return
    line = table["line"][parcels]
    known = {name: ledger.lines[name][line] for name in ("order", "lever", "sku")}
    each = np.ones(len(parcels), np.int64) * setting.weight
    cost = setting.shop.fulfilment + operations.carrying.freight
    ledger.book_entries(world.t, Account.FULFILMENT, each * cost, **known)
    if operations.returns.insurance.on:
        ledger.book_entries(world.t, Account.INSURANCE, each * operations.returns.insurance.premium, **known)
    hired = setting.capacity.by_surge(world.t, units)
    extra = operations.warehouse.surge_cost
    if hired and world.booked:
        fen = setting.shop.fulfilment // 2 if extra is None else extra
        ledger.book_entry(world.t, Account.FULFILMENT, hired * fen)
