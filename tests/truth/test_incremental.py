"""The true increment of a lever beside what last touch credits, on one set of people and draws."""

import pytest

from dacu.errors import InputError
from dacu.kpis import compute
from dacu.sim.run import run
from dacu.truth.incremental import incremental, ratio, without

CROWD = "people.size=5万", "people.agents=5000", "people.customers=40%"
SEARCHING = (
    "people.size=1万", "people.agents=10000", "people.customers=90%", "calendar.days=4",
    "behaviour.search.brand_rate=0.2", "behaviour.search.brand_awareness=1",
)  # fmt: skip
BRAND = "channels: {words: {type: search_ads, queries: brand, daily_budget: 3000, max_bid: 20}}\n"
FEED = (
    "channels: {feed: {type: feed_ads, daily_budget: 800, bidding: {mode: target_roi, basis: platform, target: %s}}}\n"
)
LEVERS = """
content: {accounts: {own: {}}}
channels:
  boost: {account: own, daily_budget: 40}
  phased: {type: feed_ads, budget: {all: 900}}
  push: {type: private, every: 每天 20:00}
calendar: {phases: {all: {from: D1, to: D3}}}
kols: {lin: {followers: 2000, posts: [D1 09:00], fee: 500}}
live: {main: {sessions: [D1 20:00], hours: 1h}}
market: {baseline: {boost: 30}}
"""


def test_most_of_what_a_brand_keyword_is_credited_with_would_have_come_anyway(shop):
    """N03: nobody else bids on the shop's name."""
    (words,) = incremental(shop.loaded(BRAND, *SEARCHING), replications=2)
    assert words.credited.mean > 1000
    assert words.true_share.mean <= 0.5
    assert words.iroas.mean <= 0.5 * words.roi.mean


def test_a_platforms_own_roi_is_above_the_true_one_and_a_higher_target_delivers_less(shop):
    """N04: the platform counts sales that no ad has touched."""
    plans = [shop.loaded(FEED % target, *CROWD) for target in (2, 60)]
    (low,), (high,) = (incremental(plan, replications=2) for plan in plans)
    platform = compute(run(plans[0], 1, 0).realised)["roi_platform"]
    assert platform > low.iroas.mean
    assert 0 < high.spend.mean < low.spend.mean


def test_the_increment_is_the_difference_of_two_runs(shop):
    plan = shop.loaded(LEVERS)
    (lin,) = incremental(plan, ["kols.lin"], replications=2)
    off = shop.loaded(LEVERS, "kols.lin.active=no")
    gmv = [[compute(run(one, 1, place).expected)["gmv"] for one in (plan, off)] for place in (0, 1)]
    assert lin.gmv.mean == pytest.approx(sum(more - less for more, less in gmv) / 2)
    assert lin.spend.mean == 550
    assert lin.iroas.mean == pytest.approx(lin.gmv.mean / 550)
    assert lin.gmv.low < lin.gmv.mean < lin.gmv.high


@pytest.mark.parametrize(
    "path",
    ["channels.boost", "channels.phased", "channels.push", "kols.lin", "live.main", "content.accounts.own"],
)
def test_any_lever_may_be_switched_off(shop, path):
    loaded = without(shop.loaded(LEVERS), path)
    table = run(loaded, 1, 0).tables["channels"]
    row = table.keys["channel"].index(path) if path in table.keys["channel"] else None
    assert row is None or table.numbers["cost"][row] == table.numbers["exposures"][row] == 0
    assert loaded.name == f"plan − {path}"


def test_what_is_no_lever_cannot_be_switched_off(shop):
    with pytest.raises(InputError) as refused:
        without(shop.loaded(LEVERS), "channels.boots")
    (finding,) = refused.value.findings
    assert (finding.code, finding.hint) == ("unknown_name", "channels.boost")


def test_a_ratio_is_of_sums_and_undefined_over_nothing():
    assert ratio([1.0, 5.0], [1.0, 1.0]).mean == 3
    assert ratio([1.0, 3.0], [1.0, 3.0]).low == ratio([1.0, 3.0], [1.0, 3.0]).high == 1
    assert ratio([1.0, 2.0], [0.0, 0.0]).mean is None
    assert ratio([4.0], [2.0]).low is None
