"""What a planner waits for: wall and CPU seconds of whole commands, beside other states of the code.

    python benchmarks/end_to_end.py [CHECKOUT ...]

Each command runs in this checkout, with NumPy and compiled, and in every other one given (a folder with engine/ and
cli/), in turn, so that a slow minute of the machine hits all of them. CPU is that of all processes of a command.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from record import Ratio, record

HERE = Path(__file__).resolve().parent.parent
BIGSALE = "scenarios/bigsale_1111.yaml"
COMMANDS = {
    "help": ["--help"],
    "check": ["check", "scenarios/baseline_shop.yaml"],
    "simulate 10,000 agents once": ["simulate", "scenarios/baseline_shop.yaml", "--agents", "10000", "-r", "1"],
    "simulate": ["simulate", BIGSALE],
    "compare": ["compare", BIGSALE, f"{BIGSALE}+deep_coupon"],
}


def seconds(checkout: Path, command: list[str], fast: str) -> tuple[float, float]:
    """Wall and CPU seconds of a command in a checkout. RuntimeError where it fails."""
    environment = os.environ | {
        "PYTHONPATH": f"{checkout / 'engine'}{os.pathsep}{checkout / 'cli'}", "DACU_FAST": fast
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", folder] if command[0] in ("simulate", "compare") else []
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "dacu_cli", *command, *out], cwd=checkout, env=environment, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{checkout}: {' '.join(command)}: {done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure, print and record."""
    others = {path: (Path(path).resolve(), "") for path in sys.argv[1:]}
    states: dict[str, tuple[Path, str]] = others | {"numpy": (HERE, "off"), "here": (HERE, "")}
    figures: dict[str, Any] = {}
    ratios: dict[str, Ratio] = {}
    for name, command in COMMANDS.items():
        found = {state: seconds(checkout, command, fast) for state, (checkout, fast) in states.items()}
        cells = "; ".join(f"{state} {wall:.2f} s ({cpu:.2f} s CPU)" for state, (wall, cpu) in found.items())
        print(f"{name}: {cells}", flush=True)
        figures[name] = {state: {"wall": wall, "cpu": cpu} for state, (wall, cpu) in found.items()}
        ratios[f"{name}: here / numpy, CPU"] = Ratio(found["here"][1] / found["numpy"][1], "lower")
    record("end_to_end", figures, ratios)


if __name__ == "__main__":
    main()
