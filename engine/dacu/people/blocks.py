"""The scenario blocks `people` and `platforms`: who there is, where they are, and how platforms lead to one another."""

from collections.abc import Iterator

from dacu.language.block import Block, Flag, Number, Problem, Share, Text, Whole, item

MOST_AUDIENCES = 24


class AudienceBlock(Block):
    """A named part of the crowd that a line may aim at. What is left out does not restrict."""

    personas: tuple[Text, ...] = item((), zh="人群画像", en="personas")
    bought: Text | None = item(
        None,
        zh="是否买过",
        en="bought before",
        about="`never`, `ever`, `dormant` (30–90 days ago) or `active` (≤ 30 days).",
    )
    member: Flag | None = item(None, zh="私域成员", en="private-domain member")

    def check(self) -> Iterator[Problem]:
        """Words of the selector."""
        if self.bought not in (None, "never", "ever", "dormant", "active"):
            yield Problem("unknown_selector", ("bought",), {"known": "never, ever, dormant, active"})


class PeopleBlock(Block):
    """The market: how many people, how they differ, which of them already know the shop."""

    size: Whole = item("100万", zh="人数", en="people", unit="people", ge=1000, le=2_000_000_000)
    agents: Whole | None = item(
        None,
        zh="模拟人数",
        en="agents",
        ge=100,
        le=100_000_000,
        about="Each stands for people ÷ agents; default 100,000.",
    )
    customers: Share = item("5%", zh="老客占比", en="old customers", about="Share who bought before.", ge=0, le=1)
    members: Share = item("30%", zh="老客入群率", en="members among customers", ge=0, le=1)
    personas: dict[str, Share] = item(
        {}, zh="画像占比", en="persona shares", about="Default: behaviour.personas.", ge=0, le=1
    )
    audiences: dict[str, AudienceBlock] = item({}, zh="命名人群", en="named audiences")

    def check(self) -> Iterator[Problem]:
        """Shares of personas must add up, and audiences must fit their bits."""
        total = sum(self.personas.values())
        if self.personas and abs(total - 1) > 1e-6:
            yield Problem("shares_not_one", ("personas",), {"total": f"{total:.4g}"})
        if len(self.audiences) > MOST_AUDIENCES:
            yield Problem("too_many", ("audiences",), {"most": str(MOST_AUDIENCES)})


class FeesBlock(Block):
    """What a platform keeps."""

    commission: Share = item("5%", zh="平台扣点", en="platform fee", about="Share of net GMV.", ge=0, le=0.5)
    technical: dict[str, Share] = item(
        {},
        zh="技术服务费",
        en="technical fee",
        about="Share of net GMV by category; that of shop.category counts.",
        ge=0,
        le=0.5,
    )
    payment: Share = item("0%", zh="支付手续费", en="payment fee", about="Share of net GMV.", ge=0, le=0.1)


class OffsetsBlock(Block):
    """How this shop differs from the model's average shop on a platform: facts, solved from its history."""

    visits: Number = item(
        "1",
        zh="自然访客倍数",
        en="own traffic",
        unit="multiple",
        ge=0.01,
        le=100,
        about="Views of own posts, searches, direct and next-day visits.",
    )
    cart: Number = item("0", zh="加购截距", en="cart add", unit="logit", ge=-5, le=5)
    order: Number = item(
        "0", zh="下单截距", en="order", unit="log hazard", ge=-5, le=5, about="Of carts, and in live rooms."
    )
    basket: Number = item(
        "0",
        zh="客单价截距",
        en="basket",
        unit="logit",
        ge=-6,
        le=6,
        about="Something along with it; and, per doubling or so of price (e-fold), the pull of dearer goods.",
    )
    preship: Number = item("1", zh="发货前退款倍数", en="refunds before shipment", unit="multiple", ge=0, le=100)
    refund: Number = item("1", zh="发货后退款倍数", en="refunds after shipment", unit="multiple", ge=0, le=100)
    repurchase: Number = item("1", zh="复购倍数", en="repeat purchases", unit="multiple", ge=0.01, le=100)


class PlatformBlock(Block):
    """A place where people are. One that does not sell leads to others."""

    reach: Share = item("100%", zh="使用率", en="reach", about="Share of people who use it.", ge=0, le=1)
    minutes: Number = item(
        "1", zh="相对时长", en="relative time", about="Time there against other platforms.", gt=0, le=1000
    )
    sells: Flag = item("yes", zh="是否成交", en="sells")
    leads_to: dict[str, Share] = item({}, zh="导向", en="leads to", about="Where its interest is bought.", ge=0, le=1)
    direct_link: Share = item(
        "0%", zh="直跳率", en="direct link", about="Clicks that open the target at once.", ge=0, le=1
    )
    fees: FeesBlock = item(FeesBlock(), zh="费率", en="fees")
    offsets: OffsetsBlock = item(
        OffsetsBlock(), zh="本店校正", en="shop offsets", about="Facts of this shop, solved from `history`."
    )

    def check(self) -> Iterator[Problem]:
        """`leads_to` is for platforms that do not sell."""
        total = sum(self.leads_to.values())
        if total > 1 + 1e-9:
            yield Problem("shares_above_one", ("leads_to",), {"total": f"{total:.4g}"})
        if self.sells and self.leads_to:
            yield Problem("sells_and_leads", ("leads_to",))
