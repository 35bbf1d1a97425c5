from __future__ import annotations

import pytest

from dacu.estimates import estimate
from dacu.tables import Table, merge, records

DAYS = {"channel": ["channels.feed_ads", "kols.lin"]}


def test_numbers_become_means_with_their_interval_beside_them() -> None:
    merged = merge([Table(DAYS, {"gmv": [1.0, 10.0]}), Table(DAYS, {"gmv": [3.0, 10.0]})])
    assert merged.columns.tolist() == ["channel", "gmv", "gmv_low", "gmv_high"]
    wanted = estimate([1.0, 3.0], "yuan")
    assert merged.to_dict("split")["data"] == [
        ["channels.feed_ads", wanted.mean, wanted.low, wanted.high],
        ["kols.lin", 10, 10, 10],
    ]


def test_a_figure_undefined_in_one_replication_is_the_mean_of_the_others() -> None:
    merged = merge([Table(DAYS, {"roi": [None, 2.0]}), Table(DAYS, {"roi": [5.0, 2.0]})])
    assert merged["roi"].tolist() == [5, 2]


def test_rows_that_differ_between_replications_are_refused() -> None:
    other = Table({"channel": ["channels.feed_ads", "kols.mei"]}, {"gmv": [1.0, 2.0]})
    with pytest.raises(ValueError, match="different rows"):
        merge([Table(DAYS, {"gmv": [1.0, 2.0]}), other])


def test_columns_that_differ_between_replications_are_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        merge([Table(DAYS, {"gmv": [1.0, 2.0]}), Table(DAYS, {"orders": [1.0, 2.0]})])


def test_records_nest_the_interval_and_say_none_for_what_is_undefined() -> None:
    merged = merge([Table(DAYS, {"gmv": [1.0, None]})])
    assert records(merged) == [
        {"channel": "channels.feed_ads", "gmv": {"mean": 1.0, "low": None, "high": None}},
        {"channel": "kols.lin", "gmv": {"mean": None, "low": None, "high": None}},
    ]
