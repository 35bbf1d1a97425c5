"""What a lever is: a scenario block that proposes; the funnel disposes.

A lever is one frozen `Block` whose fields are its scenario keys, registered by `@lever`. It may have four hooks:
`open(stage)` once at the start (items, offers, lists, due things, fixed charges), `shock(hour)` each hour (what a risk
turns), `place(hour)` each hour (what it would show to whom at what price) and `settle(books)` at the end (contracts
over finished orders). A lever sees no
single user and changes no user, stock or price; what it must remember between hours stands in its `state` row in
the World.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

from dacu.language.block import Block

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dacu.behaviour.coefficients import Behaviour
    from dacu.clock.calendar import Calendar, Event
    from dacu.content.items import Item
    from dacu.ledger import Account
    from dacu.levers.activity import Activity, Invitation
    from dacu.levers.hot_topic import HotTopic
    from dacu.levers.kol import Creator
    from dacu.levers.market import MarketBlock
    from dacu.levers.room import Room
    from dacu.shop.goods import Goods
    from dacu.shop.offers import Offer


SoldBy: TypeAlias = Literal["paid", "net_deal", "platform"]
"""Whose sales: of the last touch, paid or less what is refunded; or all of the platform, organic ones too."""


class Channel(IntEnum):
    """Kinds of medium: the rows of `behaviour.channels`; a budget line belongs to one of them."""

    FEED_ADS = 0
    BOOST = 1
    ORGANIC = 2
    KOL = 3
    KOC = 4
    VENUE = 5
    PRIVATE = 6
    SEARCH_ADS = 7
    SEARCH = 8
    LIVE = 9
    DIRECT = 10
    MOMENTS = 11

    @cached_property
    def label(self) -> str:
        """The name of the row in parameters.yaml."""
        return self.name.lower()


class Mode(IntEnum):
    """How a placement meets people."""

    POOL = 0  # views spread over the people online, by fit
    LIST = 1  # a chance for each person on a list (followers, members)
    QUERY = 2  # a chance for each search
    ROOM = 3  # views of a card that opens a live room


class PaysOn(IntEnum):
    """The event that costs money."""

    NOTHING = 0
    VIEW = 1
    CLICK = 2
    SEND = 3


class Placement(NamedTuple):
    """What one lever would show in one hour.

    `volume` is people's views (POOL, ROOM), a chance a person and hour (LIST) or a chance a query (QUERY).
    `price` is 1/1000 fen an event of `pays_on`; `limit` is fen that is never passed; a line that pays by the click
    spends about `target` fen of it this hour.
    `slots` is a 12-bit mask of the five-minute slots in which the placement is open.
    """

    channel: Channel
    mode: Mode
    items: NDArray[np.int32]
    weights: NDArray[np.float32]
    volume: float
    platform: int
    audience: int = 0
    cap: int = 0
    pays_on: PaysOn = PaysOn.NOTHING
    price: int = 0
    limit: int = 0
    target: int = 0
    list: int = -1
    sharpness: float = 0.0
    slots: int = 0xFFF
    room: int = -1
    brand_queries: bool = False


@dataclass(frozen=True, slots=True)
class Shock:
    """What a risk does in one hour. Multiples of 1 and sums of 0 change nothing; dials are explained in sim/dials.py.

    accounts: distribution of own accounts by path, a multiple. member_trust, visitor_trust: change in the trust of
    members, or of those who came yesterday. member_leave: share of members who leave.
    """

    cpm: float = 1.0
    outside: float = 0.0
    pool: float = 1.0
    heat_power: float = 1.0
    heat_bar: float = 1.0
    lead: float = 1.0
    transit: float = 1.0
    tracked: float = 1.0
    accounts: Mapping[str, float] = field(default_factory=dict)
    member_trust: float = 0.0
    member_leave: float = 0.0
    visitor_trust: float = 0.0


class Stage(Protocol):
    """What a lever may do once, before the first hour. Moments are hours from D1 00:00 (warm-up is negative)."""

    @property
    def path(self) -> str:
        """Scenario path of the lever that is opening."""

    @property
    def calendar(self) -> Calendar:
        """Dates, phases, events and activity of the campaign."""

    @property
    def behaviour(self) -> Behaviour:
        """The coefficients."""

    @property
    def goods(self) -> Goods:
        """The assortment."""

    @property
    def people(self) -> int:
        """People the agents stand for (agents × weight)."""

    def expected_people(self, platform: int) -> float:
        """People on a platform in a mean hour, before any draw."""

    @property
    def topics(self) -> tuple[float, ...]:
        """The shop's own interest topics: default of everything it shows."""

    def platform(self, name: str | None) -> int:
        """Row of a platform; None is the only or the first selling one."""

    def audience(self, name: str | None) -> int:
        """Bit of a named audience of the people block; None is everybody (0)."""

    def levels(self, names: Sequence[str]) -> tuple[int, ...]:
        """Bits of the membership programme's levels, the lowest first, beside those of named audiences."""

    def skus(self, names: Sequence[str] | None) -> tuple[int, ...]:
        """Rows of goods; None is the whole assortment."""

    def shelf(self) -> tuple[int, ...]:
        """Rows of the goods that no room keeps to itself."""

    def item(self, item: Item) -> int:
        """Add a thing to be seen; returns its row."""

    def offer(self, offer: Offer) -> int:
        """Add a price rule; returns its bit."""

    def followers(self, name: str, people: float, topics: Sequence[float], platform: int) -> int:
        """Draw a list of followers (keyed by user and name); returns its number."""

    def fans(self, name: str, people: float, topics: Sequence[float], platform: int) -> tuple[int, int]:
        """The growing list of an own account's or room's followers: (its number, its bit in `follows`)."""

    def members(self) -> int:
        """Number of the list of private-domain members."""

    def invite(self, invitation: Invitation) -> None:
        """Ask people to join the private domain; of several invitations the strongest counts."""

    def activity(self, activity: Activity) -> None:
        """Add something that goes on among members or visitors."""

    @property
    def market(self) -> MarketBlock:
        """Media prices, baseline spend and pull of rivals."""

    @property
    def hot_topics(self) -> Sequence[HotTopic]:
        """Hot topics of the scenario."""

    @property
    def state(self) -> dict[str, Any]:
        """This lever's memory, kept in the World and seen again as `hour.state`."""

    def audience_share(self, audience: int) -> float:
        """Expected share of all people who are in an audience."""

    def open_hours(self, room: int) -> float:
        """Hours that a room is open on a day with a session; 24 without a room (−1)."""

    def landing(self, target: str | None) -> int:
        """Room that a line's clicks open (`live.<room>`), −1 for the shop or the platform's own ways."""

    def room(self, room: Room) -> int:
        """Add a live room; returns its number. InputError if its host is in another one at the same time."""

    def creator(self, path: str) -> Creator:
        """The creator at `kols.<name>`."""

    def charge(self, account: Account, fen: int, hour: float) -> None:
        """Book a fixed cost when its hour comes."""

    def baseline(self) -> int | None:
        """Fen a day this line spends in the market's baseline (warm-up), None where it has none."""

    def budget(self, by_day: NDArray[np.int64]) -> None:
        """State the line's daily budgets in fen; spend never passes them (identity I7)."""

    def luck(self, spread: float) -> float:
        """A lasting multiple of this lever's own, log-normal with mean 1 and this log sd (replication, path)."""

    def strikes(self, day: int, chance: float) -> bool:
        """Whether this risk strikes on a day (D1 is 0)."""

    def delay(self, first: int, last: int, factor: float, lost: bool) -> None:
        """Slow planned arrivals of goods down by a factor in hours [first, last), or lose those due then."""

    def uniform(self, name: str, ordinal: int = 0) -> float:
        """A keyed uniform of this lever (replication, path, name, ordinal)."""


