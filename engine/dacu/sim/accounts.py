"""Tables of money: what each platform leaves, and what each contract with a creator comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.kpis import compute
from dacu.language.paths import join_path
from dacu.ledger import NONE, Account
from dacu.levers.base import Place
from dacu.levers.contract import brackets
from dacu.levers.kol import Creator
from dacu.levers.live import LiveRoom
from dacu.possible import ANYTHING
from dacu.shop.offers import EVERY_PLATFORM
from dacu.sim.contracts import LeverBooks
from dacu.sim.world import World
from dacu.tables import FEN, Table
from dacu.units import yuan

I64: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.bool_]
PRINTED = ("gmv", "refunds", "net_gmv", "gross_profit", "spend", "contribution", "breakeven_roi")


def platforms(world: World) -> Table:
    """One row a selling platform, and beside several one for costs of none of them; the rows add up to the shop."""
    facts, lines = world.setting.platforms, world.ledger.lines
    entries = _platform_of_entries(world)
    rows = [*facts.selling, *([NONE] if len(facts.selling) > 1 else [])]
    measures = [_measures(world, lines["platform"] == row, entries == row) for row in rows]
    kpis = [compute(own) for own in measures]
    numbers: dict[str, Sequence[float | None]] = {name: [row[name] for row in kpis] for name in PRINTED}
    numbers["fees"] = [own["platform_fee"] / FEN for own in measures]
    numbers["contribution_before_ads"] = [
        (row["contribution"] or 0) + (own["spend"] + own["rebate"]) / FEN
        for row, own in zip(kpis, measures, strict=True)
    ]
    names = ["none" if row == NONE else join_path(("platforms", facts.names[row])) for row in rows]
    return Table({"platform": names}, numbers, {"contribution_before_ads": ANYTHING})


def _platform_of_entries(world: World) -> I64:
    """Where each entry belongs: with its order, else with its lever or rule, else with the only platform that sells."""
    facts, lines, entries = world.setting.platforms, world.ledger.lines, world.ledger.entries
    alone = facts.selling[0] if len(facts.selling) == 1 else NONE
    own = [getattr(row.lever, "platform", None) for row in world.setting.levers]
    at = [alone if name is None or not facts.sells[facts.row(name)] else facts.row(name) for name in own]
    for lever, rule in zip(world.setting.offer_lever, world.setting.rulebook.rules, strict=True):
        at[lever] = at[lever] if rule.platform == EVERY_PLATFORM else rule.platform
    of_lever = np.array([*at, alone], np.int64)[entries["lever"]]  # the last stands for no lever (NONE is −1)
    of_order = np.full(max(world.orders, 1), NONE, np.int64)
    of_order[lines["order"]] = lines["platform"]
    where: I64 = np.where(entries["order"] == NONE, of_lever, of_order[entries["order"]])
    return where


def _measures(world: World, lines: Rows, entries: Rows) -> dict[str, int]:
    """The money measures of kpis.py over some lines and entries, fen."""
    ledger = world.ledger
    columns = {"list_value": "list", "shop_off": "shop_off", "platform_off": "platform_off", "gmv": "paid"}
    sums = {measure: int(ledger.lines[column][lines].sum()) for measure, column in columns.items()}
    for account in Account:
        mine = entries & (ledger.entries["account"] == account)
        sums[account.measure] = sums.get(account.measure, 0) + int(ledger.entries["fen"][mine].sum())
    return sums


def contracts(world: World) -> Table:
    """One row a bracket of a commission, and one a guarantee: the sales that count, the rate, what is owed."""
    rows = [row for lever in range(len(world.setting.levers)) for row in _terms(world, lever)]
    names = ("counted", "target", "rate", "owed")
    numbers = {name: [row[2][place] for row in rows] for place, name in enumerate(names)}
    return Table({"contract": [row[0] for row in rows], "term": [row[1] for row in rows]}, numbers, {"owed": ANYTHING})


def _terms(world: World, lever: int) -> Iterator[tuple[str, str, tuple[float | None, ...]]]:
    """(path, term, (sales counted, target, rate or share given back, owed)) in yuan."""
    path, block = world.setting.levers[lever].path, world.setting.levers[lever].lever
    if not isinstance(block, Creator | LiveRoom) or not block.active:
        return
    books = LeverBooks(world, lever)
    place: Place = "touch" if isinstance(block, Creator) else "room"
    kept = books.sold(place).kept
    for part in brackets(block.commission):
        if part.rate or part.start:
            held = part.holds(kept)
            terms = (float(held) / FEN, None, float(part.rate), float(part.rate * held) / FEN)
            yield path, f"{yuan(part.start)}+", terms
    if isinstance(block, Creator) and block.guarantee is not None:
        base, sales = block.at_stake(books)
        back = block.guarantee.make_good(base, sales)
        share = back / base if base else None
        yield path, "guarantee", (sales / FEN, float(block.guarantee.target(base)) / FEN, share, -back / FEN)
