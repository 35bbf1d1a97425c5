"""`dacu study`: many rows of a scenario by a study file; what drives the outcomes, and which alternative is best."""

from __future__ import annotations

import hashlib
import shlex
import time
from typing import TYPE_CHECKING

from dacu_cli import studying
from dacu_cli.begun import Begun, begun, place_of, pool_of, running
from dacu_cli.effort import workers_for
from dacu_cli.exporting import Export, export
from dacu_cli.folders import facts_of, in_both, write_sentences
from dacu_cli.history import anchor_of, from_history, write_history
from dacu_cli.options import (
    Agents,
    ClusterAddress,
    DryRun,
    Extend,
    Out,
    Resume,
    RetryFailed,
    StudyFile,
    WithReport,
    Workers,
)
from dacu_cli.report_verb import write_report
from dacu_cli.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dacu.journal import Record
    from dacu.scenario.load import Loaded
    from dacu.store import Folder
    from dacu.study.answer import Said
    from dacu.study.batch import Row, Standing
    from dacu.study.design import Design
    from dacu.study.factors import Field

LARGE = 20_000
"""Agents for which the pace is measured at most: from there on time goes with agents."""
TRIED = 48
"""Hours of a plan that are lived for it."""
LATER_HOURS = 1.35
"""What a mean hour costs against those: there are sales, and parcels on their way (1.3 to 1.5 in four plans)."""


def study(
    view: View,
    file: StudyFile = None,
    dry_run: DryRun = False,
    extend: Extend = None,
    resume: Resume = None,
    retry_failed: RetryFailed = False,
    cluster: ClusterAddress = None,
    agents: Agents = None,
    workers: Workers = None,
    out: Out = None,
    export_as: Export = None,
    report: WithReport = False,
) -> None:
    """What drives the outcomes, how wrong may our assumptions be, which alternative is best?"""
    from dacu.language.text import dump
    from dacu.scenario.load import from_tree
    from dacu.store import LOCK_FILE
    from dacu.study import batch, rows
    from dacu.study.answer import answer, values_of
    from dacu_cli.onepage.files import write_onepage
    from dacu_cli.onepage.studied import studied_sheet

    start = begun(file, resume, agents, extend)
    field, plan = _designed(start)
    asked, agents = field.study, start.agents or field.study.agents
    plans = {variant or "": from_tree(base) for variant, base in field.bases.items()}
    workers = _workers(view, list(plans.values()), len(plan) * asked.replications, agents, workers)
    if dry_run:
        first = next(iter(plans.values()))
        view.show(studying.planned(view, start.name, field, plan, seconds_a_row(first, agents), first, agents, workers))
        return
    settled = from_history(view, list(plans.values()), agents, workers)
    trees = {name: one.loaded.composed for name, one in zip(plans, settled, strict=True)}
    worlds = asked.replications if asked.worlds else None
    call = rows.Simulation(trees, tuple(asked.outcomes), asked.seed, agents, worlds, anchor_of(settled))
    todo = list(rows.rows(plan.points, asked.replications, call.facts()))
    facts = facts_of("study", [asked.scenario], [next(iter(plans.values()))], None, asked.seed, asked.replications)
    file_facts = {"file": start.file, "sha256": hashlib.sha256(start.text.encode("utf-8")).hexdigest()}
    facts |= {"study": file_facts, "agents": start.agents, "extended": start.extended}
    with (
        pool_of(view, workers, cluster) as pool,
        place_of(view, start, resume, out, facts, call.facts()) as (folder, kept),
    ):
        if resume:
            view.remark(view.say("study_resumed", **batch.standing(todo, kept.records)._asdict()))
        folder.write_text(LOCK_FILE, dump(next(iter(trees.values())).tree))
        write_history(folder, settled)
        with running(view) as tell:
            batch.run(todo, call, pool, kept, retry_failed=retry_failed, progress=tell)
        found = answer(field, plan, values_of(asked.outcomes, todo, kept.records, len(plan)))
        standing = batch.standing(todo, kept.records)
        _write(folder, field, plan, todo, kept.records, found)
        write_onepage(folder, view.lang, lambda lang: studied_sheet(start.name, field, plan, standing, found, lang))
        export(view, folder, export_as)
    if report:
        write_report(view, folder.path)
    follow = _next(plan, standing, found, folder.path)
    view.show(
        studying.answered(view, start.name, field, plan, todo, kept.records, standing, found, folder.path, follow)
    )


def _write(
    folder: Folder, field: Field, plan: Design, rows: Sequence[Row], records: Mapping[str, Record],
    found: Mapping[str, Said],
) -> None:  # fmt: skip
    """Tables and sentences."""
    from dacu_cli.study_tables import tables

    for name, table in tables(field, plan, rows, records, found).items():
        folder.write_table(name, table)
    write_sentences(folder, _told(field, plan, rows, records, found))


def _told(
    field: Field, plan: Design, rows: Sequence[Row], records: Mapping[str, Record], found: Mapping[str, Said]
) -> Iterator[tuple[str, str, str]]:
    """The answer in words, for sentences.csv."""
    yield from in_both("verdict", lambda lang: studying.verdicts(found, lang))
    yield from in_both("plain", lambda lang: studying.remarks(View(lang), field, plan, rows, records, found))


def _workers(view: View, plans: list[Loaded], count: int, agents: int | None, asked: int | None) -> int:
    """Processes for so many rows, of one plan each."""
    from dacu.sim.footprint import footprint
    from dacu.study.rows import KEPT

    return workers_for(view, plans, count, agents, asked, footprint(plans, KEPT), count)


def _designed(start: Begun) -> tuple[Field, Design]:
    """The study on its scenario, and its points. Raises InputError with the study's own lines."""
    from dacu.store import read_scenario
    from dacu.study import blocks, design, factors

    sheet = blocks.read(start.text, start.file)
    field = factors.field(sheet, read_scenario)
    plan = design.design(sheet, field)
    for more in start.extended:
        plan = design.extend(sheet, field, plan, more)
    return field, plan


def _next(plan: Design, standing: Standing, found: Mapping[str, Said], folder: Path) -> str:
    """Failed rows again; as many samples again where leaders are not settled and the method grows; else the plan."""
    if standing.failed:
        return shlex.join(["dacu", "study", "--resume", str(folder), "--retry-failed"])
    settled = [said.sensitivity.convergence for said in found.values() if said.sensitivity]
    if plan.method in ("sobol", "lhs") and any(one is None or not one.stable for one in settled):
        return shlex.join(["dacu", "study", "--resume", str(folder), "--extend", str(len(plan.drawn))])
    return shlex.join(["dacu", "simulate", str(folder)])


def seconds_a_row(loaded: Loaded, agents: int | None) -> float:
    """How long one row will take here, from the pace of two days of its warm-up."""
    from dacu.people.population import Seed
    from dacu.sim.run import live_until
    from dacu.sim.speed import EMPTY_HOUR
    from dacu.sim.stage import build, size

    wanted, _ = size(loaded, agents)
    few = min(wanted, LARGE)
    world = build(loaded, Seed(1, 0), few)
    hours = world.setting.calendar.end_hour - world.t
    live_until(world, world.t + 1)  # what is imported and kept once
    started, tried = time.perf_counter(), min(TRIED, hours - 1)
    live_until(world, world.t + tried)
    pace = (time.perf_counter() - started) / tried * (EMPTY_HOUR + wanted) / (EMPTY_HOUR + few)
    return pace * hours * LATER_HOURS
