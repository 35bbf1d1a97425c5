"""`study.sqlite`: what each row of a study gave, one transaction a row, so that nothing finished is ever lost.

Two tables. `facts` has one row: what the study stands on, as JSON, and its SHA-256. `records` has one row a finished
or failed row of the study: its key and one JSON object,

    {"key": …, "settings": {PATH: TEXT}, "replication": N, "outcomes": {KPI: number or null} or null,
     "failure": null or {"en": …, "zh": …}, "sha256": of all that stands before it}

in which floats are written so that they read back to the bit. A record proves itself: with a right digest and a
wanted key it is a right record wherever its bytes are found. So what SQLite can no longer read is searched for
records as plain bytes: in the journal, in its logs, and in damaged journals put aside earlier. The view `results` is
for people.

One process writes. SQLite's exclusive lock says so and falls with the process; `study.pid` only says who it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from dacu.errors import Finding, InputError

T = TypeVar("T")

JOURNAL = "study.sqlite"
HEAD, TAIL = '{"key":', ', "sha256": "'  # of a record's text; inside a JSON string neither can stand
MAGIC = b"SQLite format 3\0"
APPLICATION = 0x64616375  # "dacu", SQLite's application_id, at byte 68
LONGEST_MESSAGE = 1000  # characters of a failure, in each language
PAGE = 16384  # bytes: a record has room in one page, so it stands in one piece
REFUSALS = ("SQLITE_FULL", "SQLITE_CANTOPEN")  # of a disk; whatever else SQLite says of a file is damage

SCHEMA = """
CREATE TABLE facts (facts TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE records (key TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE VIEW results AS SELECT
    key, json_extract(record, '$.replication') AS replication, json_extract(record, '$.settings') AS settings,
    CASE WHEN json_extract(record, '$.failure') IS NULL THEN 'done' ELSE 'failed' END AS status,
    json_extract(record, '$.outcomes') AS outcomes, json_extract(record, '$.failure.en') AS failure
    FROM records;
"""


class Record(NamedTuple):
    """What one row gave: outcomes by KPI, or a failure in every language."""

    key: str
    settings: Mapping[str, str]
    replication: int
    outcomes: Mapping[str, float | None] | None
    failure: Mapping[str, str] | None = None

    @property
    def done(self) -> bool:
        """Whether the row has its outcomes."""
        return self.outcomes is not None


class Journal:
    """An open journal: its records by key, and how to add one. `findings` say what was met when it was opened."""

    def __init__(self, path: Path, connection: sqlite3.Connection, findings: Iterable[Finding] = ()) -> None:
        self.path = path
        self.findings = tuple(findings)
        self._connection = connection
        found = filter(None, map(_record, _column(connection, "record", "records")))
        self.records = {record.key: record for record in found}

    def write(self, *records: Record) -> None:
        """Add records in one transaction, in place of older ones of the same rows; on return they are on the disk.

        Raises InputError when the disk refuses; what was written before stays.
        """
        texts = [(record.key, _text(record)) for record in records]
        _attempt(self.path, lambda: _insert(self._connection, texts))
        self.records |= {record.key: record for record in records}


@contextmanager
def opened(folder: Path, facts: Mapping[str, str]) -> Iterator[Journal]:
    """The journal of a study's folder, made if there is none, for this process alone.

    `facts` are what the study stands on, by name; a journal with others is refused. A damaged journal is put aside,
    and its intact records are taken over. Raises InputError when another process writes it, when it is none of ours,
    or when the disk refuses.
    """
    path = folder / JOURNAL
    scattered = _scattered(path)
    _check_ours(path, scattered)
    connection, findings = _sound(path, scattered)
    with closing(connection):
        if not _column(connection, "name", "sqlite_master"):
            _attempt(path, lambda: _begin(connection, facts))
        _check_facts(path, connection, facts)
        journal = Journal(path, connection, findings)
        known = journal.records
        journal.write(*(one for key, one in scattered.items() if key not in known or one.done > known[key].done))
        with _signed(path.with_suffix(".pid")):
            yield journal


class _DamagedError(Exception):
    """SQLite, or a digest, says that the file is not what was written."""


def _sound(path: Path, scattered: Mapping[str, Record]) -> tuple[sqlite3.Connection, list[Finding]]:
    """A checked connection, to a new journal if the old one had to be put aside, and what a planner is told of it."""
    findings = []
    try:
        connection = _checked(path)
    except _DamagedError as damage:
        aside = _attempt(path, lambda: _put_aside(path))
        args = {"aside": str(aside), "rows": str(len(scattered)), "why": str(damage)}
        findings.append(Finding("journal_damaged", value=str(path), args=args))
        connection = _checked(path)
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        findings.append(Finding("journal_without_wal", value=str(path)))
    return connection, findings


def _checked(path: Path) -> sqlite3.Connection:
    """A connection that holds the file for itself, after SQLite's own check and that of every digest."""
    new = not path.exists() or not path.stat().st_size
    connection = _attempt(path, lambda: sqlite3.connect(path, timeout=0, isolation_level=None))
    try:
        _lock(path, connection)
        _check(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        name = getattr(error, "sqlite_errorname", "")  # a text that is no UTF-8 has none
        if name == "SQLITE_BUSY":
            raise InputError(_held(path)) from None
        if new or name in REFUSALS or not os.access(path, os.W_OK):
            raise InputError(_refused(path, error)) from None
        raise _DamagedError(str(error)) from None
    except BaseException:
        connection.close()
        raise
    return connection


def _lock(path: Path, connection: sqlite3.Connection) -> None:
    """Take the file. Its log is written ahead, where the file system can (NFS, Lustre, shared folders may not)."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    if not path.stat().st_size:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname not in ("SQLITE_PROTOCOL", "SQLITE_IOERR"):
            raise
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection) -> None:
    """Raises _DamagedError where a page, the facts or a record are not as they were written."""
    (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if told != "ok":
        raise _DamagedError(str(told))
    if not _column(connection, "name", "sqlite_master"):
        return
    facts = connection.execute("SELECT facts, sha256 FROM facts").fetchall()
    if len(facts) != 1 or _digest(str(facts[0][0])) != facts[0][1]:
        raise _DamagedError("facts")
    keyed = connection.execute("SELECT key, record FROM records").fetchall()
    for key, text in keyed:
        record = _record(str(text))
        if record is None or record.key != key:
            raise _DamagedError("records")


def _begin(connection: sqlite3.Connection, facts: Mapping[str, str]) -> None:
    text = json.dumps(dict(facts))
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, SCHEMA.split(";")):
            connection.execute(statement)
        connection.execute("INSERT INTO facts VALUES (?, ?)", (text, _digest(text)))


def _check_ours(path: Path, scattered: Mapping[str, Record]) -> None:
    """Raises InputError for a database of something else; asked before SQLite touches it."""
    head = _attempt(path, path.read_bytes) if path.exists() else b""
    if head.startswith(MAGIC) and head[68:72] != APPLICATION.to_bytes(4, "big") and not scattered:
        raise InputError(Finding("journal_foreign", value=str(path)))


def _check_facts(path: Path, connection: sqlite3.Connection, facts: Mapping[str, str]) -> None:
    """Raises InputError for every fact that this study does not share with the journal."""
    then: dict[str, str] = json.loads(_column(connection, "facts", "facts")[0])
    pairs = {name: (then.get(name, "–"), facts.get(name, "–")) for name in then | dict(facts)}
    findings = [
        Finding("journal_differs", path=name, value=str(path), args={"then": before, "now": now})
        for name, (before, now) in pairs.items()
        if before != now
    ]
    if findings:
        raise InputError(*findings)


def _put_aside(path: Path) -> Path:
    """Rename the journal and its logs to the first free name."""
    number = 1
    while (aside := path.with_name(f"{path.stem}-damaged-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    return aside


def _insert(connection: sqlite3.Connection, texts: list[tuple[str, str]]) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", texts)


def _column(connection: sqlite3.Connection, column: str, table: str) -> list[str]:
    return [text for (text,) in connection.execute(f"SELECT {column} FROM {table}")]  # noqa: S608 - our own names


def _scattered(path: Path) -> dict[str, Record]:
    """Every intact record in the bytes of the journal, its logs, and journals put aside; done before failed."""
    found: dict[str, Record] = {}
    for file in sorted(path.parent.glob(f"{path.stem}*{path.suffix}*")):
        for piece in _attempt(file, file.read_bytes).decode(errors="replace").split(HEAD)[1:]:
            record = _record(HEAD + piece)
            if record and (record.done or record.key not in found):
                found[record.key] = record
    return found


def _text(record: Record) -> str:
    told = json.dumps(record._asdict(), allow_nan=False)[:-1]
    return f'{told}{TAIL}{_digest(told)}"}}'


def _record(text: str) -> Record | None:
    """The record that `text` begins with, None unless it proves itself."""
    told, _, digest = text.partition(TAIL)
    return Record(**json.loads(told + "}")) if digest[:64] == _digest(told) else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _signed(holder: Path) -> Iterator[None]:
    """While the journal is open a file beside it says by whom."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    me = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    _attempt(holder, lambda: holder.write_text(me, encoding="utf-8"))
    try:
        yield
    finally:
        with suppress(OSError):
            holder.unlink()


def _held(path: Path) -> Finding:
    """Who writes the journal, as far as its holder says."""
    try:
        told: Any = json.loads(path.with_suffix(".pid").read_text(encoding="utf-8"))
        args = {name: str(told[name]) for name in ("pid", "host", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        args = dict.fromkeys(("pid", "host", "since"), "?")
    return Finding("journal_held", value=str(path), args=args)


def _attempt(path: Path, act: Callable[[], T]) -> T:
    try:
        return act()
    except (OSError, sqlite3.DatabaseError) as error:
        raise InputError(_refused(path, error)) from None


def _refused(path: Path, error: Exception) -> Finding:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Finding("journal_refused", value=str(path), args={"why": why})
