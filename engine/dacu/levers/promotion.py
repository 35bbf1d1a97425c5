"""What all promotions share: which SKUs, when, for whom, on which platform, who pays, what they exclude."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dacu.clock.calendar import Calendar
from dacu.errors import Finding, InputError
from dacu.language.block import Discount, Moment, Money, Problem, Share, Text, item
from dacu.language.paths import join_path
from dacu.language.validate import nearest
from dacu.levers.base import Lever, Stage
from dacu.shop.checks import falls_below_a_fen
from dacu.shop.offers import EVERY_PLATFORM, Kind, Offer, Window
from dacu.shop.shares import WHOLE

FAMILY = "promotions"


class Promotion(Lever):
    """A price rule as a planner writes it. Without a time it runs all campaign long."""

    skus: tuple[Text, ...] | None = item(None, zh="商品", en="SKUs", about="Left out: the whole assortment.")
    start: Moment | None = item(None, zh="开始", en="start", about="Default: the first day.")
    end: Moment | None = item(None, zh="结束(不含)", en="end (not included)", about="Default: the last day's end.")
    phases: tuple[Text, ...] = item((), zh="所在阶段", en="phases", about="Instead of start and end.")
    events: tuple[Text, ...] = item((), zh="所在大促", en="events", about="Instead of start and end.")
    announce: Moment | None = item(
        None, zh="官宣", en="announced", about="Left out: an event's own announcement, else a surprise."
    )
    audience: Text | None = item(None, zh="人群", en="audience", about="Left out: everybody.")
    platform: Text | None = item(None, zh="平台", en="platform", about="Left out: every platform.")
    funded_by: Share = item(
        "0%", zh="平台出资比例", en="borne by the platform", ge=0, le=1, about="The platform's share of the discount."
    )
    exclusive_with: tuple[Text, ...] = item((), zh="互斥活动", en="not together with", about="Names of promotions.")

    def check(self) -> Iterator[Problem]:
        """The time is said once; shares are whole permille."""
        said = [bool(self.phases), bool(self.events), self.start is not None or self.end is not None]
        if sum(said) > 1:
            yield Problem("time_said_twice", ("phases" if self.phases else "events",))
        yield from whole_permille(self.funded_by, "funded_by")

    def rule(self, stage: Stage, kind: Kind, **own: object) -> Offer:
        """This promotion as a price rule, with what its kind adds. InputError when it cannot be one."""
        shared: dict[str, object] = {
            "path": stage.path,
            "kind": kind,
            "skus": stage.skus(self.skus),
            "windows": self.windows(stage),
            "platform": EVERY_PLATFORM if self.platform is None else stage.platform(self.platform),
            "audience": stage.audience(self.audience),
            "funded": permille(self.funded_by),
            "exclusive_with": tuple(join_path((FAMILY, name)) for name in self.exclusive_with),
        }
        rule = Offer(**(shared | own))  # type: ignore[arg-type]
        findings = tuple(falls_below_a_fen(rule, stage.goods))
        if findings:
            raise InputError(*findings)
        return rule

    def windows(self, stage: Stage) -> tuple[Window, ...]:
        """When it runs, in order. InputError for times that run backwards and names of no phase or event."""
        calendar = stage.calendar
        spans = [*_phases(self.phases, stage), *_events(self.events, stage)] or [_Span(*self._from_to(calendar))]
        return announced(stage, sorted(spans, key=lambda span: span.start), self.announce)

    def _from_to(self, calendar: Calendar) -> tuple[float, float]:
        start = 0.0 if self.start is None else calendar.hour(self.start)
        end = float(calendar.end_hour) if self.end is None else calendar.hour(self.end)
        return start, end
