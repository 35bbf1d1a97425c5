"""V10: Erlang's C against a queue lived through customer by customer. Little's law: see README.md."""

from __future__ import annotations

import heapq
from math import log

import numpy as np
import pytest

from dacu.draws import key, uniform
from dacu.shop.service import erlang_c

STREAM = 9001  # of no step: only this test draws from it
CUSTOMERS, BATCHES = 40_000, 20


def waits(servers: int, load: float) -> np.ndarray:
    """Waits of M/M/c customers in units of the mean handling time, in the order of their arrival."""
    draws = (uniform(key(7, 0, STREAM, ordinal), np.arange(CUSTOMERS)) for ordinal in range(2))
    gaps, handling = (-np.log(draw) for draw in draws)
    free = [0.0] * servers
    arrivals, found = np.cumsum(gaps / load), np.empty(CUSTOMERS)
    for customer in range(CUSTOMERS):
        begins = max(arrivals[customer], free[0])
        found[customer] = begins - arrivals[customer]
        heapq.heapreplace(free, begins + handling[customer])
    return found


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (4, 3.2), (8, 6.0)])
def test_v10_customers_wait_as_erlang_says(servers, load):
    """Chance of a wait C, mean wait C/(s − load) (Erlang 1917): within four standard errors of twenty batch means."""
    lived = waits(servers, load).reshape(BATCHES, -1)
    chance = erlang_c(servers, load)
    for sample, exact in (((lived > 0).mean(axis=1), chance), (lived.mean(axis=1), chance / (servers - load))):
        error = sample.std(ddof=1) / BATCHES**0.5
        assert error < 0.1 * exact
        assert abs(sample.mean() - exact) < 4 * error


def test_v10_long_waits_are_exponential():
    """Those who wait, wait longer than x with chance e^(−(s − load)·x): their median is ln 2/(s − load), within 10%."""
    servers, load = 4, 3.2
    lived = waits(servers, load)
    assert np.median(lived[lived > 0]) == pytest.approx(log(2) / (servers - load), rel=0.1)
