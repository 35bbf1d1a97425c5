"""Every row is written down once, whatever the executor; failures and deaths stop nothing."""

import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import toy

from dacu.errors import InputError
from dacu.journal import Record, opened
from dacu.store import code_digest
from dacu.study.batch import Beat, Pool, Row, Tally, run, to_do
from dacu.study.pools import SILENCES, Cluster, Processes, Serial

POOLS = {
    "serial": Serial,
    "threads": lambda: Pool(lambda: ThreadPoolExecutor(3), 5),
    "processes": lambda: Processes(2),
}


def study(folder: Path, call, pool: Pool, rows=tuple(toy.ROWS), **options) -> tuple[Tally, dict[str, Record]]:
    with opened(folder, toy.FACTS) as journal:
        return run(rows, call, pool, journal, **options), dict(journal.records)


@pytest.mark.parametrize("name", POOLS)
def test_any_executor_gives_what_the_rows_give(tmp_path: Path, name: str) -> None:
    tally, records = study(tmp_path, toy.curve, POOLS[name]())
    assert tally == Tally(64, 0, 0)
    assert {key: record.outcomes for key, record in records.items()} == {row.key: toy.curve(row) for row in toy.ROWS}


def test_what_is_finished_does_not_run_again(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    half = partial(toy.counted, str(tmp_path), 0.0)
    study(tmp_path, half, Serial(), toy.ROWS[:20])
    tally, records = study(tmp_path, half, Serial())
    assert tally == Tally(44, 0, 20)
    assert len(calls.read_text().splitlines()) == 64
    assert len(records) == 64


def test_a_failed_row_is_told_and_stops_nothing(tmp_path: Path) -> None:
    tally, records = study(tmp_path, toy.picky, Serial())
    assert tally == Tally(51, 13, 0)
    assert records["key-05"].failure == {
        "en": "the run ended with ZeroDivisionError: row 5",
        "zh": "运行出错:ZeroDivisionError: row 5",
    }
    assert study(tmp_path, toy.curve, Serial())[0] == Tally(0, 0, 64)
    tally, records = study(tmp_path, toy.curve, Serial(), retry_failed=True)
    assert tally == Tally(13, 0, 51)
    assert all(record.done for record in records.values())


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), "many"])
def test_an_outcome_that_is_no_number_fails_its_row(tmp_path: Path, wrong: object) -> None:
    tally, records = study(tmp_path, partial(_always, wrong), Serial(), toy.ROWS[:1])
    assert tally == Tally(0, 1, 0)
    assert str(wrong) in records["key-00"].failure["en"]


def _always(value: object, _row: Row) -> dict[str, object]:
    return {"gmv": value}


def test_equal_rows_run_once(tmp_path: Path) -> None:
    twice = [row._replace(number=row.number + 64) for row in toy.ROWS]
    assert study(tmp_path, toy.curve, Serial(), (*toy.ROWS, *twice))[0] == Tally(64, 0, 0)


def test_a_row_that_kills_its_workers_is_given_up_and_no_other(tmp_path: Path) -> None:
    tally, records = study(tmp_path, partial(toy.deadly, 11), Processes(2), toy.ROWS[:24])
    assert tally == Tally(23, 1, 0)
    assert [key for key, record in records.items() if not record.done] == ["key-11"]
    assert records["key-11"].failure["en"].startswith("given up: 3 workers died")


