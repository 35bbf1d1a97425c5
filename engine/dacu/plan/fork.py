"""The simulator as the optimiser sees it: many plans, the same people, each run forked where its money differs.

A budget moves nothing before the day on which it differs, so all plans of equal bookings share the warm-up, and every
plan shares the base plan's days before its own. Each worker keeps the worlds of its last seeds at D1, so later rounds
start there. What was simulated once is remembered, and by a `Memory` beyond the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dacu.language.compose import Composed
from dacu.language.patch import overlay, setting_patch
from dacu.people.population import Seed
from dacu.plan.budgets import dated_lines
from dacu.plan.figures import Reading, figures_of, read, settled
from dacu.plan.problem import Cell
from dacu.plan.question import Figure, Plan, Question
from dacu.plan.written import budgets_by_day
from dacu.scenario.load import Loaded, from_tree
from dacu.sim.run import finish, live_until
from dacu.sim.runs import obey_parent, solo_pools
from dacu.sim.stage import build, calendar_of
from dacu.sim.world import World

Budgets = Mapping[str, NDArray[np.int64]]
HOURS_A_DAY = 24

KEPT = 12
"""Worlds at D1 that a worker keeps: those of the seeds that a search comes back to."""
SKETCH = 100
"""Agents of a world that is only built."""


class Course(NamedTuple):
    """A plan as a run lives it: fen a day of each line that may be moved, and whether each booking is made."""

    budgets: Budgets
    booked: tuple[tuple[str, bool], ...]

    def first_difference(self, other: Course) -> int:
        """The first day on which any line spends otherwise; beyond the last day for equal plans."""
        days = [np.flatnonzero(self.budgets[line] != by_day) for line, by_day in other.budgets.items()]
        return min((int(found[0]) for found in days if len(found)), default=10**6)


class Memory(Protocol):
    """Readings of earlier runs by course and seed."""

    def recall(self, course: Course, seed: int) -> Reading | None:
        """What was read off such a run, if there was one."""
        ...

    def remember(self, course: Course, seed: int, reading: Reading) -> None:
        """Keep it."""
        ...

    def save(self) -> None:
        """Make what was kept last, where it does."""
        ...


@dataclass
class Remembered:
    """A Memory for as long as a search lasts."""

    known: dict[tuple[bytes, int], Reading] = field(default_factory=dict)

    def recall(self, course: Course, seed: int) -> Reading | None:
        """See Memory."""
        return self.known.get((fingerprint(course), seed))

    def remember(self, course: Course, seed: int, reading: Reading) -> None:
        """See Memory."""
        self.known[fingerprint(course), seed] = reading

    def save(self) -> None:
        """See Memory: it lasts no longer than the search."""


def fingerprint(course: Course) -> bytes:
    """The same for plans that a run cannot tell apart."""
    lines = b"".join(line.encode() + by_day.tobytes() for line, by_day in sorted(course.budgets.items()))
    return lines + repr(course.booked).encode()


class ForkingSimulator:
    """Implements `verify.Simulator` for a scenario. Close it to end its workers."""

    def __init__(
        self, loaded: Loaded, question: Question, seed: int, agents: int, workers: int, memory: Memory | None = None,
        keep: int = KEPT,
    ) -> None:  # fmt: skip
        self.figures = figures_of(question)
        self._question = question
        self._calendar = calendar_of(loaded)
        self._dated = dated_lines(loaded)
        self._short = False
        self.recalled = 0
        self._memory = memory or Remembered()
        self._bench = Bench(loaded, self.figures, seed, agents, keep)
        facts = (loaded.composed, self.figures, seed, agents, keep)
        self._pools: list[Executor] = solo_pools(workers, _learn, facts) if workers > 1 else []

    def outcomes(self, plans: Sequence[Plan], seeds: Sequence[int]) -> NDArray[np.float64]:
        """The figures of every plan under every seed, shape (figures, plans, seeds)."""
        courses = [self.course(plan) for plan in plans]
        known = {
            (row, column): reading
            for row, course in enumerate(courses)
            for column, seed in enumerate(seeds)
            if (reading := self._memory.recall(course, seed)) is not None
        }
        self.recalled += len(known)
        jobs = []
        for column in range(len(seeds)):
            unknown = [row for row in range(len(plans)) if (row, column) not in known]
            jobs += [(rows, column, share) for share, rows in enumerate(self._parts(courses, unknown, len(seeds)))]
        for rows, column, found in self._run(courses, seeds, jobs):
            for row, reading in zip(rows, found, strict=True):
                known[row, column] = reading
                self._memory.remember(courses[row], seeds[column], reading)
        if jobs:
            self._memory.save()
        readings = [[known[row, column] for column in range(len(seeds))] for row in range(len(plans))]
        self._short = self._short or any(reading.short for reading in known.values())
        return settled(readings, self.figures, short=self._short)

    def course(self, plan: Plan) -> Course:
        """A plan as a run lives it; money by date stays as it is."""
        by_day = budgets_by_day(plan, self._calendar, self._question.current, self._question.first_day)
        booked = tuple(sorted((line, plan[Cell(line)] > 0) for line in self._question.bookings))
        return Course({line: fen for line, fen in by_day.items() if line not in self._dated}, booked)

    def prepare(self, plan: Plan, seeds: Sequence[int]) -> None:
        """Live through the warm-up of these seeds, so that the pace of later calls is that of runs alone."""
        booked = self.course(plan).booked
        if not self._pools:
            for seed in seeds:
                self._bench.prepare(booked, seed)
            return
        for job in [self._pools[seed % len(self._pools)].submit(_prepare, booked, seed) for seed in seeds]:
            job.result()

    def work(self, plans: Sequence[Plan]) -> float:
        """Whole runs that one seed of such a call amounts to."""
        base, *others = (self.course(plan) for plan in plans)
        days = self._calendar.days
        return 1.0 + sum(
            1.0 if other.booked != base.booked else 1 - min(base.first_difference(other), days) / days
            for other in others
        )

    def close(self) -> None:
        """End the workers."""
        for pool in self._pools:
            pool.shutdown(cancel_futures=True)

    def _run(
        self, courses: Sequence[Course], seeds: Sequence[int], jobs: Sequence[tuple[list[int], int, int]]
    ) -> list[tuple[list[int], int, list[Reading]]]:
        if not self._pools:
            return [
                (rows, column, self._bench.read(courses[0], [courses[row] for row in rows], seeds[column]))
                for rows, column, _ in jobs
            ]
        running: list[tuple[list[int], int, Future[list[Reading]]]] = []
        for rows, column, share in jobs:
            asked = courses[0], [courses[row] for row in rows], seeds[column]
            running.append((rows, column, self._worker(seeds[column], share).submit(_job, *asked)))
        return [(rows, column, job.result()) for rows, column, job in running]

    def _parts(self, courses: Sequence[Course], rows: list[int], seeds: int) -> list[list[int]]:
        """Rows of plans for one job each: all of them, or shares of them where seeds are fewer than workers.

        Early and late forks are dealt out evenly; each part lives the days of the base plan that it forks from.
        """
        shares = max(1, len(self._pools) // seeds) if len(rows) > 2 else 1
        ordered = sorted(rows, key=lambda row: courses[0].first_difference(courses[row]))
        return [part for share in range(shares) if (part := ordered[share::shares])]

    def _worker(self, seed: int, share: int) -> Executor:
        """A seed goes to the same workers each time, which keep its world."""
        return self._pools[(seed + share) % len(self._pools)]


class Bench:
    """One worker's part: worlds at D1 of the bookings and seeds last asked for, at most `keep`, and runs from them."""

    def __init__(self, loaded: Loaded, figures: Sequence[Figure], seed: int, agents: int, keep: int) -> None:
        self._loaded, self._figures, self._seed, self._agents, self._most = loaded, figures, seed, agents, keep
        self._start: dict[tuple[tuple[tuple[str, bool], ...], int], World] = {}

    def read(self, base: Course, courses: Sequence[Course], seed: int) -> list[Reading]:
        """The figures of each course, forked from the base where it books the same."""
        found: dict[int, Reading] = {}
        for booked in dict.fromkeys(course.booked for course in courses):
            rows = [row for row, course in enumerate(courses) if course.booked == booked]
            own = [courses[row] for row in rows]
            stem = base if base.booked == booked else own[0]
            found |= dict(zip(rows, self._forked(stem, own, seed), strict=True))
        return [found[row] for row in range(len(courses))]

    def prepare(self, booked: tuple[tuple[str, bool], ...], seed: int) -> None:
        """Keep the world of a seed and these bookings at D1."""
        world = self._start.pop((booked, seed), None)
        if world is None:
            while len(self._start) >= self._most:
                del self._start[next(iter(self._start))]
            world = build(_with_bookings(self._loaded, booked), Seed(self._seed, seed), self._agents)
            live_until(world, 0)
        self._start[booked, seed] = world  # as the last one asked for

    def _forked(self, stem: Course, courses: Sequence[Course], seed: int) -> list[Reading]:
        """The stem is lived only as far as the last course leaves it."""
        world = _with_budgets(self._at_d1(stem.booked, seed), stem.budgets)
        end = world.setting.calendar.end_hour
        leaves = [min(end, HOURS_A_DAY * stem.first_difference(course)) for course in courses]
        found: dict[int, Reading] = {}
        for place in sorted(range(len(courses)), key=leaves.__getitem__):
            live_until(world, leaves[place])
            fork = _with_budgets(world.copy(), courses[place].budgets)
            live_until(fork, end)
            found[place] = read(finish(fork), self._figures)
        return [found[place] for place in range(len(courses))]

    def _at_d1(self, booked: tuple[tuple[str, bool], ...], seed: int) -> World:
        self.prepare(booked, seed)
        return self._start[booked, seed].copy()


