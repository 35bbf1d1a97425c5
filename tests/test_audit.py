"""Sound ledgers pass every identity; one spoiled figure breaks the identity that guards it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.audit import Books, Budget, Deposits, identities, verify
from dacu.errors import Fault
from dacu.ledger import NEVER, Account, Ledger, LineFlag

SKUS, LEVERS, USERS, DAYS, WEIGHT = 3, 2, 12, 2, 10


def sound(seed: int, orders: int = 9) -> tuple[Ledger, Books]:
    """A random ledger of one- and two-line orders, with books that agree with it."""
    draw = np.random.default_rng(seed)
    ledger = Ledger()
    order = np.repeat(np.arange(orders), 1 + draw.integers(0, 2, orders))
    of_order = {"user": USERS, "slot": 288 * DAYS, "lever": LEVERS + 1, "flags": 2}
    shared = {name: draw.integers(0, size, orders)[order] for name, size in of_order.items()}
    off, platform_off, paid = (draw.integers(low, 5_000, len(order)) * WEIGHT for low in (0, 0, 1))
    ledger.book_lines(
        order=order,
        user=shared["user"],
        slot=shared["slot"],
        sku=draw.integers(0, SKUS, len(order)),
        qty=draw.integers(1, 4, len(order)),
        platform=0,
        lever=shared["lever"] - 1,
        list=off + platform_off + paid,
        shop_off=off,
        platform_off=platform_off,
        paid=paid,
        offers=0,
        flags=shared["flags"] * LineFlag.NEW_BUYER | LineFlag.PRESALE,
    )
    lines = ledger.lines
    lines["shipped"][:] = lines["slot"] // 12
    ledger.book_entries(lines["slot"] // 12, Account.COGS, lines["paid"] // 3, sku=lines["sku"])
    ledger.book_entries(40, Account.REFUND, lines["paid"] // 2, sku=lines["sku"], order=order)
    ledger.book_entries(40, Account.PLATFORM_FEE, lines["paid"] // 20, order=order)
    ledger.book_entry(5, Account.KOL_FEE, 7_000, lever=1)
    ledger.book_entry(47, Account.COMMISSION, 1_234, lever=1)
    ledger.book_entry(30, Account.DEPOSIT_KEPT, -2_000, lever=1, sku=0)
    counted = WEIGHT if orders else 0
    media = draw.integers(0, 900, 48)
    ledger.book_entries(np.arange(48), Account.MEDIA, media, lever=0)
    sold = np.array([lines["qty"][lines["sku"] == sku].sum() for sku in range(SKUS)]) * WEIGHT
    books = Books(
        weight=WEIGHT,
        skus=["skus.a", "skus.b", "skus.c"],
        levers=["channels.feed_ads", "kols.lin"],
        hours=range(24 * DAYS),
        segment=np.arange(USERS) % 4,
        segments=4,
        opening=sold,
        receipts=np.array([0, 50, 100]),
        restocked=np.array([20, 0, 0]),
        backlog=np.array([20, 0, 0]),
        closing=np.array([0, 50, 100]),
        budgets={
            (0, day): Budget(limit=30_000, unspent=30_000 - int(half.sum()))
            for day, half in enumerate(np.split(media, DAYS))
        },
        owed={(1, Account.COMMISSION): 1_234},
        deposits=Deposits(paid=2_000 + counted, counted=counted, kept=2_000),
    )
    return ledger, books


def codes(ledger: Ledger, books: Books) -> set[str]:
    return {violation.code for violation in identities(ledger, books)}


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40))
def test_a_sound_ledger_breaks_no_identity(seed: int, orders: int) -> None:
    verify(*sound(seed, orders))


def spoil_line(column: str, change: int) -> Callable[[Ledger], None]:
    def spoil(ledger: Ledger) -> None:
        ledger.lines[column][0] += change

    return spoil


def spoil_entry(account: Account, column: str, value: int) -> Callable[[Ledger], None]:
    def spoil(ledger: Ledger) -> None:
        ledger.entries[column][np.flatnonzero(ledger.entries["account"] == account)[0]] = value

    return spoil


def spoil_shipment(ledger: Ledger) -> None:
    ledger.lines["shipped"][0] = NEVER


def spoil_presales(ledger: Ledger) -> None:
    ledger.lines["flags"][:] &= ~np.uint16(LineFlag.PRESALE)


def spoil_newness(ledger: Ledger) -> None:
    first_of_two = np.flatnonzero(np.diff(ledger.lines["order"]) == 0)[0]
    ledger.lines["flags"][first_of_two] ^= LineFlag.NEW_BUYER


SPOILED = {
    "a payment that is off by one bill": (spoil_line("paid", WEIGHT), "ledger_line"),
    "a discount that is off by one bill": (spoil_line("shop_off", -WEIGHT), "ledger_line"),
    "a payment of a broken bill": (spoil_line("paid", 1), "ledger_weight"),
    "a refund above the payment": (spoil_entry(Account.REFUND, "fen", 10**9), "ledger_refund"),
    "a negative refund": (spoil_entry(Account.REFUND, "fen", -1), "ledger_refund"),
    "a refund of an order nobody placed": (spoil_entry(Account.REFUND, "order", 999), "ledger_net"),
    "an unknown SKU": (spoil_line("sku", SKUS), "ledger_cut"),
    "an hour after the end": (spoil_line("slot", 288 * DAYS), "ledger_cut"),
    "a buyer nobody knows": (spoil_line("user", USERS), "ledger_cut"),
    "a last touch of an unknown lever": (spoil_line("lever", LEVERS + 1), "ledger_cut"),
    "an order of a buyer both new and old": (spoil_newness, "ledger_cut"),
    "a cost on an unknown SKU": (spoil_entry(Account.COGS, "sku", SKUS), "ledger_gross_profit"),
    "an account that no statement has": (spoil_entry(Account.KOL_FEE, "account", 99), "ledger_contribution"),
    "a payment that no list price explains": (spoil_line("paid", WEIGHT), "ledger_contribution"),
    "a piece that left no gap in the stock": (spoil_line("qty", 1), "ledger_stock"),
    "a parcel that never left": (spoil_shipment, "ledger_stock"),
    "media above the day's budget": (spoil_entry(Account.MEDIA, "fen", 40_000), "ledger_budget"),
    "a commission that no contract owes": (spoil_entry(Account.COMMISSION, "fen", 1_235), "ledger_contract"),
    "a deposit kept that no balance lacks": (spoil_entry(Account.DEPOSIT_KEPT, "fen", -2_001), "ledger_deposits_kept"),
    "deposits counted in no order": (spoil_presales, "ledger_deposits"),
    "media the line does not know of": (spoil_entry(Account.MEDIA, "fen", 901), "ledger_unspent"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_ledger_breaks_the_identity_that_guards_it(case: str) -> None:
    spoil, code = SPOILED[case]
    ledger, books = sound(seed=1)
    spoil(ledger)
    assert code in codes(ledger, books)


def test_a_fault_quotes_both_figures_in_both_languages() -> None:
    ledger, books = sound(seed=1)
    books.closing[2] += 50
    with pytest.raises(Fault) as caught:
        verify(ledger, books)
    (finding,) = caught.value.findings
    into = str(books.opening[2] + 100)
    for lang in ("en", "zh"):
        assert all(part in finding.sentence(lang) for part in ("skus.c", into, str(int(into) + 50)))


def test_a_line_without_a_limit_may_spend_what_it_likes() -> None:
    ledger, books = sound(seed=1)
    ledger.book_entry(0, Account.MEDIA, 10**9, lever=1)
    assert not identities(ledger, books)


def test_a_deposit_that_ends_nowhere_is_found() -> None:
    ledger, books = sound(seed=1)
    assert codes(ledger, replace(books, deposits=books.deposits._replace(paid=2_001 + WEIGHT))) == {"ledger_deposits"}
