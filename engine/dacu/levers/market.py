"""The block `market`: what media costs here, and what the shop usually spends. Facts that no plan moves."""

from dacu.language.block import Block, Money, Number, item


class MarketBlock(Block):
    """Media prices at the usual spend, rivals' pull, and the baseline plan.

    `baseline` is spend a day by budget line: the warm-up lives on it, media prices are solved at it, and daily caps
    are multiples of it.
    """

    cpm: Money = item("30", zh="千展成本", en="CPM at baseline", unit="yuan/1000 views", ge=100, le=100_000)
    reference_spend: Money = item(
        "1万",
        zh="定价基准日消耗",
        en="spend a day at which the CPM holds",
        ge=100,
        about="For lines without a baseline.",
    )
    outside: Number = item("0", zh="竞品吸引力", en="pull of rivals", unit="logit", ge=-3, le=3)
    baseline: dict[str, Money] = item({}, zh="日常投放", en="baseline spend a day by line", ge=0)