class Hour(Protocol):
    """What a lever may see in one hour: scalars only."""

    @property
    def t(self) -> int:
        """Hours from D1 00:00."""

    @property
    def calendar(self) -> Calendar:
        """Dates, phases, events and activity of the campaign."""

    @property
    def behaviour(self) -> Behaviour:
        """The coefficients."""

    @property
    def items(self) -> Any:
        """The items table (read only)."""

    @property
    def own_items(self) -> NDArray[np.int32]:
        """Rows of the items this lever has added."""

    @property
    def state(self) -> dict[str, Any]:
        """This lever's memory: numbers and arrays by name, kept in the World."""

    def people(self, platform: int, audience: int = 0) -> float:
        """People online on a platform in this hour within an audience."""

    def items_of(self, path: str) -> NDArray[np.int32]:
        """Rows of the items another lever has added (a boost of an account's posts)."""

    @property
    def fresh(self) -> NDArray[np.float64]:
        """Freshness of every item now, 0 of those that are not live yet."""

    @property
    def pools(self) -> NDArray[np.float64]:
        """Pool factor of every item now: what early engagement has won it."""

    def member_share(self, platform: int) -> float:
        """Expected share of a platform's own people who are online on it in a mean hour."""

    def under_cap(self) -> float:
        """Share of the line's audience still under its frequency cap today."""

    def quality(self) -> float:
        """Predicted click rate of this line's viewers in the last hour ÷ the channel's reference rate."""

    def budget_left(self) -> int:
        """Fen left of today's budget."""

    def views(self, hours: int) -> int:
        """Views of this line in the last hours, since D1 at most."""

    def sold(self, hours: int, by: SoldBy) -> float:
        """Fen that people paid in the last hours, since D1 at most, by chances."""

    def distribution(self, path: str | None = None) -> float:
        """Organic distribution of a lever (default this one), a multiple of an ordinary day's; 0: banned."""

    def own_traffic(self, platform: int) -> float:
        """Own traffic of this shop on a platform, a multiple of the average shop's (`platforms.<p>.offsets.visits`)."""

    def promotions(self) -> int:
        """Kinds of promotion with an offer open in this hour."""

    def false_blocks(self) -> float:
        """Share of today's claims so far that the abuse guard refused to people who are no bargain hunters."""

    @property
    def media_price(self) -> float:
        """What media cost now, a multiple of an ordinary day."""

    def event_price(self, platform: int) -> float:
        """What events make of a platform's media price in this hour, a multiple of an ordinary day's."""

    def events(self, platform: int) -> Sequence[Event]:
        """Events that are open on a platform now."""

    def discount(self, skus: Sequence[int], platform: int) -> float:
        """Mean public saving over goods on a platform in this hour, a share of their market value."""

    def room_share(self, room: int) -> float:
        """Share of a room's open slots of the rest of this day that lie in this hour."""

    def room_slots(self, room: int) -> int:
        """Five-minute slots of this hour in which a room is open (12-bit mask)."""

    def uniform(self, name: str, ordinal: int = 0) -> float:
        """A keyed uniform of this lever and hour."""


