"""Rows of a study on any executor: each is written down when it is finished, and none that is finished runs again.

A row is one design point and one replication, a pure function of its settings: where and when it runs changes
nothing. A row that fails is written down with its message. A worker that dies takes its row along, and in a standard
pool every other row at work with it: the executor is made anew and those rows run again, each by itself, so that the
next death is known to be its own. After three the row is given up.
"""

from __future__ import annotations

import math
import pickle
import time
import zlib
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import closing
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from dacu.errors import DacuError, Finding, InputError, render
from dacu.journal import LONGEST_MESSAGE, Journal, Record
from dacu.words import LANGUAGES, say

SILENCE = 5.0
"""Seconds without any row coming back, after which the pool is asked whether one still will."""
DEATHS = 3
"""Workers that a row may cost before it is given up."""

Outcome = Mapping[str, float | None]
Point = tuple[tuple[str, str], ...]  # path and text of each setting


class Row(NamedTuple):
    """One design point and one replication; `key` says all that its outcomes depend on."""

    number: int
    point: Point
    replication: int
    key: str


Call = Callable[[Row], Outcome]  # picklable, and opens no file
Answer = tuple[Outcome | None, Mapping[str, str] | None]  # outcomes, or the failure in every language


class Tally(NamedTuple):
    """Rows of this session: finished, failed, and those that the journal had already. Equal rows count once."""

    done: int
    failed: int
    skipped: int


class Standing(NamedTuple):
    """How far a study is over all its sessions, equal rows counted each."""

    done: int
    failed: int
    todo: int


class Beat(NamedTuple):
    """How far a session is. `rate` is rows a second; `left` seconds at that rate."""

    done: int
    failed: int
    todo: int
    rate: float
    left: float


class Pool:
    """Where rows run: makes executors, and knows how the death of a worker looks.

    `deaths` counts by exception class how many workers a row has cost when it comes back with it.
    """

    deaths: Mapping[type[BaseException], int] = MappingProxyType({BrokenExecutor: 1})

    def __init__(self, executor: Callable[[], Executor], ahead: int = 1) -> None:
        self.executor = executor
        self._ahead = ahead

    def ahead(self) -> int:
        """Rows to hand over before one comes back: no worker should wait, but one death hits them all."""
        return self._ahead

    def lost(self) -> bool:
        """Whether the rows that are out will never come back; asked after each silence."""
        return False

    def stop(self, executor: Executor) -> None:
        """End; rows that have not begun are dropped."""
        executor.shutdown(wait=True, cancel_futures=True)


def to_do(rows: Iterable[Row], journal: Journal, retry_failed: bool = False) -> list[Row]:
    """The rows that the journal lacks, equal ones once; with `retry_failed` also those that failed."""
    known = {key for key, record in journal.records.items() if record.done or not retry_failed}
    return list({row.key: row for row in rows if row.key not in known}.values())


def standing(rows: Sequence[Row], records: Mapping[str, Record]) -> Standing:
    """How many rows have their outcomes, a failure, or neither yet."""
    found = Counter(records[row.key].done for row in rows if row.key in records)
    return Standing(found[True], found[False], len(rows) - found.total())


def run(
    rows: Sequence[Row], call: Call, pool: Pool, journal: Journal, *,
    retry_failed: bool = False, progress: Callable[[Beat], None] | None = None,
) -> Tally:  # fmt: skip
    """Run what the journal lacks, those of one replication after another: they share their people.

    Whatever ends it (Ctrl-C, a full disk), what was finished stands in the journal. Raises InputError when the disk
    refuses, and when the executor is lost for good.
    """
    todo = sorted(to_do(rows, journal, retry_failed), key=lambda row: row.replication)
    count, started = Counter[bool](), time.monotonic()
    with closing(_Flights(call, pool).records(todo)) as records:
        for number, record in enumerate(records, 1):
            journal.write(record)
            count[record.done] += 1
            if progress is not None:
                rate, left = number / (time.monotonic() - started), len(todo) - number
                progress(Beat(count[True], count[False], left, rate, left / rate))
    return Tally(count[True], count[False], len({row.key for row in rows}) - len(todo))


