"""The simulator as the optimiser sees it: many budgets, the same people, each run forked where its money differs.

A budget moves nothing before the day on which it differs, so all plans share the warm-up, and every plan shares the
base plan's days before its own. Each worker keeps the worlds of its seeds at D1, so later rounds start there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.kpis import compute
from dacu.language.compose import Composed
from dacu.people.population import Seed
from dacu.plan.budgets import budgets_by_day, dated_lines
from dacu.plan.question import Plan
from dacu.scenario.load import Loaded, from_tree
from dacu.sim.run import finish, live_until
from dacu.sim.runs import obey_parent, solo_pools
from dacu.sim.stage import build, calendar_of
from dacu.sim.world import World

Budgets = Mapping[str, NDArray[np.int64]]
HOURS_A_DAY = 24


class ForkingSimulator:
    """Implements `verify.Simulator` for a scenario. Close it to end its workers."""

    def __init__(self, loaded: Loaded, objective: str, seed: int, agents: int, workers: int) -> None:
        self._calendar = calendar_of(loaded)
        self._dated = dated_lines(loaded)
        self._short = False
        self._bench = Bench(loaded, objective, seed, agents)
        trees = loaded.composed
        self._pools: list[Executor] = (
            solo_pools(workers, _learn, (trees, objective, seed, agents)) if workers > 1 else []
        )

    def outcomes(self, plans: Sequence[Plan], seeds: Sequence[int]) -> NDArray[np.float64]:
        """The objective of every plan under every seed.

        All by expected counts; once stock has run short in any plan, all by realised ones: a difference has one kind.
        """
        budgets = [self._budgets(plan) for plan in plans]
        values: dict[tuple[int, int], Value] = {}
        parts = self._parts(budgets, len(seeds))
        jobs = [(rows, column, share) for column in range(len(seeds)) for share, rows in enumerate(parts)]
        if not self._pools:
            for rows, column, _ in jobs:
                values |= _at(rows, column, self._bench.outcomes([budgets[row] for row in rows], seeds[column]))
            return self._matrix(values, len(plans), len(seeds))
        running = [
            (rows, column, self._worker(seeds[column], share).submit(_job, [budgets[r] for r in rows], seeds[column]))
            for rows, column, share in jobs
        ]
        for rows, column, job in running:
            values |= _at(rows, column, job.result())
        return self._matrix(values, len(plans), len(seeds))

    def _matrix(self, values: Mapping[tuple[int, int], Value], plans: int, seeds: int) -> NDArray[np.float64]:
        self._short = self._short or any(value.short for value in values.values())
        kind = "realised" if self._short else "expected"
        return np.array([[getattr(values[row, column], kind) for column in range(seeds)] for row in range(plans)])

    def _budgets(self, plan: Plan) -> Budgets:
        """Fen a day of the lines that a plan may move; money by date stays as it is."""
        return {
            line: by_day for line, by_day in budgets_by_day(plan, self._calendar).items() if line not in self._dated
        }

    def _parts(self, budgets: Sequence[Budgets], seeds: int) -> list[list[int]]:
        """Rows of plans for one job each: all of them, or shares of them where seeds are fewer than workers.

        Every part starts from the base plan; early and late forks are dealt out evenly.
        """
        shares = max(1, len(self._pools) // seeds) if len(budgets) > 2 else 1
        forks = sorted(range(1, len(budgets)), key=lambda row: first_difference(budgets[0], budgets[row]))
        return [[0, *forks[share::shares]] for share in range(shares)]

    def _worker(self, seed: int, share: int) -> Executor:
        """A seed goes to the same workers each time, which keep its world."""
        return self._pools[(seed + share) % len(self._pools)]

    def prepare(self, seeds: Sequence[int]) -> None:
        """Live through the warm-up of these seeds, so that the pace of later calls is that of runs alone."""
        if not self._pools:
            for seed in seeds:
                self._bench.prepare(seed)
            return
        for job in [self._pools[seed % len(self._pools)].submit(_prepare, seed) for seed in seeds]:
            job.result()

    def work(self, plans: Sequence[Plan]) -> float:
        """Whole runs that one seed of such a call amounts to."""
        base, *others = (self._budgets(plan) for plan in plans)
        days = self._calendar.days
        return 1.0 + sum(1 - min(first_difference(base, other), days) / days for other in others)

    def close(self) -> None:
        """End the workers."""
        for pool in self._pools:
            pool.shutdown(cancel_futures=True)


class Value(NamedTuple):
    """What a run says of the objective, in yuan or counts."""

    expected: float
    realised: float
    short: bool  # stock ran short, so chances count sales that nobody could make


class Bench:
    """One worker's part: the worlds at D1 by seed, and runs from them."""

    def __init__(self, loaded: Loaded, objective: str, seed: int, agents: int) -> None:
        self._loaded, self._objective, self._seed, self._agents = loaded, objective, seed, agents
        self._start: dict[int, World] = {}

    def outcomes(self, budgets: Sequence[Budgets], seed: int) -> list[Value]:
        """The objective of each plan, in yuan or counts, the first plan being the one others fork from."""
        base = _with_budgets(self._at_d1(seed), budgets[0])
        forks = sorted(range(1, len(budgets)), key=lambda place: first_difference(budgets[0], budgets[place]))
        values: dict[int, Value] = {}
        end = base.setting.calendar.end_hour
        for place in forks:
            live_until(base, min(end, HOURS_A_DAY * first_difference(budgets[0], budgets[place])))
            fork = _with_budgets(base.copy(), budgets[place])
            live_until(fork, end)
            values[place] = self._value(fork)
        live_until(base, end)
        values[0] = self._value(base)
        return [values[place] for place in range(len(budgets))]

    def prepare(self, seed: int) -> None:
        """Keep the world of a seed at D1."""
        if seed not in self._start:
            world = build(self._loaded, Seed(self._seed, seed), self._agents)
            live_until(world, 0)
            self._start[seed] = world

    def _at_d1(self, seed: int) -> World:
        self.prepare(seed)
        return self._start[seed].copy()

    def _value(self, world: World) -> Value:
        """The objective by expected counts and by realised ones, and whether stock ran short."""
        figures = finish(world)
        realised, expected = (compute(counts)[self._objective] for counts in (figures.realised, figures.expected))
        return Value(float(expected or 0.0), float(realised or 0.0), figures.realised["lost_units"] > 0)


def _at(rows: Sequence[int], column: int, values: Sequence[Value]) -> dict[tuple[int, int], Value]:
    return {(row, column): value for row, value in zip(rows, values, strict=True)}


def first_difference(base: Budgets, other: Budgets) -> int:
    """The first day on which any line spends otherwise; beyond the last day for equal plans."""
    days = [np.flatnonzero(base[line] != by_day) for line, by_day in other.items()]
    return min((int(found[0]) for found in days if len(found)), default=10**6)


def _with_budgets(world: World, budgets: Budgets) -> World:
    """The world with other budgets from here on."""
    rows = world.setting.by_path
    world.setting = replace(world.setting, budgets=world.setting.budgets | {rows[p]: d for p, d in budgets.items()})
    return world


_benches: list[Bench] = []  # of a worker process


def _learn(tree: Composed, objective: str, seed: int, agents: int) -> None:
    obey_parent()
    _benches[:] = [Bench(from_tree(tree), objective, seed, agents)]


def _job(budgets: Sequence[Budgets], seed: int) -> list[Value]:
    return _benches[0].outcomes(budgets, seed)


def _prepare(seed: int) -> None:
    _benches[0].prepare(seed)
