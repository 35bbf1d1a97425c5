"""The contract of a lever, as checks on one example: ours and an outsider's alike (docs/howto/new_lever.md).

Each check raises AssertionError. All run on a shop of 2,000 agents over two days without warm-up, so that a lever
which is off has left no trace. `check_all` runs what applies to the example.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from dacu.kpis import compute
from dacu.language.block import Block
from dacu.language.schema import labels
from dacu.ledger import Account
from dacu.levers.base import Registration, kinds
from dacu.levers.paid import Paid
from dacu.people.population import Seed
from dacu.people.users import Flag
from dacu.scenario.load import load
from dacu.sim.measure import measure
from dacu.sim.run import live_until
from dacu.sim.settle import settle
from dacu.sim.stage import build
from dacu.sim.tally import Measure
from dacu.sim.world import World

SHOP = """
dacu: 1
calendar: {start: 2026-09-07, days: 2, warmup: 0d}
people: {size: 1万, agents: 2000, customers: 20%, audiences: {members: {member: yes}}}
skus:
  mask: {role: traffic, list: 69, cost: 19}
  toner: {list: 139, cost: 33, complement: mask}
  cream: {role: image, list: 269, cost: 60}
"""
STATE = (
    "awareness", "consideration", "trust", "satisfaction", "fatigue", "ref_price", "stocked_until", "last_order",
    "orders", "spend_30d", "cart_sku", "cart_slot", "visited", "flags",
)  # fmt: skip
"""Columns that say how a person is; the others hold row numbers and bits of levers."""


@dataclass(frozen=True)
class Example:
    """The least scenario in which a lever does something.

    path: where it stands, such as `channels.feed_ads`. blocks: what extends the shop above, the lever included. off:
    settings that switch it off or make it neutral, one tuple a way; each must leave the shop as if it were not there.
    more: settings that give it more money, for lines that are paid.
    """

    path: str
    blocks: str
    off: tuple[tuple[str, ...], ...]
    more: tuple[str, ...] = ()


def kind_of(example: Example) -> Registration:
    """The registered kind of the example's lever."""
    lever = _on(example).setting.levers[_row(_on(example), example)].lever
    return next(kind for kind in kinds().values() if kind.block is type(lever))


def check_all(example: Example) -> None:
    """The whole contract."""
    check_labels(kind_of(example).block)
    check_off_changes_nothing(example)
    check_untouched_people_keep_their_draws(example)
    check_it_moves_a_printed_figure(example)
    if issubclass(kind_of(example).block, Paid):
        check_spend_stays_within_budget(example)
        check_more_money_reaches_no_fewer(example)


def check_labels(block: type[Block]) -> None:
    """Every field is labelled in Chinese and English; a bare number says its unit, or explains itself."""
    for path, label in labels(block).items():
        assert label.zh, f"{path} has no Chinese label"
        assert label.en, f"{path} has no English label"
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in label.en), f"{path}: English label in Chinese"
    for name, field in block.model_fields.items():
        if field.annotation in (int, float):
            assert labels(block)[name].unit, f"{name} is a number without a unit"


def check_off_changes_nothing(example: Example) -> None:
    """Off or neutral, the shop lives through exactly what it would without the lever."""
    without = _lived(example, (f"{example.path}=null",))
    for settings in example.off:
        assert _figures(_lived(example, settings)) == _figures(without), f"{settings} still changes figures"


def check_untouched_people_keep_their_draws(example: Example) -> None:
    """People whom the lever never met end the run in the same state, bit by bit, with and without it."""
    with_it, without = _on(example), _lived(example, example.off[0])
    untouched = ~_touched(with_it, example)
    if example.path.startswith("risks."):  # it keeps things away from people as well
        untouched &= ~_touched(without, example)
    assert untouched.any(), "the example touches everybody"
    for name in STATE:
        one, other = (np.atleast_2d(getattr(world.users, name))[:, untouched] for world in (with_it, without))
        assert (one == other).all(), f"{name} of people it never touched"


def check_it_moves_a_printed_figure(example: Example) -> None:
    """Switched off, some KPI is another."""
    assert _figures(_on(example)) != _figures(_lived(example, example.off[0]))


def check_spend_stays_within_budget(example: Example) -> None:
    """Spend of each day is at most its budget, to the fen, in the line's own books and in the ledger."""
    for settings in ((), example.more):
        world = _lived(example, settings)
        row = _row(world, example)
        budget = world.setting.budgets[row]
        entries = world.ledger.entries
        mine = (entries["account"] == Account.MEDIA) & (entries["lever"] == row)
        for day, limit in enumerate(budget.tolist()):
            spent = int(entries["fen"][mine & (entries["hour"] // 24 == day)].sum())
            assert 0 <= spent <= limit, f"{spent} fen of {limit} on D{day + 1}"
            assert spent == world.spent[row, day]


def check_more_money_reaches_no_fewer(example: Example) -> None:
    """A larger budget shows no fewer views and reaches no fewer people."""
    less, more = _on(example), _lived(example, example.more)
    row = _row(less, example)
    views = [int(world.tally.count[Measure.VIEWS, :, row].sum()) for world in (less, more)]
    assert 0 < views[0] <= views[1]
    bit = np.uint32(1 << less.setting.levers[row].reach_bit)
    assert (less.users.reached & bit != 0).sum() <= (more.users.reached & bit != 0).sum()


@cache
def _lived(example: Example, settings: tuple[str, ...]) -> World:
    texts = {"shop.yaml": SHOP, "plan.yaml": f"dacu: 1\nextends: shop.yaml\n{example.blocks}"}
    loaded = load("plan.yaml", settings, lambda path: (path, texts[path]))
    world = build(loaded, Seed(1, 0))
    live_until(world, world.setting.calendar.end_hour)
    settle(world)
    return world


def _on(example: Example) -> World:
    return _lived(example, ())


def _row(world: World, example: Example) -> int:
    return world.setting.by_path[example.path]


def _figures(world: World) -> dict[str, float | None]:
    """Every KPI, realised and expected."""
    run = measure(world)
    both = {"realised": compute(run.realised), "expected": compute(run.expected)}
    return {f"{kpi}, {way}": value for way, figures in both.items() for kpi, value in figures.items()}


def _touched(world: World, example: Example) -> np.ndarray:
    """Whom a lever met: by a view, a click or an entry; by a price or a membership, whoever came to the shop.

    A risk may meet whoever anything of the shop met.
    """
    users, row = world.users, _row(world, example)
    if example.path.startswith("risks."):
        return (users.reached != 0) | (users.visited >= 0) | (users.flags & Flag.MEMBER != 0)
    met = users.reached & np.uint32(1 << world.setting.levers[row].reach_bit) != 0
    met |= users.touch_lever == row
    if row in world.setting.offer_lever or world.setting.has_members:
        met |= users.visited >= 0
        met |= users.flags & Flag.MEMBER != 0
    return met
