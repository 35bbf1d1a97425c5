"""The scenario block `operations`: warehouse, carriers, service desk, returns, suppliers, review of posts.

| name | meaning |
|---|---|
| `OperationsBlock` | the block; `.carrying` is the carrier in use |
| `check_operations(operations, skus, start)` | what the block alone cannot tell |
"""

from collections.abc import Iterator, Mapping
from datetime import date

from dacu.behaviour.coefficients import Behaviour
from dacu.errors import nearest
from dacu.language.block import Block, Flag, Money, Number, Problem, Share, Span, Text, Whole, item
from dacu.shop.blocks import SkuBlock
from dacu.shop.shifts import ShiftBlock, SurgeBlock, check_surges


class WarehouseBlock(Block):
    """How fast paid orders leave."""

    units_per_hour: Whole | None = item(
        None,
        zh="每小时发货件数",
        en="capacity",
        unit="units/h",
        ge=1,
        le=10_000_000,
        about="Left out: what is paid leaves in the next hour of the shift.",
    )
    shift: ShiftBlock = item(ShiftBlock(), zh="班次", en="shift")
    surge: dict[str, SurgeBlock] = item({}, zh="临时加人", en="surges")
    surge_cost: Money | None = item(
        None,
        zh="加急件成本",
        en="extra cost per surge unit",
        ge=0,
        about="For units beyond the ordinary capacity; default half of shop.fulfilment.",
    )
    ship_within: Span = item(
        "48h",
        zh="承诺发货时限",
        en="promised dispatch",
        ge=1,
        le=1440,
        about="After payment; a presale has its own.",
    )


class CarrierBlock(Block):
    """A parcel service."""

    transit: Span = item("2.2d", zh="运输时长(中位数)", en="median transit", gt=0, le=720)
    sigma: Number = item("0.35", zh="运输时长离散度", en="spread of transit", unit="log sd", ge=0, le=2)
    damage: Share = item("0.4%", zh="破损率", en="damaged parcels", ge=0, le=0.5)
    delay_notice: Flag = item("no", zh="延误提醒", en="delay notice", about="Buyers are told; lateness hurts less.")
    freight: Money = item("0", zh="单件运费", en="freight per parcel", ge=0, about="On top of shop.fulfilment.")


ORDINARY = CarrierBlock()
"""Who carries where no carrier is named."""


class ServiceBlock(Block):
    """Who answers questions: seats, and a bot before them."""

    seats: Whole | None = item(
        None, zh="客服坐席", en="seats", unit="seats", ge=1, le=5000, about="Left out: everyone is answered at once."
    )
    aftersale_seats: Whole | None = item(
        None,
        zh="售后坐席",
        en="after-sale seats",
        unit="seats",
        ge=1,
        le=5000,
        about="Left out: the same seats answer after-sale cases.",
    )
    shift: ShiftBlock = item(ShiftBlock.model_validate({"from": "8:00", "to": "24:00"}), zh="班次", en="shift")
    handle: Span = item("90s", zh="单次处理时长", en="handling time", gt=0, le=2)
    bot_share: Share = item("50%", zh="机器人解决率", en="answered by the bot", ge=0, le=1)
    bot_reply: Span = item("2s", zh="机器人响应", en="reply of the bot", ge=0, le=1)
    patience: Span = item(
        "180s",
        zh="买家耐心(均值)",
        en="mean patience",
        gt=0,
        le=24,
        about="Exponential; who waits longer than that is counted as gone, and shortens no queue.",
    )
    seat_cost: Money = item("0", zh="坐席时薪", en="cost of a seat", unit="yuan/h", ge=0)
    resolve_within: Span = item(
        "24h", zh="售后处理时限", en="cases answered within", ge=0, le=720, about="In time restores satisfaction."
    )


class InsuranceBlock(Block):
    """Return-freight insurance: buyers return at no cost."""

    on: Flag = item("no", zh="投保", en="insured")
    premium: Money = item("0.8", zh="每单保费", en="premium per order", ge=0)


class ReturnsBlock(Block):
    """What buyers may give back, and what it costs."""

    window: Span = item("7d", zh="退货时限", en="return window", ge=24, le=2400, about="From delivery.")
    lenient: Flag = item("no", zh="宽松退货", en="lenient returns", about="More buy, more give back.")
    insurance: InsuranceBlock = item(InsuranceBlock(), zh="运费险", en="return-freight insurance")
    restock: Share = item(
        "85%", zh="可二次销售率", en="put back on sale", ge=0, le=1, about="Never faulty or damaged goods."
    )
    repack: Money = item("1", zh="质检重包成本", en="check and repack per parcel", ge=0)
    freight: Money = item(
        "0", zh="退货运费", en="return freight per parcel", ge=0, about="Paid by the shop, unless insured."
    )


