"""What dacu needs of a machine, and what it can use; solvers are held against problems whose answers are known."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dacu import store
from dacu.errors import DacuError, Finding

if TYPE_CHECKING:
    from dacu.plan.problem import Problem
    from dacu.plan.program import Solver

HIGHS = ((1, 15, 1), (1, 16))
"""highspy from … up to, not including, …: 1.14 returns wrong optima of mixed-integer programmes."""
LINEAR, WHOLE, FLOOR = 2.8, 2.0, 1.5
"""max x + y with x + 2y ≤ 4 and 3x + y ≤ 6: at 1.6 and 1.2; and where each of x and y is nothing or from 1.5 to 2."""
ROUNDING = 1e-6
WRONG = "cli_solver_wrong"
"""The code of a solver that answers wrongly, which is worse than one that is not there."""
EXTRAS = {
    "cluster": ("distributed",), "excel": ("python-calamine", "XlsxWriter"), "fast": ("numba",),
    "parquet": ("pyarrow",),
}  # fmt: skip
"""Packages by extra, as in pyproject.toml."""
FONTS = {
    "NotoSansCJK": "Noto Sans CJK", "NotoSansSC": "Noto Sans SC", "NotoSerifCJK": "Noto Serif CJK",
    "SourceHanSans": "Source Han Sans", "PingFang": "PingFang SC", "Hiragino Sans GB": "Hiragino Sans GB",
    "STHeiti": "STHeiti", "msyh": "Microsoft YaHei", "simhei": "SimHei", "simsun": "SimSun",
    "wqy-microhei": "WenQuanYi Micro Hei", "wqy-zenhei": "WenQuanYi Zen Hei",
    "DroidSansFallback": "Droid Sans Fallback",
}  # fmt: skip
"""Fonts with Chinese characters by how their files begin."""
FONT_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/System/Library/Fonts",
    "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
BENCHMARK_SECONDS = 1.0
DRAWS = 1_000_000
ORDINARY = "scenarios/baseline_shop.yaml"
REFERENCE = 165_000_000
"""Draws a second of the machine on which the speeds in docs/benchmarks.md were measured."""


class Solved(NamedTuple):
    """The optima that a solver gave of the two problems as far as they are right, and what is wrong with it."""

    optima: tuple[float, ...]
    fault: Finding | None = None


def library_fault(name: str, found: str) -> Finding | None:
    """What is wrong with a library of this version ("" for none)."""
    if not found:
        return Finding("cli_library_missing", value=name)
    if name == "highspy" and not HIGHS[0] <= _numbers(found) < HIGHS[1]:
        return Finding("cli_highspy_refused", value=found)
    return None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())


def solved(solver: Solver) -> Solved:
    """Both problems solved by one solver, and held against their optima."""
    from dacu.plan.program import solve
    from dacu.plan.solvers import usable

    if usable(solver) != solver:
        return Solved((), Finding("cli_solver_absent", value=solver))
    optima: tuple[float, ...] = ()
    for right, floor in ((LINEAR, None), (WHOLE, FLOOR)):
        try:
            value = solve(_two_lines(floor), solver=solver).objective
        except DacuError as error:
            return Solved(optima, Finding("cli_solver_fails", value=solver, args={"why": error.findings[0].value}))
        if abs(value - right) > ROUNDING:
            args = {"solver": solver, "right": f"{right:g}"}
            return Solved(optima, Finding(WRONG, value=f"{value:g}", args=args))
        optima += (value,)
    return Solved(optima)


def _two_lines(floor: float | None) -> Problem:
    """The linear problem; with a floor each line spends nothing or at least so much."""
    from dacu.plan.curves import Points
    from dacu.plan.problem import Amount, Cell, Limit, Problem, Room

    x, y = Cell("x"), Cell("y")
    room = Room(0.0, 2.0) if floor is None else Room(floor, 2.0, or_zero=True)
    line = Points((0.0, 2.0), (0.0, 2.0))
    limits = (
        Limit("first", "at_most", 4.0, "plain", "", "", (Amount(money={x: 1.0, y: 2.0}),)),
        Limit("second", "at_most", 6.0, "plain", "", "", (Amount(money={x: 3.0, y: 1.0}),)),
    )
    objective = Amount(response={"gain": {x: 1.0, y: 1.0}})
    return Problem({x: room, y: room}, {"gain": {x: line, y: line}}, objective, limits)


def extras() -> dict[str, str | None]:
    """Versions of the packages of each extra, None for one that is not installed."""
    return {name: _installed(packages) for name, packages in EXTRAS.items()}


def _installed(packages: Sequence[str]) -> str | None:
    try:
        return ", ".join(f"{package} {version(package)}" for package in packages)
    except PackageNotFoundError:
        return None


def fonts(folders: Sequence[str] = FONT_FOLDERS) -> list[str]:
    """Families with Chinese characters among the files of the usual folders: those that reports draw with."""
    files = {file.lower() for folder in folders for _, _, names in os.walk(Path(folder).expanduser()) for file in names}
    begun = {start: any(file.startswith(start.lower()) for file in files) for start in FONTS}
    return [family for start, family in FONTS.items() if begun[start]]


def cache_writable() -> bool:
    """Whether what is kept for the next run is found again."""
    token = str(time.time_ns())
    store.keep("doctor", token)
    return store.kept("doctor") == token


def agents_that_fit(room: float) -> int:
    """Agents of the shop on ordinary days in a process that may take so many bytes."""
    from dacu.scenario.load import load
    from dacu.sim.footprint import footprint
    from dacu_cli.effort import round_down

    return round_down(footprint([load(ORDINARY, read_text=_shipped)]).agents_in(room))


def _shipped(reference: str) -> tuple[str, str]:
    return reference, store.shipped_text(reference)


def draws_a_second() -> float:
    """Keyed draws of people a second: the work that a run mostly does."""
    import numpy as np

    from dacu.draws import bits32, key

    people = np.arange(DRAWS, dtype=np.int32)
    started, rounds = time.perf_counter(), 0
    while (spent := time.perf_counter() - started) < BENCHMARK_SECONDS:
        bits32(key(1, 0, 1, rounds, 0), people)
        rounds += 1
    return rounds * DRAWS / spent
