"""S-shaped curves: the optimum against a fine dynamic programme and SLSQP from many starts. All 200: make proofs."""

import numpy as np
import pytest
from given import best_of_starts, dynamic, hill_problem, seeds_of, slsqp

from dacu.plan.optimum import ENOUGH, optimum

LOSS = 1e-4
STEPS, STARTS = 2000, 200


@pytest.mark.parametrize("channels", [6, 12])
@pytest.mark.parametrize("seed", seeds_of(6, full=100))
def test_no_other_search_finds_a_better_plan(seed, channels):
    problem = hill_problem(seed, channels)
    found = optimum(problem, second=False)
    on_grid, shares = dynamic(problem, STEPS)
    others = max(on_grid, slsqp(problem, shares), best_of_starts(problem, STARTS, seed))
    assert found.claim.objective >= others * (1 - LOSS)
    assert found.gap <= ENOUGH
    assert found.claim.bound >= others - 1e-9 * others


def test_one_start_from_an_equal_split_stays_on_a_local_hill():
    losses = []
    for seed in range(6):
        problem = hill_problem(seed, 6)
        losses.append(1 - slsqp(problem, np.full(6, 1 / 6)) / optimum(problem, second=False).claim.objective)
    assert max(losses) > 0.05