class _Flights:
    """Rows that wait, rows at work, and how many workers each has cost."""

    def __init__(self, call: Call, pool: Pool) -> None:
        self._packed = zlib.compress(pickle.dumps(call))
        self._pool = pool
        self._waiting: deque[Row] = deque()
        self._suspects: deque[Row] = deque()  # their worker died: they run one by one
        self._flying: dict[Future[Answer], Row] = {}
        self._cost: Counter[str] = Counter()
        self._broken = False

    def records(self, rows: Iterable[Row]) -> Generator[Record, None, None]:
        """What each row gave, in the order in which they finish."""
        self._waiting.extend(rows)
        while self._waiting or self._suspects:
            executor, self._broken = self._pool.executor(), False
            try:
                yield from self._flown(executor)
            except BaseException:
                for future in self._flying:
                    future.cancel()
                self._pool.stop(executor)
                raise
            executor.shutdown()

    def _flown(self, executor: Executor) -> Iterator[Record]:
        """What rows gave, until there are no more or the executor is broken and all its rows have come back."""
        while self._launch(executor):
            landed = wait(self._flying, SILENCE, return_when=FIRST_COMPLETED).done
            if not landed and self._pool.lost():
                self._recall()
            for future in landed:
                record = self._landed(self._flying.pop(future), future)
                if record is not None:
                    yield record

    def _launch(self, executor: Executor) -> bool:
        """Keep the executor supplied; whether any row is at work."""
        ahead = self._pool.ahead()
        while not self._broken and (queue := self._next(ahead)):
            try:
                future = executor.submit(_answer, self._packed, queue[0])
            except BrokenExecutor:
                self._broken = True
            else:
                self._flying[future] = queue.popleft()
        return bool(self._flying)

    def _recall(self) -> None:
        """Rows that are out start again: whatever became of their answers, they give the same."""
        for future in self._flying:
            future.cancel()
        self._waiting.extendleft(self._flying.values())
        self._flying.clear()

    def _next(self, ahead: int) -> deque[Row] | None:
        """The queue whose first row may start; a suspect only when nothing else is at work."""
        if self._suspects:
            return None if self._flying else self._suspects
        return self._waiting if len(self._flying) < ahead else None

    def _landed(self, row: Row, future: Future[Answer]) -> Record | None:
        """What a row gave; nothing if it is to run again."""
        try:
            outcomes, failure = future.result()
        except CancelledError:
            raise InputError(Finding("executor_lost")) from None
        except Exception as error:
            self._broken |= isinstance(error, BrokenExecutor)
            cost = next((cost for kind, cost in self._pool.deaths.items() if isinstance(error, kind)), 0)
            self._cost[row.key] += cost
            if cost and self._cost[row.key] < DEATHS:
                self._suspects.append(row)
                return None
            given_up = InputError(Finding("row_given_up", args={"deaths": str(DEATHS)}))
            outcomes, failure = None, _told(given_up if cost else error)
        return Record(row.key, dict(row.point), row.replication, outcomes, failure)


def _answer(packed: bytes, row: Row) -> Answer:
    """In the worker: call, on one thread; an error comes back in words, as its class may be unknown at home."""
    try:
        call = _unpacked(packed)
        with threadpool_limits(1):  # of the libraries that the call has loaded
            return _finite(call(row)), None
    except Exception as error:
        return None, _told(error)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Call:
    """The call, kept from row to row: it may remember what its rows share."""
    call: Call = pickle.loads(zlib.decompress(packed))  # noqa: S301 - packed by _Flights
    return call


def _finite(outcomes: Outcome) -> Outcome:
    """Outcomes as plain floats. Raises ValueError for one that is no number: no table could hold it."""
    plain = {name: None if value is None else float(value) for name, value in outcomes.items()}
    for name, value in plain.items():
        if value is not None and not math.isfinite(value):
            raise ValueError(f"{name} = {value}")
    return plain


def _told(error: Exception) -> dict[str, str]:
    """An error in every language, as one message."""
    findings = error.findings if isinstance(error, DacuError) else ()
    raised = f"{type(error).__name__}: {error}"
    told = {lang: render(findings, lang) or say(lang, "row_raised", error=raised) for lang in LANGUAGES}
    return {lang: text[:LONGEST_MESSAGE] for lang, text in told.items()}
