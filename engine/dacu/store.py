"""The only module that opens files: texts of scenarios in, folders of runs out.

A run fills a folder that nothing else owns. Its manifest says `running` from the first moment; the other files are
written under a temporary name and renamed; the manifest is written last. So a folder is finished when its manifest
says `done`, whatever stopped the run. Times, peak memory and machine stand in the manifest alone: all else is the same
on a rerun.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from dacu.errors import Finding, InputError, nearest
from dacu.sheets import described, neutral

if TYPE_CHECKING:
    from pandas import DataFrame

T = TypeVar("T")

LARGEST_TEXT = 5_000_000
"""Bytes a scenario file may have."""
LOCK_FILE = "scenario.lock.yaml"
"""The resolved scenario in the folder of a finished run."""
MANIFEST = "manifest.json"
SHIPPED = "scenarios"
"""`scenarios/NAME.yaml` is the shipped scenario where the working directory has no such file."""
LONGEST_NAME = 80
"""Characters of a scenario's name that go into a folder's name."""

COLUMN_TYPES = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}
"""Types of a data package's columns, as pandas calls them."""

Status = Literal["running", "done", "interrupted", "failed"]


def read_text(path: str | Path) -> str:
    """The text of a UTF-8 file, links followed, a byte-order mark dropped.

    Raises InputError when there is no such file, or it is a folder, no regular file, larger than 5 MB, or
    no text.
    """
    name = str(path)
    try:
        text = read_bytes(name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Finding("file_not_text", value=name)) from None
    if "\0" in text:
        raise InputError(Finding("file_not_text", value=name))
    return text


