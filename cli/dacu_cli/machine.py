"""The machine: cores, memory (of the container, where there is one), versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dacu.errors import InputError
from dacu.store import read_text

CGROUP = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current")
SHOWN = ("numpy", "pandas", "scipy", "simpy", "pydantic", "pulp", "highspy", "typer", "rich")
"""Libraries that a result may depend on."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int:
    """Bytes that can be taken without swapping, and within the container's limit."""
    import psutil  # type: ignore[import-untyped]

    free = int(psutil.virtual_memory().available)
    try:
        most, now = (read_text(path).strip() for path in CGROUP)
    except InputError:
        return free
    return min(free, int(most) - int(now)) if most.isdigit() and now.isdigit() else free


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
