"""Plans that share their past: hours in which two plans cannot be told apart are lived once, and the other plan forks.

Nothing is tried out: that two plans live alike is read off what they are made of. They have the same people, goods,
levers and coefficients but for fields of which an hour sees nothing but what `open` states with them (offers, daily
budgets), and stock, which is counted from D1 on. Offers, budgets and stock say from which hour on. Whatever cannot be
read off so shares nothing, and the plan is lived from its own first hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import floor, inf

import numpy as np

from dacu.clock.agenda import Agenda
from dacu.clock.hours import HOURS_A_DAY
from dacu.errors import InputError
from dacu.language.block import Block
from dacu.levers.base import Lever
from dacu.people.population import Seed
from dacu.people.users import Born
from dacu.results import Replication
from dacu.scenario.load import Loaded
from dacu.scenario.model import Scenario
from dacu.shop.offers import Offer
from dacu.sim.run import finish, live_until, run
from dacu.sim.stage import build, levers_of
from dacu.sim.world import World

NOT_LIVED = frozenset({"name", "targets", "optimise"})
"""Blocks of a scenario that no hour reads."""
STOCK = frozenset({"stock", "restock"})


class Past:
    """The hours of one plan under one seed, the start of all that fork from it.

    Snapshots of the hours last asked for are kept, at most `keep`. They are not lived on themselves, so threads may ask
    at the same time. Raises InputError where the plan cannot stand.
    """

    def __init__(self, base: Loaded, seed: Seed, agents: int | None = None, keep: int = 1) -> None:
        self._base, self._seed, self._agents, self._most = base, seed, agents, keep
        self._sketch = sketch(base)
        self._kept: tuple[World, ...] = ()  # the last one asked for at the end

    def leaves(self, plan: Loaded) -> int:
        """The first hour in which the plan may differ from the base: see `first_difference`."""
        return first_difference(self._base, plan, self._sketch)

    def run(self, plan: Loaded, born: Born, leaves: int | None = None) -> Replication:
        """As `run` does, beginning with the hour in which the plan leaves the base. born: people of the plan."""
        leaves = self.leaves(plan) if leaves is None else leaves
        if leaves <= self._sketch.t:
            return run(plan, self._seed.seed, self._seed.replication, self._agents, born)
        stem = self._at(leaves, born)
        world = stem.copy() if plan is self._base else fork(stem, build(plan, self._seed, self._agents, born))
        live_until(world, world.setting.calendar.end_hour)
        return finish(world)

    def _at(self, hour: int, born: Born) -> World:
        """The base plan's world at the start of an hour."""
        kept = self._kept  # another thread may keep one of its own meanwhile
        world = max((world for world in kept if world.t <= hour), key=lambda world: world.t, default=None)
        if world is None or world.t < hour:
            world = build(self._base, self._seed, self._agents, born) if world is None else world.copy()
            live_until(world, hour)
        self._kept = (*(other for other in kept if other is not world), world)[-self._most :]
        return world


class Pasts:
    """The last past asked for, handed out again while the same is asked for."""

    def __init__(self) -> None:
        self._known: tuple[object, Past | None] | None = None

    def __reduce__(self) -> tuple[type[Pasts], tuple[()]]:
        """Sent to another process it is empty: that one begins its own."""
        return Pasts, ()

    def of(self, what: object, begin: Callable[[], Past]) -> Past | None:
        """The past that is `what`; None where its base plan cannot stand."""
        known = self._known  # another thread may put its own there meanwhile
        if known is None or known[0] != what:
            try:
                known = self._known = (what, begin())
            except InputError:
                known = self._known = (what, None)
        return known[1]


def sketch(plan: Loaded) -> World:
    """The world of a plan with one agent: what it states before its first hour can be read off there."""
    return build(plan, Seed(0, 0), agents=1)


def first_difference(base: Loaded, other: Loaded, sketched: World | None = None) -> int:
    """The first hour in which the other plan may differ from the base, given equal people and draws.

    The first hour of all where that cannot be told; the end where they live the same. sketched: the base's `sketch`.
    """
    ours = sketched or sketch(base)
    calendar = ours.setting.calendar
    if not _made_alike(base, other):
        return calendar.first_hour
    theirs = sketch(other)
    if not _rows_alike(ours, theirs):
        return calendar.first_hour
    differ = (*_budgets_differ(ours, theirs), *_offers_differ(ours, theirs), *_stock_differs(base, other))
    return int(min(max(min(differ, default=inf), calendar.first_hour), calendar.end_hour))


