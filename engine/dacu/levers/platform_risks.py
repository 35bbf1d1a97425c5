"""Risks that come from platforms and rivals: limits of an account, another algorithm, a rival's promotion."""

from __future__ import annotations

from dacu.language.block import Number, Share, Text, item
from dacu.language.paths import join_path
from dacu.levers.base import Shock, lever
from dacu.levers.risk import Strike


class OfAccount(Strike):
    """What befalls one own account."""

    account: Text = item(..., zh="账号", en="account", about="A name from content.accounts.")

    def limited(self, factor: float) -> Shock:
        """The account's distribution as a share of an ordinary day's."""
        return Shock(accounts={join_path(("content", "accounts", self.account)): factor})


@lever("risks.*", type="account_limit", zh="账号限流", en="account limited")
class AccountLimit(OfAccount):
    """The platform shows an account's posts to fewer people."""

    factor: Share = item("20%", zh="剩余流量", en="distribution left", ge=0, le=1)

    def effect(self) -> Shock:
        """A share is left."""
        return self.limited(self.factor)


@lever("risks.*", type="ban", zh="封号", en="account banned")
class Ban(OfAccount):
    """An account shows nothing, not even to its followers."""

    days: Number | None = item(None, zh="持续天数", en="lasts", unit="days", gt=0, le=400, about="Default: to the end.")

    def effect(self) -> Shock:
        """Nothing is left."""
        return self.limited(0.0)


@lever("risks.*", type="algorithm", zh="算法调整", en="algorithm change")
class AlgorithmChange(Strike):
    """Smaller pools, a higher bar for engagement, and heat that answers to it more sharply."""

    days: Number | None = item(None, zh="持续天数", en="lasts", unit="days", gt=0, le=400, about="Default: to the end.")
    pool_factor: Number = item("0.6", zh="初始流量池", en="first pool", unit="multiple", gt=0, le=5)
    bar: Number = item("1.2", zh="互动门槛", en="engagement that counts as ordinary", unit="multiple", gt=0, le=5)
    heat_factor: Number = item("1.3", zh="热度放大", en="exponent of heat", unit="multiple", ge=0, le=5)

    def effect(self) -> Shock:
        """Three dials of organic distribution."""
        return Shock(pool=self.pool_factor, heat_bar=self.bar, heat_power=self.heat_factor)


@lever("risks.*", type="rival_promo", zh="竞品加码", en="rival's promotion")
class RivalPromo(Strike):
    """Rivals bid up media and draw people away."""

    cpm_factor: Number = item("1.3", zh="媒体价格", en="media price", unit="multiple", ge=0.1, le=10)
    outside: Number = item("0.3", zh="竞品吸引力", en="pull of rivals", unit="logit", ge=-3, le=3)

    def effect(self) -> Shock:
        """Dearer views, fewer carts."""
        return Shock(cpm=self.cpm_factor, outside=self.outside)
