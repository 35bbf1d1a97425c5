"""Where rows run: in this process, in processes beside it, on a Dask cluster that runs already."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar
from urllib.parse import urlsplit

from dacu.errors import Finding, InputError
from dacu.store import code_digest
from dacu.study.batch import DEATHS, Pool

T = TypeVar("T")

PATIENCE = 4
"""Seconds to wait for a scheduler, and again for its first worker."""
STOPPERS = (signal.SIGINT, signal.SIGTERM)
SILENCES = 12
"""Silences (of `batch.SILENCE` seconds) for which a cluster may be without any worker: they may be on their way."""
AHEAD = 2
"""Rows a worker holds: one at work, one in hand."""


class Serial(Pool):
    """One row after another, in this process."""

    def __init__(self) -> None:
        super().__init__(_Here)


class Processes(Pool):
    """Processes of this machine."""

    def __init__(self, workers: int) -> None:
        super().__init__(partial(_Workers, workers), AHEAD * workers)


class Cluster(Pool):
    """The workers of a Dask scheduler; they may come and go. `findings` say who else can run code there.

    Raises InputError within ten seconds when the scheduler cannot be reached or has no worker, and when a worker has
    other code.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client, KilledWorker
        except ImportError:
            raise InputError(Finding("cluster_not_installed", value=address)) from None
        for handler in logging.getLogger("distributed").handlers:
            handler.setLevel(logging.CRITICAL)  # its tracebacks; what a planner needs of them is said in findings
        self.findings = () if _private(address) else (Finding("cluster_open", value=address),)
        self.deaths = {
            KilledWorker: DEATHS - 1
        }  # Dask has tried as often, beside other rows: one more by itself decides
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(Finding("cluster_unreachable", value=address, args={"why": str(error)})) from None
        try:
            self._check_workers(address)
        except BaseException:
            self._client.close()
            raise
        super().__init__(self._executor)
        self._address, self._idle, self._deserted = address, 0, 0

    def ahead(self) -> int:
        """For the workers that are there now. Raises InputError when the scheduler is gone."""
        threads: Mapping[str, int] = self._asked(self._client.nthreads)
        return AHEAD * max(1, sum(threads.values()))

    def lost(self) -> bool:
        """Dask can lose an answer whose worker dies while it is fetched: nobody works, and twice in a row at that.

        Raises InputError when there has been no worker at all for a minute: rows would wait for ever. (A nanny does not
        replace a worker that is killed while it starts.)
        """
        at_work = self._asked(self._client.processing)
        self._deserted = 0 if at_work else self._deserted + 1
        if self._deserted >= SILENCES:
            raise InputError(Finding("cluster_deserted", value=self._address))
        self._idle = self._idle + 1 if at_work and not any(at_work.values()) else 0
        return self._idle > 0 and self._idle % 2 == 0

    def stop(self, executor: Executor) -> None:
        """Dask drops what has not begun, and what a row at work gives."""
        executor.shutdown(wait=False)

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._client.close()

    def _asked(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except OSError:
            raise InputError(Finding("executor_lost")) from None

    def _executor(self) -> Executor:
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def _check_workers(self, address: str) -> None:
        """Rows of other code do not belong in one table."""
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise InputError(Finding("cluster_without_workers", value=address)) from None
        try:
            digests = self._client.run(code_digest)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            raise InputError(Finding("cluster_without_dacu", value=address, args={"why": why})) from None
        other = [worker for worker, digest in digests.items() if digest != code_digest()]
        if other:
            raise InputError(Finding("cluster_other_code", value=address, args={"worker": other[0]}))


def _private(address: str) -> bool:
    """Whether only this machine, or who holds a certificate, reaches the scheduler."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    try:
        here = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = False
    return here or parts.scheme == "tls"


class _Here(Executor):
    """Runs what it is given before it returns."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class _Workers(ProcessPoolExecutor):
    """Processes that end when this one does, however it ends: they hold one end of a pipe and watch the other."""

    def __init__(self, workers: int) -> None:
        fresh = get_context("spawn")  # a fork would share the journal's connection
        ours, self._lifeline = fresh.Pipe(duplex=False)
        super().__init__(workers, mp_context=fresh, initializer=_follow, initargs=(ours,))

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """May start a worker, which must get all of its instructions before Ctrl-C ends anything."""
        with _signals_later():
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """With `cancel_futures` rows at work are dropped too: they may take minutes."""
        if cancel_futures:
            self._lifeline.close()
        super().shutdown(wait, cancel_futures=cancel_futures)


@contextmanager
def _signals_later() -> Iterator[None]:
    """What would stop this process waits until the block is done; a process started in it never hears of Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():  # signals are told to the main thread alone
        yield
        return
    waiting: list[int] = []
    before = {number: signal.signal(number, lambda got, _: waiting.append(got)) for number in STOPPERS}
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        for stopper, handler in before.items():
            signal.signal(stopper, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        for number in waiting:
            signal.raise_signal(number)


def _follow(lifeline: Connection) -> None:
    """A worker leaves Ctrl-C to its parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, args=(lifeline,), daemon=True).start()


def _die_with_parent(lifeline: Connection) -> None:
    lifeline.poll(None)
    os._exit(1)
