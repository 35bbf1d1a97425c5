"""Every family of limits binds somewhere, with a price that equals a finite difference."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.errors import AnswerIsNo, Fault
from dacu.plan import prices as pricing
from dacu.plan import program
from dacu.plan import settle as settling
from dacu.plan.curves import Hill, Points, Power
from dacu.plan.limits import limits_of
from dacu.plan.optimum import optimum
from dacu.plan.problem import Amount, Cell, Room
from dacu.plan.question import DailyCap, Group, Objective, Question, Range, evenly
from dacu.plan.region import local_problem

GMV = Objective("gmv", "GMV", "GMV")


def solve(curves, limits):
    return program.solve(local_problem(curves, tuple(limits)))


def prices(curves, limits, solution, objective):
    return pricing.prices(local_problem(curves, tuple(limits)), solution, objective)


ORDERS = Objective("orders", "订单", "orders", is_money=False)
CELLS = [Cell(line, phase) for line in ("channels.a", "channels.b", "kols.c") for phase in ("warm", "burst")]
HEIGHTS = [30.0, 45.0, 20.0, 25.0, 8.0, 12.0]
MILLION = 100_000_000


def curves():
    spends = np.array([0.0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100]) * MILLION / 100
    return {cell: Points(tuple(spends), tuple(h * np.sqrt(spends))) for cell, h in zip(CELLS, HEIGHTS, strict=True)}


def question(**demands):
    return Question(
        current=dict.fromkeys(CELLS, 20_000_000),
        budget=120_500_000,
        objective=demands.pop("objective", GMV),
        days={"warm": evenly(0, 10), "burst": evenly(10, 2)},
        names={"channels.a": ("千川直播", "Feed ads")},
        **demands,
    )


FAMILIES = {
    "optimise.budget": {},
    "optimise.channels.a.burst.max": {"cells": {CELLS[1]: Range(most=31_000_000)}},
    "optimise.kols.c.warm.min": {"cells": {CELLS[4]: Range(least=7_000_000)}},
    "optimise.channels.a.max": {"lines": {"channels.a": Range(most=60_500_000)}},
    "optimise.kols.c.min": {"lines": {"kols.c": Range(least=30_300_000)}},
    "optimise.phases.burst.max": {"phases": {"burst": Range(most=50_700_000)}},
    "optimise.phases.warm.min": {"phases": {"warm": Range(least=70_900_000)}},
    "optimise.groups.brand.share.min": {"groups": {"brand": Group(("kols.c",), least=0.23)}},
    "optimise.groups.perf.share.max": {"groups": {"perf": Group(("channels.a",), most=0.57)}},
    "optimise.daily_cap_multiple": {"daily_cap": DailyCap(5.3, 5_000_000)},
}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_binding_limit_has_the_price_of_a_finite_difference(name):
    problem = question(**FAMILIES[name])
    limits = limits_of(problem)
    solution = solve(curves(), limits)
    price = next(p for p in prices(curves(), limits, solution, GMV) if p.limit.id == name)
    assert price.binding
    assert price.price > 0

    looser = -1 if price.limit.side == "at_least" else 1
    step = looser * 1e-4 * price.limit.value
    ends = [
        solve(curves(), [replace(x, value=x.value + s) if x.id == name else x for x in limits]).objective
        for s in (step, -step)
    ]
    shown_unit = {"fen": 100, "share": 0.01, "multiple": 1}[price.limit.unit]
    assert price.price == pytest.approx((ends[0] - ends[1]) / (2 * abs(step)) * shown_unit, rel=2e-3)
    assert price.low == pytest.approx(price.price, rel=1e-2)
    assert price.high == pytest.approx(price.price, rel=1e-2)


def test_a_limit_with_room_costs_nothing():
    problem = question(lines={"channels.a": Range(most=110_000_000)})
    limits = limits_of(problem)
    price = prices(curves(), limits, solve(curves(), limits), GMV)[1]
    assert (price.binding, price.price) == (False, 0.0)
    assert price.sentence("en") == "maximum of Feed ads does not hold the plan back"


def test_at_a_kink_the_price_has_two_sides():
    a, b = CELLS[:2]
    bent = {a: Points((0.0, 1e6, 2e6), (0.0, 5e4, 7e4)), b: Points((0.0, 1e6), (0.0, 1e4))}
    problem = Question(current={a: 0, b: 0}, budget=1_000_000, objective=GMV)
    limits = limits_of(problem)
    (price,) = prices(bent, limits, solve(bent, limits), GMV)
    assert (price.low, price.high) == pytest.approx((2.0, 5.0))
    assert price.low - 1e-9 <= price.price <= price.high + 1e-9


def test_a_price_holds_up_to_the_next_kink():
    a, b = CELLS[:2]
    bent = {a: Points((0.0, 1e6, 2e6), (0.0, 5e4, 7e4)), b: Points((0.0, 1e6), (0.0, 1e4))}
    limits = limits_of(Question(current={a: 0, b: 0}, budget=1_015_000, objective=GMV))
    (price,) = prices(bent, limits, solve(bent, limits), GMV)
    # up it holds for the whole 5% that is looked at, down to the kink
    assert (price.valid_from, price.valid_to) == pytest.approx((1_000_000, 1_015_000 * 1.05))


def test_the_price_of_a_floor_holds_downwards_where_it_loosens():
    a, b = CELLS[:2]
    bent = {a: Points((0.0, 1e6, 2e6), (0.0, 2e4, 3e4)), b: Points((0.0, 2e6), (0.0, 1e5))}
    problem = Question(current={a: 0, b: 0}, budget=2_000_000, objective=GMV, cells={a: Range(least=985_000)})
    limits = limits_of(problem)
    price = prices(bent, limits, solve(bent, limits), GMV)[1]
    # a yuan of a returns 2 below its kink at 1,000,000 and 1 above; of b always 5
    assert price.price == pytest.approx(3.0)
    assert (price.valid_from, price.valid_to) == pytest.approx((985_000 * 0.95, 1_000_000))


def test_a_price_of_the_wrong_sign_never_reaches_a_reader():
    limits = limits_of(question())
    solution = solve(curves(), limits)
    wrong = replace(solution, prices={"optimise.budget": (-solution.prices["optimise.budget"][0],)})
    with pytest.raises(Fault) as raised:
        prices(curves(), limits, wrong, GMV)
    assert raised.value.findings[0].code == "plan_price_contradicted"


def test_a_price_on_a_limit_with_room_is_a_fault():
    limits = limits_of(question(lines={"channels.a": Range(most=110_000_000)}))
    solution = solve(curves(), limits)
    wrong = replace(solution, prices={**solution.prices, "optimise.channels.a.max": (1e-8,)})
    with pytest.raises(Fault):
        prices(curves(), limits, wrong, GMV)


def test_a_price_is_told_in_money_for_a_step_a_planner_would_take():
    a, b = CELLS[:2]
    straight = {cell: Points((0.0, 5e8), (0.0, 1.6e7)) for cell in (a, b)}  # 3.2 yuan a yuan
    limits = limits_of(Question(current={a: 0, b: 0}, budget=300_000_000, objective=GMV))
    (price,) = prices(straight, limits, solve(straight, limits), GMV)
    assert price.price == pytest.approx(3.2)
    assert (price.step, price.gain) == pytest.approx((1_000_000, 32_000))
    assert "3.2" in price.sentence("zh")
    assert price.sentence("zh").startswith("总预算再多")
    assert "32" in price.sentence("en")


def test_a_floor_is_told_as_less_and_a_count_without_a_currency():
    problem = question(objective=ORDERS, **FAMILIES["optimise.kols.c.min"])
    limits = limits_of(problem)
    price = prices(curves(), limits, solve(curves(), limits), ORDERS)[1]
    assert price.sentence("zh").startswith("kols.c 的下限降低")
    assert price.sentence("en").split(" would add about ")[0].endswith("less of minimum of kols.c")
    assert "¥" not in price.sentence("en").split("would add about")[1]


def test_a_share_is_told_by_the_percentage_point():
    problem = question(**FAMILIES["optimise.groups.perf.share.max"])
    limits = limits_of(problem)
    price = prices(curves(), limits, solve(curves(), limits), GMV)[1]
    assert price.unit == "percentage point"
    assert "再放宽 1 个百分点" in price.sentence("zh")


def test_an_exact_budget_that_is_too_large_has_a_price_below_zero():
    a, b = CELLS[:2]
    falling = {cell: Points((0.0, 1e8, 3e8), (0.0, 1e6, -1e6)) for cell in (a, b)}
    limits = limits_of(Question(current={a: 0, b: 0}, budget=400_000_000, objective=GMV, spend="exactly"))
    (price,) = prices(falling, limits, solve(falling, limits), GMV)
    assert price.price == pytest.approx(-1.0)
    assert "would cost about" in price.sentence("en")


def test_an_exact_budget_with_no_plan_beyond_says_so():
    a, b = CELLS[:2]
    rising = {cell: Points((0.0, 2e8), (0.0, 1e6)) for cell in (a, b)}
    limits = limits_of(Question(current={a: 0, b: 0}, budget=400_000_000, objective=GMV, spend="exactly"))
    (price,) = prices(rising, limits, solve(rising, limits), GMV)
    assert "no plan" in price.sentence("en")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=6, max_size=6),
    st.integers(20_000_000, 150_000_000),
    st.integers(1, 60_000_000),
    st.integers(0, 20_000_000),
    st.floats(0.05, 0.95),
    st.floats(0.5, 8),
)
def test_prices_and_resolved_plans_always_agree(slopes, budget, most, least, share, multiple):
    knots = (0.0, 1e7, 3e7, 6e7)
    rises = [np.cumsum([0, *sorted(s, reverse=True)]).astype(float) * 1e4 for s in slopes]
    bent = {cell: Points(knots, tuple(rise.tolist())) for cell, rise in zip(CELLS, rises, strict=True)}
    problem = replace(
        question(),
        budget=budget,
        lines={"channels.a": Range(most=most)},
        phases={"warm": Range(least=min(least, budget))},
        groups={"perf": Group(("channels.b",), least=share / 2, most=share)},
        daily_cap=DailyCap(multiple, 5_000_000),
    )
    limits = limits_of(problem)
    try:
        solution = solve(bent, limits)
    except AnswerIsNo:
        return
    for price in prices(bent, limits, solution, GMV):
        assert price.price >= 0
        assert price.sentence("zh")
        assert price.sentence("en")


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD:DeprecationWarning")
@pytest.mark.parametrize("side", ["at_most", "exactly"])
@pytest.mark.parametrize("solver", ["HiGHS", "CBC"])
def test_both_solvers_give_the_same_price_with_the_same_sign(curve_problem, row, solver, side):
    """Straight lines by hand: the next unit goes to b at 3; a unit less for the floor of c moves money from 1 to 3."""
    lines = {
        "a": Points((0.0, 40.0), (0.0, 200.0)),
        "b": Points((0.0, 90.0), (0.0, 270.0)),
        "c": Points((0.0, 50.0), (0.0, 50.0)),
    }
    floor = row("floor", "at_least", 20.0, ["c"])
    problem = curve_problem(lines, 100.0, floor, side=side)
    solution = program.solve(problem, solver=solver)
    assert {name: price for name, (price,) in solution.prices.items()} == pytest.approx({"budget": 3.0, "floor": 2.0})
    budget, least = pricing.prices(problem, solution, ORDERS)
    # CBC knows its optimum to 1e-8 or so of all the curves can return, a thousandth of the budget moved to 1e-4
    assert (budget.low, budget.price, budget.high) == pytest.approx((3.0, 3.0, 3.0), rel=1e-4)
    assert (least.low, least.price, least.high) == pytest.approx((2.0, 2.0, 2.0), rel=1e-3)


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD:DeprecationWarning")
@pytest.mark.parametrize("solver", ["HiGHS", "CBC"])
def test_an_exact_budget_that_hurts_has_one_negative_price_on_both_solvers(curve_problem, solver):
    falling = {name: Points((0.0, 10.0, 30.0), (0.0, 10.0, -10.0)) for name in "ab"}
    problem = curve_problem(falling, 40.0, side="exactly")
    solution = program.solve(problem, solver=solver)
    assert solution.prices["budget"] == pytest.approx((-1.0,))
    assert pricing.prices(problem, solution, ORDERS)[0].price == pytest.approx(-1.0)


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD:DeprecationWarning")
def test_the_price_of_a_smooth_problem_is_that_of_its_closed_form_on_both_solvers(curve_problem):
    roots = {name: Power(scale, 0.5) for name, scale in zip("abcd", (3.0, 1.0, 1.0, 3.0), strict=True)}
    problem = curve_problem(roots, 1200.0)
    for solver in ("HiGHS", "CBC"):
        (price,) = pricing.prices(problem, program.solve(problem, solver=solver), ORDERS)
        assert price.price == pytest.approx((20 / 1200) ** 0.5 / 2, rel=1e-10)
        # the price ∝ B^−½ changes by less than a tenth within 5% either way
        assert (price.valid_from, price.valid_to) == pytest.approx((1140.0, 1260.0))


def test_where_lines_were_chosen_the_price_says_so(curve_problem):
    s_curves = {name: Hill(top, 20.0, 2.5) for name, top in zip("abc", (90.0, 80.0, 20.0), strict=True)}
    problem = curve_problem(s_curves, 60.0)
    (price,) = pricing.prices(problem, optimum(problem, second=False).claim, ORDERS)
    assert price.local
    assert price.sentence("en").endswith("(at the chosen lines, creators and rooms)")
    assert price.sentence("zh").endswith("(在所选线路、达人与直播间不变时)")


def test_one_choice_more_is_worth_what_solving_again_finds(curve_problem, row):
    """Two of three lines of 20 each: a third takes the last 10 of the budget at 2; one less leaves 20 at 3 unspent."""
    lines = {name: Points((0.0, 20.0), (0.0, 20.0 * worth)) for name, worth in (("a", 5), ("b", 3), ("c", 2))}
    rooms = {name: Room(5.0, 20.0, or_zero=True) for name in lines}
    choose = row("choose", "at_most", 2.0, list(lines), unit="count", chosen=True)
    problem = curve_problem(lines, 50.0, choose, rooms=rooms)
    price = pricing.prices(problem, program.solve(problem), ORDERS)[1]
    assert (price.low, price.high) == pytest.approx((20.0, 60.0))  # 10 more at 2; 20 fewer at 3
    assert "loosening limit of choose by 1 would add about 20 of orders" in price.sentence("en")


def test_at_a_kink_the_sentence_tells_both_sides(curve_problem):
    bent = {"a": Points((0.0, 1e6, 2e6), (0.0, 5e4, 7e4))}
    problem = curve_problem(bent, 1e6, unit="fen")
    (price,) = pricing.prices(problem, program.solve(problem), GMV)
    assert (price.gain, price.loss) == pytest.approx((200.0, 500.0))
    assert (
        price.sentence("en")
        == "¥100 more of total budget would add about ¥200 of GMV; as much tightening would cost about ¥500"
    )
    assert price.sentence("zh") == "总预算再多 ¥100,GMV 约增加 ¥200;收紧同样多则约减少 ¥500"


def test_numbers_of_a_file_carry_no_currency(curve_problem):
    problem = curve_problem({"a": Points((0.0, 5e6), (0.0, 1.6e7))}, 3e6)
    (price,) = pricing.prices(problem, program.solve(problem), ORDERS)
    assert price.sentence("zh") == "总预算再多 10万,订单约增加 32万"
    assert price.validity("zh") == "总预算在 285万 至 315万 之间时大致如此"
    assert price.validity("en") == "this holds about while total budget is between 2.85M and 3.15M"
    small = curve_problem({"a": Points((0.0, 1.0), (0.0, 0.5))}, 0.02)
    assert (
        pricing.prices(small, program.solve(small), ORDERS)[0].sentence("en").startswith("0.001 more of total budget")
    )


def test_a_row_around_nothing_has_a_price_too(curve_problem, row):
    """b may not spend more than a: every two units of money go half and half; a unit of play moves one from 1 to 3."""
    lines = {"a": Points((0.0, 90.0), (0.0, 90.0)), "b": Points((0.0, 90.0), (0.0, 270.0))}
    pull = row("pull", "at_most", 0.0, ["b"])
    pull = replace(pull, amounts=(Amount({Cell("b"): 1.0, Cell("a"): -1.0}),))
    problem = curve_problem(lines, 80.0, pull)
    price = pricing.prices(problem, program.solve(problem), ORDERS)[1]
    assert (price.low, price.price, price.high) == pytest.approx((1.0, 1.0, 1.0))


def test_few_programmes_are_solved_again(curve_problem, monkeypatch):
    """Smooth curves need none; straight lines two close by, two far off and one for the sentence, a limit."""
    calls = []
    monkeypatch.setattr(settling, "solve", lambda *given, **more: calls.append(1) or program.solve(*given, **more))
    smooth = curve_problem({name: Hill(50.0, half, 1.0) for name, half in zip("abc", (5, 9, 20), strict=True)}, 30.0)
    pricing.prices(smooth, program.solve(smooth), ORDERS)
    assert not calls
    straight = curve_problem({"a": Points((0.0, 90.0), (0.0, 90.0))}, 30.0)
    pricing.prices(straight, program.solve(straight), ORDERS)
    assert len(calls) == 5


def test_a_claim_that_the_curves_contradict_is_a_fault(curve_problem):
    problem = curve_problem({name: Power(2.0, 0.5) for name in "ab"}, 8.0)
    claim = optimum(problem).claim
    stale = replace(claim, prices={"budget": (1.1 * claim.prices["budget"][0],)})
    with pytest.raises(Fault):
        pricing.prices(problem, stale, ORDERS)


def test_on_a_convex_stretch_the_price_is_the_slope_there(curve_problem):
    """60 of the 79 up to the inflection of an S: one more returns more than the last did."""
    hill = Hill(100.0, 100.0, 3.0)
    problem = curve_problem({"a": hill}, 60.0)
    (price,) = pricing.prices(problem, optimum(problem).claim, ORDERS)
    assert price.price == pytest.approx(hill.slope(60.0), rel=1e-9)
    assert price.low == pytest.approx((hill.at(60.06) - hill.at(60.0)) / 0.06, rel=1e-9)
    assert price.high == pytest.approx((hill.at(60.0) - hill.at(59.94)) / 0.06, rel=1e-9)
    assert not price.is_kink
    assert price.gain == pytest.approx(hill.at(61.0) - hill.at(60.0))
    assert price.sentence("en").startswith("1 more of total budget would add about 0.74 of orders")


def test_a_line_on_a_convex_stretch_beside_a_concave_one_has_the_difference_of_new_plans(curve_problem):
    """The S stands past its foot and before its inflection, for the root beside it bends faster than it does."""
    curves = {"s": Hill(100.0, 100.0, 3.0), "c": Power(5.0, 0.5)}
    rooms = {"s": Room(50.0, 70.0), "c": Room(0.0, 200.0)}
    problem = curve_problem(curves, 75.0, rooms=rooms)
    claim = optimum(problem).claim
    assert 50.0 < claim.money[Cell("s")] < 70.0
    assert curves["s"].bend(claim.money[Cell("s")]) > 0
    (price,) = pricing.prices(problem, claim, ORDERS)
    ends = [optimum(curve_problem(curves, 75.0 + step, rooms=rooms)).claim.objective for step in (0.01, -0.01)]
    assert price.price == pytest.approx((ends[0] - ends[1]) / 0.02, rel=1e-5)
