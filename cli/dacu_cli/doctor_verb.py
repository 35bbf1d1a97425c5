"""`dacu doctor`: whether this machine can run dacu, and how fast."""

from __future__ import annotations

import time
from typing import Any

from dacu import __version__, units
from dacu.errors import Finding, InputError
from dacu_cli import machine
from dacu_cli.page import Page, Section
from dacu_cli.view import View

HIGHS = ((1, 15, 1), (1, 16))
"""highspy from … up to, not including, …: 1.14 returns wrong optima of mixed-integer programmes."""
BENCHMARK_SECONDS = 1.0
DRAWS = 1_000_000


def doctor(view: View) -> None:
    """Print what was found; refuse a solver that is known to be wrong."""
    libraries = machine.versions()
    missing = [name for name, found in libraries.items() if not found]
    if missing:
        raise InputError(Finding("cli_library_missing", value=", ".join(missing)))
    if not HIGHS[0] <= _numbers(libraries["highspy"]) < HIGHS[1]:
        raise InputError(Finding("cli_highspy_refused", value=libraries["highspy"]))
    system = machine.description()
    free, rate = machine.free_memory(), _draws_a_second()
    found = {
        "dacu": __version__, "python": system["python"], "system": system["system"], **libraries,
        "solver": _solver(), "cores": str(system["cores"]), "memory": f"{free / 2**30:.1f} GiB",
        "benchmark": view.say("doctor_rate", rate=units.show_count(rate, view.lang)),
    }  # fmt: skip
    labels = {name: view.say(f"doctor_{name}") for name in ("system", "solver", "cores", "memory", "benchmark")}
    rows = [[labels.get(name, name), value] for name, value in found.items()]
    data = found | {"cores": system["cores"], "memory": free, "benchmark": rate}
    note = view.say("doctor_well")
    view.show(Page(data, (Section("", ("check", "found"), rows),), notes=(note,)))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())


def _solver() -> str:
    """The optimum of a small programme whose answer is known: max x + y, x + 2y ≤ 4, 3x + y ≤ 6 is 2.8."""
    from highspy import Highs

    solver: Any = Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    x, y = solver.addVariable(), solver.addVariable()
    solver.addConstr(x + 2 * y <= 4)
    solver.addConstr(3 * x + y <= 6)
    solver.maximize(x + y)
    value = solver.getObjectiveValue()
    if abs(value - 2.8) > 1e-9:
        raise InputError(Finding("cli_solver_wrong", value=f"{value:g}"))
    return "HiGHS"


def _draws_a_second() -> float:
    """Keyed draws of people a second: the work that a run mostly does."""
    import numpy as np

    from dacu.draws import bits32, key

    people = np.arange(DRAWS, dtype=np.int32)
    started, rounds = time.perf_counter(), 0
    while (spent := time.perf_counter() - started) < BENCHMARK_SECONDS:
        bits32(key(1, 0, 1, rounds, 0), people)
        rounds += 1
    return rounds * DRAWS / spent
