"""The rows of a design, and the simulation that answers one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dacu.language.compose import Composed
from dacu.language.patch import overlay, setting_patch
from dacu.language.text import dump
from dacu.people.population import Seed
from dacu.results import figures
from dacu.scenario.load import Loaded, from_tree
from dacu.sim.past import Past, Pasts
from dacu.sim.run import run
from dacu.sim.runs import Anchor, Job, People, in_world
from dacu.store import code_digest
from dacu.study.batch import Outcome, Point, Row

KEPT = 2
"""Snapshots of the plan that rows fork from: the windows of one or two levers."""
VARIANT = "variant"
"""The path of a setting that names a variant; every other path is the scenario's."""


@dataclass(frozen=True)
class Simulation:
    """Answers rows: the plan of the row's variant with the row's settings, simulated once.

    Rows of one replication have the same seed, so they differ by their settings alone. `plans` are composed scenarios
    by variant, "" the one without; of `worlds` a replication is the world of its number, and `anchor` makes a plan
    fit for it.
    """

    plans: Mapping[str, Composed]
    outcomes: tuple[str, ...]
    seed: int = 1
    agents: int | None = None
    worlds: int | None = None
    anchor: Anchor | None = None
    people: People = field(default_factory=People, compare=False, repr=False)
    pasts: Pasts = field(default_factory=Pasts, compare=False, repr=False)

    def __call__(self, row: Row) -> Outcome:
        """The row's KPIs: the expected count where a KPI stands on it, else the realised one."""
        loaded, seed = self._plan(self.composed(row.point), row.replication), Seed(self.seed, row.replication)
        born = self.people.of(loaded, seed, self.agents)
        past = self.pasts.of(row.replication, lambda: self._past(seed))
        one = run(loaded, self.seed, row.replication, self.agents, born) if past is None else past.run(loaded, born)
        found = figures([one], "sampling")
        return {kpi: found[kpi].samples[found[kpi].used][0] if kpi in found else None for kpi in self.outcomes}

    def _plan(self, composed: Composed, replication: int) -> Loaded:
        """The plan as the replication's world has it."""
        loaded = in_world(from_tree(composed), Job(self.seed, replication, self.agents, self.worlds))
        return loaded if self.worlds is None or self.anchor is None else self.anchor(loaded)

    def _past(self, seed: Seed) -> Past:
        """Of the first plan without any settings, from which rows of a replication fork."""
        base = next(iter(self.plans.values()))
        return Past(self._plan(base, seed.replication), seed, self.agents, KEPT)

    def composed(self, point: Point) -> Composed:
        """The tree of one design point. Raises InputError for a setting that cannot stand there."""
        variant = next((text for path, text in point if path == VARIANT), "")
        plan = self.plans[variant]
        tree = plan.tree
        settings = (f"{path}={text}" for path, text in point if path != VARIANT)
        for number, setting in enumerate(settings, 1):
            tree = overlay(tree, setting_patch(setting, number))
        return replace(plan, tree=tree)

    def facts(self) -> dict[str, str]:
        """What every row stands on, by name: the journal keeps them, and a row's key is made of them."""
        plans = [(name, dump(plan.tree, origins=False)) for name, plan in sorted(self.plans.items())]
        return {
            "scenario": _digest(plans)[:16],
            "outcomes": ", ".join(self.outcomes),
            "seed": str(self.seed),
            "agents": str(self.agents or "–"),
            "worlds": str(self.worlds or "–"),
            "code": code_digest()[:16],
        }


def rows(points: Iterable[Point], replications: int, facts: Mapping[str, str]) -> Iterator[Row]:
    """One row a point and replication, point by point; the key is of the facts, the settings and the replication."""
    for place, point in enumerate(points):
        for replication in range(replications):
            settings = [tuple(setting) for setting in point]
            key = _digest([sorted(facts.items()), settings, replication])[:32]
            yield Row(place * replications + replication, point, replication, key)


def _digest(said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()
