"""Blocks: the frozen models a scenario is made of. A block's fields are its keys; type, unit, range and
labels stand on the field.

    class FeedAds(Block):
        daily_budget: Money = item("0", zh="日预算", en="daily budget", ge=0)
        audience: Text | None = item(None, zh="人群", en="audience")
        goal: Literal["clicks", "orders"] = item("orders", zh="目标", en="goal")

        def check(self) -> Iterator[Problem]:
            if self.audience is None and self.goal == "orders":
                yield Problem("orders_need_audience", ("goal",))

Numbers inside are fen, fractions, hours and minutes. A default may be written as in a scenario (`"20万"`) or
given as the inner value; bounds (`ge=…`) are inner values. Things with a name are `dict[str, Block]`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from dacu import units
from dacu.language.fields import (
    Clock,
    Date,
    Day,
    Discount,
    Flag,
    Form,
    Moment,
    Money,
    Number,
    Rate,
    Ratio,
    Repeat,
    Share,
    Span,
    Text,
    Whole,
    refusal,
)
from dacu.units import Unreadable

__all__ = [
    "Block",
    "Clock",
    "Date",
    "Day",
    "Discount",
    "Flag",
    "Form",
    "Moment",
    "Money",
    "Number",
    "Problem",
    "Rate",
    "Ratio",
    "Repeat",
    "Share",
    "Span",
    "Text",
    "Tier",
    "Whole",
    "item",
]


class Problem(NamedTuple):
    """What a block's own check found.

    `code` names the sentence; `at` is the path below the block; `against` the path, below the block too, of
    the other thing involved: the sentence gets it as {against}, its file and line as {where}. `args` and
    `hint` as in `Finding`.
    """

    code: str
    at: tuple[str, ...] = ()
    args: Mapping[str, str] = {}
    hint: str = ""
    against: tuple[str, ...] = ()


class Block(BaseModel):
    """A part of a scenario: frozen, and no key but its fields."""

    SHORT: ClassVar[str] = ""
    """An example of the form on one line, for blocks that have one."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, arbitrary_types_allowed=True,
        defer_build=True,  # the scenario's model builds most of them within itself: not each by itself before
    )  # fmt: skip

    @model_validator(mode="before")
    @classmethod
    def _unset(cls, written: Any) -> Any:
        """A key set to nothing is a key that is not there: the default holds."""
        if not isinstance(written, dict):
            return written
        return {key: value for key, value in written.items() if value is not None or key not in cls.model_fields}

    def check(self) -> Iterator[Problem]:
        """What single fields cannot tell; asked once every field of the scenario is right."""
        return iter(())


@dataclass(frozen=True)
class Bounds:
    """The range of a field's inner value; what is not set passes, of a list or map each value counts."""

    SIGNS: ClassVar = {"ge": "below_minimum", "gt": "not_above", "le": "above_maximum", "lt": "not_below"}

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def check(self, value: Any) -> Any:
        """`value` if it, or each value in it, is inside."""
        if isinstance(value, Mapping):
            for key, number in value.items():
                self._check_number(number, key)
        elif isinstance(value, (list, tuple)):
            for index, number in enumerate(value):
                self._check_number(number, str(index))
        else:
            self._check_number(value)
        return value

    def _check_number(self, number: Any, at: str = "") -> None:
        if not isinstance(number, (int, float)):
            return
        for sign, broken in (
            ("ge", self.ge is not None and number < self.ge),
            ("gt", self.gt is not None and number <= self.gt),
            ("le", self.le is not None and number > self.le),
            ("lt", self.lt is not None and number >= self.lt),
        ):
            if broken:
                raise refusal(self.SIGNS[sign], bound=sign, at=at)

    def __bool__(self) -> bool:
        return any(bound is not None for bound in (self.ge, self.gt, self.le, self.lt))


def item(
    default: Any,
    *,
    zh: str,
    en: str,
    unit: str | None = None,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    about: str = "",
) -> Any:
    """A field of a block, with its labels; `...` as default makes it required.

    `unit` is what a planner writes when the type does not say (`"people"`, `"seats"`); `about` a sentence
    more, English.
    """
    extra: Any = {key: value for key, value in (("zh", zh), ("en", en), ("unit", unit), ("about", about)) if value}
    field = Field(default=default, json_schema_extra=extra)
    bounds = Bounds(ge, gt, le, lt)
    if bounds:
        field.metadata.append(bounds)
    return field


class Tier(Block):
    """A step of a threshold discount: `满300减50`, or its two amounts."""

    SHORT = "满300减50"

    over: Money = item(..., zh="满", en="over", ge=0)
    minus: Money = item(..., zh="减", en="minus", ge=0)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        try:
            return units.parse_tier(written)
        except Unreadable as error:
            raise refusal(error.code) from None

    def check(self) -> Iterator[Problem]:
        """A tier may not take off more than it asks for."""
        if self.minus > self.over:
            yield Problem("tier_above_price", ("minus",), {"over": units.yuan(self.over)})
