"""Moments (朋友圈): posts that members meet among their friends' own. They share a day's attention, and many tire."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

import numpy as np

from dacu.behaviour.scalars import pow64
from dacu.clock.hours import HOURS_A_DAY
from dacu.content.items import Item
from dacu.language.block import Clock, Money, Number, Rate, Text, item
from dacu.ledger import Account
from dacu.levers.base import Channel, Hour, Mode, Placement, Stage, lever
from dacu.levers.paid import Shown
from dacu.levers.posts import allowance, posting_hours

FADED = 10  # half-lives after which a post is over


@lever("channels.*", type="moments", zh="朋友圈", en="moments")
class Moments(Shown):
    """Posts of the shop's private account."""

    channel = Channel.MOMENTS

    platform: Text | None = item(None, zh="承接平台", en="platform it leads to")
    posts: Rate = item("3/day", zh="发布频率", en="posts", about="`3/day`, `10/week`.")
    post_hours: tuple[Clock, ...] = item(("08:30", "12:00", "18:30", "21:00"), zh="发布时间", en="posting times")
    post_cost: Money = item("0", zh="单条制作费", en="production cost a post", ge=0)
    quality: Number = item("0.5", zh="内容质量", en="content quality", unit="score", ge=0, le=1)

    def open(self, stage: Stage) -> None:
        """Fix the hours of all posts and owe their production."""
        hours = [minute / 60 for minute in self.post_hours]
        posts = posting_hours(self.posts.per_day, hours, -stage.calendar.warmup_days, stage.calendar.days)
        state = stage.state
        state["hours"] = [floor(hour) for hour in posts]
        if not posts:
            return
        state["platform"], state["list"] = stage.platform(self.platform), stage.members()
        topics, goods = self.topics or stage.topics, stage.skus(self.skus)
        post = Item(stage.path, topics, goods, quality=self.quality, platform=state["platform"])
        state["item"] = stage.item(post)
        for hour in posts:
            if hour >= 0 and self.post_cost:
                stage.charge(Account.CONTENT, self.post_cost, hour)

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Members online may meet the posts that are still near the top.

        Over a post's life a member meets it with chance `moment_seen`, as long as the day's posts are within the
        allowance; further ones share it.
        """
        state, facts = hour.state, hour.behaviour.private
        ages = [hour.t - posted for posted in state["hours"] if posted <= hour.t]
        fresh = [age for age in ages if age < FADED * facts.moment_half_life]
        if not fresh:
            return
        lasting = float(pow64(0.5, 1 / facts.moment_half_life))  # from one hour to the next
        life = sum(float(pow64(lasting, age)) for age in fresh) * (1 - lasting)
        today = sum(1 for age in ages if age < HOURS_A_DAY)
        share = allowance(hour.behaviour.content, today)
        yield Placement(
            channel=self.channel, mode=Mode.LIST, items=np.array([state["item"]], np.int32),
            weights=np.ones(1, np.float32), platform=state["platform"], list=state["list"],
            volume=facts.moment_seen * share * life / hour.member_share(state["platform"]),
        )  # fmt: skip
