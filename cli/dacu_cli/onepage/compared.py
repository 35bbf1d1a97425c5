"""The one page of `compare`: which plan is better, how surely, why, and what could spoil it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dacu.errors import Finding, inert
from dacu.results import Alternative, Comparison, Difference, Result
from dacu.why import CHAIN, SALES, Why
from dacu_cli.onepage.assumptions import assumptions
from dacu_cli.onepage.reason_risks import break_even, refunds
from dacu_cli.onepage.reasons import change_box, reason_part, reason_table, reasons
from dacu_cli.onepage.run_risks import run_risks, worse
from dacu_cli.onepage.sheet import Box, Part, Sheet, Table, Tile, figure, first, say, short, span, table, titled
from dacu_cli.onepage.simulated import kind_of, made_of, noted
from dacu_cli.page import Section, heading

if TYPE_CHECKING:
    from pandas import DataFrame

    from dacu.calibrate.history import Settled

TILES = ("gmv", "net_gmv", "contribution")
FIGURES = ("net_gmv", "contribution", "orders", "new_buyers", "spend", "roi", "marketing_cost_rate", "coupon_cost",
           "refund_rate")  # fmt: skip
MOST_PLANS, MOST_CHANGES, MOST_RISKS, MOST_LINES = 8, 6, 3, 4
"""Plans in the table, and of the one told in full leaves that differ, risks and what else worlds say."""


def compared_sheet(
    settled: Settled, comparison: Comparison, results: Sequence[Result], changes: Sequence[Section],
    warnings: Sequence[Finding], lang: str,
) -> Sheet:  # fmt: skip
    """The page of plans compared; `results` and `changes` as `dacu compare` has them, the base first.

    Of several plans the one that sells most is told in full.
    """
    base = results[0]
    told = list(zip(comparison.others, results[1:], changes, strict=True))
    best = max(told, key=lambda one: one[0].kpis[TILES[0]].paired.difference.mean or 0.0)
    verdict, *others = best[0].sentences(lang)
    parts = (
        _plans(comparison.others, base, lang) if len(told) > 1 else Part(""),
        *_parts(base, *best, lang),
        Part(say(lang, "worlds_title"), first(others, MOST_LINES), listed=True),
        noted(warnings, _assumed(settled, best[0], base, lang), lang),
    )
    title = titled("compare", [comparison.base, *(other.name for other in comparison.others)], lang)
    shown = tuple(part for part in parts if part.filled)
    tiles = tuple(_tiles(best[0], lang))
    return Sheet(lang, title, made_of(base, lang), (inert(verdict),), tiles, shown, (kind_of(base, lang),))


def comparison_why(comparison: Comparison, results: Sequence[Result]) -> DataFrame:
    """why.csv: the splits of every plan against the base."""
    pairs = zip(comparison.others, results[1:], strict=True)
    return reason_table({other.name: _splits(results[0], other, result) for other, result in pairs})


def _splits(base: Result, other: Alternative, result: Result) -> tuple[Why, ...]:
    """By the counts that the printed differences stand on; none where sales never differ."""
    if not other.kpis.keys() >= CHAIN.keys() or all(other.kpis[kpi].paired.identical for kpi in SALES):
        return ()
    before, after = ({kpi: one.kpis[kpi].samples[other.kpis[kpi].used] for kpi in CHAIN} for one in (base, result))
    return reasons(before, after, base.kind)


def _plans(others: Sequence[Alternative], base: Result, lang: str) -> Part:
    """A row a plan: the headline differences, and how sure the first is."""
    rows = tuple(
        (Box(short(other.name)), *(change_box(other.kpis[kpi].paired.difference, lang) for kpi in TILES),
         Box(_sure(other.kpis[TILES[0]], lang)))
        for other in others[:MOST_PLANS]
    )  # fmt: skip
    columns = (heading("other", lang), *(heading(kpi, lang) for kpi in TILES), heading(_sureness(base), lang))
    left = len(others) - MOST_PLANS
    note = say(lang, "more_plans", count=left) if left > 0 else ""
    return Part(say(lang, "plans_title"), table=Table(columns, rows), note=note)


def _tiles(other: Alternative, lang: str) -> Iterator[Tile]:
    """The differences of the headline sums, and the chance that the first is for the better."""
    for kpi in TILES:
        if kpi in other.kpis:
            one = other.kpis[kpi].paired.difference
            bounds = span(one.low, one.high, one.unit, lang, signed=True)
            yield Tile(heading(kpi, lang), figure(one.mean, one.unit, lang, signed=True), bounds)
    first_of_all = other.kpis[TILES[0]]
    if first_of_all.paired.better_probability is not None and not first_of_all.paired.identical:
        label = heading("better_worlds", lang) if first_of_all.wins else say(lang, "tile_chance")
        yield Tile(label, _sure(first_of_all, lang), heading(TILES[0], lang))


def _parts(base: Result, other: Alternative, result: Result, changed: Section, lang: str) -> Iterator[Part]:
    name, splits = short(other.name), _splits(base, other, result)
    yield reason_part(splits, say(lang, "why_title_of", name=name), lang)
    yield Part(say(lang, "differences_title", name=name), table=_differences(other, base, lang))
    left = len(changed.rows) - MOST_CHANGES
    note = say(lang, "more_changes", count=left) if left > 0 else ""
    if changed.rows:
        rows = [(*row[:-1], str(row[-1]).rsplit("/", 1)[-1]) for row in changed.rows]  # file and line, without folders
        there = table(Section(changed.title, changed.columns, rows), lang, MOST_CHANGES)
        yield Part(say(lang, "changes_title", name=name), table=there, note=note)
    risks = (*break_even(splits, lang), *worse(other, FIGURES, lang), *run_risks(result, lang), *refunds(splits, lang))
    yield Part(say(lang, "risks_title_of", name=name), first(risks, MOST_RISKS), listed=True)


def _differences(other: Alternative, base: Result, lang: str) -> Table:
    rows = [_difference(kpi, other.kpis[kpi], lang) for kpi in FIGURES if kpi in other.kpis]
    columns = ("kpi", "base", "other", "difference", _sureness(base))
    return Table(tuple(heading(column, lang) for column in columns), tuple(rows))


def _difference(kpi: str, one: Difference, lang: str) -> tuple[Box, ...]:
    pair, unit = one.paired, one.paired.difference.unit
    base, other = (Box(figure(side.mean, unit, lang)) for side in (pair.base, pair.other))
    return Box(heading(kpi, lang)), base, other, change_box(pair.difference, lang), Box(_sure(one, lang))


def _sure(one: Difference, lang: str) -> str:
    """The chance that it is better; over worlds in how many of them it is; of what never differs there is none."""
    chance = None if one.paired.identical else one.paired.better_probability
    return f"{one.wins.better}/{one.wins.of}" if one.wins else figure(chance, "chance", lang)


def _sureness(base: Result) -> str:
    """The column that tells it."""
    return "better_probability" if base.kind == "sampling" else "better_worlds"


def _assumed(settled: Settled, other: Alternative, base: Result, lang: str) -> tuple[str, ...]:
    """Of the lines that the plan changes."""
    paths = [str(change["path"]).split(".") for change in other.changes]
    moved = dict.fromkeys(".".join(path[:2]) for path in paths)
    return assumptions(settled, moved, lang, worlds=base.kind == "beliefs")
