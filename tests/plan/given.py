"""Problems of given curves, and ways to solve them that share nothing with dacu: for tests and benchmarks alike."""

import os
from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from dacu.plan.curves import Curve, Hill, Logistic, Points, Power, Sum
from dacu.plan.problem import ONE, Amount, Cell, Limit, Problem, Room


def cells_of(count: int) -> list[Cell]:
    """So many cells without a phase."""
    return [Cell(f"channels.c{i}") for i in range(count)]


def limit(name: str, side: str, value: float, amount: Amount, of: Amount = ONE) -> Limit:
    """A limit in plain numbers."""
    return Limit(name, side, value, "plain", name, name, (amount,), of)


def money(cells: Sequence[Cell]) -> Amount:
    """The money of some cells."""
    return Amount(money=dict.fromkeys(cells, 1.0))


def counted(cells: Sequence[Cell]) -> Amount:
    """How many of some cells are chosen."""
    return Amount(chosen=dict.fromkeys(cells, 1.0))


def problem_of(
    curves: Sequence[Curve],
    budget: float,
    *,
    side: str = "at_most",
    rooms: Sequence[Room] | None = None,
    limits: Sequence[Limit] = (),
    cells: Sequence[Cell] | None = None,
) -> Problem:
    """Curves of one measure that share a budget."""
    cells = list(cells or cells_of(len(curves)))
    rooms = rooms or [Room(curve.low, min(curve.high, budget)) for curve in curves]
    return Problem(
        dict(zip(cells, rooms, strict=True)),
        {"sales": dict(zip(cells, curves, strict=True))},
        Amount(response={"sales": dict.fromkeys(cells, 1.0)}),
        (limit("budget", side, budget, money(cells)), *limits),
    )


def hill_problem(seed: int, channels: int) -> Problem:
    """Random Hill curves with slopes of 1 to 4; the budget reaches half of what would half-fill them all."""
    rng = np.random.default_rng([seed, channels])
    tops, halves, slopes = (rng.uniform(*ends, channels) for ends in ((50, 150), (20, 200), (1, 4)))
    curves = [Hill(*map(float, row)) for row in zip(tops, halves, slopes, strict=True)]
    return problem_of(curves, float(halves.sum() / 2))


def any_problem(seed: int) -> Problem:
    """Curves of every family, some S-shaped, and limits of every form that may bind, or leave no plan at all."""
    rng = np.random.default_rng([seed, 3])
    cells = cells_of(int(rng.integers(3, 8)))
    families: list[Callable[[], Curve]] = [
        lambda: Hill(rng.uniform(50, 150), rng.uniform(20, 200), rng.uniform(0.5, 4)),
        lambda: Logistic(rng.uniform(50, 150), rng.uniform(0.005, 0.05)),
        lambda: Power(rng.uniform(1, 9), rng.uniform(0.3, 1)),
        lambda: Sum(tuple((1.0, families[k]()) for k in range(2))),
    ]
    curves = [families[rng.integers(4)]() for _ in cells]
    budget = rng.uniform(50, 120) * len(cells)
    rooms = [
        Room(rng.uniform(10, 60), budget, or_zero=True)
        if rng.random() < 0.4
        else Room(0.0, rng.uniform(0.3, 1) * budget)
        for _ in cells
    ]
    choosable = [cell for cell, room in zip(cells, rooms, strict=True) if room.or_zero]

    def sales(of: Sequence[Cell]) -> Amount:
        return Amount(response={"sales": dict.fromkeys(of, 1.0)})

    limits = [
        limit("share", "at_most", rng.uniform(0.2, 0.9), money(cells[:2]), money(cells)),
        limit("group", "at_least", rng.uniform(10, 100), money(cells[-2:])),
        limit("roi", "at_least", rng.uniform(0.2, 1.2), sales(cells), money(cells)),
        limit("own_roi", "at_least", rng.uniform(0.2, 0.9), sales(cells[:1]), money(cells[:1])),
    ]
    if choosable:
        side = str(rng.choice(["at_most", "exactly"]))
        limits.append(limit("choose", side, float(rng.integers(0, len(choosable) + 1)), counted(choosable)))
    return problem_of(curves, budget, rooms=rooms, limits=[x for x in limits if rng.random() < 0.5])


