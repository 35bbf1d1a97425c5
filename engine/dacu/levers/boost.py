"""Boost (DOU+/随心推/薯条): fixed-price plays for the best post of an account, ordered by audience fit.

Plays count in the post's heat like any other, so the organic lift is endogenous: a boost shortens the learning of a
good post but does not raise its pool by volume.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dacu.language.block import Money, Text, Whole, item
from dacu.language.paths import join_path
from dacu.levers.base import Channel, Hour, Mode, PaysOn, Placement, Stage, lever
from dacu.levers.paid import Paid


@lever("channels.*", type="boost", zh="加热", en="boost")
class Boost(Paid):
    """Plays at a fixed price per thousand."""

    channel = Channel.BOOST

    account: Text = item(..., zh="加热账号", en="account boosted", about="A name from content.accounts.")
    price: Money = item("30", zh="千次播放价", en="price per 1,000 plays", unit="yuan", ge=100, le=50_000)
    cap: Whole = item("4", zh="频次上限", en="frequency cap", unit="views/person/day", ge=1, le=20)

    def open(self, stage: Stage) -> None:
        """Remember whose posts are boosted."""
        self.state_budget(stage)
        stage.state["account"] = join_path(("content", "accounts", self.account))
        stage.state["platform"] = stage.platform(self.platform)
        stage.state["audience"] = stage.audience(self.audience)

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Buy this hour's plays for the post with the largest pool now."""
        target, state = self.paced(hour), hour.state
        posts = hour.items_of(state["account"])
        if target <= 0 or not len(posts) or not hour.distribution(state["account"]):
            return
        pool = hour.fresh[posts] * hour.pools[posts]
        largest = pool.argmax()
        if pool[largest] <= 0:
            return
        best = posts[largest]
        yield Placement(
            channel=self.channel, mode=Mode.POOL, items=np.array([best], np.int32), weights=np.ones(1, np.float32),
            volume=target / self.price * 1000, platform=state["platform"], audience=state["audience"], cap=self.cap,
            pays_on=PaysOn.VIEW, price=self.price, limit=hour.budget_left(),
            sharpness=hour.behaviour.channels[self.channel.label].sharpness,
        )  # fmt: skip
