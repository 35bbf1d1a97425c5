"""The one page of `simulate`: what the plan will do, against its targets; what to watch."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dacu.errors import Finding, inert
from dacu.readable import line_name
from dacu.results import Result
from dacu_cli import aims
from dacu_cli.onepage.assumptions import assumptions
from dacu_cli.onepage.run_risks import run_risks
from dacu_cli.onepage.sheet import Box, Part, Sheet, Table, Tile, figure, first, say, short, span, table, titled
from dacu_cli.page import heading
from dacu_cli.view import View

if TYPE_CHECKING:
    from pandas import DataFrame

    from dacu.calibrate.history import Settled

TILES = ("gmv", "net_gmv", "contribution", "orders")
FIGURES = ("uv", "cvr", "aov", "buyers", "new_buyers", "spend", "roi", "breakeven_roi", "marketing_cost_rate",
           "refund_rate")  # fmt: skip
MOST_LINES, MOST_TARGETS, MOST_RISKS, MOST_NOTED, MOST_ASSUMED = 8, 6, 3, 2, 6
COLUMNS = ("spend", "orders", "gmv", "roi")


def simulated_sheet(settled: Settled, result: Result, warnings: Sequence[Finding], lang: str) -> Sheet:
    """The page of a plan simulated."""
    lines = result.tables["channels"]
    paid = [str(path) for path in lines.sort_values("spend", ascending=False, kind="stable")["channel"]]
    assumed = assumptions(settled, paid[:MOST_RISKS], lang, worlds=result.kind == "beliefs")
    parts = (
        *(
            Part(section.title, table=table(section, lang, MOST_TARGETS))
            for section in aims.chances(View(lang), [result])
        ),
        Part(say(lang, "figures_title"), table=_figures(result, lang)),
        _lines(lines, lang),
        Part(say(lang, "warnings_title"), first(list(run_risks(result, lang)), MOST_RISKS), listed=True),
        noted(warnings, assumed, lang),
    )
    shown = tuple(part for part in parts if part.filled)
    title = titled("simulate", [result.scenario], lang)
    verdict, tiles = inert(result.verdict(lang)), tuple(_tiles(result, lang))
    return Sheet(lang, title, made_of(result, lang), (verdict,), tiles, shown, (kind_of(result, lang),))


def noted(warnings: Sequence[Finding], assumed: Sequence[str], lang: str) -> Part:
    """What to know before believing the figures: the first warnings, then what is assumed."""
    told = first([one.sentence(lang) for one in warnings], MOST_NOTED)
    return Part(say(lang, "assumptions_title"), first([*told, *assumed], MOST_ASSUMED), listed=True)


def made_of(result: Result, lang: str) -> str:
    """How many runs of how many people stand behind the figures."""
    key = "simulated_about" if result.kind == "sampling" else "worlds_about"
    runs = len(result.replications)
    return say(lang, key, runs=runs, agents=f"{result.agents:,}", weight=f"{result.weight:,}", seed=result.seed)


def kind_of(result: Result, lang: str) -> str:
    """What the intervals cover and what not."""
    return say(lang, f"foot_{result.kind}")


def _tiles(result: Result, lang: str) -> Iterator[Tile]:
    for kpi in TILES:
        if kpi in result.kpis and result.kpis[kpi].best.mean is not None:
            one = result.kpis[kpi].best
            yield Tile(heading(kpi, lang), figure(one.mean, one.unit, lang), span(one.low, one.high, one.unit, lang))


def _figures(result: Result, lang: str) -> Table:
    known = [(kpi, result.kpis[kpi].best) for kpi in FIGURES if kpi in result.kpis]
    cells = [
        (Box(heading(kpi, lang)), Box(figure(one.mean, one.unit, lang)), Box(span(one.low, one.high, one.unit, lang)))
        for kpi, one in known
        if one.mean is not None
    ]
    columns = ("kpi", "mean", "interval" if result.kind == "sampling" else "band")
    return Table(tuple(heading(column, lang) for column in columns), tuple(cells))


def _lines(lines: DataFrame, lang: str) -> Part:
    """The lines that sell or spend most, and all others as one."""
    active = [row for row in lines.to_dict("records") if row["spend"] or row["gmv"]]
    active.sort(key=lambda row: -max(row["spend"], row["gmv"]))
    others = active[MOST_LINES:]
    rows = [(Box(short(line_name(str(row["channel"]), lang))), *_line(row, lang)) for row in active[:MOST_LINES]]
    if others:
        sums: dict[Hashable, Any] = {name: sum(row[name] for row in others) for name in ("spend", "orders", "gmv")}
        sums["roi"] = None  # last-touch sales of lines that spend nothing belong to no ratio
        rows.append((Box(say(lang, "other_lines", count=len(others))), *_line(sums, lang)))
    headings = (
        say(lang, "line"),
        *(heading(one, lang) for one in ("spend", "orders", "gmv_last_touch", "roi_last_touch")),
    )
    return Part(say(lang, "lines_title"), table=Table(headings, tuple(rows)) if rows else None)


def _line(row: Mapping[Hashable, Any], lang: str) -> list[Box]:
    units = ("yuan", "count", "yuan", "ratio")
    return [Box(figure(row[name] or None, unit, lang)) for name, unit in zip(COLUMNS, units, strict=True)]
