"""A finished row is found again, whatever happened to the file; a damaged one is never believed."""

import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dacu.errors import InputError
from dacu.journal import JOURNAL, Journal, Record, opened

FACTS = {"scenario": "abc", "seed": "1"}
RECORDS = {
    f"k{n:02}": Record(f"k{n:02}", {"channels.feed_ads.daily_budget": str(n)}, n % 2, {"gmv": n / 7, "roi": None})
    for n in range(40)
}


def filled(folder: Path, facts=None) -> Path:
    """A journal of forty records, each of its own transaction."""
    with opened(folder, facts or FACTS) as journal:
        for record in RECORDS.values():
            journal.write(record)
    return folder / JOURNAL


def codes(journal: Journal) -> list[str]:
    return [finding.code for finding in journal.findings]


def test_records_come_back_to_the_bit(tmp_path: Path) -> None:
    filled(tmp_path)
    with opened(tmp_path, FACTS) as journal:
        assert journal.records == RECORDS
        assert not journal.findings
    assert [file.name for file in tmp_path.iterdir()] == [JOURNAL]


def test_the_schema_is_the_documented_one(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with opened(tmp_path, FACTS) as journal:
        journal.write(RECORDS["k03"]._replace(outcomes=None, failure={"en": "died", "zh": "死了"}))
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT * FROM results ORDER BY key").fetchall()
        assert rows[2] == (
            "k02",
            0,
            '{"channels.feed_ads.daily_budget":"2"}',
            "done",
            '{"gmv":0.2857142857142857,"roi":null}',
            None,
        )
        assert rows[3][3:] == ("failed", None, "died")
        assert json.loads(database.execute("SELECT facts FROM facts").fetchone()[0]) == FACTS
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


def test_other_facts_are_refused_one_by_one(tmp_path: Path) -> None:
    filled(tmp_path)
    with pytest.raises(InputError) as caught, opened(tmp_path, {"scenario": "xyz", "seed": "1", "code": "x"}):
        pass
    found = [
        (finding.code, finding.path, finding.args["then"], finding.args["now"]) for finding in caught.value.findings
    ]
    assert found == [("journal_differs", "scenario", "abc", "xyz"), ("journal_differs", "code", "–", "x")]


HOLD = """
import sys, time, pathlib
from dacu.journal import opened
with opened(pathlib.Path(sys.argv[1]), {"scenario": "abc", "seed": "1"}):
    print("open", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    filled(tmp_path)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, env=_env())
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(InputError) as caught, opened(tmp_path, FACTS):
            pass
    finally:
        holder.kill()
        holder.communicate()
    (finding,) = caught.value.findings
    assert finding.code == "journal_held"
    assert finding.args["pid"] == str(holder.pid)
    with opened(tmp_path, FACTS) as journal:  # its lock fell with it
        assert journal.records == RECORDS


def _env() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def spoil(path: Path, how: str, draw: random.Random) -> None:
    """Cut, flip, zero or swap bytes at a random place."""
    body = bytearray(path.read_bytes())
    at, other = draw.randrange(len(body)), draw.randrange(len(body))
    length = draw.choice((1, 7, 512, 4096))
    if how == "cut":
        del body[at:]
    elif how == "flip":
        body[at] ^= 1 << draw.randrange(8)
    elif how == "zero":
        body[at : at + length] = bytes(len(body[at : at + length]))
    else:
        size = min(length, len(body) - max(at, other))
        body[at : at + size], body[other : other + size] = body[other : other + size], body[at : at + size]
    path.write_bytes(body)


@pytest.mark.parametrize("how", ["cut", "flip", "zero", "swap"])
def test_a_damaged_journal_gives_no_wrong_record_and_is_kept(tmp_path: Path, how: str) -> None:
    """Seventy-five damages each: found records are right ones, and what was not damaged is found."""
    whole = filled(tmp_path).read_bytes()
    draw, put_aside, kept = random.Random(how), 0, 0
    for trial in range(75):
        folder = tmp_path / f"{how}{trial}"
        folder.mkdir()
        path = folder / JOURNAL
        path.write_bytes(whole)
        spoil(path, how, draw)
        spoilt = path.read_bytes()
        with opened(folder, FACTS) as journal:
            assert journal.records.items() <= RECORDS.items()
            kept += len(journal.records)
            told = codes(journal)
        if told:
            assert told == ["journal_damaged"]
            assert (folder / "study-damaged-1.sqlite").read_bytes() == spoilt
            put_aside += 1
        else:
            assert journal.records == RECORDS or not spoilt
    assert put_aside > 7
    assert kept > 75 * 40 * (0.3 if how == "cut" else 0.9)


def test_rows_are_recovered_from_the_log_of_a_killed_writer(tmp_path: Path) -> None:
    """The log holds what the file does not; the file is overwritten, and the log's head is not SQLite's any more."""
    with opened(tmp_path, FACTS) as journal:
        journal.write(*RECORDS.values())
        grave = tmp_path / "grave"
        grave.mkdir()
        for file in tmp_path.glob(f"{JOURNAL}*"):
            shutil.copy(file, grave)
    log = grave / f"{JOURNAL}-wal"
    log.write_bytes(bytes(32) + log.read_bytes()[32:])
    (grave / JOURNAL).write_bytes(b"not a database at all" * 1000)
    with opened(grave, FACTS) as again:
        assert codes(again) == ["journal_damaged"]
        assert again.records == RECORDS


def test_rows_are_found_again_in_what_was_put_aside(tmp_path: Path) -> None:
    """As after a kill between putting the damaged journal aside and filling the new one."""
    filled(tmp_path).rename(tmp_path / "study-damaged-1.sqlite")
    with opened(tmp_path, FACTS) as journal:
        assert journal.records == RECORDS


def test_a_done_record_outlives_the_failed_one_before_it(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with opened(tmp_path, FACTS) as journal:
        journal.write(RECORDS["k00"]._replace(outcomes=None, failure={"en": "x", "zh": "x"}))
        assert not journal.records["k00"].done
    shutil.copy(path, tmp_path / "study-damaged-1.sqlite")
    with opened(tmp_path, FACTS) as journal:
        journal.write(RECORDS["k00"])
    with opened(tmp_path, FACTS) as journal:
        assert journal.records == RECORDS


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (name TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(InputError) as caught, opened(tmp_path, FACTS):
        pass
    assert caught.value.findings[0].code == "journal_foreign"
    assert path.read_bytes() == before


def test_a_file_system_without_a_log_ahead_gets_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lustre(sqlite3.Connection):
        def execute(self, statement: str, *parameters: object) -> sqlite3.Cursor:
            if statement == "PRAGMA journal_mode = WAL":
                error = sqlite3.OperationalError("locking protocol")
                error.sqlite_errorname = "SQLITE_PROTOCOL"
                raise error
            return super().execute(statement, *parameters)

    plain = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: plain(*args, factory=Lustre, **options))
    filled(tmp_path)
    with opened(tmp_path, FACTS) as journal:
        assert codes(journal) == ["journal_without_wal"]
        assert journal.records == RECORDS
    assert [file.name for file in tmp_path.iterdir()] == [JOURNAL]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError) as caught, opened(tmp_path / "file", FACTS):
        pass
    assert caught.value.findings[0].code == "journal_refused"


FULL = """
import pathlib, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from dacu.errors import InputError
from dacu.journal import opened, Record
folder, most = pathlib.Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
written = 0
try:
    with opened(folder, {"scenario": "abc", "seed": "1"}) as journal:
        for n in range(40):
            budget = {"channels.feed_ads.daily_budget": str(n)}
            journal.write(Record(f"k{n:02}", budget, n % 2, {"gmv": n / 7, "roi": None}))
            written += 1
except InputError as error:
    print(written, error.findings[0].code)
"""


@pytest.mark.parametrize("most", [0, 1000, 16_384, 20_000, 70_000, 120_000, 200_000, 400_000, 1_000_000])
def test_a_full_disk_is_told_and_keeps_what_was_finished(tmp_path: Path, most: int) -> None:
    """No file may grow beyond `most` bytes, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(most)], capture_output=True, env=_env(), check=True
    )
    written, code = told.stdout.split()
    assert code == b"journal_refused"
    with opened(tmp_path, FACTS) as journal:
        assert len(journal.records) in (int(written), int(written) + 1)
        assert journal.records.items() <= RECORDS.items()
        assert not journal.findings
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
