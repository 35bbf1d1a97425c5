"""Time discounts (限时折扣, 一件直降): a lower unit price while they run."""

from __future__ import annotations

from dacu.levers.base import Stage, lever
from dacu.levers.promotion import UnitPrice


@lever("promotions.*", type="time_discount", zh="限时折扣", en="time discount")
class TimeDiscount(UnitPrice):
    """A cut or a price for everybody, or for an audience, on some SKUs."""

    def open(self, stage: Stage) -> None:
        """State the rule."""
        stage.offer(self.unit_rule(stage))
