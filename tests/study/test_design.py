"""Study files against a shop: what varies, which rows it makes, which are left out, how it grows."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.study import blocks, factors
from dacu.study.answer import answer
from dacu.study.design import Design, Point, design, extend

SHOP = """
dacu: 1
calendar: {start: 2026-09-07, days: 9, warmup: 1d}
people: {size: 1万, agents: 200}
skus:
  mask: {list: 69, cost: 19}
channels:
  feed_ads: {daily_budget: 8000}
  search_ads: {daily_budget: 2000}
kols:
  lin: {followers: 1万, posts: [D3], fee: 3000}
promotions:
  threshold: {tiers: {t1: {over: 199, minus: 20}, t2: {over: 299, minus: 40}}}
  coupon: {face: 10, over: 99, start: D2, end: D5, valid: 3d}
risks:
  algorithm: {date: D5, pool_factor: 0.6}
variants:
  deep: {promotions: {threshold: {tiers: {t1: {minus: 60}}}}}
  lonely: {kols: {lin: null}}
"""
HEAD = "scenario: shop.yaml\noutcomes: [gmv]\n"


def of(text: str) -> tuple[blocks.Sheet, factors.Field]:
    sheet = blocks.read(HEAD + text, "study.yaml")
    return sheet, factors.field(sheet, lambda path: (path, SHOP))


def made(text: str) -> Design:
    return design(*of(text))


def settings(points: tuple[Point, ...]) -> list[dict[str, str]]:
    return [{setting.path: setting.text for setting in point} for point in points]


def told(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError) as error:
        made(text)
    return [(finding.code, str(finding.mark), finding.path) for finding in error.value.findings]


def test_a_grid_has_every_combination_once() -> None:
    found = settings(made("""factors:
  channels.feed_ads.daily_budget: {values: [1万, 2万]}
  promotions.threshold.tiers.t1.minus: {range: [10, 30]}
  risks.algorithm: {switch: yes}
method: grid
samples: 3
""").points)
    rows = [tuple(row.values()) for row in found]
    assert len(set(rows)) == 12
    assert rows[0] == ("1万", "10")
    assert rows[1] == ("1万", "10", "null")
    assert {row["promotions.threshold.tiers.t1.minus"] for row in found} == {"10", "20", "30"}


def test_what_is_below_a_missing_thing_is_not_set_and_a_grid_says_it_once() -> None:
    found = made("""factors:
  kols.lin: {switch: yes}
  kols.lin.fee: {values: [2000, 3000, 4000]}
method: grid
""")
    assert settings(found.points) == [
        {"kols.lin.fee": "2000"}, {"kols.lin.fee": "3000"}, {"kols.lin.fee": "4000"}, {"kols.lin": "null"},
    ]  # fmt: skip
    assert found.dropped == {"=": 2}


def test_each_kind_of_value_is_drawn_as_the_scenario_writes_it() -> None:
    found = settings(made("""factors:
  promotions.threshold.tiers.t1.minus: {range: [20, 60], whole: yes}
  channels.feed_ads.daily_budget: {range: [1000, 10万], scale: log}
  promotions.coupon.start: {range: [D1, D4]}
  promotions.coupon.valid: {range: [1d, 3d]}
  risks.algorithm.pool_factor: {range: [0.5, 0.9]}
  behaviour.people.price_median: {range: [1, 2]}
  variant: {values: [null, deep]}
method: lhs
samples: 200
""").points)
    first = found[0]
    assert "variant" not in first
    assert found[1] == first | {"variant": "deep"}
    minus = Counter(row["promotions.threshold.tiers.t1.minus"] for row in found)
    assert set(minus) == {str(yuan) for yuan in range(20, 61)}
    budgets = sorted(float(row["channels.feed_ads.daily_budget"]) for row in found)
    assert budgets[0] >= 1000
    assert budgets[len(budgets) // 2] == pytest.approx(10_000, rel=0.05)
    assert all(row["promotions.coupon.start"].startswith(("D1 ", "D2 ", "D3 ")) for row in found)
    assert all(24 <= float(row["promotions.coupon.valid"].removesuffix("h")) <= 72 for row in found)
    assert all(1 <= float(row["behaviour.people.price_median"]) <= 2 for row in found)


def test_a_latin_hypercube_has_one_row_in_each_stratum_and_keeps_that_when_it_grows() -> None:
    sheet, field = of("""factors:
  channels.feed_ads.daily_budget: {range: [1000, 2000]}
  risks.algorithm.pool_factor: {range: [0.5, 0.9]}
