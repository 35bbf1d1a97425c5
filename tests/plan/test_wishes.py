"""Every demand of a question binds, at the plan and the price that arithmetic gives."""

from dataclasses import replace

import pytest

from dacu.errors import AnswerIsNo
from dacu.kpis import BY_ID
from dacu.plan.curves import Points
from dacu.plan.diagnose import diagnose
from dacu.plan.limits import keeps, limits_of, money_problem
from dacu.plan.optimum import optimum
from dacu.plan.problem import Amount, Cell, Limit, Problem, State
from dacu.plan.question import Bound, Choice, Conversion, Group, LineRoi, Objective, Question, Range, Row, evenly

GMV = Objective("gmv", "GMV", "GMV")
A, B, C = "channels.a", "channels.b", "channels.c"
A1, A2, B1, C1 = Cell(A, "warm"), Cell(A, "burst"), Cell(B, "burst"), Cell(C, "burst")
LIN, GU, TAN = (Cell(f"kols.{name}") for name in ("lin", "gu", "tan"))


def ask(current, budget=90, **demands):
    return Question(current=current, budget=budget, objective=GMV, **demands)


def line(slope, ends=1000.0):
    return Points((0.0, ends), (0.0, slope * ends))


def best(question, slopes, levels=None, **others):
    """The optimum with straight curves of GMV, and of further measures by keyword."""
    by_measure = {"gmv": slopes, **{name.replace("__", "."): rows for name, rows in others.items()}}
    curves = {
        measure: {cell: line(slope) if isinstance(slope, float) else slope for cell, slope in by_cell.items()}
        for measure, by_cell in by_measure.items()
    }
    rooms, limits = question.rooms, limits_of(question, levels)
    objective = Amount(response={"gmv": dict.fromkeys(slopes, 1.0)})
    return optimum(Problem(rooms, curves, objective, limits), second=False).claim


def limit(question, ending, levels=None) -> Limit:
    (found,) = (one for one in limits_of(question, levels) if one.id.endswith(ending))
    return found


def money(claim):
    return {cell: pytest.approx(spend, abs=1e-4) for cell, spend in claim.money.items()}


# nothing or at least


STEEP_START = Points((0.0, 30.0, 1000.0), (0.0, 150.0, 150.0))
"""Five a fen up to 30, then nothing more."""


@pytest.mark.parametrize(("least", "a"), [(40, 40), (49, 49), (60, 0)])
def test_a_line_spends_nothing_or_at_least_this(least, a):
    """Worth it while 150 + 3·(90 − least) beats 3·90, that is up to 50."""
    question = ask({A2: 40, B1: 50}, lines={A: Range(least, or_zero=True)})
    assert {A2: a, B1: 90 - a} == money(best(question, {A2: STEEP_START, B1: 3.0}))


def test_one_more_of_a_least_spend_costs_what_the_money_would_bring_elsewhere():
    values = [
        best(ask({A2: 40, B1: 50}, lines={A: Range(least, or_zero=True)}), {A2: STEEP_START, B1: 3.0}).objective
        for least in (40, 41)
    ]
    assert values[0] - values[1] == pytest.approx(3.0)


def test_the_phases_of_a_line_reach_its_least_spend_together():
    question = ask({A1: 20, A2: 20, B1: 50}, lines={A: Range(40, or_zero=True)})
    claim = best(question, {A1: STEEP_START, A2: 1.0, B1: 3.9})
    assert claim.objective == pytest.approx(150 + 10 * 1 + 50 * 3.9)
    assert claim.money[A1] + claim.money[A2] == pytest.approx(40)


def test_a_least_spend_is_no_floor():
    question = ask({A2: 0, B1: 50}, lines={A: Range(600, or_zero=True)})
    assert keeps(question.current, limits_of(question))
    assert not keeps({A2: 1, B1: 50}, limits_of(question))
    assert question.rooms[A2].least == 0


# contracts


def test_a_closed_phase_spends_nothing():
    question = ask({A1: 0, B1: 50}, cells={A1: Range(most=0)})
    assert money(best(question, {A1: 5.0, B1: 3.0})) == {A1: 0, B1: 90}


def test_a_committed_cell_costs_what_its_money_would_bring_elsewhere():
    question = ask({A2: 25, B1: 50}, cells={A2: Range(25, 25)})
    claim = best(question, {A2: 1.0, B1: 3.0})
    assert money(claim) == {A2: 25, B1: 65}
    worse = best(replace(question, cells={A2: Range(26, 26)}), {A2: 1.0, B1: 3.0})
    assert claim.objective - worse.objective == pytest.approx(2.0)