def test_a_killed_worker_costs_no_row(tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_the_last_to_work(beat: Beat) -> None:
        if beat.done == 20:
            killed.append(int((tmp_path / "calls").read_text().split()[-1]))
            os.kill(killed[0], 9)

    slow = partial(toy.counted, str(tmp_path), 0.01)
    tally, records = study(tmp_path, slow, Processes(2), progress=kill_the_last_to_work)
    assert killed
    assert tally == Tally(64, 0, 0)
    assert {key: record.outcomes for key, record in records.items()} == {row.key: toy.curve(row) for row in toy.ROWS}


@pytest.mark.parametrize("name", POOLS)
def test_ctrl_c_keeps_what_is_finished_and_waits_for_no_row(tmp_path: Path, name: str) -> None:
    def stop(beat: Beat) -> None:
        if beat.done == 6:
            raise KeyboardInterrupt

    rows = [row for row in toy.ROWS if row.number < 6 or row.number >= 30]
    call = partial(toy.napping, 30, 0.5 if name == "threads" else 60.0)
    started = time.monotonic()
    with opened(tmp_path, toy.FACTS) as journal:
        with pytest.raises(KeyboardInterrupt):
            run(rows, call, POOLS[name](), journal, progress=stop)
        assert len(to_do(rows, journal)) == len(rows) - 6
    assert time.monotonic() - started < 20


def test_progress_tells_what_is_left(tmp_path: Path) -> None:
    beats: list[Beat] = []
    study(tmp_path, toy.picky, Serial(), toy.ROWS[:10], progress=beats.append)
    assert [(beat.done, beat.failed, beat.todo) for beat in beats][-2:] == [(7, 2, 1), (8, 2, 0)]
    assert all(beat.left == pytest.approx(beat.todo / beat.rate) for beat in beats)


def test_rows_of_one_replication_run_together(tmp_path: Path) -> None:
    rows = [Row(n, (), n % 2, f"r{n}") for n in range(6)]
    _, records = study(tmp_path, toy.nothing, Serial(), rows)
    assert [record.replication for record in records.values()] == [0, 0, 0, 1, 1, 1]


def test_a_row_has_one_thread(tmp_path: Path) -> None:
    _, records = study(tmp_path, partial(toy.threads, np.ones(1)), Processes(1), toy.ROWS[:1])
    assert records["key-00"].outcomes == {"threads": 1.0}


def test_rows_whose_answers_are_lost_on_the_way_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(Serial):
        """The answer of every tenth row is lost."""

        def __init__(self) -> None:
            super().__init__()
            self.executor, self.count = (lambda: self), 0

        def submit(self, call, packed: bytes, row: Row):
            self.count += 1
            answer = Future()
            if self.count % 10:
                answer.set_result(call(packed, row))
            return answer

        def lost(self) -> bool:
            return True

        def shutdown(self, *_args: object, **_options: object) -> None:
            pass

    monkeypatch.setattr("dacu.study.batch.SILENCE", 0.01)
    tally, records = study(tmp_path, toy.curve, Forgetful())
    assert tally == Tally(64, 0, 0)
    assert {key: record.outcomes for key, record in records.items()} == {row.key: toy.curve(row) for row in toy.ROWS}


@dataclass(frozen=True)
class Heavy:
    """A call with a load, as a simulation has one in its trees."""

    load: bytes

    def __call__(self, row: Row) -> dict[str, float | None]:
        return {f"kpi{n}": row.number / (n + 7) for n in range(12)}


def test_a_row_costs_less_than_20_ms_beside_its_run(tmp_path: Path) -> None:
    rows = [Row(n, (("a", str(n)),), 0, f"k{n}") for n in range(300)]
    started = time.process_time()
    study(tmp_path, Heavy(os.urandom(50_000)), Serial(), rows)
    assert (time.process_time() - started) / len(rows) < 0.02


def test_a_cluster_that_does_not_answer_is_told_within_ten_seconds() -> None:
    pytest.importorskip("distributed", reason="the extra dacu[cluster] is not installed")
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        Cluster("tcp://127.0.0.1:9")
    assert time.monotonic() - started < 10
    assert caught.value.findings[0].code == "cluster_unreachable"


def test_a_cluster_without_the_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r'pip install "dacu\[cluster\]"'):
        Cluster("tcp://127.0.0.1:9")


class Scheduler:
    """What a Dask client says of a cluster: its workers' code by address."""

    def __init__(self, digests: dict[str, str] | Exception) -> None:
        self.digests = digests

    def __call__(self, _address: str, **_options: object) -> "Scheduler":
        return self

    def wait_for_workers(self, _count: int, timeout: float) -> None:
        if not self.digests:
            raise TimeoutError(timeout)

    def run(self, _what: object) -> dict[str, str]:
        if isinstance(self.digests, Exception):
            raise self.digests
        return self.digests

    def close(self) -> None:
        pass


def cluster(monkeypatch: pytest.MonkeyPatch, digests: object, address: str = "tcp://127.0.0.1:8786") -> Cluster:
    stand_in = SimpleNamespace(Client=Scheduler(digests), KilledWorker=ChildProcessError)
    monkeypatch.setitem(sys.modules, "distributed", stand_in)
    return Cluster(address)


@pytest.mark.parametrize(
    ("digests", "code"),
    [
        ({}, "cluster_without_workers"),
        ({"tcp://1": code_digest(), "tcp://2": "older"}, "cluster_other_code"),
        (ModuleNotFoundError("dacu"), "cluster_without_dacu"),
    ],
)
def test_workers_that_could_not_give_the_same_table_are_refused(monkeypatch, digests: object, code: str) -> None:
    with pytest.raises(InputError) as caught:
        cluster(monkeypatch, digests)
    assert [finding.code for finding in caught.value.findings] == [code]


def test_a_cluster_that_idles_twice_has_lost_the_rows(monkeypatch) -> None:
    pool, told = cluster(monkeypatch, {"tcp://1": code_digest()}), []
    for at_work in ({"tcp://1": ()}, {"tcp://1": ("row",)}, {"tcp://1": ()}, {"tcp://1": ()}, {}):
        pool._client.processing = lambda now=at_work: now
        told.append(pool.lost())
    assert told == [False, False, False, True, False]


def test_a_cluster_whose_workers_have_all_gone_is_given_up_after_a_minute(monkeypatch) -> None:
    pool = cluster(monkeypatch, {"tcp://1": code_digest()})
    pool._client.processing = dict
    for _ in range(SILENCES - 1):
        assert not pool.lost()
    pool._client.processing = lambda: {"tcp://1": ("row",)}
    assert not pool.lost()  # one came: the minute begins anew
    pool._client.processing = dict
    for _ in range(SILENCES - 1):
        assert not pool.lost()
    with pytest.raises(InputError) as raised:
        pool.lost()
    assert [finding.code for finding in raised.value.findings] == ["cluster_deserted"]


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("tcp://127.0.0.1:8786", False), ("localhost:8786", False), ("tcp://[::1]:8786", False),
        ("tls://dask.example:8786", False), ("tcp://10.0.0.7:8786", True), ("dask.example:8786", True),
    ],
)  # fmt: skip
def test_an_address_that_others_reach_in_the_clear_is_warned_of(monkeypatch, address: str, warned: bool) -> None:
    found = cluster(monkeypatch, {"tcp://1": code_digest()}, address).findings
    assert [finding.code for finding in found] == ["cluster_open"] * warned
