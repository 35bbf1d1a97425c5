"""Demands that no plan keeps: what is said, what is moved, and that it helps."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dacu.errors import AnswerIsNo
from dacu.plan import program
from dacu.plan.clashes import clashes
from dacu.plan.curves import Hill, Points, Power
from dacu.plan.diagnose import applied, diagnose
from dacu.plan.elastic import DEARNESS
from dacu.plan.limits import limits_of
from dacu.plan.problem import Amount, Cell, Limit, Problem, Room, keeps
from dacu.plan.question import Group, Objective, Question, Range
from dacu.plan.region import local_problem

WAN = 1_000_000
"""10,000 yuan in fen."""

LIVE, FEED, SEARCH = Cell("直播"), Cell("信息流"), Cell("搜索")
CELLS = (LIVE, FEED, SEARCH)


def total(*cells):
    return Amount(dict.fromkeys(cells or CELLS, 1.0))


def budget(value, side="exactly", kind="budget"):
    return Limit("budget", side, value, "fen", "总预算", "total budget", (total(),), kind=kind)


def floor(name, cell, value, kind="wish"):
    zh, en = f"{cell.line}下限", f"minimum of {cell.line}"
    return Limit(name, "at_least", value, "fen", zh, en, (total(cell),), kind=kind)


def cap(name, cell, value, kind="contract"):
    zh, en = f"{cell.line}上限", f"maximum of {cell.line}"
    return Limit(name, "at_most", value, "fen", zh, en, (total(cell),), kind=kind)


def share(name, cell, value, side="at_least", kind="wish"):
    zh, en = f"{cell.line}占比", f"share of {cell.line}"
    return Limit(name, side, value, "share", zh, en, (total(cell),), total(), kind=kind)


def roi(value, kind="wish"):
    response = Amount(response={"gmv": dict.fromkeys(CELLS, 1.0)})
    return Limit("roi", "at_least", value, "ratio", "总 ROI 下限", "ROI floor", (response,), total(), kind=kind)


def problem(*limits, rooms=None, scale=30_000.0, curve=Power):
    """Three lines that return scale·√x each: 100万 on one returns 30万·… in fen."""
    rooms = {cell: Room(0.0, 200.0 * WAN) for cell in CELLS} | (rooms or {})
    curves = {cell: curve(scale * (k + 1), 0.5) for k, cell in enumerate(CELLS)}
    return Problem(rooms, {"gmv": curves}, Amount(response={"gmv": dict.fromkeys(CELLS, 1.0)}), limits)


def has_plan(asked, ids):
    """Whether these limits and ends of rooms, all of them on money, leave a plan: asked of SciPy.

    An end left out goes as far as the curve is known.
    """
    upper, equal = [], []
    for limit in asked.limits:
        if limit.id in ids:
            of, own = limit.of, limit.amounts[0]
            row = [own.money.get(cell, 0.0) - limit.value * of.money.get(cell, 0.0) for cell in CELLS]
            right = limit.value * of.base
            if limit.side == "exactly":
                equal.append((row, right))
            else:
                sign = 1.0 if limit.side == "at_most" else -1.0
                upper.append(([sign * factor for factor in row], sign * right))
    bounds = [
        (
            asked.rooms[cell].least if f"{cell.line}.least" in ids else 0.0,
            asked.rooms[cell].most if f"{cell.line}.most" in ids else asked.curves["gmv"][cell].high,
        )
        for cell in CELLS
    ]
    rows = {
        "A_ub": [row for row, _ in upper] or None, "b_ub": [right / WAN for _, right in upper] or None,
        "A_eq": [row for row, _ in equal] or None, "b_eq": [right / WAN for _, right in equal] or None,
    }  # fmt: skip
    bounds = [(low / WAN, high / WAN) for low, high in bounds]
    return linprog([0.0] * len(CELLS), bounds=bounds, **rows).status == 0


def test_floors_above_the_budget_are_named_and_the_wish_gives_way():
    asked = problem(budget(100 * WAN), floor("live", LIVE, 60 * WAN), floor("feed", FEED, 52 * WAN, kind="contract"))
    found = diagnose(asked)
    assert {limit.id for limit in found.conflict} == {"budget", "live", "feed"}
    (change,) = found.relaxation
    assert (change.limit.id, change.to) == ("live", 48 * WAN)
    assert change.sentence("zh") == "把直播下限从 ¥60万 降到 ¥48万"
    assert change.sentence("en") == "lower minimum of 直播 from ¥600,000 to ¥480,000"
    assert found.findings[0].sentence("zh") == "直播下限、信息流下限合计 ¥112万,超过总预算 ¥100万"
    # any one of the three may give instead: the contract by the same 12万, the budget up to the sum
    assert {x.limit.id: x.to for x in found.reachable} == {"budget": 112 * WAN, "live": 48 * WAN, "feed": 40 * WAN}
    assert keeps(asked.state(found.plan), applied(asked, found.relaxation).limits)


@pytest.mark.parametrize(("wish", "gives"), [("live", "live"), ("feed", "feed"), ("none", "budget")])
def test_a_contract_is_dearer_than_the_budget_and_the_budget_than_a_wish(wish, gives):
    kinds = {name: "wish" if name == wish else "contract" for name in ("live", "feed")}
    floors = floor("live", LIVE, 60 * WAN, kinds["live"]), floor("feed", FEED, 50 * WAN, kinds["feed"])
    found = diagnose(problem(budget(100 * WAN), *floors))
    assert [x.limit.id for x in found.relaxation] == [gives]


def test_a_ceiling_below_a_floor_is_seen_by_arithmetic():
    asked = problem(budget(100 * WAN), cap("cap", LIVE, 50 * WAN), floor("live", LIVE, 60 * WAN))
    found = diagnose(asked)
    assert found.findings[0].sentence("en") == ("minimum of 直播 is ¥600,000, above maximum of 直播 of ¥500,000")
    assert {limit.id for limit in found.conflict} == {"cap", "live"}
    assert [(x.limit.id, x.to) for x in found.relaxation] == [("live", 50 * WAN)]


def test_ceilings_too_low_for_an_exact_budget():
    caps = [cap(cell.line, cell, 30 * WAN) for cell in CELLS]
    found = diagnose(problem(budget(100 * WAN), *caps))
    assert found.findings[0].code == "plan_clash_caps"
    assert "¥90万" in found.findings[0].sentence("zh")
    assert [(x.limit.id, x.to) for x in found.relaxation] == [("budget", 90 * WAN)]


def test_shares_above_the_whole():
    asked = problem(budget(100 * WAN), share("live", LIVE, 0.7), share("feed", FEED, 0.4))
    found = diagnose(asked)
    assert found.findings[0].sentence("zh") == "直播占比、信息流占比合计 110%,超过 100%"
    assert {limit.id for limit in found.conflict} == {"budget", "live", "feed"}
    # a tenth of 0.7 is less of it than a tenth of 0.4
    assert [(x.limit.id, pytest.approx(0.6)) for x in found.relaxation] == [("live", found.relaxation[0].to)]
    assert "60%" in found.relaxation[0].sentence("zh")


def test_a_share_floor_against_a_ceiling():
    asked = problem(budget(100 * WAN), share("live", LIVE, 0.3), cap("cap", LIVE, 20 * WAN))
    found = diagnose(asked)
    assert found.findings[0].code == "plan_clash_share_floor"
    assert found.findings[0].sentence("zh") == "直播占比要求 30%,至少 ¥100万 中须占 ¥30万,超过直播上限 ¥20万"
    assert [(x.limit.id, x.to) for x in found.relaxation] == [("live", pytest.approx(0.2))]


def test_the_highest_roi_that_a_budget_reaches_is_the_closed_form():
    # Σ c²·… : the best split of B over c·√x returns √(Σc²·B), so the ROI is √(Σc²/B)
    asked = problem(budget(100 * WAN), roi(12.0))
    best = (14 * 30_000.0**2 / (100 * WAN)) ** 0.5
    found = diagnose(asked)
    (change,) = found.relaxation
    assert change.limit.id == "roi"
    assert best * (1 - 1e-4) < change.to <= best
    assert {limit.id for limit in found.conflict} == {"budget", "roi"}
    # or the money at which that ROI is reached
    least = 14 * 30_000.0**2 / 12.0**2
    assert {x.limit.id: x.to for x in found.reachable}["budget"] == pytest.approx(least, rel=1e-4)


def test_an_roi_above_that_of_any_line_is_seen_by_arithmetic():
    lines = {cell: Points((0.0, 200.0 * WAN), (0.0, k * 100.0 * WAN)) for k, cell in enumerate(CELLS, 3)}
    asked = replace(problem(budget(100 * WAN), roi(4.0)), curves={"gmv": lines})
    (finding,) = clashes(asked)
    assert finding.sentence("zh") == "总 ROI 下限要求 4,而单条线最高也只有 2.5(搜索)"
    assert [(x.limit.id, x.to) for x in diagnose(asked).relaxation] == [("roi", 2.5)]


def test_stock_too_small_for_what_the_money_must_sell():
    units = {cell: Points((0.0, 200.0 * WAN), (0.0, 20_000.0)) for cell in CELLS}  # 100 units a 万
    sold = Amount(response={"units": dict.fromkeys(CELLS, 1.0)})
    stock = Limit("stock", "at_most", 8_000.0, "count", "库存", "stock", (sold,))
    asked = replace(problem(budget(100 * WAN, kind="wish"), stock), curves={"gmv": units, "units": units})
    found = diagnose(asked)
    assert {limit.id for limit in found.conflict} == {"budget", "stock"}
    assert [(x.limit.id, x.to) for x in found.relaxation] == [("budget", 80 * WAN)]
    assert {x.limit.id: x.to for x in found.reachable}["stock"] == 10_000
    assert "库存从 8,000 提高到 10,000" in " ".join(found.sentences("zh"))


def choice(side, value, name="choose"):
    return Limit(name, side, value, "count", "所选线数", "lines chosen", (Amount(chosen=dict.fromkeys(CELLS, 1.0)),))


ONE_OR_NONE = {cell: Room(40.0 * WAN, 200.0 * WAN, or_zero=True) for cell in CELLS}


def test_a_choice_stays_and_the_budget_gives_way():
    asked = problem(budget(100 * WAN, "at_most"), choice("exactly", 3.0), rooms=ONE_OR_NONE)
    found = diagnose(asked)
    assert [(x.limit.id, x.to) for x in found.relaxation] == [("budget", 120 * WAN)]
    assert not found.choices_alone
    assert {"budget", "choose"} < {limit.id for limit in found.conflict}
    assert {f"{cell.line}.least" for cell in CELLS} < {limit.id for limit in found.conflict}
    assert {x.limit.id: x.to for x in found.reachable}["choose"] == 2


def test_choices_that_contradict_each_other_are_said_and_give():
    asked = problem(
        budget(100 * WAN, "at_most"), choice("exactly", 3.0), choice("at_most", 1.0, "few"), rooms=ONE_OR_NONE
    )
    found = diagnose(asked)
    assert found.choices_alone
    assert {limit.id for limit in found.conflict} == {"choose", "few"}
    assert "这些选择要求都无法同时满足" in " ".join(found.sentences("zh"))
    assert keeps(asked.state(found.plan), applied(asked, found.relaxation).limits)


def test_money_committed_above_the_budget():
    fixed = {LIVE: Room(70.0 * WAN, 70.0 * WAN), FEED: Room(50.0 * WAN, 50.0 * WAN)}
    found = diagnose(problem(budget(100 * WAN, "at_most"), rooms=fixed))
    assert found.findings[0].sentence("zh") == "直播的最低投放、信息流的最低投放合计 ¥120万,超过总预算 ¥100万"
    assert [(x.limit.id, x.to) for x in found.relaxation] == [("budget", 120 * WAN)]


def test_the_current_plan_is_judged_first():
    current = {LIVE: 90.0 * WAN, FEED: 20.0 * WAN, SEARCH: 0.0}
    asked = problem(budget(100 * WAN, "at_most"), cap("cap", LIVE, 80 * WAN), share("feed", FEED, 0.1))
    found = diagnose(asked, current)
    assert found.is_feasible
    assert found.sentences("zh") == (
        "现方案超过总预算:现为 ¥110万,要求 ¥100万,超出 ¥10万",
        "现方案超过直播上限:现为 ¥90万,要求 ¥80万,超出 ¥10万",
    )


def test_a_floor_so_near_the_best_that_coarse_segments_miss_it_is_no_conflict():
    best = (14 * 30_000.0**2 / (100 * WAN)) ** 0.5
    asked = problem(budget(100 * WAN), roi(best * (1 - 1e-6)))
    found = diagnose(asked)
    assert found.is_feasible
    assert keeps(asked.state(found.plan), asked.limits)


def test_an_s_curve_cannot_reach_its_roi():
    # x²/(h²+x²) of 100万·k: the best ratio of one line is top/(2·half), at its half
    hills = {cell: Hill(100.0 * WAN * (k + 1), 50.0 * WAN, 2.0) for k, cell in enumerate(CELLS)}
    asked = replace(problem(budget(50 * WAN), roi(3.5)), curves={"gmv": hills})
    found = diagnose(asked)
    (change,) = found.relaxation
    assert change.to == pytest.approx(3.0, rel=1e-4)
    assert found.findings[0].code == "plan_clash_ratio"


def test_a_trifle_is_no_advice():
    # √ is vertical at 0: a few fen on the closed lines would return much, yet the budget alone has to give
    closed = [share(cell.line, cell, 0.0, "at_most", "contract") for cell in (LIVE, SEARCH)]
    found = diagnose(problem(budget(300 * WAN), *closed, roi(15.0, "contract")))
    (change,) = found.relaxation
    assert change.limit.id == "budget"
    assert change.to == pytest.approx((60_000 / 15) ** 2, rel=1e-4)  # 60,000·√x = 15·x


@st.composite
def wishes(draw):
    """Random demands on three lines: floors, ceilings, shares, ROI, an exact or open budget."""
    kinds = st.sampled_from(["contract", "budget", "wish"])
    limits = [budget(draw(st.integers(10, 300)) * WAN, draw(st.sampled_from(["exactly", "at_most", "at_least"])))]
    for k, cell in enumerate(CELLS):
        if draw(st.booleans()):
            limits.append(floor(f"floor{k}", cell, draw(st.integers(0, 150)) * WAN, draw(kinds)))
        if draw(st.booleans()):
            limits.append(cap(f"cap{k}", cell, draw(st.integers(0, 150)) * WAN, draw(kinds)))
        if draw(st.booleans()):
            side = draw(st.sampled_from(["at_least", "at_most", "exactly"]))
            limits.append(share(f"share{k}", cell, draw(st.integers(0, 100)) / 100, side, draw(kinds)))
    if draw(st.booleans()):
        limits.append(roi(draw(st.floats(1.0, 30.0)), draw(kinds)))
    return tuple(limits)


@settings(max_examples=40, deadline=None)
@given(wishes(), st.booleans())
def test_the_relaxation_leaves_a_plan_and_the_conflict_is_irreducible(limits, straight):
    asked = problem(*limits)
    if straight:
        spends = (0.0, 50.0 * WAN, 200.0 * WAN)
        lines = {c: Points(spends, (0.0, k * 300.0 * WAN, k * 500.0 * WAN)) for k, c in enumerate(CELLS, 1)}
        asked = replace(asked, curves={"gmv": lines})
    found = diagnose(asked)
    assert keeps(asked.state(found.plan), applied(asked, found.relaxation).limits)
    if found.is_feasible:
        return
    ids = [limit.id for limit in found.conflict]
    if "roi" not in ids:
        assert not has_plan(asked, ids)
        assert all(has_plan(asked, fewer) for fewer in combinations(ids, len(ids) - 1))
    with pytest.raises(AnswerIsNo):
        program.solve(asked)
    moved = applied(asked, found.relaxation)
    if straight:
        assert keeps(asked.state(program.solve(moved).money), moved.limits)
    for lang in ("zh", "en"):
        assert all(found.sentences(lang))


@st.composite
def money_demands(draw):
    """Floors and ceilings on lines and pairs of lines, with an exact budget; nothing below a hundredth of all money."""
    kinds = st.sampled_from(["contract", "budget", "wish"])
    sides = st.sampled_from(["at_least", "at_most"])
    limits = [budget(draw(st.integers(10, 150)) * WAN)]
    for number, cells in enumerate([(LIVE,), (FEED,), (SEARCH,), (LIVE, FEED), (FEED, SEARCH)]):
        value, name = draw(st.integers(10, 150)) * WAN, f"limit{number}"
        limits.append(Limit(name, draw(sides), value, "fen", name, name, (total(*cells),), kind=draw(kinds)))
    return tuple(limits)


@settings(max_examples=40, deadline=None)
@given(money_demands())
def test_the_relaxation_is_the_cheapest_there_is(limits):
    """Σ dearness · share given up equals the optimum of SciPy over plans and slacks."""
    asked, lines = problem(*limits), len(CELLS)
    costs, upper = [0.0] * lines, []
    signs = {"at_most": (1.0,), "at_least": (-1.0,), "exactly": (1.0, -1.0)}
    slacks = [(limit, sign) for limit in limits for sign in signs[limit.side]]
    for number, (limit, sign) in enumerate(slacks):
        row = [sign * limit.amounts[0].money.get(cell, 0.0) for cell in CELLS]
        row += [-1.0 if k == number else 0.0 for k in range(len(slacks))]
        upper.append((row, sign * limit.value / WAN))
        costs.append(DEARNESS[limit.kind] / (limit.value / WAN))
    bounds = [(0.0, 200.0)] * lines + [(0.0, None)] * len(slacks)
    best = linprog(costs, A_ub=[row for row, _ in upper], b_ub=[right for _, right in upper], bounds=bounds).fun
    changes = diagnose(asked).relaxation
    paid = sum(DEARNESS[x.limit.kind] * abs(x.to - x.limit.value) / x.limit.value for x in changes)
    assert paid == pytest.approx(best, rel=1e-3, abs=1e-5)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(20, 90), st.booleans()), min_size=3, max_size=3),
    st.sampled_from(["exactly", "at_least"]), st.integers(1, 3), st.integers(20, 250), st.sampled_from([1.0, 2.0]),
    st.floats(0.5, 4.0),
)  # fmt: skip
def test_choices_and_s_curves_are_relaxed_too(floors, side, count, money, exponent, ratio):
    rooms = {cell: Room(low * WAN, 100.0 * WAN, gate) for cell, (low, gate) in zip(CELLS, floors, strict=True)}
    hills = {cell: Hill(100.0 * WAN * (k + 1), 50.0 * WAN, exponent) for k, cell in enumerate(CELLS)}
    asked = problem(budget(money * WAN, "at_most"), roi(ratio), choice(side, float(count)), rooms=rooms)
    asked = replace(asked, curves={"gmv": hills})
    found = diagnose(asked)
    assert keeps(asked.state(found.plan), applied(asked, found.relaxation).limits)
    # by hand: the least that so many lines cost, those that must spend among them
    free = sorted(low for low, gate in floors if gate)
    forced = len(floors) - len(free)
    assert found.choices_alone == (side == "exactly" and forced > count)
    if sum(low for low, gate in floors if not gate) + sum(free[: max(0, count - forced)]) > money:
        assert not found.is_feasible


def test_the_limits_of_a_scenario_are_told_by_their_names():
    live = "channels.live"
    question = Question(
        current={Cell(live, "warm"): 30 * WAN, Cell(live, "burst"): 30 * WAN, Cell("kols.lin", "burst"): 40 * WAN},
        budget=100 * WAN, spend="exactly", objective=Objective("gmv", "GMV", "GMV"),
        lines={live: Range(most=50 * WAN)}, groups={"brand": Group(("kols.lin",), most=0.4)},
        names={live: ("直播", "Live"), "brand": ("品牌", "brand")},
    )  # fmt: skip
    curves = {cell: Points((0.0, 100.0 * WAN), (0.0, 300.0 * WAN)) for cell in question.current}
    found = diagnose(local_problem(curves, limits_of(question)), question.current)
    assert found.sentences("zh")[0] == "现方案超过直播的上限:现为 ¥60万,要求 ¥50万,超出 ¥10万"
    assert found.as_json() == {
        "conflicts": ["optimise.budget", "optimise.channels.live.max", "optimise.groups.brand.share.max"],
        "findings": [],
        "relaxation": [
            {"limit": "optimise.groups.brand.share.max", "from": 0.4, "to": pytest.approx(0.5), "unit": "share"}
        ],
        "reachable": [
            {"limit": "optimise.groups.brand.share.max", "from": 0.4, "to": pytest.approx(0.5), "unit": "share"},
            {"limit": "optimise.budget", "from": 1e8, "to": pytest.approx(5e7 / 0.6, rel=1e-4), "unit": "fen"},
            {"limit": "optimise.channels.live.max", "from": 5e7, "to": pytest.approx(6e7), "unit": "fen"},
        ],
        "breaches": [{"limit": "optimise.channels.live.max", "value": 5e7, "measured": 6e7, "unit": "fen"}],
        "choices_alone": False,
    }
    assert "品牌的占比上限从 40% 提高到 50%" in found.sentences("zh")[2]
