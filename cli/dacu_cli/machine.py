"""The machine: cores, memory that may be taken, versions."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from dacu import units
from dacu.errors import Finding, InputError
from dacu.store import read_text
from dacu.units import Unreadable

OWN_LIMIT = "DACU_MEMORY"
"""The variable that says how many GiB dacu may take, all its processes together."""
GROUPS = {
    "": ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
    "memory": ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Control groups of both versions by controller: where they stand, limit, use, what of it the kernel gives back."""
SHARE = 0.8
"""The part of the free memory that a run may take: what is free now may not be in a minute."""
ADDRESSES = 500_000_000
"""Bytes that a process maps beyond those it fills (measured: 270 million, 460 million where formulas are compiled)."""
WAITING = 200_000_000
"""Bytes of the process that waits for workers."""
SHOWN = ("numpy", "pandas", "scipy", "simpy", "pydantic", "pulp", "highspy", "typer", "rich")
"""Libraries that a result may depend on."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Memory(NamedTuple):
    """Bytes that all processes of dacu may still take together, and one of them alone (None: as much)."""

    together: int
    alone: int | None = None

    @property
    def free(self) -> int:
        """Bytes that one process finds."""
        return self.together if self.alone is None else min(self.together, self.alone)

    def room(self, workers: int) -> float:
        """Bytes that each of so many processes may take; one is the process itself, more have one that waits."""
        each = SHARE * self.together if workers == 1 else (SHARE * self.together - WAITING) / workers
        return each if self.alone is None else min(each, SHARE * self.alone)


def memory() -> Memory:
    """What can be taken without swapping, within the limits of container, process (`ulimit -v`) and DACU_MEMORY.

    Raises InputError where DACU_MEMORY is no number.
    """
    import psutil  # type: ignore[import-untyped]

    free = [int(psutil.virtual_memory().available), *_left_in_groups(), *_allowed()]
    return Memory(max(0, min(free)), _left_alone())


def _allowed() -> Iterator[int]:
    if text := os.environ.get(OWN_LIMIT):
        try:
            yield round(units.parse_number(text) * 2**30)
        except Unreadable as error:
            raise InputError(Finding(error.code, None, OWN_LIMIT, text, error.values, error.hint)) from None


def _left_in_groups() -> Iterator[int]:
    """What is left to the control group of this process, and to each that it stands in."""
    try:
        lines = read_text("/proc/self/cgroup").splitlines()
    except InputError:  # no Linux
        return
    for _, controllers, path in (line.split(":", 2) for line in lines):
        for controller in GROUPS.keys() & set(controllers.split(",")):
            own = PurePosixPath(path.removeprefix("/"))
            for group in (own, *own.parents):
                yield from _left(*GROUPS[controller], group)


def _left(root: str, limit: str, use: str, given_back: str, group: PurePosixPath) -> Iterator[int]:
    try:
        most, now, stat = (read_text(f"{root}/{group}/{name}").strip() for name in (limit, use, "memory.stat"))
    except InputError:  # the group is not seen from inside the container
        return
    if most.isdigit() and now.isdigit():
        kept = dict(line.split() for line in stat.splitlines())
        yield int(most) - int(now) + int(kept.get(given_back, 0))


def _left_alone() -> int | None:
    """What a process may fill within its limits of addresses, None without one."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    set_ = [limit for limit in limits if limit != resource.RLIM_INFINITY]
    return max(0, min(set_) - ADDRESSES) if set_ else None


def versions() -> dict[str, str]:
    """Installed versions by library; a library that is not there has none."""
    found = {}
    for name in SHOWN:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def description() -> dict[str, Any]:
    """What a manifest says of the machine."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": cores(),
        "libraries": versions(),
    }
