"""Twin of the kernel of content/heat.py."""

from __future__ import annotations

from typing import Any

from dacu.behaviour import maths
from dacu.behaviour.compiled import scalar

log64 = scalar(maths.log64)


def move_heat(
    heat: Any, rows: Any, usual: Any, kinds: Any, plays: Any, weighted: Any, half_life: Any, smoothing: Any, power: Any,
    speed: Any, low: Any, high: Any,
) -> None:  # fmt: skip
    """See heat.move_heat."""
    for row in rows:
        ordinary = usual[kinds[row]]
        rate = (ordinary * smoothing + weighted[row]) / (smoothing + plays[row])
        part = min(1.0, speed / half_life[row])
        moved = (1.0 - part) * heat[row] + part * (power * log64(rate / ordinary))
        heat[row] = min(max(moved, low), high)
