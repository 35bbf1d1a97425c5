"""Answers to read: results of the engine laid out as pages."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dacu import words
from dacu.errors import Finding
from dacu.estimates import Kind
from dacu.readable import Quantity, Span, brief, line_name
from dacu.results import Alternative, Comparison, Difference, Result
from dacu.targets import Prospect
from dacu_cli import aims, worlds
from dacu_cli.history import history_sections
from dacu_cli.last_event import last_event_sections, without_event
from dacu_cli.page import Cell, Page, Section, heading
from dacu_cli.view import View

if TYPE_CHECKING:
    from pandas import DataFrame

    from dacu.calibrate.history import Settled
    from dacu.calibrate.last_event import Beside

HEADLINE = (
    "gmv", "orders", "buyers", "new_buyers", "uv", "cvr", "aov", "spend", "roi",
    "breakeven_roi", "marketing_cost_rate", "coupon_cost_rate", "gross_profit", "contribution", "exposures", "reach",
    "ctr", "cart_rate", "interaction_rate", "live_cvr", "live_gmv_per_session", "lost_sales",
)  # fmt: skip
"""KPIs on the screen, money first; all others stand in kpis.csv and in the other formats."""
COMPARED = (
    "gmv", "contribution", "orders", "new_buyers", "aov", "cvr", "uv", "spend", "roi", "marketing_cost_rate",
    "coupon_cost", "coupon_cost_rate", "lost_sales",
)  # fmt: skip


def simulated(
    view: View,
    settled: Settled,
    result: Result,
    beside: Sequence[Beside],
    warnings: Sequence[Finding],
    folder: Path,
    follow: str,
    required: Sequence[Prospect] = (),
) -> Page:
    """What `simulate` prints: history first, the last sale beside the plan's, then the forecast."""
    sections = [
        *history_sections(view, settled),
        *last_event_sections(view, settled.loaded, result.kind, beside),
        *aims.chances(view, [result]),
        _kpis(view, result),
        _funnel(view, result.tables["funnel"]),
        _lines(view, result.tables["channels"]),
    ]
    about = (words.say(view.lang, f"kind_{result.kind}"), *aims.rules(view, [result]))
    notes = (*about, view.say("folder", path=folder), view.say("next", line=follow))
    data = result.as_json() | {
        "history": [check.as_json() for check in settled.checks],
        "last_event": [row.as_json() for row in beside],
        "warnings": [finding.sentence(view.lang) for finding in warnings],
        "folder": str(folder),
        "required": [one.as_json() for one in required],
    }
    every = [_kpi_row(result, kpi) for kpi in result.kpis]
    whole = Section("", ("kpi", "unit", *_spread_columns(result), "used"), every)
    alone = without_event(view, settled.loaded, beside)
    opening = (_heading(view, result), result.verdict(view.lang), *aims.required(view, required), *alone)
    return Page(data, tuple(sections), whole, opening, notes)


def _heading(view: View, result: Result) -> str:
    return view.say(
        "simulated" if result.kind == "sampling" else "simulated_worlds", name=result.scenario,
        replications=len(result.replications), agents=f"{result.agents:,}", weight=f"{result.weight:,}",
        seed=result.seed,
    )  # fmt: skip


def _kpis(view: View, result: Result) -> Section:
    rows = [_kpi_row(result, kpi, view=view) for kpi in HEADLINE if kpi in result.kpis]
    shown = [row for row in rows if isinstance(row[1], Quantity) and row[1].value is not None]
    return Section(view.say(f"kpis_title_{result.kind}"), ("kpi", *_spread_columns(result), "used"), shown)


def _spread_columns(result: Result) -> tuple[str, ...]:
    return ("mean", "interval") if result.kind == "sampling" else ("mean", "median", "band")


def _kpi_row(result: Result, kpi: str, view: View | None = None) -> list[Cell]:
    """A KPI for people, or for programs where nobody views it."""
    figure = result.kpis[kpi]
    best = figure.best
    middle: list[Cell] = [] if best.kind == "sampling" else [Quantity(best.median, best.unit)]
    spread: list[Cell] = [Quantity(best.mean, best.unit), *middle, Span(best.low, best.high, best.unit)]
    if view is None:
        return [kpi, figure.unit, *spread, figure.used]
    return [heading(kpi, view.lang), *spread, view.say(f"used_{figure.used}")]


def _funnel(view: View, table: DataFrame) -> Section:
    rows: list[list[Cell]] = []
    before: float | None = None
    for row in table.to_dict("records"):
        count = float(row["count"])
        rate = Quantity(count / before, "share") if before else None
        step = heading(str(row["step"]), view.lang)
        rows.append([step, Quantity(count, "count"), Quantity(row["expected"], "count"), rate])
        before = count
    return Section(view.say("funnel_title"), ("step", "realised", "expected", "of_step_before"), rows)


