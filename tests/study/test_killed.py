"""kill -9 at any moment loses nothing, doubles nothing and makes nothing that is finished run again."""

import importlib.util
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import kills
import psutil
import pytest
import toy

from dacu.journal import opened

SEED = 20261126
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="the extra dacu[cluster] is not installed"
)


@pytest.fixture(scope="module")
def dask() -> Iterator[str]:
    with kills.cluster() as address:
        yield address


def outcomes(folder: Path) -> dict[str, str]:
    """By key, every digit."""
    with opened(folder, toy.FACTS) as journal:
        return {key: repr(record) for key, record in sorted(journal.records.items())}


@pytest.mark.parametrize("where", ["serial", "processes"])
def test_a_study_killed_three_times_equals_one_that_was_not(tmp_path: Path, where: str) -> None:
    score = kills.killed_parent(tmp_path, where, 3, random.Random(SEED), longest=0.9)
    assert score[:3] == (0, 0, 0)
    assert score.kills >= 1
    (tmp_path / "whole").mkdir()
    kills.Study(tmp_path / "whole", "serial").finish()
    assert outcomes(tmp_path) == outcomes(tmp_path / "whole")


def test_a_killed_worker_of_a_pool_loses_nothing(tmp_path: Path) -> None:
    assert kills.killed_worker(tmp_path, "processes", random.Random(SEED)) == (0, 0, 0, 1)


@needs_dask
def test_a_killed_worker_of_a_cluster_loses_nothing(tmp_path: Path, dask: str) -> None:
    assert kills.killed_worker(tmp_path, dask, random.Random(SEED)) == (0, 0, 0, 1)
    (tmp_path / "whole").mkdir()
    kills.Study(tmp_path / "whole", "serial").finish()
    assert outcomes(tmp_path) == outcomes(tmp_path / "whole")


@needs_dask
def test_serial_processes_and_dask_give_the_same_table(tmp_path: Path, dask: str) -> None:
    tables = []
    for name, where in {"serial": "serial", "processes": "processes", "dask": dask}.items():
        (tmp_path / name).mkdir()
        kills.Study(tmp_path / name, where, 0.0).finish()
        tables.append(outcomes(tmp_path / name))
    assert tables[0] == tables[1] == tables[2]
    assert len(tables[0]) == 64


def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    study = kills.Study(tmp_path, "processes", nap=0.05)
    study.kill_parent(1.5)
    assert study.kills == 1
    workers = {int(line.split()[1]) for line in study.calls()}
    assert workers
    until = time.monotonic() + 5
    while (left := [one for one in workers if at_work(one)]) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def at_work(process: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    return False
