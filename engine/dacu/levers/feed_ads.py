"""Feed ads (信息流广告): a paced bid in a second-price auction for views."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dacu.behaviour.scalars import exp64, log64, pow64
from dacu.clock.hours import HOURS_A_DAY
from dacu.content.items import Item
from dacu.language.block import Money, Problem, Text, Whole, item
from dacu.levers import auction
from dacu.levers.base import Channel, Hour, Mode, PaysOn, Placement, Stage, lever
from dacu.levers.bidding import Bidding, expect
from dacu.levers.paid import Paid, Shown

ALL_SLOTS = 0xFFF


@lever("channels.*", type="feed_ads", zh="信息流广告", en="feed ads")
class FeedAds(Shown, Paid):
    """Views are bought in an auction against rivals; higher spend pays endogenously more and reaches colder people."""

    channel = Channel.FEED_ADS

    lands_on: Text | None = item(None, zh="承接", en="lands on", about="`shop`, or `live.<room>`; default the shop.")
    max_bid: Money | None = item(
        None, zh="最高出价", en="maximum bid", unit="yuan/1000 views", ge=1, about="Short for bidding.mode max_bid."
    )
    bidding: Bidding = item(Bidding(), zh="出价", en="bidding")
    cap: Whole = item("4", zh="频次上限", en="frequency cap", unit="views/person/day", ge=1, le=20)

    def check(self) -> Iterator[Problem]:
        """One bid; and none, nor an audience, beside a target: then the platform chooses both."""
        yield from super().check()
        if self.max_bid is not None and self.bidding.mode == "max_bid":
            yield Problem("two_bids", ("max_bid",), against=("bidding", "bid"))
        for field in ("max_bid", "audience"):
            if self.bidding.mode == "target_roi" and getattr(self, field) is not None:
                yield Problem("platform_bids", (field,), {"field": field}, against=("bidding", "mode"))

    def open(self, stage: Stage) -> None:
        """Solve the price level of this market at the baseline spend, and hang the creative."""
        self.state_budget(stage)
        state, auctions = stage.state, stage.behaviour.auction
        platform = stage.platform(self.platform)
        audience = stage.audience(self.audience)
        state["platform"], state["audience"] = platform, audience
        state["room"] = stage.landing(self.lands_on)
        share = max(stage.audience_share(audience), 1e-6)
        views = stage.expected_people(platform) * share * auctions.slots * auctions.addressable
        usual = stage.baseline() or stage.market.reference_spend
        won = usual / stage.open_hours(state["room"]) / (stage.market.cpm / 1000) / max(views, 1.0)
        state["median"] = auction.median_for(stage.market.cpm / 100, won, auctions.sigma) * float(
            pow64(share, -auctions.audience_power)
        )
        medium = stage.behaviour.channels["live" if state["room"] >= 0 else self.channel.label]
        expect(stage, medium.click_rate, state["room"] >= 0, stage.skus(self.skus))
        live = Item(
            path=stage.path, topics=self.topics or stage.topics, skus=stage.skus(self.skus), quality=self.quality,
            platform=platform, room=state["room"], live=float(state["room"] >= 0),
        )  # fmt: skip
        state["item"] = stage.item(live)

    def place(self, hour: Hour) -> Iterator[Placement]:
        """Bid so that the hour spends its share of the day's budget, never above what the bidding allows."""
        state, auctions = hour.state, hour.behaviour.auction
        if hour.t % HOURS_A_DAY == 0:
            self.bidding.start_day(state, hour.t, hour.budget_left())
        room = state["room"]
        slots = hour.room_slots(room) if room >= 0 else ALL_SLOTS
        if not slots or state["idle"]:
            return
        target = self.paced(hour) if room < 0 else int(hour.budget_left() * hour.room_share(room))
        if target <= 0:
            return
        people = hour.people(state["platform"], state["audience"]) * hour.under_cap()
        thousands = people * auctions.slots * auctions.addressable / 1000 * slots.bit_count() / 12
        median = state["median"] * self._price_index(hour)
        quality = hour.quality()
        most = min(self._most(hour), float(median * exp64(4 * auctions.sigma)))
        bid = auction.bid_for(target / 100, thousands, quality, median, auctions.sigma, most)
        views = thousands * 1000 * auction.win_rate(bid, quality, median, auctions.sigma)
        price = auction.mean_price(bid, quality, median, auctions.sigma)  # yuan/1000 = 1/1000 fen a view × 100
        yield Placement(
            channel=self.channel, mode=Mode.POOL, items=np.array([state["item"]], np.int32),
            weights=np.ones(1, np.float32), volume=views, platform=state["platform"], audience=state["audience"],
            cap=self.cap, pays_on=PaysOn.VIEW, price=round(price * 100), limit=hour.budget_left(), slots=slots,
            room=room, sharpness=hour.behaviour.channels["live" if room >= 0 else self.channel.label].sharpness,
        )  # fmt: skip

    def _most(self, hour: Hour) -> float:
        """The highest bid, yuan a thousand views."""
        bid = self.max_bid or self.bidding.bid
        return bid / 100 if bid else self.bidding.worth(hour)

    def _price_index(self, hour: Hour) -> float:
        """Media price of this hour against a normal one: events, rivals, hour of day, learning of a new line."""
        auctions, t = hour.behaviour.auction, hour.t
        daily = float(hour.calendar.activity[t])
        learning = auctions.learning if _learns(hour) else 1.0
        index = hour.event_price(hour.state["platform"])
        return index * hour.media_price * float(exp64(auctions.hour_power * log64(daily))) * learning


def _learns(hour: Hour) -> bool:
    """Whether a line is still in the learning phase that began with its own first spend; counts its hours."""
    state = hour.state
    learns = hour.t - state.setdefault("learning_from", hour.t) < hour.behaviour.auction.learning_hours
    state["learning_hours"] = state.get("learning_hours", 0) + int(learns and hour.t >= 0)
    return bool(learns)
