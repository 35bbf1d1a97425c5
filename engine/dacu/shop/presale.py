"""The terms of a presale order: what is paid now, and from when to when the balance is due."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from dacu.shop.bill import Bill
from dacu.shop.offers import Offer


class Terms(NamedTuple):
    """`deposit` fen now; the rest of the bill in whole hours [first, last)."""

    sku: int
    qty: int
    offers: int
    deposit: int
    first: int
    last: int


def terms_of(bill: Bill, rules: Sequence[Offer], list_prices: Sequence[int]) -> Terms:
    """The terms of a bill that uses a presale: of one SKU, as a presale is ordered alone.

    The balance opens with the first full hour, and is due for one hour at least. What coupons and thresholds take off,
    they take off the balance first. StopIteration for the bill of another sale.
    """
    line = bill.lines[0]
    rule, deposit = next(
        (rule, rule.deposit)
        for bit, rule in enumerate(rules)
        if bill.offers >> bit & 1 and rule.deposit is not None
    )  # fmt: skip
    now = min(line.qty * rule.deposit_on(list_prices[line.sku]), bill.pay)
    first = ceil(deposit.opens)
    return Terms(line.sku, line.qty, bill.offers, now, first, max(first + 1, ceil(deposit.closes)))
