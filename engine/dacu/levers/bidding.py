"""How a line bids: for its budget, at most a bid, or for a target ROI; and the limits a platform puts on an account.

Target ROI (全域/全站推广) takes a budget and a target, and bids by itself. Each hour it predicts what a thousand views
sell and bids that ÷ target: the dearest view it wins costs its bid, so the last view is worth its price times the
target. A higher target is a lower bid: money stays unspent. Before a line has sold anything it goes by a prior.
"""

from collections.abc import Iterator
from typing import Any, Literal

from dacu.language.block import Block, Money, Problem, Ratio, Share, item
from dacu.levers.base import Hour, SoldBy, Stage

MINE = {"max_bid": ("bid",), "target_roi": ("target", "basis")}
"""The fields that a mode reads; the first is the one it needs."""


class Bidding(Block):
    """The mode of bidding, and what an account may not do."""

    mode: Literal["budget", "max_bid", "target_roi"] = item(
        "budget", zh="出价方式", en="mode", about="Spend the budget; bid at most `bid`; or reach the `target`."
    )
    bid: Money | None = item(None, zh="最高出价", en="maximum bid", unit="yuan/1000 views", ge=1)
    target: Ratio | None = item(None, zh="目标ROI", en="target ROI", unit="GMV/spend", gt=0, le=100)
    basis: SoldBy | None = item(
        None, zh="ROI口径", en="ROI counts", about="Last touch `paid` (default) or `net_deal`; or all sales there."
    )
    min_day: Money | None = item(
        None, zh="最低日预算", en="least budget a day", ge=0, about="A day with less is not delivered."
    )
    restart_above: Share | None = item(
        None, zh="重启学习的调幅", en="change that restarts learning", ge=0.01, le=10, about="Of the day before."
    )

    def check(self) -> Iterator[Problem]:
        """A mode has the fields it reads, and no other's."""
        if self.mode in MINE and getattr(self, MINE[self.mode][0]) is None:
            yield Problem("bidding_needs", ("mode",), {"mode": self.mode, "field": MINE[self.mode][0]})
        for mode, fields in MINE.items():
            for field in fields:
                if mode != self.mode and getattr(self, field) is not None:
                    yield Problem("bidding_unread", (field,), {"mode": self.mode, "field": field}, against=("mode",))

    def start_day(self, state: dict[str, Any], t: int, money: int) -> None:
        """Look at the day's money (fen) in its first hour: too little is not delivered, a leap restarts learning."""
        before = state.get("day_money", 0)
        state["day_money"] = money
        state["idle"] = money < (self.min_day or 0)
        if before and money and self.restart_above is not None and abs(money / before - 1) > self.restart_above:
            state["learning_from"] = t

    def worth(self, hour: Hour) -> float:
        """Yuan a thousand views may cost at most for the target, by what views have sold lately.

        Sales are smoothed with a prior of some orders at reference rates. The warm-up lives on its baseline, whatever
        the plan's target, and has no bound.
        """
        if self.target is None or hour.t < 0:
            return float("inf")
        window = round(hour.behaviour.bidding.window * 24)
        usual, views = hour.state["usual"], hour.state["usual_views"]
        sold = usual * views + hour.sold(window, self.basis or "paid")
        return float(sold / (views + hour.views(window)) * 10 / self.target)  # fen a view = 10 yuan a thousand


def expect(stage: Stage, click_rate: float, room: bool, skus: tuple[int, ...]) -> None:
    """What a platform expects of a line that it does not know: fen a view, and the views that this counts for."""
    facts = stage.behaviour.bidding
    orders = click_rate * (facts.room_rate if room else stage.behaviour.cart.rate * facts.order_rate)
    basket = int(stage.goods.market_value[list(skus)].sum()) / len(skus)
    stage.state["usual"], stage.state["usual_views"] = orders * basket, facts.prior_orders / orders
