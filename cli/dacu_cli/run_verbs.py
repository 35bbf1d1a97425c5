"""Verbs that simulate: simulate, compare. They fill a folder and print what it says."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import typer

from dacu.errors import of_plans
from dacu.language.compose import split_reference
from dacu.results import Alternative, chances
from dacu.scenario.diff import differences
from dacu.scenario.load import Loaded, load
from dacu.targets import parse_condition
from dacu_cli import aims, reading, required
from dacu_cli.effort import workers_for
from dacu_cli.exporting import Export
from dacu_cli.folders import facts_of, in_both, warned, write_comparison, write_result, write_sentences
from dacu_cli.handouts import handed_out
from dacu_cli.history import anchor_of, from_history, write_history
from dacu_cli.last_event import write_last_event
from dacu_cli.onepage.compared import compared_sheet, comparison_why
from dacu_cli.onepage.files import write_onepage
from dacu_cli.onepage.simulated import simulated_sheet
from dacu_cli.options import (
    Agents,
    Out,
    Reference,
    References,
    Replications,
    Requirements,
    Seed,
    Sets,
    WithReport,
    Workers,
    Worlds,
)
from dacu_cli.scenario_verbs import changed
from dacu_cli.view import View


def simulate(
    view: View,
    reference: Reference,
    sets: Sets = None,
    seed: Seed = 1,
    replications: Replications = 8,
    worlds: Worlds = None,
    agents: Agents = None,
    workers: Workers = None,
    require: Requirements = None,
    out: Out = None,
    export_as: Export = None,
    report: WithReport = False,
) -> None:
    """What will this plan do?"""
    from dacu.calibrate.last_event import beside_last_event, warnings_of
    from dacu.plan import media_plan
    from dacu.sim import runs
    from dacu.store import run_folder

    on_parts = required.conditions(filter(required.is_on_a_part, require or ()), required.SIMULATED)
    conditions = [parse_condition(text) for text in require or () if not required.is_on_a_part(text)]
    loaded = load(reference, sets or ())
    workers = workers_for(view, [loaded], worlds or replications, agents, workers)
    facts = facts_of("simulate", [reference], [loaded], sets, seed, worlds or replications) | {"worlds": worlds}
    with handed_out(view, run_folder(out, f"{loaded.name}-simulate", facts), export_as, report) as folder:
        settled = from_history(view, [loaded], agents, workers)
        loaded = settled[0].loaded
        with view.progress(view.say("simulating")) as tick:
            result = runs.simulate(
                loaded, seed=seed, replications=replications, agents=agents, workers=workers, worlds=worlds,
                anchor=anchor_of(settled), progress=tick,
            )  # fmt: skip
        write_result(folder, loaded, result)
        folder.write_table("plan", media_plan.table(loaded))
        write_history(folder, settled)
        beside = beside_last_event(settled[0], result)
        write_last_event(folder, beside)
        warnings = (*settled[0].warnings, *warnings_of(settled[0], beside), *result.warnings)
        write_sentences(folder, (*in_both("verdict", lambda lang: [result.verdict(lang)]), *warned(warnings)))
        write_onepage(folder, view.lang, lambda lang: simulated_sheet(settled[0], result, warnings, lang))
    likely = chances(result.kpis, conditions, len(result.replications), result.kind)[: len(conditions)]
    met = required.judged(on_parts, result.scenario, {kpi: vars(one.best) for kpi, one in result.kpis.items()})
    follow = _next(reference, loaded)
    page = reading.simulated(view, settled[0], result, beside, warnings, folder.path, follow, likely)
    view.show(required.told(view, page, met))
    view.warn(warnings)
    if any(one.chance < aims.ENOUGH for one in likely) or not all(one.holds for one in met):
        raise typer.Exit(1)


def compare(
    view: View,
    base: Reference,
    references: References,
    sets: Sets = None,
    seed: Seed = 1,
    replications: Replications = 8,
    worlds: Worlds = None,
    agents: Agents = None,
    workers: Workers = None,
    require: Requirements = None,
    out: Out = None,
    export_as: Export = None,
    report: WithReport = False,
) -> None:
    """Which plan is better, and how sure are we?"""
    from dacu.sim import runs
    from dacu.store import run_folder

    conditions = required.conditions(require or (), required.COMPARED)
    plans = list(_told_apart(load(reference, sets or ()) for reference in (base, *references)))
    workers = workers_for(view, plans, worlds or replications, agents, workers)
    facts = facts_of("compare", [base, *references], plans, sets, seed, worlds or replications) | {"worlds": worlds}
    with handed_out(view, run_folder(out, f"{plans[0].name}-compare", facts), export_as, report) as folder:
        settled = from_history(view, plans, agents, workers)
        plans = [one.loaded for one in settled]
        with view.progress(view.say("simulating")) as tick:
            comparison, results = runs.compare(
                plans[0], plans[1:], seed=seed, replications=replications, agents=agents, workers=workers,
                worlds=worlds, anchor=anchor_of(settled), progress=tick,
            )  # fmt: skip
        write_comparison(folder, plans, comparison, results)
        write_history(folder, settled)
        folder.write_table("why", comparison_why(comparison, results))
        warnings = of_plans([
            (result.scenario, (*one.warnings, *result.warnings)) for one, result in zip(settled, results, strict=True)
        ])  # fmt: skip
        what_differs = [differences(plans[0].composed, plan.composed) for plan in plans[1:]]
        write_onepage(
            folder, view.lang, lambda lang: compared_sheet(
                settled[0], comparison, results, [changed(View(lang), one) for one in what_differs], warnings, lang
            )
        )  # fmt: skip
        told = (verdict for other in comparison.others for verdict in in_both("verdict", other.sentences))
        write_sentences(folder, (*told, *warned(warnings)))
    page = reading.compared(
        view, settled[0], comparison, results, [changed(view, one) for one in what_differs], folder.path
    )
    met = [one for other in comparison.others for one in required.judged(conditions, other.name, _printed(other))]
    view.show(required.told(view, page, met))
    view.warn(warnings)
    if not all(one.holds for one in met):
        raise typer.Exit(1)


def _told_apart(plans: Iterable[Loaded]) -> Iterator[Loaded]:
    """The plans; those whose name was there already get a number, for tables, files and pages go by names."""
    seen: Counter[str] = Counter()
    for plan in plans:
        seen[plan.name] += 1
        again = f"{plan.name} ({seen[plan.name]})"
        yield plan if seen[plan.name] == 1 else replace(plan, composed=replace(plan.composed, name=again))


def _printed(other: Alternative) -> dict[str, dict[str, Any]]:
    """The figures of a comparison by KPI and part."""
    return {kpi: one.as_json() for kpi, one in other.kpis.items()}


def _next(reference: str, loaded: Loaded) -> str:
    """Compare with what it changes or what may change it; else optimise if money is split by phase; else prices."""
    file, chosen = split_reference(reference)
    variants = loaded.composed.variants_available
    if chosen:
        return shlex.join(["dacu", "compare", file, reference])
    if variants:
        return shlex.join(["dacu", "compare", reference, f"{reference}+{variants[0]}"])
    verb = "optimise" if loaded.scenario.calendar.phases else "prices"
    return shlex.join(["dacu", verb, reference])
