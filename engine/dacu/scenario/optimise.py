"""The block `optimise`: what may move, within which limits, towards what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import ConfigDict, model_validator

from dacu.clock.hours import days_to
from dacu.errors import nearest
from dacu.kpis import BY_ID, Kpi
from dacu.language.block import Block, Day, Flag, Money, Number, Problem, Share, Text, Whole, item
from dacu.levers.kol import Creator
from dacu.targets import Side, parse_figure
from dacu.units import Unreadable

if TYPE_CHECKING:
    from dacu.scenario.model import Scenario

EXACT = 1e-9
"""Runs by which a share of them may miss a whole number: rounding."""

Goal = Literal["gmv", "net_gmv", "contribution", "orders"]


class RangeBlock(Block):
    """The least and the most money of something."""

    min: Money | None = item(None, zh="下限", en="at least", ge=0)
    max: Money | None = item(None, zh="上限", en="at most", ge=0)
    min_or_zero: Money | None = item(
        None, zh="起投额", en="nothing, or at least", gt=0, about="Left out, or at least this much."
    )

    def check(self) -> Iterator[Problem]:
        """One floor, and not turned round."""
        if self.min is not None and self.min_or_zero is not None:
            yield Problem("two_floors", ("min_or_zero",), against=("min",))
        for key in ("min", "min_or_zero"):
            floor = getattr(self, key)
            if floor is not None and self.max is not None and floor > self.max:
                yield Problem("min_above_max", (key,), against=("max",))


class ChangeBlock(Block):
    """How far a line may move from what it spends now: `30%`."""

    SHORT: ClassVar[str] = "30%"

    against: Literal["current"] = item("current", zh="相对于", en="against")
    at_most: Share = item(..., zh="最多变动", en="at most", ge=0)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        return written if isinstance(written, Mapping | cls) else {"at_most": written}


class LineRoiBlock(Block):
    """What a line's money must bring: its own sales by last touch, or what would not be sold without it."""

    value: Number = item(..., zh="ROI下限", en="ROI at least", unit="ratio", gt=0, le=1000)
    basis: Literal["last_touch", "incremental"] = item("last_touch", zh="口径", en="basis")


class LineBlock(RangeBlock):
    """Limits of a budget line, and of its phases."""

    phases: dict[str, RangeBlock] = item({}, zh="分阶段", en="by phase")
    committed: Flag = item("no", zh="已定不动", en="committed", about="Stays as it is.")
    closed: tuple[Text, ...] = item((), zh="不投阶段", en="phases without money")
    change_limit: ChangeBlock | None = item(None, zh="变动上限", en="change limit", about="Default: that of all lines.")
    roi_floor: LineRoiBlock | None = item(None, zh="ROI下限", en="ROI floor")

    def check(self) -> Iterator[Problem]:
        """What is committed has no range, and what is closed no floor."""
        yield from super().check()
        if self.committed:
            for key in ("min", "max", "min_or_zero", "phases", "closed", "change_limit"):
                if getattr(self, key) not in (None, {}, ()):
                    yield Problem("committed_moves", (key,), {"key": key}, against=("committed",))
        for phase in self.closed:
            limits = self.phases.get(phase)
            if limits is not None:
                yield Problem("closed_and_limited", ("phases", phase), {"name": phase}, against=("closed",))


class GroupBlock(Block):
    """Lines that together keep a share of the money, as in 品效, or an amount of it."""

    channels: tuple[Text, ...] = item(..., zh="预算线", en="lines", about="Or `kols.<name>`, `live.<name>`.")
    share: tuple[Share, Share] | None = item(None, zh="占比区间", en="share, from and to", ge=0, le=1)
    money: tuple[Money, Money] | None = item(None, zh="金额区间", en="money, from and to", ge=0)

    def check(self) -> Iterator[Problem]:
        """Limited at all, and not turned round."""
        if self.share is None and self.money is None:
            yield Problem("group_without_limit")
        if self.share is not None and self.share[0] > self.share[1]:
            yield Problem("share_turned_round", ("share",))
        if self.money is not None and self.money[0] > self.money[1]:
            yield Problem("money_turned_round", ("money",))