def test_a_group_keeps_an_amount_of_money():
    question = ask({A2: 30, B1: 30, C1: 30}, groups={"brand": Group((A, B), money=Range(20, 50))})
    claim = best(question, {A2: 1.0, B1: 2.0, C1: 5.0})
    assert money(claim) == {A2: 0, B1: 20, C1: 70}
    assert claim.prices["optimise.groups.brand.money.min"][0] == pytest.approx(3.0)
    assert limit(question, "money.min").kind == "contract"


def test_a_row_adds_lines_up_with_factors():
    """a ≤ 2b + d and a + b = 90 give a = (180 + d)/3: one more of d is worth (5 − 3)/3."""
    question = ask({A2: 45, B1: 45}, rows={"pull": Row({A: 1.0, B: -2.0}, "at_most", 0)})
    claim = best(question, {A2: 5.0, B1: 3.0})
    assert money(claim) == {A2: 60, B1: 30}
    assert claim.prices["optimise.rows.pull"][0] == pytest.approx(2 / 3)


def test_a_row_may_speak_of_one_phase():
    question = ask({A1: 10, A2: 10, B1: 10}, rows={"pull": Row({A: 1.0}, "exactly", 20, "burst")})
    assert money(best(question, {A1: 1.0, A2: 1.0, B1: 3.0})) == {A1: 0, A2: 20, B1: 70}


# changes


def test_a_line_changes_by_a_share_of_what_it_spends_now():
    question = ask({A2: 50, B1: 50}, budget=100, changes={A: 0.2})
    claim = best(question, {A2: 5.0, B1: 3.0})
    assert money(claim) == {A2: 60, B1: 40}
    # one percentage point is half a fen, and a fen moved from b to a brings 2
    up = limit(question, "change_limit.up")
    assert claim.prices[up.id][0] * up.yardstick(State(claim.money)) / 100 == pytest.approx(1.0)
    assert up.kind == "wish"


def test_a_line_shrinks_by_no_more_either():
    question = ask({A2: 50, B1: 50}, budget=100, changes={A: 0.2})
    assert money(best(question, {A2: 3.0, B1: 5.0})) == {A2: 40, B1: 60}


def test_a_change_without_bound_has_no_floor():
    ids = [one.id for one in limits_of(ask({A2: 50}, changes={A: 1.0}))]
    assert f"optimise.{A}.change_limit.up" in ids
    assert f"optimise.{A}.change_limit.down" not in ids


def test_a_day_spends_so_many_times_the_day_before():
    """10 days of warm-up, 2 of burst: burst/2 ≤ 3·warm/10. With 90 in all warm is 56.25."""
    days = {"warm": evenly(0, 10), "burst": evenly(10, 2)}
    question = ask({A1: 45, B1: 45}, growth=3.0, days=days)
    claim = best(question, {A1: 1.0, B1: 5.0})
    assert money(claim) == {A1: 56.25, B1: 33.75}
    step = limit(question, "change_per_day.D11")
    assert step.measured(State(claim.money)) == pytest.approx(3.0)
    # burst = .6·warm + d·2 a fen more a day: warm falls by 2/1.6, each fen moved brings 4
    assert claim.prices[step.id][0] == pytest.approx(4 * 2 / 1.6)
    assert [one.id for one in limits_of(question) if "change_per_day" in one.id] == [step.id]


def test_money_of_the_past_stays():
    """Four of eight days are over: half of the 40 is gone, the rest falls on the days to come."""
    question = ask(
        {A1: 40, B1: 20}, growth=2.0, days={"warm": evenly(0, 8), "burst": evenly(8, 2)}, first_day=4,
        cells={A1: Range(least=20)},
    )  # fmt: skip
    by_id = {one.id: one for one in limits_of(question)}
    assert "optimise.change_per_day.D5" in by_id
    plan = State({A1: 60.0, B1: 20.0})
    assert by_id["optimise.change_per_day.D5"].measured(plan) == pytest.approx(((60 - 20) / 4) / 5)
    assert by_id["optimise.change_per_day.D9"].measured(plan) == pytest.approx(10 / 10)


# choices


