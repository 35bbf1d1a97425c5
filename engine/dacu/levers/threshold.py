"""Thresholds (满减): money off an order that reaches a tier, of the shop or across shops."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from dacu.language.block import Flag, Problem, Tier, item
from dacu.levers.base import Stage, lever
from dacu.levers.promotion import Promotion
from dacu.shop.offers import Kind, Step

KINDS = {"shop": Kind.THRESHOLD, "platform": Kind.PLATFORM_THRESHOLD}


@lever("promotions.*", type="threshold", zh="满减", en="threshold")
class Threshold(Promotion):
    """The best tier reached counts. Tiers ask for the value at unit prices, after cuts and before other order rules."""

    level: Literal["shop", "platform"] = item("shop", zh="层级", en="level", about="Shop's own, or platform-wide 跨店.")
    tiers: dict[str, Tier] = item(..., zh="档位", en="tiers")
    repeat: Flag = item("no", zh="每满", en="repeat", about="The one tier counts as often as it fits (每满…减…).")

    def check(self) -> Iterator[Problem]:
        """Tiers leave something to pay, and a higher one gives no less."""
        yield from super().check()
        if not self.tiers or (self.repeat and len(self.tiers) > 1):
            yield Problem("one_tier" if self.repeat else "no_tier", ("tiers",))
        for name, tier in self.tiers.items():
            if tier.minus >= tier.over:
                yield Problem("tier_takes_all", ("tiers", name, "minus"))
        in_order = sorted(self.tiers, key=lambda name: self.tiers[name].over)
        for lower, higher in pairwise(in_order):
            low, high = self.tiers[lower], self.tiers[higher]
            if low.over == high.over or low.minus > high.minus:
                yield Problem("tiers_do_not_rise", ("tiers", higher), {"lower": lower})

    def open(self, stage: Stage) -> None:
        """State the rule."""
        steps = tuple(sorted(Step(tier.over, tier.minus) for tier in self.tiers.values()))
        stage.offer(self.rule(stage, KINDS[self.level], steps=steps, repeat=self.repeat))