class RowBlock(Block):
    """A limit on lines added up with factors, as in `terms: {search: 1, feed_ads: -1}, at_most: 0`."""

    terms: dict[str, Number] = item(..., zh="各线系数", en="factor by line", ge=-1000, le=1000)
    at_most: Money | None = item(None, zh="不高于", en="at most")
    at_least: Money | None = item(None, zh="不低于", en="at least")
    exactly: Money | None = item(None, zh="等于", en="exactly")
    phase: Text | None = item(None, zh="阶段", en="phase", about="Default: all phases together.")

    def check(self) -> Iterator[Problem]:
        """One side, and something to add up."""
        yield from _one_side(self, ("at_most", "at_least", "exactly"))
        if not any(self.terms.values()):
            yield Problem("row_without_terms", ("terms",))


class ChoiceBlock(Block):
    """How many of some lines spend anything."""

    channels: tuple[Text, ...] = item(..., zh="预算线", en="lines", about="Or `kols.<name>`, `live.<name>`.")
    at_most: Whole | None = item(None, zh="最多", en="at most", unit="lines", ge=0)
    exactly: Whole | None = item(None, zh="恰好", en="exactly", unit="lines", ge=0)

    def check(self) -> Iterator[Problem]:
        """One side, and no more than there are."""
        yield from _one_side(self, ("at_most", "exactly"))
        yield from _twice(self.channels, "channels")
        if self.exactly is not None and self.exactly > len(self.channels):
            yield Problem("choice_of_too_few", ("exactly",), {"lines": str(len(self.channels))}, against=("channels",))


class TierBlock(Block):
    """Limits of creators from so small to so large."""

    followers: tuple[Whole, Whole] | None = item(
        None, zh="粉丝数区间", en="followers, from and below", ge=0, about="Default: creators of the tier of this name."
    )
    at_most: Whole | None = item(None, zh="最多", en="at most", unit="creators", ge=0)
    min_cvr: Share | None = item(None, zh="预测转化率下限", en="predicted conversion at least", ge=0, le=1)

    def check(self) -> Iterator[Problem]:
        """Not turned round."""
        if self.followers is not None and self.followers[0] >= self.followers[1]:
            yield Problem("followers_turned_round", ("followers",))

    def holds(self, name: str, creator: Creator) -> bool:
        """Whether a creator belongs to the tier of this name."""
        if self.followers is None:
            return creator.rank == name
        return self.followers[0] <= creator.followers < self.followers[1]


def is_booking(line: str) -> bool:
    """Whether what stands among names of lines is a creator or a room, as `kols.<name>` or `live.<name>`."""
    return line.startswith(("kols.", "live."))


class BookingsBlock(Block):
    """What may be booked or not, each for all its money or none."""

    free: tuple[Text, ...] = item((), zh="可选", en="free to book")
    at_most: Whole | None = item(None, zh="最多", en="at most", ge=0)
    exclusive: tuple[tuple[Text, Text], ...] = item((), zh="互斥", en="pairs of which one at most")
    in_budget: Flag = item("yes", zh="计入总预算", en="in the budget")

    LIMITS: ClassVar[tuple[str, ...]] = ("at_most", "exclusive")

    def check(self) -> Iterator[Problem]:
        """Nothing twice, pairs of two, and something to limit."""
        for key in self.LIMITS:
            if not self.free and getattr(self, key) not in (None, (), {}):
                yield Problem("limit_on_nothing_free", (key,), {"key": key})
        yield from _twice(self.free, "free")
        for place, (one, other) in enumerate(self.exclusive):
            if one == other:
                yield Problem("pair_of_one", ("exclusive", str(place)), {"name": one})


