"""What the folder of a run holds: manifest, resolved scenarios, tables."""

from __future__ import annotations

import hashlib
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from dacu import __version__
from dacu.errors import Finding, render
from dacu.language.text import dump
from dacu.results import Comparison, Figure, Result
from dacu.scenario.load import Loaded
from dacu.store import LOCK_FILE, Folder, file_name
from dacu.worlds import Driver
from dacu_cli import machine

if TYPE_CHECKING:
    from pandas import DataFrame


def facts_of(
    verb: str,
    references: Sequence[str],
    plans: Sequence[Loaded],
    sets: Sequence[str] | None,
    seed: int,
    replications: int,
) -> dict[str, Any]:
    """What a manifest says before the run: how to repeat it, with which scenario and on which machine."""
    return {
        "dacu": __version__,
        "verb": verb,
        "command": shlex.join(["dacu", *sys.argv[1:]]),
        "scenarios": [
            {"reference": reference, "name": plan.name, "sha256": scenario_hash(plan)}
            for reference, plan in zip(references, plans, strict=True)
        ],
        "set": list(sets or ()),
        "seed": seed,
        "replications": replications,
        "overridden": {plan.name: [list(change) for change in plan.overridden] for plan in plans},
        "machine": machine.description(),
    }


def facts_of_curves(file: str, text: str, budget: str | None) -> dict[str, Any]:
    """What a manifest says of a plan on given curves: how to repeat it, with which file and on which machine."""
    return {
        "dacu": __version__,
        "verb": "optimise",
        "command": shlex.join(["dacu", *sys.argv[1:]]),
        "curves": {"file": file, "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest()},
        "budget": budget,
        "machine": machine.description(),
    }


def scenario_hash(loaded: Loaded) -> str:
    """Of the resolved scenario, coefficients included: equal hashes and seeds give equal results."""
    return hashlib.sha256(dump(loaded.composed.tree, origins=False).encode("utf-8")).hexdigest()


def write_result(folder: Folder, loaded: Loaded, result: Result) -> None:
    """All tables of one plan."""
    folder.write_text(LOCK_FILE, dump(loaded.composed.tree))
    folder.write_table("kpis", kpi_table(result))
    for name, table in result.tables.items():
        folder.write_table(name, table)
    if result.targets:
        folder.write_table("targets", target_table([result]))
    folder.facts |= {"agents": result.agents, "weight": result.weight}


def write_comparison(
    folder: Folder, plans: Sequence[Loaded], comparison: Comparison, results: Sequence[Result]
) -> None:
    """The differences, and all tables of all plans, each row with the plan it belongs to."""
    from pandas import concat

    folder.write_text(LOCK_FILE, dump(plans[0].composed.tree))
    for plan, name in zip(plans[1:], _lock_files(plans[1:]), strict=True):
        folder.write_text(name, dump(plan.composed.tree))
    folder.write_table("comparison", comparison_table(comparison))
    folder.write_table("changes", change_table(comparison))
    if results[0].kind == "beliefs":
        folder.write_table("drivers", driver_table(comparison))
    folder.write_table("kpis", concat([_of_plan(kpi_table(result), result.scenario) for result in results]))
    for name in results[0].tables:
        folder.write_table(name, concat([_of_plan(result.tables[name], result.scenario) for result in results]))
    if any(result.targets for result in results):
        folder.write_table("targets", target_table(results))
    folder.facts |= {"agents": results[0].agents, "weight": results[0].weight}


def _lock_files(plans: Sequence[Loaded]) -> Iterator[str]:
    """A file a plan beside that of the base; different names that become one are numbered."""
    taken = {LOCK_FILE}
    for plan in plans:
        name = file_name(plan.name)
        tried = (f"{name}{ending}.lock.yaml" for ending in chain([""], (f"-{number}" for number in count(2))))
        taken.add(file := next(file for file in tried if file not in taken))
        yield file


def write_sentences(folder: Folder, told: Iterable[tuple[str, str, str]]) -> None:
    """sentences.csv: what the run says in words, (tone, zh, en); a tone is verdict, plain or warning."""
    from pandas import DataFrame

    rows = list(dict.fromkeys(told))
    if rows:
        folder.write_table("sentences", DataFrame(rows, columns=["tone", "sentence_zh", "sentence_en"]))


def in_both(tone: str, told: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, str, str]]:
    """What is told in a language, in both, to write."""
    return ((tone, *both) for both in zip(told("zh"), told("en"), strict=True))


def verdict_and_more(told: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, str, str]]:
    """The same of an answer that begins with its verdict."""
    verdict, *others = in_both("plain", told)
    yield "verdict", *verdict[1:]
    yield from others


def warned(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str]]:
    """Findings as warnings to write."""
    return (("warning", render([finding], "zh"), render([finding], "en")) for finding in findings)


def kpi_table(result: Result) -> DataFrame:
    """One row a KPI: the figure to use with its interval, and both counts it may stand on."""
    from pandas import DataFrame

    rows = [
        {"kpi": kpi, "unit": figure.unit, **_bounds("mean", figure, figure.used), "used": figure.used,
         "kind": figure.kind, **_median(figure),
         **_bounds("realised", figure, "realised"), **_bounds("expected", figure, "expected")}
        for kpi, figure in result.kpis.items()
    ]  # fmt: skip
    return _numbers(DataFrame(rows), text=("kpi", "unit", "used", "kind"))


def comparison_table(comparison: Comparison) -> DataFrame:
    """One row a plan and KPI."""
    from pandas import DataFrame

    rows = [
        {"scenario": other.name, "kpi": kpi, **difference.as_json()}
        for other in comparison.others
        for kpi, difference in other.kpis.items()
    ]
    return _numbers(DataFrame(rows), text=("scenario", "kpi", "unit", "kind", "identical", "used"))


def target_table(results: Sequence[Result]) -> DataFrame:
    """One row a plan and target; money in yuan."""
    from pandas import DataFrame

    rows = [{"scenario": result.scenario, **one.as_json()} for result in results for one in result.targets]
    return _numbers(DataFrame(rows), text=("scenario", "kpi", "side", "unit", "rule", "kind"))


def driver_table(comparison: Comparison) -> DataFrame:
    """One row a plan, KPI and coefficient that turns the answer."""
    from pandas import DataFrame

    columns = ["other", "kpi", *Driver._fields]
    rows = [
        [other.name, kpi, *driver]
        for other in comparison.others
        for kpi, one in other.kpis.items()
        if one.wins
        for driver in one.wins.drivers
    ]
    return DataFrame(rows, columns=columns)


def change_table(comparison: Comparison) -> DataFrame:
    """One row a leaf that differs."""
    from pandas import DataFrame

    columns = ["other", "path", "from", "to", "file", "line"]
    rows = [{"other": other.name, **change} for other in comparison.others for change in other.changes]
    return DataFrame(rows, columns=columns)


def _of_plan(table: DataFrame, name: str) -> DataFrame:
    table = table.copy()
    table.insert(0, "scenario", name)
    return table


def _median(figure: Figure) -> dict[str, float | None]:
    """Only worlds have one."""
    return {"median": figure.best.median} if figure.kind == "beliefs" else {}


def _bounds(name: str, figure: Figure, used: Any) -> dict[str, float | None]:
    if used not in figure.samples:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    found = figure.estimate(used)
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}


def _numbers(table: DataFrame, text: tuple[str, ...]) -> DataFrame:
    """Columns of numbers stay such where nothing is defined."""
    return table.astype({column: "float64" for column in table.columns if column not in text})