method: lhs
samples: 10
""")
    first = design(sheet, field)
    more = extend(sheet, field, first, 20)
    assert more.points[:10] == first.points
    for found, count in ((first, 10), (more, 30)):
        strata = np.sort(np.floor(found.unit * count).astype(int), axis=0)
        assert (strata == np.arange(count)[:, None]).all()


def test_a_sobol_design_grows_to_what_it_would_have_been() -> None:
    text = """factors:
  channels.feed_ads.daily_budget: {range: [1000, 2000]}
  channels.search_ads.daily_budget: {range: [1000, 2000]}
method: sobol
second_order: yes
samples: """
    sheet, field = of(text + "8\n")
    grown, whole = extend(sheet, field, design(sheet, field), 8), made(text + "16\n")
    assert grown.points == whole.points
    assert (grown.blocks == whole.blocks).all()
    assert len(whole) == 16 * (2 * 2 + 2)


@pytest.mark.parametrize(
    ("method", "samples", "more", "code", "hint"),
    [("sobol", 8, 5, "extend_power_of_two", "8"), ("lhs", 10, 25, "extend_multiple", "20"),
     ("morris", 4, 4, "extend_method", "")],
)  # fmt: skip
def test_what_cannot_grow_says_what_can(method: str, samples: int, more: int, code: str, hint: str) -> None:
    factor = "factors: {channels.feed_ads.daily_budget: {range: [1, 2]}}"
    sheet, field = of(f"{factor}\nmethod: {method}\nsamples: {samples}\n")
    with pytest.raises(InputError) as error:
        extend(sheet, field, design(sheet, field), more)
    assert (error.value.findings[0].code, error.value.findings[0].hint) == (code, hint)


def test_a_trajectory_moves_every_factor_once() -> None:
    found = made("""factors:
  channels.feed_ads.daily_budget: {range: [1000, 2000]}
  kols.lin: {switch: yes}
  risks.algorithm.pool_factor: {values: [0.5, 0.6, 0.7]}
method: morris
samples: 20
""")
    steps = np.diff(found.unit.reshape(20, 4, 3), axis=1)
    assert np.allclose(np.abs(steps).sum(axis=1), 2 / 3)
    assert ((steps != 0).sum(axis=2) == 1).all()


def test_conditions_leave_rows_out_and_count_them() -> None:
    found = made("""factors:
  promotions.threshold.tiers.t1.minus: {values: [20, 40, 60]}
  promotions.threshold.tiers.t2.minus: {values: [30, 50]}
  kols.lin: {switch: yes}
method: grid
conditions:
  steps: promotions.threshold.tiers.t1.minus < promotions.threshold.tiers.t2.minus
  sum: promotions.threshold.tiers.t1.minus + promotions.threshold.tiers.t2.minus <= 70
  there: kols.lin != no
""")
    assert [tuple(row.values()) for row in settings(found.points)] == [("20", "30"), ("20", "50")]
    assert found.dropped == {"steps": 6, "sum": 2, "there": 2, "=": 0}


def test_a_condition_takes_a_whole_sample_of_sobol() -> None:
    found = made("""factors:
  channels.feed_ads.daily_budget: {range: [1000, 2000]}
  channels.search_ads.daily_budget: {range: [1000, 2000]}
method: sobol
samples: 64
conditions: {both: channels.feed_ads.daily_budget + channels.search_ads.daily_budget <= 3500}
""")
    assert len(found) + found.dropped["both"] == 256
    assert set(Counter(found.blocks.tolist()).values()) == {4}


def test_a_list_is_taken_as_it_is_and_ranked() -> None:
    text = """method: list
