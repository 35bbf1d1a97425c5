"""Binaries keep segments in order only where a plan would fill them otherwise."""

import numpy as np
import pytest
from given import cells_of, limit, money

from dacu.plan import program
from dacu.plan.curves import Hill, Points
from dacu.plan.optimum import optimum
from dacu.plan.prices import prices
from dacu.plan.problem import Amount, Problem, Room
from dacu.plan.question import Objective
from dacu.plan.settle import around

SALES = Objective("sales", "销售", "sales", is_money=False)
COUNT = 12


def noisy_problem(floor, *, value=300.0):
    """Concave sales under a budget; orders a cell on a line of six noisy points, at least `value` of them."""
    rng, cells = np.random.default_rng(4), cells_of(COUNT)
    sales = {cell: Hill(rng.uniform(50, 150), rng.uniform(20, 200), 1.0) for cell in cells}
    spends = np.linspace(0.0, 500.0, 6)
    orders = {
        cell: Points(tuple(spends.tolist()), tuple((spends * rng.uniform(0.2, 0.8) + rng.normal(0, 2, 6)).tolist()))
        for cell in cells
    }
    everywhere = dict.fromkeys(cells, 1.0)
    limits = [limit("budget", "at_most", 900.0, money(cells))]
    if floor:
        limits.append(limit("orders", "at_least", value, Amount(response={"orders": everywhere})))
    curves = {"sales": sales, "orders": orders}
    aim = Amount(response={"sales": everywhere})
    return Problem(dict.fromkeys(cells, Room(0.0, 500.0)), curves, aim, tuple(limits))


def binaries(monkeypatch, problem):
    """The solution, and how many yes or no the programmes on the way had."""
    added = []
    monkeypatch.setattr(
        program._Model, "binary", lambda model, name, was=program._Model.binary: added.append(name) or was(model, name)
    )
    return program.solve(problem), len(added)


@pytest.mark.parametrize("floor", [False, True])
def test_noise_in_what_only_limits_ask_for_makes_no_choice_of_it(monkeypatch, floor):
    problem = noisy_problem(floor)
    found, count = binaries(monkeypatch, problem)
    assert count == 0
    assert not found.whole


def test_a_plan_that_its_prices_prove_is_no_local_matter():
    problem = noisy_problem(floor=True, value=510.0)
    claim = optimum(problem).claim
    assert claim.prices["orders"][0] > 0
    assert around(problem, claim) is problem
    assert not any(price.local for price in prices(problem, claim, SALES))


def test_what_nobody_asks_for_is_not_in_the_programme():
    problem = noisy_problem(floor=False)
    assert problem.is_concave
    assert set(problem.asked.values()) == {("sales",)}


def test_a_limit_is_not_met_out_of_order(monkeypatch):
    """Orders come from the second half of the money alone, a fifth each: for one of them 55 must be spent, not 5."""
    (cell,) = cells_of(1)
    curves = {
        "sales": {cell: Points((0.0, 100.0), (0.0, 10.0))},
        "orders": {cell: Points((0.0, 50.0, 100.0), (0.0, 0.0, 10.0))},
    }
    asked = limit("orders", "at_least", 1.0, Amount(response={"orders": {cell: 1.0}}))
    aim = Amount({cell: -0.2}, {"sales": {cell: 1.0}})
    found, count = binaries(monkeypatch, Problem({cell: Room(0.0, 100.0)}, curves, aim, (asked,)))
    assert found.money[cell] == pytest.approx(55.0)
    assert count >= 1