class PicksBlock(BookingsBlock):
    """Creators that may be booked or not."""

    free: tuple[Text, ...] = item((), zh="可选达人", en="creators free to pick")
    at_most: Whole | None = item(None, zh="最多", en="at most", unit="creators", ge=0)
    tiers: dict[str, TierBlock] = item({}, zh="分层级", en="by tier")
    min_cvr: Share | None = item(None, zh="预测转化率下限", en="predicted conversion at least", ge=0, le=1)

    LIMITS = (*BookingsBlock.LIMITS, "tiers", "min_cvr")


class SlotsBlock(BookingsBlock):
    """Live rooms, each with its sessions, that may be held or not."""

    free: tuple[Text, ...] = item((), zh="可选直播间", en="rooms free to hold", about="A candidate slot is a room.")
    at_most: Whole | None = item(None, zh="最多", en="at most", unit="rooms", ge=0)


class BoundBlock(Block):
    """Where a KPI must stay, in its own unit."""

    at_least: Text | None = item(None, zh="不低于", en="at least")
    at_most: Text | None = item(None, zh="不高于", en="at most")

    def check(self) -> Iterator[Problem]:
        """Bounded at all."""
        if self.at_least is None and self.at_most is None:
            yield Problem("bound_missing")

    def sides(self) -> Iterator[tuple[Side, str]]:
        """Each bound as (side, text)."""
        if self.at_least is not None:
            yield "at_least", self.at_least
        if self.at_most is not None:
            yield "at_most", self.at_most


class RoiBlock(Block):
    """What all media money must bring: sales of the platform or of the last touch, before or after refunds."""

    value: Number = item(..., zh="ROI下限", en="ROI at least", unit="ratio", gt=0, le=1000)
    basis: Literal["platform", "last_touch"] = item("last_touch", zh="口径", en="basis")
    money: Literal["paid", "net"] = item("paid", zh="金额", en="money")

    KPIS: ClassVar[Mapping[tuple[str, str], str]] = {
        ("last_touch", "paid"): "roi", ("last_touch", "net"): "roi_net_deal",
        ("platform", "paid"): "roi_platform", ("platform", "net"): "roi_net",
    }  # fmt: skip

    @property
    def kpi(self) -> Kpi:
        """The KPI of this basis and money."""
        return BY_ID[self.KPIS[self.basis, self.money]]


class RiskBlock(Block):
    """How much the worst runs count beside the mean of all."""

    alpha: Share = item("90%", zh="置信水平", en="confidence", ge=0, lt=1, about="90%: the worst tenth of the runs.")
    weight: Share = item("50%", zh="最差运行的权重", en="weight of the worst runs", ge=0, le=1)
    replications: Whole = item("30", zh="重复次数", en="runs", unit="runs", ge=2, le=1000, about="Of each plan tried.")

    def check(self) -> Iterator[Problem]:
        """One run at least is among the worst."""
        if self.replications * (1 - self.alpha) < 1 - EXACT:
            least = math.ceil(1 / (1 - self.alpha) - EXACT)
            yield Problem("tail_of_no_run", ("replications",), {"least": str(least)}, against=("alpha",))


