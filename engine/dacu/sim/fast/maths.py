"""Twins of the kernels of behaviour/maths.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import maths
from dacu.behaviour.compiled import compile_scalar, scalar

CENTRE, SHOULDER, FAR_TAIL = maths._CENTRE, maths._SHOULDER, maths._FAR_TAIL
log64, ratio = scalar(maths.log64), scalar(maths._ratio)


@compile_scalar
def normal_quantile(u: Any) -> Any:
    """One of maths.normal_quantiles."""
    offset = u - 0.5
    if abs(offset) > 0.425:
        depth = np.sqrt(-log64(min(u, 1.0 - u)))
        tail = ratio(depth - 1.6, SHOULDER) if depth <= 5.0 else ratio(depth - 5.0, FAR_TAIL)
        return np.copysign(tail, offset)
    return offset * ratio(0.180625 - offset * offset, CENTRE)


def normal_quantiles(u: Any) -> Any:
    """See maths.normal_quantiles."""
    z = np.empty(len(u))
    for row in range(len(u)):
        z[row] = normal_quantile(u[row])
    return z