def mixed_problem(seed: int) -> Problem:
    """Every family of curves for one measure or two, money that may cost something, and limits of every form, some of
    them on a measure that the objective does not ask for.
    """
    rng = np.random.default_rng([seed, 11])
    cells = cells_of(int(rng.integers(3, 9)))
    budget = rng.uniform(50, 120) * len(cells)
    sales, orders = (Amount(response={name: dict.fromkeys(cells, 1.0)}) for name in ("sales", "orders"))

    def chain() -> Curve:
        widths, slopes = rng.uniform(20, 120, 6), np.sort(rng.uniform(0.1, 4, 6))[::-1]
        spends, values = np.cumsum(widths).tolist(), np.cumsum(widths * slopes).tolist()
        return Points((0.0, *spends, 2 * budget + 1000), (0.0, *values, values[-1] + rng.uniform(0, 20)))

    families: list[Callable[[], Curve]] = [
        lambda: Hill(rng.uniform(50, 150), rng.uniform(20, 200), rng.uniform(0.5, 4)),
        lambda: Hill(rng.uniform(50, 150), rng.uniform(20, 200), rng.uniform(0.5, 1)),
        lambda: Logistic(rng.uniform(50, 150), rng.uniform(0.005, 0.05)),
        lambda: Power(rng.uniform(1, 9), rng.uniform(0.3, 1)),
        chain,
        lambda: Sum(tuple((float(rng.uniform(0.3, 1)), families[k]()) for k in rng.integers(0, 4, 2))),
    ]

    def room() -> Room:
        kind = rng.random()
        if kind < 0.3:
            return Room(rng.uniform(10, 60), budget, or_zero=True)
        return Room(rng.uniform(0, 5) if kind < 0.5 else 0.0, rng.uniform(0.3, 1) * budget)

    measures = ["sales", "orders"] if rng.random() < 0.5 else ["sales"]
    curves = {measure: {cell: families[rng.integers(6)]() for cell in cells} for measure in measures}
    rooms = {cell: room() for cell in cells}
    choosable = [cell for cell in cells if rooms[cell].or_zero]
    limits = [
        limit("share", "at_most", rng.uniform(0.2, 0.9), money(cells[:2]), money(cells)),
        limit("group", "at_least", rng.uniform(10, 100), money(cells[-2:])),
        limit("roi", "at_least", rng.uniform(0.2, 1.2), sales, money(cells)),
        limit(
            "own_roi", "at_least", rng.uniform(0.2, 0.9), Amount(response={"sales": {cells[0]: 1.0}}), money(cells[:1])
        ),
    ]
    if len(measures) > 1:
        limits.append(limit("orders", "at_least", rng.uniform(30, 100) * len(cells) * 0.5, orders))
        limits.append(limit("orders a yuan", "at_least", rng.uniform(0.2, 1.2), orders, money(cells)))
    if choosable:
        side = str(rng.choice(["at_most", "exactly"]))
        limits.append(limit("choose", side, float(rng.integers(0, len(choosable) + 1)), counted(choosable)))
    limits = [x for x in limits if rng.random() < 0.5]
    cost = rng.uniform(0, 0.2) if rng.random() < 0.3 else 0.0
    side = str(rng.choice(["at_most", "exactly"], p=[0.8, 0.2]))
    objective = Amount(dict.fromkeys(cells, -cost) if cost else {}, sales.response)
    return Problem(rooms, curves, objective, (limit("budget", side, budget, money(cells)), *limits))


def vector_of(problem: Problem) -> tuple[Callable[[np.ndarray], float], Callable[[np.ndarray], np.ndarray], float]:
    """The total of Hill curves over shares of the budget, its gradient, and the budget."""
    hills = list(problem.curves["sales"].values())
    top, half, slope = (np.array([getattr(hill, name) for hill in hills]) for name in ("top", "half", "exponent"))
    budget = problem.limits[0].value

    def ratio(shares: np.ndarray) -> np.ndarray:
        return (np.maximum(shares, 0) * budget / half) ** slope

    def total(shares: np.ndarray) -> float:
        filled = ratio(shares)
        return float(np.sum(top * filled / (1 + filled)))

    def gradient(shares: np.ndarray) -> np.ndarray:
        filled = ratio(shares)
        return top * slope * filled / (1 + filled) ** 2 / np.maximum(shares, 1e-12)

    return total, gradient, budget


def slsqp(problem: Problem, start: np.ndarray) -> float:
    """What SciPy's SLSQP reaches from a split of the budget, in shares of it and with the gradient given."""
    total, gradient, _ = vector_of(problem)
    scale = max(total(start), 1e-9)
    found = minimize(
        lambda x: -total(x) / scale, start, jac=lambda x: -gradient(x) / scale, method="SLSQP",
        bounds=[(0, 1)] * len(start), options={"ftol": 1e-12, "maxiter": 1000},
        constraints={"type": "ineq", "fun": lambda x: 1 - x.sum(), "jac": lambda x: -np.ones(len(x))},
    )  # fmt: skip
    shares = np.clip(found.x, 0, 1)
    return total(shares / max(shares.sum(), 1.0))


def best_of_starts(problem: Problem, starts: int, seed: int) -> float:
    """The best of SLSQP from random splits."""
    rng = np.random.default_rng(seed)
    splits = rng.dirichlet(np.full(len(problem.rooms), 0.5), starts)
    return max(slsqp(problem, split) for split in splits)


def dynamic(problem: Problem, steps: int) -> tuple[float, np.ndarray]:
    """The best plan on a grid of so many equal steps of the budget, by a dynamic programme; value and shares."""
    grid = np.linspace(0, problem.limits[0].value, steps + 1)
    best, choices = np.zeros(steps + 1), []
    for curve in problem.curves["sales"].values():
        values = np.array([curve.at(x) for x in grid.tolist()])
        after, choice = np.empty(steps + 1), np.empty(steps + 1, int)
        for spent in range(steps + 1):
            sums = best[spent::-1] + values[: spent + 1]
            choice[spent] = np.argmax(sums)
            after[spent] = sums[choice[spent]]
        best = after
        choices.append(choice)
    left, shares = steps, []
    for choice in reversed(choices):
        shares.append(choice[left])
        left -= choice[left]
    return float(best[steps]), np.array(shares[::-1]) / steps


def seeds_of(sample: int, *, full: int) -> range:
    """The first few seeds, or all of them under `make proofs`."""
    return range(full if os.environ.get("DACU_PROOFS") == "full" else sample)
