"""A study in miniature: sixty-four points of two settings, rows that take milliseconds.

A counted call leaves its key in FOLDER/calls, which is how a test sees what ran, and what ran again.
"""

import math
import os
import time
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_info

from dacu.journal import opened
from dacu.study.batch import Pool, Row, run
from dacu.study.pools import Cluster, Processes, Serial

ROWS = [Row(n, (("a", str(n)), ("b", str(n % 7))), 0, f"key-{n:02}") for n in range(64)]
FACTS = {"scenario": "toy"}


def curve(row: Row) -> dict[str, float | None]:
    """Floats of many digits, and a KPI that some rows do not have."""
    a, b = (float(text) for _, text in row.point)
    return {"gmv": math.exp(a / 9) / 7 + math.sin(b), "roi": None if b == 3 else 1 / (1 + a + b)}


def counted(folder: str, seconds: float, row: Row) -> dict[str, float | None]:
    handle = os.open(f"{folder}/calls", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(handle, f"{row.key} {os.getpid()}\n".encode())
    os.close(handle)
    time.sleep(seconds)
    return curve(row)


def picky(row: Row) -> dict[str, float | None]:
    """Every fifth row fails."""
    if row.number % 5 == 0:
        raise ZeroDivisionError(f"row {row.number}")
    return curve(row)


def deadly(fatal: int, row: Row) -> dict[str, float | None]:
    """One row kills its worker whenever it runs."""
    if row.number == fatal:
        os._exit(9)
    return curve(row)


def napping(first: int, seconds: float, row: Row) -> dict[str, float | None]:
    """Rows from `first` on take their time."""
    time.sleep(seconds if row.number >= first else 0)
    return curve(row)


def nothing(_row: Row) -> dict[str, float | None]:
    return {}


def threads(_loaded: object, _row: Row) -> dict[str, float | None]:
    """How many threads BLAS would use; `_loaded` is something of NumPy's, so that the worker has it."""
    return {"threads": max(library["num_threads"] for library in threadpool_info())}


def pool_of(name: str) -> Pool:
    """By the word on the command line."""
    if name == "serial":
        return Serial()
    return Processes(2) if name == "processes" else Cluster(name)


def main(folder: str, where: str, seconds: str = "0") -> None:
    """The study, in a process of its own that may be killed."""
    with opened(Path(folder), FACTS) as journal:
        print(*run(ROWS, partial(counted, folder, float(seconds)), pool_of(where), journal))
