from __future__ import annotations

import numpy as np
import pytest

from dacu.columns import Columns, totals_by


def test_rows_survive_growth_in_order() -> None:
    table = Columns({"n": np.int32})
    for n in range(1000):
        table.append({"n": n})
    assert table["n"].tolist() == list(range(1000))


def test_scalars_are_repeated_along_the_arrays() -> None:
    table = Columns({"n": np.int32, "kind": np.uint8})
    table.append({"n": np.arange(3), "kind": 7})
    assert table["kind"].tolist() == [7, 7, 7]


def test_empty_arrays_add_no_row() -> None:
    table = Columns({"n": np.int32, "kind": np.uint8})
    table.append({"n": np.empty(0, np.int64), "kind": 7})
    assert table.size == 0


def test_columns_of_different_lengths_are_refused() -> None:
    table = Columns({"n": np.int32, "kind": np.uint8})
    with pytest.raises(ValueError, match=r"\[2, 3\]"):
        table.append({"n": np.arange(3), "kind": np.zeros(2, np.uint8)})
    assert table.size == 0


def test_writing_to_a_column_writes_to_the_table_but_not_to_its_snapshot() -> None:
    table = Columns({"n": np.int32})
    table.append({"n": [1, 2, 3]})
    twin = table.copy()
    table["n"][1] = 9
    twin.append({"n": 4})
    assert (table["n"].tolist(), twin["n"].tolist()) == ([1, 9, 3], [1, 2, 3, 4])


@pytest.mark.parametrize("value", [40_000, -40_000])
def test_a_number_that_does_not_fit_is_refused_rather_than_wrapped(value: int) -> None:
    table = Columns({"n": np.int16})
    with pytest.raises(OverflowError):
        table.append({"n": [1, value]})
    with pytest.raises(OverflowError):
        table.append({"n": value})
    assert table.size == 0


def test_fractions_are_refused() -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        Columns({"fen": np.int64}).append({"fen": [1.5]})


def test_a_missing_and_an_unknown_column_are_both_named() -> None:
    with pytest.raises(TypeError, match=r"\['m', 'n'\]"):
        Columns({"n": np.int64}).append({"m": 1})


def test_totals_are_exact_beyond_what_a_float_can_hold() -> None:
    big = 2**53
    totals = totals_by(np.array([1, 1, 0]), np.array([big, 1, 5]), 3)
    assert totals.tolist() == [5, big + 1, 0]


def test_totals_leave_out_keys_outside_the_range() -> None:
    assert totals_by(np.array([-1, 0, 2]), np.array([1, 2, 4]), 2).tolist() == [2, 0]
