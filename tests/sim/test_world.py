"""A world is its own snapshot: a copy goes on to the same end, and shares nothing that moves."""

import numpy as np
import pytest

from dacu.people.population import Seed
from dacu.sim.run import live_until
from dacu.sim.runs import People


@pytest.mark.parametrize("hour", [-5, 21, 44])
def test_a_fork_ends_as_the_straight_run_does(shop, everything, bits, hour):
    original = shop.world(everything, until=hour)
    fork = original.copy()
    live_until(fork, 48)
    after_fork = bits(original)
    live_until(original, 48)
    assert bits(original) == bits(fork)
    assert after_fork != bits(original)  # the fork's life left the original where it was


def test_a_copy_leaves_the_original_alone(shop, everything, bits):
    original = shop.world(everything, until=21)
    before = bits(original)
    live_until(original.copy(), 30)
    assert bits(original) == before


def test_a_levers_arrays_are_copied_too(shop):
    world = shop.world("channels: {feed_ads: {daily_budget: 100}}", until=-24)
    world.state[0]["sent"] = np.zeros(3)
    world.copy().state[0]["sent"][0] = 7
    assert world.state[0]["sent"][0] == 0


def test_people_are_shared_by_runs_of_equal_people(shop):
    crowd = People()
    plain, spending = shop.loaded(), shop.loaded("channels: {feed_ads: {daily_budget: 100}}")
    other = shop.loaded("", "people.customers=30%")
    born = crowd.of(plain, Seed(1, 0), None)
    assert crowd.of(spending, Seed(1, 0), None) is born
    assert crowd.of(other, Seed(1, 0), None) is not born
    assert crowd.of(plain, Seed(1, 1), None) is not born