def snapshots(plans: Sequence[Loaded]) -> int:
    """How many worlds a process holds beside the one it lives when it runs these plans after one another."""
    if len(plans) == 1:
        return 0
    base = sketch(plans[0])
    return int(any(first_difference(plans[0], plan, base) > base.t for plan in plans[1:]))


def fork(stem: World, other: World) -> World:
    """The world of another plan, just built, with the past of a stem that has lived as it would have until now."""
    world = stem.copy()
    world.setting, world.opening = other.setting, other.opening
    world.goods = replace(world.goods, restocks=other.goods.restocks)
    world.offers = other.offers
    same = [ours == theirs for ours, theirs in zip(stem.offers.rules, other.offers.rules, strict=True)]
    world.offers.left[same] = stem.offers.left[same]
    if stem.t <= 0:  # nothing is due before D1, where plans of other stock part
        world.agenda = Agenda.load(replace(other.agenda.snapshot(), now=stem.agenda.now))
    return world


def _made_alike(base: Loaded, other: Loaded) -> bool:
    """Whether two plans differ by nothing but fields that `_budgets_differ` and the others below look into.

    Of a lever of another package nobody has read what it makes of phases and stock: beside one they have to be equal.
    """
    ours, theirs = base.scenario, other.scenario
    own = all(_is_dacus(lever) for _, lever in levers_of(ours))
    looked_into = {"channels", "promotions"} | ({"calendar", "skus"} if own else set())
    return (
        repr(base.behaviour) == repr(other.behaviour)
        and _apart(ours, theirs) <= NOT_LIVED | looked_into
        and repr(ours.creators) == repr(theirs.creators)  # those of a group inherit what they do not say themselves
        and _apart(ours.calendar, theirs.calendar) <= {"phases"}  # which budgets and offers are made of
        and _levers_alike(ours, theirs)
        and list(ours.skus) == list(theirs.skus)
        and all(_apart(ours.skus[name], theirs.skus[name]) <= STOCK for name in ours.skus)
    )


def _levers_alike(ours: Scenario, theirs: Scenario) -> bool:
    """Whether budget lines and promotions are the same, in the same order, but for what they only state.

    A lever of another package has to be equal.
    """
    for family in ("channels", "promotions"):
        mine, other = getattr(ours, family), getattr(theirs, family)
        if list(mine) != list(other):
            return False
        for name, lever in mine.items():
            stated = lever.stated() if _is_dacus(lever) else frozenset()
            if type(lever) is not type(other[name]) or not _apart(lever, other[name]) <= stated:
                return False
    return True


def _is_dacus(lever: Lever) -> bool:
    return type(lever).__module__.startswith("dacu.")


def _apart(ours: Block, theirs: Block) -> frozenset[str]:
    """Names of the fields in which two blocks of a kind differ; the order of named things counts, rows follow it."""
    return frozenset(
        name for name in type(ours).model_fields if repr(getattr(ours, name)) != repr(getattr(theirs, name))
    )


def _rows_alike(ours: World, theirs: World) -> bool:
    """Whether offers stand in the same rows and are of the same kinds: people hold them as bits."""

    def kinds(world: World) -> list[tuple[object, ...]]:
        rules = zip(world.setting.offer_lever, world.offers.rules, strict=True)
        return [(lever, rule.kind, rule.needs_claim, rule.deposit is None) for lever, rule in rules]

    return kinds(ours) == kinds(theirs)


def _budgets_differ(ours: World, theirs: World) -> Iterator[int]:
    """First hours of the days on which lines first have other money."""
    for lever, by_day in ours.setting.budgets.items():
        days = np.flatnonzero(by_day != theirs.setting.budgets[lever])
        yield from (HOURS_A_DAY * days[:1]).tolist()


def _offers_differ(ours: World, theirs: World) -> Iterator[float]:
    """Hours in which people first hear of an offer that is another one, of either of the two."""
    for pair in zip(ours.offers.rules, theirs.offers.rules, strict=True):
        if pair[0] != pair[1]:
            yield from (_first_heard_of(offer) for offer in pair)


def _first_heard_of(offer: Offer) -> float:
    return min((floor(min(window.start, window.announce)) for window in offer.windows), default=inf)


def _stock_differs(base: Loaded, other: Loaded) -> Iterator[int]:
    """D1, if any: the warm-up sells from a full shelf."""
    ours, theirs = base.scenario.skus, other.scenario.skus
    if any(_apart(ours[name], theirs[name]) for name in ours):
        yield 0