def test_of_several_lines_so_many_spend():
    lines = {name: Range(10, or_zero=True) for name in (A, B, C)}
    question = ask(
        {A2: 30, B1: 30, C1: 30}, lines=lines, cells={A2: Range(most=40), B1: Range(most=40), C1: Range(most=40)},
        choices={"choose.some": Choice((A, B, C), "at_most", 1)},
    )  # fmt: skip
    assert money(best(question, {A2: 1.0, B1: 5.0, C1: 3.0})) == {A2: 0, B1: 40, C1: 0}
    two = replace(question, choices={"choose.some": Choice((A, B, C), "at_most", 2)})
    assert money(best(two, {A2: 1.0, B1: 5.0, C1: 3.0})) == {A2: 0, B1: 40, C1: 40}


def test_a_line_is_chosen_if_any_of_its_phases_spends():
    """Exactly one of a (5 in its warm-up, 4 in its burst, 40 each) and b (6, 40): a, with both phases."""
    most = Range(most=40)
    question = ask(
        {A1: 30, A2: 30, B1: 30}, lines={A: Range(10, or_zero=True), B: Range(10, or_zero=True)},
        cells={A1: most, A2: most, B1: most}, choices={"choose.one": Choice((A, B), "exactly", 1)},
    )  # fmt: skip
    assert money(best(question, {A1: 5.0, A2: 4.0, B1: 6.0})) == {A1: 40, A2: 40, B1: 0}


def test_at_least_the_number_asked_is_chosen_even_at_a_loss():
    question = ask(
        {A1: 30, A2: 30, B1: 30}, lines={A: Range(10, or_zero=True), B: Range(10, or_zero=True)},
        choices={"choose.both": Choice((A, B), "exactly", 2)},
    )  # fmt: skip
    claim = best(question, {A1: -1.0, A2: -2.0, B1: 6.0})
    assert money(claim) == {A1: 10, A2: 0, B1: 80}


def test_a_closed_phase_is_no_way_to_be_chosen():
    question = ask(
        {A1: 0, A2: 30, B1: 30}, cells={A1: Range(most=0)}, choices={"choose.one": Choice((A, B), "at_most", 1)}
    )
    assert limit(question, "choose.one").amounts == (Amount(chosen={A2: 1.0, B1: 1.0}),)


# bookings

CREATORS = {"kols.lin": 30, "kols.gu": 20, "kols.tan": 40}
WORTH = {LIN: 6.0, GU: 5.0, TAN: 5.5, B1: 3.0}


def pick(**demands):
    return ask({LIN: 0, GU: 20, TAN: 0, B1: 50}, bookings=CREATORS, **demands)


def test_a_creator_is_booked_for_the_whole_price_or_not_at_all():
    """90 = 30 + 20 + 40 is all three. With a fen less gu goes: 5·20 is the least that one brings, and b takes 19."""
    assert money(best(pick(), WORTH)) == {LIN: 30, GU: 20, TAN: 40, B1: 0}
    assert money(best(pick(budget=89), WORTH)) == {LIN: 30, GU: 0, TAN: 40, B1: 19}


def test_creators_exclude_each_other():
    question = pick(choices={"kols.exclusive.0": Choice(("kols.lin", "kols.tan"), "at_most", 1)})
    assert money(best(question, {**WORTH, TAN: 3.1})) == {LIN: 30, GU: 20, TAN: 0, B1: 40}


def test_creators_outside_the_budget_leave_it_to_the_lines():
    question = pick(outside_budget=frozenset(CREATORS))
    assert money(best(question, WORTH)) == {LIN: 30, GU: 20, TAN: 40, B1: 90}
    assert question.counted == (B1,)


def test_slots_that_no_plan_can_choose_are_diagnosed_by_the_limits_at_fault():
    rooms = ("live.noon", "live.night")
    question = ask(
        {B1: 50, **dict.fromkeys(map(Cell, rooms), 0)}, bookings=dict.fromkeys(rooms, 10),
        choices={"live.at_most": Choice(rooms, "at_most", 1), "choose.shows": Choice(rooms, "exactly", 2)},
        names={"live.at_most": ("直播间", "rooms"), "choose.shows": ("场次", "shows")},
    )  # fmt: skip
    found = diagnose(money_problem(question, limits_of(question)), question.current)
    assert not found.is_feasible
    assert {one.id for one in found.conflict} == {"optimise.live.at_most", "optimise.choose.shows"}


