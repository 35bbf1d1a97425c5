"""Risks of the shop itself: supply, carriers, a data leak, a backlash against promotions, lost tracking."""

from __future__ import annotations

from dacu.clock.hours import HOURS_A_DAY
from dacu.language.block import Flag, Number, Share, Whole, item
from dacu.levers.base import Hour, Shock, Stage, lever
from dacu.levers.risk import Risk, Strike


@lever("risks.*", type="supply", zh="供应中断", en="supply disruption")
class SupplyDisruption(Strike):
    """Goods on the way come later, or the lots of these days not at all."""

    lead_factor: Number = item("3", zh="到货周期", en="lead time", unit="multiple", ge=1, le=20)
    lost: Flag = item("no", zh="到货丢失", en="lots are lost", about="Lots due while it lasts never arrive.")

    def strike(self, stage: Stage, first: int, last: int) -> None:
        """Planned arrivals."""
        stage.delay(first, last, self.lead_factor, self.lost)

    def effect(self) -> Shock:
        """Lead time of what is ordered now."""
        return Shock(lead=self.lead_factor)


@lever("risks.*", type="carrier_delay", zh="快递延误", en="carrier delay")
class CarrierDelay(Strike):
    """Parcels are longer on the road."""

    transit: Number = item("1.8", zh="在途时长", en="days on the road", unit="multiple", ge=1, le=10)

    def effect(self) -> Shock:
        """Days on the road of what leaves now."""
        return Shock(transit=self.transit)


@lever("risks.*", type="privacy", zh="隐私泄露", en="data leak")
class DataLeak(Strike):
    """Members trust less, and some leave."""

    at_once = True

    trust: Number = item("-0.15", zh="会员信任变化", en="change of members' trust", unit="stock", ge=-1, le=0)
    unsubscribe: Share = item("3%", zh="退群比例", en="members who leave", ge=0, le=1)

    def effect(self) -> Shock:
        """On people's minds."""
        return Shock(member_trust=self.trust, member_leave=self.unsubscribe)


@lever("risks.*", type="promo_backlash", zh="促销反感", en="promotion backlash")
class PromoBacklash(Risk):
    """More kinds of promotion at once than people bear, or honest claims refused: who comes that day trusts less."""

    classes: Whole = item("4", zh="可承受促销种类", en="kinds of promotion borne", unit="kinds", ge=0, le=30)
    refused: Share = item(
        "1%", zh="可承受误拦率", en="claims refused wrongly", ge=0, le=1, about="Share of a day's claims of coupons."
    )
    trust: Number = item("-0.03", zh="每日信任变化", en="change of trust a day", unit="stock", ge=-1, le=0)

    def shock(self, hour: Hour) -> Shock | None:
        """At midnight, for the day that ends."""
        spells = hour.state["spells"]
        if hour.t >= 0 and (hour.promotions() > self.classes or hour.false_blocks() > self.refused):
            today = hour.t - hour.t % HOURS_A_DAY
            if not spells or spells[-1][1] <= today:
                spells.append((today, today + HOURS_A_DAY))
        ended = hour.t % HOURS_A_DAY == 0 and any(last == hour.t for _, last in spells)
        return Shock(visitor_trust=self.trust) if ended else None


@lever("risks.*", type="tracking_loss", zh="数据监测缺失", en="lost tracking")
class TrackingLoss(Strike):
    """Some orders' touches are seen by no report; people, prices and contracts are as ever."""

    days: Number | None = item(None, zh="持续天数", en="lasts", unit="days", gt=0, le=400, about="Default: to the end.")
    share: Share = item("20%", zh="丢失比例", en="orders whose touch is lost", ge=0, le=1)

    def effect(self) -> Shock:
        """What is still tracked."""
        return Shock(tracked=1 - self.share)
