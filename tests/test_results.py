from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from dacu import words
from dacu.results import Comparison, Replication, Result, contrast, summarise
from dacu.tables import Table


def plan(
    gmv: Sequence[int],
    expected: Sequence[Mapping[str, float]] | None = None,
    *,
    seed: int = 1,
    lost: int = 0,
    tables: Mapping[str, Table] | None = None,
) -> Result:
    runs = [
        Replication(seed, number, {"gmv": fen, "orders": 10, "lost_units": lost}, sums, tables or {})
        for number, (fen, sums) in enumerate(zip(gmv, expected or [{}] * len(gmv), strict=True))
    ]
    return summarise("base", seed, 1000, 10, runs)


def test_kpis_are_estimated_over_replications() -> None:
    gmv = plan([10_000, 30_000]).kpis["gmv"]
    assert (gmv.best.mean, gmv.best.unit, gmv.used, gmv.why) == (
        200,
        "yuan",
        "realised",
        "used_realised_only",
    )


def test_an_expected_count_speaks_where_there_is_one() -> None:
    gmv = plan([10_000, 30_000], [{"gmv": 15_000.0}, {"gmv": 17_000.0}]).kpis["gmv"]
    assert (gmv.best.mean, gmv.estimate("realised").mean, gmv.used) == (160, 200, "expected")


def test_a_kpi_needs_an_expected_count_for_each_of_its_measures() -> None:
    assert plan([10_000, 30_000], [{"gmv": 15_000.0}, {"gmv": 17_000.0}]).kpis["aov"].used == "realised"


def test_where_stock_ran_short_sales_are_counted_as_they_happened() -> None:
    gmv = plan([10_000, 30_000], [{"gmv": 15_000.0}, {"gmv": 17_000.0}], lost=5).kpis["gmv"]
    assert (gmv.best.mean, gmv.why) == (200, "used_realised_rationed")


def test_one_replication_has_no_interval_and_says_so() -> None:
    result = plan([10_000])
    assert (result.kpis["gmv"].best.mean, result.kpis["gmv"].best.low) == (100, None)
    assert [warning.code for warning in result.warnings] == ["one_replication"]


def test_two_replications_are_not_warned_of() -> None:
    assert plan([10_000, 30_000]).warnings == ()


def test_the_difference_is_paired_by_replication() -> None:
    # pairs move together: +1 yuan each, though the plans themselves vary by hundreds
    other = contrast(plan([10_000, 50_000, 90_000]), plan([10_100, 50_100, 90_100]), "coupon")
    gmv = other.kpis["gmv"].paired
    assert (gmv.difference.low, gmv.difference.mean, gmv.difference.high) == pytest.approx((1, 1, 1))


def test_a_difference_stands_on_expected_counts_only_if_both_plans_have_them() -> None:
    sums = [{"gmv": 1.0}, {"gmv": 2.0}]
    both = contrast(plan([1, 2], sums), plan([3, 4], sums), "both")
    one = contrast(plan([1, 2], sums), plan([3, 4]), "one")
    assert (both.kpis["gmv"].used, one.kpis["gmv"].used) == ("expected", "realised")


def test_plans_of_other_seeds_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="same replications"):
        contrast(plan([1, 2]), plan([1, 2], seed=2), "other seed")


def test_plans_of_other_numbers_of_replications_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="same replications"):
        contrast(plan([1, 2]), plan([1, 2, 3]), "more")


def test_the_json_of_a_plan_has_the_promised_keys() -> None:
    tables = {
        "funnel": Table({"step": ["exposures", "orders"]}, {"people": [9.0, 1.0]}),
        "channels": Table({"channel": ["channels.feed_ads"]}, {"gmv": [5.0]}),
    }
    answer = json.loads(json.dumps(plan([10_000, 10_000], tables=tables).as_json(), allow_nan=False))
    assert {key: answer[key] for key in ("scenario", "seed", "replications", "agents", "weight")} == {
        "scenario": "base",
        "seed": 1,
        "replications": 2,
        "agents": 1000,
        "weight": 10,
    }
    assert answer["kpis"]["gmv"] == {
        "mean": 100,
        "low": 100,
        "high": 100,
        "unit": "yuan",
        "kind": "sampling",
        "used": "realised",
    }
    assert answer["funnel"][1] == {"step": "orders", "people": {"mean": 1, "low": 1, "high": 1}}
    assert answer["channels"] == {"channels.feed_ads": {"gmv": {"mean": 5, "low": 5, "high": 5}}}


def test_the_json_of_a_comparison_has_the_promised_keys() -> None:
    change = {"path": "skus.a.list", "from": "10", "to": "12", "file": "a.yaml", "line": 3}
    other = contrast(plan([1, 2, 4]), plan([2, 4, 5]), "dearer", [change])
    answer = json.loads(json.dumps(Comparison("base", (other,)).as_json(), allow_nan=False))
    (dearer,) = answer["others"]
    assert (answer["base"], dearer["name"], dearer["changes"]) == ("base", "dearer", [change])
    promised = {
        "base",
        "other",
        "difference",
        "low",
        "high",
        "relative",
        "better_probability",
        "variance_ratio",
    }
    assert promised <= dearer["kpis"]["gmv"].keys()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_reason_and_warning_has_its_sentence(lang: str) -> None:
    results = [plan([1]), plan([1], [{"gmv": 1.0}]), plan([1], [{"gmv": 1.0}], lost=1)]
    reasons = {result.kpis["gmv"].why for result in results}
    assert len({words.say(lang, reason) for reason in reasons}) == 3
    assert results[0].warnings[0].sentence(lang)
