"""Linear programmes in fractions: the simplex method of a textbook (Bland's rule), exact and slow."""

from collections.abc import Sequence
from fractions import Fraction

Vector = Sequence[Fraction | int]


def highest(gains: Vector, rows: Sequence[Vector], right: Vector) -> Fraction | None:
    """max gains·x over x ≥ 0 with rows·x ≤ right; None if no x keeps them. Bounded problems only."""
    n, m = len(gains), len(rows)
    # column n is the artificial variable that lifts every row, the last the right-hand side
    table = [
        [*map(Fraction, row), Fraction(-1), *(Fraction(int(i == k)) for k in range(m)), Fraction(right[i])]
        for i, row in enumerate(rows)
    ]
    basis = [n + 1 + i for i in range(m)]
    lowest = min(range(m), key=lambda i: table[i][-1])
    if table[lowest][-1] < 0:
        lift = _priced([Fraction(-int(j == n)) for j in range(n + 1 + m)], table, basis)
        _pivot(table, lift, basis, lowest, n)
        _climb(table, lift, basis, set())
        if lift[-1] != 0:
            return None
        if n in basis:  # at level 0: any other column may take its place
            row = basis.index(n)
            _pivot(table, lift, basis, row, next(j for j in range(n + 1 + m) if j != n and table[row][j]))
    goal = _priced([*map(Fraction, gains), *[Fraction(0)] * (m + 1)], table, basis)
    _climb(table, goal, basis, {n})
    return goal[-1]


def _priced(gains: list[Fraction], table: list[list[Fraction]], basis: list[int]) -> list[Fraction]:
    """The bottom row: Σ gains of the basis less gains, and the value last."""
    sums = [
        sum((gains[b] * row[j] for b, row in zip(basis, table, strict=True)), Fraction(0)) for j in range(len(table[0]))
    ]
    return [s - g for s, g in zip(sums, [*gains, Fraction(0)], strict=True)]


def _climb(table: list[list[Fraction]], goal: list[Fraction], basis: list[int], barred: set[int]) -> None:
    while (enter := next((j for j, g in enumerate(goal[:-1]) if g < 0 and j not in barred), None)) is not None:
        ratios = [(row[-1] / row[enter], basis[i], i) for i, row in enumerate(table) if row[enter] > 0]
        _pivot(table, goal, basis, min(ratios)[2], enter)


def _pivot(table: list[list[Fraction]], goal: list[Fraction], basis: list[int], out: int, enter: int) -> None:
    factor = table[out][enter]
    table[out] = [value / factor for value in table[out]]
    for row in (*(row for i, row in enumerate(table) if i != out), goal):
        if row[enter]:
            times = row[enter]
            row[:] = [value - times * own for value, own in zip(row, table[out], strict=True)]
    basis[out] = enter