def test_what_has_begun_stays_and_counts():
    """gu is booked though b would bring more, and takes one of the two places; lin is the better of the others."""
    begun = {"kols.gu": Range(20, 20)}
    question = pick(lines=begun, choices={"kols.at_most": Choice(tuple(CREATORS), "at_most", 2)})
    assert money(best(question, {**WORTH, GU: 0.1, TAN: 4.0})) == {LIN: 30, GU: 20, TAN: 0, B1: 40}
    let_pass = pick(lines={"kols.lin": Range(0, 0)})
    assert money(best(let_pass, WORTH)) == {LIN: 0, GU: 20, TAN: 40, B1: 30}


def test_rooms_and_creators_share_the_budget():
    """40 for a room worth 4 a fen and 30 + 20 for two creators; tan's 40 at 5.5 pushes the room out, then b."""
    room = Cell("live.noon")
    question = pick()
    question = replace(question, current={**question.current, room: 0}, bookings={**CREATORS, "live.noon": 40})
    assert money(best(question, {**WORTH, room: 4.0})) == {LIN: 30, GU: 20, TAN: 40, B1: 0, room: 0}
    assert money(best(question, {**WORTH, TAN: 3.0, room: 4.0})) == {LIN: 30, GU: 20, TAN: 0, B1: 0, room: 40}
    apart = replace(question, outside_budget=frozenset({"live.noon"}))
    assert money(best(apart, {**WORTH, room: 4.0})) == {LIN: 30, GU: 20, TAN: 40, B1: 0, room: 40}


def test_a_creator_below_the_conversion_asked_is_not_picked():
    """lin converts 3 of 100 clicks, gu 1 of 100, tan brings no click at all."""
    levels = {
        f"cvr.kols.{name}.{part}": float(count)
        for name, above, below in (("lin", 3, 100), ("gu", 1, 100), ("tan", 0, 0))
        for part, count in (("above", above), ("below", below))
    }
    question = pick(conversions={"kols": Conversion(tuple(CREATORS), 0.02)})
    assert money(best(question, WORTH, levels)) == {LIN: 30, GU: 0, TAN: 0, B1: 60}
    floor = limit(question, "kols.min_cvr", levels)
    assert floor.measured(State({}, chosen=frozenset({GU}))) == pytest.approx(0.01)
    assert {figure.path for figure in question.figures if figure.name.startswith("cvr")} == set(CREATORS)


# KPIs


def test_a_kpi_stays_above_its_floor():
    """ROI of last touch at least 4: from 300 ÷ 60, a fen in a brings 1 of it, one in b 6: 300 + a + 6b ≥ 4·(60 + a + b)
    with a + b = 90 gives b = 42; a fen of attributed sales more is worth (5 − 2)/5.
    """
    question = ask({A2: 0, B1: 0}, bounds={"roi_floor": Bound(BY_ID["roi"], "at_least", 4.0)})
    levels = {"roi.above": 300.0, "roi.below": 60.0}
    one = dict.fromkeys((A2, B1), 1.0)
    claim = best(question, {A2: 5.0, B1: 2.0}, levels, roi__above={A2: 1.0, B1: 6.0}, roi__below=one)
    assert money(claim) == {A2: 48, B1: 42}
    assert claim.prices["optimise.roi_floor"][0] == pytest.approx(0.6)


def test_a_kpi_out_of_reach_leaves_no_plan():
    question = ask({A2: 0}, bounds={"roi_floor": Bound(BY_ID["roi"], "at_least", 40.0)})
    levels = {"roi.above": 300.0, "roi.below": 60.0}
    with pytest.raises(AnswerIsNo):
        best(question, {A2: 5.0}, levels, roi__above={A2: 1.0}, roi__below={A2: 1.0})


@pytest.mark.parametrize(
    ("kpi", "value", "levels", "measured"),
    [
        ("cac", 40_00, {"cac.above": 90_000.0, "cac.below": 20.0}, 4500.0),  # fen a new buyer
        ("lost_sales", 10.0, {"lost_sales.above": 12.0}, 12.0),
        ("reply_mean_s", 30.0, {"reply_mean_s.above": 600.0, "reply_mean_s.below": 15.0}, 40.0),
        ("gpm", 500_00, {"gpm.above": 60_000.0, "gpm.below": 1000.0}, 60_000.0),  # fen per 1000 views
        ("live_dwell_min", 3.0, {"live_dwell_min.above": 3600.0, "live_dwell_min.below": 10.0}, 6.0),
    ],
)
def test_a_kpi_is_measured_in_its_own_unit(kpi, value, levels, measured):
    question = ask({A2: 0}, bounds={f"kpis.{kpi}.at_most": Bound(BY_ID[kpi], "at_most", value)})
    bound = limit(question, f"kpis.{kpi}.at_most", levels)
    state = State({A2: 0.0}, {name: {A2: 0.0} for name in levels})
    assert bound.measured(state) == pytest.approx(measured)
    # what it passes by, at this plan, in what it adds up
    assert bound.excess(state) == pytest.approx(max(0.0, measured - value) * bound.of.base)


