"""Payment: buyers are served in the order of (slot, draw) while stock and limited offers last; the ledger books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.draws import Stream, bits32, chance_of
from dacu.ledger import NEVER, NONE, Account, LineFlag, round_fen
from dacu.people.users import NO_CART, Flag
from dacu.shop.bill import Bill
from dacu.shop.offers import present_of
from dacu.sim.claims import use_up
from dacu.sim.crowd import join
from dacu.sim.decide import Buyers
from dacu.sim.kept import in_shop, open_to, rooms_by_lever
from dacu.sim.now import Now
from dacu.sim.parcels import FAR, Fate, State
from dacu.sim.pricing import paid_ahead
from dacu.sim.programme import off_by_points, redeem, remember_order
from dacu.sim.receive import facts
from dacu.sim.reserve import reserve
from dacu.sim.ship import queue_up
from dacu.sim.tally import Measure
from dacu.sim.visit import reference_price
from dacu.sim.world import World

I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]


def grant(world: World, now: Now) -> None:
    """Serve this hour's buyers, of the shop and of rooms together."""
    buyers = _merge([part for part in now.buyers if len(part.user)])
    if buyers is None:
        return
    draw = bits32(world.key(Stream.RATION), buyers.user)
    order = np.lexsort((draw, buyers.slot))
    served = _ration(world, buyers, order)
    lost = order[~np.isin(order, served)]
    if len(lost):
        _stock_out(world, buyers, lost)
    if len(served):
        _close(world, buyers, np.sort(served))


def _merge(parts: list[Buyers]) -> Buyers | None:
    """All buyers in one table; a person in two rooms pays once, in the first."""
    if not parts:
        return None
    distinct: list[Bill] = []
    shifted = []
    for part in parts:
        shifted.append(part.bill + len(distinct))
        distinct += part.distinct
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("user", "slot", "platform", "lever", "flags", "filler", "add_on", "room")
    }
    bill = np.concatenate(shifted)
    rows = np.sort(np.unique(joined["user"], return_index=True)[1])
    return Buyers(bill=bill[rows], distinct=distinct, **{name: column[rows] for name, column in joined.items()})


