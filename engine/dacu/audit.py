"""The identities of money and stock, checked to the fen and the unit at the end of every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dacu.columns import Ints, totals_by
from dacu.errors import Fault, Finding
from dacu.ledger import HOURS_A_DAY, NEVER, NONE, SLOTS_AN_HOUR, Account, Ledger, LineFlag


class Budget(NamedTuple):
    """A paid line's money for one day, as the line itself keeps it, fen."""

    limit: int
    unspent: int


class Points(NamedTuple):
    """The membership programme's points, people's; `per_yuan` are earned by each full yuan of an order.

    `taken` are those that refunds took back.
    """

    per_yuan: int
    opening: int
    redeemed: int
    taken: int
    expired: int
    open: int


class Deposits(NamedTuple):
    """Deposits of presales, people's fen: all that were paid, those counted in an order, and those kept without one."""

    paid: int = 0
    counted: int = 0
    kept: int = 0


NO_DEPOSITS = Deposits()


@dataclass(frozen=True)
class Books:
    """What the rest of the World says, and the ledger must agree with.

    `skus` and `levers` are scenario paths in row order; `segment` gives each user's segment, counted from 0;
    `hours` are those in which orders may be paid; stock is in units; `budgets` are keyed by (lever, day);
    `owed` is what contracts come to, fen by (lever, account).
    """

    weight: int
    skus: Sequence[str]
    levers: Sequence[str]
    hours: range
    segment: Ints
    segments: int
    opening: Ints
    receipts: Ints
    restocked: Ints
    backlog: Ints
    closing: Ints
    budgets: Mapping[tuple[int, int], Budget]
    points: Points | None = None
    deposits: Deposits = NO_DEPOSITS

    owed: Mapping[tuple[int, Account], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Violation:
    """An identity that does not hold: `left` should be `right` (or not above it) at `where`."""

    code: str
    where: str
    left: int
    right: int

    def finding(self) -> Finding:
        """The same as a finding, with its sentence in words/audit.toml."""
        figures = {"where": self.where, "left": str(self.left), "right": str(self.right)}
        return Finding(code=self.code, mark=None, path=self.where, value=str(self.left), args=figures, hint="")


def verify(ledger: Ledger, books: Books) -> None:
    """Raise Fault with the figures if any identity fails."""
    if broken := identities(ledger, books):
        raise Fault(*(violation.finding() for violation in broken))


def identities(ledger: Ledger, books: Books) -> list[Violation]:
    """All violations of the money and stock identities; none in a sound run."""
    return [
        *_lines_add_up(ledger),
        *_bills_are_whole(ledger, books.weight),
        *_refunds_within_payments(ledger),
        *_cuts_agree(ledger, books),
        *_profit_by_two_routes(ledger, len(books.skus)),
        *_stock_adds_up(ledger, books),
        *_budgets_hold(ledger, books),
        *_points_add_up(ledger, books),
        *_contracts_hold(ledger, books),
        *_deposits_end(ledger, books.deposits),
    ]


def _lines_add_up(ledger: Ledger) -> Iterator[Violation]:
    """List value = paid + the shop's discount + the platform's, line by line and so in total."""
    lines = ledger.lines
    parts = lines["paid"] + lines["shop_off"] + lines["platform_off"]
    for row in np.flatnonzero(lines["list"] != parts)[:1]:
        yield Violation("ledger_line", f"order {lines['order'][row]}", int(lines["list"][row]), int(parts[row]))
    if lines["list"].sum() != parts.sum():
        yield Violation("ledger_line", "total", int(lines["list"].sum()), int(parts.sum()))


def _bills_are_whole(ledger: Ledger, weight: int) -> Iterator[Violation]:
    """A line's money is weight × one agent's bill."""
    for name in ("list", "shop_off", "platform_off", "paid"):
        for row in np.flatnonzero(ledger.lines[name] % weight)[:1]:
            where = f"order {ledger.lines['order'][row]}, {name}"
            yield Violation("ledger_weight", where, int(ledger.lines[name][row]), weight)


def _refunds_within_payments(ledger: Ledger) -> Iterator[Violation]:
    """0 ≤ refund ≤ paid, order by order; the orders' net payments make up net GMV."""
    orders, row = np.unique(ledger.lines["order"], return_inverse=True)
    paid = totals_by(row, ledger.lines["paid"], len(orders))
    refunds = ledger.entries["account"] == Account.REFUND
    of, fen = ledger.entries["order"][refunds], ledger.entries["fen"][refunds]
    known = np.isin(of, orders)
    refunded = totals_by(np.searchsorted(orders, of[known]), fen[known], len(orders))
    for bad in np.flatnonzero((refunded < 0) | (refunded > paid))[:1]:
        yield Violation("ledger_refund", f"order {orders[bad]}", int(refunded[bad]), int(paid[bad]))
    net, net_of_orders = int(paid.sum() - fen.sum()), int((paid - refunded).sum())
    if net != net_of_orders:
        yield Violation("ledger_net", "total", net, net_of_orders)


def _cuts_agree(ledger: Ledger, books: Books) -> Iterator[Violation]:
    """GMV is the same sum over SKUs, hours, segments, new and old buyers, and last touches with none."""
    lines, paid = ledger.lines, ledger.lines["paid"]
    gmv = int(paid.sum())
    users = len(books.segment)
    user = np.where((lines["user"] >= 0) & (lines["user"] < users), lines["user"], users)
    cuts = {
        "sku": totals_by(lines["sku"], paid, len(books.skus)),
        "hour": totals_by(lines["slot"] // SLOTS_AN_HOUR - books.hours.start, paid, len(books.hours)),
        "segment": totals_by(np.append(books.segment, NONE)[user], paid, books.segments),
        "new or old buyer": totals_by(_newness(ledger), paid, 2),
        "last touch": totals_by(lines["lever"] + 1, paid, len(books.levers) + 1),
    }
    for where, cut in cuts.items():
        if int(cut.sum()) != gmv:
            yield Violation("ledger_cut", where, int(cut.sum()), gmv)


def _newness(ledger: Ledger) -> Ints:
    """Per line: 1 if its order is a new buyer's, 0 if an old one's, NONE where the order's lines disagree."""
    orders, row = np.unique(ledger.lines["order"], return_inverse=True)
    new = ((ledger.lines["flags"] & LineFlag.NEW_BUYER) > 0).astype(np.int64)
    new_lines = totals_by(row, new, len(orders))[row]
    order_lines = totals_by(row, np.ones_like(new), len(orders))[row]
    return np.where(new_lines == order_lines, 1, np.where(new_lines == 0, 0, NONE))


def _profit_by_two_routes(ledger: Ledger, skus: int) -> Iterator[Violation]:
    """Gross profit and contribution by the statement, and again as what the shop cashes less what it books.

    The statement goes from GMV to net GMV, gross profit and contribution, account by account. The other route
    never looks at a payment: list value less the shop's own discounts, by SKU, less all entries as they come.
    """
    lines, entries = ledger.lines, ledger.entries
    refund, sale, campaign = (
        sum(ledger.spent(account) for account in Account if account.stage == stage)
        for stage in ("refund", "sale", "campaign")
    )
    gross = int(lines["paid"].sum()) - refund + int(lines["platform_off"].sum()) - sale
    of_sale = np.isin(entries["account"], [a for a in Account if a.stage != "campaign"])
    cashed = totals_by(lines["sku"] + 1, lines["list"] - lines["shop_off"], skus + 1)
    by_sku = cashed - totals_by(entries["sku"][of_sale] + 1, entries["fen"][of_sale], skus + 1)
    if gross != int(by_sku.sum()):
        yield Violation("ledger_gross_profit", "total", gross, int(by_sku.sum()))
    contribution, balance = gross - campaign, int(cashed.sum() - entries["fen"].sum())
    if contribution != balance:
        yield Violation("ledger_contribution", "total", contribution, balance)


def _stock_adds_up(ledger: Ledger, books: Books) -> Iterator[Violation]:
    """Opening stock + receipts + units put back = units shipped + closing stock + paid units that wait, by SKU."""
    lines = ledger.lines
    units = np.where(lines["shipped"] != NEVER, lines["qty"].astype(np.int64) * books.weight, 0)
    out = totals_by(lines["sku"], units, len(books.skus)) + books.closing + books.backlog
    into = books.opening + books.receipts + books.restocked
    for sku in np.flatnonzero(into != out):
        yield Violation("ledger_stock", books.skus[int(sku)], int(into[sku]), int(out[sku]))


def _budgets_hold(ledger: Ledger, books: Books) -> Iterator[Violation]:
    """Media spend of a line and day never passes its budget, and the line agrees on what is left of it."""
    media = ledger.entries["account"] == Account.MEDIA
    lever, fen = ledger.entries["lever"][media], ledger.entries["fen"][media]
    day = ledger.entries["hour"][media] // HOURS_A_DAY
    for (line, on), budget in books.budgets.items():
        spent, where = int(fen[(lever == line) & (day == on)].sum()), f"{books.levers[line]}, day {on}"
        if spent > budget.limit:
            yield Violation("ledger_budget", where, spent, budget.limit)
        if spent + budget.unspent != budget.limit:
            yield Violation("ledger_unspent", where, spent + budget.unspent, budget.limit)


def _points_add_up(ledger: Ledger, books: Books) -> Iterator[Violation]:
    """Points open at first + issued = redeemed + taken back + expired + open; issued are recomputed from the lines."""
    points = books.points
    if points is None:
        return
    orders, row = np.unique(ledger.lines["order"], return_inverse=True)
    yuan = totals_by(row, ledger.lines["paid"], len(orders)) // books.weight // 100
    into = points.opening + int(yuan.sum()) * points.per_yuan * books.weight
    out = points.redeemed + points.taken + points.expired + points.open
    if into != out:
        yield Violation("ledger_points", "total", into, out)


def _contracts_hold(ledger: Ledger, books: Books) -> Iterator[Violation]:
    """Commission and make-goods booked are what the contracts come to over the order ledger."""
    lever, account, fen = (ledger.entries[name] for name in ("lever", "account", "fen"))
    for (row, of), due in books.owed.items():
        booked = int(fen[(lever == row) & (account == of)].sum())
        if booked != due:
            yield Violation("ledger_contract", f"{books.levers[row]}, {of.name.lower()}", booked, due)


def _deposits_end(ledger: Ledger, deposits: Deposits) -> Iterator[Violation]:
    """Each deposit ends in an order or with the shop; those kept are booked, the others part of what orders paid."""
    ended, booked = deposits.counted + deposits.kept, -ledger.spent(Account.DEPOSIT_KEPT)
    if deposits.paid != ended:
        yield Violation("ledger_deposits", "total", deposits.paid, ended)
    if deposits.kept != booked:
        yield Violation("ledger_deposits_kept", "total", booked, deposits.kept)
    of_presales = ledger.lines["flags"] & LineFlag.PRESALE != 0
    paid = int((ledger.lines["paid"] + ledger.lines["shop_off"])[of_presales].sum())
    if deposits.counted > paid:
        yield Violation("ledger_deposits", "orders", deposits.counted, paid)
