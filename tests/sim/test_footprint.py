"""Memory told beforehand: what an agent takes in each shipped scenario, and what is there only where it is used."""

from __future__ import annotations

import pytest

from dacu import store
from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.footprint import columns_of, footprint
from dacu.sim.run import live_until
from dacu.sim.stage import build

BORN_AND_MOVING, OPTIONAL = 95, 31
"""Bytes an agent at six channels of fatigue."""


@pytest.mark.parametrize("reference", store.shipped_scenarios())
def test_an_agent_of_a_shipped_scenario_is_small(reference):
    columns = columns_of(build(load(reference), Seed(1, 0), agents=300))
    assert sum(columns.born.values()) + sum(columns.moving.values()) <= BORN_AND_MOVING
    assert sum(columns.optional.values()) <= OPTIONAL


@pytest.mark.parametrize(
    ("blocks", "columns"),
    [
        ("promotions: {coupon: {face: 10, over: 100, quantity: 1000}}", {"ends of held coupons", "coupons left"}),
        ("channels: {feed_ads: {daily_budget: 200}}", {"views today of capped lines"}),
        ("members: {on: yes}", {"level", "points", "spend_year"}),
        ("shop: {abuse_guard: 50%}", {"refused"}),
    ],
)
def test_a_column_is_there_where_it_is_used(shop, blocks, columns):
    plain, with_them = (columns_of(shop.world(own, until=-24)).optional for own in ("", blocks))
    assert columns <= {name for name, width in plain.items() if not width}
    assert {name for name, width in with_them.items() if width and not plain[name]} == columns


def test_columns_of_one_agent_tell_those_of_many_for_the_whole_run(shop, everything):
    one = columns_of(build(shop.loaded(everything), Seed(1, 0), agents=1))
    world = build(shop.loaded(everything), Seed(1, 0))
    assert columns_of(world) == one
    live_until(world, world.setting.calendar.end_hour)
    assert columns_of(world) == one


def test_what_fits_is_what_is_needed_turned_round(shop):
    found = footprint([shop.loaded()])
    for agents in (1_000, 123_456, 10_000_000):
        assert found.agents_in(found.of(agents)) == pytest.approx(agents, abs=1)
    assert found.agents_in(found.process - 1) == 0


def test_snapshots_take_their_columns_again(shop):
    alone, three = (footprint([shop.loaded()], held=held) for held in (0, 2))
    columns = columns_of(build(shop.loaded(), Seed(1, 0), agents=1))
    assert three.an_agent - alone.an_agent == pytest.approx(2 * columns.an_agent)
    assert three.process - alone.process == 2 * columns.fixed


def test_of_several_plans_the_largest_counts(shop):
    plain, larger = shop.loaded(), shop.loaded("promotions: {coupon: {face: 10, over: 100, quantity: 1000}}")
    assert footprint([plain, larger]).an_agent == footprint([larger]).an_agent > footprint([plain]).an_agent


def test_a_compiler_is_counted_where_one_may_be_used(shop, monkeypatch):
    from dacu.sim import footprint as room

    sizes = {}
    for may in (False, True):
        monkeypatch.setattr(room, "may_compile", lambda may=may: may)
        sizes[may] = footprint([shop.loaded()]).process
    assert sizes[True] - sizes[False] == room.COMPILER