def _ration(world: World, buyers: Buyers, order: I64) -> I64:
    """Rows that are served: stock of n pieces serves whole orders in turn, the rest is lost; so with limited offers.

    Of what is kept back for a room its orders take first, and no others.
    """
    counted = [sku for sku in range(len(world.goods)) if world.goods.stock[sku] >= 0]
    limited = [
        bit for bit, rule in enumerate(world.offers.rules) if world.offers.left[bit] >= 0 and not rule.needs_claim
    ]
    if not counted and not limited:
        return order
    weight = world.setting.weight
    need = np.zeros((len(buyers.distinct), len(counted) + len(limited)), np.int64)
    for row, bill in enumerate(buyers.distinct):
        pieces = {line.sku: line.qty for line in bill.lines}
        need[row, : len(counted)] = [pieces.get(sku, 0) for sku in counted]
        for place, bit in enumerate(limited):
            scope = world.offers.rules[bit].skus
            used = sum(qty for sku, qty in pieces.items() if sku in scope)
            need[row, len(counted) + place] = used if bill.offers >> bit & 1 else 0
    left = np.array(
        [int(world.goods.stock[sku]) // weight for sku in counted]
        + [int(world.offers.left[bit]) // weight for bit in limited]
    )
    wanted, room = need[buyers.bill[order]], rooms_by_lever(world, buyers.room[order])
    kept = np.zeros((len(world.kept) + 1, len(left)), np.int64)  # the last row is the shop's
    kept[:-1, : len(counted)] = world.kept[:, counted] // weight
    before = kept.copy()
    served, taken = in_turn(order, wanted, left, kept, room)
    world.kept[:, counted] -= (before - kept)[:-1, : len(counted)] * weight
    for place, sku in enumerate(counted):
        world.goods.stock[sku] -= int(taken[place]) * weight
    for place, bit in enumerate(limited):
        world.offers.left[bit] -= int(taken[len(counted) + place]) * weight
    return served


def in_turn(order: I64, wanted: I64, left: I64, kept: I64, room: I64) -> tuple[I64, I64]:
    """Each order takes all it needs or nothing. Returns who is served and what is taken; `kept` falls."""
    if not kept.any() and (wanted.sum(axis=0) <= left).all():
        return order, wanted.sum(axis=0)
    served, remaining, others = [], left.copy(), kept.sum(axis=0)
    for row, pieces, number in zip(order.tolist(), wanted, room.tolist(), strict=True):
        own = kept[number]
        if (pieces <= remaining - others + own).all():
            of_own = np.minimum(own, pieces)
            remaining -= pieces
            others -= of_own
            kept[number] -= of_own
            served.append(row)
    return np.array(served, np.int64), left - remaining


def _stock_out(world: World, buyers: Buyers, rows: I64) -> None:
    """What a buyer does who gets nothing: wait, or go (Gruen, Corsten & Bharadwaj 2002).

    Where only a limited offer ran out, the cart stays and meets the ordinary price.
    """
    room = rooms_by_lever(world, buyers.room[rows]).tolist()
    short = {number: [_short(world, bill, number) for bill in buyers.distinct] for number in set(room)}
    units = np.array([short[number][bill] for number, bill in zip(room, buyers.bill[rows].tolist(), strict=True)])
    rows, units = rows[units > 0], units[units > 0]
    users = buyers.user[rows]
    world.tally.add(Measure.LOST_UNITS, world.t, buyers.lever[rows], units)
    draw = bits32(world.key(Stream.STOCK_OUT), users)
    facts = world.setting.behaviour.buy
    has_cart = world.users.cart_sku[users] != NO_CART  # a room's viewer may have none: then the sale is lost
    users, draw = users[has_cart], draw[has_cart]
    waits = draw < chance_of(facts.wait_for_stock)
    swaps = ~waits & (draw < chance_of(facts.wait_for_stock + facts.substitute))
    world.users.cart_sku[users[swaps]] = _substitutes(world)[world.users.cart_sku[users[swaps]]]
    world.users.cart_sku[users[~waits & ~swaps]] = NO_CART


def _short(world: World, bill: Bill, room: int) -> int:
    """Pieces of a refused bill that stock does not cover; 0 where a limited offer ran out."""
    weight, there = world.setting.weight, open_to(world, room)
    missing = [line.qty for line in bill.lines if 0 <= there[line.sku] < line.qty * weight]
    return sum(missing)


def _substitutes(world: World) -> NDArray[np.int16]:
    """For each SKU the one in stock that is nearest in price; itself where there is no other."""
    goods = world.goods
    there = np.flatnonzero(in_shop(world))
    found = np.arange(len(goods), dtype=np.int16)
    for sku in range(len(goods)):
        others = there[there != sku]
        if len(others):
            gap = np.abs(goods.list_price[others] - goods.list_price[sku])
            found[sku] = others[int(gap.argmin())]
    return found


def _close(world: World, buyers: Buyers, rows: I64) -> None:
    """Carts are emptied and coupons used up; of a presale only the deposit is paid."""
    users, bill = buyers.user[rows], buyers.bill[rows]
    used = np.array([b.offers for b in buyers.distinct], np.int64)[bill].astype(np.uint32)
    use_up(world, users, used)
    world.users.cart_sku[users] = NO_CART
    ahead = paid_ahead(world, buyers.distinct, bill)
    if ahead.any():
        reserve(world, buyers, rows[ahead])
    if not ahead.all():
        book(world, buyers, rows[~ahead])


def book(world: World, buyers: Buyers, rows: I64) -> None:
    """Orders become ledger lines; people remember what they bought."""
    users, bill = buyers.user[rows], buyers.bill[rows]
    levers = buyers.lever[rows]
    new = world.users.orders[users] == 0
    unseen = _untracked(world, users)
    world.tally.add(Measure.ORDERS, world.t, np.where(unseen, NONE, levers))
    pay = np.array([b.pay for b in buyers.distinct], np.int64)[bill]
    off = off_by_points(world, users, pay)
    table = _lines_of(buyers, rows, new, unseen, world.users.follows[users] & world.setting.room_fans != 0, off)
    start = world.ledger.lines.size if world.booked else NONE
    if world.booked:
        _book_lines(world, buyers, rows, table)
    send_off(world, buyers.platform[rows], users, table, start)
    np.add.at(world.sales, buyers.platform[rows], pay - off)
    remember_order(world, users, pay - off, off)
    _live_on(world, users, buyers.distinct, bill, pay - off)


def _untracked(world: World, users: I32) -> NDArray[np.bool_]:
    """Whose touch no report sees: they buy as they would, and contracts count them."""
    return bits32(world.key(Stream.RISK_PEOPLE, 1), users) >= chance_of(world.dials.tracked)


@dataclass(frozen=True)
class OrderLines:
    """The lines of this hour's orders: the order of each (a row of those served), and its figures of one agent."""

    of: I64
    first: NDArray[np.bool_]
    sku: I64
    qty: I64
    money: I64  # lines × (list, off by the shop, off by the platform, paid), fen
    flags: NDArray[np.uint16]


def _lines_of(
    buyers: Buyers, rows: I64, new: NDArray[np.bool_], unseen: NDArray[np.bool_], fan: NDArray[np.bool_], off: I64
) -> OrderLines:  # fmt: skip
    """Take the bills apart, and off them what points pay (by order)."""
    counts = np.array([len(b.lines) for b in buyers.distinct])[buyers.bill[rows]]
    of = np.repeat(np.arange(len(rows)), counts)
    lines = np.array([line for b in buyers.bill[rows].tolist() for line in buyers.distinct[b].lines], np.int64)
    sku, qty = lines[:, 0], lines[:, 1]
    flags = buyers.flags[rows][of] | np.where(new[of], LineFlag.NEW_BUYER, 0).astype(np.uint16)
    flags |= np.where(unseen[of], LineFlag.UNTRACKED, 0).astype(np.uint16)
    flags |= np.where(fan[of], LineFlag.FAN, 0).astype(np.uint16)
    flags |= np.where(sku == buyers.filler[rows][of], LineFlag.FILLER, 0).astype(np.uint16)
    flags |= np.where(sku == buyers.add_on[rows][of], LineFlag.ADD_ON, 0).astype(np.uint16)
    first = np.concatenate(([True], of[1:] != of[:-1]))
    return OrderLines(of, first, sku, qty, redeem(lines[:, 2:6], of, off), flags)


def _book_lines(world: World, buyers: Buyers, rows: I64, table: OrderLines) -> None:
    weight, of = world.setting.weight, table.of
    orders = (world.orders + np.arange(len(rows)))[of]
    world.orders += len(rows)
    platform, lever = buyers.platform[rows][of], buyers.lever[rows][of]
    offers = np.array([b.offers for b in buyers.distinct], np.int64)[buyers.bill[rows]][of]
    listed, shop_off, platform_off, paid = table.money.T * weight
    world.ledger.book_lines(
        order=orders, user=buyers.user[rows][of], slot=world.t * 12 + buyers.slot[rows][of].astype(np.int64),
        sku=table.sku, qty=table.qty, platform=platform, lever=lever, list=listed, shop_off=shop_off,
        platform_off=platform_off, paid=paid, offers=offers, flags=table.flags, room=buyers.room[rows][of],
    )  # fmt: skip
    cost = world.goods.cost[table.sku] * table.qty * weight
    rules, first = world.setting.rulebook.rules, table.first
    gifts = np.array([present_of(rules, b.offers).cost for b in buyers.distinct], np.int64)[buyers.bill[rows]] * weight
    given = gifts > 0
    world.ledger.book_entries(
        world.t, Account.GIFT, gifts[given], lever=lever[first][given], sku=table.sku[first][given],
        order=orders[first][given],
    )  # fmt: skip
    where: dict[str, I64] = {"lever": lever.astype(np.int64), "sku": table.sku, "order": orders}
    world.ledger.book_entries(world.t, Account.COGS, cost, **where)
    for account, share in world.setting.platforms.fees.items():
        if share.any():
            world.ledger.book_entries(world.t, account, round_fen(paid * share[platform]), **where)


def send_off(world: World, platform: NDArray[np.uint8], users: I32, table: OrderLines, start: int) -> None:
    """Orders become parcels. `start`: ledger row of the first line, NONE in the warm-up."""
    parcels, setting = world.parcels, world.setting
    rows = parcels.lines.size + np.arange(len(table.of))
    worth = world.goods.market_value[table.sku] * table.qty
    usual = reference_price(world, users[table.of], table.sku.astype(np.int16))
    ratio = table.money[:, 3] * 1000 / np.maximum(worth * usual, 1)
    parcels.lines.append({
        "order": parcels.orders + table.of, "line": NONE if start == NONE else start + np.arange(len(rows)),
        "first": table.first.astype(np.uint8), "user": users[table.of], "paid_at": world.t, "sku": table.sku,
        "qty": table.qty, "platform": platform[table.of], "flags": table.flags,
        "due": world.t + int(setting.operations.warehouse.ship_within), "reply": round(world.dials.reply_wait),
        "ratio": np.minimum(ratio, 1_000_000).astype(np.int64), "shipped": NEVER, "delivered": NEVER,
        "state": State.WAITING, "fate": Fate.KEPT, "cause": 0, "stars": 0, "event": FAR,
    })  # fmt: skip
    parcels.orders += len(users)
    queue_up(world, rows, facts(world, rows))


def _live_on(world: World, users: I32, distinct: list[Bill], bill: I64, pay: I64) -> None:
    """After paying: the household is stocked, and its buyer may join the private domain."""
    columns = world.users
    units = np.array([sum(line.qty for line in b.lines) for b in distinct], np.int64)[bill]
    stocked = np.maximum(columns.stocked_until[users], world.t)
    columns.stocked_until[users] = stocked + (units * columns.born.cycle[users] * 24).astype(np.int32)
    columns.last_order[users] = world.t
    columns.orders[users] = np.minimum(columns.orders[users].astype(np.int64) + 1, 65535).astype(np.uint16)
    spent = columns.spend_30d[users].astype(np.int64) + pay
    columns.spend_30d[users] = np.minimum(spent, 2**32 - 1).astype(np.uint32)
    flags = columns.flags[users] | np.uint8(Flag.ALIVE)
    if world.booked:
        flags = flags | np.uint8(Flag.BOUGHT)
    columns.flags[users] = flags
    join(world, users, world.setting.behaviour.private.join_buyer, where=0)
