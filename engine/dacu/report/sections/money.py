"""Where the money went: from list value to contribution, in bookings of the ledger that add up to the fen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dacu.ledger import Account
from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Chart, Part, Said, Table, amount, said, title_of
from dacu.report.sections import Section


class Step(NamedTuple):
    """What is added (or taken away), or with `total` what there is by then, in yuan."""

    name: Said
    value: float
    total: bool = False


def fill(folder: RunFolder) -> Sequence[Part]:
    """The waterfall as a chart, where money moved, and as a table."""
    booked = {row["account"]: row["yuan"] for row in folder.records("ledger")}
    if not booked:
        return ()
    steps = list(waterfall(booked))
    data: dict[str, Any] = {"steps": [step._asdict() for step in steps]}
    rows: list[list[Cell]] = [[step.name, amount(step.value, "yuan", signed=not step.total)] for step in steps]
    table = Table(said("money_title"), (said("money_step"), said("money_yuan")), rows, folded=True)
    if not any(step.value for step in steps):
        return (replace(table, folded=False),)
    return Chart("waterfall", said("money_title"), data), table


def waterfall(booked: Mapping[str, float]) -> Iterator[Step]:
    """List value, discounts, GMV, refunds, net GMV, each cost that was booked, contribution."""
    gmv = booked["gmv"]
    yield Step(said("list_value"), booked["list_value"], total=True)
    yield Step(said("shop_off"), -booked["shop_off"])
    if booked["platform_off"]:
        yield Step(said("platform_off"), -booked["platform_off"])
    yield Step(title_of("gmv"), gmv, total=True)
    yield Step(title_of("refunds"), -booked["refund"])
    left = gmv - booked["refund"]
    yield Step(title_of("net_gmv"), left, total=True)
    if booked["platform_off"]:
        left += booked["platform_off"]
        yield Step(said("subsidy"), booked["platform_off"])
    for account in Account:
        cost = booked.get(account.name.lower(), 0.0)
        if cost and account is not Account.REFUND:
            left -= cost
            yield Step(Said(account.zh, account.en), -cost)
    yield Step(title_of("contribution"), left, total=True)


SECTION = Section("money", frozenset({"simulate"}), 130, fill)
