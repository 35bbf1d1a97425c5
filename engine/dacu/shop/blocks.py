"""The scenario blocks `shop` and `skus`: who sells, what it sells, what a piece is worth and costs."""

from collections.abc import Iterator, Mapping
from typing import Literal

from dacu.content.items import TOPICS
from dacu.language.block import Block, Flag, Moment, Money, Number, Problem, Share, Span, Text, Whole, item

MONTHS = 12
MOST_SKUS = 32_767  # rows of goods are 16 bits wide


class TaxBlock(Block):
    """Value-added tax, as a memo: no profit figure takes it out."""

    vat: Share = item("0%", zh="增值税率", en="VAT rate", ge=0, le=0.5)
    prices_include_vat: Flag = item("yes", zh="价格含税", en="prices include VAT", about="As Chinese prices do.")

    def share(self) -> float:
        """VAT as a share of net GMV."""
        return self.vat / (1 + self.vat) if self.prices_include_vat else self.vat


class CostsBlock(Block):
    """What finance wants told beside prices and fees."""

    tax: TaxBlock = item(TaxBlock(), zh="税", en="tax")


class ShopBlock(Block):
    """The shop as buyers and its accountant see it."""

    name: Text = item("", zh="店铺名", en="shop name")
    category: Text = item("", zh="类目", en="category")
    topics: tuple[Number, ...] = item(
        (1.0,) * TOPICS,
        zh="兴趣主题",
        en="interest topics",
        ge=0,
        about="Eight weights, any scale; default of all it shows.",
    )
    category_price: Money | None = item(
        None,
        zh="类目均价",
        en="mean price of the category",
        gt=0,
        about="Default: mean market value of the SKUs.",
    )
    delivery: Span = item("3d", zh="承诺送达", en="promised delivery", ge=0, le=720)
    fulfilment: Money = item("4", zh="单均履约成本", en="fulfilment cost per order", ge=0)
    abuse_guard: Share = item(
        "0%",
        zh="反薅力度",
        en="abuse guard",
        ge=0,
        le=1,
        about="How strictly claims of coupons are checked: bargain hunters are refused, and now and then others.",
    )
    costs: CostsBlock = item(CostsBlock(), zh="成本", en="costs")
    margin_floor: Share | None = item(
        None,
        zh="毛利率底线",
        en="margin floor",
        lt=1,
        about="Share of the price paid; `prices` and `check` warn below it.",
    )

    def check(self) -> Iterator[Problem]:
        """Eight topics."""
        return check_topics(self.topics)


class RestockBlock(Block):
    """Pieces that arrive."""

    date: Moment = item(..., zh="到货时间", en="arrival")
    units: Whole = item(..., zh="到货件数", en="units", unit="units", ge=1)


class SkuBlock(Block):
    """One SKU: its price, cost and stock, and what makes people want it."""

    title: Text = item("", zh="商品名", en="title")
    role: Literal["traffic", "profit", "image"] = item("profit", zh="角色", en="role", about="引流, 利润 or 形象.")
    list: Money = item(..., zh="标价", en="list price", gt=0)
    cost: Money = item(..., zh="成本", en="unit cost", ge=0)
    market_value: Money | None = item(
        None,
        zh="市场认知价",
        en="market value",
        gt=0,
        about="What buyers think it is worth; default the list price.",
    )
    floor_price: Money | None = item(
        None, zh="控价底线", en="floor price", ge=0, about="`prices` and `check` warn when a piece may sell for less."
    )
    stock: Whole | None = item(None, zh="库存", en="stock", unit="units", ge=0, about="Left out: never sold out.")
    restock: dict[str, RestockBlock] = item({}, zh="补货", en="restock")
    topics: tuple[Number, ...] | None = item(
        None, zh="兴趣主题", en="interest topics", ge=0, about="Eight weights, any scale; default the shop's."
    )
    quality: Share = item("0.7", zh="商品质量", en="product quality", ge=0, le=1)
    listing: Share = item("0.5", zh="详情页质量", en="listing quality", ge=0, le=1)
    rating: Number = item("4.6", zh="评分", en="rating", unit="stars", ge=1, le=5)
    reviews: Whole = item("4000", zh="评价数", en="reviews", unit="reviews", ge=0, le=2_000_000_000)
    sold: Whole = item("0", zh="已售", en="sold so far", unit="units", ge=0, le=2_000_000_000)
    season: tuple[Number, ...] = item(
        (1.0,) * MONTHS,
        zh="季节指数",
        en="season",
        unit="multiple",
        ge=0,
        le=20,
        about="January to December.",
    )
    stockable: Number = item("1", zh="可囤性", en="stockable", unit="multiple", ge=0, le=5)
    complement: Text | None = item(None, zh="连带商品", en="complement", about="The SKU bought along.")
    search_relevance: Number = item("1", zh="搜索相关性", en="search relevance", unit="weight", ge=0, le=100)

    def check(self) -> Iterator[Problem]:
        """Eight topics, twelve months, arrivals only where stock is counted."""
        if self.topics is not None:
            yield from check_topics(self.topics)
        if len(self.season) != MONTHS:
            yield Problem("season_not_12", ("season",), {"count": str(len(self.season))})
        if self.restock and self.stock is None:
            yield Problem("restock_without_stock", ("restock",))


def check_topics(topics: tuple[float, ...]) -> Iterator[Problem]:
    """There are eight, and not all are 0."""
    if len(topics) != TOPICS or not any(topics):
        yield Problem("topics_not_8", ("topics",), {"count": str(len(topics))})


def check_skus(skus: Mapping[str, SkuBlock]) -> Iterator[Problem]:
    """What one SKU alone cannot tell: a complement must be another one. Problems lie below the block `skus`."""
    if len(skus) > MOST_SKUS:
        yield Problem("too_many_skus", (), {"most": str(MOST_SKUS)})
    for name, sku in skus.items():
        if sku.complement is not None and (sku.complement not in skus or sku.complement == name):
            yield Problem("complement_unknown", (name, "complement"), {"sku": sku.complement})
