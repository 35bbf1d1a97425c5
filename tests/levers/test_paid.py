"""Budgets: three forms, split to the fen, paced through the day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.errors import InputError
from dacu.ledger import Account
from dacu.levers.paid import spread

PHASES = """
calendar: {days: 4, phases: {a: {from: D1, to: D2 12:00}, b: {from: D2 12:00, to: D4, budget_multiplier: 3}}}
"""


def by_day(shop, line, blocks=PHASES):
    world = shop.world(f"{blocks}channels: {{feed_ads: {{{line}}}}}", "calendar.warmup=0d", until=0)
    return world.setting.budgets[0].tolist()


@given(st.integers(0, 10**9), st.lists(st.integers(0, 24), min_size=1, max_size=30))
def test_parts_add_up_to_the_whole_and_differ_from_their_share_by_less_than_a_fen(money, weights):
    parts = spread(money, np.array(weights, np.int64))
    total = sum(weights)
    assert int(parts.sum()) == (money if total else 0)
    for part, weight in zip(parts.tolist(), weights, strict=True):
        assert abs(part * total - money * weight) < max(total, 1)


def test_a_daily_budget_is_multiplied_in_its_phase_by_the_hour(shop):
    assert by_day(shop, "daily_budget: 100") == [10_000, 20_000, 30_000, 10_000]


def test_a_phase_budget_is_spread_over_its_hours(shop):
    assert by_day(shop, "budget: {a: 100, b: 50.01}") == [6_667, 3_333 + 1_667, 3_334, 0]


def test_a_dated_budget_stands_on_its_dates(shop):
    assert by_day(shop, "days: {2026-09-08: 77, 2026-09-10: 5}") == [0, 7_700, 0, 500]


@pytest.mark.parametrize("date", ["2026-09-06", "2026-08-01", "2026-09-11"])
def test_a_date_outside_the_campaign_is_refused(shop, date):
    with pytest.raises(InputError) as refused:
        by_day(shop, f"days: {{{date}: 100}}")
    assert refused.value.findings[0].path.startswith("channels.feed_ads.days")


def test_two_forms_of_budget_are_refused(shop):
    with pytest.raises(InputError) as refused:
        by_day(shop, "daily_budget: 100, days: {2026-09-08: 77}")
    assert [finding.code for finding in refused.value.findings] == ["two_budgets"]


def test_the_hours_of_a_day_spend_by_activity(shop):
    world = shop.world("channels: {feed_ads: {daily_budget: 200}}", "people.agents=10000")
    entries, activity = world.ledger.entries, world.setting.calendar.activity
    media = entries["account"] == Account.MEDIA
    spent = np.bincount(entries["hour"][media], weights=entries["fen"][media], minlength=48)[:24]
    assert spent.sum() == pytest.approx(20_000, rel=0.01)
    assert np.corrcoef(spent, activity[:24])[0, 1] > 0.98
