"""The optimiser on given curves: seconds, gaps, and ratios to other optimisers on the same curves in the same process.

    python benchmarks/optimiser.py [PYTHON]

Times are wall-clock after import, best of three where short. The peer is SciPy's SLSQP from an equal split, with
gradients: one local search, which proves nothing. PYTHON, of an environment that has PyMC-Marketing, adds its budget
optimiser (peers/with_pymc_marketing.py) on the same curves. Figures depend on the machine; ratios travel better.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dacu.plan.certificate import certify
from dacu.plan.curves import Hill, Points
from dacu.plan.frontier import frontier
from dacu.plan.optimum import optimum
from dacu.plan.problem import Cell, Problem, Room

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "plan"))
from given import hill_problem, problem_of, slsqp


def timed(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The least seconds of some repeats, and the last answer."""
    least, answer = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        answer = work()
        least = min(least, time.perf_counter() - start)
    return least, answer


def concave(channels: int) -> Problem:
    """Concave Hill curves under a budget that half-fills them."""
    rng = np.random.default_rng(channels)
    tops, halves, slopes = (rng.uniform(*ends, channels) for ends in ((50, 150), (20, 200), (0.4, 1)))
    return problem_of(
        [Hill(*map(float, row)) for row in zip(tops, halves, slopes, strict=True)], float(halves.sum() / 2)
    )


def large(channels: int = 200, days: int = 30, segments: int = 50) -> Problem:
    """Chains of straight lines, one for each channel and day, under one budget."""
    rng = np.random.default_rng(1)
    cells = [Cell(f"channels.c{i}", f"d{day}") for i in range(channels) for day in range(days)]
    widths, slopes = (
        rng.uniform(1, 20, (len(cells), segments)),
        np.sort(rng.uniform(0, 9, (len(cells), segments)))[:, ::-1],
    )
    start = np.zeros((len(cells), 1))
    spends, values = (np.hstack([start, np.cumsum(x, axis=1)]) for x in (widths, widths * slopes))
    curves = [Points(tuple(x.tolist()), tuple(v.tolist())) for x, v in zip(spends, values, strict=True)]
    return problem_of(curves, float(widths.sum() / 3), cells=cells)


def with_wide_rooms(problem: Problem) -> Problem:
    """The problem with room for the whole frontier, up to twice the budget."""
    budget = replace(problem.limits[0], kind="budget")
    return replace(problem, limits=(budget,), rooms=dict.fromkeys(problem.rooms, Room(0.0, 2 * budget.value)))


def by_peer(python: str, problems: Sequence[Problem]) -> list[tuple[float, float, float]]:
    """What PyMC-Marketing's splits of the budget return; seconds of its search, and of compiling before."""
    given = [
        {"budget": problem.limits[0].value}
        | {
            name: [getattr(curve, key) for curve in problem.curves["sales"].values()]
            for name, key in (("top", "top"), ("half", "half"), ("slope", "exponent"))
        }
        for problem in problems
    ]
    script = str(Path(__file__).with_name("peers") / "with_pymc_marketing.py")
    ran = subprocess.run(  # noqa: S603 - the reader's own interpreter and our script
        [python, script], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return [
        (problem.value(dict(zip(problem.rooms, told["split"], strict=True))), told["seconds"], told["compiling"])
        for problem, told in zip(problems, json.loads(ran.stdout), strict=True)
    ]


def main() -> None:
    """Measure and print."""
    optimum(concave(3))  # imports and first calls
    print("solve and certificate              seconds      gap  proved boxes   SLSQP s   ratio  SLSQP loses")
    reached_by = {}
    for name, problem, gap in (
        ("40 concave channels", concave(40), None),
        ("12 S-shaped channels, gap 1e-4", hill_problem(3, 12), 1e-4),
        ("12 S-shaped channels, gap 1e-7", hill_problem(3, 12), None),
        ("40 S-shaped channels, gap 1e-4", hill_problem(3, 40), 1e-4),
    ):
        seconds, found = timed(lambda problem=problem, gap=gap: optimum(problem, gap=gap))
        count = len(problem.rooms)
        other, reached = timed(lambda problem=problem, count=count: slsqp(problem, np.full(count, 1 / count)))
        loss = 1 - reached / found.claim.objective
        proof = f"{seconds:8.3f} {found.gap:8.1e} {found.certificate.boxes:13d}"
        print(f"{name:34s}{proof} {other:9.4f} {seconds / other:7.1f} {loss:11.2%}")
        reached_by[name] = problem, found.claim.objective, seconds
    for python in sys.argv[1:]:
        told = by_peer(python, [problem for problem, *_ in reached_by.values()])
        print("PyMC-Marketing                     seconds  compiling    ratio        loses")
        for (name, (_, best, ours)), (value, seconds, compiling) in zip(reached_by.items(), told, strict=True):
            print(f"{name:34s}{seconds:8.4f} {compiling:10.1f} {ours / seconds:8.1f} {1 - value / best:12.2%}")
    seconds, points = timed(lambda: frontier(with_wide_rooms(hill_problem(3, 12))), times=3)
    print(f"frontier of 12 S-shaped channels  {seconds:8.2f} s for {len(points)} points, each proved to 1e-4")
    problem = large()
    seconds, found = timed(lambda: optimum(problem), times=1)
    judging, _ = timed(lambda: certify(problem, found.claim), times=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"200 channels, 30 days, 50 segments{seconds:8.2f} {found.gap:8.1e}")
    print(f"  its certificate {judging:.2f} s; peak memory of the process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
