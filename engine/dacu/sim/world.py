"""World: all state of one run. Everything that lasts from one hour to the next stands here, so a copy is a snapshot.

`Setting` is what a run is given and never changes (shared by forks); `World` is what moves.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import terms_utility
from dacu.behaviour.choice import buy_hazards
from dacu.behaviour.coefficients import Behaviour, Category, Persona
from dacu.behaviour.loyalty import most_direct, most_habit
from dacu.behaviour.maths import log32
from dacu.behaviour.scalars import exp64, logit64
from dacu.clock.agenda import Agenda
from dacu.clock.calendar import Calendar
from dacu.clock.hours import HOURS_A_DAY
from dacu.columns import Columns
from dacu.content.items import Items
from dacu.draws import chance_of
from dacu.errors import Finding
from dacu.ledger import Account, Ledger
from dacu.levers.activity import Activity, Invitation
from dacu.levers.base import Channel, Lever
from dacu.levers.market import MarketBlock
from dacu.levers.members import Members
from dacu.levers.room import Room
from dacu.people.blocks import AudienceBlock
from dacu.people.platforms import Platforms
from dacu.people.population import Seed, class_rates
from dacu.people.users import Users
from dacu.shop.bill import MOST_REMEMBERED, Bill, Line, Rulebook
from dacu.shop.blocks import ShopBlock
from dacu.shop.goods import Goods
from dacu.shop.offers import Kind, Offers, Present, Stack, present_of
from dacu.shop.operations import OperationsBlock
from dacu.shop.outlook import Outlook
from dacu.shop.service import Desk
from dacu.shop.shifts import Capacity
from dacu.shop.supply import Supply
from dacu.shop.top_up import TopUp, top_up
from dacu.sim.dials import Dials
from dacu.sim.parcels import Parcels
from dacu.sim.places import Places
from dacu.sim.reservations import reservations
from dacu.sim.tally import Tally

if TYPE_CHECKING:
    from dacu.sim.board import Board

FATIGUE = {
    Channel.FEED_ADS: 0, Channel.BOOST: 1, Channel.ORGANIC: 2, Channel.KOL: 3, Channel.KOC: 3, Channel.VENUE: 4,
    Channel.PRIVATE: 5, Channel.MOMENTS: 5,
}  # fmt: skip
"""Row of the fatigue column of each channel that wears out."""
FATIGUE_CHANNELS = 6
RESTOCK, CHARGE, PURCHASE = 0, 1, 2  # kinds of agenda rows


@dataclass(frozen=True)
class LeverRow:
    """A lever of this run: its path, its block, its hash for draws, and its bit in `users.reached`."""

    path: str
    lever: Lever
    hash: np.uint64
    reach_bit: int


@dataclass(frozen=True)
class Setting:
    """What a run is given."""

    seed: Seed
    weight: int
    calendar: Calendar
    behaviour: Behaviour
    personas: tuple[Persona, ...]
    persona_names: tuple[str, ...]
    platforms: Platforms
    present: NDArray[np.float64]  # expected share of online people on each platform
    shop: ShopBlock
    operations: OperationsBlock
    category: Category
    capacity: Capacity  # of the warehouse
    desk: Desk  # who answers questions
    case_desk: Desk | None  # who answers after-sale cases, None: the same people
    market: MarketBlock
    rulebook: Rulebook
    outlook: Outlook
    levers: tuple[LeverRow, ...]
    activities: tuple[tuple[int, Activity], ...]  # by lever
    rooms: tuple[Room, ...]
    room_levers: tuple[int, ...]
    own_items: tuple[NDArray[np.int32], ...]  # by lever
    sku_hash: NDArray[np.uint64]
    offer_hash: NDArray[np.uint64]
    offer_lever: tuple[int, ...]  # lever of each offer
    mean_spend: float  # mean category capacity of the default crowd, yuan in 30 days
    mean_price_sense: float  # mean price sensitivity of the default crowd
    has_members: bool  # somebody runs a private domain that buyers may join
    invitation: tuple[int, Invitation]  # to the private domain, by lever
    audiences: tuple[AudienceBlock, ...]
    members: Members | None  # the membership programme, if it is on
    level_bits: dict[str, int]  # audience bits of its levels, the lowest first
    budgets: dict[int, NDArray[np.int64]]  # fen a day by lever
    baselines: dict[int, int]  # fen a day by lever, in the warm-up
    charges: tuple[tuple[Account, int], ...]  # (account, lever) of agenda rows
    warnings: tuple[Finding, ...]

    @cached_property
    def tier_bits(self) -> np.uint32:
        """Bits of the offers that take something off a whole order."""
        rules = self.rulebook.rules
        return np.uint32(sum(1 << bit for bit, rule in enumerate(rules) if rule.kind.stack is not Stack.UNIT))

    @cached_property
    def room_fans(self) -> np.uint16:
        """Bits in `follows` of those who follow a room."""
        return np.uint16(sum({1 << room.fan_bit for room in self.rooms if room.fan_bit >= 0}))

    @cached_property
    def room_of_lever(self) -> NDArray[np.int64]:
        """Number of the room of each lever, −1 for none; so is the last, of no lever."""
        numbers = np.full(len(self.levers) + 1, -1, np.int64)
        numbers[list(self.room_levers)] = np.arange(len(self.rooms))
        return numbers

    @cached_property
    def hidden(self) -> NDArray[np.bool_]:
        """Which goods are sold in a room alone: no visitor of the shop finds them."""
        apart = np.zeros(len(self.sku_hash), np.bool_)
        apart[[sku for room in self.rooms for sku in room.only]] = True
        return apart

    @cached_property
    def gives(self) -> bool:
        """Whether some offer sends a gift along."""
        return any(rule.kind is Kind.GIFT for rule in self.rulebook.rules)

    @cached_property
    def presale_bits(self) -> np.uint32:
        """Bits of the offers that take a deposit now and the rest later."""
        return np.uint32(sum(1 << bit for bit, rule in enumerate(self.rulebook.rules) if rule.deposit is not None))

    @cached_property
    def lever_hash(self) -> NDArray[np.uint64]:
        """By lever; the last is that of no lever."""
        return np.array([*(row.hash for row in self.levers), 0], np.uint64)

    @cached_property
    def reach_bits(self) -> NDArray[np.uint32]:
        """By lever: its bit in `users.reached`."""
        return np.array([1 << row.reach_bit for row in self.levers], np.uint32)

    @cached_property
    def most_habit(self) -> float:
        """The highest hazard of a day with which a visitor of the day before looks in again."""
        return most_habit(self.behaviour) * float(self.platforms.offsets.visits.max())

    @cached_property
    def repeat_rates(self) -> NDArray[np.float64]:
        """By class: repeat purchases a day of a customer."""
        return class_rates() * self.behaviour.loyalty.rate_mean

    @cached_property
    def pulls(self) -> NDArray[np.float32]:
        """By platform: a multiple of the direct visits of customers."""
        return self.platforms.offsets.visits * self.platforms.offsets.repurchase

    @cached_property
    def most_direct(self) -> float:
        """The highest hazard of a day, per unit of a repeat rate, with which a customer comes."""
        return most_direct(self.behaviour, float(self.pulls.max()), len(self.level_bits))

    @cached_property
    def one_traffic(self) -> bool:
        """Whether the shop's multiple of visits is the same on all platforms."""
        return len(set(self.platforms.offsets.visits.tolist())) == 1

    @cached_property
    def boards(self) -> dict[tuple[tuple[int, ...], ...], Board]:
        """Boards by what tells them apart of their placements (sim/board.py)."""
        return {}

    @cached_property
    def usual_acts(self) -> tuple[np.float32, np.float32]:
        """Logits of the usual share of views that are acted on, and after which an account is followed."""
        content = self.behaviour.content
        return np.float32(logit64(content.interaction)), np.float32(logit64(content.follow))

    @cached_property
    def coupon_taste(self) -> NDArray[np.float32]:
        """By persona."""
        return np.array([persona.coupon for persona in self.personas], np.float32)

    @cached_property
    def slow_delivery(self) -> np.float32:
        """Log hazard of a purchase that the days to delivery take off."""
        days = self.shop.delivery / HOURS_A_DAY - self.behaviour.buy.delivery_reference
        return np.float32(self.behaviour.buy.delivery * days)

    @cached_property
    def easy_returns(self) -> np.float32:
        """Log hazard of a purchase that the terms of returns add."""
        returns = self.operations.returns
        return np.float32(terms_utility(self.behaviour.aftersale, returns.insurance.on, returns.lenient))

    @cached_property
    def cart_rates(self) -> NDArray[np.float32]:
        """By how a visit came about: logit of the usual share of visits that end with a cart."""
        cart = self.behaviour.cart
        rates = (cart.rate, cart.rate_search, cart.rate_direct, cart.rate_habit)
        return np.array([logit64(rate) for rate in rates], np.float32)

    @cached_property
    def buy_hazards(self) -> NDArray[np.float32]:
        """Of a cart in one hour, by what cart it is (behaviour/choice.py)."""
        return np.array(buy_hazards(self.behaviour), np.float32)

    @cached_property
    def note_taste(self) -> NDArray[np.float32]:
        """By persona."""
        return np.array([persona.note for persona in self.personas], np.float32)

    @cached_property
    def live_taste(self) -> NDArray[np.float32]:
        """By persona."""
        return np.array([persona.live for persona in self.personas], np.float32)

    @cached_property
    def returns_of_persona(self) -> NDArray[np.float32]:
        """How often each persona sends goods back, a multiple."""
        return np.array([persona.returns for persona in self.personas], np.float32)

    @cached_property
    def add_on(self) -> NDArray[np.uint32]:
        """By platform: the chance that something comes along with an order."""
        usual = self.behaviour.basket.add_on
        odds = [usual * exp64(offset) for offset in self.platforms.offsets.basket.tolist()]
        return np.array([chance_of(odd / (1 - usual + odd)) for odd in odds], np.uint32)

    @cached_property
    def _piece_prices(self) -> dict[tuple[int, ...], NDArray[np.int64]]:
        return {}

    def piece_prices(self, eligible: tuple[int, ...]) -> NDArray[np.int64]:
        """Sets of usable offers × SKUs: fen for one piece; each distinct tuple of sets is billed once."""
        if eligible not in self._piece_prices:
            skus = range(len(self.sku_hash))
            bills = [[self.rulebook.bill((Line(sku, 1),), bits).pay for sku in skus] for bits in eligible]
            self._piece_prices[eligible] = np.array(bills, np.int64)
        return self._piece_prices[eligible]

    @cached_property
    def _price_levels(self) -> dict[tuple[int, ...], NDArray[np.float32]]:
        return {}

    def price_levels(self, eligible: tuple[int, ...], mean: int) -> NDArray[np.float32]:
        """ln of piece prices ÷ a mean price, fen."""
        if eligible not in self._price_levels:
            self._price_levels[eligible] = log32((self.piece_prices(eligible) / mean).astype(np.float32))
        return self._price_levels[eligible]

    @cached_property
    def _bills(self) -> dict[tuple[int, int, int, int, int], Bill]:
        return {}

    def bill(self, sku: int, qty: int, add_on: int, filler: int, eligible: int) -> Bill:
        """The bill of a basket: pieces of a SKU, one of a complement and one of a filler (−1: none)."""
        key = (sku, qty, add_on, filler, eligible)
        known = self._bills.get(key)  # another thread, which forks from the same world, may clear them meanwhile
        if known is None:
            if len(self._bills) >= MOST_REMEMBERED:
                self._bills.clear()
            pieces = {sku: qty}
            for extra in (add_on, filler):
                if extra >= 0:
                    pieces[extra] = pieces.get(extra, 0) + 1
            lines = tuple(Line(each, pieces[each]) for each in sorted(pieces))
            known = self._bills[key] = self.rulebook.bill(lines, eligible)
        return known

    @cached_property
    def _savings(self) -> dict[tuple[int, int, int], NDArray[np.float32]]:
        return {}

    def savings(self, sku: int, qty: int, eligible: int, worth: int) -> NDArray[np.float32]:
        """By offer: what the bill of some pieces of a SKU saves by it, as a share of their market value; 0: not used.

        worth: fen, market value of one piece.
        """
        key = (sku, qty, eligible)
        if key not in self._savings:
            lines = (Line(sku, qty),)
            bill = self.rulebook.bill(lines, eligible)
            without = [
                self.rulebook.bill(lines, eligible & ~(1 << bit)).pay if bill.offers >> bit & 1 else bill.pay
                for bit in range(len(self.rulebook.rules))
            ]
            self._savings[key] = np.array([(pay - bill.pay) / (worth * qty) for pay in without], np.float32)
        return self._savings[key]

    @cached_property
    def _presents(self) -> dict[int, Present]:
        return {}

    def present_with(self, offers: int) -> Present:
        """The gift among the offers of a bill."""
        if offers not in self._presents:
            self._presents[offers] = present_of(self.rulebook.rules, offers)
        return self._presents[offers]

    def gift(self, offers: int) -> int:
        """Fen that the gift among the offers of a bill feels like."""
        return round(self.behaviour.price.gift * self.present_with(offers).value)

    @cached_property
    def _steps(self) -> dict[tuple[tuple[Line, ...], int], TopUp | None]:
        return {}

    def next_step(self, lines: tuple[Line, ...], eligible: int) -> TopUp | None:
        """The next tier above a basket and what would fill the gap; each distinct basket is asked once."""
        key = (lines, eligible)
        if key not in self._steps:
            hidden = np.flatnonzero(self.hidden).tolist()
            self._steps[key] = top_up(self.rulebook, lines, eligible, hidden, self.behaviour.price.gift)
        return self._steps[key]

    def month(self, t: int) -> int:
        """Month of an hour, January 0."""
        return self.calendar.date(t).month - 1

    @cached_property
    def by_path(self) -> dict[str, int]:
        """Lever rows by path."""
        return {row.path: index for index, row in enumerate(self.levers)}

    @cached_property
    def placing(self) -> tuple[tuple[int, LeverRow], ...]:
        """Levers that show something, by row."""
        return self._hooked("place")

    @cached_property
    def striking(self) -> tuple[tuple[int, LeverRow], ...]:
        """Levers that turn dials, by row."""
        return self._hooked("shock")

    def _hooked(self, hook: str) -> tuple[tuple[int, LeverRow], ...]:
        """Levers that have a hook of their own: the others need not be asked."""
        rows = enumerate(self.levers)
        return tuple((index, row) for index, row in rows if getattr(type(row.lever), hook) is not getattr(Lever, hook))


