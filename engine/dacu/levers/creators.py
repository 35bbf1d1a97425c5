"""Groups of creators (达人矩阵): so many, from so small to so large, or as a table lists them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ConfigDict

from dacu.behaviour.scalars import exp64, log64
from dacu.language.block import Block, Moment, Money, Number, Problem, Text, Whole, item
from dacu.levers.kol import Booked, Creator

OWN = frozenset({"count", "followers", "fee", "from_table", "members", "posts"})


class FollowersBlock(Block):
    """From the smallest creator to the largest."""

    model_config = ConfigDict(alias_generator=lambda name: name.removesuffix("_"), populate_by_name=True)

    from_: Whole = item(..., zh="最少", en="fewest", unit="people", ge=1)
    to: Whole = item(..., zh="最多", en="most", unit="people", ge=1)

    def check(self) -> Iterator[Problem]:
        """The right way round."""
        if self.to < self.from_:
            yield Problem("range_backwards", ("to",), against=("from",))


class FeesBlock(Block):
    """From the cheapest creator to the dearest."""

    model_config = ConfigDict(alias_generator=lambda name: name.removesuffix("_"), populate_by_name=True)

    from_: Money = item(..., zh="最低", en="lowest", gt=0)
    to: Money = item(..., zh="最高", en="highest", gt=0)

    def check(self) -> Iterator[Problem]:
        """The right way round."""
        if self.to < self.from_:
            yield Problem("range_backwards", ("to",), against=("from",))


class CreatorGroup(Booked):
    """Many creators booked alike. Each stands for itself in a run, as `kols.<group>.<number or name>`."""

    posts: tuple[Moment, ...] = item((), zh="发布时刻", en="posts", about="Each creator posts once, at these in turn.")
    spread: Number = item(
        "1", zh="爆款离散度", en="spread of reach", unit="log sd", ge=0, le=3, about="At 1, a fifth makes over half."
    )
    count: Whole | None = item(None, zh="人数", en="count", unit="creators", ge=1, le=500)
    followers: FollowersBlock | None = item(None, zh="粉丝数", en="followers", about="Evenly spaced in logs.")
    fee: FeesBlock | None = item(None, zh="费用", en="fees a post", about="In the order of followers.")
    from_table: Text | None = item(
        None, zh="达人表", en="table of creators", about="CSV beside the scenario: name, followers, fee and other keys."
    )
    members: dict[str, Creator] = item({}, zh="成员", en="members", about="In place of count; a table becomes these.")

    def check(self) -> Iterator[Problem]:
        """Either counted, with ranges and posts, or listed."""
        if (self.count is None) is not bool(self.members):
            yield Problem("group_of_whom")
        elif self.count is not None:
            for key in ("followers", "fee", "posts"):
                if not getattr(self, key):
                    yield Problem("missing_key", (), {"key": key})

    def creators(self) -> Iterator[tuple[str, Creator]]:
        """Name and block of each member; a counted one is named by its number, the smallest first."""
        if self.count is None or self.followers is None or self.fee is None:
            for name, creator in self.members.items():
                said = "spread" in creator.model_fields_set
                yield name, creator if said else creator.model_copy(update={"spread": self.spread})
            return
        shared = {name: getattr(self, name) for name in Booked.model_fields if name not in OWN}
        for place in range(self.count):
            at = (place + 0.5) / self.count
            yield (
                str(place + 1),
                Creator(
                    **shared,
                    followers=_between(self.followers.from_, self.followers.to, at),
                    fee=_between(self.fee.from_, self.fee.to, at),
                    posts=(self.posts[place % len(self.posts)],),
                ),
            )


def _between(least: int, most: int, at: float) -> int:
    """The amount at a share of the way from one to the other, in logs."""
    return round(least * exp64(at * log64(most / least)))
