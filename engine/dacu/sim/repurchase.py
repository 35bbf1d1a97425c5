"""Who buys again: buyers by their first order of the run, followed for ninety days, and the usual trailing ratio."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dacu.columns import Ints
from dacu.ledger import SLOTS_AN_HOUR, Ledger, LineFlag

FOLLOWED = 90 * 24  # hours


def repurchase(ledger: Ledger, end: int) -> dict[str, int]:
    """Measures in agents of a campaign that ends at the hour `end`: cohort and trailing buyers, and who bought again.

    The cohort: buyers whose first order of the run leaves ninety days of it to come back in; a shorter run has none.
    Fans are those of the cohort who followed a room when they placed that first order.
    The trailing ratio takes buyers of the last ninety days, and so also those of yesterday, who had no time to return.
    """
    order, row = np.unique(ledger.lines["order"], return_index=True)
    buyer, hour = ledger.lines["user"][row], ledger.lines["slot"][row].astype(np.int64) // SLOTS_AN_HOUR
    fan = ledger.lines["flags"][row] & LineFlag.FAN != 0
    by_buyer = np.lexsort((order, buyer))
    buyer, hour, fan = buyer[by_buyer], hour[by_buyer], fan[by_buyer]
    first = _starts(buyer)
    again = np.zeros(len(buyer), np.bool_)  # whether the buyer's next order comes within ninety days
    again[:-1] = ~first[1:] & (np.diff(hour) <= FOLLOWED)
    cohort = first & (hour + FOLLOWED <= end)
    late = buyer[hour >= end - FOLLOWED] if end >= FOLLOWED else buyer[:0]
    orders = np.diff(np.append(np.flatnonzero(_starts(late)), len(late)))
    return {
        "cohort_buyers": int(cohort.sum()),
        "cohort_repeaters": int((cohort & again).sum()),
        "fan_cohort_buyers": int((cohort & fan).sum()),
        "fan_cohort_repeaters": int((cohort & fan & again).sum()),
        "trailing_buyers": len(orders),
        "trailing_repeaters": int((orders > 1).sum()),
    }


def _starts(buyer: Ints) -> NDArray[np.bool_]:
    """Which rows are the first of their buyer, in rows sorted by buyer."""
    start = np.ones(len(buyer), np.bool_)
    start[1:] = buyer[1:] != buyer[:-1]
    return start
