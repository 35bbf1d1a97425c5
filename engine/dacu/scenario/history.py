"""The block `history`: what the shop knows of its ordinary days, by platform."""

from collections.abc import Iterator

from dacu.language.block import Block, Money, Number, Problem, Share, item

CONTRADICTION = 0.05
"""Share by which AOV × orders may miss GMV before the figures are taken to be of different periods or bases."""


class HistoryBlock(Block):
    """An ordinary day of the shop on one platform, without a sale: mean of some recent weeks."""

    gmv_day: Money | None = item(None, zh="日均GMV", en="GMV a day", gt=0)
    aov: Money | None = item(None, zh="客单价", en="AOV", gt=0)
    visitors_day: Number | None = item(None, zh="日均访客", en="visitors a day", unit="people/day", gt=0)
    cvr: Share | None = item(None, zh="支付转化率", en="conversion", about="Orders ÷ visitors.", gt=0, le=1)
    refund_rate: Share | None = item(
        None, zh="退款率", en="refund rate", about="Refunded ÷ paid money, all stages.", ge=0, lt=1
    )
    preship_refund_rate: Share | None = item(None, zh="发货前退款率", en="refunded before shipment", ge=0, lt=1)
    spend_day: Money | None = item(None, zh="日均投放", en="media spend a day", ge=0)
    repurchase: Share | None = item(
        None, zh="90天复购率", en="repurchase in 90 days", about="Needs 90 days of follow-up; printed, not fitted.",
        ge=0, le=1,
    )  # fmt: skip

    @property
    def orders_day(self) -> float | None:
        """Orders a day by visitors and conversion."""
        return None if self.visitors_day is None or self.cvr is None else self.visitors_day * self.cvr

    def check(self) -> Iterator[Problem]:
        """Figures that contradict one another."""
        if self.orders_day is not None and self.aov is not None and self.gmv_day is not None:
            told = self.orders_day * self.aov
            if abs(told / self.gmv_day - 1) > CONTRADICTION:
                args = {"told": f"{told / 100:,.0f}", "gmv": f"{self.gmv_day / 100:,.0f}"}
                yield Problem("history_contradicts", ("gmv_day",), args, against=("aov",))
        if self.refund_rate is not None and (self.preship_refund_rate or 0) > self.refund_rate:
            yield Problem("history_preship_above_all", ("preship_refund_rate",), against=("refund_rate",))
