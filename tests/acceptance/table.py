"""Rows of the acceptance table: what each figure is, its band, the plans it needs and how it is read from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

from bench import Plan
from figures import Found, Runs

Verdict = Literal["in", "OUT"]


@dataclass(frozen=True)
class Row:
    """One row. The band is closed; an open end is infinite; a yes/no row is 1 in [1, 1].

    `plans` are those it needs by a short name; `read` gets their replications. `about` is said where a miss is known:
    the reason, and what would change it.
    """

    id: str
    figure: str
    low: float
    high: float
    plans: Mapping[str, Plan]
    read: Callable[[Mapping[str, Runs]], Found]
    about: str = ""

    def verdict(self, found: Found) -> Verdict:
        """Whether the mean lies inside the band."""
        return "in" if found.holds and found.within(self.low, self.high) else "OUT"

    @property
    def band(self) -> str:
        """For people."""
        low, high = ("–" if abs(end) == inf else f"{end:g}" for end in (self.low, self.high))
        return f"{low} … {high}"


ROWS: dict[str, Row] = {}


def row(
    name: str, figure: str, low: float, high: float, about: str = "", **plans: Plan
) -> Callable[[Callable[[Mapping[str, Runs]], Found]], Callable[[Mapping[str, Runs]], Found]]:
    """Register a row; the function below reads its figure."""

    def register(read: Callable[[Mapping[str, Runs]], Found]) -> Callable[[Mapping[str, Runs]], Found]:
        if name in ROWS:
            raise ValueError(f"two rows are called {name}")
        ROWS[name] = Row(name, figure, low, high, plans, read, about)
        return read

    return register
