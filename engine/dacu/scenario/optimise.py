"""The block `optimise`: what may move, within which limits, towards what."""

from collections.abc import Iterator
from typing import Literal

from dacu.language.block import Block, Money, Number, Problem, Share, Text, item


class RangeBlock(Block):
    """The least and the most money of something."""

    min: Money | None = item(None, zh="下限", en="at least", ge=0)
    max: Money | None = item(None, zh="上限", en="at most", ge=0)

    def check(self) -> Iterator[Problem]:
        """Not turned round."""
        if self.min is not None and self.max is not None and self.min > self.max:
            yield Problem("min_above_max", ("min",), against=("max",))


class LineBlock(RangeBlock):
    """Limits of a budget line, and of its phases."""

    phases: dict[str, RangeBlock] = item({}, zh="分阶段", en="by phase")


class GroupBlock(Block):
    """Lines that together keep a share of the money, as in 品效."""

    channels: tuple[Text, ...] = item(..., zh="预算线", en="lines")
    share: tuple[Share, Share] = item(..., zh="占比区间", en="share, from and to", ge=0, le=1)

    def check(self) -> Iterator[Problem]:
        """Not turned round."""
        if self.share[0] > self.share[1]:
            yield Problem("share_turned_round", ("share",))


class OptimiseBlock(Block):
    """The budget question of this scenario."""

    budget: Money | None = item(None, zh="总预算", en="total budget", gt=0, about="Default: what the plan spends now.")
    spend: Literal["at_most", "exactly"] = item("at_most", zh="花费方式", en="spend")
    objective: Literal["gmv", "net_gmv", "contribution", "orders"] = item("gmv", zh="目标", en="objective")
    channels: dict[str, LineBlock] = item(
        {}, zh="可调预算线", en="lines free to move", about="Default: every paid line; limits by name."
    )
    phases: dict[str, RangeBlock] = item({}, zh="分阶段限额", en="limits by phase")
    groups: dict[str, GroupBlock] = item({}, zh="分组占比", en="groups")
    daily_cap_multiple: Number | None = item(
        None, zh="单日上限倍数", en="daily cap, multiple of a baseline day", unit="multiple", gt=0, le=100
    )
