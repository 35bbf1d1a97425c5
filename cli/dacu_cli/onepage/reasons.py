"""Why sales change: visitors × orders a visitor × basket × kept share, each with its part, as a table and as a CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dacu.estimates import Estimate, Kind, Samples
from dacu.kpis import BY_ID
from dacu.readable import Quantity
from dacu.why import SALES, Part, Why, why
from dacu_cli.onepage.sheet import Box, Table, figure, say, span
from dacu_cli.onepage.sheet import Part as Section
from dacu_cli.page import heading, reading

if TYPE_CHECKING:
    from pandas import DataFrame


def reasons(before: Mapping[str, Samples], after: Mapping[str, Samples], kind: Kind) -> tuple[Why, ...]:
    """The splits of paid and of net GMV, as far as there are any."""
    found = (why(kpi, before, after, kind) for kpi in SALES)
    return tuple(one for one in found if one is not None)


def factor_name(factor: str, lang: str) -> str:
    """A factor as planners call it; visitors and basket are KPIs."""
    return heading(factor, lang) if factor in BY_ID else say(lang, f"factor_{factor}")


def reason_part(found: Sequence[Why], title: str, lang: str) -> Section:
    """A row a factor, a column each of paid and net GMV; the last row is what the parts add up to."""
    if not found:
        return Section(title)
    columns = (heading("factor", lang), say(lang, "before_after"), *(heading(one.kpi, lang) for one in found))
    by_factor = [{part.factor: part.part for part in one.parts} for one in found]
    rows = [
        (Box(factor_name(part.factor, lang)), Box(moved(part, lang)),
         *(change_box(parts.get(part.factor), lang) for parts in by_factor))
        for part in max(found, key=lambda one: len(one.parts)).parts
    ]  # fmt: skip
    total = (Box(say(lang, "adds_up")), Box(""), *(change_box(one.change, lang) for one in found))
    return Section(title, table=Table(columns, (*rows, total), last_is_total=True))


def reason_table(found: Mapping[str, Sequence[Why]]) -> DataFrame:
    """One row a plan, sum of sales and factor: its value before and after, and its part of the change in yuan."""
    from pandas import DataFrame

    rows = [
        [name, one.kpi, part.factor, part.before, part.after, part.part.mean, part.part.low, part.part.high]
        for name, splits in found.items() for one in splits for part in one.parts
    ]  # fmt: skip
    columns = ["scenario", "kpi", "factor", "factor_before", "factor_after", "part", "part_low", "part_high"]
    return DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[3:], "float64"))


def moved(part: Part, lang: str) -> str:
    """A factor before and after."""
    return f"{factor_figure(part, part.before, lang)} → {factor_figure(part, part.after, lang)}"


def factor_figure(part: Part, value: float, lang: str) -> str:
    """A value of a factor, close enough to tell small changes."""
    if part.unit == "share":
        return f"{100 * value:.4g}%"
    return reading(Quantity(float(f"{value:.4g}"), part.unit), lang)


def change_box(one: Estimate | None, lang: str) -> Box:
    """A change with its interval, where it has one."""
    if one is None:
        return Box("–")
    bounds = span(one.low, one.high, one.unit, lang, signed=True) if one.low != one.high else ""
    return Box(figure(one.mean, one.unit, lang, signed=True), bounds)
