"""Contracts of creators by hand: brackets, guarantees, and what the order ledger makes of them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.errors import Fault, InputError
from dacu.ledger import Account
from dacu.levers.contract import GuaranteeBlock, brackets, earned, exact, to_fen
from dacu.sim.contracts import LeverBooks
from dacu.sim.run import finish, follow_to_the_end

STEPS = {0: 0.10, 50_000_00: 0.15, 100_000_00: 0.2}
MONEY = st.integers(0, 10**12)
RATE = st.integers(0, 500).map(lambda parts: parts / 1000)
SCALE = st.dictionaries(st.integers(1, 10**9), RATE, max_size=4).map(
    lambda rest: {0: 0.05} | dict(sorted(rest.items()))
)
HEAD = """
kols:
  lin: {followers: 9000, tier: head, posts: [D1 09:00], fee: 9999.99, service: 10%, quality: 0.9, CONTRACT}
"""


@pytest.mark.parametrize(
    ("kept", "owed"),
    [
        (0, 0),
        (49_999_99, 4_999_999 // 10),
        (50_000_00, 5_000_00),
        (80_000_00, 5_000_00 + 4_500_00),
        (123_456_78, 5_000_00 + 7_500_00 + 4_691_36),  # 20% of 23,456.78 is 4,691.356
    ],
)
def test_each_part_of_the_sales_earns_the_rate_of_its_bracket(kept, owed):
    assert to_fen(earned(kept, STEPS)) == pytest.approx(owed, abs=1)


def test_a_rate_is_the_decimal_number_that_was_written():
    assert exact(0.15) * 10 == Fraction(3, 2)
    assert to_fen(earned(50, 0.15)) == 8  # 7.5 fen, half to even


@given(SCALE, MONEY, MONEY)
def test_commission_grows_with_sales_by_no_more_than_the_highest_rate(scale, kept, more):
    gained = earned(kept + more, scale) - earned(kept, scale)
    assert 0 <= gained <= max(exact(rate) for rate in scale.values()) * more


@given(SCALE, MONEY)
def test_brackets_share_out_all_sales(scale, kept):
    assert sum(part.holds(kept) for part in brackets(scale)) == kept


@pytest.mark.parametrize(
    ("promise", "base", "sales", "back"),
    [
        (GuaranteeBlock(roi=2.0), 10_000_00, 20_000_00, 0),
        (GuaranteeBlock(roi=2.0), 10_000_00, 15_000_00, 2_500_00),
        (GuaranteeBlock(roi=1.5), 9_999_99, 1_234_56, 9_176_95),  # 9,999.99 − 1,234.56 ÷ 1.5 = 9,176.95
        (GuaranteeBlock(gmv=30_000_00), 10_000_00, 7_500_00, 7_500_00),
        (GuaranteeBlock(roi=3.0), 10_000_00, 0, 10_000_00),
        (GuaranteeBlock(roi=3.0), 0, 0, 0),
    ],
)
def test_the_make_good_is_the_missing_part_of_the_base(promise, base, sales, back):
    assert promise.make_good(base, sales) == back


@given(st.integers(1, 10**10), MONEY, MONEY, st.integers(1, 100))
def test_more_sales_never_give_more_back(base, sales, more, roi):
    promise = GuaranteeBlock(roi=roi / 10)
    assert base >= promise.make_good(base, sales) >= promise.make_good(base, sales + more) >= 0


def settled(shop, contract, *sets):
    world = shop.world(HEAD.replace("CONTRACT", contract), "people.customers=30%", *sets)
    finish(world)
    return world


def by_hand(world, lever=0):
    """(paid, kept) by last touch, line by line, from the fate of each parcel."""
    lines = world.ledger.lines
    mine = lines["lever"] == lever
    paid, kept = lines["paid"][mine], lines["paid"][mine & (lines["refund"] == 0)]
    return int(paid.sum()), int(kept.sum())


def test_a_head_creator_under_target_pays_back_to_the_fen(shop):
    """A32: commission 10% up to 500 yuan of kept sales and 20% above; ROI 3 on the fee, settled."""
    world = settled(shop, "commission: {0: 10%, 500: 20%}, guarantee: {roi: 3}")
    _, kept = by_hand(world)
    assert 500_00 < kept < 3 * 999_999
    assert world.ledger.spent(Account.COMMISSION) == pytest.approx(500_00 * 0.1 + (kept - 500_00) * 0.2, abs=1)
    assert world.ledger.spent(Account.GUARANTEE) == pytest.approx(-999_999 * (1 - kept / (3 * 999_999)), abs=1)


def test_the_base_may_hold_commission(shop):
    world = settled(shop, "commission: 20%, guarantee: {roi: 3, base: fee+commission}")
    _, kept = by_hand(world)
    base = 999_999 + round(kept * 0.2)
    assert world.ledger.spent(Account.GUARANTEE) == pytest.approx(-base * (1 - kept / (3 * base)), abs=1)


def test_a_guarantee_on_paid_sales_is_worth_no_more_than_on_settled_ones(shop):
    """N10: refunds count against the creator only where settled sales do."""
    paid, kept = (settled(shop, f"guarantee: {{roi: 3, basis: {basis}}}") for basis in ("paid", "settled"))
    assert by_hand(paid) == by_hand(kept)
    assert by_hand(paid)[1] < by_hand(paid)[0]
    assert 0 < -paid.ledger.spent(Account.GUARANTEE) < -kept.ledger.spent(Account.GUARANTEE)


def test_sales_after_the_window_do_not_count(shop):
    world = settled(shop, "guarantee: {roi: 3, basis: paid, window: 30h}")
    lines = world.ledger.lines
    inside = (lines["lever"] == 0) & (lines["slot"] >= 9 * 12) & (lines["slot"] < 39 * 12)
    counted = int(lines["paid"][inside].sum())
    assert 0 < counted < by_hand(world)[0]
    assert world.ledger.spent(Account.GUARANTEE) == pytest.approx(-999_999 * (1 - counted / (3 * 999_999)), abs=1)


def test_a_target_that_is_met_gives_nothing_back(shop):
    assert settled(shop, "guarantee: {gmv: 1}").ledger.spent(Account.GUARANTEE) == 0


def test_a_commission_nobody_agreed_to_is_a_fault(shop):
    """I8: what is booked must come to the contract over the order ledger."""
    world = shop.world(HEAD.replace("CONTRACT", "commission: 10%"), "people.customers=30%")
    follow_to_the_end(world)
    LeverBooks(world, 0).charge(Account.COMMISSION, 1, 40)
    with pytest.raises(Fault) as fault:
        finish(world)
    assert [finding.code for finding in fault.value.findings] == ["ledger_contract"]


@pytest.mark.parametrize(
    ("contract", "code", "path"),
    [
        ("commission: {0: 10%, 5万: 12%, 50000: 15%}", "brackets_overlap", "kols.lin.commission.50000"),
        ("commission: {0: 10%, 9万: 12%, 5万: 15%}", "brackets_backwards", "kols.lin.commission.5万"),
        ("commission: {5万: 12%}", "brackets_from_zero", "kols.lin.commission"),
        ("commission: {0: 10%, 5万: 70%}", "above_maximum", "kols.lin.commission"),
        ("commission: 七成", "not_a_share", "kols.lin.commission"),
        ("guarantee: {basis: paid}", "guarantee_without_target", "kols.lin.guarantee"),
        ("guarantee: {roi: 2, gmv: 5万}", "guarantee_twice", "kols.lin.guarantee.gmv"),
        ("guarantee: {roi: 2, base: fee+commission+ads}", "guarantee_without_ads", "kols.lin.guarantee.base"),
    ],
)
def test_contracts_that_cannot_be_kept_are_refused_where_they_stand(shop, contract, code, path):
    with pytest.raises(InputError) as refused:
        shop.loaded(HEAD.replace("CONTRACT", contract))
    assert [(f.code, f.path) for f in refused.value.findings] == [(code, path)]
    assert refused.value.findings[0].mark.line == 5
