"""Incremental GMV: what the shop sells with a lever less what it sells without it, beside what last touch credits.

Both plans live on the same people and draws, the other levers keep their money, and nothing is given to them instead.
Sums over levers need not come to the whole: levers help and replace one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dacu.errors import Finding, InputError, nearest
from dacu.estimates import Estimate, Samples, estimate, interval
from dacu.language.patch import overlay, setting_patch
from dacu.levers.base import Lever
from dacu.levers.paid import Paid
from dacu.results import Result, contrast
from dacu.scenario.load import Loaded, from_tree
from dacu.sim.runs import Progress, paired
from dacu.sim.stage import levers_of

OFF_SWITCHES = {"active": "no", "joins": "no", "posts": "0/day"}
"""Keys that switch off what has them, and how; of several the first counts."""


@dataclass(frozen=True)
class Increment:
    """What one lever causes, with sampling intervals; ratios are None where nothing was spent or credited.

    gmv: paid GMV that goes without it, yuan. credited: paid GMV whose last touch it is. spend: media of a budget line,
    all costs of the lever otherwise. iroas: gmv ÷ spend. roi: credited ÷ spend. true_share: gmv ÷ credited, so above 1
    where last touch sees too little and below where it takes credit for sales that come anyway.
    """

    path: str
    gmv: Estimate
    credited: Estimate
    spend: Estimate
    iroas: Estimate
    roi: Estimate
    true_share: Estimate


def incremental(
    loaded: Loaded, paths: Sequence[str] | None = None, *, seed: int = 1, replications: int = 8,
    agents: int | None = None, workers: int = 1, progress: Progress | None = None,
) -> tuple[Increment, ...]:  # fmt: skip
    """Switch levers off one at a time; by default every budget line, creator and room.

    Costs one simulation more than there are paths. InputError for a path that is no lever of the scenario.
    """
    if paths is None:
        paths = [path for path, _ in levers_of(loaded.scenario) if path.startswith(("channels.", "kols.", "live."))]
    plans = [loaded, *(without(loaded, path) for path in paths)]
    whole, *others = paired(
        plans, seed=seed, replications=replications, agents=agents, workers=workers, progress=progress
    )
    levers = dict(levers_of(loaded.scenario))
    return tuple(_increment(path, levers[path], whole, other) for path, other in zip(paths, others, strict=True))


def without(loaded: Loaded, path: str) -> Loaded:
    """The scenario with one lever off during the campaign; a line's baseline in the warm-up stays."""
    levers = dict(levers_of(loaded.scenario))
    if path not in levers:
        raise InputError(Finding("unknown_name", path=path, args={"name": path}, hint=nearest(levers, path)))
    tree = loaded.composed.tree
    for number, setting in enumerate(_off(path, levers[path]), 1):
        tree = overlay(tree, setting_patch(setting, number))
    return from_tree(replace(loaded.composed, tree=tree, name=f"{loaded.name} − {path}"))


def _off(path: str, lever: Lever) -> list[str]:
    """Settings that switch a lever off: no money, or its switch, or it is not there."""
    if isinstance(lever, Paid):
        return [*(f"{path}.{form}=null" for form in lever.forms), f"{path}.daily_budget=0"]
    switch = next((key for key in OFF_SWITCHES if key in type(lever).model_fields), None)
    return [f"{path}=null"] if switch is None else [f"{path}.{switch}={OFF_SWITCHES[switch]}"]


def _increment(path: str, lever: Lever, whole: Result, other: Result) -> Increment:
    gmv = contrast(other, whole, path).kpis["gmv"]
    caused = [
        None if more is None or less is None else more - less
        for more, less in zip(whole.kpis["gmv"].samples[gmv.used], other.kpis["gmv"].samples[gmv.used], strict=True)
    ]
    credited = _column(whole, path, "gmv_expected" if gmv.used == "expected" else "gmv")
    spend = _column(whole, path, "spend" if isinstance(lever, Paid) else "cost")
    return Increment(
        path, gmv.paired.difference, estimate(credited, "yuan"), estimate(spend, "yuan"),
        ratio(caused, spend), ratio(credited, spend), ratio(caused, credited),
    )  # fmt: skip


def _column(result: Result, path: str, name: str) -> list[float | None]:
    """A lever's figure in the table of channels, replication by replication."""
    tables = [run.tables["channels"] for run in result.replications]
    return [table.numbers[name][list(table.keys["channel"]).index(path)] for table in tables]


def ratio(above: Samples, below: Samples) -> Estimate:
    """A sum over a sum over replications, with the t-interval of the ratio estimator (Cochran 1977, ch. 6)."""
    pairs = [(a, b) for a, b in zip(above, below, strict=True) if a is not None and b is not None]
    a, b = np.array(pairs, np.float64).reshape(-1, 2).T
    total = sum(b.tolist())
    if total <= 0:
        return Estimate(None, None, None, "ratio", len(pairs))
    mean = sum(a.tolist()) / total
    _, half = interval(((a - mean * b) * (len(pairs) / total))[:, None])
    low, high = (None, None) if len(pairs) == 1 else (mean - float(half[0]), mean + float(half[0]))
    return Estimate(mean, low, high, "ratio", len(pairs))
