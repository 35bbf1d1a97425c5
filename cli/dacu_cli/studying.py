"""A study laid out: what it would take, and what its rows say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dacu.kpis import BY_ID
from dacu.readable import Quantity, Span, brief, short_path
from dacu.study.answer import Said
from dacu.study.batch import Row, Standing
from dacu.study.blocks import STRUCTURED
from dacu.study.design import SAME, Design
from dacu.study.factors import Field
from dacu.study.ranking import Ranking
from dacu.study.sensitivity import Index, Kind, Sensitivity
from dacu.study.tornado import Bar
from dacu_cli.effort import gib
from dacu_cli.page import Cell, Page, Section, heading
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.journal import Record
    from dacu.scenario.load import Loaded

HALF = 7
"""Characters of a tornado's bar on each side of the middle."""
PAIRS = 10
"""Interactions on the screen; the others stand in indices.csv."""
A_ROW, A_FIGURE = 400, 60
"""Bytes that journal and tables take, a row and a figure in it."""
KINDS: Mapping[str, tuple[Kind, ...]] = {
    "sobol": ("first", "total"), "morris": ("mu_star", "sigma"), "lhs": ("rank",), "grid": ("rank",),
}  # fmt: skip


def planned(
    view: View, name: str, field: Field, design: Design, seconds: float, loaded: Loaded, agents: int | None,
    workers: int,
) -> Page:  # fmt: skip
    """What `--dry-run` prints."""
    from dacu.sim.footprint import footprint
    from dacu.sim.stage import size as agents_of
    from dacu.study.rows import KEPT

    count = len(design) * field.study.replications
    memory = workers * footprint([loaded], KEPT).of(agents_of(loaded, agents)[0])
    size = count * (A_ROW + A_FIGURE * (len(field.factors) + len(field.study.outcomes)))
    total = seconds * count / workers
    rows: list[list[Cell]] = [
        [view.say("study_rows"), f"{count:,}"],
        [view.say("study_left_out"), f"{sum(design.dropped.values()):,}"],
        [view.say("study_time", workers=workers), view.say("study_duration", minutes=f"{total / 60:.1f}")],
        [view.say("study_memory"), gib(memory)],
        [view.say("study_size"), f"{size / 2**20:.1f} MiB"],
    ]
    varied: list[list[Cell]] = [[factor.path, factor.ends()] for factor in field.factors]
    sections = [Section(view.say("study_planned"), ("what", "amount"), rows)]
    if varied:
        sections.append(Section(view.say("study_factors"), ("factor", "labels"), varied))
    data = {
        "study": name, "method": design.method, "points": len(design), "rows": count, "dropped": dict(design.dropped),
        "seconds": total, "seconds_a_row": seconds, "workers": workers, "memory_bytes": memory, "size_bytes": size,
    }  # fmt: skip
    notes = (*_dropped(view, field, design), view.say("study_nothing_run"))
    return Page(data, tuple(sections), None, (heading_of(view, name, field, design),), notes)


def answered(
    view: View, name: str, field: Field, design: Design, rows: Sequence[Row], records: Mapping[str, Record],
    standing: Standing, found: Mapping[str, Said], folder: Path, follow: str,
) -> Page:  # fmt: skip
    """What a finished study prints."""
    sections = [section for kpi, said in found.items() for section in _sections(view, design, kpi, said)]
    counts = view.say("study_finished", done=standing.done, failed=standing.failed)
    opening = (heading_of(view, name, field, design), counts, *verdicts(found, view.lang))
    notes = (
        *remarks(view, field, design, rows, records, found), view.say("folder", path=folder),
        view.say("next", line=follow),
    )  # fmt: skip
    data = {
        "study": name, "scenario": field.study.scenario, "method": design.method, "points": len(design),
        "rows": len(rows), "done": standing.done, "failed": standing.failed, "dropped": dict(design.dropped),
        "outcomes": {kpi: _data(said) for kpi, said in found.items()}, "folder": str(folder),
    }  # fmt: skip
    return Page(data, tuple(sections), _every_index(found), opening, notes)


