"""Opening the levers: what each announces before the first hour is collected here, through its own `Stage`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Behaviour
from dacu.behaviour.interest import match
from dacu.behaviour.maths import exp32
from dacu.behaviour.scalars import exp64, normal_quantile64
from dacu.clock.calendar import Calendar
from dacu.content.items import Item, ItemsBuilder, unit_vector
from dacu.draws import Stream, bits32, chance, path_hash, uniform_one
from dacu.errors import Finding, InputError
from dacu.language.paths import join_path, split_path
from dacu.ledger import Account
from dacu.levers.activity import Activity, Invitation
from dacu.levers.hot_topic import HotTopic
from dacu.levers.kol import Creator
from dacu.levers.market import MarketBlock
from dacu.levers.room import Room
from dacu.people.platforms import Platforms, build_platforms
from dacu.people.population import Seed, persona_table
from dacu.people.users import Born
from dacu.scenario.load import Loaded
from dacu.shop.goods import Goods, build_goods
from dacu.shop.offers import Offer
from dacu.sim.world import CHARGE

FIRST_AUDIENCE_BIT = 8
AUDIENCE_BITS = 32
MOST_FANS = 16


class StageBuilder:
    """Collects what levers announce; implements `levers.base.Stage` for one lever at a time."""

    def __init__(self, loaded: Loaded, calendar: Calendar, seed: Seed, born: Born, weight: int) -> None:
        scenario = loaded.scenario
        self._loaded, self._seed, self._born, self._weight = loaded, seed, born, weight
        self._path, self._index, self._hash = "", -1, 0
        self.calendar: Calendar = calendar
        self.behaviour: Behaviour = loaded.behaviour
        self.goods: Goods = build_goods(scenario.skus, scenario.shop)
        self.platforms: Platforms = build_platforms(scenario.platforms, scenario.shop.category)
        self.present = self.platforms.present()
        self.items = ItemsBuilder()
        self.own_items: list[list[int]] = []
        self.offers: list[Offer] = []
        self.offer_lever: list[int] = []
        self.lists: list[NDArray[np.int32]] = []
        self.fan_bits: dict[int, int] = {}
        self._fans: dict[tuple[str, int], tuple[int, int]] = {}  # list and bit by whose followers they are
        self.member_list = -1
        self.invitation: tuple[int, Invitation] = (-1, Invitation())  # by lever
        self.activities: list[tuple[int, Activity]] = []  # by lever
        self.level_bits: dict[str, int] = {}
        self.rooms: list[Room] = []
        self.room_levers: list[int] = []
        self.due: list[tuple[float, int, int, int]] = []  # hour, kind, entity, amount
        self.charges: list[tuple[Account, int]] = []  # account, lever
        self.budgets: dict[int, NDArray[np.int64]] = {}
        self.baselines: dict[int, int] = {}
        self.states: list[dict[str, Any]] = []
        self.delays: list[tuple[int, int, float, bool]] = []  # hours [first, last), factor, lost
        self.follows = np.zeros(len(born.persona), np.uint16)

    def for_lever(self, index: int, path: str) -> StageBuilder:
        """The stage as the next lever sees it."""
        self._index, self._path, self._hash = index, path, int(path_hash(path))
        self.own_items.append([])
        self.states.append({})
        return self

    @property
    def path(self) -> str:
        """Path of the lever that is opening."""
        return self._path

    @property
    def people(self) -> int:
        """People the agents stand for."""
        return len(self._born.persona) * self._weight

    @property
    def topics(self) -> tuple[float, ...]:
        """The shop's topics."""
        return self._loaded.scenario.shop.topics

    @property
    def market(self) -> MarketBlock:
        """The market."""
        return self._loaded.scenario.market

    @property
    def hot_topics(self) -> Sequence[HotTopic]:
        """Hot topics of the scenario."""
        return tuple(self._loaded.scenario.content.hot_topics.values())

    @property
    def state(self) -> dict[str, Any]:
        """The opening lever's memory."""
        return self.states[self._index]

    def platform(self, name: str | None) -> int:
        """Row of a platform."""
        return self.platforms.row(name)

    def audience(self, name: str | None) -> int:
        """Bit of a named audience, 0 for everybody."""
        if name is None:
            return 0
        return 1 << (FIRST_AUDIENCE_BIT + list(self._loaded.scenario.people.audiences).index(name))

    def levels(self, names: Sequence[str]) -> tuple[int, ...]:
        """Bits above those of named audiences."""
        first = FIRST_AUDIENCE_BIT + len(self._loaded.scenario.people.audiences)
        if first + len(names) > AUDIENCE_BITS:
            raise InputError(Finding("too_many", path=self._path, args={"most": str(AUDIENCE_BITS - first)}))
        self.level_bits = {name: 1 << (first + place) for place, name in enumerate(names)}
        return tuple(self.level_bits.values())

    def audience_share(self, audience: int) -> float:
        """Share of all people in an audience by persona; who bought what is not known before the run."""
        if not audience:
            return 1.0
        names = list(self._loaded.scenario.people.audiences.values())
        block = names[audience.bit_length() - 1 - FIRST_AUDIENCE_BIT]
        table = persona_table(self._loaded.scenario.people, self.behaviour)
        chosen = [row.share for name, row in table.items() if not block.personas or name in block.personas]
        customers = self._loaded.scenario.people.customers
        bought = {"never": 1 - customers, "ever": customers, "active": customers, "dormant": customers}
        return sum(chosen) * bought.get(block.bought or "", 1.0)

    def skus(self, names: Sequence[str] | None) -> tuple[int, ...]:
        """Rows of goods."""
        return tuple(range(len(self.goods))) if names is None else tuple(self.goods.row(name) for name in names)

    def shelf(self) -> tuple[int, ...]:
        """Rows of the goods that no room keeps to itself."""
        scenario = self._loaded.scenario
        opening = (room for room in scenario.live.values() if room.opens(scenario.creators))
        apart = {name for room in opening for name in room.only_skus}
        return tuple(row for row, name in enumerate(self.goods.names) if name not in apart)

    def item(self, item: Item) -> int:
        """Add an item."""
        row = self.items.add(item, self._index)
        self.own_items[self._index].append(row)
        return row

    def offer(self, offer: Offer) -> int:
        """Add a price rule."""
        self.offers.append(offer)
        self.offer_lever.append(self._index)
        return len(self.offers) - 1

    def _follow(self, name: str, people: float, topics: Sequence[float], platform: int) -> NDArray[np.int32]:
        """Draw followers among a platform's people: chance ∝ e^(affinity · match), to the number wanted on average."""
        wanted = people / self._weight
        ids = np.arange(len(self._born.persona), dtype=np.int32)
        like = match(self._born.interests, unit_vector(topics).astype(np.float32))
        pull = exp32(like * np.float32(self.behaviour.creators.follow_match))
        here = self._born.platforms >> np.uint8(platform) & np.uint8(1)
        parts = np.rint(pull * np.float32(4096)).astype(np.int64) * here
        share = np.minimum(parts * (wanted / max(int(parts.sum()), 1)), 1.0)
        key = self._seed.key(Stream.FOLLOW_START, ordinal=int(path_hash(name)))
        return ids[bits32(key, ids) < chance(share)]

    def followers(self, name: str, people: float, topics: Sequence[float], platform: int) -> int:
        """A list of followers that does not change."""
        self.lists.append(self._follow(name, people, topics, platform))
        return len(self.lists) - 1

    def fans(self, name: str, people: float, topics: Sequence[float], platform: int) -> tuple[int, int]:
        """A list of followers that grows, and its bit; rooms of one host share theirs."""
        known = self._fans.get((name, platform))
        if known is not None:
            return known
        bit = len(self.fan_bits)
        if bit >= MOST_FANS:
            raise InputError(Finding("too_many", path=self._path, args={"most": str(MOST_FANS)}))
        first = self._follow(name, people, topics, platform)
        self.follows[first] |= np.uint16(1 << bit)
        self.lists.append(first)
        self.fan_bits[len(self.lists) - 1] = bit
        self._fans[name, platform] = (len(self.lists) - 1, bit)
        return len(self.lists) - 1, bit

    def members(self) -> int:
        """The list of private-domain members."""
        if self.member_list < 0:
            self.lists.append(np.empty(0, np.int32))
            self.member_list = len(self.lists) - 1
        return self.member_list

    def invite(self, invitation: Invitation) -> None:
        """Keep the strongest invitation."""
        lever, strongest = self.invitation
        if lever < 0 or invitation.factor > strongest.factor:
            self.invitation = (self._index, invitation)

    def activity(self, activity: Activity) -> None:
        """Add an activity."""
        self.activities.append((self._index, activity))

    def room(self, room: Room) -> int:
        """Add a room."""
        for other in self.rooms:
            if room.host and other.host == room.host and room.with_extra().overlaps(other.with_extra()):
                args = {"host": room.host, "room": room.path, "other": other.path, "against": f"{other.path}.host"}
                raise InputError(Finding("host_in_two_rooms", path=f"{room.path}.host", args=args))
        self.rooms.append(room)
        self.room_levers.append(self._index)
        return len(self.rooms) - 1

    def creator(self, path: str) -> Creator:
        """A creator."""
        return self._loaded.scenario.creators[path]

    def landing(self, target: str | None) -> int:
        """Room that clicks open, −1 for none; rooms open before other levers."""
        if target is None or not target.startswith("live."):
            return -1
        path = join_path(("live", target.removeprefix("live.")))
        return next((number for number, room in enumerate(self.rooms) if room.path == path), -1)

    def open_hours(self, room: int) -> float:
        """Hours a room is open on a day with a session."""
        if room < 0:
            return 24.0
        sessions = self.rooms[room].sessions
        days = len(np.unique(sessions[:, 0] // 288))
        return float((sessions[:, 1] - sessions[:, 0]).sum()) / 12 / max(days, 1)

    def charge(self, account: Account, fen: int, hour: float) -> None:
        """Owe a fixed cost."""
        self.charges.append((account, self._index))
        if 0 <= hour < self.calendar.end_hour:
            self.due.append((hour, CHARGE, len(self.charges) - 1, fen))

    def baseline(self) -> int | None:
        """Baseline spend a day of this line."""
        return self.market.baseline.get(split_path(self._path)[-1])

    def budget(self, by_day: NDArray[np.int64]) -> None:
        """State budgets."""
        self.budgets[self._index] = by_day
        self.baselines[self._index] = self.baseline() or 0

    def luck(self, spread: float) -> float:
        """A draw a lever."""
        normal = normal_quantile64(uniform_one(self._seed.key(Stream.CREATOR), self._hash))
        return exp64(spread * normal - spread**2 / 2)

    def strikes(self, day: int, chance: float) -> bool:
        """A draw a day and risk."""
        return uniform_one(self._seed.key(Stream.RISK, 24 * day), self._hash) < chance

    def delay(self, first: int, last: int, factor: float, lost: bool) -> None:
        """Remember a disruption of supply."""
        self.delays.append((first, last, factor, lost))

    def arrival(self, hour: float) -> float | None:
        """When goods planned for an hour arrive: each disruption slows what is then on its way; None if lost."""
        for first, last, factor, lost in self.delays:
            if lost and first <= hour < last:
                return None
            left = hour - first
            if not lost and left >= 0:
                hour = min(first + left * factor, hour + (last - first) * (1 - 1 / factor))
        return hour

    def expected_people(self, platform: int) -> float:
        """People on a platform in a mean hour."""
        return float(self.people * self.behaviour.reference.online * self.present[platform])

    def uniform(self, name: str, ordinal: int = 0) -> float:
        """A keyed uniform of this lever."""
        return uniform_one(self._seed.key(Stream.CONTENT_REVIEW, ordinal=ordinal), self._hash ^ int(path_hash(name)))
