"""Every KPI against arithmetic by hand."""

from __future__ import annotations

import pytest

from dacu.kpis import BY_ID, KPIS, MEASURES, RATIONED, compute, possible
from dacu.ledger import Account, Ledger
from dacu.possible import AMOUNT, ANYTHING, PART, Possible

# A small shop's fortnight: money in fen, times in seconds.
FORTNIGHT = {
    "exposures": 1_000_000,
    "reach": 250_000,
    "clicks": 40_000,
    "linked_exposures": 800_000,
    "linked_clicks": 24_000,
    "plays": 500_000,
    "interactions": 60_000,
    "visits": 50_000,
    "visitors": 30_000,
    "brand_searches": 1_300,
    "brand_searches_usual": 1_000,
    "carts": 5_000,
    "channel_clicks": 25_000,
    "channel_carts": 2_000,
    "channel_orders": 500,
    "orders": 2_000,
    "buyers": 1_800,
    "new_buyers": 1_000,
    "units": 2_500,
    "lost_units": 30,
    "list_value": 50_000_000,
    "shop_off": 8_000_000,
    "platform_off": 2_000_000,
    "gmv": 40_000_000,
    "refunds": 4_000_000,
    "old_gmv": 10_000_000,
    "live_viewers": 20_000,
    "live_effective": 5_000,
    "live_effective_seconds": 1_500_000,
    "live_seconds": 2_400_000,
    "live_orders": 400,
    "live_gmv": 9_000_000,
    "live_sessions": 3,
    "spend": 6_000_000,
    "rebate": -200_000,
    "vat": 4_100_000,
    "rivals": 1_000_000,
    "rivals_below": 900_000,
    "fan_cohort_buyers": 50,
    "fan_cohort_repeaters": 30,
    "budget": 8_000_000,
    "paid_exposures": 2_000_000,
    "paid_clicks": 30_000,
    "attributed_gmv": 24_000_000,
    "attributed_refunds": 3_000_000,
    "learning_hours": 36,
    "kol_cost": 3_000_000,
    "newcomer_off": 1_000_000,
    "commission": 500_000,
    "platform_fee": 1_805_000,
    "deposits_kept": -5_000,
    "presale_deposits": 60,
    "presale_paid": 54,
    "cogs": 14_200_000,
    "fulfilment": 1_000_000,
    "host_studio_content": 700_000,
    "service": 300_000,
    "messages": 100_000,
    "gifts": 150_000,
    "risk_cost": 50_000,
    "subsidy_back": 200_000,
    "preship_refunds": 800_000,
    "returned_orders": 150,
    "refunds_later": 1_000_000,
    "settled_gmv": 30_000_000,
    "price_back": 50_000,
    "cohort_buyers": 800,
    "cohort_repeaters": 280,
    "trailing_buyers": 1_500,
    "trailing_repeaters": 300,
    "ship48_kept": 1_900,
    "ship48_due": 2_000,
    "promise_kept": 1_800,
    "promise_due": 2_000,
    "contacts": 1_000,
    "reply_seconds": 9_000,
    "human_contacts": 500,
    "human_seconds": 8_000,
    "human_half_minute": 400,
    "human_three_minutes": 475,
    "visitor_days": 28_000,
    "new_visitors": 25_000,
    "returning_visitors": 7_000,
    "check_in_days": 4_000,
    "returning_check_ins": 1_800,
    "private_members": 1_500,
    "member_days": 21_000,
    "group_interactions": 1_800,
    "claims": 4_000,
    "blocked_claims": 600,
    "coupon_orders": 1_000,
    "coupon_visitors": 2_000,
    "coupon_returned": 900,
    "points_issued": 300_000,
    "points_redeemed": 20_000,
    "points_taken": 20_000,
    "points_open": 260_000,
    "points_off": 20_000,
    "abandoned": 20,
    "word_good": 900,
    "word_bad": 40,
}
BY_HAND = {
    "exposures": 1_000_000,
    "reach": 250_000,
    "frequency": 4,
    "clicks": 40_000,
    "ctr": 0.03,
    "interaction_rate": 0.12,
    "visits": 50_000,
    "uv": 30_000,
    "brand_searches": 1_300,
    "brand_search_index": 1.3,
    "retention_d1": 0.25,
    "check_in_retention_d1": 0.45,
    "private_members": 1_500,
    "group_interactions": 1_800,
    "group_interaction_rate": 0.6,
    "carts": 5_000,
    "cart_rate": 0.08,
    "orders": 2_000,
    "order_rate": 0.4,
    "channel_order_rate": 0.25,
    "cvr": 0.05,
    "buyers": 1_800,
    "new_buyers": 1_000,
    "new_customer_order_rate": 0.04,
    "units": 2_500,
    "units_per_order": 1.25,
    "lost_sales": 30,
    "gmv": 400_000,
    "refunds": 40_000,
    "refund_rate": 0.1,
    "net_gmv": 360_000,
    "preship_refund_rate": 0.02,
    "return_rate": 0.075,
    "refunds_to_come": 0.25,
    "settled_gmv": 300_000,
    "price_protection": 500,
    "vat": 41_000,
    "ship48_rate": 0.95,
    "ship_on_time_rate": 0.9,
    "reply_mean_s": 9,
    "reply_human_s": 16,
    "reply_30s": 0.8,
    "reply_3min": 0.95,
    "abandoned_rate": 0.04,
    "aov": 200,
    "uv_value": 400_000 / 30_000,
    "old_customer_gmv_share": 0.25,
    "word_good": 900,
    "word_bad": 40,
    "repurchase_90d": 0.35,
    "fan_repurchase_90d": 0.6,
    "share_rank": 0.9,
    "repurchase_trailing": 0.2,
    "live_viewers": 20_000,
    "live_effective_viewers": 5_000,
    "live_dwell_min": 5,
    "live_dwell_all_min": 2,
    "live_cvr": 0.08,
    "live_cvr_all": 0.02,
    "live_gmv_per_session": 30_000,
    "gpm": 4_500,
    "spend": 60_000,
    "spend_rate": 0.75,
    "cpm": 30,
    "cpc": 2,
    "roi": 4,
    "roi_platform": 400_000 / 60_000,
    "roi_net_deal": 3.5,
    "learning_days": 1.5,
    "breakeven_roi": 400_000 / (218_000 - 58_000),
    "cac": 100,
    "coupon_cost": 80_000,
    "coupon_cost_rate": 0.16,
    "claims": 4_000,
    "blocked_claims": 600,
    "redeemed": 0.25,
    "coupon_return": 0.45,
    "points_issued": 300_000,
    "points_redeemed": 20_000,
    "points_taken": 20_000,
    "points_open": 260_000,
    "points_off": 200,
    "presale_deposits": 60,
    "presale_balance_rate": 0.9,
    "marketing_cost_rate": (60_000 - 2_000 + 30_000 + 5_000 + 7_000 + 1_000 + 1_500) / 400_000,
    "gross_profit": 360_000 + 20_000 - 2_000 - 142_000 - 18_000,
    "contribution": 218_000 - 60_000 + 2_000 - 58_000,
    "contribution_rate": 102_000 / 360_000,
    "roi_net": 6.0,
}


