"""Every demand measured on a plan, by hand."""

import pytest

from dacu.plan.limits import keeps, limits_of
from dacu.plan.problem import Cell, State
from dacu.plan.question import DailyCap, Group, Objective, Question, Range, evenly

A1, A2, B2 = Cell("channels.a", "warm"), Cell("channels.a", "burst"), Cell("channels.b", "burst")
PROBLEM = Question(
    current={A1: 100_00, A2: 200_00, B2: 300_00},
    budget=600_00,
    objective=Objective("gmv", "GMV", "GMV"),
    days={"warm": evenly(0, 10), "burst": {9: 0.25, 10: 0.75}},
    cells={A1: Range(least=50_00)},
    lines={"channels.a": Range(most=400_00)},
    phases={"burst": Range(least=100_00, most=550_00)},
    groups={"品效": Group(("channels.b",), least=0.2, most=0.5)},
    daily_cap=DailyCap(5, 80_00),
    names={"channels.a": ("千川", "Feed ads"), "品效": ("品牌", "brand")},
)
LIMITS = {limit.id: limit for limit in limits_of(PROBLEM)}


def test_every_demand_has_its_scenario_path():
    assert list(LIMITS) == [
        "optimise.budget",
        "optimise.channels.a.warm.min",
        "optimise.channels.a.max",
        "optimise.phases.burst.max",
        "optimise.phases.burst.min",
        "optimise.groups.品效.share.max",
        "optimise.groups.品效.share.min",
        "optimise.daily_cap_multiple",
    ]


@pytest.mark.parametrize(
    ("path", "measured"),
    [
        ("optimise.budget", 600_00),
        ("optimise.channels.a.warm.min", 100_00),
        ("optimise.channels.a.max", 300_00),
        ("optimise.phases.burst.max", 500_00),
        ("optimise.groups.品效.share.max", 0.5),
        ("optimise.daily_cap_multiple", 0.75 * 500 / 80),  # D11 alone; D10 has 10 + 125
    ],
)
def test_a_plan_is_measured_in_the_unit_of_the_limit(path, measured):
    assert LIMITS[path].measured(State(PROBLEM.current)) == pytest.approx(measured)


def test_a_limit_is_broken_by_money():
    plan = State({A1: 40_00, A2: 200_00, B2: 360_00})
    assert LIMITS["optimise.channels.a.warm.min"].excess(plan) == pytest.approx(10_00)
    assert LIMITS["optimise.groups.品效.share.max"].excess(plan) == pytest.approx(60_00)
    assert LIMITS["optimise.daily_cap_multiple"].excess(plan) == pytest.approx(20_00)
    assert LIMITS["optimise.budget"].excess(plan) == 0


def test_a_ceiling_holds_to_the_fen():
    assert keeps(PROBLEM.current, LIMITS.values())
    assert not keeps({**PROBLEM.current, A1: 100_01}, LIMITS.values())


def test_days_alike_are_one_amount():
    # D1–D9 are alike; D10 has both phases; D11 only the burst
    assert len(LIMITS["optimise.daily_cap_multiple"].amounts) == 3


def test_limits_are_named_in_both_languages():
    assert (LIMITS["optimise.channels.a.max"].zh, LIMITS["optimise.channels.a.max"].en) == (
        "千川的上限",
        "maximum of Feed ads",
    )
    assert LIMITS["optimise.groups.品效.share.min"].en == "minimum share of brand"
    assert LIMITS["optimise.channels.a.warm.min"].zh == "千川·warm 的下限"
