"""What equal draws are worth: variance of the difference of two plans, unpaired over paired, realised and expected.

    python benchmarks/pairing.py [AGENTS]

The two levers of the reference model (an extra coupon of four hours; a little more utility of buying) among 20,000
people over seven days with unlimited stock, and the full model's bigsale_1111 against +deep_coupon with so many agents
(2,000). All figures follow from the seeds, so they move only with the model. Intervals: 95%, bootstrap over seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import Ratio, record
from reference_model import UNLIMITED, Change, simulate

from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.runs import paired

PEOPLE, HOURS, SEEDS = 20_000, 7 * 24, 60
LEVERS = {
    "coupon of four hours": Change(coupon=frozenset(range(84, 88)), stock=UNLIMITED),
    "0.05 of buying utility": Change(buying=0.05, stock=UNLIMITED),
}
PLANS = ("scenarios/bigsale_1111.yaml", "scenarios/bigsale_1111.yaml+deep_coupon")
REPLICATIONS = 20
KPIS = ("gmv", "orders", "new_buyers")
RESAMPLES = 2_000

Floats = NDArray[np.float64]


def ratio(base: Floats, other: Floats) -> float:
    """Variance of an unpaired difference over that of the paired one."""
    return float((base.var(ddof=1) + other.var(ddof=1)) / (other - base).var(ddof=1))


def told(name: str, base: Sequence[float], other: Sequence[float]) -> dict[str, Any]:
    """The ratio with its interval, and the mean difference, printed and returned."""
    pairs = np.array([base, other], np.float64)
    rows = np.random.Generator(np.random.SFC64(1)).integers(pairs.shape[1], size=(RESAMPLES, pairs.shape[1]))
    low, high = np.quantile([ratio(*pairs[:, row]) for row in rows], (0.025, 0.975))
    value, mean = ratio(*pairs), float((pairs[1] - pairs[0]).mean())
    print(f"{name:58s}{value:8.1f}  ({low:.1f} to {high:.1f})   mean difference {mean:.4g}", flush=True)
    return {"ratio": value, "low": float(low), "high": float(high), "difference": mean, "seeds": len(base)}


def reference() -> dict[str, Any]:
    """Both levers of the reference model."""
    seeds = [Seed(seed, 0) for seed in range(SEEDS)]
    base = [simulate(PEOPLE, HOURS, seed, Change(stock=UNLIMITED)) for seed in seeds]
    found = {}
    for lever, change in LEVERS.items():
        other = [simulate(PEOPLE, HOURS, seed, change) for seed in seeds]
        for count in ("realised", "expected"):
            values = [
                [run.expected if count == "expected" else run.totals["purchases"] for run in runs]
                for runs in (base, other)
            ]
            found[f"{lever}, purchases, {count}"] = told(f"{lever}, purchases, {count}", *values)
    return found


def full(agents: int) -> dict[str, Any]:
    """The two plans of the full model."""
    base, other = paired([load(plan) for plan in PLANS], seed=1, replications=REPLICATIONS, agents=agents, workers=1)
    found = {}
    for kpi in KPIS:
        for count in ("realised", "expected"):
            if all(count in result.kpis[kpi].samples for result in (base, other)):
                name = f"deep_coupon, {agents} agents, {kpi}, {count}"
                found[name] = told(name, *(result.kpis[kpi].samples[count] for result in (base, other)))
    return found


def main() -> None:
    """Measure, print and record."""
    agents = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    figures = reference() | full(agents)
    record(
        "pairing",
        {"people": PEOPLE, "hours": HOURS, "agents": agents} | figures,
        {name: Ratio(figure["ratio"], "higher") for name, figure in figures.items()},
    )


if __name__ == "__main__":
    main()