def check_together(loaded: Loaded, question: Question) -> None:
    """InputError where not everything can be booked at once: a search tries each booking beside those of the plan."""
    everything = tuple((path, True) for path in sorted(question.open_bookings))
    build(_with_bookings(loaded, everything), Seed(0, 0), SKETCH)


def _with_bookings(loaded: Loaded, booked: tuple[tuple[str, bool], ...]) -> Loaded:
    """The scenario with each of these creators and rooms (path, yes or no) booked or not."""
    tree = loaded.composed.tree
    for number, (path, active) in enumerate(booked, 1):
        tree = overlay(tree, setting_patch(f"{path}.active={'yes' if active else 'no'}", number))
    return from_tree(replace(loaded.composed, tree=tree)) if booked else loaded


def _with_budgets(world: World, budgets: Budgets) -> World:
    """The world with other budgets from here on."""
    rows = world.setting.by_path
    world.setting = replace(world.setting, budgets=world.setting.budgets | {rows[p]: d for p, d in budgets.items()})
    return world


_benches: list[Bench] = []  # of a worker process


def _learn(tree: Composed, figures: Sequence[Figure], seed: int, agents: int, keep: int) -> None:
    obey_parent()
    _benches[:] = [Bench(from_tree(tree), figures, seed, agents, keep)]


def _job(base: Course, courses: Sequence[Course], seed: int) -> list[Reading]:
    return _benches[0].read(base, courses, seed)


def _prepare(booked: tuple[tuple[str, bool], ...], seed: int) -> None:
    _benches[0].prepare(booked, seed)