class OptimiseBlock(Block):
    """The budget question of this scenario."""

    model_config = ConfigDict(alias_generator=lambda name: name.removesuffix("_"), populate_by_name=True)

    budget: Money | None = item(None, zh="总预算", en="total budget", gt=0, about="Default: what the plan spends now.")
    spend: Literal["at_most", "exactly"] = item("at_most", zh="花费方式", en="spend")
    objective: Goal = item("gmv", zh="目标", en="objective")
    reach: dict[Goal, Text] = item(
        {}, zh="要达到", en="to reach", about="One figure: the least money that reaches it is sought."
    )
    risk: RiskBlock | None = item(None, zh="风险", en="risk", about="Default: the mean alone counts.")
    from_: Day | None = item(
        None, zh="从哪天起可改", en="free from this day on", about="Days before it stay as they are."
    )
    channels: dict[str, LineBlock] = item(
        {}, zh="可调预算线", en="lines free to move", about="Default: every paid line; limits by name."
    )
    phases: dict[str, RangeBlock] = item({}, zh="分阶段限额", en="limits by phase")
    groups: dict[str, GroupBlock] = item({}, zh="分组占比", en="groups")
    rows: dict[str, RowBlock] = item({}, zh="线性限制", en="free limits")
    choose: dict[str, ChoiceBlock] = item({}, zh="择投", en="choices")
    kols: PicksBlock = item(PicksBlock(), zh="达人选择", en="creators to pick")
    live: SlotsBlock = item(SlotsBlock(), zh="直播场次选择", en="live slots to hold")
    daily_cap_multiple: Number | None = item(
        None, zh="单日上限倍数", en="daily cap, multiple of a baseline day", unit="multiple", gt=0, le=100
    )
    change_per_day: Number | None = item(
        None, zh="日环比上限", en="a day, times the day before", unit="multiple", ge=1, le=100
    )
    change_limit: ChangeBlock | None = item(None, zh="各线变动上限", en="change limit of each line")
    kpis: dict[str, BoundBlock] = item({}, zh="指标限制", en="limits on KPIs")
    roi_floor: RoiBlock | None = item(None, zh="整体ROI下限", en="ROI floor")
    margin_floor: Share | None = item(
        None, zh="贡献利润率下限", en="contribution margin at least", le=1, about="Contribution ÷ net GMV."
    )

    @property
    def bookings(self) -> dict[str, BookingsBlock]:
        """What may be booked, by the block of the scenario that it stands in."""
        return {"kols": self.kols, "live": self.live}

    def check(self) -> Iterator[Problem]:
        """KPIs exist and their bounds are of their unit; one figure to reach; what a choice counts can be left out."""
        for name, block in self.kpis.items():
            if name not in BY_ID:
                yield Problem("unknown_kpi", ("kpis", name), {"name": name}, nearest(BY_ID, name))
                continue
            unreadable = list(_readable(block.sides(), BY_ID[name], ("kpis", name)))
            yield from unreadable
            values = [parse_figure(text, BY_ID[name]) for _, text in block.sides()] if not unreadable else []
            if len(values) > 1 and values[0] > values[1]:
                yield Problem("bounds_turned_round", ("kpis", name, "at_least"), against=("kpis", name, "at_most"))
        yield from self._check_reach()
        for name, choice in self.choose.items():
            for line in choice.channels:
                if not self._can_be_nothing(line):
                    yield Problem("choice_needs_min_or_zero", ("choose", name, "channels"), {"name": line})

    def _check_reach(self) -> Iterator[Problem]:
        if len(self.reach) > 1:
            yield Problem("two_to_reach", ("reach", list(self.reach)[1]), against=("reach", next(iter(self.reach))))
        if self.reach and self.spend == "exactly":
            yield Problem("reach_spends_all", ("spend",), against=("reach",))
        if self.reach and self.risk is not None:
            yield Problem("reach_knows_no_risk", ("risk",), against=("reach",))
        for goal, text in self.reach.items():
            yield from _readable([(goal, text)], BY_ID[goal], ("reach",))

    def _can_be_nothing(self, line: str) -> bool:
        """Whether a line spends nothing or something worth while, so that it is clear when it is chosen."""
        block = self.channels.get(line)
        return is_booking(line) or (block is not None and block.min_or_zero is not None)


