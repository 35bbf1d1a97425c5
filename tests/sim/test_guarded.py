"""Every step of the hour writes what it declares, and nothing else, on every shipped scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.run import finish, live_until
from dacu.sim.stage import build

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_lives_through_its_busiest_days_guarded(path: Path) -> None:
    """All other columns are read-only in each step; the identities of money and stock hold at the end."""
    loaded = load(str(path), ["calendar.warmup=1d"])
    world = build(loaded, Seed(5, 0), agents=400)
    live_until(world, world.setting.calendar.end_hour, guarded=True)
    assert finish(world).realised["orders"] > 0