class SupplierBlock(Block):
    """Where goods come from."""

    lead: Span = item("5d", zh="交期(中位数)", en="median lead time", gt=0, le=4320)
    sigma: Number = item("0.35", zh="交期离散度", en="spread of lead time", unit="log sd", ge=0, le=2)


class SecondSupplierBlock(Block):
    """Steps in when the main supplier's lead times grow."""

    lead_cap: Number = item("1.3", zh="交期倍数上限", en="cap of the lead-time multiple", unit="multiple", ge=1, le=10)
    premium: Share = item("8%", zh="加价", en="extra unit cost", ge=0, le=2)


class SuppliersBlock(Block):
    """The main supplier, and one to fall back on."""

    main: SupplierBlock = item(SupplierBlock(), zh="主供应商", en="main supplier")
    second: SecondSupplierBlock | None = item(None, zh="备选供应商", en="second supplier")


class ReorderBlock(Block):
    """When a SKU's stock, with what is on order, falls to the point, lots are ordered until it lies above."""

    point: Whole = item(..., zh="补货点", en="reorder point", unit="units", ge=0, le=10**9)
    lot: Whole = item(..., zh="补货批量", en="lot", unit="units", ge=1, le=10**9)
    lead: Span | None = item(
        None, zh="交期(中位数)", en="median lead time", gt=0, le=4320, about="Default: the main supplier's."
    )


class ReviewBlock(Block):
    """How long posts wait for approval, where it departs from behaviour.content."""

    median: Span | None = item(None, zh="审核时长(中位数)", en="median review", ge=0, le=48)
    sigma: Number | None = item(None, zh="审核时长离散度", en="spread of review", unit="log sd", ge=0, le=2)
    reject: Share | None = item(None, zh="驳回率", en="rejected posts", ge=0, le=0.5)

    def applied(self, behaviour: Behaviour) -> Behaviour:
        """The coefficients with what is said here in the place of theirs."""
        content = behaviour.content
        reviewed = content._replace(
            review_delay=content.review_delay if self.median is None else self.median,
            review_sigma=content.review_sigma if self.sigma is None else self.sigma,
            reject=content.reject if self.reject is None else self.reject,
        )
        return behaviour._replace(content=reviewed)


class OperationsBlock(Block):
    """What happens behind the shop."""

    warehouse: WarehouseBlock = item(WarehouseBlock(), zh="仓库", en="warehouse")
    carriers: dict[str, CarrierBlock] = item({}, zh="快递", en="carriers")
    carrier: Text | None = item(None, zh="使用的快递", en="carrier in use", about="Default: the first of `carriers`.")
    service: ServiceBlock = item(ServiceBlock(), zh="客服", en="service")
    returns: ReturnsBlock = item(ReturnsBlock(), zh="退换货", en="returns")
    suppliers: SuppliersBlock = item(SuppliersBlock(), zh="供应商", en="suppliers")
    reorder: dict[str, ReorderBlock] = item({}, zh="自动补货", en="reorders by SKU")
    review: ReviewBlock = item(ReviewBlock(), zh="内容审核", en="review of posts")

    @property
    def carrying(self) -> CarrierBlock:
        """The carrier in use; an ordinary one where none is named."""
        return self.carriers[self.carrier] if self.carrier else next(iter(self.carriers.values()), ORDINARY)

    def check(self) -> Iterator[Problem]:
        """A carrier that is there; a second supplier of something."""
        if self.carrier is not None and self.carrier not in self.carriers:
            hint = nearest(self.carriers, self.carrier)
            yield Problem("unknown_name", ("carrier",), {"name": self.carrier}, hint)
        if self.suppliers.second is not None and not self.reorder:
            yield Problem("second_without_reorder", ("suppliers", "second"))


def check_operations(operations: OperationsBlock, skus: Mapping[str, SkuBlock], start: date) -> Iterator[Problem]:
    """Surges on the calendar, and reorders of SKUs that exist and whose stock is counted."""
    yield from check_surges(operations.warehouse.surge, start, ("operations", "warehouse", "surge"))
    for name in operations.reorder:
        at = ("operations", "reorder", name)
        if name not in skus:
            yield Problem("unknown_name", at, {"name": name}, nearest(skus, name))
        elif skus[name].stock is None:
            yield Problem("reorder_without_stock", at, {"sku": name})
