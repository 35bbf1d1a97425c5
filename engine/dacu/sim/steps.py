"""The hour as a table: its steps in order, what each reads and writes, which draws it makes (`dacu show --steps`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dacu.clock.agenda import Row
from dacu.content.heat import update_heat
from dacu.draws import Stream
from dacu.errors import Fault, Finding
from dacu.ledger import Account
from dacu.sim import morning
from dacu.sim.balance import pay_balances
from dacu.sim.claims import send
from dacu.sim.contracts import owe_shows
from dacu.sim.decide import decide
from dacu.sim.deliver import deliver
from dacu.sim.engage import engage
from dacu.sim.grant import grant
from dacu.sim.hour import HourView
from dacu.sim.kept import release
from dacu.sim.mingle import mingle
from dacu.sim.now import Now
from dacu.sim.online import come_online
from dacu.sim.programme import lapse, note_opening
from dacu.sim.protect import protect
from dacu.sim.receive import deliver_parcels
from dacu.sim.refund import refund
from dacu.sim.reviews import publish_reviews
from dacu.sim.rooms import run_rooms
from dacu.sim.seek import seek
from dacu.sim.serve import serve
from dacu.sim.ship import cancel, ship
from dacu.sim.shocks import shocks
from dacu.sim.visit import land_and_cart
from dacu.sim.world import CHARGE, PURCHASE, World


@dataclass(frozen=True)
class Step:
    """One step: its name in both languages, the users columns it writes, the streams it draws from."""

    id: str
    zh: str
    en: str
    run: Callable[[World, Now], None]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    streams: tuple[Stream, ...] = ()


def _agenda(world: World, now: Now) -> None:
    """What is due before the hour ends: goods arrive, costs fall due, shows are owed, stock kept back is released."""

    if world.t == 0:  # the warm-up sold from a full shelf; D1 opens with the stock that the scenario states
        world.goods.stock[:] = world.opening
    owe_shows(world)
    release(world)

    def handle(row: Row) -> None:
        if row.kind == CHARGE:
            account, lever = world.setting.charges[row.entity]
            if world.booked:
                world.ledger.book_entry(world.t, account, row.amount, lever=lever)
            return
        world.goods.stock[row.entity] += row.amount
        world.receipts[row.entity] += row.amount
        if row.kind == PURCHASE:
            world.supply.arrive(row.entity, row.amount)

    world.agenda.run_to(world.t + 1, handle)
    world.offers.refill(world.t)


def follow(world: World) -> None:
    """Parcels of this hour: cancelled, sent, delivered, refunded, reviewed."""
    due = world.parcels.due(world.t)
    cancel(world, due.waiting)
    ship(world)
    deliver_parcels(world, due.on_the_road)
    refund(world, due.delivered)
    publish_reviews(world)


def _parcels(world: World, now: Now) -> None:
    """What was paid before goes its way."""
    follow(world)


def _protect(world: World, now: Now) -> None:
    """Who bought dearer in a sale sees a lower price."""
    protect(world)


def _reorder(world: World, now: Now) -> None:
    """Goods that run short are ordered; a lot of the second supplier costs more."""
    if world.t < 0 or not world.supply.policies:
        return
    none = np.zeros(len(world.goods), np.int64)
    for lot in world.supply.review(world.setting.seed, world.goods.stock, none, world.dials.lead):
        world.agenda.add(world.t + 1 + lot.hours, PURCHASE, lot.sku, lot.units)
        if lot.dearer:
            extra = world.supply.premium(int(world.goods.cost[lot.sku]), lot.units)
            world.ledger.book_entry(world.t, Account.COGS, extra, sku=lot.sku)


def _morning(world: World, now: Now) -> None:
    """Midnight and 04:00; D1 starts a fresh reach."""
    if world.t % 24 == 0:
        morning.new_day(world)
    if world.t == 0:
        world.users.reached[:] = 0
        note_opening(world)
    if world.t % 24 == morning.HOUR:
        morning.leave_groups(world)
        morning.fade(world)
        morning.restock_elsewhere(world)
        lapse(world)
        morning.tell_apart(world)


def _online(world: World, now: Now) -> None:
    """Who is here."""
    here = come_online(world)
    now.online, now.slot, now.platform = here.online, here.slot, here.platform


def _place(world: World, now: Now) -> None:
    """Every lever says what it would show."""
    view = HourView(world, now)
    for index, row in world.setting.placing:
        now.placements += [(index, placement) for placement in row.lever.place(view.of(index))]


def _send(world: World, now: Now) -> None:
    """Coupons are sent before anybody comes by himself."""
    send(world)


def _land(world: World, now: Now) -> None:
    """Visits, landing, carts."""
    now.visits = [land_and_cart(world, now)]


def _decide(world: World, now: Now) -> None:
    """Buy, wait, leave."""
    decide(world, now, now.visits[0])


def _grant(world: World, now: Now) -> None:
    """Balances of presales that are due, then the hour's buyers."""
    pay_balances(world)
    grant(world, now)


def _heat(world: World, now: Now) -> None:
    """Posts shown in the last hours win or lose their pools."""
    rows = np.flatnonzero(world.items["plays"] > 0).astype(np.int32)
    update_heat(world.setting.behaviour, world.items, rows, world.dials.heat_power, world.dials.heat_bar)


