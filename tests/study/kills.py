"""Studies in processes of their own that are killed, and what must hold after every kill."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import toy

from dacu.journal import opened

HERE = Path(__file__).parent
NAP = 0.01  # seconds a row

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


class Score(NamedTuple):
    """Rows that were finished and are gone, that stand twice, that ran again though finished; kills that met it."""

    lost: int = 0
    doubled: int = 0
    rerun: int = 0
    kills: int = 0


class Study:
    """The toy study in one folder, begun and killed again and again; what was finished at each kill is remembered."""

    def __init__(self, folder: Path, where: str, nap: float = NAP) -> None:
        self.folder, self.where, self.nap = folder, where, nap
        self._finished: dict[str, int] = {}  # by key the calls when it was first seen to be finished
        self.kills = 0

    def start(self) -> subprocess.Popen[bytes]:
        code = f"import toy; toy.main({str(self.folder)!r}, {self.where!r}, {self.nap})"
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code], env=environment(), stdout=subprocess.PIPE
        )  # the tracker of semaphores warns of a killed parent's

    def finish(self) -> None:
        """Go on to the end."""
        study = self.start()
        told, _ = study.communicate(timeout=120)
        assert study.returncode == 0
        done, failed, skipped = map(int, told.split())
        assert (done + skipped, failed) == (len(toy.ROWS), 0), told

    def kill_parent(self, after: float) -> None:
        """Let it run for so many seconds, then kill -9."""
        study = self.start()
        try:
            study.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            study.kill()
            study.communicate()
            self.kills += 1
        self._look()

    def kill_worker(self, after: int) -> None:
        """Kill the worker that worked last when so many calls more are made; the study goes on to its end by itself."""
        seen = len(self.calls())
        study = self.start()
        while study.poll() is None and len(self.calls()) < seen + after:
            time.sleep(0.002)
        if study.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(int(self.calls()[-1].split()[1]), signal.SIGKILL)
                self.kills += 1
        study.communicate(timeout=120)
        assert study.returncode == 0
        self._look()

    def calls(self) -> list[str]:
        """Key and process of every call that was begun."""
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def score(self) -> Score:
        """After the end: against what each kill left, and against the rows themselves."""
        calls = Counter(line.split()[0] for line in self.calls())
        with opened(self.folder, toy.FACTS) as journal:
            records = journal.records
            keys = [key for (key,) in journal._connection.execute("SELECT key FROM records")]
        right = {row.key for row in toy.ROWS if records.get(row.key) and records[row.key].outcomes == toy.curve(row)}
        lost = {row.key for row in toy.ROWS} - right | self._finished.keys() - records.keys()
        rerun = sum(calls[key] > then for key, then in self._finished.items())
        return Score(len(lost), len(keys) - len(set(keys)), rerun, self.kills)

    def _look(self) -> None:
        calls = Counter(line.split()[0] for line in self.calls())
        with opened(self.folder, toy.FACTS) as journal:
            for key in journal.records:
                self._finished.setdefault(key, calls[key])


def killed_parent(folder: Path, where: str, times: int, draw: random.Random, longest: float) -> Score:
    """Killed at uniform times of `longest` seconds, then finished."""
    study = Study(folder, where)
    for _ in range(times):
        study.kill_parent(draw.uniform(0.0, longest))
    study.finish()
    return study.score()


def killed_worker(folder: Path, where: str, draw: random.Random) -> Score:
    """One worker killed at a uniform row of the study."""
    study = Study(folder, where)
    study.kill_worker(draw.randrange(1, len(toy.ROWS)))
    study.finish()
    return study.score()


@contextmanager
def cluster() -> Iterator[str]:
    """The address of two Dask workers on this machine that know the toy study."""
    with subprocess.Popen(
        [sys.executable, "-c", CLUSTER], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate(timeout=60)


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