def _lines(view: View, table: DataFrame) -> Section:
    """Lines that spent or sold; the others showed nothing."""
    rows = [
        [line_name(str(row["channel"]), view.lang), *_line_figures(row)]
        for row in table.to_dict("records")
        if row["exposures"] or row["spend"] or row["gmv"]
    ]
    columns = ("line", "spend", "exposures", "reach", "frequency", "ctr", "orders", "gmv_last_touch", "roi_last_touch")
    return Section(view.say("lines_title"), columns, rows)


def _line_figures(row: dict[Any, Any]) -> list[Cell]:
    units = {"spend": "yuan", "exposures": "count", "reach": "people", "frequency": "ratio", "ctr": "share",
             "orders": "count", "gmv": "yuan", "roi": "ratio"}  # fmt: skip
    return [Quantity(brief(row[name] or None), unit) for name, unit in units.items()]


def compared(
    view: View,
    settled: Settled,
    comparison: Comparison,
    results: Sequence[Result],
    changes: Sequence[Section],
    folder: Path,
) -> Page:
    """What `compare` prints: for each other plan what differs, a verdict, and the differences."""
    sections = [*history_sections(view, settled), *aims.chances(view, results)]
    kind = results[0].kind
    told = {other.name: other.sentences(view.lang) for other in comparison.others}
    for other, changed in zip(comparison.others, changes, strict=True):
        sections.append(Section(view.say("changes_title", name=other.name), changed.columns, changed.rows))
        sections.append(_differences(view, other, kind))
    data = comparison.as_json() | {
        "history": [check.as_json() for check in settled.checks],
        "targets": {result.scenario: [one.as_json() for one in result.targets] for result in results if result.targets},
        "verdicts": {name: "\n".join(lines) for name, lines in told.items()},
        "folder": str(folder),
    }
    opening = (_heading(view, results[0]), *(line for lines in told.values() for line in lines))
    follow = view.say("next", line=shlex.join(["dacu", "simulate", str(folder)]))
    about = (words.say(view.lang, f"kind_{kind}"), view.say(f"paired_{kind}"), *pairing(view, comparison))
    notes = (*about, *aims.rules(view, results), view.say("folder", path=folder), follow)
    return Page(data, tuple(sections), _every_difference(comparison, kind), opening, notes)


def _every_difference(comparison: Comparison, kind: Kind) -> Section:
    """The one table of a comparison's CSV."""
    every = [(other.name, kpi, one) for other in comparison.others for kpi, one in other.kpis.items()]
    if kind == "beliefs":
        return Section("", worlds.RAW, [worlds.raw(*row) for row in every])
    columns = ("other", "kpi", "unit", "base", "value", "difference", "interval", "relative", "better_probability",
               "variance_ratio")  # fmt: skip
    return Section("", columns, [[name, *_raw(kpi, one)] for name, kpi, one in every])


def pairing(view: View, comparison: Comparison, kpi: str = "gmv") -> Iterator[str]:
    """What pairing was worth for one KPI, with its interval and what limits it."""
    for other in comparison.others:
        one = other.kpis[kpi]
        ratio = one.paired.variance_ratio
        if ratio is None:
            continue
        low, high = (view.say("unknown") if bound is None else f"{bound:.0f}" for bound in (ratio.low, ratio.high))
        limits = view.say(f"pairing_{one.used}")
        yield view.say(
            "pairing", kpi=heading(kpi, view.lang), name=other.name, ratio=f"{ratio.value:.1f}", low=low, high=high,
            limits=limits,
        )  # fmt: skip


def _differences(view: View, other: Alternative, kind: Kind) -> Section:
    title, shown = (
        view.say(f"differences_title_{kind}", name=other.name),
        [kpi for kpi in COMPARED if kpi in other.kpis],
    )
    if kind == "beliefs":
        found = [[heading(kpi, view.lang), *worlds.row(other.kpis[kpi])] for kpi in shown]
        return Section(title, worlds.COLUMNS, found)
    rows = [[heading(kpi, view.lang), *_difference(other.kpis[kpi], brief)] for kpi in shown]
    columns = ("kpi", "base", "other", "difference", "interval", "relative", "better_probability")
    return Section(title, columns, rows)


def _difference(one: Difference, rounded: Callable[[float | None], float | None] = lambda value: value) -> list[Cell]:
    pair, unit = one.paired, one.paired.difference.unit
    change = pair.difference
    return [
        Quantity(rounded(pair.base.mean), unit), Quantity(rounded(pair.other.mean), unit),
        Quantity(rounded(change.mean), unit, signed=True),
        Span(rounded(change.low), rounded(change.high), unit, signed=True),
        Quantity(pair.relative.mean, "share", signed=True),
        Quantity(None if pair.identical else pair.better_probability, "chance"),
    ]  # fmt: skip


def _raw(kpi: str, one: Difference) -> list[Cell]:
    ratio = one.paired.variance_ratio
    return [kpi, one.paired.difference.unit, *_difference(one), Quantity(ratio and ratio.value, "times")]
