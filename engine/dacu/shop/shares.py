"""Shares of whole fen: rounding half to even, and spreading an amount so that the parts add up to it."""

from __future__ import annotations

from collections.abc import Sequence

WHOLE = 1000
"""Shares in the price engine are permille."""


def permille_of(amount: int, permille: int) -> int:
    """`permille` thousandths of `amount` fen, rounded half to even."""
    whole, rest = divmod(amount * permille, WHOLE)
    return whole + (2 * rest > WHOLE or (2 * rest == WHOLE and whole % 2 == 1))


def spread(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`amount` in parts pro rata to `weights`, by largest remainder; of equal remainders the first gets the fen.

    The parts add up to `amount`; while `amount` is at most the sum of the weights, no part exceeds its
    weight.
    """
    total = sum(weights)
    if amount == 0 or len(weights) == 1:
        return (amount,) if len(weights) == 1 else (0,) * len(weights)
    parts, rests = zip(*(divmod(amount * weight, total) for weight in weights), strict=True)
    missing = amount - sum(parts)
    if missing == 0:
        return parts
    topped = set(sorted(range(len(rests)), key=lambda i: -rests[i])[:missing])
    return tuple(part + (i in topped) for i, part in enumerate(parts))
