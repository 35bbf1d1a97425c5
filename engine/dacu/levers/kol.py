"""Creators (达人): their posts reach followers and the pool, with their trust and fit, for a fee and a commission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from dacu.behaviour.scalars import pow64
from dacu.clock.calendar import Calendar
from dacu.content.items import Item
from dacu.language.block import Flag, Moment, Money, Number, Share, Text, Whole, item
from dacu.ledger import Account, round_fen
from dacu.levers.base import Books, Channel, Hour, Lever, Mode, Placement, Stage, lever
from dacu.levers.contract import BASES, Commission, GuaranteeBlock, earned, to_fen
from dacu.levers.organic import FADED, follower_chance
from dacu.levers.posts import live_hour

TIERS = ((500_000, "head"), (50_000, "mid"), (10_000, "tail"), (0, "koc"))
POOL_UNIT = 10_000  # followers at which a creator's pool equals that of a fresh own post


class Booked(Lever):
    """What is agreed with a creator, whoever it is."""

    platform: Text | None = item(None, zh="平台", en="platform")
    tier: Literal["head", "mid", "tail", "koc"] | None = item(
        None, zh="层级", en="tier", about="Default: by followers."
    )
    posts: tuple[Moment, ...] = item(..., zh="发布时刻", en="posts")
    format: Literal["video", "note"] = item("note", zh="形式", en="format")
    quality: Number = item("0.6", zh="内容质量", en="content quality", unit="score", ge=0, le=1)
    trust: Number | None = item(None, zh="信任度", en="trust", unit="score", ge=0, le=1, about="Default: by tier.")
    fit: Number = item("0.5", zh="契合度", en="fit", unit="score", ge=0, le=1)
    spread: Number = item(
        "0",
        zh="爆款离散度",
        en="spread of reach",
        unit="log sd",
        ge=0,
        le=3,
        about="Luck of a creator beyond followers.",
    )
    topics: tuple[Number, ...] | None = item(None, zh="主题", en="topics", ge=0)
    skus: tuple[Text, ...] | None = item(None, zh="带货商品", en="goods shown")
    service: Share = item("10%", zh="平台服务费", en="creator-desk service fee", ge=0, le=0.3)
    mcn: Share = item("0%", zh="MCN服务费", en="agency fee", about="Share of the fee, on top of it.", ge=0, le=0.5)
    commission: Commission = item(
        "0%",
        zh="佣金",
        en="commission",
        about="On orders of the last touch, less refunds; or brackets `{0: 10%, 50万: 15%}`.",
        ge=0,
        le=0.5,
    )
    guarantee: GuaranteeBlock | None = item(None, zh="保ROI", en="guarantee")
    active: Flag = item("yes", zh="是否合作", en="booked")


@lever("kols.*", zh="达人", en="creator")
class Creator(Booked):
    """One creator and the posts booked with them."""

    followers: Whole = item(..., zh="粉丝数", en="followers", unit="people", ge=0)
    fee: Money = item(..., zh="坑位费", en="fee a post", ge=0)

    @property
    def rank(self) -> str:
        """The tier, given or by followers."""
        return self.tier or next(tier for least, tier in TIERS if self.followers >= least)

    @property
    def medium(self) -> Channel:
        """Small creators have their own row of behaviour."""
        return Channel.KOC if self.rank == "koc" else Channel.KOL

    def open(self, stage: Stage) -> None:
        """Draw the followers, put the posts up, and owe the fees."""
        if not self.active:
            return
        state = stage.state
        state["platform"], state["luck"] = stage.platform(self.platform), stage.luck(self.spread)
        topics = self.topics or stage.topics
        state["list"] = stage.followers(stage.path, self.followers, topics, state["platform"])
        for post, moment in enumerate(self.posts):
            hour = stage.calendar.hour(moment)
            self.owe(stage, self.fee, hour)
            live = live_hour(stage, post, hour)
            if live is not None:
                stage.item(self._post(stage, post, live))

    @property
    def price(self) -> int:
        """What all posts cost in fen before anything is sold, with what the platform and the agency take on it."""
        return len(self.posts) * self.owed(self.fee)

    def starts(self, calendar: Calendar) -> list[float]:
        """Hours of the posts, in order."""
        return sorted(map(calendar.hour, self.posts))

    def owed(self, fee: int) -> int:
        """What a post or show at this fee costs in fen, with what the platform and the agency take on it."""
        return sum(fen for _, fen in self._parts(fee))

    def _parts(self, fee: int) -> Iterator[tuple[Account, int]]:
        """A fee, and what the platform and the agency take on it."""
        for account, share in ((Account.KOL_FEE, 1.0), (Account.KOL_SERVICE, self.service), (Account.MCN, self.mcn)):
            yield account, int(round_fen(fee * share))

    def owe(self, stage: Stage, fee: int, hour: float) -> None:
        """Owe a fee for a post or a show, and what the platform and the agency take on it."""
        for account, fen in self._parts(fee):
            if fen:
                stage.charge(account, fen, hour)

    def _post(self, stage: Stage, post: int, live: float) -> Item:
        form = stage.behaviour.formats[self.format]
        trust = getattr(stage.behaviour.creators, f"trust_{self.rank}") if self.trust is None else self.trust
        return Item(
            path=f"{stage.path}.post{post}", topics=self.topics or stage.topics, skus=stage.skus(self.skus),
            quality=self.quality, trust=trust, fit=self.fit, live_from=live, half_life=form.half_life,
            floor=form.floor, note=form.note_affinity, kinds=int(self.format == "note"),
            platform=stage.state["platform"],
        )  # fmt: skip

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Show the posts to followers and to the pool."""
        own = hour.own_items
        rows = own[hour.fresh[own] > FADED]
        if not len(rows):
            return
        fresh, state = hour.fresh[rows], hour.state
        content, creators = hour.behaviour.content, hour.behaviour.creators
        size = hour.distribution() * content.base_hour * float(pow64(self.followers / POOL_UNIT, creators.pool_power))
        views = fresh * hour.pools[rows] * size * float(hour.calendar.activity[hour.t]) * state["luck"]
        sharpness = hour.behaviour.channels[self.medium.label].sharpness
        yield Placement(
            channel=self.medium, mode=Mode.POOL, items=rows, weights=views.astype(np.float32),
            volume=float(sum(views.tolist())), platform=state["platform"], sharpness=sharpness,
        )  # fmt: skip
        chance = follower_chance(hour, rows, fresh)
        yield Placement(
            channel=self.medium, mode=Mode.LIST, items=rows, weights=chance.astype(np.float32),
            volume=float(sum(chance.tolist())), platform=state["platform"], list=state["list"],
        )  # fmt: skip

    def settle(self, books: Books) -> None:
        """Commission on what the last touch brought, after refunds; then what a missed guarantee gives back."""
        if not self.active:
            return
        books.charge(Account.COMMISSION, to_fen(earned(books.sold("touch").kept, self.commission)), books.end)
        if self.guarantee is not None:
            base, sales = self.at_stake(books)
            books.charge(Account.GUARANTEE, -self.guarantee.make_good(base, sales), books.end)

    def at_stake(self, books: Books) -> tuple[int, int]:
        """(fen that the guarantee stands on, fen of sales that count): posts and hosted rooms together."""
        promise = self.guarantee or GuaranteeBlock()
        base = books.cost(BASES[promise.base]) + (books.ads if promise.base.endswith("ads") else 0)
        first, last = books.shows
        sales = books.sold("either", first, last + promise.window)
        return base, sales.paid if promise.basis == "paid" else sales.kept
