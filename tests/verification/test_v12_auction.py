"""V12: price and win rate of the feed auction, auction by auction and in a living shop, against the closed forms.

Rivals' best price X ~ LogNormal(ln m, σ); a bid b of quality Q wins where bQ > X and pays X/Q. So W = Φ(ln(bQ/m)/σ) and
the mean price paid is m·e^{σ²/2}·Φ(ln(bQ/m)/σ − σ)/(W·Q) (bid landscape: Cui et al. 2011; the mean of a cut lognormal).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize
from scipy.stats import norm

from dacu.behaviour.quantiles import lognormal
from dacu.draws import key, uniform
from dacu.ledger import Account
from dacu.levers.auction import mean_price, win_rate
from dacu.levers.feed_ads import FeedAds
from dacu.sim.tally import Measure

STREAM = 9002  # of no step: only this test draws from it
AUCTIONS = 100_000
SIGMA = 0.6


def held(
    bid: float, quality: float, median: float, auctions: int, replication: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each auction was won, and what the winners paid."""
    rivals = lognormal(uniform(key(1, replication, STREAM), np.arange(auctions)), median, SIGMA)
    won = bid * quality > rivals
    return won, rivals[won] / quality


@pytest.mark.parametrize(("bid", "quality"), [(30, 1.0), (18, 1.0), (30, 1.4), (90, 0.8)])
def test_v12_auctions_are_won_and_paid_as_the_formulas_say(bid, quality):
    """A hundred thousand auctions against a median of 30 yuan: within four standard errors."""
    won, paid = held(bid, quality, 30.0, AUCTIONS)
    share, price = win_rate(bid, quality, 30.0, SIGMA), mean_price(bid, quality, 30.0, SIGMA)
    assert abs(won.mean() - share) < 4 * (share * (1 - share) / AUCTIONS) ** 0.5
    assert abs(paid.mean() - price) < 4 * paid.std() / len(paid) ** 0.5


def test_v12_errors_fall_with_the_square_root_of_the_auctions():
    """Forty times 500 and 8,000 auctions: a quarter of the error, within the spread of a ratio of such errors."""
    price = mean_price(30.0, 1.0, 30.0, SIGMA)
    errors = [
        np.mean([(held(30, 1.0, 30.0, auctions, run)[1].mean() - price) ** 2 for run in range(40)]) ** 0.5
        for auctions in (500, 8000)
    ]
    assert 2 < errors[0] / errors[1] < 8


def test_v12_a_living_shop_wins_and_pays_as_the_formulas_say(shop, monkeypatch):
    """Three days of feed ads with money for part of the market. Each hour's bid is solved anew by bisection; views are
    Poisson, so the win rate lies within four standard errors of the formulas'. The price lies within 1%: hours with
    more views than planned weigh a little more in it.
    """
    hours: list[tuple[float, float, float]] = []
    place = FeedAds.place

    def spied(self, hour):
        placements = list(place(self, hour))
        if hour.t >= 0 and placements:
            hours.append(hour_by_formula(self, hour))
        return iter(placements)

    monkeypatch.setattr(FeedAds, "place", spied)
    plan = "channels: {feed_ads: {daily_budget: 2000}}\nmarket: {baseline: {feed_ads: 2000}}\n"
    world = shop.world(plan, "people.size=10万", "calendar.days=3", "people.agents=5000")
    offered, won, cost = np.array(hours).T
    entries = world.ledger.entries
    views = world.tally.count[Measure.VIEWS].sum()
    spend = entries["fen"][entries["account"] == Account.MEDIA].sum() / 100
    error = (world.setting.weight / won.sum()) ** 0.5
    assert views / offered.sum() == pytest.approx(won.sum() / offered.sum(), rel=4 * error)
    assert spend / views == pytest.approx(cost.sum() / won.sum(), rel=0.01)


def hour_by_formula(line, hour) -> tuple[float, float, float]:
    """Views offered, views won and yuan paid in an hour whose bid spends its share of the day."""
    auctions = hour.behaviour.auction
    people = hour.people(hour.state["platform"], hour.state["audience"]) * hour.under_cap()
    offered = people * auctions.slots * auctions.addressable
    quality, sigma = hour.quality(), auctions.sigma
    median = hour.state["median"] * hour.calendar.activity[hour.t] ** auctions.hour_power
    if hour.t - hour.state["learning_from"] < auctions.learning_hours:
        median *= auctions.learning

    def cost(bid: float) -> float:
        beyond = norm.cdf(np.log(bid * quality / median) / sigma - sigma)
        return float(offered / 1000 * median * np.exp(sigma**2 / 2) * beyond / quality)

    bid = optimize.brentq(lambda bid: cost(bid) - line.paced(hour) / 100, 1e-3, 1e4)
    return offered, offered * norm.cdf(np.log(bid * quality / median) / sigma), cost(bid)
