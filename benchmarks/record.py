"""What the benchmarks keep: results.json, a section a script, with the machine, its load and the versions."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple

RESULTS = Path(__file__).with_name("results.json")
BUSY = 0.5
"""Load of the last minute, beside this process, from which a machine counts as busy."""


class Ratio(NamedTuple):
    """A figure that travels between machines, and which way is better."""

    value: float
    better: Literal["lower", "higher"]


def record(section: str, figures: Mapping[str, Any], ratios: Mapping[str, Ratio]) -> None:
    """Put a section in the place of the last one of its name."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    load = os.getloadavg()[0]
    known[section] = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {processor()}",
        "busy": load > 1 + BUSY,
        "load": round(load, 1),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in ("numpy", "numba")},
        "figures": rounded(figures),
        "ratios": {name: {"value": rounded(ratio.value), "better": ratio.better} for name, ratio in ratios.items()},
    }
    RESULTS.write_text(json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n")


def processor() -> str:
    """The name of the processor where Linux tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def rounded(figure: Any) -> Any:
    """Four digits of every float: a fifth differs from run to run."""
    if isinstance(figure, Mapping):
        return {name: rounded(part) for name, part in figure.items()}
    return float(f"{figure:.4g}") if isinstance(figure, float) else figure
