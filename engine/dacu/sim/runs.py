"""Many runs: replications and paired plans as one kind of job, on one core or several. The only starter of runs.

A job is one replication of every plan that is compared, so the plans share their people, and results do not depend on
how jobs are spread over workers. Jobs carry composed trees, not blocks: a worker checks them again, as the parent did.
With `worlds` each replication is in a world of its own: the plans composed again on coefficients as plausible.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from math import inf
from typing import Any, NamedTuple

from dacu.behaviour import beliefs
from dacu.errors import Finding, InputError
from dacu.estimates import Kind
from dacu.language.compose import Composed
from dacu.language.tree import Branch
from dacu.people.platforms import build_platforms
from dacu.people.population import Seed, build_born
from dacu.people.users import Born
from dacu.results import Comparison, Replication, Result, contrast, summarise
from dacu.scenario.diff import differences
from dacu.scenario.load import Loaded, from_tree
from dacu.scenario.targets import targets_of
from dacu.shop.categories import unknown_category
from dacu.sim.past import Past
from dacu.sim.run import run
from dacu.sim.stage import calendar_of, placed, size

Progress = Callable[[int, int], None]
Anchor = Callable[[Loaded], Loaded]  # a function of a module, so that workers know it: a plan made fit for its world
REFUNDS_LAST = 28 * 24  # hours after a sale in which nearly all of its refunds come

_plans: list[Loaded] = []  # of a worker process: what its jobs simulate


class Job(NamedTuple):
    """One replication of every plan; of `worlds` it is the world of the same number, `anchor` what each plan does there
    before it runs.
    """

    seed: int
    replication: int
    agents: int | None
    worlds: int | None = None
    anchor: Anchor | None = None


def simulate(
    loaded: Loaded, *, seed: int = 1, replications: int = 8, agents: int | None = None, workers: int = 1,
    worlds: int | None = None, anchor: Anchor | None = None, progress: Progress | None = None,
) -> Result:  # fmt: skip
    """Simulate one plan over replications, or over so many worlds with one replication each."""
    return paired(
        [loaded],
        seed=seed,
        replications=replications,
        agents=agents,
        workers=workers,
        worlds=worlds,
        anchor=anchor,
        progress=progress,
    )[0]


def compare(
    base: Loaded, others: Sequence[Loaded], *, seed: int = 1, replications: int = 8, agents: int | None = None,
    workers: int = 1, worlds: int | None = None, anchor: Anchor | None = None, progress: Progress | None = None,
) -> tuple[Comparison, list[Result]]:  # fmt: skip
    """Simulate plans on the same people and draws, in the same worlds; the results stand in the order base, others."""
    results = paired(
        [base, *others], seed=seed, replications=replications, agents=agents, workers=workers, worlds=worlds,
        anchor=anchor, progress=progress,
    )  # fmt: skip
    where = beliefs.coordinates(seed, worlds) if worlds else None
    alternatives = [
        contrast(results[0], result, other.name, changes(base, other), where)
        for other, result in zip(others, results[1:], strict=True)
    ]
    return Comparison(base.name, tuple(alternatives)), results


def changes(base: Loaded, other: Loaded) -> list[dict[str, Any]]:
    """What differs between two plans, with the lines that say so."""
    return [
        {"path": change.path, "from": change.before, "to": change.after, "file": change.file, "line": change.line}
        for change in differences(base.composed, other.composed)
    ]


def paired(
    plans: Sequence[Loaded], *, seed: int, replications: int, agents: int | None, workers: int,
    worlds: int | None = None, anchor: Anchor | None = None, progress: Progress | None = None,
) -> list[Result]:  # fmt: skip
    """Results of several plans, replication by replication on the same draws and in the same worlds."""
    check_same_people(plans, agents)
    jobs = [Job(seed, number, agents, worlds, anchor) for number in range(worlds or replications)]
    kind: Kind = "beliefs" if worlds else "sampling"
    done: list[list[Replication]] = []
    for figures in _each(plans, jobs, workers):
        done.append(figures)
        if progress is not None:
            progress(len(done), len(jobs))
    count, weight = size(plans[0], agents)
    return [
        summarise(
            plan.name, seed, count, weight, [figures[place] for figures in done],
            warnings=(*warnings_of(plan), *still_to_come(plan, [figures[place] for figures in done])),
            manifest={"overridden": [list(row) for row in plan.overridden]}, kind=kind,
            targets=targets_of(plan.scenario.targets),
        )
        for place, plan in enumerate(plans)
    ]  # fmt: skip


def warnings_of(loaded: Loaded) -> tuple[Finding, ...]:
    """What a planner should know before believing the figures."""
    own = tuple(
        Finding("coefficient_overridden", path=path, value=now, args={"documented": documented})
        for path, documented, now in loaded.overridden
    )
    category = unknown_category(loaded.scenario.shop)
    return (*calendar_of(loaded).warnings, *(placed(loaded, finding) for finding in (*own, *category)))


def still_to_come(loaded: Loaded, figures: Sequence[Replication]) -> tuple[Finding, ...]:
    """A warning where the calendar ends within four weeks of a sale: what is refunded only after the last day."""
    calendar = calendar_of(loaded)
    refunds = sum(one.realised["refunds"] for one in figures)
    last = max((event.end for event in calendar.events), default=-inf)
    if not refunds or last + REFUNDS_LAST <= calendar.end_hour:
        return ()
    share = sum(one.realised["refunds_later"] for one in figures) / refunds
    finding = Finding("refunds_to_come", path="calendar.days", args={"share": f"{share:.0%}"})
    return (placed(loaded, finding),)


def check_same_people(plans: Sequence[Loaded], agents: int | None) -> None:
    """Pairs need equal numbers of agents and people. Raises InputError otherwise."""
    first = size(plans[0], agents)
    for plan in plans[1:]:
        if size(plan, agents) != first:
            raise InputError(
                Finding("people_differ", path="people.size", args={"base": plans[0].name, "other": plan.name})
            )


def _each(plans: Sequence[Loaded], jobs: Sequence[Job], workers: int) -> Iterator[list[Replication]]:
    """The figures of each job, in the order of the jobs."""
    if workers <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield _simulate(plans, job)
        return
    trees = [plan.composed for plan in plans]
    with pool(min(workers, len(jobs)), trees) as executor:
        yield from executor.map(_job, jobs)


def pool(workers: int, trees: Sequence[Composed]) -> Executor:
    """A pool of processes that know the plans; each worker keeps to one thread."""
    return ProcessPoolExecutor(workers, initializer=_learn, initargs=(list(trees),))


def solo_pools(workers: int, learn: Callable[..., None], facts: tuple[Any, ...]) -> list[Executor]:
    """Pools of one process each, so that a caller can send related jobs to the worker that remembers the last one."""
    return [ProcessPoolExecutor(1, initializer=learn, initargs=facts) for _ in range(workers)]


def obey_parent() -> None:
    """A worker leaves Ctrl-C to its parent, ends when told to, and keeps to one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _learn(trees: list[Composed]) -> None:
    obey_parent()
    _plans[:] = [from_tree(tree) for tree in trees]


