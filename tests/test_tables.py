from __future__ import annotations

import pytest

from dacu.estimates import estimate
from dacu.possible import ANYTHING
from dacu.tables import Table, merge, records

DAYS = {"channel": ["channels.feed_ads", "kols.lin"]}


def test_numbers_become_means_with_their_interval_beside_them() -> None:
    merged = merge([Table(DAYS, {"gmv": [20.0, 10.0]}), Table(DAYS, {"gmv": [21.0, 10.0]})])
    assert merged.columns.tolist() == ["channel", "gmv", "gmv_low", "gmv_high"]
    wanted = estimate([20.0, 21.0], "yuan")
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


def test_an_interval_ends_where_its_column_cannot_go_on() -> None:
    def run(orders: float, ctr: float, owed: float) -> Table:
        one = {"orders": [orders], "ctr": [ctr], "owed": [owed], "bonus": [owed]}
        return Table({"channel": ["kols.lin"]}, one, {"owed": ANYTHING})

    merged = merge([run(0, 0.9, 0), run(0, 1, 0), run(9, 1, 9)]).iloc[0]
    assert (merged["orders_low"], merged["ctr_high"], merged["bonus_low"]) == (0, 1, 0)
    assert merged["owed_low"] < 0
    assert merged["ctr_low"] == estimate([0.9, 1, 1], "share").low
