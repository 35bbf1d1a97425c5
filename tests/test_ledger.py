from __future__ import annotations

import numpy as np
import pytest

from dacu.ledger import NEVER, Account, Ledger, round_fen


def book_one_line(ledger: Ledger, **changed: int) -> None:
    line = {
        "order": 1,
        "user": 0,
        "slot": 12 * 20 + 3,
        "sku": 0,
        "qty": 2,
        "platform": 0,
        "lever": 4,
        "list": 20_000,
        "shop_off": 3_000,
        "platform_off": 1_000,
        "paid": 16_000,
        "offers": 0,
        "flags": 0,
    }
    ledger.book_lines(**(line | changed))


def test_charges_round_half_to_even() -> None:
    assert round_fen(np.array([0.5, 1.5, 2.5, -0.5, 2.4999])).tolist() == [0, 2, 2, 0, 2]


def test_a_charge_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        round_fen(np.array([1.0, np.nan]))


def test_a_paid_line_waits_for_its_shipment() -> None:
    ledger = Ledger()
    book_one_line(ledger)
    assert [ledger.lines[name][0] for name in ("shipped", "delivered", "returned")] == [NEVER, NEVER, NEVER]
    assert ledger.lines["refund"][0] == 0


def test_the_money_of_lines_and_entries_goes_to_the_measures_of_the_kpis() -> None:
    ledger = Ledger()
    book_one_line(ledger)
    book_one_line(ledger, order=2, paid=15_000, shop_off=4_000)
    ledger.book_entry(3, Account.KOL_FEE, 500, lever=2)
    ledger.book_entry(3, Account.KOL_SERVICE, 50, lever=2)
    ledger.book_entries([3, 4], Account.MEDIA, [70, 30], lever=1)
    ledger.book_entry(9, Account.REFUND, 1_000, order=1)
    money = ledger.money()
    assert {name: fen for name, fen in money.items() if fen} == {
        "list_value": 40_000,
        "shop_off": 7_000,
        "platform_off": 2_000,
        "gmv": 31_000,
        "kol_cost": 550,
        "spend": 100,
        "refunds": 1_000,
    }


def test_a_make_good_lowers_what_creators_cost() -> None:
    ledger = Ledger()
    ledger.book_entry(0, Account.KOL_FEE, 500)
    ledger.book_entry(99, Account.GUARANTEE, -200)
    assert ledger.money()["kol_cost"] == 300


def test_a_snapshot_does_not_see_what_is_booked_later() -> None:
    ledger = Ledger()
    book_one_line(ledger)
    twin = ledger.copy()
    book_one_line(ledger, order=2)
    ledger.book_entry(0, Account.HOST, 10)
    assert (twin.lines.size, twin.entries.size) == (1, 0)


def test_fractions_of_a_fen_cannot_be_booked() -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        Ledger().book_entries(0, Account.MEDIA, np.array([0.5]))


def test_every_account_has_both_names_and_its_own_code() -> None:
    assert len({account.zh for account in Account}) == len({account.en for account in Account}) == len(Account)
    assert all(Account(int(account)) is account for account in Account)