@dataclass
class World:
    """What moves."""

    setting: Setting
    t: int
    users: Users
    items: Items
    goods: Goods
    offers: Offers
    agenda: Agenda
    ledger: Ledger
    tally: Tally
    state: list[dict[str, Any]]  # by lever: its own memory
    spent: NDArray[np.int64]  # fen by lever × day of the campaign
    spent_today: NDArray[np.int64]  # fen by lever, warm-up too
    appeal: NDArray[np.float64]  # by lever: mean and sd of last hour's utility, relative click rate
    seen_today: dict[int, NDArray[np.uint8]]  # views of capped lines, by lever
    coupon_until: dict[int, NDArray[np.int32]]  # hour at which a held coupon ends, by offer bit
    coupons_left: dict[int, NDArray[np.uint8]]  # how many of a held coupon a person has, by offer bit
    lists: list[NDArray[np.int32]]  # people on each list
    fan_bits: dict[int, int]  # list number → bit in users.follows, for lists that grow
    member_list: int
    customers: NDArray[np.int32]  # who may come back by themselves today
    recent: NDArray[np.int32]  # visitors of the last days
    guests: NDArray[np.int32]  # yesterday's visitors who have had a coupon, since D1
    sales: NDArray[np.int64]  # fen paid by agents so far, by platform, warm-up too
    receipts: NDArray[np.int64]  # pieces that arrived, by SKU
    opening: NDArray[np.int64]  # pieces at D1 00:00, by SKU
    restocked: NDArray[np.int64]  # pieces that came back and are sold again, by SKU
    extra_shows: NDArray[np.bool_]  # by room: its extra session is held
    kept: NDArray[np.int64]  # pieces still kept back, people's, by room × SKU
    supply: Supply
    places: Places
    parcels: Parcels = field(default_factory=Parcels)
    reservations: Columns = field(default_factory=reservations)
    orders: int = 0  # orders booked so far; the next order's number
    rooms: list[dict[str, NDArray[Any]]] = field(default_factory=list)  # viewers of each room
    dials: Dials = field(default_factory=Dials)

    def copy(self) -> World:
        """A snapshot: it shares the setting and born columns, nothing else."""
        twin = copy.copy(self)
        twin.users, twin.items, twin.goods = self.users.copy(), self.items.copy(), self.goods.copy()
        twin.offers, twin.ledger, twin.tally = self.offers.copy(), self.ledger.copy(), self.tally.copy()
        twin.agenda = Agenda.load(self.agenda.snapshot())
        twin.state = copy.deepcopy(self.state)
        arrays = ("spent", "spent_today", "appeal", "customers", "recent", "guests", "sales", "receipts", "opening",
                  "restocked", "extra_shows", "kept")  # fmt: skip
        for name in arrays:
            setattr(twin, name, getattr(self, name).copy())
        twin.seen_today = {lever: column.copy() for lever, column in self.seen_today.items()}
        twin.coupon_until = {bit: column.copy() for bit, column in self.coupon_until.items()}
        twin.coupons_left = {bit: column.copy() for bit, column in self.coupons_left.items()}
        twin.lists = list(self.lists)
        twin.dials = copy.copy(self.dials)
        twin.supply, twin.parcels, twin.places = self.supply.copy(), self.parcels.copy(), self.places.copy()
        twin.reservations = self.reservations.copy()
        twin.rooms = [{name: column.copy() for name, column in room.items()} for room in self.rooms]
        return twin

    def room(self, number: int) -> Room:
        """A room with the sessions that are held, as far as is known."""
        room = self.setting.rooms[number]
        return room.with_extra() if self.extra_shows[number] else room

    def key(self, stream: int, ordinal: int = 0) -> np.uint64:
        """The key of a stream in this hour."""
        return self.setting.seed.key(stream, self.t, ordinal)

    @property
    def booked(self) -> bool:
        """Whether this hour is reported: money of the warm-up is not booked."""
        return self.t >= 0
