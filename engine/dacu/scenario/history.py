"""The block `history`: what the shop knows of its ordinary days, by platform."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

from dacu.language.block import Block, Date, Money, Number, Problem, Share, Whole, item

CONTRADICTION = 0.05
"""Share by which AOV × orders may miss GMV before the figures are taken to be of different periods or bases."""

Column: TypeAlias = Literal["gmv", "orders", "spend"]
_USUAL = {"gmv": "gmv_day", "orders": "visitors_day, cvr", "spend": "spend_day"}
WEEK = 7
"""Days after a sale in which a shop sells less: who would have bought has bought."""


class LastEventBlock(Block):
    """The shop's last big sale on one platform: totals of its calendar days, beside which the plan's sale is shown."""

    start: Date = item(..., zh="第一天", en="first day")
    days: Whole = item("1", zh="活动天数", en="days", unit="days", ge=1, le=90, about="Calendar days that it touched.")
    gmv: Money = item(..., zh="活动期GMV", en="GMV of the sale", gt=0)
    peak_day_gmv: Money | None = item(None, zh="峰值日GMV", en="GMV of its best day", gt=0)
    after_7d_gmv: Money | None = item(None, zh="活动后7天GMV", en="GMV of the 7 days after", gt=0)
    orders: Number | None = item(None, zh="活动期订单", en="orders of the sale", unit="orders", gt=0)
    spend: Money | None = item(None, zh="活动期投放", en="media spend of the sale", gt=0)
    gmv_day: Money | None = item(
        None, zh="当时日均GMV", en="GMV a day in the weeks before it", gt=0, about="Left out: the ordinary day of now."
    )

    @property
    def last_day(self) -> date:
        """The last day that its figures count."""
        return self.start + timedelta(days=self.days - 1 + (WEEK if self.after_7d_gmv else 0))

    def check(self) -> Iterator[Problem]:
        """Totals, best day and week after that cannot be of one sale."""
        best = self.peak_day_gmv
        if best is not None and best > self.gmv:
            yield Problem("last_event_peak_above_all", ("peak_day_gmv",), against=("gmv",))
        elif best is not None and self.days * best * (1 + CONTRADICTION) < self.gmv:
            args = {"days": str(self.days), "most": f"{self.days * best / 100:,.0f}"}
            yield Problem("last_event_peak_too_low", ("peak_day_gmv",), args, against=("gmv",))
        if (self.after_7d_gmv or 0) > WEEK * (best or self.gmv):
            against = ("gmv",) if best is None else ("peak_day_gmv",)
            yield Problem("last_event_week_above_peak", ("after_7d_gmv",), against=against)


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

    last_event: LastEventBlock | None = item(
        None, zh="上次大促", en="last big sale", about="Shown beside the plan's; nothing is fitted to it."
    )

    @property
    def orders_day(self) -> float | None:
        """Orders a day by visitors and conversion."""
        return None if self.visitors_day is None or self.cvr is None else self.visitors_day * self.cvr

    def usual_before_last_event(self, column: Column) -> float | None:
        """An ordinary day in the weeks before the last sale, fen or orders: that of now, at the size of then.

        None where the history does not tell it, or it is nothing.
        """
        now, then = self._usual(column), None if self.last_event is None else self.last_event.gmv_day
        if then is None or column == "gmv":
            return then or now
        gmv = self._usual("gmv")
        return None if now is None or gmv is None else now * then / gmv

    def _usual(self, column: Column) -> float | None:
        """An ordinary day of now, as told or as it follows."""
        gmv = self.gmv_day
        if gmv is None and self.orders_day is not None and self.aov is not None:
            gmv = round(self.orders_day * self.aov)
        orders = self.orders_day
        if orders is None and gmv is not None and self.aov is not None:
            orders = gmv / self.aov
        return {"gmv": gmv, "orders": orders, "spend": self.spend_day}[column] or None

    def check(self) -> Iterator[Problem]:
        """Figures that contradict one another."""
        if self.orders_day is not None and self.aov is not None and self.gmv_day is not None:
            told = self.orders_day * self.aov
            if abs(told / self.gmv_day - 1) > CONTRADICTION:
                args = {"told": f"{told / 100:,.0f}", "gmv": f"{self.gmv_day / 100:,.0f}"}
                yield Problem("history_contradicts", ("gmv_day",), args, against=("aov",))
        if self.refund_rate is not None and (self.preship_refund_rate or 0) > self.refund_rate:
            yield Problem("history_preship_above_all", ("preship_refund_rate",), against=("refund_rate",))
        if self.last_event is not None:
            for column in get_args(Column):
                if getattr(self.last_event, column) is not None and self.usual_before_last_event(column) is None:
                    yield Problem("last_event_without_usual", ("last_event", column), {"figure": _USUAL[column]})
