"""Bidding: bounds on the bid, target ROI by what views have sold, limits of the account."""

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.kpis import compute
from dacu.ledger import Account
from dacu.sim.hour import HourView
from dacu.sim.measure import measure
from dacu.sim.now import Now
from dacu.sim.run import live_until
from dacu.sim.tally import Expected, Measure

LINE = "channels: {feed_ads: {daily_budget: 2000, bidding: {%s}}}\nmarket: {baseline: {feed_ads: 2000}}\n"
STILL = ("people.size=10万", "people.agents=3000", "behaviour.auction.hour_power=0", "behaviour.auction.learning=1")


def lived(shop, bidding, *sets):
    return shop.world(LINE % bidding, *STILL, *sets)


def spent(world):
    entries = world.ledger.entries
    return int(entries["fen"][entries["account"] == Account.MEDIA].sum())


def views(world):
    return int(world.tally.count[Measure.VIEWS, :, 0].sum())


def refused(shop, blocks):
    with pytest.raises(InputError) as error:
        shop.loaded(blocks)
    return {(finding.code, finding.path) for finding in error.value.findings}


def test_a_maximum_bid_is_the_same_in_either_way_of_writing(shop, bits):
    short = shop.world(LINE % "mode: budget", *STILL, "channels.feed_ads.max_bid=20")
    assert bits(short) == bits(lived(shop, "mode: max_bid, bid: 20"))
    assert spent(short) / views(short) * 10 <= 20
    assert spent(short) < 0.9 * 400_000


def test_a_higher_target_delivers_less(shop):
    delivered = [(views(w), spent(w)) for w in (lived(shop, f"mode: target_roi, target: {t}") for t in (1, 4, 8, 16))]
    assert delivered[0][1] == pytest.approx(400_000, rel=0.02)  # a target that is easy to reach spends the budget
    assert delivered == sorted(delivered, reverse=True)
    assert delivered[-1][1] < delivered[0][1] / 2


def test_what_did_not_go_out_is_named_by_the_line(shop):
    modes = ("mode: target_roi, target: 8", "mode: budget")
    run, spends = (measure(lived(shop, mode)).tables["channels"] for mode in modes)
    assert run.numbers["spend_rate"][0] < 0.8
    assert run.numbers["gmv_expected"][0] / run.numbers["spend"][0] > (
        spends.numbers["gmv_expected"][0] / spends.numbers["spend"][0]
    )


def test_the_bid_is_predicted_sales_over_the_target(shop):
    """Prior and sales by hand: 100,000 views sold 50,000 yuan, against 20 orders at reference rates."""
    world = shop.world(LINE % "mode: target_roi, target: 4", *STILL, until=24)
    world.tally.count[Measure.VIEWS, :24, 0] = 0
    world.tally.count[Measure.VIEWS, 20, 0] = 100_000
    world.tally.mass[Expected.PAID, :24] = 0
    world.tally.mass[Expected.PAID, 20, 0] = 5_000_000 * 256 // world.setting.weight
    behaviour = world.setting.behaviour
    orders = behaviour.channels["feed_ads"].click_rate * behaviour.cart.rate * 0.4
    basket = (6_900 + 13_900 + 26_900) / 3
    known = 20 / orders
    expected = (orders * basket * known + 5_000_000) / (known + 100_000) * 10 / 4
    line = world.setting.levers[0].lever
    assert line.bidding.worth(HourView(world, Now.of(24)).of(0)) == pytest.approx(expected, rel=1e-6)


def test_sales_older_than_the_window_are_forgotten(shop):
    world = shop.world(LINE % "mode: target_roi, target: 4", *STILL, "behaviour.bidding.window=1", until=30)
    view, bidding = HourView(world, Now.of(30)).of(0), world.setting.levers[0].lever.bidding
    before = bidding.worth(view)
    world.tally.mass[Expected.PAID, :6] = 0
    assert bidding.worth(view) == before
    world.tally.mass[Expected.PAID, 6:] = 0
    assert bidding.worth(view) < before


