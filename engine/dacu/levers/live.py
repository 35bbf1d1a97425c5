"""Live rooms (直播间): when they open, who hosts, what flows. The room itself lives in sim/rooms.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from dacu.clock.calendar import Calendar, occurrences
from dacu.clock.hours import slot_of
from dacu.content.items import Item
from dacu.language.block import Discount, Flag, Moment, Money, Number, Problem, Repeat, Span, Text, Whole, item
from dacu.ledger import Account
from dacu.levers.base import Books, Channel, Lever, Stage, lever
from dacu.levers.contract import Commission, earned, to_fen
from dacu.levers.kol import Creator
from dacu.levers.room import Room
from dacu.shop.offers import Claim, Kind, Offer, Window

SLOT_MINUTES = 5


@lever("live.*", zh="直播间", en="live room")
class LiveRoom(Lever):
    """A room with its schedule."""

    channel = Channel.LIVE

    platform: Text | None = item(None, zh="平台", en="platform")
    every: Repeat | None = item(None, zh="固定开播", en="schedule", about="`周二 周四 周六 20:00`.")
    start: Moment | None = item(None, zh="首场不早于", en="not before")
    until: Moment | None = item(None, zh="末场不晚于", en="not after")
    sessions: tuple[Moment, ...] = item((), zh="单场时间", en="single sessions")
    hours: Span = item("3h", zh="单场时长", en="length", gt=0, le=24)
    skill: Number = item("0.5", zh="主播能力", en="host skill", unit="score", ge=0, le=1)
    skus: tuple[Text, ...] | None = item(None, zh="直播货盘", en="goods sold")
    only_skus: tuple[Text, ...] = item(
        (), zh="专供商品", en="goods sold only here", about="Beside skus; in no other room, and hidden from the shop."
    )
    reserve: dict[Text, Whole] = item(
        {},
        zh="锁库存",
        en="stock kept back",
        ge=0,
        about="`{serum: 500}`: pieces that nobody else can buy until the last session is over.",
    )
    followers: Whole = item("0", zh="直播间粉丝", en="followers", unit="people", ge=0)
    discount: Discount = item("0%", zh="直播间专享折扣", en="price cut in the room", ge=0, lt=1)
    benefit: Number = item("0", zh="福利力度", en="depth of draws and bags", unit="score", ge=0, le=1)
    recommended: Number = item("1", zh="推荐流量倍数", en="recommended traffic", unit="multiple", ge=0, le=100)
    warm_up: Span = item("10min", zh="预热段", en="warm-up block", ge=0)
    explain: Span = item("30min", zh="讲解段", en="explanation block", ge=0)
    flash: Span = item("20min", zh="秒杀段", en="flash block", ge=0)
    host: Text | None = item(
        None,
        zh="达人主播",
        en="guest host",
        about="`kols.<name>`: shows the goods in their own room, to their followers.",
    )
    minutes: Number | None = item(
        None,
        zh="讲品分钟",
        en="minutes on show",
        unit="minutes",
        ge=5,
        le=1440,
        about="In a host's room; in place of hours.",
    )
    extra_show: Moment | None = item(
        None,
        zh="补播时间",
        en="extra show",
        about="Held without a fee if the host's guarantee (remedy extra_show) is missed when its window closes.",
    )
    slot_fee: Money = item("0", zh="坑位费/场", en="slot fee a session", ge=0, about="To the guest host.")
    commission: Commission = item(
        "0%",
        zh="直播佣金",
        en="host's commission",
        about="On orders placed in the room, less refunds; or brackets `{0: 10%, 50万: 15%}`.",
        ge=0,
        le=0.5,
    )
    host_fee: Money = item("0", zh="主播费/场", en="host fee a session", ge=0)
    studio_cost: Money = item("0", zh="场地费/场", en="studio cost a session", ge=0)
    active: Flag = item("yes", zh="是否开播", en="on")
    topics: tuple[Number, ...] | None = item(None, zh="主题", en="topics", ge=0)

    def check(self) -> Iterator[Problem]:
        """A schedule needs a time of day, a flow at least one block, and a room some session."""
        if self.every is not None and self.every.minute is None:
            yield Problem("schedule_without_time", ("every",))
        if self.warm_up + self.explain + self.flash <= 0:
            yield Problem("flow_empty", ("explain",))
        if self.active and self.every is None and not self.sessions:
            yield Problem("room_without_session", ())
        yield from self._check_host()

    def _check_host(self) -> Iterator[Problem]:
        """What is agreed with a host needs one; whose room it is, brings followers and platform along."""
        given = self.model_fields_set
        for key in ("minutes", "slot_fee", "commission", "extra_show"):
            if self.host is None and key in given:
                yield Problem("room_without_host", (key,), {"key": key})
        for key in ("followers", "platform", "topics"):
            if self.host is not None and key in given:
                yield Problem("host_brings", (key,), {"key": key}, against=("host",))
        if self.minutes is not None and "hours" in given:
            yield Problem("length_twice", ("minutes",), against=("hours",))

    def open(self, stage: Stage) -> None:
        """Fix the sessions, draw the followers, owe host and studio."""
        if not self.active:
            return
        host = None if self.host is None else stage.creator(self.host)
        if host is not None and not host.active:
            return
        owner = host or self
        platform = stage.platform(owner.platform)
        topics = owner.topics or stage.topics
        skus, only = self._goods(stage), stage.skus(self.only_skus)
        fans, bit = stage.fans(self.host or stage.path, owner.followers, topics, platform)
        starts = self.starts(stage.calendar)
        length = round(self.length * 60 / SLOT_MINUTES)
        again = [] if self.extra_show is None else [stage.calendar.hour(self.extra_show)]
        sessions = np.array([(slot_of(hour), slot_of(hour) + length) for hour in starts], np.int64).reshape(-1, 2)
        for hour in starts:
            for account, fen in ((Account.HOST, self.host_fee), (Account.STUDIO, self.studio_cost)):
                if fen and hour >= 0:
                    stage.charge(account, fen, hour)
            if host is not None:
                host.owe(stage, self.slot_fee, hour)
        door = stage.item(Item(stage.path, topics, skus, quality=self.skill, live=1.0, platform=platform))
        stage.room(
            Room(
                path=stage.path, platform=platform, sessions=sessions, skill=self.skill, skus=skus,
                flow=self._flow(), benefit=self.benefit, recommended=self.recommended, fans=fans, fan_bit=bit,
                offer=self._price(stage, skus, platform, [*starts, *again]), item=door, host=self.host or "",
                extra=next(((slot_of(hour), slot_of(hour) + length) for hour in again), None),
                only=only, reserve=tuple((stage.skus((name,))[0], units) for name, units in self.reserve.items()),
            )
        )  # fmt: skip

    @property
    def length(self) -> float:
        """Hours of a session."""
        return self.hours if self.minutes is None else self.minutes / 60

    def opens(self, creators: Mapping[str, Creator]) -> bool:
        """It is on, and so is its host, who must be one of these."""
        return self.active and (self.host is None or (self.host in creators and creators[self.host].active))

    def price(self, calendar: Calendar, creators: Mapping[str, Creator]) -> int:
        """What all sessions cost in fen before anything is sold: host, studio, and a guest, who is one of these."""
        held = sum(0 <= hour < calendar.end_hour for hour in self.starts(calendar))
        guest = 0 if self.host is None else creators[self.host].owed(self.slot_fee)
        return held * (self.host_fee + self.studio_cost + guest)

    def _goods(self, stage: Stage) -> tuple[int, ...]:
        """Rows of what is sold here: what is named or else the shop's shelf, and what is sold only here."""
        shelf = stage.shelf() if self.skus is None else stage.skus(self.skus)
        return tuple(dict.fromkeys((*shelf, *stage.skus(self.only_skus))))

    def settle(self, books: Books) -> None:
        """The host's commission on what was sold in the room and kept."""
        books.charge(Account.COMMISSION, to_fen(earned(books.sold("room").kept, self.commission)), books.end)

    def starts(self, calendar: Calendar) -> list[float]:
        """Hours at which sessions begin, in order."""
        first = calendar.hour(self.start) if self.start else float(calendar.first_hour)
        last = calendar.hour(self.until) if self.until else float(calendar.end_hour)
        repeated = occurrences(self.every, calendar, first, last) if self.every else ()
        return sorted({*repeated, *(calendar.hour(moment) for moment in self.sessions)})

    def _flow(self) -> tuple[int, ...]:
        lengths = (self.warm_up, self.explain, self.flash)
        steps = [[kind] * round(span * 60 / SLOT_MINUTES) for kind, span in enumerate(lengths)]
        return tuple(kind for block in steps for kind in block) or (1,)

    def _price(self, stage: Stage, skus: tuple[int, ...], platform: int, starts: list[float]) -> int:
        """The room's own price, which only its viewers hold."""
        if not self.discount:
            return -1
        return stage.offer(
            Offer(
                path=f"{stage.path}.discount", kind=Kind.UNIT_CUT, cut=round(self.discount * 1000), skus=skus,
                platform=platform, claimed_at=Claim.ROOM,
                windows=tuple(Window(hour, hour + self.length) for hour in starts),
            )
        )  # fmt: skip
