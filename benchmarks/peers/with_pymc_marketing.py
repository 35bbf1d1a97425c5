"""PyMC-Marketing's budget optimiser on given Hill curves, for benchmarks/optimiser.py; in an environment of its own.

    python -m venv peer && peer/bin/pip install pymc-marketing
    python benchmarks/optimiser.py peer/bin/python

Reads a list of {top, half, slope, budget} as JSON and answers, for each, its split of the budget, the seconds of its
search (best of three) and those that the model took to compile first. Nothing of dacu is imported here.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings

import arviz as az
import numpy as np
import pymc as pm
import pymc.dims as pmd
from pymc_marketing.mmm.budget_optimizer import BudgetOptimizer, CustomModelWrapper


def optimiser(top: np.ndarray, half: np.ndarray, slope: np.ndarray) -> BudgetOptimizer:
    """A model whose response is certain: the curves, times a posterior that is 1."""
    names = [f"c{k}" for k in range(len(top))]
    with pm.Model(coords={"date": [0], "channel": names}) as model:
        spend = pmd.Data("channel_data", np.zeros((1, len(top))), dims=("date", "channel"))
        tops, halves, slopes = (pmd.as_xtensor(x, dims=("channel",)) for x in (top, half, slope))
        certain = pmd.Normal("certain", 1.0, 1.0)
        filled = (spend / halves) ** slopes
        pmd.Deterministic("total_contribution", certain * (tops * filled / (1 + filled)).sum())
    one = az.from_dict(posterior={"certain": np.ones((1, 1))})
    wrapped = CustomModelWrapper(base_model=model, idata=one, channels=names)
    return BudgetOptimizer(model=wrapped, num_periods=1)


def main() -> None:
    """Answer every problem."""
    answers = []
    for given in json.load(sys.stdin):
        top, half, slope = (np.array(given[name]) for name in ("top", "half", "slope"))
        start = time.perf_counter()
        search = optimiser(top, half, slope)
        compiling, least, split = time.perf_counter() - start, float("inf"), []
        for _ in range(3):
            start = time.perf_counter()
            found, _ = search.allocate_budget(total_budget=given["budget"], return_if_fail=True)
            least, split = min(least, time.perf_counter() - start), found.values.tolist()
        answers.append({"split": split, "seconds": least, "compiling": compiling})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    logging.disable()
    warnings.simplefilter("ignore")
    main()
