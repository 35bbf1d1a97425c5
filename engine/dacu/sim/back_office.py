"""Tables of what follows the sale: refunds by way, SKU and platform; refunds, dispatch and service desk by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.columns import totals_by
from dacu.language.paths import join_path
from dacu.ledger import HOURS_A_DAY, SLOTS_AN_HOUR, Account
from dacu.possible import PART
from dacu.sim.aftermath import terms_of_dispatch
from dacu.sim.parcels import WAYS, Fate, way
from dacu.sim.tally import Measure
from dacu.sim.world import World
from dacu.tables import FEN, Table, ratio, yuan

TAIL = 28  # days after the end that the table of refunds goes on for
I64: TypeAlias = NDArray[np.int64]


def returns(world: World) -> Table:
    """One row a way in which money comes back, a SKU and a platform that sells: orders, yuan, and what was expected."""
    lines, platforms, skus = world.ledger.lines, world.setting.platforms, len(world.goods)
    shape = (len(WAYS), skus, len(platforms))
    cell = lines["sku"].astype(np.int64) * len(platforms) + lines["platform"]
    back = np.flatnonzero(lines["refund"] != Fate.KEPT)
    place = way(lines["refund"][back], lines["cause"][back]) * (skus * len(platforms)) + cell[back]
    size = len(WAYS) * skus * len(platforms)
    figures = {  # a SKU stands on one line of an order
        "orders": totals_by(place, np.full(len(back), world.setting.weight, np.int64), size).reshape(shape),
        "refunded": totals_by(place, lines["paid"][back], size).reshape(shape) / FEN,
        "refunded_expected": world.tally.refunds() / FEN,
    }
    gmv = totals_by(cell, lines["paid"], skus * len(platforms)).reshape(shape[1:]) / FEN
    rows = list(product(range(len(WAYS)), range(skus), platforms.selling))
    keys: dict[str, Sequence[Any]] = {
        "stage": [WAYS[row[0]][0] for row in rows],
        "cause": [WAYS[row[0]][1] for row in rows],
        "sku": [world.goods.path(row[1]) for row in rows],
        "platform": [join_path(("platforms", platforms.names[row[2]])) for row in rows],
    }
    numbers: dict[str, Any] = {name: [cube[row].item() for row in rows] for name, cube in figures.items()}
    numbers["share_of_gmv"] = ratio(numbers["refunded"], [gmv[row[1:]].item() for row in rows])
    return Table(keys, numbers, {"share_of_gmv": PART})


def refunds(world: World) -> Table:
    """One row a day, on for four weeks after the end: what its orders get back in the end, and what is paid back on it.

    Of the orders of a day also how much comes back within a week, two and four of the payment, and how many orders had
    a line refunded after delivery.
    """
    lines, entries, calendar = world.ledger.lines, world.ledger.entries, world.setting.calendar
    days = calendar.days + TAIL
    hour = lines["slot"].astype(np.int64) // SLOTS_AN_HOUR
    day, paid, back = hour // HOURS_A_DAY, lines["paid"], lines["refund"] != Fate.KEPT
    gmv = totals_by(day, paid, days)
    numbers: dict[str, Any] = {"gmv": yuan(gmv)}
    lag = lines["returned"] - hour
    for name, soon in (*((f"refunded_within_{w}d", lag < w * HOURS_A_DAY) for w in (7, 14, 28)), ("refunded", back)):
        numbers[name] = yuan(totals_by(day, np.where(back & soon, paid, 0), days))
    numbers["refund_rate"] = ratio(numbers["refunded"], numbers["gmv"])
    order, row = np.unique(lines["order"], return_index=True)
    received = (lines["refund"] == Fate.REFUND_ONLY) | (lines["refund"] == Fate.RETURNED)
    with_return = np.isin(order, lines["order"][received])
    for name, counted in (("orders", np.ones(len(order), np.bool_)), ("returned_orders", with_return)):
        numbers[name] = totals_by(day[row], counted * world.setting.weight, days).tolist()
    booked = entries["account"] == Account.REFUND
    on = entries["hour"][booked].astype(np.int64) // HOURS_A_DAY
    numbers["refunded_on_day"] = yuan(totals_by(on, entries["fen"][booked], days))
    return Table(_days(world, days), numbers)


def dispatch(world: World) -> Table:
    """One row a day of payment: orders due within 48 hours and by their own promise, and the share in time."""
    days = world.setting.calendar.days
    numbers: dict[str, Any] = {}
    for name, term in terms_of_dispatch(world).items():
        due, kept = (totals_by(term.day, rows * world.setting.weight, days).tolist() for rows in (term.due, term.kept))
        numbers |= {f"{name}_due": due, f"{name}_rate": ratio(kept, due)}
    return Table(_days(world, days), numbers, {"promise_rate": PART})


def service(world: World) -> Table:
    """One row a day: contacts, how fast they were answered in staffed hours, and who waits at its end."""
    days = world.setting.calendar.days
    by_hour = world.tally.count.sum(axis=2)[:, : days * HOURS_A_DAY].reshape(-1, days, HOURS_A_DAY)
    by_day = {measure: by_hour[measure].sum(axis=1).tolist() for measure in _DESK}
    asked, human = by_day[Measure.CONTACTS], by_day[Measure.HUMAN_CONTACTS]
    return Table(
        _days(world, days),
        {
            "contacts": asked,
            "human_contacts": human,
            "reply_mean_s": ratio(by_day[Measure.REPLY_SECONDS], asked),
            "reply_human_s": ratio(by_day[Measure.HUMAN_SECONDS], human),
            "reply_30s": ratio(by_day[Measure.HUMAN_HALF_MINUTE], human),
            "reply_3min": ratio(by_day[Measure.HUMAN_THREE_MINUTES], human),
            "abandoned": by_day[Measure.ABANDONED],
            "backlog": by_hour[Measure.BACKLOG, :, -1].tolist(),
        },
    )


_DESK = (
    Measure.CONTACTS, Measure.REPLY_SECONDS, Measure.HUMAN_CONTACTS, Measure.HUMAN_SECONDS,
    Measure.HUMAN_HALF_MINUTE, Measure.HUMAN_THREE_MINUTES, Measure.ABANDONED,
)  # fmt: skip


def _days(world: World, count: int) -> Mapping[str, Sequence[Any]]:
    return {"day": list(range(1, count + 1)), "date": [*map(world.setting.calendar.iso_date, range(count))]}
