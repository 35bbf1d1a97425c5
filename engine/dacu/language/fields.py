"""The kinds of value a scenario holds: how each is written, what it is inside, and how it is shown again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from dacu import units
from dacu.units import Unreadable


@dataclass(frozen=True)
class Form:
    """How one kind of value is read from a scenario's text and shown.

    `inner` is the type inside dacu; a value of that type passes unread, so blocks can be built from Python
    as well. `unit` names what a planner writes, `example` how; `numeric` says that YAML would take it for a
    number.
    """

    name: str
    inner: type | tuple[type, ...]
    read: Callable[[str], Any]
    show: Callable[[Any], str]
    unit: str
    example: str
    numeric: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.value, handler(source))

    def value(self, written: Any) -> Any:
        """The inner value of a text, or of a Python value of the inner type."""
        if isinstance(written, str):
            try:
                return self.read(written)
            except Unreadable as error:
                raise refusal(error.code, error.hint, **error.values) from None
        if not isinstance(written, self.inner) or (isinstance(written, bool) and self.inner is not bool):
            raise refusal("not_a_scalar")
        if isinstance(written, float) and not math.isfinite(written):
            raise refusal("not_a_number")
        return written


def refusal(code: str, hint: str = "", **values: str) -> PydanticCustomError:
    """The error a validator raises: `code` names the sentence, `hint` what to write instead.

    Of a mapping, `at` and `against` may name the two keys that do not go together: the finding stands at the one,
    the sentence gets the place of the other as {where}.
    """
    return PydanticCustomError(code, code, {"hint": hint, "values": values})


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _share(value: float) -> str:
    return f"{_number(round(value * 100, 10))}%"


def _span(value: float) -> str:
    return f"{_number(value)}h"


_FLOAT = (float, int)

Money = Annotated[int, Form("money", int, units.parse_money, units.yuan, "yuan", "20万", numeric=True)]
"""Yuan written, whole fen inside."""
Share = Annotated[float, Form("share", _FLOAT, units.parse_share, _share, "share", "3%", numeric=True)]
"""`3%` or `0.03`; a fraction inside."""
Discount = Annotated[float, Form("discount", _FLOAT, units.parse_discount, _share, "share", "85折", numeric=True)]
"""The fraction taken off: `15%`, `0.15`, `85折`."""
Number = Annotated[float, Form("number", _FLOAT, units.parse_number, _number, "", "2.5", numeric=True)]
Whole = Annotated[int, Form("whole", int, units.parse_whole, str, "", "10w", numeric=True)]
Ratio = Annotated[float, Form("ratio", _FLOAT, units.parse_ratio, _number, "ratio", "1:5.3", numeric=True)]
"""`1:5.3` is 5.3."""
Span = Annotated[float, Form("span", _FLOAT, units.parse_span, _span, "hours", "3d")]
"""`90min`, `3d`; hours inside."""
Moment = Annotated[units.Moment, Form("moment", units.Moment, units.parse_moment, str, "moment", "D3 19:30")]
"""A day and the minute on it; the class is `dacu.units.Moment`."""
Repeat = Annotated[units.Repeat, Form("repeat", units.Repeat, units.parse_repeat, str, "weekdays", "周二 周四 20:00")]
Rate = Annotated[units.Rate, Form("rate", units.Rate, units.parse_rate, str, "a time", "5/周")]
Clock = Annotated[int, Form("clock", int, units.parse_clock, units.show_clock, "time of day", "19:30")]
"""Minute of the day, 0 to 1440."""
Date = Annotated[date, Form("date", date, units.parse_date, units.show_day, "date", "2026-11-11")]
Day = Annotated[date | int, Form("day", (date, int), units.parse_day, units.show_day, "day", "D5")]
"""A date, or the campaign's day number (1 is the first)."""
Text = Annotated[str, Form("text", str, str, str, "", "春季新品", numeric=True)]
Flag = Annotated[bool, Form("flag", bool, units.parse_flag, lambda value: "yes" if value else "no", "yes or no", "yes")]
