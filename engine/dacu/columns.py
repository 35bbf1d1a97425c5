"""Tables that grow: NumPy columns with an append that is amortised O(1), and exact totals over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Ints: TypeAlias = NDArray[np.signedinteger[Any]]


def present(codes: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The different ones of small whole numbers from 0 on, rising: `np.unique` without its sort."""
    return np.bincount(codes).nonzero()[0]


def totals_by(key: Ints, amounts: Ints, size: int) -> NDArray[np.int64]:
    """Exact totals of `amounts` for the keys 0…size−1; rows whose key lies outside are left out."""
    inside = (key >= 0) & (key < size)
    totals = np.zeros(size, dtype=np.int64)
    np.add.at(totals, key[inside], amounts[inside])
    return totals


class Columns:
    """A table that grows by rows: one NumPy array a column, doubled when it is full."""

    def __init__(self, dtypes: Mapping[str, DTypeLike]) -> None:
        self.size = 0
        self._room = 0
        self._data = {name: np.empty(0, dtype) for name, dtype in dtypes.items()}

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The rows of one column, as a view: writing to it writes to the table."""
        return self._data[name][: self.size]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def append(self, values: Mapping[str, ArrayLike]) -> None:
        """Add rows; scalars are repeated.

        TypeError for wrong columns or fractions, OverflowError for a number that the column cannot hold.
        """
        if values.keys() != self._data.keys():
            raise TypeError(f"wrong columns: {sorted(values.keys() ^ self._data.keys())}")
        rows = [_fitting(name, values[name], column.dtype) for name, column in self._data.items()]
        lengths = {row.size for row in rows if not isinstance(row, int)} - {1} or {1}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        count = lengths.pop()
        added = slice(self.size, self.size + count)
        if added.stop > self._room:
            self._grow(added.stop)
        for column, row in zip(self._data.values(), rows, strict=True):
            column[added] = row
        self.size += count

    def _grow(self, size: int) -> None:
        self._room = max(size, 2 * self._room, 64)
        for name, column in self._data.items():
            self._data[name] = np.empty(self._room, column.dtype)
            self._data[name][: self.size] = column[: self.size]

    def copy(self) -> Columns:
        """A snapshot that shares nothing with this table."""
        twin = Columns({})
        twin.size = twin._room = self.size
        twin._data = {name: column[: self.size].copy() for name, column in self._data.items()}
        return twin


def _fitting(name: str, values: ArrayLike, dtype: np.dtype[Any]) -> NDArray[Any] | int:
    """The values, fit for the column's type; NumPy alone would wrap 40,000 pieces to −25,536 without a word."""
    if isinstance(values, int):
        least, most = _range_of(dtype)
        if not least <= values <= most:
            raise OverflowError(f"{name}: a value does not fit {dtype}")
        return values
    rows = np.asarray(values)
    if rows.dtype == dtype:
        return rows
    if rows.dtype.kind not in "iub":
        raise TypeError(f"{name}: whole numbers only, not {rows.dtype}")
    if np.can_cast(rows.dtype, dtype):
        return rows
    narrowed = rows.astype(dtype)
    if (narrowed != rows).any():
        raise OverflowError(f"{name}: a value does not fit {dtype}")
    return narrowed


@cache
def _range_of(dtype: np.dtype[Any]) -> tuple[int, int]:
    """The least and the largest whole number of a type."""
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)
