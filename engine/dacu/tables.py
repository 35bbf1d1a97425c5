"""Tidy tables: one a replication, merged into one with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dacu.estimates import Kind, spread
from dacu.kpis import possible
from dacu.possible import Possible

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Table:
    """A tidy table of one replication: key columns (scenario paths, days, …) and columns of numbers.

    `possible` says what the figures of a column can be where its name does not (kpis.possible).
    """

    keys: Mapping[str, Sequence[Any]]
    numbers: Mapping[str, Sequence[float | None]]
    possible: Mapping[str, Possible] = field(default_factory=dict)


FEN = 100.0


def yuan(fen: NDArray[np.int64]) -> list[float]:
    """A column of fen in yuan."""
    amounts: list[float] = (fen / FEN).tolist()
    return amounts


def ratio(above: Iterable[float], below: Iterable[float]) -> list[float | None]:
    """A column of quotients, None where there is nothing to divide by."""
    return [float(a) / float(b) if b > 0 else None for a, b in zip(above, below, strict=True)]


def merge(tables: Sequence[Table], kind: Kind = "sampling") -> DataFrame:
    """One table over replications: the keys, then each number as its mean with `_low` and `_high` beside it.

    ValueError unless all have the same rows and columns in the same order.
    """
    from pandas import DataFrame

    shapes = [({name: list(key) for name, key in table.keys.items()}, list(table.numbers)) for table in tables]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError("replications report different rows or columns")
    keys, numbers = shapes[0]
    columns: dict[str, Any] = dict(keys)
    for name in numbers:
        can_be = tables[0].possible.get(name, possible(name))
        mean, low, high = spread(np.array([table.numbers[name] for table in tables], dtype=np.float64), kind, can_be)
        columns |= {name: mean, f"{name}_low": low, f"{name}_high": high}
    return DataFrame(columns)


def records(table: DataFrame) -> list[dict[str, Any]]:
    """A merged table's rows, each number as {mean, low, high}, undefined as None."""
    plain = table.astype(object).where(table.notna(), None)
    columns: dict[str, list[Any]] = {str(name): plain[name].tolist() for name in plain}
    numbers = [name for name in columns if f"{name}_low" in columns]
    bounds = {f"{name}_{bound}" for name in numbers for bound in ("low", "high")}
    spread = {
        name: [
            dict(zip(("mean", "low", "high"), row, strict=True))
            for row in zip(columns[name], columns[f"{name}_low"], columns[f"{name}_high"], strict=True)
        ]
        for name in numbers
    }
    shown = {name: spread.get(name, values) for name, values in columns.items() if name not in bounds}
    return [dict(zip(shown, row, strict=True)) for row in zip(*shown.values(), strict=True)]
