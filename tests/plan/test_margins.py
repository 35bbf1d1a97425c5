"""Why a line stays at nothing or at its cap, and what money left over would have returned."""

from dataclasses import replace

import pytest

from dacu.plan.curves import Hill, Points, Power
from dacu.plan.margins import left, margins
from dacu.plan.optimum import optimum
from dacu.plan.problem import Amount, Cell, Limit, Room
from dacu.plan.program import solve
from dacu.plan.question import Objective

GMV = Objective("gmv", "GMV", "GMV")
ORDERS = Objective("orders", "订单", "orders", is_money=False)


def by_line(problem, objective=ORDERS, found=None):
    return {margin.cell.line: margin for margin in margins(problem, found or solve(problem), objective)}


def line(worth, most=1e6):
    return Points((0.0, most), (0.0, worth * most))


def test_the_returns_of_a_line_are_those_of_its_curve(curve_problem):
    told = by_line(curve_problem({"a": Power(3.0, 0.5), "b": Power(1.0, 0.5)}, 1000.0))
    # a takes 900 and returns 90; both return 3/(2·√900) = 1/20 for the next and the last unit
    assert (told["a"].average, told["a"].marginal, told["a"].last) == pytest.approx((0.1, 0.05, 0.05), rel=1e-6)
    assert (told["b"].average, told["b"].marginal) == pytest.approx((0.1, 0.05), rel=1e-6)
    assert told["a"].why == "free"
    assert told["a"].sentence("a", "en") is None


def test_at_a_kink_the_next_unit_returns_less_than_the_last(curve_problem):
    told = by_line(curve_problem({"a": Points((0.0, 10.0, 20.0), (0.0, 50.0, 70.0)), "b": line(3, 100.0)}, 30.0))
    assert (told["a"].marginal, told["a"].last, told["a"].average) == pytest.approx((2.0, 5.0, 5.0))


def test_a_line_stays_at_nothing_because_its_first_money_returns_too_little(curve_problem):
    told = by_line(curve_problem({"a": line(3.0), "b": line(1.6)}, 2e5), GMV)["b"]
    assert (told.why, told.step, told.first, told.elsewhere) == (
        "returns",
        1e4,
        pytest.approx(1.6e4),
        pytest.approx(3e4),
    )
    assert told.sentence("千川直播", "zh") == "千川直播不投:首个 1万 只带来 ¥1.6万,低于别处最后 1万 带来的 ¥3万"
    english = (
        "Feed stays at nothing: its first 10K would return ¥16K, below the ¥30K that the last 10K elsewhere returns"
    )
    assert told.sentence("Feed", "en") == english


def test_an_s_stays_at_nothing_because_even_its_best_spend_returns_too_little(curve_problem):
    """x²/(50² + x²) returns most on average at 50: 100·½/50 = 1 a unit."""
    told = by_line(curve_problem({"a": line(3.0, 1000.0), "b": Hill(100.0, 50.0, 2.0)}, 200.0))["b"]
    assert (told.why, told.best, told.first) == ("average", pytest.approx(50, abs=1.5), pytest.approx(10, rel=1e-3))
    assert told.sentence("b", "en").startswith("b stays at nothing: even at its best spend, 5")


def test_a_line_held_back_by_a_limit_names_it(curve_problem, row):
    none = row("brand", "at_most", 0.0, ["b"])
    told = by_line(curve_problem({"a": line(1.0), "b": line(3.0)}, 2e5, none))["b"]
    assert (told.why, [limit.id for limit in told.holding]) == ("limits", ["brand"])
    assert told.sentence("b", "zh") == "b 不投:受 brand上限限制"


def test_a_line_that_no_choice_is_left_for_names_the_choice(curve_problem, row):
    rooms = {name: Room(5.0, 10.0, or_zero=True) for name in "abc"}
    lines = {name: line(worth, 10.0) for name, worth in zip("abc", (5.0, 4.0, 3.0), strict=True)} | {
        "d": line(1.0, 90.0)
    }
    choose = row("choose", "at_most", 2.0, ["a", "b", "c"], unit="count", chosen=True)
    told = by_line(curve_problem(lines, 50.0, choose, rooms=rooms))["c"]
    assert (told.why, [limit.id for limit in told.holding]) == ("limits", ["choose"])


def test_a_line_too_large_to_open_beside_the_others_says_so(curve_problem):
    """c returns 2.5 a unit, but only as a lot of 80, which would take 60 from a at 2 and 20 more at 6."""
    lines = {"a": Points((0.0, 40.0, 200.0), (0.0, 240.0, 560.0)), "c": Points((0.0, 80.0), (0.0, 200.0))}
    problem = curve_problem(lines, 100.0, rooms={"c": Room(80.0, 80.0, or_zero=True)})
    told = by_line(problem)["c"]
    assert told.why == "together"
    assert told.sentence("c", "en").startswith("c stays at nothing: opening it would take more")


def test_a_line_at_its_cap_still_returns_more_than_the_others(curve_problem, row):
    cap = row("most of a", "at_most", 5e4, ["a"])
    lines = {"a": line(3.0), "b": line(1.0)}
    by_limit = by_line(curve_problem(lines, 2e5, cap), GMV)["a"]
    by_room = by_line(curve_problem(lines, 2e5, rooms={"a": Room(0.0, 5e4)}), GMV)["a"]
    for told in (by_limit, by_room):
        assert told.why == "cap"
        assert told.sentence("千川", "zh") == "千川已到上限 5万:最后 1万 仍带来 ¥3万,别处最后 1万 只带来 ¥1万"
    assert by_line(curve_problem(lines, 2e5, cap), GMV)["b"].why == "free"


