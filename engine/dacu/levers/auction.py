"""Second-price auction against a lognormal of rival bids (bid landscape as in Cui et al. 2011).

Prices are yuan per 1,000 views (or a click: any unit). With rivals' best price X ~ LogNormal(ln m, σ), a bid b of
relative quality Q wins with W = Φ(ln(bQ/m)/σ) and pays on average m·e^{σ²/2}·Φ(ln(bQ/m)/σ − σ)/(W·Q).
"""

from __future__ import annotations

from functools import lru_cache

from dacu.behaviour.scalars import exp64, log64, normal_cdf64, normal_quantile64

KEPT = 256  # lines of an hour: a price is asked for after its win rate
FULLEST = 0.95  # share of opportunities a baseline may win


@lru_cache(KEPT)
def win_rate(bid: float, quality: float, median: float, sigma: float) -> float:
    """Share of opportunities won."""
    return float(normal_cdf64(log64(bid * quality / median) / sigma)) if bid > 0 else 0.0


def mean_price(bid: float, quality: float, median: float, sigma: float) -> float:
    """Mean price paid when winning; the bid itself where nothing is ever won."""
    won = win_rate(bid, quality, median, sigma)
    if won <= 0.0:
        return bid
    z = log64(bid * quality / median) / sigma
    return float(median * exp64(sigma * sigma / 2) * normal_cdf64(z - sigma) / (won * quality))


def bid_for(target: float, opportunities: float, quality: float, median: float, sigma: float, most: float) -> float:
    """The bid, at most `most`, at which expected spend is `target`.

    opportunities: in the unit of the price (thousands of views, clicks). Spend is opportunities · W · price
    = opportunities · m·e^{σ²/2}·Φ(ln(bQ/m)/σ − σ)/Q, which inverts in closed form.
    """
    richest = opportunities * median * float(exp64(sigma * sigma / 2)) / quality  # spend if every opportunity is won
    if target >= richest:
        return most
    z = float(normal_quantile64(target / richest)) + sigma
    return min(most, float(median * exp64(sigma * z)) / quality)


def median_for(price: float, share: float, sigma: float) -> float:
    """The rivals' median at which winning `share` of the opportunities costs `price` on average (quality 1)."""
    share = min(max(share, 1e-6), FULLEST)
    z = float(normal_quantile64(share))
    return float(price * share / (exp64(sigma * sigma / 2) * normal_cdf64(z - sigma)))
