"""`dacu optimise`: where should the money go? The best simulated plan, written as a variant, with its evidence."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dacu.errors import Finding, InputError
from dacu.language.text import dump
from dacu.scenario.load import load
from dacu_cli import allocating, planning, required
from dacu_cli.effort import workers_for
from dacu_cli.exporting import Export
from dacu_cli.folders import facts_of, verdict_and_more, warned, write_sentences
from dacu_cli.handouts import handed_out
from dacu_cli.history import from_history, write_history
from dacu_cli.no_plan import refused, write_diagnosis
from dacu_cli.onepage.files import write_onepage
from dacu_cli.options import (
    Agents,
    Budget,
    Curves,
    ObjectiveName,
    OrReference,
    Out,
    Replications,
    Requirements,
    Seed,
    Sets,
    TimeLimit,
    WithReport,
    Workers,
)
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.calibrate.history import Settled
    from dacu.plan.diagnose import Diagnosis
    from dacu.plan.optimise import Optimised
    from dacu.store import Folder

VARIANT = "variant.yaml"


def optimise(
    view: View,
    reference: OrReference = None,
    sets: Sets = None,
    seed: Seed = 1,
    replications: Replications = 20,
    agents: Agents = None,
    workers: Workers = None,
    out: Out = None,
    time_limit: TimeLimit = None,
    require: Requirements = None,
    curves: Curves = None,
    budget: Budget = None,
    objective_name: ObjectiveName = None,
    export_as: Export = None,
    report: WithReport = False,
) -> None:
    """Re-plan the budgets of a scenario within the limits of its block `optimise`, or split one over given curves."""
    if curves is not None:
        if reference is not None or sets or require:
            raise InputError(Finding("cli_curves_alone", value="--curves"))
        allocating.allocate(view, curves, budget, objective_name, out, time_limit, export_as, report)
        return
    _check_without_curves(budget, objective_name)
    if reference is None:
        raise InputError(Finding("cli_missing_argument", value="REF"))
    from dacu.plan import optimise as optimiser
    from dacu.plan.diagnose import Diagnosis, NoPlan
    from dacu.plan.question import OBJECTIVES
    from dacu.store import run_folder

    conditions = required.conditions(require or (), required.OPTIMISED, OBJECTIVES)
    loaded = load(reference, sets or ())
    worker, jobs = optimiser.footprint_of(loaded), max(replications, workers or 1)
    runs = optimiser.COMPARED * replications
    workers = workers_for(view, [loaded], jobs, agents or optimiser.AGENTS, workers, worker, runs)
    facts = facts_of("optimise", [reference], [loaded], sets, seed, replications) | {"time_limit": time_limit}
    with handed_out(view, run_folder(out, f"{loaded.name}-optimise", facts), export_as, report) as folder:
        settled = from_history(view, [loaded], agents, workers)
        loaded = settled[0].loaded
        found: Optimised | Diagnosis
        try:
            with view.status() as tell:
                found = optimiser.optimise(
                    loaded, seed=seed, replications=replications, agents=agents, workers=workers,
                    seconds=optimiser.SECONDS if time_limit is None else time_limit,
                    progress=lambda where: tell(where.sentence(view.lang)),
                )  # fmt: skip
        except NoPlan as no:
            found = no.diagnosis
        _write(view, folder, settled[0], found)
    if isinstance(found, Diagnosis):
        view.show(refused(view, {"scenario": loaded.name}, found, folder))
        raise typer.Exit(1)
    view.warn(settled[0].warnings)
    page = planning.planned(view, loaded.name, found, folder.path, _next(reference, folder.path))
    met = required.judged(conditions, loaded.name, planning.printed(found))
    view.show(required.told(view, page, met))
    if found.answer.ended == "stopped":
        raise typer.Exit(130)
    if not all(one.holds for one in met):
        raise typer.Exit(1)


def _check_without_curves(budget: str | None, objective_name: str | None) -> None:
    """Raises InputError for an option that speaks of curves."""
    for option, given in (("--budget", budget), ("--objective-name", objective_name)):
        if given is not None:
            raise InputError(Finding("cli_without_curves", value=option))


def _write(view: View, folder: Folder, settled: Settled, found: Optimised | Diagnosis) -> None:
    """The plan found with its evidence, or why there is none."""
    from dacu.plan import media_plan
    from dacu.plan.diagnose import Diagnosis
    from dacu.store import LOCK_FILE
    from dacu_cli.onepage import optimised
    from dacu_cli.onepage.reasons import reason_table

    loaded = settled.loaded
    folder.write_text(LOCK_FILE, dump(loaded.composed.tree))
    if isinstance(found, Diagnosis):
        write_diagnosis(folder, found)
        return
    compared = len(found.answer.verified.seeds)  # as many as were asked for, or as time left
    folder.facts |= {"replications": compared, "agents": found.agents, "weight": found.weight}
    folder.write_text(VARIANT, found.variant(LOCK_FILE))
    folder.write_table("allocation", planning.allocation_table(found.current, found.answer))
    folder.write_table("plan", media_plan.table(loaded, found.answer.plan))
    folder.write_table("curves", planning.curve_table(found.answer))
    folder.write_table("verified", planning.verified_table(found.answer))
    folder.write_table("sums", planning.sums_table(found.answer))
    folder.write_table("prices", planning.price_table(found.answer))
    for name, table in planning.advice_tables(found.answer).items():
        folder.write_table(name, table)
    if found.answer.trade_offs:
        folder.write_table("trade_off", planning.trade_off_table(found.answer))
    if splits := optimised.why_better(found):
        folder.write_table("why", reason_table({loaded.name: splits}))
    folder.write_text("certificate.json", json.dumps(planning.certificate(found.answer), indent=1) + "\n")
    write_history(folder, [settled])
    told = verdict_and_more(lambda lang: planning.sentences(found, lang))
    write_sentences(folder, (*told, *warned(settled.warnings)))
    write_onepage(folder, view.lang, lambda lang: optimised.optimised_sheet(settled, found, lang))


def _next(reference: str, folder: Path) -> str:
    return shlex.join(["dacu", "compare", reference, str(folder / VARIANT)])