class Sales(NamedTuple):
    """Fen paid on some orders, and what is left of it once their refunds are taken out."""

    paid: int
    kept: int


Place: TypeAlias = Literal["touch", "room", "either"]
"""Orders whose last touch a lever is, placed outside its rooms; those placed in them (a room's own, a creator's
hosted ones); or both."""


class Books(Protocol):
    """What a lever may see and book when the run is over, with every order followed to its end."""

    def sold(self, where: Place, first: float = -math.inf, last: float = math.inf) -> Sales:
        """Sales of orders paid in hours [first, last)."""

    def cost(self, accounts: Sequence[Account]) -> int:
        """Fen booked so far on this lever and the rooms it hosts."""

    @property
    def ads(self) -> int:
        """Fen spent by budget lines that land on the rooms it hosts."""

    @property
    def shows(self) -> tuple[float, float]:
        """Hours of the first and the last show: posts go up, hosted sessions begin."""

    @property
    def end(self) -> int:
        """Hour at which the run is over."""

    def charge(self, account: Account, fen: int, hour: int) -> None:
        """Book a cost."""


class Lever(Block):
    """Base of every lever block; all hooks are optional."""

    channel: ClassVar[Channel | None] = None

    @classmethod
    def stated(cls) -> frozenset[str]:
        """Fields of which an hour sees nothing but the offers and daily budgets that `open` states with them.

        Plans that differ in nothing else share the hours before those offers and budgets differ (sim/past.py).
        """
        return frozenset()

    def open(self, stage: Stage) -> None:
        """Once, before the first hour."""

    def place(self, hour: Hour) -> Iterable[Placement]:
        """Each hour."""
        return ()

    def shock(self, hour: Hour) -> Shock | None:
        """Each hour, before anything else: what a risk turns; nobody is online yet."""
        return None

    def settle(self, books: Books) -> None:
        """Once, after the last hour."""


LeverClass: TypeAlias = type[Lever]


@dataclass(frozen=True, slots=True)
class Registration:
    """One registered lever: where it stands in a scenario and what it is called."""

    family: str  # "channels", "kols", "live", "promotions", "risks", "content.accounts", "members"
    type: str
    block: LeverClass
    zh: str
    en: str


_L = TypeVar("_L", bound=LeverClass)
_KINDS: dict[tuple[str, str], Registration] = {}
GROUP = "dacu.levers"  # entry points of outsiders


def lever(where: str, *, zh: str, en: str, type: str = "") -> Callable[[_L], _L]:
    """Register a lever block under `where` (such as "channels.*"); `type` tells kinds of one family apart."""
    family = where.removesuffix(".*")

    def register(block: _L) -> _L:
        key = (family, type or family)
        known = _KINDS.get(key)
        if known is not None and known.block.__qualname__ != block.__qualname__:
            raise ValueError(f"two levers are registered as {family}: {key[1]}")
        _KINDS[key] = Registration(family, key[1], block, zh, en)
        return block

    return register


def kinds(family: str | None = None) -> Mapping[str, Registration]:
    """Registered levers by type (of one family, or all as "family:type"), own ones and those of entry points."""
    _load()
    if family is None:
        return {f"{kind.family}:{kind.type}": kind for kind in _KINDS.values()}
    return {kind.type: kind for kind in _KINDS.values() if kind.family == family}


def _load() -> None:
    """Import our lever files and those that packages announce in the entry-point group."""
    from dacu.levers import shipped

    shipped()
    for entry in entry_points(group=GROUP):
        entry.load()
