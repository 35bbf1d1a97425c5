"""Coupons (优惠券): money off the order of who has claimed one."""

from __future__ import annotations

from typing import ClassVar, Literal

from dacu.language.block import Money, Span, Whole, item
from dacu.levers.base import Stage, lever
from dacu.levers.promotion import Promotion
from dacu.shop.offers import UNLIMITED, Claim, Kind, Step


@lever("promotions.*", type="coupon", zh="优惠券", en="coupon")
class Coupon(Promotion):
    """Claimed while it runs, used while it is valid, also after its claiming has ended; one an order."""

    stands: ClassVar[bool] = False

    face: Money = item(..., zh="面额", en="face value", ge=0)
    over: Money = item("0", zh="使用门槛", en="minimum order", ge=0, about="Value at unit prices from which it counts.")
    quantity: Whole | None = item(None, zh="发放张数", en="coupons", unit="coupons", ge=0, about="Left out: no limit.")
    per_user: Whole = item("1", zh="每人限领", en="coupons a person", unit="coupons", ge=1, le=100)
    valid: Span = item("7d", zh="有效期", en="valid for", gt=0, about="Counted from the claim.")
    where: Literal["visit", "push", "room", "sent"] = item(
        "visit",
        zh="领取位置",
        en="claimed at",
        about="Shop page, private-domain push, live room; or sent to customers and members of its audience, each day "
        "at the hour of its start to whoever has not had it yet.",
    )
    message_cost: Money = item("0.05", zh="触达单条成本", en="cost a message", ge=0, about="Of a coupon that is sent.")

    def open(self, stage: Stage) -> None:
        """State the rule."""
        rule = self.rule(
            stage,
            Kind.COUPON,
            steps=(Step(self.over, self.face),),
            quantity=UNLIMITED if self.quantity is None else self.quantity,
            per_user=self.per_user,
            claimed_at=Claim[self.where.upper()],
            valid_h=self.valid,
            message_cost=self.message_cost,
        )
        stage.offer(rule)
