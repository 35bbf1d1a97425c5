"""`dacu study`: many rows of a scenario by a study file; what drives the outcomes, and which alternative is best."""

from __future__ import annotations

import hashlib
import os.path
import time
from typing import TYPE_CHECKING

from dacu_cli import studying
from dacu_cli.effort import workers_for
from dacu_cli.folders import facts_of
from dacu_cli.history import from_history, write_history
from dacu_cli.options import Agents, DryRun, Extend, Out, StudyFile, Workers
from dacu_cli.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dacu.scenario.load import Loaded
    from dacu.study.answer import Said
    from dacu.study.design import Design
    from dacu.study.factors import Field

STUDY = "study.yaml"
"""The study file in the folder of its run."""
SMALL, LARGE = 250, 1000
"""Agents of the two timed runs: a run costs so much by itself, and so much an agent."""


def study(
    view: View,
    file: StudyFile,
    dry_run: DryRun = False,
    extend: Extend = None,
    agents: Agents = None,
    workers: Workers = None,
    out: Out = None,
) -> None:
    """What drives the outcomes, how wrong may our assumptions be, which alternative is best?"""
    from dacu import journal
    from dacu.language.text import dump
    from dacu.scenario.load import from_tree
    from dacu.store import LOCK_FILE, read_file, run_folder
    from dacu.study import batch, pools, rows
    from dacu.study.answer import answer, values_of
    from dacu_cli.study_tables import tables

    text = read_file(file)
    field, plan = _designed(text, file, extend)
    asked, agents = field.study, agents or field.study.agents
    plans = {variant or "": from_tree(base) for variant, base in field.bases.items()}
    workers = workers_for(list(plans.values()), len(plan) * asked.replications, agents, workers)
    named = os.path.splitext(os.path.basename(file))[0]
    if dry_run:
        first = next(iter(plans.values()))
        view.show(studying.planned(view, named, field, plan, seconds_a_row(first, agents), first, agents, workers))
        return
    facts = facts_of("study", [asked.scenario], [next(iter(plans.values()))], None, asked.seed, asked.replications)
    facts |= {"study": {"file": file, "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest()}, "extended": extend}
    with run_folder(out, f"{named}-study", facts) as folder:
        folder.write_text(STUDY, text)
        settled = from_history(view, list(plans.values()), agents, workers)
        trees = {name: one.loaded.composed for name, one in zip(plans, settled, strict=True)}
        folder.write_text(LOCK_FILE, dump(next(iter(trees.values())).tree))
        write_history(folder, settled)
        worlds = asked.replications if asked.worlds else None
        call = rows.Simulation(trees, tuple(asked.outcomes), asked.seed, agents, worlds)
        todo = list(rows.rows(plan.points, asked.replications, call.facts()))
        pool = pools.Processes(workers) if workers > 1 else pools.Serial()
        with journal.opened(folder.path, call.facts()) as kept:
            with view.progress(view.say("simulating")) as tick:
                tally = batch.run(
                    todo, call, pool, kept,
                    progress=lambda beat: tick(beat.done + beat.failed, beat.done + beat.failed + beat.todo),
                )  # fmt: skip
            records, warnings = kept.records, kept.findings
        found = answer(field, plan, values_of(asked.outcomes, todo, records, len(plan)))
        for name, table in tables(field, plan, todo, records, found).items():
            folder.write_table(name, table)
    view.warn(warnings)
    follow = _next(file, plan, found, folder.path)
    view.show(studying.answered(view, named, field, plan, todo, records, tally, found, folder.path, follow))


def _designed(text: str, file: str, extend: int | None) -> tuple[Field, Design]:
    """The study on its scenario, and its points. Raises InputError with the study's own lines."""
    from dacu.store import read_scenario
    from dacu.study import blocks, design, factors

    sheet = blocks.read(text, file)
    field = factors.field(sheet, read_scenario)
    plan = design.design(sheet, field)
    return field, plan if extend is None else design.extend(sheet, field, plan, extend)


def _next(file: str, plan: Design, found: Mapping[str, Said], folder: Path) -> str:
    """As many samples again where the leaders are not settled and the method can grow; else the plan itself."""
    settled = [said.sensitivity.convergence for said in found.values() if said.sensitivity]
    if plan.method in ("sobol", "lhs") and any(one is None or not one.stable for one in settled):
        return f"dacu study {file} --extend {len(plan.drawn)}"
    return f"dacu simulate {folder}"


def seconds_a_row(loaded: Loaded, agents: int | None) -> float:
    """How long one row will take here: two small runs, and a straight line through them."""
    from dacu.sim.run import run
    from dacu.sim.stage import size

    wanted, _ = size(loaded, agents)

    def timed(count: int) -> float:
        started = time.perf_counter()
        run(loaded, 1, 0, count)
        return time.perf_counter() - started

    if wanted <= SMALL:
        return timed(wanted)
    large = min(wanted, LARGE)
    timed(SMALL)  # what is imported and kept once
    low, high = timed(SMALL), timed(large)
    return high + max(0.0, high - low) * (wanted - large) / (large - SMALL)