def check_optimise(scenario: Scenario) -> Iterator[Problem]:
    """Every line, phase, day, creator and room that the block names is one of the scenario's."""
    block, calendar = scenario.optimise, scenario.calendar
    if block.from_ is not None and not 0 <= days_to(block.from_, calendar.start) < calendar.days:
        yield Problem("free_from_outside", ("optimise", "from"), against=("calendar", "days"))
    yield from _check_lines(block, scenario)
    yield from _check_picks(block.kols, scenario)
    yield from _check_slots(block.live, scenario)
    known = set(scenario.paid) | {f"{family}.{name}" for family, some in block.bookings.items() for name in some.free}
    for kind, sums in (("groups", block.groups), ("choose", block.choose)):
        for name, some in sums.items():
            yield from _known(some.channels, known, (kind, name, "channels"))
    for name, row in block.rows.items():
        yield from _known(row.terms, known, ("rows", name, "terms"))
        yield from _known([row.phase] if row.phase else [], calendar.phases, ("rows", name, "phase"))


def _check_lines(block: OptimiseBlock, scenario: Scenario) -> Iterator[Problem]:
    phases = scenario.calendar.phases
    for name, line in block.channels.items():
        yield from _known([name], scenario.paid, ("channels", name))
        for phase in line.phases:
            yield from _to_come(phase, scenario, ("channels", name, "phases", phase))
        yield from _known(line.closed, phases, ("channels", name, "closed"))
    for phase in block.phases:
        yield from _to_come(phase, scenario, ("phases", phase))


def _to_come(phase: str, scenario: Scenario, at: tuple[str, ...]) -> Iterator[Problem]:
    """Money is only planned in a phase that there is, and that is not over."""
    yield from _known([phase], scenario.calendar.phases, at)
    if phase in scenario.calendar.phases and scenario.calendar.over(phase):
        yield Problem("phase_is_over", ("optimise", *at), {"phase": phase}, against=("calendar", "today"))


def _check_picks(picks: PicksBlock, scenario: Scenario) -> Iterator[Problem]:
    creators = {name: creator for name, creator in scenario.kols.items() if isinstance(creator, Creator)}
    free = [creators[name] for name in picks.free if name in creators]
    yield from _check_bookings("kols", picks, creators)
    for name, tier in picks.tiers.items():
        if free and not any(tier.holds(name, creator) for creator in free):
            yield Problem("tier_of_nobody", ("optimise", "kols", "tiers", name), {"name": name})


def _check_slots(slots: SlotsBlock, scenario: Scenario) -> Iterator[Problem]:
    yield from _check_bookings("live", slots, scenario.live)
    creators = scenario.creators
    for place, name in enumerate(slots.free):
        host = scenario.live[name].host if name in scenario.live else None
        if host in creators and not creators[host].active:
            yield Problem("room_of_absent_host", ("optimise", "live", "free", str(place)), {"name": name, "host": host})


def _check_bookings(family: str, block: BookingsBlock, known: Iterable[str]) -> Iterator[Problem]:
    """What is free is there, and what excludes each other is free."""
    yield from _known(block.free, known, (family, "free"))
    for place, pair in enumerate(block.exclusive):
        yield from _known(pair, block.free, (family, "exclusive", str(place)))


def _known(names: Iterable[str], known: Iterable[str], at: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem("unknown_name", ("optimise", *at), {"name": name}, nearest(known, name))


def _one_side(block: Block, keys: tuple[str, ...]) -> Iterator[Problem]:
    said = [key for key in keys if getattr(block, key) is not None]
    if not said:
        yield Problem("side_missing", (), {"keys": ", ".join(keys)})
    elif len(said) > 1:
        yield Problem("two_sides", (said[1],), {"second": said[1]}, against=(said[0],))


def _twice(names: tuple[str, ...], key: str) -> Iterator[Problem]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Problem("named_twice", (key, str(place)), {"name": name}, against=(key, str(names.index(name))))


def _readable(sides: Iterable[tuple[str, str]], kpi: Kpi, at: tuple[str, ...]) -> Iterator[Problem]:
    for key, text in sides:
        try:
            parse_figure(text, kpi)
        except Unreadable as error:
            yield Problem(error.code, (*at, key), error.values, error.hint)
