"""What all promotions share: which SKUs, when, for whom, on which platform, who pays, what they exclude."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from dacu.clock.calendar import Calendar, Event, Phase, Wave
from dacu.errors import Finding, InputError, nearest
from dacu.language.block import Discount, Moment, Money, Problem, Share, Text, item
from dacu.language.paths import join_path
from dacu.levers.base import Lever, Stage
from dacu.shop.checks import falls_below_a_fen
from dacu.shop.offers import EVERY_PLATFORM, Kind, Offer, Window
from dacu.shop.shares import WHOLE

FAMILY = "promotions"
STANDING = 24 * 365  # hours past the campaign: what has no end is no deadline


class Promotion(Lever):
    """A price rule as a planner writes it. Without a time it stands: before the campaign, and after it."""

    stands: ClassVar[bool] = True  # without a start it runs before the campaign too; not so where pieces are counted

    skus: tuple[Text, ...] | None = item(None, zh="商品", en="SKUs", about="Left out: the whole assortment.")
    start: Moment | None = item(None, zh="开始", en="start", about="Left out: it stands since before the campaign.")
    end: Moment | None = item(
        None, zh="结束(不含)", en="end (not included)", about="Left out: it goes on after the campaign."
    )
    phases: tuple[Text, ...] = item((), zh="所在阶段", en="phases", about="Instead of start and end.")
    events: tuple[Text, ...] = item(
        (), zh="所在大促", en="events", about="Instead of start and end: all waves of an event, or one as `event.wave`."
    )
    announce: Moment | None = item(
        None, zh="官宣", en="announced", about="Left out: an event's own announcement, else a surprise."
    )
    audience: Text | None = item(None, zh="人群", en="audience", about="Left out: everybody.")
    platform: Text | None = item(None, zh="平台", en="platform", about="Left out: every platform.")
    funded_by: Share = item(
        "0%", zh="平台出资比例", en="borne by the platform", ge=0, le=1, about="The platform's share of the discount."
    )
    exclusive_with: tuple[Text, ...] = item((), zh="互斥活动", en="not together with", about="Names of promotions.")

    @classmethod
    def stated(cls) -> frozenset[str]:
        """All: a promotion is its price rule."""
        return frozenset(cls.model_fields)

    def check(self) -> Iterator[Problem]:
        """The time is said once; shares are whole permille."""
        timed = {"phases": bool(self.phases), "events": bool(self.events), "start": bool(self.start or self.end)}
        said = [key for key, is_said in timed.items() if is_said]
        if len(said) > 1:
            yield Problem("time_said_twice", (said[0],), {"other": said[1]})
        yield from whole_permille("funded_by", self.funded_by)

    def rule(self, stage: Stage, kind: Kind, **own: Any) -> Offer:
        """This promotion as a price rule, `own` being what its kind adds. InputError when it cannot be one."""
        rule = Offer(
            path=stage.path,
            kind=kind,
            skus=stage.skus(self.skus),
            windows=self.windows(stage),
            platform=EVERY_PLATFORM if self.platform is None else stage.platform(self.platform),
            audience=stage.audience(self.audience),
            funded=permille(self.funded_by),
            exclusive_with=tuple(join_path((FAMILY, name)) for name in self.exclusive_with),
            **own,
        )
        raise_any(falls_below_a_fen(rule, stage.goods))
        return rule

    def windows(self, stage: Stage) -> tuple[Window, ...]:
        """When it runs, in order. InputError for a time that runs backwards and for a name of no phase or event."""
        windows = sorted(self._spans(stage))
        raise_any(_backwards(windows, stage.path))
        if self.announce is None:
            return tuple(windows)
        announce = stage.calendar.hour(self.announce)
        raise_any(_too_late(announce, windows, stage.path, str(self.announce)))
        return tuple(Window(window.start, window.end, announce) for window in windows)

    def _spans(self, stage: Stage) -> list[Window]:
        calendar = stage.calendar
        if self.phases:
            phases = _phases(self.phases, calendar, stage.path)
            return [Window(phase.first, phase.last) for phase in phases]
        if self.events:
            waves = waves_of(self.events, calendar, stage.path)
            return [Window(wave.start, wave.end, event.announce) for event, wave in waves]
        first = float(calendar.first_hour) if self.stands else 0.0
        start = first if self.start is None else calendar.hour(self.start)
        end = float(calendar.end_hour + STANDING) if self.end is None else calendar.hour(self.end)
        return [Window(start, end)]


class UnitPrice(Promotion):
    """A promotion that sets what one piece costs: by a cut, or outright."""

    cut: Discount | None = item(None, zh="折扣", en="cut", ge=0, lt=1, about="Share off the list price, or `85折`.")
    price: Money | None = item(None, zh="活动价", en="price", gt=0)

    def check(self) -> Iterator[Problem]:
        """Either a cut or a price."""
        yield from super().check()
        if (self.cut is None) == (self.price is None):
            yield Problem("cut_or_price", () if self.cut is None else ("price",))
        yield from whole_permille("cut", self.cut or 0.0)

    def unit_rule(self, stage: Stage, **own: Any) -> Offer:
        """This promotion as a rule on the unit price."""
        if self.price is not None:
            return self.rule(stage, Kind.UNIT_PRICE, price=self.price, **own)
        return self.rule(stage, Kind.UNIT_CUT, cut=permille(self.cut or 0.0), **own)


def permille(share: float) -> int:
    """A share in thousandths."""
    return round(share * WHOLE)


def whole_permille(key: str, share: float) -> Iterator[Problem]:
    """A share finer than a permille cannot be billed to the fen as written."""
    if abs(share * WHOLE - permille(share)) > 1e-6:
        yield Problem("finer_than_permille", (key,))


def raise_any(findings: Iterator[Finding]) -> None:
    """InputError if there are any."""
    found = tuple(findings)
    if found:
        raise InputError(*found)


def waves_of(events: Sequence[str], calendar: Calendar, path: str) -> list[tuple[Event, Wave]]:
    """The waves that a promotion's `events` name, each with its event. InputError for a name of none."""
    found = {name: calendar.waves(name) for name in events}
    known = [join_path(names) for event in calendar.events for names in event.references]
    raise_any(_not_in_calendar(f"{path}.events", (name for name in events if not found[name]), known))
    return [wave for name in events for wave in found[name]]


def _phases(names: Sequence[str], calendar: Calendar, path: str) -> list[Phase]:
    by_name = {phase.name: phase for phase in calendar.phases}
    raise_any(_not_in_calendar(f"{path}.phases", (name for name in names if name not in by_name), by_name))
    return [by_name[name] for name in names]


def _not_in_calendar(path: str, wrong: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    for name in wrong:
        yield Finding("no_such_phase_or_event", path=path, value=name, hint=nearest(known, name))


def _backwards(windows: Sequence[Window], path: str) -> Iterator[Finding]:
    for window in windows:
        if window.end <= window.start:
            yield Finding("promotion_ends_before_start", path=f"{path}.end")


def _too_late(announce: float, windows: Sequence[Window], path: str, written: str) -> Iterator[Finding]:
    if announce > windows[0].start:
        yield Finding("promotion_announced_late", path=f"{path}.announce", value=written)
