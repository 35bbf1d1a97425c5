"""The block `market`: what media costs here, and what the shop usually spends. Facts that no plan moves."""

from dacu.behaviour.scalars import log64, normal_cdf64
from dacu.language.block import Block, Money, Number, item

RIVALS = 1_000_000
"""Rivals of the category, so many that shares of them are as good as probabilities."""


class RivalsBlock(Block):
    """The category's other shops by what they sell in 30 days: lognormal."""

    median: Money = item(..., zh="同行月GMV中位数", en="median of paid GMV in 30 days", gt=0)
    spread: Number = item("1", zh="离散度", en="spread", unit="log sd", gt=0, le=4)

    def below(self, gmv: float) -> int:
        """Rivals of RIVALS who sell less than `gmv` fen in 30 days: Φ(ln(gmv ÷ median) ÷ spread) of them."""
        share = normal_cdf64(log64(gmv / self.median) / self.spread) if gmv > 0 else 0.0
        return round(RIVALS * share)


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
    rivals: RivalsBlock | None = item(
        None, zh="同行", en="rivals", about="What they sell; with it the share rank is told."
    )
    outside: Number = item("0", zh="竞品吸引力", en="pull of rivals", unit="logit", ge=-3, le=3)
    baseline: dict[str, Money] = item({}, zh="日常投放", en="baseline spend a day by line", ge=0)
