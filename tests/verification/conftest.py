"""Weeks of the ordinary shop, each setting lived through once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.run import live_until
from dacu.sim.stage import build
from dacu.sim.world import World

AGENTS = 5000
SEED = 23

Lived = Callable[..., World]


@pytest.fixture(scope="session")
def lived() -> Lived:
    """A fortnight of baseline_shop after a week of warm-up, with settings: 5,000 agents, always the same draws."""

    @cache
    def of(*sets: str) -> World:
        loaded = load("scenarios/baseline_shop.yaml", ["calendar.days=14", "calendar.warmup=7d", *sets])
        world = build(loaded, Seed(SEED, 0), AGENTS)
        live_until(world, world.setting.calendar.end_hour)
        return world

    return of