def heading_of(view: View, name: str, field: Field, design: Design) -> str:
    """What ran: method, scenario, rows."""
    each = field.study.replications
    return view.say(
        "study_heading", name=name, method=design.method, scenario=field.study.scenario, points=f"{len(design):,}",
        replications=each, rows=f"{len(design) * each:,}",
    )  # fmt: skip


def remarks(
    view: View, field: Field, design: Design, rows: Sequence[Row], records: Mapping[str, Record],
    found: Mapping[str, Said],
) -> Iterator[str]:  # fmt: skip
    """What to know of the answer: what is settled, what failed, what was left out, what intervals mean."""
    for kpi, said in found.items():
        yield from settled(view, kpi, said.sensitivity)
    yield from _failures(view, rows, records)
    yield from _dropped(view, field, design)
    yield view.say("study_intervals")


def verdicts(found: Mapping[str, Said], lang: str) -> Iterator[str]:
    """The best choice of each outcome, in words."""
    for said in found.values():
        yield from said.sentences(lang)


def _sections(view: View, design: Design, kpi: str, said: Said) -> Iterator[Section]:
    if said.ranking and said.ranking.ranks:
        yield ranked(view, kpi, said.ranking)
    if said.bars:
        yield _tornado(view, kpi, said.bars)
    if said.sensitivity and said.sensitivity.indices:
        yield from _indices(view, design, kpi, said.sensitivity)


def ranked(view: View, kpi: str, ranking: Ranking) -> Section:
    """Alternatives, the least regret first."""
    unit = BY_ID[kpi].unit
    rows: list[list[Cell]] = [
        [rank.name, Quantity(brief(rank.mean), unit), Quantity(rank.best.value, "chance"),
         Span(rank.best.low, rank.best.high, "chance"), Quantity(brief(rank.regret.value), unit),
         Span(brief(rank.regret.low), brief(rank.regret.high), unit)]
        for rank in ranking.ranks
    ]  # fmt: skip
    title = view.say("study_ranking", kpi=heading(kpi, view.lang), cases=ranking.cases, worlds=ranking.worlds)
    return Section(title, ("alternative", "mean", "best", "interval", "regret", "interval"), rows)


def _tornado(view: View, kpi: str, bars: Sequence[Bar]) -> Section:
    """Bars from no difference, all on one scale."""
    unit = BY_ID[kpi].unit
    scale = max(abs(bar.swing) for bar in bars) or 1.0
    rows: list[list[Cell]] = [
        [short_path(bar.factor), f"{bar.low_at} → {bar.high_at}", _drawn(bar.swing / scale),
         Quantity(brief(bar.swing), unit, signed=True), Span(brief(bar.low), brief(bar.high), unit, signed=True)]
        for bar in bars
    ]  # fmt: skip
    title = view.say("study_tornado", kpi=heading(kpi, view.lang))
    return Section(title, ("factor", "ends", "bar", "swing", "interval"), rows)


def _drawn(swing: float) -> str:
    """A bar to the right where the outcome rises from the one end to the other, to the left where it falls."""
    length = round(abs(swing) * HALF)
    left, right = ("█" * length, "") if swing < 0 else ("", "█" * length)
    return f"{left:·>{HALF}}│{right:·<{HALF}}"


