"""Risks: what may befall a campaign, on a date or by chance, for some days.

A risk is a lever that proposes nothing. Each hour it lasts it answers with a `Shock`: multiples of the market's and the
shop's dials and changes of people's trust. Dials are turned anew from neutral each hour, so a risk ends by itself and
several multiply. Strikes by chance are drawn once a day and keyed by the risk's path: another risk moves none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from typing import ClassVar

from dacu.clock.hours import HOURS_A_DAY
from dacu.errors import Finding, InputError
from dacu.language.block import Moment, Money, Number, Share, item
from dacu.ledger import Account
from dacu.levers.base import Hour, Lever, Shock, Stage


class Risk(Lever):
    """Something that befalls the campaign; `state["spells"]` holds its hours [first, last)."""

    def open(self, stage: Stage) -> None:
        """Nothing has struck yet."""
        stage.state["spells"] = []


class Strike(Risk):
    """A risk that strikes on a date, or by chance a day, and lasts."""

    at_once: ClassVar[bool] = False  # acts in its first hour alone; its days only keep it from striking again

    date: Moment | None = item(None, zh="发生时间", en="strikes on")
    prob_per_day: Share = item("0%", zh="日发生概率", en="chance a day", ge=0, le=1)
    days: Number | None = item("7", zh="持续天数", en="lasts", unit="days", gt=0, le=400)
    cost: Money = item("0", zh="处置费用", en="cost of each strike", ge=0)

    def open(self, stage: Stage) -> None:
        """Know when it strikes, and owe what each strike costs."""
        spells = stage.state["spells"] = list(self._spells(stage))
        for first, last in spells:
            stage.charge(Account.RISK, self.cost, first)
            self.strike(stage, first, last)

    def strike(self, stage: Stage, first: int, last: int) -> None:
        """What a spell changes before the run begins."""

    def shock(self, hour: Hour) -> Shock | None:
        """What it does while it lasts."""
        inside = any(first <= hour.t < last for first, last in hour.state["spells"])
        begins = any(first == hour.t for first, _ in hour.state["spells"])
        return self.effect() if begins or (inside and not self.at_once) else None

    def effect(self) -> Shock:
        """What it does in an hour."""
        return Shock()

    def _spells(self, stage: Stage) -> Iterator[tuple[int, int]]:
        """Strikes in order; what strikes while it lasts begins nothing new."""
        end, free = stage.calendar.end_hour, 0
        for first in sorted({*self._dated(stage), *self._drawn(stage)}):
            if first >= free:
                free = end if self.days is None else min(end, first + max(1, round(self.days * HOURS_A_DAY)))
                yield first, free

    def _dated(self, stage: Stage) -> Iterator[int]:
        if self.date is None:
            return
        first = floor(stage.calendar.hour(self.date))
        if not 0 <= first < stage.calendar.end_hour:
            days = {"days": str(stage.calendar.days)}
            raise InputError(Finding("outside_calendar", path=f"{stage.path}.date", value=str(self.date), args=days))
        yield first

    def _drawn(self, stage: Stage) -> Iterator[int]:
        days = range(stage.calendar.days) if self.prob_per_day else ()
        return (day * HOURS_A_DAY for day in days if stage.strikes(day, self.prob_per_day))
