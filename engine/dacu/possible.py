"""What a figure can be at all: where an interval around it ends."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:  # the list of KPIs is read by `dacu --help`, which needs no NumPy
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]


class Possible(NamedTuple):
    """The least and the most, by column where it is many."""

    least: float | Floats = -inf
    most: float | Floats = inf


ANYTHING = Possible()
AMOUNT = Possible(least=0.0)
PART = Possible(least=0.0, most=1.0)
CORRELATION = Possible(least=-1.0, most=1.0)
