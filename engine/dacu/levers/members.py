"""The membership programme (会员体系): levels by what a person has spent within a year, their discounts, and points."""

from __future__ import annotations

from collections.abc import Iterator

from dacu.language.block import Block, Discount, Flag, Money, Problem, Share, item
from dacu.language.paths import join_path
from dacu.levers.base import Lever, Stage, lever
from dacu.levers.promotion import STANDING, permille, whole_permille
from dacu.shop.offers import Kind, Offer, Window
from dacu.shop.points import PointsBlock


class LevelBlock(Block):
    """A level above the entry level, which everybody who has bought holds."""

    over: Money = item(..., zh="门槛(年消费)", en="spent within a year", gt=0)
    discount: Discount = item("0%", zh="会员折扣", en="price cut", ge=0, lt=1)
    held: Share = item(
        "0%", zh="现有占比", en="held by", ge=0, le=1, about="Share of old customers on this level at the start."
    )


LEVELS = {
    "silver": {"over": "300", "discount": "2%", "held": "20%"},
    "gold": {"over": "1000", "discount": "5%", "held": "8%"},
    "black": {"over": "3000", "discount": "8%", "held": "2%"},
}


@lever("members", zh="会员体系", en="membership programme")
class Members(Lever):
    """Levels and points. Off unless it is said to be on: only then it is opened.

    A level lasts a year, longer than what is left of a campaign: nobody falls within a run.
    """

    on: Flag = item("no", zh="启用", en="on")
    levels: dict[str, LevelBlock] = item(LEVELS, zh="等级", en="levels")
    points: PointsBlock = item(PointsBlock(), zh="积分", en="points")

    @property
    def ladder(self) -> tuple[tuple[str, LevelBlock], ...]:
        """Names and levels, the lowest first."""
        return tuple(sorted(self.levels.items(), key=lambda named: named[1].over))

    def check(self) -> Iterator[Problem]:
        """Every level has a threshold of its own, and nobody holds two."""
        by_threshold: dict[int, str] = {}
        for name, level in self.levels.items():
            other = by_threshold.setdefault(level.over, name)
            if other != name:
                yield Problem("level_twice", ("levels", name, "over"), against=("levels", other, "over"))
            for problem in whole_permille("discount", level.discount):
                yield problem._replace(at=("levels", name, *problem.at))
        for problem in whole_permille("most", self.points.most):
            yield problem._replace(at=("points", *problem.at))
        total = sum(level.held for level in self.levels.values())
        if total > 1 + 1e-9:
            yield Problem("shares_above_one", ("levels",), {"total": f"{total:.4g}"})

    def open(self, stage: Stage) -> None:
        """State the price of each level."""
        window = Window(float(stage.calendar.first_hour), float(stage.calendar.end_hour + STANDING))
        bits = stage.levels([name for name, _ in self.ladder])
        for (name, level), bit in zip(self.ladder, bits, strict=True):
            if level.discount:
                rule = Offer(
                    path=join_path(("members", "levels", name)), kind=Kind.UNIT_CUT, skus=stage.skus(None),
                    windows=(window,), cut=permille(level.discount), audience=bit,
                )  # fmt: skip
                stage.offer(rule)