def _indices(view: View, design: Design, kpi: str, found: Sensitivity) -> Iterator[Section]:
    kinds, name = KINDS[design.method], heading(kpi, view.lang)
    unit = BY_ID[kpi].unit if design.method == "morris" else ""
    by_kind = {kind: found.of(kind) for kind in kinds}
    leading = by_kind["total" if design.method == "sobol" else kinds[0]]
    rows = [[short_path(factor), *(cell for kind in kinds for cell in _figures(by_kind[kind].get(factor), unit))]
            for factor in leading]  # fmt: skip
    key = design.method if design.method in STRUCTURED else "plain"
    explained = f"{100 * found.explained:.0f}%" if found.explained is not None else ""
    columns = ("factor", *(column for kind in kinds for column in (kind, "interval")))
    yield Section(view.say(f"study_indices_{key}", kpi=name, explained=explained), columns, rows)
    pairs = sorted((one for one in found.indices if one.kind == "second"), key=lambda one: -abs(one.value))
    if pairs:
        rows = [[short_path(one.factor), short_path(one.other), *_figures(one, "")] for one in pairs[:PAIRS]]
        columns = ("factor", "factor_b", "second", "interval")
        yield Section(view.say("study_indices_pairs", kpi=name), columns, rows)


def _figures(index: Index | None, unit: str) -> list[Cell]:
    if index is None:
        return [None, None]
    if not unit:
        return [Quantity(index.value, ""), Span(index.low, index.high, "")]
    return [Quantity(brief(index.value), unit), Span(brief(index.low), brief(index.high), unit)]


def settled(view: View, kpi: str, found: Sensitivity | None) -> Iterator[str]:
    """Whether the order of the first factors can be relied on, and how many samples it does not stand on."""
    if found is None:
        return
    if found.convergence is None:
        yield view.say("study_no_indices", kpi=heading(kpi, view.lang))
    else:
        leaders, share = found.convergence.leaders, f"{100 * found.convergence.share:.0f}%"
        key = "study_stable" if found.convergence.stable else "study_not_stable"
        yield view.say(
            key,
            kpi=heading(kpi, view.lang),
            count=len(leaders),
            leaders=", ".join(map(short_path, leaders)),
            share=share,
        )
    if found.missing:
        all_samples = found.missing + found.blocks
        yield view.say("study_missing", kpi=heading(kpi, view.lang), missing=found.missing, all=all_samples)


def _failures(view: View, rows: Sequence[Row], records: Mapping[str, Record]) -> Iterator[str]:
    """The messages of failed rows, the most frequent first."""
    failed = (records[row.key].failure for row in rows if row.key in records)
    told = Counter(failure[view.lang] for failure in failed if failure)
    for why, count in told.most_common():
        yield view.say("study_failure", count=count, why=why)


def _dropped(view: View, field: Field, design: Design) -> Iterator[str]:
    """Rows that the conditions took out."""
    each = field.study.replications
    for name, count in design.dropped.items():
        if name == SAME:
            if count:
                yield view.say("study_same", count=count * each)
        else:
            text = field.study.conditions[name]
            yield view.say("study_dropped", count=count * each, name=name, text=text)
    if design.method in STRUCTURED and any(design.dropped.values()):
        yield view.say("study_dropped_blocks")


def _data(said: Said) -> dict[str, Any]:
    """One outcome of `dacu study --format json`."""
    found = said.sensitivity
    settled = found.convergence if found else None
    return {
        "indices": [vars(index) for index in found.indices] if found else [],
        "explained": found.explained if found else None,
        "stable": settled.stable if settled else None,
        "leaders": list(settled.leaders) if settled else [],
        "tornado": [vars(bar) | {"swing": bar.swing} for bar in said.bars],
        "ranking": [
            {"name": rank.name, "mean": rank.mean, "best": rank.best._asdict(), "regret": rank.regret._asdict()}
            for rank in (said.ranking.ranks if said.ranking else ())
        ],
    }


def _every_index(found: Mapping[str, Said]) -> Section:
    """The one table of a study's CSV."""
    rows: list[list[Cell]] = [
        [kpi, index.kind, index.factor, index.other, Quantity(index.value, ""), Span(index.low, index.high, "")]
        for kpi, said in found.items()
        if said.sensitivity
        for index in said.sensitivity.indices
    ]
    return Section("", ("kpi", "index", "factor", "factor_b", "value", "interval"), rows)
