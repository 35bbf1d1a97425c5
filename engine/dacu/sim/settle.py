"""The end of a run: contracts over finished orders, then the identities of money and stock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dacu.audit import Books, Budget, Deposits, Points, verify
from dacu.columns import totals_by
from dacu.ledger import NEVER
from dacu.people.users import Users
from dacu.sim.contracts import LeverBooks, owed
from dacu.sim.programme import open_points
from dacu.sim.tally import Measure
from dacu.sim.world import World


def settle(world: World) -> None:
    """Let every lever settle its contracts, then assert the identities. Raises Fault where one does not hold."""
    for index, row in enumerate(world.setting.levers):
        row.lever.settle(LeverBooks(world, index))
    verify(world.ledger, books_of(world))


def books_of(world: World) -> Books:
    """What the World says beside the ledger. SKUs without a count open with exactly what they shipped."""
    setting, goods = world.setting, world.goods
    lines = world.ledger.lines
    units = np.where(lines["shipped"] == NEVER, 0, lines["qty"].astype(np.int64) * setting.weight)
    shipped = totals_by(lines["sku"], units, len(goods))
    waiting = lines["qty"].astype(np.int64) * ((lines["shipped"] == NEVER) & (lines["refund"] == 0)) * setting.weight
    counted = goods.stock >= 0
    return Books(
        weight=setting.weight,
        skus=[goods.path(row) for row in range(len(goods))],
        levers=[row.path for row in setting.levers],
        hours=range(setting.calendar.end_hour),
        segment=segments_of(world.users),
        segments=len(setting.personas),
        opening=np.where(counted, world.opening, shipped - world.restocked),
        receipts=world.receipts,
        restocked=world.restocked,
        backlog=totals_by(lines["sku"], np.where(counted[lines["sku"]], waiting, 0), len(goods)),
        closing=np.where(counted, goods.stock, 0),
        points=_points_of(world),
        budgets={
            (lever, day): Budget(int(limit), int(limit - world.spent[lever, day]))
            for lever, by_day in setting.budgets.items()
            for day, limit in enumerate(by_day)
        },
        owed=owed(world),
        deposits=_deposits_of(world),
    )


def _deposits_of(world: World) -> Deposits:
    """The deposits of presales, by what became of them."""
    table, weight = world.reservations, world.setting.weight
    deposit, ended, pays = table["deposit"] * weight, table["hour"] < world.t, table["pays"] == 1
    return Deposits(int(deposit.sum()), int(deposit[ended & pays].sum()), int(deposit[ended & ~pays].sum()))


def _points_of(world: World) -> Points | None:
    """The points of the membership programme, if there is one."""
    members, count = world.setting.members, world.tally.count
    if members is None:
        return None
    rows = (Measure.POINTS_OPENING, Measure.POINTS_REDEEMED, Measure.POINTS_TAKEN, Measure.POINTS_EXPIRED)
    opening, redeemed, taken, expired = (int(count[row].sum()) for row in rows)
    return Points(members.points.per_yuan, opening, redeemed, taken, expired, open_points(world))


def segments_of(users: Users) -> NDArray[np.int64]:
    """The persona of each agent, the cut of identity I3."""
    return users.born.persona.astype(np.int64)
