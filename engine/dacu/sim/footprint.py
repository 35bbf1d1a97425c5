"""What a run takes of memory, told by arithmetic before anything is allocated, and how many agents fit.

The scenario is set up with one agent: its columns are those that it declares, the optional ones it uses among them.
What cannot be read off is measured: a process with its libraries, the compiler, and the arrays of an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

from dacu.people.population import Seed
from dacu.people.users import OPTIONAL
from dacu.scenario.load import Loaded
from dacu.sim.speed import may_compile
from dacu.sim.stage import build
from dacu.sim.world import World

PROCESS = 200_000_000
"""Bytes of a process that has run a small plan and made its tables."""
COMPILER = 200_000_000
"""Bytes more of a process that compiles its formulas."""
AN_HOUR = 80
"""Bytes an agent of arrays that an hour makes and drops, and of order lines (measured: docs/benchmarks.md)."""


class Columns(NamedTuple):
    """Bytes an agent of a scenario's columns by name, and bytes of what does not grow with agents."""

    born: dict[str, float]
    moving: dict[str, float]
    optional: dict[str, float]
    fixed: int

    @property
    def an_agent(self) -> float:
        """Bytes of all columns of an agent."""
        return sum(map(sum, (self.born.values(), self.moving.values(), self.optional.values())))


def columns_of(world: World) -> Columns:
    """The columns of a world, and the tables that grow with hours and lines alone."""
    born = {field.name for field in fields(world.users.born)}
    found = Columns({}, {}, {}, sum(table.nbytes for table in vars(world.tally).values() if hasattr(table, "nbytes")))
    for name, width in world.users.bytes_per_agent().items():
        kind = found.born if name in born else found.optional if name in OPTIONAL else found.moving
        kind[name] = width
    beside = (
        ("views today of capped lines", world.seen_today), ("ends of held coupons", world.coupon_until),
        ("coupons left", world.coupons_left),
    )  # fmt: skip
    for name, by_row in beside:
        found.optional[name] = sum(column.nbytes for column in by_row.values()) / len(world.users)
    return found


class Footprint(NamedTuple):
    """Bytes of one process that lives these plans one after another: those it has anyway, and those of an agent."""

    process: int
    an_agent: float

    def of(self, agents: int) -> int:
        """Bytes of a process with so many agents."""
        return self.process + round(self.an_agent * agents)

    def agents_in(self, room: float) -> int:
        """Agents of a process that fits into so many bytes, 0 if none does."""
        return max(0, int((room - self.process) / self.an_agent))


def footprint(plans: Sequence[Loaded], held: int = 0) -> Footprint:
    """Of the largest of these plans; a process that forks runs has `held` snapshots beside the one it lives.

    Raises InputError for what only shows when every lever has spoken.
    """
    found = [columns_of(build(plan, Seed(1, 0), agents=1)) for plan in plans]
    process = PROCESS + (COMPILER if may_compile() else 0)
    return Footprint(
        process + max((1 + held) * one.fixed for one in found),
        AN_HOUR + max((1 + held) * one.an_agent for one in found),
    )
