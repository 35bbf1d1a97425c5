"""`--require` on printed figures, such as `gmv.low > 1000万`: read before anything runs, told once all is written."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from dacu import units
from dacu.errors import Finding, InputError, inert, nearest
from dacu.kpis import BY_ID, Kpi
from dacu.readable import Quantity
from dacu.targets import parse_figure
from dacu_cli.page import Page, reading
from dacu_cli.view import View

SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
FORM = re.compile(r"\s*(\w+)\s*\.\s*(\w+)\s*(>=|<=|>|<)(.*)", re.DOTALL)
SIMULATED = ("mean", "low", "high")
COMPARED = ("base", "other", "difference", "low", "high")
OPTIMISED = ("before", "after", "gain", "low", "high")
"""Parts of a printed KPI, by verb; `low` and `high` bound the last part before them."""


@dataclass(frozen=True)
class Condition:
    """What one part of a printed KPI must be, in the KPI's unit; `text` is how it was asked."""

    text: str
    kpi: Kpi
    part: str
    sign: str
    value: float

    def holds(self, figure: float | None) -> bool:
        """Whether a figure meets it; one that is not defined never does."""
        return figure is not None and SIGNS[self.sign](figure, self.value)


class Met(NamedTuple):
    """A condition, the plan and the figure that were judged, and whether it holds."""

    condition: Condition
    plan: str
    figure: float | None

    @property
    def holds(self) -> bool:
        """Whether the figure is as required."""
        return self.condition.holds(self.figure)


def is_on_a_part(text: str) -> bool:
    """Whether a condition names a part of a KPI (`gmv.low > 1`), and so is none on a chance (`gmv>=1`)."""
    return FORM.fullmatch(text) is not None


def conditions(texts: Iterable[str], parts: Sequence[str], kpis: Collection[str] = BY_ID.keys()) -> list[Condition]:
    """Conditions as on the command line, on these KPIs and parts alone. Raises InputError."""
    return [_condition(text, parts, kpis) for text in texts]


def _condition(text: str, parts: Sequence[str], kpis: Collection[str]) -> Condition:
    found = FORM.fullmatch(text)
    if found is None:
        raise InputError(Finding("cli_require_unreadable", None, "--require", text, {"parts": ", ".join(parts)}))
    name, part, sign, written = found.groups()
    if name not in kpis:
        known = "unknown_kpi" if name not in BY_ID else "cli_require_not_printed"
        raise InputError(
            Finding(known, None, "--require", text, {"name": name, "known": ", ".join(kpis)}, nearest(kpis, name))
        )
    if part not in parts:
        args = {"part": part, "parts": ", ".join(parts)}
        raise InputError(Finding("cli_require_unknown_part", None, "--require", text, args, nearest(parts, part)))
    try:
        return Condition(text.strip(), BY_ID[name], part, sign, parse_figure(written, BY_ID[name]))
    except units.Unreadable as error:
        raise InputError(Finding(error.code, None, "--require", written, error.values, error.hint)) from None


def judged(asked: Iterable[Condition], plan: str, printed: Mapping[str, Mapping[str, float | None]]) -> list[Met]:
    """The conditions on one plan, with `printed` figures by KPI and part."""
    return [Met(one, plan, printed.get(one.kpi.id, {}).get(one.part)) for one in asked]


def told(view: View, page: Page, found: Sequence[Met]) -> Page:
    """The page with a sentence a condition after its verdict, and a record of each in its data."""
    if not found:
        return page
    records = [
        {"condition": one.condition.text, "scenario": one.plan, "found": one.figure, "holds": one.holds}
        for one in found
    ]
    lines = (_sentence(view, one) for one in found)
    data = page.data | {"required": [*page.data.get("required", ()), *records]}
    return replace(page, opening=(*page.opening, *lines), data=data)


def _sentence(view: View, one: Met) -> str:
    figure = reading(Quantity(one.figure, one.condition.kpi.unit), view.lang)
    key = "require_holds" if one.holds else "require_fails"
    return view.say(key, condition=inert(one.condition.text), name=one.plan, figure=figure)
