"""What became of the campaign's orders, as measures: refunds by stage, what is settled, how fast parcels left."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.ledger import HOURS_A_DAY, NEVER, NONE, Account
from dacu.sim.parcels import Fate
from dacu.sim.world import World

Rows: TypeAlias = NDArray[np.bool_]
I64: TypeAlias = NDArray[np.int64]
TWO_DAYS = 48  # hours
QUICK = 1  # hours after payment within which platforms leave a refund out of net deals


def aftermath(world: World) -> dict[str, int]:
    """Measures in fen and in people."""
    lines, weight = world.ledger.lines, world.setting.weight
    fate, paid, end = lines["refund"], lines["paid"], world.setting.calendar.end_hour
    back = (fate == Fate.REFUND_ONLY) | (fate == Fate.RETURNED)
    window = int(world.setting.operations.returns.window)
    settled = (fate == Fate.KEPT) & (lines["delivered"] != NEVER) & (lines["delivered"] + window <= end)
    entries = world.ledger.entries
    late = (entries["account"] == Account.REFUND) & (entries["hour"] >= end)
    return {
        "preship_refunds": int(paid[fate == Fate.CANCELLED].sum()),
        "returned_orders": len(np.unique(lines["order"][back])) * weight,
        "settled_gmv": int((paid - lines["price_back"])[settled].sum()),
        "price_back": int(lines["price_back"].sum()),
        "refunds_later": int(entries["fen"][late].sum()),
        **_dispatch(world),
    }


def quick_refunds(world: World) -> Rows:
    """Lines refunded within the first hour."""
    lines = world.ledger.lines
    quick: Rows = (lines["refund"] == Fate.CANCELLED) & (lines["returned"] - lines["slot"] // 12 <= QUICK)
    return quick


class Term(NamedTuple):
    """Orders of the campaign, a row each: day of payment, whether it was due by a term, whether it had left by then."""

    day: I64
    due: Rows
    kept: Rows


def terms_of_dispatch(world: World) -> dict[str, Term]:
    """The two terms that platforms hold a shop to: 48 hours from payment, and the shop's own promise."""
    table = world.parcels.lines
    rows = np.flatnonzero((table["first"] == 1) & (table["line"] != NONE))
    paid_at, due, shipped = (table[name][rows].astype(np.int64) for name in ("paid_at", "due", "shipped"))
    gone = world.ledger.lines["returned"][table["line"][rows]].astype(np.int64)
    cancelled = np.where(table["fate"][rows] == Fate.CANCELLED, gone, np.iinfo(np.int64).max)
    terms: dict[str, Term] = {}
    for name, by in (("ship48", paid_at + TWO_DAYS), ("promise", due)):
        counts = cancelled > by  # an order cancelled in time was never due
        terms[name] = Term(paid_at // HOURS_A_DAY, counts, counts & (shipped != NEVER) & (shipped <= by))
    return terms


def _dispatch(world: World) -> dict[str, int]:
    """People's orders due by each term, and those that had left by then."""
    figures: dict[str, int] = {}
    for name, term in terms_of_dispatch(world).items():
        for verb, rows in (("due", term.due), ("kept", term.kept)):
            figures[f"{name}_{verb}"] = int(rows.sum()) * world.setting.weight
    return figures
