"""Payment: buyers are served in the order of (slot, draw) while stock and limited offers last; the ledger books."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.draws import Stream, bits32, chance_of
from dacu.ledger import NEVER, NONE, Account, LineFlag, round_fen
from dacu.people.users import NO_CART, Flag
from dacu.shop.bill import Bill
from dacu.sim.claims import use_up
from dacu.sim.crowd import join
from dacu.sim.decide import Buyers
from dacu.sim.kept import in_shop, open_to, rooms_by_lever
from dacu.sim.now import Now
from dacu.sim.parcels import FAR, Fate, State
from dacu.sim.pricing import paid_ahead
from dacu.sim.programme import off_by_points, redeem, remember_order
from dacu.sim.reserve import reserve
from dacu.sim.ship import queue_up
from dacu.sim.tally import Measure
from dacu.sim.visit import reference_price
from dacu.sim.world import World

I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
MOST_ORDERS = 2**16 - 1  # that are told apart of a person
ALIVE, ALIVE_AND_BOUGHT = np.uint8(Flag.ALIVE), np.uint8(Flag.ALIVE | Flag.BOUGHT)


def grant(world: World, now: Now) -> None:
    """Serve this hour's buyers, of the shop and of rooms together."""
    buyers = _merge([part for part in now.buyers if len(part.user)])
    if buyers is None:
        return
    served = _ration(world, buyers)
    if not served.all():
        _stock_out(world, buyers, np.flatnonzero(~served))
        buyers = buyers.take(np.flatnonzero(served))
    if len(buyers.user):
        _close(world, buyers)


def _merge(parts: list[Buyers]) -> Buyers | None:
    """All buyers in one table; a person in two rooms pays once, in the first."""
    if not parts:
        return None
    buyers, rows = parts[0], np.arange(len(parts[0].user))
    if len(parts) > 1:
        for part in parts[1:]:
            buyers = buyers.join(part)
        rows = np.sort(np.unique(buyers.user, return_index=True)[1])
    return buyers.take(rows)


def _ration(world: World, buyers: Buyers) -> NDArray[np.bool_]:
    """Who is served: stock of n pieces serves whole orders in turn, the rest is lost; so with limited offers.

    Of what is kept back for a room its orders take first, and no others.
    """
    rules, weight = world.offers.rules, world.setting.weight
    counted = np.flatnonzero(world.goods.stock >= 0)
    used = reduce(or_, (bill.offers for bill in buyers.distinct))
    limited = [
        bit for bit, left in enumerate(world.offers.left.tolist())
        if left >= 0 and used >> bit & 1 and not rules[bit].needs_claim
    ]  # fmt: skip
    served = np.ones(len(buyers.user), np.bool_)
    if not len(counted) and not limited:
        return served
    needs = [_need(bill, counted.tolist(), [(bit, rules[bit].skus) for bit in limited]) for bill in buyers.distinct]
    wanted = np.array(needs, np.int64)[buyers.bill]
    left = np.concatenate([world.goods.stock[counted], world.offers.left[limited]]) // weight
    kept = np.zeros((len(world.kept) + 1, len(left)), np.int64)  # the last row is the shop's
    kept[:-1, : len(counted)] = world.kept[:, counted] // weight
    taken = wanted.sum(axis=0)
    if kept.any() or (taken > left).any():
        before = kept.copy()
        order = np.lexsort((bits32(world.key(Stream.RATION), buyers.user), buyers.slot))
        in_time, taken = in_turn(order, wanted[order], left, kept, rooms_by_lever(world, buyers.room[order]))
        served[:] = False
        served[in_time] = True
        world.kept[:, counted] -= (before - kept)[:-1, : len(counted)] * weight
    world.goods.stock[counted] -= taken[: len(counted)] * weight
    world.offers.left[limited] -= taken[len(counted) :] * weight
    return served


def _need(bill: Bill, counted: list[int], limited: list[tuple[int, tuple[int, ...]]]) -> list[int]:
    """Pieces that a bill takes of each SKU whose stock is counted, and of each limited offer (bit, scope)."""
    pieces = {line.sku: line.qty for line in bill.lines}
    of_offers = [
        sum(qty for sku, qty in pieces.items() if sku in scope) if bill.offers >> bit & 1 else 0
        for bit, scope in limited
    ]
    return [pieces.get(sku, 0) for sku in counted] + of_offers


def in_turn(order: I64, wanted: I64, left: I64, kept: I64, room: I64) -> tuple[I64, I64]:
    """Each order takes all it needs or nothing. Returns who is served and what is taken; `kept` falls."""
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


def _close(world: World, buyers: Buyers) -> None:
    """Carts are emptied and coupons used up; of a presale only the deposit is paid."""
    use_up(world, buyers.user, buyers.of_bill(lambda bill: bill.offers).astype(np.uint32))
    world.users.cart_sku[buyers.user] = NO_CART
    ahead = paid_ahead(world, buyers.distinct, buyers.bill)
    if not ahead.any():
        book(world, buyers)
        return
    reserve(world, buyers.take(np.flatnonzero(ahead)))
    if not ahead.all():
        book(world, buyers.take(np.flatnonzero(~ahead)))