@pytest.mark.parametrize("kpi", BY_ID)
def test_a_kpi_equals_its_arithmetic_by_hand(kpi: str) -> None:
    assert compute(FORTNIGHT)[kpi] == pytest.approx(BY_HAND[kpi], rel=1e-15)


def test_every_kpi_has_its_own_id_and_names() -> None:
    assert len(BY_ID) == len({kpi.zh for kpi in KPIS}) == len({kpi.en for kpi in KPIS}) == len(KPIS)


def test_a_note_on_a_kpi_is_in_both_languages() -> None:
    assert all(bool(kpi.about_zh) == bool(kpi.about_en) for kpi in KPIS)


def test_money_is_exact_to_the_fen_at_any_size() -> None:
    assert compute({"gmv": 12_345_678_901_234_567})["gmv"] == 123_456_789_012_345.67


def test_a_ratio_over_nothing_is_undefined_not_infinite() -> None:
    assert compute({"gmv": 0, "orders": 0}) == {"orders": 0, "gmv": 0, "aov": None}


def test_a_shop_that_loses_before_ads_has_no_break_even_roi() -> None:
    assert compute(FORTNIGHT | {"cogs": 40_000_000})["breakeven_roi"] is None


def test_ratios_come_from_summed_counts_never_from_averaged_ratios() -> None:
    days = [{"gmv": 10_000, "orders": 1}, {"gmv": 90_000, "orders": 3}]
    summed = {name: sum(day[name] for day in days) for name in days[0]}
    averaged = sum(compute(day)["aov"] or 0 for day in days) / 2
    assert (compute(summed)["aov"], averaged) == (250, 200)


def test_a_coupon_is_never_subtracted_twice() -> None:
    assert all("shop_off" not in BY_ID[kpi].measures for kpi in ("gross_profit", "contribution"))


def test_only_kpis_whose_measures_are_given_are_computed() -> None:
    assert compute({"spend": 100, "paid_clicks": 4}).keys() == {"spend", "cpc"}


def test_a_misspelt_measure_is_refused() -> None:
    with pytest.raises(KeyError, match="oders"):
        compute({"oders": 1})


def test_every_account_of_the_ledger_lowers_the_contribution_once() -> None:
    below_gmv = [(sign, name) for sign, name in BY_ID["contribution"].terms[0] if sign < 0]
    assert sorted(name for _, name in below_gmv) == sorted({account.measure for account in Account})


def test_the_ledger_only_reports_measures_that_a_kpi_reads() -> None:
    assert Ledger().money().keys() <= MEASURES


def test_what_stock_rations_is_counted_by_some_kpi() -> None:
    assert RATIONED <= MEASURES


@pytest.mark.parametrize(("kpi", "can_be"), [
    ("gmv", AMOUNT), ("net_gmv", AMOUNT), ("roi_net_deal", AMOUNT), ("refund_rate", PART),
    ("old_customer_gmv_share", PART), ("marketing_cost_rate", AMOUNT), ("gross_profit", ANYTHING),
    ("contribution_rate", ANYTHING),
])  # fmt: skip
def test_a_figure_is_what_its_formula_can_give(kpi: str, can_be: Possible) -> None:
    assert BY_ID[kpi].possible == can_be
    assert possible(kpi) == can_be


def test_a_column_that_is_no_kpi_counts_something() -> None:
    assert possible("stock_left") == AMOUNT
