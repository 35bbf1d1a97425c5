"""One problem in other units, another order, under other names, with more money or tighter limits."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from given import cells_of, counted, hill_problem, limit, money, problem_of

from dacu.plan.curves import Curve, Hill, Logistic, Points, Power, Sum
from dacu.plan.optimum import optimum
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room

NAMES = ["千川", "小红书 种草", "live - room", "KOL—头部", "feed_ads", "搜索/品专"]


def mixed(seed: int) -> Problem:
    """Every family of curves; a share, the money of a group, a floor of ROI; one cell nothing or at least something."""
    rng = np.random.default_rng([seed, 5])
    cells = cells_of(6)
    curves: list[Curve] = [
        Hill(rng.uniform(50, 150), rng.uniform(20, 200), rng.uniform(0.5, 1)),
        Hill(rng.uniform(50, 150), rng.uniform(20, 200), rng.uniform(1.5, 4)),
        Power(rng.uniform(1, 9), rng.uniform(0.3, 0.8)),
        Logistic(rng.uniform(50, 150), rng.uniform(0.005, 0.05)),
        Sum(((0.4, Logistic(90.0, 0.02)), (0.6, Hill(80.0, rng.uniform(20, 200), 0.9)))),
        Points((0.0, 50.0, 150.0, 400.0), (0.0, *np.cumsum(np.sort(rng.uniform(1, 60, 3))[::-1]).tolist())),
    ]
    rooms = [Room(0.0, 400.0), Room(30.0, 400.0, or_zero=True), *(Room(0.0, 400.0) for _ in cells[2:])]
    limits = [
        limit("share", "at_most", rng.uniform(0.2, 0.5), money(cells[2:4]), money(cells)),
        limit("group", "at_least", rng.uniform(30, 60), money(cells[4:])),
        limit("roi", "at_least", 0.3, Amount(response={"sales": dict.fromkeys(cells, 1.0)}), money(cells)),
        limit("choose", "at_most", 1.0, counted(cells[1:2])),
    ]
    return problem_of(curves, rng.uniform(200, 400), rooms=rooms, limits=limits)


def in_units(curve: Curve, spend: float, response: float) -> Curve:
    """The curve with money and response so many times as large."""
    match curve:
        case Hill(top, half, exponent):
            return Hill(top * response, half * spend, exponent)
        case Logistic(top, rate):
            return Logistic(top * response, rate / spend)
        case Power(scale, exponent):
            return Power(scale * response / spend**exponent, exponent)
        case Points(spends, values):
            return Points(tuple(x * spend for x in spends), tuple(v * response for v in values))
        case Sum(terms):
            return Sum(tuple((factor, in_units(own, spend, response)) for factor, own in terms))
    raise TypeError(curve)


def converted(problem: Problem, spend: float, response: float) -> Problem:
    """The problem in other units of money and of response."""
    times = {"budget": spend, "group": spend, "roi": response / spend}
    rooms = {c: Room(r.least * spend, r.most * spend, r.or_zero) for c, r in problem.rooms.items()}
    sales = {c: in_units(curve, spend, response) for c, curve in problem.curves["sales"].items()}
    limits = tuple(replace(x, value=x.value * times.get(x.id, 1.0)) for x in problem.limits)
    return Problem(rooms, {"sales": sales}, problem.objective, limits)


def renamed(problem: Problem, names: dict[Cell, Cell]) -> Problem:
    """The problem with other cells, in the order of `names`."""

    def amount(x: Amount) -> Amount:
        rows = ({names[c]: f for c, f in row.items()} for row in (x.money, x.response.get("sales", {}), x.chosen))
        spends, sales, chosen = rows
        return Amount(spends, {"sales": sales} if sales else {}, chosen, x.base)

    def demand(x: Limit) -> Limit:
        return replace(x, amounts=tuple(map(amount, x.amounts)), of=amount(x.of))

    curves = problem.curves["sales"]
    return Problem(
        {name: problem.rooms[c] for c, name in names.items()},
        {"sales": {name: curves[c] for c, name in names.items()}},
        amount(problem.objective), tuple(map(demand, reversed(problem.limits))),
    )  # fmt: skip


@pytest.mark.parametrize("spend", [1e-6, 1e-3, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("response", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("seed", range(2))
def test_the_plan_is_the_same_in_all_units(seed, spend, response):
    problem = mixed(seed)
    plain, other = optimum(problem, second=False), optimum(converted(problem, spend, response), second=False)
    assert other.claim.objective / response == pytest.approx(plain.claim.objective, rel=1e-9)
    plan = [x / spend for x in other.claim.money.values()]
    assert plan == pytest.approx(list(plain.claim.money.values()), abs=1e-6 * problem.limits[0].value)
    # a price is objective per unit of what its limit adds up: money, but response for a floor of ROI
    for limit_ in problem.limits:
        times = 1.0 if limit_.id in {"roi", "choose"} else response / spend
        price = other.claim.prices[limit_.id][0] / times
        assert price == pytest.approx(plain.claim.prices[limit_.id][0], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_names_and_order_do_not_matter(seed):
    problem = mixed(seed)
    order = np.random.default_rng(seed).permutation(6)
    cells = list(problem.rooms)
    names = {cells[i]: Cell(NAMES[i], "预热 期") for i in order}
    plain, other = optimum(problem, second=False), optimum(renamed(problem, names), second=False)
    assert other.claim.objective == pytest.approx(plain.claim.objective, rel=1e-9)
    plan = [other.claim.money[names[cell]] for cell in cells]
    assert plan == pytest.approx([plain.claim.money[cell] for cell in cells], abs=1e-6 * problem.limits[0].value)


def with_value(problem: Problem, name: str, factor: float) -> Problem:
    """The problem with one limit so many times as high."""
    limits = tuple(replace(x, value=x.value * factor) if x.id == name else x for x in problem.limits)
    return replace(problem, limits=limits)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("problem_at", [mixed, lambda seed: hill_problem(seed, 6)])
def test_more_budget_never_hurts_on_curves_of_any_shape(problem_at, seed):
    problem = problem_at(seed)
    # the floor of ROI and the minimum of the group can be met at each of these
    reached = [
        optimum(with_value(problem, "budget", factor), second=False).claim.objective
        for factor in (0.7, 0.9, 1, 1.02, 1.5)
    ]
    assert all(more >= less * (1 - 1e-7) for less, more in pairwise(reached))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "tighter"), [("share", 0.7), ("group", 1.5), ("roi", 1.4), ("choose", 0.0)])
def test_tightening_never_helps(name, tighter, seed):
    problem = mixed(seed)
    loose = optimum(problem, second=False).claim.objective
    tight = optimum(with_value(problem, name, tighter), second=False).claim.objective
    assert tight <= loose * (1 + 1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_the_price_of_the_budget_is_its_central_difference(seed):
    problem = mixed(seed)
    found, step = optimum(problem, second=False).claim, 1e-4
    more, less = (
        optimum(with_value(problem, "budget", 1 + sign * step), second=False).claim.objective for sign in (1, -1)
    )
    assert found.prices["budget"][0] * problem.limits[0].value == pytest.approx((more - less) / (2 * step), rel=1e-6)
