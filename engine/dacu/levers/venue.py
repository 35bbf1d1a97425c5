"""Event venue (大促会场): cards that the platform shows during a sale, more of them the deeper the shop's offer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dacu.behaviour.scalars import pow64
from dacu.content.items import Item
from dacu.language.block import Flag, Number, Share, Text, item
from dacu.levers.base import Channel, Hour, Mode, Placement, Stage, lever
from dacu.levers.paid import Shown


@lever("channels.*", type="venue", zh="大促会场", en="event venue")
class Venue(Shown):
    """A shop's place in the venues of the calendar's events."""

    channel = Channel.VENUE

    platform: Text | None = item(None, zh="平台", en="platform")
    tier_share: Share = item("100%", zh="资源位占比", en="share by shop tier", ge=0, le=1)
    joins: Flag = item("yes", zh="是否报名", en="takes part")
    quality: Number = item("0.5", zh="素材质量", en="card quality", unit="score", ge=0, le=1)

    def open(self, stage: Stage) -> None:
        """Hang the card."""
        stage.state["platform"] = stage.platform(self.platform)
        stage.state["skus"] = stage.skus(self.skus)
        platform = stage.state["platform"]
        card = Item(
            stage.path, self.topics or stage.topics, stage.state["skus"], quality=self.quality, platform=platform
        )
        stage.state["item"] = stage.item(card)

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Views by hour of the day, three times as many in the opening hour, by discount depth (Hill)."""
        state, facts = hour.state, hour.behaviour.venue
        events = [event for event in hour.events(state["platform"]) if event.venue_exposures]
        if not self.joins or not events:
            return
        daily = float(hour.calendar.activity[hour.t]) / 24
        opening = [facts.opening if event.opening(hour.t) else 1.0 for event in events]
        offered = sum(event.venue_exposures * daily * k for event, k in zip(events, opening, strict=True))
        depth = float(pow64(max(hour.discount(state["skus"], state["platform"]), 0.0), facts.depth_power))
        won = depth / (depth + float(pow64(facts.depth, facts.depth_power)))
        most = facts.most * hour.people(state["platform"])
        yield Placement(
            channel=self.channel, mode=Mode.POOL, items=np.array([state["item"]], np.int32),
            weights=np.ones(1, np.float32), volume=min(offered, most) * self.tier_share * won,
            platform=state["platform"], sharpness=hour.behaviour.channels[self.channel.label].sharpness,
        )  # fmt: skip
