"""Conditions that rows must keep: `t2.over > t1.over`, `channels.a.daily_budget + channels.b.daily_budget <= 5万`.

A side is a sum of factors and values, each written as the scenario writes it; `=` and `!=` also compare texts
(`kols.lin_xiaoyu != no`). A row in which a factor is unset or its thing missing keeps every condition about it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import PydanticCustomError

from dacu.errors import Finding, InputError
from dacu.language.fields import Form
from dacu.language.paths import names_in
from dacu.study.factors import Factor, ordinal

COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le, ">=": operator.ge, "!=": operator.ne, "=": operator.eq, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_UNQUOTED = r'(?=(?:[^"]*"[^"]*")*[^"]*$)'
_SIGN = re.compile(rf"\s*(<=|>=|!=|=|<|>)\s*{_UNQUOTED}")
_PLUS = re.compile(rf"\s+\+\s+{_UNQUOTED}")
TOLERANCE = 1e-9
"""Sums of shares are compared with this much play, relative."""

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Condition:
    """Two sides, each a constant and some factors by their place, in one inner unit; or one text against another."""

    sign: str
    left: Side
    right: Side

    def kept(self, columns: Sequence[Column | None], texts: Sequence[Sequence[str | None]]) -> NDArray[np.bool_]:
        """Which rows keep it."""
        if self.left.form is None:
            left, right = (side.text_of(texts) for side in (self.left, self.right))
            same = [None in (one, other) or COMPARE[self.sign](one, other) for one, other in _paired(left, right)]
            return np.array(same)
        left_sum, right_sum = self.left.sum(columns), self.right.sum(columns)
        play = TOLERANCE * np.maximum(np.abs(left_sum), np.abs(right_sum)) * (1 if "=" in self.sign else -1)
        if self.sign in ("=", "!="):
            kept = (np.abs(left_sum - right_sum) <= np.abs(play)) == (self.sign == "=")
        else:
            shifted = right_sum + play if "<" in self.sign else right_sum - play
            kept = COMPARE[self.sign](left_sum, shifted)
        return np.asarray(kept | np.isnan(left_sum) | np.isnan(right_sum))


@dataclass(frozen=True)
class Side:
    """A sum of factors (by place) and values; without a form, one factor or one text."""

    form: Form | None
    factors: tuple[int, ...]
    constant: float = 0.0
    text: str = ""

    def sum(self, columns: Sequence[Column | None]) -> Column:
        """Of each row."""
        total: Column = np.float64(self.constant) * np.ones(1)
        for place in self.factors:
            column = columns[place]
            if column is not None:
                total = total + column
        return total

    def text_of(self, texts: Sequence[Sequence[str | None]]) -> Sequence[str | None]:
        """Of each row."""
        return texts[self.factors[0]] if self.factors else [self.text]


def _paired(left: Sequence[Any], right: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    count = max(len(left), len(right))
    return zip(*(side if len(side) == count else list(side) * count for side in (left, right)), strict=True)


def condition(text: str, factors: Sequence[Factor]) -> Condition:
    """The condition in a text about these factors. Raises InputError, without a place, where it cannot be read."""
    pieces = _SIGN.split(text.strip())
    if len(pieces) != 3:
        raise InputError(Finding("condition_shape", value=text))
    places = {names_in(factor.path): place for place, factor in enumerate(factors)}
    sides = [_PLUS.split(pieces[0]), _PLUS.split(pieces[2])]
    named = [places[names_in(term)] for side in sides for term in side if names_in(term) in places]
    if not named:
        raise InputError(Finding("condition_no_factor", value=text))
    kinds = {_numbers(factors[place]) for place in named}
    names = {form.name if form else "" for form in kinds}
    if len(names) > 1:
        raise InputError(Finding("condition_mixed", value=text, args={"kinds": ", ".join(sorted(names - {""}) or "–")}))
    form = next(iter(kinds))
    if form is None and (pieces[1] not in ("=", "!=") or any(len(side) > 1 for side in sides)):
        raise InputError(Finding("condition_no_number", value=text))
    left, right = (_side(side, places, form) for side in sides)
    return Condition(pieces[1], left, right)


def _numbers(factor: Factor) -> Form | None:
    """The form of a factor that has numbers."""
    return factor.form if factor.figures(np.zeros(1)) is not None else None


def _side(terms: Sequence[str], places: Mapping[tuple[str, ...], int], form: Form | None) -> Side:
    factors = tuple(places[names_in(term)] for term in terms if names_in(term) in places)
    values = [term for term in terms if names_in(term) not in places]
    if form is None:
        return Side(None, factors, text=values[0] if values else "")
    try:
        return Side(form, factors, sum(ordinal(form.value(value)) for value in values))
    except PydanticCustomError:
        raise InputError(Finding("condition_term", value=" + ".join(values))) from None