def read_bytes(path: str) -> bytes:
    """The content of a file. Raises InputError as `read_text` does, unless it is no text."""
    _check_regular(path)
    raw = _attempt(path, lambda: _head(path))
    if len(raw) > LARGEST_TEXT:
        raise InputError(Finding("file_too_large", value=path, args={"most": str(LARGEST_TEXT // 1_000_000)}))
    return raw


def read_scenario(reference: str) -> tuple[str, str]:
    """File and text of a reference without its variants: a file, the folder of a finished run, a shipped scenario."""
    if not os.path.isdir(reference):
        return reference, read_text(_shipped(reference) or reference)
    lock = os.path.join(reference, LOCK_FILE)
    if not os.path.lexists(lock):
        raise InputError(Finding("folder_without_run", value=reference, args={"lock": LOCK_FILE}))
    return lock, read_text(lock)


def read_file(reference: str) -> str:
    """The text of a file, or of the shipped one of that name where there is none here."""
    return read_text(_shipped(reference) or reference)


def hash_of(content: bytes) -> str:
    """As a data package tells it: `sha256:…`."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def read_rows(path: str, types: Mapping[str, str], told: str) -> DataFrame | None:
    """A table that `Folder.write_table` wrote, of the hash `told`, its columns of the `types` in its data package.

    None if it is another. Raises InputError when there is no such file, or it cannot be read.
    """
    import pandas as pd

    _check_regular(path)
    content = _attempt(path, Path(path).read_bytes)
    if hash_of(content) != told:
        return None
    try:
        return pd.read_csv(
            io.BytesIO(content), encoding="utf-8-sig", keep_default_na=False, low_memory=False,
            dtype={column: COLUMN_TYPES[kind] for column, kind in types.items()},
            na_values={column: [""] for column, kind in types.items() if kind == "number"},
        )  # fmt: skip
    except (ValueError, KeyError):
        return None


def shipped_scenarios() -> list[str]:
    """References of the scenarios that come with dacu."""
    return sorted(f"{SHIPPED}/{file.name}" for file in _shipped_folder().glob("*.yaml"))


def shipped_studies() -> list[str]:
    """References of the study files that come with dacu."""
    return sorted(f"{SHIPPED}/studies/{file.name}" for file in (_shipped_folder() / "studies").glob("*.yaml"))


def shipped_text(reference: str) -> str:
    """The text of a shipped scenario, whatever the working directory holds."""
    return read_text(_shipped_folder() / reference.removeprefix(f"{SHIPPED}/"))


def _shipped_folder() -> Path:
    """Inside the package when it is installed, beside `engine/` in a checkout."""
    package = Path(__file__).parent
    inside = package / SHIPPED
    return inside if inside.is_dir() else package.parents[1] / SHIPPED


def _shipped(reference: str) -> Path | None:
    """The file of a shipped scenario, unless the working directory has one of that name."""
    folder, *inside = Path(os.path.normpath(reference)).parts or ("",)
    file = _shipped_folder().joinpath(*inside)
    return file if folder == SHIPPED and not os.path.lexists(reference) and file.is_file() else None


def _head(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read(LARGEST_TEXT + 1)


def _check_regular(name: str) -> None:
    """Asked before opening: opening a pipe would wait for ever."""
    mode = _attempt(name, lambda: os.stat(name).st_mode)
    if stat.S_ISDIR(mode):
        raise InputError(Finding("file_is_folder", value=name))
    if not stat.S_ISREG(mode):
        raise InputError(Finding("file_not_regular", value=name))


def _attempt(name: str, act: Callable[[], T]) -> T:
    try:
        return act()
    except FileNotFoundError:
        raise InputError(Finding("file_missing", value=name, hint=_neighbour(name))) from None
    except (OSError, ValueError) as error:
        why = error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
        raise InputError(Finding("file_unreadable", value=name, args={"why": why})) from None


def _neighbour(name: str) -> str:
    """The file beside it that was probably meant."""
    folder, base = os.path.split(name)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return ""
    return os.path.join(folder, found) if (found := nearest(names, base)) else ""


class Folder:
    """The folder of one run while it is filled; `facts` go into its manifest, `tables` are those written so far.

    What is `precious` is never discarded.
    """

    def __init__(self, path: Path, facts: Mapping[str, Any], precious: bool = False) -> None:
        self.path = path
        self.facts = dict(facts)
        self.precious = precious
        self.tables: dict[str, DataFrame] = {}
        self._hashes: dict[str, str] = {}
        self._started = _now()

    def write_text(self, name: str, text: str) -> None:
        """A text file, UTF-8."""
        self.write_bytes(name, text.encode("utf-8"))

    def write_table(self, name: str, table: DataFrame) -> None:
        """`name`.csv: UTF-8 with a byte-order mark, so that Excel opens it, texts neutralised against formulas."""
        import pandas as pd

        plain = table.copy(deep=False)
        for column in plain.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in plain.dtypes]]:
            plain[column] = plain[column].map(neutral)
        content = plain.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
        self.write_bytes(f"{name}.csv", content)
        self.tables[name] = table
        self._hashes[name] = hash_of(content)

    def close(self, status: Status) -> None:
        """Describe the tables, then write the manifest, which makes the folder what it is."""
        if self.tables:
            resources = [described(name, table) | {"hash": self._hashes[name]} for name, table in self.tables.items()]
            package = {"profile": "tabular-data-package", "name": "dacu-run", "resources": resources}
            self.write_bytes("datapackage.json", _json(package))
        times = {"started": self._started, "ended": None if status == "running" else _now()}
        self.write_bytes(MANIFEST, _json({"status": status, **self.facts, **times, "peak_memory": _peaks()}))

    def discard(self) -> None:
        """Leave nothing behind: what was asked for could not be run."""
        for file in self.path.iterdir():
            file.unlink()
        self.path.rmdir()

    def write_bytes(self, name: str, content: bytes) -> None:
        """A file of any kind."""
        _replace(self.path / name, content)


@contextmanager
def run_folder(wanted: str | None, default: str, facts: Mapping[str, Any]) -> Iterator[Folder]:
    """A folder of its own for one run: `wanted`, or else `out/default`; one that holds anything is never touched, the
    next number is taken.

    Its manifest ends as `done`; `interrupted` when the run is stopped, `failed` on an error. Input that cannot be run
    leaves no folder, unless it became precious. Raises InputError when the disk refuses.
    """
    folder = Folder(_claim(Path(wanted) if wanted else Path("out") / file_name(default)), facts)
    with _filled(folder):
        yield folder


@contextmanager
def resumed_folder(path: str, facts: Mapping[str, Any]) -> Iterator[Folder]:
    """The folder of a run that was stopped, filled on; nothing in it is given up."""
    folder = Folder(Path(path), facts, precious=True)
    with _filled(folder):
        yield folder


def manifest_of(path: str) -> dict[str, Any]:
    """What the manifest of a run's folder says. Raises InputError where there is none, or a damaged one."""
    name = os.path.join(path, MANIFEST)
    try:
        told = json.loads(read_text(name))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise InputError(Finding("report_damaged", value=path, args={"file": MANIFEST}))
    return told


@contextmanager
def _filled(folder: Folder) -> Iterator[None]:
    """The manifest says `running`, and then what became of it."""
    try:
        folder.close("running")
        yield
        folder.close("done")
    except InputError:
        if not folder.precious:
            folder.discard()
        else:
            with suppress(InputError):  # the disk may be what was refused
                folder.close("failed")
        raise
    except Exception:
        folder.close("failed")
        raise
    except BaseException:
        folder.close("interrupted")
        raise


def new_file(path: str, text: str) -> None:
    """Write a text file that is not there yet. Raises InputError when it is, or the disk refuses."""

    def write() -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)

    _written(Path(path), write)


def same_file(path: str, text: str) -> None:
    """As `new_file`, but a file that already says the same is left as it is."""
    if not os.path.lexists(path) or read_text(path) != text:
        new_file(path, text)


def put_file(path: str | Path, text: str) -> None:
    """Write a text file that dacu can make again, in place of one of that name. Raises InputError when it cannot."""
    _replace(Path(path), text.encode("utf-8"))


def _replace(target: Path, content: bytes) -> None:
    """Under a temporary name first, so that nobody reads half of it."""
    partial = target.with_name(f".{target.name}.part")

    def write() -> None:
        with open(partial, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)

    _written(target, write)


def file_name(name: str) -> str:
    """`name` as part of a path on any system."""
    return re.sub(r"[^\w.+-]", "_", name).lstrip(".")[:LONGEST_NAME] or "_"


def kept(key: str) -> str | None:
    """What was kept under a key on this machine, None if nothing can be read."""
    try:
        return (cache_folder() / f"{key}.json").read_text(encoding="utf-8")
    except OSError:
        return None


def keep(key: str, text: str) -> None:
    """Keep a text for the next run; where the disk refuses, nothing is kept: it only saves time."""
    folder = cache_folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{key}.{os.getpid()}.part"
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, folder / f"{key}.json")


@cache
def code_digest() -> str:
    """Of the engine's own sources: what other code has kept is not found again."""
    return digest_of(Path(__file__).parent)


def digest_of(folder: Path) -> str:
    """SHA-256 of the Python files below a folder, names and bytes; times and compiled files do not count."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        source = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(source)}\0".encode())
        digest.update(source)
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where answers are kept: DACU_CACHE, or the user's cache folder (XDG Base Directory)."""
    own = os.environ.get("DACU_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dacu"


def _claim(path: Path) -> Path:
    """Make `path` or, if it holds anything, path-2, path-3 …"""
    number = 1
    while True:
        tried = path if number == 1 else path.with_name(f"{path.name}-{number}")
        if _written(tried, partial(_claimed, tried)):
            return tried
        number += 1


def _claimed(path: Path) -> bool:
    """Whether the folder is ours: it was empty, and its manifest is begun by us and nobody else."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            return False
        (path / MANIFEST).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _written(path: Path, act: Callable[[], T]) -> T:
    try:
        return act()
    except FileExistsError:
        raise InputError(Finding("file_exists", value=str(path))) from None
    except (OSError, ValueError) as error:
        why = error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
        raise InputError(Finding("file_unwritable", value=str(path), args={"why": why})) from None


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _peaks() -> dict[str, int | None]:
    """Most bytes that this process has held, and the largest of those that it has started and outlived (0: none).

    None where the system keeps no count.
    """
    try:
        import resource
    except ImportError:  # Windows
        return {"process": None, "largest_worker": None}
    unit = 1 if sys.platform == "darwin" else 1024
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"process": unit * (_kib_on_linux() or own), "largest_worker": unit * others}


def _kib_on_linux() -> int | None:
    """Linux counts the peak of whoever started a program as the program's own; /proc does not."""
    with suppress(OSError):
        lines = (line.split() for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
        return next((int(words[1]) for words in lines if words[0] == "VmHWM:"), None)
    return None


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