S = Stream
STEPS = (
    Step("shocks", "风险冲击", "shocks", shocks, ("users", "offers"),
         ("dials", "users.trust", "users.flags"), (S.RISK_PEOPLE,)),
    Step("agenda", "日程到点", "agenda to t+1", _agenda, ("agenda",), ("goods.stock", "ledger")),
    Step("parcels", "包裹与退款", "parcels and refunds", _parcels, ("parcels",),
         ("users.satisfaction", "users.trust", "users.flags", "users.consideration", "users.points", "goods.stock",
          "goods.rating", "goods.reviews", "ledger"),
         (S.TRANSIT, S.SATISFACTION, S.DROPOUT, S.RETURN, S.RETURN_CAUSE, S.RETURN_LAG, S.REVIEW, S.SHARE_WORD,
          S.HEAR_WORD, S.FRIEND)),
    Step("protect", "价保", "price protection", _protect, ("offers",), ("users.satisfaction", "ledger"),
         (S.PRICE_PROTECTION,)),
    Step("morning", "清晨结转", "morning", _morning, ("users",),
         ("users.awareness", "users.consideration", "users.fatigue", "users.spend_30d", "users.stocked_until",
          "users.audiences", "users.flags", "users.reached", "users.level", "users.points"),
         (S.RESTOCK, S.UNSUBSCRIBE)),
    Step("online", "上线", "come online", _online, ("users.born",), (), (S.ONLINE, S.SLOT, S.PLATFORM_NOW)),
    Step("place", "投放意图", "levers place", _place, ("items", "offers"), ("state",)),
    Step("deliver", "曝光", "deliver", deliver, ("users.awareness", "users.consideration", "users.fatigue"),
         ("ledger",), (S.EXPOSE, S.PUSH_OPEN, S.GROUP_ROLE, S.RATION)),
    Step("engage", "互动与点击", "engage and click", engage, ("users", "items"),
         ("users.awareness", "users.consideration", "users.fatigue", "users.reached", "users.follows",
          "users.touch_lever", "users.touch_slot", "users.held", "users.claimed", "users.refused"),
         (S.ITEM, S.INTERACT, S.FOLLOW, S.HEAT, S.CLICK, S.LEAD, S.CLAIM, S.CLAIM_GUARD)),
    Step("send", "发券", "send coupons", _send, ("users", "offers"),
         ("users.held", "users.claimed", "users.refused", "ledger"), (S.CLAIM_GUARD, S.RATION)),
    Step("seek", "搜索与自来", "search, direct, habit", seek, ("users",),
         ("users.consideration", "users.touch_lever", "users.touch_slot", "ledger"),
         (S.SEARCH, S.SEARCH_CLICK, S.DIRECT, S.HABIT, S.WAKE_UP)),
    Step("rooms", "直播间", "live rooms", run_rooms, ("users", "offers"),
         ("users.awareness", "users.consideration", "users.visited", "users.flags",
          "users.touch_lever", "users.touch_slot", "users.held", "users.claimed", "users.refused", "users.cart_slot",
          "ledger"),
         (S.ROOM_ENTER, S.ROOM_BOUNCE, S.ROOM_DWELL, S.ROOM_BUY, S.RECOMMEND, S.CLAIM, S.CLAIM_GUARD)),
    Step("land", "落地与加购", "land and cart", _land, ("users", "goods", "offers"),
         ("users.visited", "users.flags", "users.held", "users.claimed", "users.refused", "users.cart_sku",
          "users.cart_slot", "users.cart_flags", "users.ref_price", "users.priced", "ledger"),
         (S.CLAIM, S.CLAIM_GUARD, S.LAND, S.CART)),
    Step("decide", "下单决策", "decide", _decide, ("users", "goods", "offers"), ("users.cart_sku",),
         (S.BUY, S.LEAVE, S.QUANTITY, S.ADD_ON, S.TOP_UP)),
    Step("grant", "库存与记账", "grant and book", _grant, ("goods", "reservations"),
         ("users.cart_sku", "users.stocked_until", "users.last_order", "users.orders", "users.spend_30d", "users.held",
          "users.flags", "users.points", "users.spend_year", "goods.stock", "reservations", "ledger"),
         (S.RATION, S.STOCK_OUT, S.CANCEL, S.CANCEL_LAG, S.JOIN, S.PRESALE_BALANCE)),
    Step("mingle", "社群互动", "groups mingle", mingle, ("users",), ("users.flags", "ledger"),
         (S.CHECK_IN, S.GROUP_TALK)),
    Step("serve", "客服应答", "service desk", serve, ("parcels",), ("ledger",)),
    Step("reorder", "补货下单", "reorders", _reorder, ("goods",), ("ledger",), (S.LEAD_TIME,)),
    Step("heat", "内容热度", "heat", _heat, ("items",), ("items.heat",)),
)  # fmt: skip


def live_hour(world: World, guarded: bool = False) -> None:
    """Live through one hour. `guarded` lets each step write the users columns it declares, and no others."""
    now = Now.of(world.t)
    for step in STEPS:
        if guarded:
            _guard(world, step, now)
        else:
            step.run(world, now)
    world.t += 1


def _guard(world: World, step: Step, now: Now) -> None:
    world.users.lock(frozenset(step.writes))
    try:
        step.run(world, now)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise Fault(Finding("undeclared_write", path=f"steps.{step.id}", args={"step": step.id})) from error
    finally:
        world.users.lock(frozenset(f"users.{name}" for name in world.users.__dataclass_fields__))
