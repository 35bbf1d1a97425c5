"""Flash sales (秒杀): few pieces at a low price for minutes, with a counter that everybody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dacu.clock.calendar import occurrences
from dacu.language.block import Flag, Problem, Repeat, Whole, item
from dacu.levers.base import Stage, lever
from dacu.levers.promotion import UnitPrice
from dacu.shop.offers import UNLIMITED, Window


@lever("promotions.*", type="flash", zh="秒杀", en="flash sale")
class Flash(UnitPrice):
    """Opens for some minutes, at `every` time within its days, else once at the start of each of its times."""

    stands: ClassVar[bool] = False

    every: Repeat | None = item(None, zh="场次", en="every", about="Weekdays and time, such as 周二 周四 20:00.")
    minutes: Whole = item("60", zh="每场时长", en="length", unit="minutes", ge=5, le=1440)
    quantity: Whole | None = item(
        None, zh="每场件数", en="pieces a session", unit="units", ge=0, about="Left out: no limit."
    )
    per_user: Whole = item("1", zh="每单限购", en="pieces an order", unit="units", ge=1, le=100)
    counter: Flag = item("yes", zh="显示余量", en="shows what is left")

    def check(self) -> Iterator[Problem]:
        """A rhythm names the time of day."""
        yield from super().check()
        if self.every is not None and self.every.minute is None:
            yield Problem("repeat_without_time", ("every",))

    def windows(self, stage: Stage) -> tuple[Window, ...]:
        """Its sessions."""
        length = self.minutes / 60
        sessions = []
        for span in super().windows(stage):
            every = self.every
            starts = occurrences(every, stage.calendar, span.start, span.end) if every else (span.start,)
            sessions += [Window(start, start + length, span.announce) for start in starts]
        return tuple(sessions)

    def open(self, stage: Stage) -> None:
        """State the rule."""
        rule = self.unit_rule(
            stage,
            quantity=UNLIMITED if self.quantity is None else self.quantity,
            per_user=self.per_user,
            visible_counter=self.counter and self.quantity is not None,
        )
        stage.offer(rule)