def test_figures_are_the_objectives_and_what_limits_measure():
    question = ask(
        {A2: 0}, bounds={"roi_floor": Bound(BY_ID["roi"], "at_least", 4.0)}, line_roi={A: LineRoi(2.0)}
    )  # fmt: skip
    assert [figure.name for figure in question.figures] == [
        "gmv", "net_gmv", "contribution", "orders", "roi.above", "roi.below", f"line.{A}",
    ]  # fmt: skip
    assert {f.name: f.terms for f in question.figures}["net_gmv"] == ((1, "gmv"), (-1, "refunds"))


def test_a_line_brings_its_return_by_last_touch():
    """1·a + 30 ≥ 2·a: 30 at most; a fen of the line's sales more lets it spend one more, worth 5 − 3."""
    question = ask({A2: 0, B1: 0}, line_roi={A: LineRoi(2.0)})
    own = {f"line.{A}": 30.0}
    claim = best(question, {A2: 5.0, B1: 3.0}, own, **{f"line.{A}": {A2: 1.0, B1: 0.0}})
    assert money(claim) == {A2: 30, B1: 60}
    assert claim.prices[f"optimise.{A}.roi_floor"][0] == pytest.approx(2.0)


def test_a_line_brings_its_return_by_what_it_adds():
    """At 20 fen the line adds 100 to nothing, then 1 a fen: 100 + (a − 20) ≥ 3·a gives 40."""
    question = ask({A2: 20, B1: 0}, line_roi={A: LineRoi(3.0, "incremental")})
    gains = Points((0.0, 20.0, 1000.0), (-100.0, 0.0, 980.0))
    claim = best(question, {A2: gains, B1: 0.5}, {f"incremental.{A}": 100.0})
    assert money(claim) == {A2: 40, B1: 50}
    assert question.incremental == (A,)


def test_the_least_money_that_reaches_a_figure():
    """70 GMV to add at 5 up to 10 fen, then at 2: 10 + 10."""
    question = ask({A2: 0, B1: 0}, cells={A2: Range(most=10)}, reach=Bound(BY_ID["gmv"], "at_least", 170.0))
    curves = {"gmv": {A2: line(5.0), B1: line(2.0)}}
    least = Amount(money=dict.fromkeys(question.counted, -1.0))
    problem = Problem(question.rooms, curves, least, limits_of(question, {"gmv": 100.0}))
    claim = optimum(problem, second=False).claim
    assert money(claim) == {A2: 10, B1: 10}
    assert claim.prices["optimise.reach.gmv"][0] == pytest.approx(0.5)


def test_every_limit_is_named_in_both_languages():
    question = pick(
        lines={B: Range(10, or_zero=True)}, changes={B: 0.5}, rows={"pull": Row({B: 1.0}, "at_most", 50)},
        choices={"kols.at_most": Choice(tuple(CREATORS), "at_most", 2)}, line_roi={B: LineRoi(2.0)},
        bounds={"kpis.cac.at_most": Bound(BY_ID["cac"], "at_most", 40_00)},
        names={B: ("千川", "feed ads"), "pull": ("拉动", "pull"), "kols.at_most": ("达人", "creators")},
    )  # fmt: skip
    levels = {"cac.above": 1.0, "cac.below": 1.0, f"line.{B}": 1.0}
    names = {one.id: (one.zh, one.en) for one in limits_of(question, levels)}
    assert names == {
        "optimise.budget": ("总预算", "total budget"),
        f"optimise.{B}.min_or_zero": ("千川的起投额", "least spend of feed ads if any"),
        f"optimise.{B}.change_limit.up": ("千川与现方案之比的上限", "most of feed ads against now"),
        f"optimise.{B}.change_limit.down": ("千川与现方案之比的下限", "least of feed ads against now"),
        "optimise.rows.pull": ("拉动", "pull"),
        "optimise.kols.at_most": ("达人的个数", "number of creators"),
        "optimise.kpis.cac.at_most": ("新客成本的上限", "most CAC"),
        f"optimise.{B}.roi_floor": ("千川的ROI下限", "least ROI of feed ads"),
    }