def test_a_floor_is_no_measure_of_what_money_returns_elsewhere(curve_problem, row):
    """c is held at 50 for 0.1 a unit; b's first money is compared with a's last, 3 a unit."""
    floor = row("floor", "at_least", 50.0, ["c"])
    told = by_line(curve_problem({"a": line(3.0), "b": line(1.0), "c": line(0.1)}, 200.0, floor))["b"]
    assert (told.why, told.first, told.elsewhere) == ("returns", pytest.approx(10.0), pytest.approx(30.0))


def contribution(problem):
    """The objective with money as a cost."""
    return replace(problem, objective=replace(problem.objective, money=dict.fromkeys(problem.rooms, -1.0)))


def test_money_left_would_have_returned_less_than_itself(curve_problem):
    """2 a unit up to 60, then 0.8: of 100, 40 stay; the next 5 return 0.8 each and are not worth themselves."""
    bent = {"a": Points((0.0, 6e5, 2e6), (0.0, 1.2e6, 1.2e6 + 0.8 * 1.4e6))}
    problem = contribution(curve_problem(bent, 1e6))
    told = left(problem, solve(problem), GMV)
    assert (told.money, told.step, told.returns) == pytest.approx((4e5, 1e4, 8e3))
    assert told.sentence("en") == "400K stays unspent: another 10K would have returned ¥8000"
    assert told.sentence("zh") == "40万 未花:再花 1万 只会带来 ¥8000"


def test_on_a_smooth_curve_what_is_left_returns_the_slope_there(curve_problem):
    """20·√x − x is greatest at 100; a further 10 return 20·(√110 − 10)."""
    problem = contribution(curve_problem({"a": Power(20.0, 0.5)}, 200.0))
    told = left(problem, solve(problem), ORDERS)
    assert told.returns == pytest.approx(20 * (110**0.5 - 10), rel=1e-4)


def test_money_that_limits_leave_no_use_for_is_said_to_be_held(curve_problem, row):
    problem = curve_problem({"a": line(3.0)}, 100.0, row("most", "at_most", 40.0, ["a"]))
    told = left(problem, solve(problem), ORDERS)
    assert told.returns is None
    assert told.sentence("zh") == "60 未花:在各项限制下没有能多花的方案"


def test_a_budget_that_is_spent_leaves_nothing_to_say(curve_problem):
    problem = curve_problem({"a": line(3.0)}, 100.0)
    assert left(problem, solve(problem), ORDERS) is None


def test_a_claim_serves_as_well_as_a_solution(curve_problem):
    problem = curve_problem(
        {name: Hill(top, 20.0, 2.5) for name, top in zip("abc", (90.0, 80.0, 20.0), strict=True)}, 60.0
    )
    told = by_line(problem, ORDERS, optimum(problem, second=False).claim)
    assert told["c"].why in {"average", "returns"}
    assert told["a"].marginal == pytest.approx(told["b"].marginal, rel=1e-6)


def test_a_scenario_speaks_of_yuan(curve_problem):
    told = by_line(curve_problem({"a": line(0.03, 1e9), "b": line(0.016, 1e9)}, 2e8, unit="fen"), GMV)["b"]
    # 0.016 yuan a fen is 1.6 a yuan
    assert told.sentence("搜索", "zh") == "搜索不投:首个 ¥1万 只带来 ¥1.6万,低于别处最后 ¥1万 带来的 ¥3万"


def test_a_line_below_another_within_the_same_share_is_compared_with_it(curve_problem, row):
    share = row("share", "at_most", 0.5, ["b", "c"], of=["a", "b", "c"], unit="share")
    told = by_line(curve_problem({"a": line(1.0), "b": line(3.0), "c": line(2.9)}, 2e5, share))["c"]
    assert (told.why, told.first, told.elsewhere) == ("returns", pytest.approx(2.9e4), pytest.approx(3e4))


def test_a_floor_of_returns_names_the_line_it_keeps_closed(curve_problem):
    """a returns 3 on 100, so at a floor of 2 the line b at 1.5 may spend 200; c at 1.4 costs more of that play."""
    cells = dict.fromkeys(map(Cell, "abc"), 1.0)
    floor = Limit(
        "roi", "at_least", 2.0, "ratio", "ROI 下限", "ROI floor", (Amount(response={"return": cells}),), Amount(cells)
    )
    problem = curve_problem({"a": line(3.0, 100.0), "b": line(1.5), "c": line(1.4)}, 1000.0, floor)
    solution = solve(problem)
    assert solution.money[Cell("b")] == pytest.approx(200.0)
    told = by_line(problem, found=solution)["c"]
    assert (told.why, [limit.id for limit in told.holding]) == ("limits", ["roi"])


def test_a_line_not_worth_its_money_says_so_although_money_is_left(curve_problem):
    problem = contribution(curve_problem({"a": Points((0.0, 1e5), (0.0, 3e5)), "b": line(0.8)}, 1e6))
    told = by_line(problem, GMV)["b"]
    assert (told.why, told.elsewhere) == ("unpaid", pytest.approx(3 * told.step))
    assert told.sentence("b", "zh") == "b 不投:1000 只带来 ¥800"
