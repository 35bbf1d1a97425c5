"""Counts by day and platform: who came, and what is expected to be ordered, paid and refunded there.

They are what a shop knows of itself (its history), so an own small table keeps them: the tally counts by lever.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dacu.sim.tally import CHANCE, MONEY_SHIFT


class Place(IntEnum):
    """What is expected by day and platform: orders in 2⁻³², money in 1/256 fen."""

    ORDERS = 0
    PAID = auto()
    REFUNDED = auto()
    CANCELLED = auto()  # refunded before shipment


@dataclass
class Places:
    """visitors: days × platforms, people, each where they came first that day; mass: Place × days × platforms."""

    weight: int
    visitors: NDArray[np.int64]
    mass: NDArray[np.int64]

    @classmethod
    def empty(cls, weight: int, days: int, platforms: int) -> Places:
        """Nothing yet."""
        return cls(weight, np.zeros((days, platforms), np.int64), np.zeros((len(Place), days, platforms), np.int64))

    def come(self, t: int, platform: NDArray[Any]) -> None:
        """Agents who come for the first time today."""
        if t >= 0:
            self.visitors[t // 24] += np.bincount(platform, minlength=self.visitors.shape[1]) * self.weight

    def expected(self, place: Place) -> NDArray[np.float64]:
        """Days × platforms: orders of people, or fen."""
        unit = 1.0 / CHANCE if place is Place.ORDERS else 2.0 ** -(32 - MONEY_SHIFT)
        figures: NDArray[np.float64] = self.mass[place] * (unit * self.weight)
        return figures

    def copy(self) -> Places:
        """A snapshot."""
        return Places(self.weight, self.visitors.copy(), self.mass.copy())
