"""What one local search loses on 200 random problems of S-shaped curves, and whether any search beats the optimiser.

    python benchmarks/s_curves.py [PROBLEMS]

Seeds 0 to 99 with 6 channels and with 12 (tests/plan/given.py, hill_problem: slopes of 1 to 4). Each is also solved by
a dynamic programme on 2,000 steps of the budget, polished by SLSQP, and by SLSQP from 200 random splits.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from dacu.plan.optimum import optimum

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "plan"))
from given import best_of_starts, dynamic, hill_problem, slsqp

STEPS, STARTS = 2000, 200


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print("channels  problems  worst gap  worst against others  seconds: median, most")
    print(
        "          one SLSQP start from an equal split loses: median, mean, most; more than 1% in; more than 0.01% in"
    )
    print("          the best of 200 SLSQP starts loses: most; more than 0.01% in")
    for channels in (6, 12):
        gaps, behind, seconds, single, many = ([] for _ in range(5))
        for seed in range(count // 2):
            problem = hill_problem(seed, channels)
            start = time.perf_counter()
            found = optimum(problem)
            seconds.append(time.perf_counter() - start)
            gaps.append(found.gap)
            best = found.claim.objective
            on_grid, shares = dynamic(problem, STEPS)
            starts = best_of_starts(problem, STARTS, seed)
            behind.append(max(on_grid, slsqp(problem, shares), starts) / best - 1)
            single.append(1 - slsqp(problem, np.full(channels, 1 / channels)) / best)
            many.append(1 - starts / best)
        print(
            f"{channels:8d}{count // 2:10d}{max(gaps):11.1e}{max(behind):22.1e}"
            f"{np.median(seconds):18.2f}{max(seconds):8.2f}"
        )
        lost = np.array(single)
        often = f"{np.mean(lost > 0.01):.0%}; {np.mean(lost > 1e-4):.0%}"
        print(f"          {np.median(lost):.1%}, {np.mean(lost):.1%}, {max(lost):.1%}; {often}")
        print(f"          {max(many):.1%}; {np.mean(np.array(many) > 1e-4):.0%}")


if __name__ == "__main__":
    main()