rows:
  now: {}
  deeper: {variant: deep, channels.feed_ads.daily_budget: 1万}
"""
    sheet, field = of(text)
    found = design(sheet, field)
    assert settings(found.points) == [{}, {"variant": "deep", "channels.feed_ads.daily_budget": "1万"}]
    said = answer(field, found, {"gmv": np.array([[1.0, 2.0], [3.0, 1.0]])})["gmv"]
    assert said.sensitivity is None
    assert said.ranking is not None
    assert {rank.name: rank.best.value for rank in said.ranking.ranks} == {"now": 0.5, "deeper": 0.5}


def test_what_is_ours_to_choose_is_ranked_over_everything_else() -> None:
    sheet, field = of("""factors:
  channels.feed_ads.daily_budget: {values: [1万, 2万], choose: yes}
  variant: {values: [null, deep]}
  risks.algorithm.pool_factor: {range: [0.5, 0.9]}
method: lhs
samples: 5
""")
    found = design(sheet, field)
    assert len(found) == 20
    outcome = np.array([[float(row["channels.feed_ads.daily_budget"] == "2万") + ("variant" in row)]
                        for row in settings(found.points)])  # fmt: skip
    ranking = answer(field, found, {"gmv": outcome})["gmv"].ranking
    assert ranking is not None
    assert (ranking.cases, ranking.worlds) == (5, 5)
    assert [(rank.name, rank.regret.value) for rank in ranking.ranks] == [
        ("daily_budget=2万, shop+deep", 0.0), ("daily_budget=1万, shop+deep", 1.0), ("daily_budget=2万, shop", 1.0),
        ("daily_budget=1万, shop", 2.0),
    ]  # fmt: skip


def test_a_condition_on_choices_takes_an_alternative_and_leaves_the_others_their_cases() -> None:
    sheet, field = of("""factors:
  promotions.threshold.tiers.t1.minus: {values: [20, 40], choose: yes}
  promotions.threshold.tiers.t2.minus: {values: [30, 60], choose: yes}
  risks.algorithm.pool_factor: {range: [0.5, 0.9]}
