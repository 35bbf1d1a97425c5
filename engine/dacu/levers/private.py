"""Private domain (私域): pushes to members. Each costs a message; opening tires with frequency, and so does staying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from dacu.behaviour.scalars import exp64, logit64
from dacu.clock.calendar import occurrences
from dacu.content.items import Item
from dacu.language.block import Clock, Money, Number, Repeat, Text, item
from dacu.levers.activity import Invitation
from dacu.levers.base import Channel, Hour, Mode, PaysOn, Placement, Stage, lever
from dacu.levers.paid import Shown

HOURS_A_DAY = 24


@lever("channels.*", type="private", zh="私域推送", en="private-domain pushes")
class Private(Shown):
    """Pushes to members of the shop's groups."""

    channel = Channel.PRIVATE

    platform: Text | None = item(None, zh="承接平台", en="platform it leads to")
    audience: Text | None = item(None, zh="人群", en="audience")
    every: Repeat = item(..., zh="推送时间", en="pushes", about="`周二 周四 20:00`.")
    also: tuple[Clock, ...] = item((), zh="同日加推", en="further pushes on those days")
    message_cost: Money = item("0.03", zh="单条成本", en="cost a message", ge=0)
    incentive: Number = item(
        "0", zh="入群激励", en="incentive to join", unit="multiple", ge=0, le=6, about="Joins rise by this multiple."
    )
    join_gift: Money = item("0", zh="入群礼成本", en="gift for joining", ge=0)
    adds: Literal["open", "active", "passive"] = item(
        "open",
        zh="添加方式",
        en="how people are added",
        about="`open`: whoever wants is in; `active`: the shop asks; `passive`: people must ask.",
    )
    quality: Number = item("0.5", zh="内容质量", en="content quality", unit="score", ge=0, le=1)

    def open(self, stage: Stage) -> None:
        """Fix the hours of all pushes."""
        state, calendar = stage.state, stage.calendar
        state["platform"] = stage.platform(self.platform)
        state["audience"] = stage.audience(self.audience)
        state["list"] = stage.members()
        facts = stage.behaviour.private
        accepted = {"open": 1.0, "active": facts.add_active, "passive": facts.add_passive}[self.adds]
        stage.invite(Invitation((1 + self.incentive) * accepted, self.join_gift))
        minutes = [self.every.minute or 0, *self.also]
        hours = {
            int(hour)
            for minute in minutes
            for hour in occurrences(
                replace(self.every, minute=minute), calendar, calendar.first_hour, calendar.end_hour
            )
        }
        state["hours"] = sorted(hours)
        topics, goods = self.topics or stage.topics, stage.skus(self.skus)
        push = Item(stage.path, topics, goods, quality=self.quality, platform=state["platform"])
        state["item"] = stage.item(push)

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Send if a push is due; the more in the last day, the fewer open."""
        state, facts = hour.state, hour.behaviour.private
        if hour.t not in state["hours"]:
            return
        burden = sum(1 for sent in state["hours"] if hour.t - HOURS_A_DAY < sent < hour.t)
        opened = 1 / (1 + exp64(facts.open_burden * burden - logit64(facts.open)))
        yield Placement(
            channel=self.channel, mode=Mode.LIST, items=np.array([state["item"]], np.int32),
            weights=np.full(1, opened, np.float32), volume=opened, platform=state["platform"],
            audience=state["audience"], list=state["list"], pays_on=PaysOn.SEND, price=self.message_cost * 1000,
            limit=2**62,
        )  # fmt: skip