def book(world: World, buyers: Buyers) -> None:
    """Orders become ledger lines; people remember what they bought."""
    users, columns = buyers.user, world.users
    new, fan = columns.orders[users] == 0, columns.follows[users] & world.setting.room_fans != 0
    unseen = _untracked(world, users)
    world.tally.add(Measure.ORDERS, world.t, np.where(unseen, NONE, buyers.lever))
    pay = buyers.of_bill(lambda bill: bill.pay)
    off = off_by_points(world, users, pay)
    table = _lines_of(buyers, new, unseen, fan, off)
    start = world.ledger.lines.size if world.booked else NONE
    if world.booked:
        _book_lines(world, buyers, table)
    send_off(world, buyers.platform, users, table, start)
    np.add.at(world.sales, buyers.platform, pay - off)
    remember_order(world, users, pay - off, off)
    _live_on(world, users, buyers.of_bill(lambda bill: sum(line.qty for line in bill.lines)), pay - off)


def _untracked(world: World, users: I32) -> NDArray[np.bool_]:
    """Whose touch no report sees: they buy as they would, and contracts count them."""
    if world.dials.tracked >= 1:
        return np.zeros(len(users), np.bool_)
    return bits32(world.key(Stream.RISK_PEOPLE, 1), users) >= chance_of(world.dials.tracked)


@dataclass(frozen=True)
class OrderLines:
    """The lines of this hour's orders: the order of each (a row of those served), and its figures of one agent."""

    of: I64
    first: NDArray[np.bool_]
    sku: NDArray[np.int16]
    qty: I64
    money: I64  # lines × (list, off by the shop, off by the platform, paid), fen
    flags: NDArray[np.uint16]


def _lines_of(
    buyers: Buyers, new: NDArray[np.bool_], unseen: NDArray[np.bool_], fan: NDArray[np.bool_], off: I64
) -> OrderLines:
    """Take the bills apart, and off them what points pay (by order)."""
    of = np.repeat(np.arange(len(buyers.user)), buyers.of_bill(lambda bill: len(bill.lines)))
    lines = np.array([line for b in buyers.bill.tolist() for line in buyers.distinct[b].lines], np.int64)
    sku, qty = lines[:, 0].astype(np.int16), lines[:, 1]
    flags = buyers.flags | new * np.uint16(LineFlag.NEW_BUYER)
    flags |= unseen * np.uint16(LineFlag.UNTRACKED)
    flags |= fan * np.uint16(LineFlag.FAN)
    flags = flags[of]
    flags |= (sku == buyers.filler[of]) * np.uint16(LineFlag.FILLER)
    flags |= (sku == buyers.add_on[of]) * np.uint16(LineFlag.ADD_ON)
    first = np.ones(len(of), np.bool_)
    first[1:] = of[1:] != of[:-1]
    return OrderLines(of, first, sku, qty, redeem(lines[:, 2:6], of, off), flags)


def _book_lines(world: World, buyers: Buyers, table: OrderLines) -> None:
    weight, of = world.setting.weight, table.of
    orders = world.orders + of
    world.orders += len(buyers.user)
    platform, lever = buyers.platform[of], buyers.lever[of]
    listed, shop_off, platform_off, paid = table.money.T * weight
    world.ledger.book_lines(
        order=orders, user=buyers.user[of], slot=world.t * 12 + buyers.slot[of].astype(np.int64), sku=table.sku,
        qty=table.qty, platform=platform, lever=lever, list=listed, shop_off=shop_off, platform_off=platform_off,
        paid=paid, offers=buyers.of_bill(lambda bill: bill.offers)[of], flags=table.flags, room=buyers.room[of],
    )  # fmt: skip
    where: dict[str, NDArray[Any]] = {"lever": lever, "sku": table.sku, "order": orders}
    if world.setting.gives:
        first = np.flatnonzero(table.first)
        gifts = buyers.of_bill(lambda bill: world.setting.present_with(bill.offers).cost) * weight
        of_gifts = {name: column[first[gifts > 0]] for name, column in where.items()}
        world.ledger.book_entries(world.t, Account.GIFT, gifts[gifts > 0], **of_gifts)
    cost = world.goods.cost[table.sku] * table.qty * weight
    world.ledger.book_entries(world.t, Account.COGS, cost, **where)
    for account, share in world.setting.platforms.fees.items():
        if share.any():
            world.ledger.book_entries(world.t, account, round_fen(paid * share[platform]), **where)


def send_off(world: World, platform: NDArray[np.uint8], users: I32, table: OrderLines, start: int) -> None:
    """Orders become parcels. `start`: ledger row of the first line, NONE in the warm-up."""
    parcels, setting = world.parcels, world.setting
    rows = parcels.lines.size + np.arange(len(table.of))
    worth = world.goods.market_value[table.sku] * table.qty
    usual = reference_price(world, users[table.of], table.sku)
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
    queue_up(world, rows)


def _live_on(world: World, users: I32, units: I64, pay: I64) -> None:
    """After paying: the household is stocked, and its buyer may join the private domain."""
    columns = world.users
    stocked = np.maximum(columns.stocked_until[users], world.t)
    columns.stocked_until[users] = stocked + (units * columns.born.cycle[users] * 24).astype(np.int32)
    columns.last_order[users] = world.t
    columns.orders[users] = np.minimum(columns.orders[users], MOST_ORDERS - 1) + np.uint16(1)
    spent = columns.spend_30d[users].astype(np.int64) + pay
    columns.spend_30d[users] = np.minimum(spent, 2**32 - 1).astype(np.uint32)
    columns.flags[users] |= ALIVE_AND_BOUGHT if world.booked else ALIVE
    join(world, users, world.setting.behaviour.private.join_buyer, where=0)