def _job(job: Job) -> list[Replication]:
    return _simulate(_plans, job)


def _simulate(plans: Sequence[Loaded], job: Job) -> list[Replication]:
    """One replication of every plan; plans of equal people share them, and the hours that they live alike."""
    people, seed = People(), Seed(job.seed, job.replication)
    here = [in_world(plan, job) for plan in plans]
    if job.worlds is not None and job.anchor is not None:
        here = [job.anchor(plan) for plan in here]
    if len(here) == 1:
        return [run(here[0], job.seed, job.replication, job.agents, people.of(here[0], seed, job.agents))]
    past = Past(here[0], seed, job.agents)
    leaves = [past.leaves(plan) for plan in here]
    found = {
        place: past.run(here[place], people.of(here[place], seed, job.agents), leaves[place])
        for place in sorted(range(len(here)), key=leaves.__getitem__)
    }
    return [found[place] for place in range(len(here))]


def in_world(plan: Loaded, job: Job) -> Loaded:
    """The plan as this job's world has it. What a plan derives from its coefficients is derived anew from these."""
    tree = plan.composed.tree
    behaviour = tree.children["behaviour"]
    if job.worlds is None or not isinstance(behaviour, Branch):
        return plan
    drawn = beliefs.in_world(behaviour, job.seed, job.replication, job.worlds)
    return from_tree(replace(plan.composed, tree=replace(tree, children=tree.children | {"behaviour": drawn})))


class People:
    """The last crowd drawn, handed out again while nothing that it depends on changes."""

    def __init__(self) -> None:
        self._known: tuple[Any, Born] | None = None

    def of(self, loaded: Loaded, seed: Seed, agents: int | None) -> Born:
        """The born columns of a plan."""
        count, _ = size(loaded, agents)
        key = (seed, count, loaded.scenario.people, loaded.scenario.platforms, loaded.behaviour)
        known = self._known  # another thread may put its own there meanwhile
        if known is None or known[0] != key:
            platforms = build_platforms(loaded.scenario.platforms)
            known = self._known = (key, build_born(seed, count, loaded.scenario.people, loaded.behaviour, platforms))
        return known[1]
