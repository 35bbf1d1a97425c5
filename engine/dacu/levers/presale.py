"""Presales (预售): a deposit now, the balance when the sale opens, at a price that the sale itself does not give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from dacu.clock.calendar import Event, Wave
from dacu.clock.calendar import Presale as Deposits
from dacu.errors import Finding
from dacu.language.block import Money, Number, Problem, Share, Whole, item
from dacu.language.paths import join_path
from dacu.levers.base import Stage, lever
from dacu.levers.promotion import UnitPrice, permille, raise_any, waves_of, whole_permille
from dacu.shop.offers import UNLIMITED, Deposit, Window
from dacu.shop.shares import permille_of
from dacu.units import yuan


@lever("promotions.*", type="presale", zh="预售", en="presale")
class Presale(UnitPrice):
    """Open while a wave of its event takes deposits. A deposit is not given back where the balance stays unpaid."""

    stands: ClassVar[bool] = False

    deposit: Money | None = item(None, zh="定金", en="deposit", gt=0, about="Yuan a piece.")
    deposit_share: Share | None = item(
        None, zh="定金比例", en="deposit share", gt=0, lt=1, about="Of the presale price; instead of deposit."
    )
    counts: Number = item(
        "1",
        zh="定金膨胀",
        en="deposit counts",
        unit="multiple",
        ge=1,
        le=10,
        about="With 2, 50 yuan paid take 100 off.",
    )
    quantity: Whole | None = item(None, zh="预售件数", en="pieces", unit="units", ge=0, about="Left out: no limit.")

    def check(self) -> Iterator[Problem]:
        """One event, one deposit, whole permille."""
        yield from super().check()
        if len(self.events) != 1:
            yield Problem("presale_by_event", ("events",) if self.events else ())
        if (self.deposit is None) == (self.deposit_share is None):
            yield Problem("deposit_or_share", () if self.deposit is None else ("deposit",))
        yield from whole_permille("deposit_share", self.deposit_share or 0.0)
        yield from whole_permille("counts", self.counts)

    def open(self, stage: Stage) -> None:
        """State the rule."""
        event, wave, deposits = self._wave(stage)
        share = permille(self.deposit_share or 0.0)
        opens, closes = wave.start, wave.start + deposits.within
        deposit = Deposit(self.deposit or 0, share, permille(self.counts), opens, closes)
        raise_any(self._without_balance(deposit, stage))
        quantity = UNLIMITED if self.quantity is None else self.quantity
        rule = self.unit_rule(stage, deposit=deposit, quantity=quantity)
        if event.platform is not None:
            rule = replace(rule, platform=stage.platform(event.platform))
        stage.offer(rule)

    def _spans(self, stage: Stage) -> list[Window]:
        event, _, deposits = self._wave(stage)
        return [Window(deposits.start, deposits.end, event.announce)]

    def _wave(self, stage: Stage) -> tuple[Event, Wave, Deposits]:
        """The wave that takes deposits. InputError for a spot sale, several waves, another platform, other days."""
        (name,) = self.events
        waves = waves_of(self.events, stage.calendar, stage.path)
        found = [(event, wave, wave.presale) for event, wave in waves if wave.presale is not None]
        raise_any(_not_one(name, found, f"{stage.path}.events"))
        (one,) = found
        raise_any(self._misplaced(*one, stage))
        return one

    def _misplaced(self, event: Event, wave: Wave, deposits: Deposits, stage: Stage) -> Iterator[Finding]:
        if self.platform is not None and event.platform not in (None, self.platform):
            args = {"platform": str(event.platform)}
            yield Finding("presale_elsewhere", path=f"{stage.path}.platform", value=self.platform, args=args)
        if deposits.start < 0 or wave.start + deposits.within > stage.calendar.end_hour:
            yield Finding("presale_outside_campaign", path=f"{stage.path}.events", value=self.events[0])

    def _without_balance(self, deposit: Deposit, stage: Stage) -> Iterator[Finding]:
        """SKUs whose deposit, as it counts, leaves nothing to pay."""
        key = "deposit_share" if self.deposit is None else "deposit"
        for sku in stage.skus(self.skus):
            price = self._price(int(stage.goods.list_price[sku]))
            counted = deposit.of(price) + deposit.bonus(price)
            if counted >= price:
                args = {"sku": stage.goods.path(sku), "price": yuan(price), "deposit": yuan(counted)}
                yield Finding("deposit_above_price", path=f"{stage.path}.{key}", args=args)

    def _price(self, listed: int) -> int:
        """Fen a piece before the deposit counts for more than it is."""
        if self.price is not None:
            return min(listed, self.price)
        return listed - permille_of(listed, permille(self.cut or 0.0))


def _not_one(name: str, found: Sequence[tuple[Event, Wave, Deposits]], path: str) -> Iterator[Finding]:
    if not found:
        yield Finding("event_without_presale", path=path, value=name)
    if len(found) > 1:
        waves = [join_path((event.name, wave.name)) for event, wave, _ in found]
        yield Finding("presale_in_several_waves", path=path, value=name, args={"waves": ", ".join(waves)})
