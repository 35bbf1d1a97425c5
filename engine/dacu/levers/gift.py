"""Gifts with purchase (满赠): no price changes, but something comes along that buyers value and the shop pays for."""

from __future__ import annotations

from dacu.language.block import Money, item
from dacu.levers.base import Stage, lever
from dacu.levers.promotion import Promotion, permille
from dacu.shop.offers import Kind, Present
from dacu.shop.shares import permille_of


@lever("promotions.*", type="gift", zh="满赠", en="gift with purchase")
class Gift(Promotion):
    """One gift an order, the most valuable one reached. `funded_by` is the platform's share of what it costs."""

    over: Money = item("0", zh="满赠门槛", en="minimum order", ge=0, about="Value at unit prices from which it comes.")
    value: Money = item(..., zh="赠品零售价", en="retail value", ge=0, about="What buyers would pay for it in a shop.")
    cost: Money = item(..., zh="赠品成本", en="unit cost", ge=0)

    def open(self, stage: Stage) -> None:
        """State the rule."""
        cost = self.cost - permille_of(self.cost, permille(self.funded_by))
        stage.offer(self.rule(stage, Kind.GIFT, present=Present(self.over, self.value, cost)))
