"""What a file of curves may say: channels with a curve each, groups, rows and choices over them.

All numbers are in the file's own unit of money and of response; 万 multiplies and nothing else is read into them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal

from dacu.errors import nearest
from dacu.language.block import Block, Number, Problem, Share, Text, Whole, item
from dacu.plan.curves import Curve, Hill, Log, Logistic, Points, Power, Sum

STEEPEST_POWER = 5.0
"""Above, x^exponent of an ordinary budget leaves what a solver can tell apart."""

STEEPEST_HILL = 20.0
"""Above, a Hill curve is a step."""


MOST_MONEY, MOST_RETURN = 1e15, 1e18
"""No budget and no response is larger."""


class HillBlock(Block):
    """top · xˢ / (halfˢ + xˢ)."""

    top: Number = item(..., zh="上限", en="most it can return")
    half: Number = item(..., zh="半程投放", en="spend at which half is returned", gt=0)
    slope: Number = item("1", zh="形状", en="shape", gt=0, le=STEEPEST_HILL)

    def curve(self, _floor: float) -> Curve:
        """The curve."""
        return Hill(self.top, self.half, self.slope)


class LogisticBlock(Block):
    """top · (1 − e^(−rx)) / (1 + e^(−rx))."""

    top: Number = item(..., zh="上限", en="most it can return")
    rate: Number = item(..., zh="速率", en="rate", gt=0)

    def curve(self, _floor: float) -> Curve:
        """The curve."""
        return Logistic(self.top, self.rate)


class PowerBlock(Block):
    """scale · x^exponent."""

    scale: Number = item(..., zh="系数", en="scale")
    exponent: Number = item(..., zh="指数", en="exponent", gt=0, le=STEEPEST_POWER)

    def curve(self, _floor: float) -> Curve:
        """The curve."""
        return Power(self.scale, self.exponent)


class LogBlock(Block):
    """level + slope · ln x, above a floor."""

    level: Number = item(..., zh="截距", en="level")
    slope: Number = item(..., zh="斜率", en="slope")

    def curve(self, floor: float) -> Curve:
        """The curve from a floor on."""
        return Log(self.level, self.slope, floor)


class TermBlock(Block):
    """One curve of one family."""

    hill: HillBlock | None = item(None, zh="Hill 曲线", en="Hill curve")
    logistic: LogisticBlock | None = item(None, zh="逻辑曲线", en="logistic curve")
    power: PowerBlock | None = item(None, zh="幂曲线", en="power curve")
    log: LogBlock | None = item(None, zh="对数曲线", en="log curve")
    points: list[list[Number]] | None = item(None, zh="折线", en="points", about="pairs of spend and response")

    def check(self) -> Iterator[Problem]:
        """One family and no more; points that make a line."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            yield Problem("curve_one_family", (), {"families": ", ".join(type(self).model_fields)})
        yield from _bad_points(self.points)

    @property
    def is_sound(self) -> bool:
        """Whether it is a curve at all."""
        return not any(self.check())

    @property
    def has_log(self) -> bool:
        """Whether it is unknown at 0 for its formula."""
        return self.log is not None

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest spend it knows, a log curve apart; of points that are none, everything."""
        if self.points is None or any(_bad_points(self.points)):
            return 0.0, math.inf
        return self.points[0][0], self.points[-1][0]

    def curve(self, floor: float) -> Curve:
        """The curve, of which only spends of `floor` or more are asked (and 0, if that is known)."""
        if self.points is not None:
            return Points(tuple(x for x, _ in self.points), tuple(y for _, y in self.points))
        families = (self.hill, self.logistic, self.power, self.log)
        return next(family.curve(floor) for family in families if family is not None)


class CurveBlock(TermBlock):
    """A curve of one family, or a sum of them."""

    sum: list[TermBlock] | None = item(None, zh="之和", en="sum of curves")

    def check(self) -> Iterator[Problem]:
        """A sum has terms."""
        yield from super().check()
        if self.sum is not None and not self.sum:
            yield Problem("curve_empty_sum", ("sum",))

    @property
    def is_sound(self) -> bool:
        """Whether it is a curve at all."""
        return super().is_sound and all(term.is_sound for term in self.sum or ())

    @property
    def has_log(self) -> bool:
        """Whether it is unknown at 0 for its formula."""
        return any(term.has_log for term in self.sum) if self.sum else super().has_log

    @property
    def span(self) -> tuple[float, float]:
        """The spends that every term knows."""
        if not self.sum:
            return super().span
        starts, ends = zip(*(term.span for term in self.sum), strict=True)
        return max(starts), min(ends)

    def curve(self, floor: float) -> Curve:
        """The curve, of which only spends of `floor` or more are asked (and 0, if that is known)."""
        if self.sum:
            return Sum(tuple((1.0, term.curve(floor)) for term in self.sum))
        return super().curve(floor)


class ChannelBlock(Block):
    """Where money can go: its curve and how much it takes."""

    curve: CurveBlock = item(..., zh="曲线", en="curve")
    min: Number = item("0", zh="下限", en="minimum", ge=0)
    max: Number | None = item(None, zh="上限", en="maximum", ge=0)
    min_or_zero: Number | None = item(None, zh="要投就不低于", en="minimum unless nothing", gt=0)

    @property
    def floor(self) -> float:
        """The least that it spends if it spends anything."""
        return self.min if self.min_or_zero is None else self.min_or_zero

    def returns(self, budget: float) -> float:
        """The size of what it returns at the end of its curve or for all the money; 0 if something is wrong with it."""
        if any(self.check()) or not self.curve.is_sound:
            return 0.0
        start, end = self.curve.span
        return abs(self.curve.curve(self.floor).at(min(max(budget, self.floor, start), end)))

    def check(self) -> Iterator[Problem]:
        """Minimum, maximum and curve fit each other."""
        floor = "min" if self.min_or_zero is None else "min_or_zero"
        if self.min_or_zero is not None and self.min > 0:
            yield Problem("curve_two_floors", ("min_or_zero",), against=("min",))
        if self.max is not None and self.floor > self.max:
            yield Problem("min_above_max", (floor,), against=("max",))
        if self.curve.has_log and self.floor <= 0:
            yield Problem("curve_log_floor", ("curve",))
        start, end = self.curve.span
        if self.floor < start:
            yield Problem("curve_starts_later", ("curve",), {"start": f"{start:g}"})
        for name, money in ((floor, self.floor), ("max", self.max or 0.0)):
            if money > end:
                yield Problem("curve_ends_before", (name,), {"end": f"{end:g}"}, f"{end:g}")


class GroupBlock(Block):
    """Channels that together take a share of the money spent, or an amount of it."""

    channels: list[Text] = item(..., zh="渠道", en="channels")
    share: list[Share] | None = item(None, zh="占比", en="share", ge=0, le=1, about="of the money spent: least, most")
    money: list[Number] | None = item(None, zh="金额", en="money", ge=0, about="least, most")

    def check(self) -> Iterator[Problem]:
        """It says something, and its two bounds are in order."""
        if self.share is None and self.money is None:
            yield Problem("curve_group_open")
        for name, pair in (("share", self.share), ("money", self.money)):
            if pair is not None and len(pair) != 2:
                yield Problem("curve_not_a_pair", (name,))
            elif pair is not None and pair[0] > pair[1]:
                yield Problem("curve_pair_order", (name,))


class RowBlock(Block):
    """Σ factor · money, at most, at least or exactly so much."""

    terms: dict[str, Number] = item(..., zh="各项", en="terms")
    at_most: Number | None = item(None, zh="至多", en="at most")
    at_least: Number | None = item(None, zh="至少", en="at least")
    exactly: Number | None = item(None, zh="恰好", en="exactly")

    def check(self) -> Iterator[Problem]:
        """One side."""
        yield from _one_side(self)
        if not any(self.terms.values()):
            yield Problem("curve_empty_row", ("terms",))


class ChoiceBlock(Block):
    """How many of some channels spend anything at all."""

    channels: list[Text] = item(..., zh="渠道", en="channels")
    at_most: Whole | None = item(None, zh="至多", en="at most", ge=0)
    at_least: Whole | None = item(None, zh="至少", en="at least", ge=0)
    exactly: Whole | None = item(None, zh="恰好", en="exactly", ge=0)

    def check(self) -> Iterator[Problem]:
        """One side."""
        yield from _one_side(self)


Sided = RowBlock | ChoiceBlock
SIDES: tuple[Literal["at_most", "at_least", "exactly"], ...] = ("at_most", "at_least", "exactly")


class CurveSheet(Block):
    """A whole file."""

    budget: Number = item(..., zh="预算", en="budget", gt=0, le=MOST_MONEY)
    spend: Literal["at_most", "exactly"] = item("at_most", zh="花费", en="spend")
    channels: dict[str, ChannelBlock] = item(..., zh="渠道", en="channels")
    groups: dict[str, GroupBlock] = item({}, zh="分组", en="groups")
    rows: dict[str, RowBlock] = item({}, zh="线性限制", en="linear rows")
    choose: dict[str, ChoiceBlock] = item({}, zh="选择", en="choices")

    def check(self) -> Iterator[Problem]:
        """What groups, rows and choices name is there, and can be chosen."""
        if not self.channels:
            yield Problem("curve_no_channels", ("channels",))
        for name, block in self.channels.items():
            if block.returns(self.budget) > MOST_RETURN:
                yield Problem("curve_returns_too_much", ("channels", name, "curve"), {"most": f"{MOST_RETURN:g}"})
        for kind, things in (("groups", self.groups), ("choose", self.choose)):
            for name, thing in things.items():
                yield from self._members((kind, name, "channels"), thing.channels)
        for name, row in self.rows.items():
            for channel in row.terms:
                yield from self._member(("rows", name, "terms", channel), channel)
        for name, choice in self.choose.items():
            yield from self._choosable(name, choice)

    def _members(self, path: tuple[str, ...], channels: list[str]) -> Iterator[Problem]:
        if not channels:
            yield Problem("curve_empty_group", path)
        for place, channel in enumerate(channels):
            yield from self._member((*path, str(place)), channel)
            if channel in channels[:place]:
                yield Problem("curve_channel_twice", (*path, str(place)))

    def _member(self, path: tuple[str, ...], channel: str) -> Iterator[Problem]:
        if channel not in self.channels:
            yield Problem("curve_unknown_channel", path, {"channel": channel}, nearest(self.channels, channel))

    def _choosable(self, name: str, choice: ChoiceBlock) -> Iterator[Problem]:
        """A channel that is chosen for a millionth of a yuan is not chosen: what must be chosen needs a least spend."""
        if choice.at_most is not None:
            return
        for place, channel in enumerate(choice.channels):
            if channel in self.channels and self.channels[channel].floor <= 0:
                yield Problem("curve_choice_without_floor", ("choose", name, "channels", str(place)))


def _one_side(block: Sided) -> Iterator[Problem]:
    if sum(getattr(block, side) is not None for side in SIDES) != 1:
        yield Problem("curve_one_side", (), {"sides": ", ".join(SIDES)})


def _bad_points(points: list[list[float]] | None) -> Iterator[Problem]:
    if points is None:
        return
    for place, point in enumerate(points):
        if len(point) != 2:
            yield Problem("curve_not_a_point", ("points", str(place)))
            return
    if len(points) < 2:
        yield Problem("curve_one_point", ("points",))
    for place, (spend, _) in enumerate(points):
        if spend < 0:
            yield Problem("curve_negative_spend", ("points", str(place), "0"), hint=f"{-spend:g}")
    yield from _out_of_order(spend for spend, _ in points)


def _out_of_order(spends: Iterable[float]) -> Iterator[Problem]:
    for place, (left, right) in enumerate(pairwise(spends)):
        if right <= left:
            yield Problem("curve_decreasing", ("points", str(place + 1), "0"), {"before": f"{left:g}"})