def test_a_platform_that_counts_organic_sales_delivers_more(shop):
    """N04: what the platform calls its ROI is at least the true one, and bidding by it buys more views."""
    own, all_sales = (
        lived(shop, f"mode: target_roi, target: 8, basis: {basis}", "people.customers=30%")
        for basis in ("paid", "platform")
    )
    assert views(all_sales) > views(own)
    without = shop.world("", *STILL, "people.customers=30%")
    figures = compute(measure(all_sales).expected)
    true = (figures["gmv"] - compute(measure(without).expected)["gmv"]) / figures["spend"]
    assert figures["roi_platform"] >= figures["roi"]
    assert figures["roi_platform"] >= true


def test_the_warm_up_lives_on_its_baseline_whatever_the_target(shop, bits):
    plain, aiming = (
        shop.world(LINE % mode, *STILL, until=0) for mode in ("mode: budget", "mode: target_roi, target: 50")
    )
    assert bits(plain) == bits(aiming)


def test_a_copy_goes_on_like_the_original(shop, bits):
    world = shop.world(LINE % "mode: target_roi, target: 6", *STILL, until=26)
    twin = world.copy()
    live_until(twin, 30)
    live_until(world, 30)
    assert bits(world) == bits(twin)


@pytest.mark.parametrize(
    ("line", "code", "at"),
    [
        ("bidding: {mode: target_roi}", "bidding_needs", "bidding.mode"),
        ("bidding: {mode: max_bid}", "bidding_needs", "bidding.mode"),
        ("bidding: {target: 3}", "bidding_unread", "bidding.target"),
        ("bidding: {mode: target_roi, target: 3, bid: 20}", "bidding_unread", "bidding.bid"),
        ("bidding: {mode: target_roi, target: 3}, max_bid: 20", "platform_bids", "max_bid"),
        ("bidding: {mode: target_roi, target: 3}, audience: new", "platform_bids", "audience"),
        ("bidding: {mode: max_bid, bid: 30}, max_bid: 20", "two_bids", "max_bid"),
    ],
)
def test_what_a_mode_does_not_read_is_refused(shop, line, code, at):
    people = "people: {audiences: {new: {bought: never}}}\n"
    assert refused(shop, f"{people}channels: {{feed_ads: {{{line}}}}}") == {(code, f"channels.feed_ads.{at}")}


def test_learning_begins_with_a_lines_own_first_spend(shop):
    """Three days from the first spend: a line of old has learned in the warm-up, a new one starts on its first day."""
    old = "calendar: {days: 5, warmup: 4d}\n"
    known = shop.world(old + LINE % "mode: budget", *STILL[:2])
    later = ", ".join(f"2026-09-{day:02}: 500" for day in (8, 9, 10, 11))
    new = shop.world(f"{old}channels: {{feed_ads: {{days: {{{later}}}}}}}", *STILL[:2])
    assert compute(measure(known).realised)["learning_days"] == 0
    assert compute(measure(new).realised)["learning_days"] == 3
    assert measure(new).tables["channels"].numbers["learning_days"][0] == 3


def by_day(world):
    entries = world.ledger.entries
    media = entries["account"] == Account.MEDIA
    return np.bincount(entries["hour"][media] // 24, weights=entries["fen"][media], minlength=3)


def test_a_day_below_the_least_budget_is_not_delivered(shop):
    days = "channels: {feed_ads: {days: {2026-09-07: 299, 2026-09-08: 300}, bidding: {min_day: 300}}}"
    first, second = by_day(shop.world(days, *STILL))[:2]
    assert first == 0
    assert second == pytest.approx(30_000, rel=0.02)


def test_a_leap_of_the_budget_restarts_learning(shop):
    """From 2000 to 2500 yuan is 25%: allowed by 30%, not by 20%."""
    figures = []
    for limit in ("30%", "20%"):
        blocks = "calendar: {warmup: 4d}\n" + LINE % f"restart_above: {limit}"
        world = shop.world(
            blocks, *STILL, "channels.feed_ads.daily_budget=null", "channels.feed_ads.days.2026-09-07=2000",
            "channels.feed_ads.days.2026-09-08=2500",
        )  # fmt: skip
        figures.append(compute(measure(world).realised)["learning_days"])
    assert figures == [0, 1]
