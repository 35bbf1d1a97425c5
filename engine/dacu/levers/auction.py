"""Second-price auction against a lognormal of rival bids (bid landscape as in Cui et al. 2011).

Prices are yuan per 1,000 views (or a click: any unit). With rivals' best price X ~ LogNormal(ln m, σ), a bid b of
relative quality Q wins with W = Φ(ln(bQ/m)/σ) and pays on average m·e^{σ²/2}·Φ(ln(bQ/m)/σ − σ)/(W·Q).
"""

from __future__ import annotations

from dacu.behaviour.maths import exp64, log64, normal_cdf64, normal_quantile64

STEPS = 60  # bisections: the bid is found to the last bit that matters
FULLEST = 0.95  # share of opportunities a baseline may win


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

    opportunities: in the unit of the price (thousands of views, clicks). Spend grows with the bid, so bisection finds it.
    """

    def spend(bid: float) -> float:
        return opportunities * win_rate(bid, quality, median, sigma) * mean_price(bid, quality, median, sigma)

    if spend(most) <= target:
        return most
    low, high = 0.0, most
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if spend(middle) < target else (low, middle)
    return low


def median_for(price: float, share: float, sigma: float) -> float:
    """The rivals' median at which winning `share` of the opportunities costs `price` on average (quality 1)."""
    share = min(max(share, 1e-6), FULLEST)
    z = float(normal_quantile64(share))
    return float(price * share / (exp64(sigma * sigma / 2) * normal_cdf64(z - sigma)))
