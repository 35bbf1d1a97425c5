"""Member prices (会员价): a lower unit price for an audience."""

from __future__ import annotations

from dacu.language.block import Text, item
from dacu.levers.base import Stage, lever
from dacu.levers.promotion import UnitPrice


@lever("promotions.*", type="member_price", zh="会员价", en="member price")
class MemberPrice(UnitPrice):
    """A cut or a price for the members of an audience."""

    audience: Text = item(..., zh="会员人群", en="members' audience")

    def open(self, stage: Stage) -> None:
        """State the rule."""
        stage.offer(self.unit_rule(stage))
