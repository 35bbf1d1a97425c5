"""The view of one hour that a lever gets: scalars of the crowd, its own memory, its own money."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Behaviour
from dacu.clock.calendar import Calendar, Event
from dacu.content.heat import freshness, pool_factor
from dacu.content.items import Items
from dacu.draws import Stream, path_hash, uniform_one
from dacu.levers.base import SoldBy
from dacu.sim.now import Now
from dacu.sim.pricing import public_prices
from dacu.sim.tally import Measure
from dacu.sim.world import World


class HourView:
    """Implements `levers.base.Hour` for one lever at a time."""

    def __init__(self, world: World, now: Now) -> None:
        self._world, self._now = world, now
        self._lever = -1
        self._people: dict[tuple[int, int], float] = {}

    def of(self, lever: int) -> HourView:
        """The same hour, seen by another lever."""
        self._lever = lever
        return self

    @property
    def t(self) -> int:
        """The hour."""
        return self._world.t

    @property
    def calendar(self) -> Calendar:
        """The calendar."""
        return self._world.setting.calendar

    @property
    def behaviour(self) -> Behaviour:
        """The coefficients."""
        return self._world.setting.behaviour

    @property
    def items(self) -> Items:
        """The items table."""
        return self._world.items

    @property
    def own_items(self) -> NDArray[np.int32]:
        """Rows of this lever's items."""
        return self._world.setting.own_items[self._lever]

    @property
    def state(self) -> dict[str, Any]:
        """This lever's memory."""
        return self._world.state[self._lever]

    def items_of(self, path: str) -> NDArray[np.int32]:
        """Rows of another lever's items."""
        return self._world.setting.own_items[self._world.setting.by_path[path]]

    @cached_property
    def fresh(self) -> NDArray[np.float64]:
        """Freshness of every item, computed once an hour for all levers."""
        return freshness(self._world.items, self._world.t)

    @cached_property
    def pools(self) -> NDArray[np.float64]:
        """Pool factor of every item, computed once an hour: heat moves when the hour is over."""
        return pool_factor(self._world.items)

    def people(self, platform: int, audience: int = 0) -> float:
        """People online on a platform within an audience."""
        key = (platform, audience)
        if key not in self._people:
            inside = self._now.platform == platform
            if audience:
                inside = inside & (self._world.users.audiences[self._now.online] & np.uint32(audience) != 0)
            self._people[key] = float(int(np.count_nonzero(inside)) * self._world.setting.weight)
        return self._people[key]

    def member_share(self, platform: int) -> float:
        """Expected share of a platform's own people who are online on it in a mean hour."""
        setting = self._world.setting
        reach = float(setting.platforms.reach[platform])
        return setting.behaviour.reference.online * float(setting.present[platform]) / max(reach, 1e-9)

    def under_cap(self) -> float:
        """Share of the people online who are under this line's frequency cap."""
        seen = self._world.seen_today.get(self._lever)
        if seen is None or not len(self._now.online):
            return 1.0
        cap = int(getattr(self._world.setting.levers[self._lever].lever, "cap", 255))
        return int(np.count_nonzero(seen[self._now.online] < cap)) / len(self._now.online)

    def quality(self) -> float:
        """Last hour's predicted click rate against the channel's reference."""
        return float(self._world.appeal[self._lever, 2])

    def budget_left(self) -> int:
        """Fen left today: of the campaign's budget, or of the baseline in the warm-up."""
        setting = self._world.setting
        if self.t < 0:
            limit = setting.baselines.get(self._lever, 0)
        else:
            by_day = setting.budgets.get(self._lever)
            limit = 0 if by_day is None else int(by_day[self.t // 24])
        return max(0, limit - int(self._world.spent_today[self._lever]))

    def views(self, hours: int) -> int:
        """Views of this line in the last hours."""
        return int(self._world.tally.count[Measure.VIEWS, max(0, self.t - hours) : max(0, self.t), self._lever].sum())

    def sold(self, hours: int, by: SoldBy) -> float:
        """Fen paid in the last hours by chances, so that a bid does not follow the luck of single orders.

        A platform's part of all sales is taken from what was paid on it so far; refunds as their share so far.
        """
        world = self._world
        paid = world.tally.paid(max(0, self.t - hours), max(0, self.t))
        if by == "platform":
            part = int(world.sales[self.state["platform"]]) / max(int(world.sales.sum()), 1)
            return sum(paid) * part
        if by == "net_deal":
            money = world.ledger.money()
            return paid[self._lever] * (1 - money["refunds"] / max(money["gmv"], 1))
        return paid[self._lever]

    def distribution(self, path: str | None = None) -> float:
        """The dial of pools, times the limit of an account."""
        dials = self._world.dials
        return dials.pool * dials.accounts.get(path or self._world.setting.levers[self._lever].path, 1.0)

    def own_traffic(self, platform: int) -> float:
        """The shop's offset of visits."""
        return float(self._world.setting.platforms.offsets.visits[platform])

    def promotions(self) -> int:
        """Kinds of levers with an open offer."""
        setting, offers = self._world.setting, self._world.offers
        open_ = np.flatnonzero((offers.slots_open(self.t) != 0) & (offers.left != 0))
        return len({type(setting.levers[setting.offer_lever[bit]].lever) for bit in open_.tolist()})

    def false_blocks(self) -> float:
        """Measured since midnight, in coupons."""
        tally, since = self._world.tally, max(0, self.t - self.t % 24)
        claims, refused, wrongly = (
            int(tally.count[row, since : max(0, self.t)].sum())
            for row in (Measure.CLAIMS, Measure.BLOCKED_CLAIMS, Measure.FALSE_BLOCKS)
        )
        return wrongly / max(claims + refused, 1)

    @property
    def media_price(self) -> float:
        """The dial of media prices."""
        return self._world.dials.cpm

    def event_price(self, platform: int) -> float:
        """What the calendar's events make of it."""
        return self.calendar.media_price(self.t, self._world.setting.platforms.names[platform])

    def events(self, platform: int) -> Sequence[Event]:
        """Events that are open on a platform now."""
        name = self._world.setting.platforms.names[platform]
        return [event for event in self.calendar.running(self.t) if event.platform in (None, name)]

    def discount(self, skus: Sequence[int], platform: int) -> float:
        """Mean public saving on market value over goods on a platform, and over this hour's slots."""
        prices = public_prices(self._world, self._now, platform)[:, list(skus)]
        worth = self._world.goods.market_value[list(skus)]
        off = np.maximum(0, worth - prices)
        return int(off.sum()) / (len(prices) * int(worth.sum()))

    def room_share(self, room: int) -> float:
        """Share of a room's open slots of the rest of this day that lie in this hour."""
        first, open_slots = self.t * 12, self._world.room(room).open_slots
        return open_slots(first, first + 12) / max(open_slots(first, (self.t - self.t % 24 + 24) * 12), 1)

    def room_slots(self, room: int) -> int:
        """Slots of this hour in which a room is open."""
        first, there = self.t * 12, self._world.room(room)
        if not there.open_slots(first, first + 12):
            return 0
        sessions = there.sessions_at(first, first + 12)
        return sum(1 << slot for slot, session in enumerate(sessions) if session >= 0)

    def uniform(self, name: str, ordinal: int = 0) -> float:
        """A keyed uniform of this lever and hour."""
        lever = self._world.setting.levers[self._lever]
        return uniform_one(self._world.key(Stream.VENUE, ordinal), int(lever.hash) ^ int(path_hash(name)))