method: lhs
samples: 5
conditions: {steps: promotions.threshold.tiers.t1.minus < promotions.threshold.tiers.t2.minus}
""")
    found = design(sheet, field)
    assert (len(found), found.dropped) == (15, {"steps": 5})
    ranking = answer(field, found, {"gmv": np.arange(15.0)[:, None]})["gmv"].ranking
    assert ranking is not None
    assert (len(ranking.ranks), ranking.cases, ranking.missing) == (3, 5, 0)


FEED = "channels.feed_ads.daily_budget"
WRONG = {
    "unknown": ("factors: {channels.feed_ads.daily_bugdet: {range: [1, 2]}}", "unknown_key", 3),
    "outside": ("factors:\n  risks.algorithm.pool_factor:\n    range: [0.5, 30]", "above_maximum", 5),
    "coefficient": ("factors: {behaviour.people.price_median: {range: [1, 20]}}", "coefficient_out_of_range", 3),
    "empty": (f"factors: {{{FEED}: {{range: [2万, 1万]}}}}", "factor_empty_range", 3),
    "no_steps": (f"factors: {{{FEED}: {{range: [1.2, 1.8], whole: yes}}}}", "factor_empty_range", 3),
    "below": (f"factors: {{{FEED}: {{range: [0, 5], scale: log}}}}", "factor_log_positive", 3),
    "twice": (f'factors:\n  {FEED}: {{range: [1, 2]}}\n  channels."feed_ads".daily_budget: {{range: [1, 2]}}',
              "factor_twice", 5),
    "inside": ("factors:\n  kols.lin: {values: [null, x]}\n  kols.lin.fee: {range: [1, 2]}", "factor_twice", 5),
    "removed": ("factors:\n  variant: {values: [null, lonely]}\n  kols.lin.fee: {range: [1, 2]}",
                "factor_not_under", 5),
    "nothing": ("factors: {kols.nobody: {switch: yes}}", "factor_nothing_there", 3),
    "variant": ("factors: {variant: {values: [null, depe]}}", "variant_unknown", 3),
    "text": ("factors: {calendar.start: {values: [soon, later]}}", "not_a_date", 3),
    "no_range": ("factors: {channels.feed_ads.platform: {range: [a, b]}}", "factor_no_range", 3),
    "mixed": ("factors: {risks.algorithm.date: {range: [D3, 2026-09-12]}}", "factor_mixed_days", 3),
    "two": (f"factors: {{{FEED}: {{range: [1, 2], values: [1, 2]}}}}", "factor_one_form", 3),
    "three_ends": (f"factors: {{{FEED}: {{range: [1, 2, 3]}}}}", "factor_two_ends", 3),
    "one": (f"factors: {{{FEED}: {{values: [1]}}}}", "factor_no_choice", 3),
    "same": (f"factors: {{{FEED}: {{values: [1, 1]}}}}", "factor_value_twice", 3),
    "whole_share": ("factors: {kols.lin.commission: {range: [10%, 20%], whole: yes}}", "factor_whole_share", 3),
    "nothing_varies": ("factors: {}", "study_no_factors", 3),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_factor_is_told_at_its_line(case: str) -> None:
    text, code, line = WRONG[case]
    found = told(f"{text}\nmethod: lhs\nsamples: 8\n")
    assert [one[0] for one in found] == [code]
    assert found[0][1].startswith(f"study.yaml:{line}:")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("method: sobol\nsamples: 12", "sobol_power_of_two", 5),
        ("method: lhs\nsamples: 0", "below_minimum", 5),
        ("method: lhs", "study_no_samples", 4),
        ("method: halton\nsamples: 8", "not_a_choice", 4),
        ("method: lhs\nsamples: 20万", "study_too_large", 5),
        ("method: lhs\nsamples: 8\nsecond_order: yes", "study_second_order", 6),
        ("method: list", "study_no_rows", 4),
        ("method: lhs\nsamples: 8\nrows: {a: {}}", "study_rows_unused", 6),
        ("method: lhs\nsamples: 8\nconditions: {a: b}", "condition_shape", 6),
        (f"method: lhs\nsamples: 8\nconditions: {{a: {FEED} < soon}}", "condition_term", 6),
        ("method: lhs\nsamples: 8\nconditions: {a: 1 < 2}", "condition_no_factor", 6),
        (f"method: lhs\nsamples: 8\nconditions: {{a: {FEED} < 1}}", "study_nothing_left", 6),
    ],
)  # fmt: skip
def test_a_wrong_method_is_told_at_its_line(text: str, code: str, line: int) -> None:
    found = told(f"factors: {{{FEED}: {{range: [1000, 2000]}}}}\n{text}\n")
    assert code in [one[0] for one in found]
    assert next(one[1] for one in found if one[0] == code).startswith(f"study.yaml:{line}:")


def test_an_outcome_must_be_a_kpi() -> None:
    with pytest.raises(InputError) as error:
        blocks.read("scenario: a.yaml\noutcomes: [gmv, contributoin]\nmethod: list\nrows: {a: {}}\n", "study.yaml")
    assert [(one.code, one.hint) for one in error.value.findings] == [("unknown_kpi", "contribution")]


def test_ten_thousand_rows_are_planned_in_five_seconds() -> None:
    started = time.perf_counter()
    found = made("""factors:
  promotions.threshold.tiers.t1.minus: {range: [20, 60], whole: yes}
  channels.feed_ads.daily_budget: {range: [1000, 10万], scale: log}
  channels.search_ads.daily_budget: {range: [1000, 2万]}
  promotions.coupon.start: {range: [D1, D4]}
  kols.lin: {switch: yes}
  kols.lin.fee: {range: [1000, 5000]}
  risks.algorithm.pool_factor: {range: [0.5, 0.9]}
  behaviour.people.price_median: {range: [1, 2]}
method: sobol
samples: 1024
""")
    assert len(found) == 10_240
    assert time.perf_counter() - started < 5
