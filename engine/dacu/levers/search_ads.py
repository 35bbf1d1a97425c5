"""Search ads (搜索广告): a bid for brand or category queries, paid by the click.

An ad on the shop's own name also takes clicks that would have come for nothing; those are counted as cannibalised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from dacu.content.items import Item
from dacu.language.block import Money, Number, Text, item
from dacu.levers import auction
from dacu.levers.base import Channel, Hour, Mode, PaysOn, Placement, Stage, lever
from dacu.levers.paid import Paid


@lever("channels.*", type="search_ads", zh="搜索广告", en="search ads")
class SearchAds(Paid):
    """Ads beside queries; a second price is paid for each click until the budget is out."""

    channel = Channel.SEARCH_ADS

    queries: Literal["brand", "category"] = item("category", zh="词类", en="queries")
    quality: Number = item("0.5", zh="素材质量", en="creative quality", unit="score", ge=0, le=1)
    skus: tuple[Text, ...] | None = item(None, zh="推广商品", en="goods shown", about="Default: the whole assortment.")
    max_bid: Money = item("4", zh="最高出价", en="maximum bid", unit="yuan/click", ge=1)

    def open(self, stage: Stage) -> None:
        """Hang the ad."""
        self.state_budget(stage)
        state = stage.state
        state["platform"] = stage.platform(self.platform)
        state["audience"] = stage.audience(self.audience)
        ad = Item(stage.path, stage.topics, stage.skus(self.skus), quality=self.quality, platform=state["platform"])
        state["item"] = stage.item(ad)

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Win queries at the maximum bid as far as the hour's money goes."""
        target = self.paced(hour)
        if target <= 0:
            return
        state, search = hour.state, hour.behaviour.search
        quality = hour.quality()
        median = search.cpc_median * hour.media_price
        won = auction.win_rate(self.max_bid / 100, quality, median, search.cpc_sigma)
        price = auction.mean_price(self.max_bid / 100, quality, median, search.cpc_sigma)
        yield Placement(
            channel=self.channel, mode=Mode.QUERY, items=np.array([state["item"]], np.int32),
            weights=np.ones(1, np.float32), volume=won, platform=state["platform"], audience=state["audience"],
            pays_on=PaysOn.CLICK, price=round(price * 100_000), limit=hour.budget_left(), target=target,
            brand_queries=self.queries == "brand",
        )  # fmt: skip
