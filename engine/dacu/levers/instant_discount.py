"""Instant discounts (官方立减): the platform's sale takes a share off every piece, and the shop signs up for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dacu.language.block import Discount, Problem, item
from dacu.levers.base import Stage, lever
from dacu.levers.promotion import Promotion, permille, whole_permille
from dacu.shop.offers import Kind


@lever("promotions.*", type="instant_discount", zh="官方立减", en="instant discount")
class InstantDiscount(Promotion):
    """A share off the list price, piece by piece; of this and other unit prices the lowest counts on each piece."""

    cut: Discount = item(
        ..., zh="立减比例", en="cut", ge=0, lt=1, about="Share off the list price; usually 15% and up."
    )
    tiers_ask: Literal["after", "before"] = item(
        "after",
        zh="满减门槛口径",
        en="tiers ask",
        about="Thresholds, coupons and gifts ask for the value after this discount, or before it.",
    )

    def check(self) -> Iterator[Problem]:
        """Whole permille."""
        yield from super().check()
        yield from whole_permille("cut", self.cut)

    def open(self, stage: Stage) -> None:
        """State the rule."""
        before = self.tiers_ask == "before"
        stage.offer(self.rule(stage, Kind.UNIT_CUT, cut=permille(self.cut), asked_before=before))
