"""Own content (自有内容): accounts that post; posts live on heat, freshness and hot topics, for their production."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.scalars import exp64
from dacu.clock.hours import HOURS_A_DAY
from dacu.content.items import Item, unit_vector
from dacu.errors import nearest
from dacu.language.block import Clock, Flag, Moment, Money, Number, Problem, Rate, Text, Whole, item
from dacu.ledger import Account
from dacu.levers.base import Channel, Hour, Lever, Mode, Placement, Stage, lever
from dacu.levers.posts import allowance, live_hour, post_quality, posting_hours

LN2 = 0.6931471805599453
Form: TypeAlias = Literal["video", "note", "clip", "story", "drama", "unboxing", "ar"]
NEW_FORMS = ("clip", "drama", "unboxing", "ar")
NOTES = ("note", "story")
FADED = 1e-3  # share of its first pool below which a post is over


LONG_AGO = -1e9  # hours


class _Form(NamedTuple):
    """A format, the hour since which the account posts in it, and since which it counts as new."""

    name: str
    since: float
    fresh: float


@lever("content.accounts.*", zh="内容账号", en="content account")
class OrganicAccount(Lever):
    """One own account."""

    channel = Channel.ORGANIC

    platform: Text | None = item(None, zh="平台", en="platform")
    authority: Number = item("1", zh="账号权重", en="authority", unit="multiple", ge=0.2, le=20)
    followers: Whole = item("0", zh="粉丝数", en="followers", unit="people", ge=0)
    start: Moment | None = item(None, zh="首条不早于", en="not before", about="Left out: it has always posted.")
    posts: Rate = item("4/day", zh="发布频率", en="posts", about="`4/day`, `5/week`.")
    post_hours: tuple[Clock, ...] = item(("08:30", "12:00", "18:30", "21:00"), zh="发布时间", en="posting times")
    format: Form = item("video", zh="形式", en="format")
    quality: Number = item("0.5", zh="内容质量", en="content quality", unit="score", ge=0, le=1)
    quality_sd: Number = item("0.1", zh="质量波动", en="spread of quality", unit="score", ge=0, le=0.4)
    topics: tuple[Number, ...] | None = item(None, zh="内容主题", en="topics", ge=0)
    skus: tuple[Text, ...] | None = item(None, zh="挂车商品", en="goods linked")
    link: Flag = item("yes", zh="是否挂车", en="product link")
    post_cost: Money = item("0", zh="单条制作费", en="production cost a post", ge=0)
    new_format: Flag = item("no", zh="新形式", en="new format", about="The format is new here from D1 on, for 30 days.")
    new_formats: dict[Text, Moment] = item(
        {}, zh="改用的新形式", en="new formats", about="`drama: D9`: from then on posts take turns."
    )

    def check(self) -> Iterator[Problem]:
        """New formats are among those that are new to an account."""
        for form in self.new_formats:
            if form not in NEW_FORMS:
                known = {"value": form, "known": ", ".join(NEW_FORMS)}
                yield Problem("unknown_selector", ("new_formats", form), known, nearest(NEW_FORMS, form))

    def open(self, stage: Stage) -> None:
        """Put every post of the run on the agenda of things to be seen."""
        state = stage.state
        state["platform"] = stage.platform(self.platform)
        topics = self.topics or stage.topics
        state["list"], bit = stage.fans(stage.path, self.followers, topics, state["platform"])
        days = stage.calendar.days
        hours = [minute / 60 for minute in self.post_hours]
        due = posting_hours(self.posts.per_day, hours, -stage.calendar.warmup_days, days)
        since = LONG_AGO if self.start is None else stage.calendar.hour(self.start)
        forms = self._forms(stage)
        state["live"] = []
        for post, hour in enumerate(due):
            live = live_hour(stage, post, hour)
            if live is None or hour < since:
                continue
            among = [form for form in forms if form.since <= hour]
            stage.item(self._post(stage, post, live, bit, among[post % len(among)]))
            insort(state["live"], live)
            if live >= 0 and self.post_cost:
                stage.charge(Account.CONTENT, self.post_cost, live)
        state["hot"] = [
            (stage.calendar.hour(topic.peak), topic.boost * _overlap(topic.topics, topics), topic.half_life)
            for topic in stage.hot_topics
        ]

    def _forms(self, stage: Stage) -> list[_Form]:
        """The account's own format and those it takes up, each since it began."""
        own = _Form(self.format, LONG_AGO, 0.0 if self.new_format else LONG_AGO)
        begun = [(name, stage.calendar.hour(moment)) for name, moment in self.new_formats.items()]
        return [own, *(_Form(name, hour, hour) for name, hour in begun)]

    def _post(self, stage: Stage, post: int, live: float, bit: int, form: _Form) -> Item:
        facts, content = stage.behaviour.formats[form.name], stage.behaviour.content
        new = 0 <= live - form.fresh < content.new_format_days * HOURS_A_DAY
        return Item(
            path=f"{stage.path}.post{post}", topics=self.topics or stage.topics,
            skus=stage.skus(self.skus) if self.link else (),
            quality=post_quality(stage, post, self.quality, self.quality_sd), live_from=live,
            half_life=facts.half_life, floor=facts.floor, note=facts.note_affinity,
            kinds=int(form.name in NOTES), new_format=float(new), account=bit, platform=stage.state["platform"],
        )  # fmt: skip

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Offer the posts to the pool and to followers."""
        own = hour.own_items
        rows = own[hour.fresh[own] > FADED]
        distribution = hour.distribution() * hour.own_traffic(hour.state["platform"])
        if not len(rows) or not distribution:
            return
        fresh = hour.fresh[rows]
        content, state = hour.behaviour.content, hour.state
        posts_today = bisect_right(state["live"], hour.t) - bisect_right(state["live"], hour.t - HOURS_A_DAY)
        daily = float(hour.calendar.activity[hour.t])
        pool = fresh * hour.pools[rows] * self._hot(hour, state["hot"])
        views = pool * (content.base_hour * self.authority * daily * allowance(content, posts_today) * distribution)
        weights = views.astype(np.float32)
        sharpness = hour.behaviour.channels[self.channel.label].sharpness
        yield Placement(
            channel=self.channel, mode=Mode.POOL, items=rows, weights=weights, volume=float(sum(views.tolist())),
            platform=state["platform"], sharpness=sharpness,
        )  # fmt: skip
        yield from self._to_followers(hour, rows, fresh)

    def _to_followers(self, hour: Hour, rows: NDArray[np.int32], fresh: NDArray[np.float64]) -> Iterator[Placement]:
        """Owned reach: followers see a post as it comes, at a hazard that fades with it."""
        chance = follower_chance(hour, rows, fresh)
        total = float(sum(chance.tolist()))
        if hour.state["list"] < 0 or total <= 0:
            return
        yield Placement(
            channel=self.channel, mode=Mode.LIST, items=rows, weights=chance.astype(np.float32), volume=total,
            platform=hour.state["platform"], list=hour.state["list"],
        )  # fmt: skip

    def _hot(self, hour: Hour, topics: list[tuple[float, float, float]]) -> float:
        boost = 1.0
        for peak, strength, half_life in topics:
            boost += strength * float(exp64(-LN2 * abs(hour.t - peak) / half_life))
        return boost


def follower_chance(hour: Hour, rows: NDArray[np.int32], fresh: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that a follower online here in this hour sees each post: reach · ln 2/half-life · freshness ÷ online.

    Online is the share of the platform's own people on it, so the share who ever see a post is the same anywhere.
    """
    creators, online = hour.behaviour.creators, hour.member_share(hour.state["platform"])
    chance: NDArray[np.float64] = creators.reach * LN2 / hour.items["half_life"][rows] * fresh / online
    return chance


def _overlap(ours: tuple[float, ...], theirs: Sequence[float]) -> float:
    """Cosine of two topic vectors."""
    left, right = unit_vector(ours), unit_vector(theirs)
    return float(sum(float(a) * float(b) for a, b in zip(left, right, strict=True)))
