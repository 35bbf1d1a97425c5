"""What every paid budget line has: a platform, an audience, a budget in one of three forms, and pacing.

A budget is `daily_budget` (times the phase's multiplier), or `budget: {phase: money}` spread evenly over the phase's
hours, or `days: {date: money}`. Days are split to the fen by largest remainder, so the parts add up to the whole.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dacu.clock.calendar import Calendar
from dacu.clock.hours import HOURS_A_DAY
from dacu.language.block import Date, Money, Number, Problem, Share, Text, item
from dacu.ledger import Account, round_fen
from dacu.levers.base import Books, Hour, Lever, Stage
from dacu.shop import shares

FORMS = ("daily_budget", "budget", "days")


class Shown(Lever):
    """What a lever shows: one creative."""

    quality: Number = item("0.5", zh="素材质量", en="creative quality", unit="score", ge=0, le=1)
    topics: tuple[Number, ...] | None = item(
        None, zh="内容主题", en="topics", ge=0, about="Eight weights; default the shop's."
    )
    skus: tuple[Text, ...] | None = item(None, zh="推广商品", en="goods shown", about="Default: the whole assortment.")


class Paid(Lever):
    """A budget line."""

    platform: Text | None = item(None, zh="平台", en="platform")
    audience: Text | None = item(
        None, zh="人群", en="audience", about="A name from people.audiences; default everybody."
    )
    daily_budget: Money | None = item(None, zh="日预算", en="daily budget", ge=0)
    budget: dict[str, Money] = item({}, zh="分阶段预算", en="budget by phase", ge=0)
    days: dict[Date, Money] = item({}, zh="分日预算", en="budget by date", ge=0)
    rebate: Share = item(
        "0%", zh="投放返点", en="rebate", about="Share of what is spent, given back at the end.", ge=0, le=0.5
    )

    @classmethod
    def stated(cls) -> frozenset[str]:
        """The money, and what is given back of it in the end."""
        return frozenset((*FORMS, "rebate"))

    @property
    def forms(self) -> list[str]:
        """The forms in which its money is written; one at most, once it is checked."""
        return [form for form in FORMS if getattr(self, form) not in (None, {})]

    def check(self) -> Iterator[Problem]:
        """One form of budget only."""
        used = self.forms
        if len(used) > 1:
            yield Problem("two_budgets", (used[1],), {"first": used[0], "second": used[1]}, against=(used[0],))

    def by_day(self, calendar: Calendar) -> NDArray[np.int64]:
        """Fen for each day of the campaign."""
        if self.days:
            return self._dated(calendar)
        if self.budget:
            return self._phased(calendar)
        plain = np.full(calendar.days, self.daily_budget or 0, np.int64)
        for phase in calendar.phases:
            for day in phase.days:
                hours = len(range(max(phase.first, day * 24), min(phase.last, day * 24 + 24)))
                extra = (self.daily_budget or 0) * (phase.budget_multiplier - 1) * hours / HOURS_A_DAY
                plain[day] += round(extra)
        return plain

    def _dated(self, calendar: Calendar) -> NDArray[np.int64]:
        amounts = np.zeros(calendar.days, np.int64)
        for day, money in self.days.items():
            amounts[(day - calendar.start).days] = money
        return amounts

    def _phased(self, calendar: Calendar) -> NDArray[np.int64]:
        amounts = np.zeros(calendar.days, np.int64)
        for name, money in self.budget.items():
            phase = calendar.phase(name)
            hours = np.array(
                [
                    len(range(max(phase.first, day * 24), min(phase.last, day * 24 + 24)))
                    for day in range(calendar.days)
                ],
                np.int64,
            )
            amounts += spread(money, hours)
        return amounts

    def settle(self, books: Books) -> None:
        """What the agency or the platform gives back on the spend."""
        books.charge(Account.REBATE, -int(round_fen(books.cost([Account.MEDIA]) * self.rebate)), books.end)

    def state_budget(self, stage: Stage) -> None:
        """Tell the stage the daily budgets, the warm-up's baseline before them."""
        stage.budget(self.by_day(stage.calendar))

    def paced(self, hour: Hour) -> int:
        """Fen this hour should spend: what is left, by activity of this hour against the rest of the day.

        Unmet targets roll forward within the day (pacing as in Balseiro & Gur 2019).
        """
        calendar = hour.calendar
        return int(hour.budget_left() * float(calendar.activity[hour.t]) / max(calendar.rest_of_day[hour.t], 1e-12))


def spread(money: int, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Split fen by whole weights, exact: largest remainder, the earlier day first among equals; 0 if none weighs."""
    if not weights.any():
        return np.zeros(len(weights), np.int64)
    return np.array(shares.spread(money, weights.tolist()), np.int64)
