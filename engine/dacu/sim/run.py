"""One run: a scenario, a seed and a replication in, its figures out. No file is opened and nothing is printed."""

from __future__ import annotations

from collections.abc import Callable

from dacu.people.population import Seed
from dacu.people.users import Born
from dacu.results import Replication
from dacu.scenario.load import Loaded
from dacu.sim.heap import keep_freed
from dacu.sim.measure import measure
from dacu.sim.settle import settle
from dacu.sim.speed import about_to_live
from dacu.sim.stage import build
from dacu.sim.steps import follow, live_hour
from dacu.sim.world import World

FOLLOW_UP = 24 * 180  # hours after the end in which even a slow warehouse is emptied


def run(
    loaded: Loaded, seed: int, replication: int, agents: int | None = None, born: Born | None = None,
    guarded: bool = False,
) -> Replication:  # fmt: skip
    """Simulate one replication. `born` shares people between runs of equal people and seed."""
    world = build(loaded, Seed(seed, replication), agents, born)
    live_until(world, world.setting.calendar.end_hour, guarded=guarded)
    return finish(world)


def live_until(world: World, hour: int, guarded: bool = False, each: Callable[[World], None] | None = None) -> None:
    """Live on to an hour."""
    about_to_live(len(world.users), hour - world.t)
    keep_freed(len(world.users))
    while world.t < hour:
        live_hour(world, guarded)
        if each is not None:
            each(world)


def follow_to_the_end(world: World) -> None:
    """Nobody shops any more, but every parcel is followed until it can no longer come back."""
    last = world.t + FOLLOW_UP
    while world.parcels.open and world.t < last:
        follow(world)
        world.t += 1


def finish(world: World) -> Replication:
    """Settle contracts, assert the identities, and measure. Raises Fault where money or stock does not add up."""
    follow_to_the_end(world)
    settle(world)
    return measure(world)
