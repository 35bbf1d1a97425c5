"""The reference model in Starsim: one module over columns, a distribution of common random numbers a decision."""

from __future__ import annotations

import numpy as np
import starsim as ss
from rules import BUY_AFFINITY, CART, CLICK, CLICK_AFFINITY, CLICK_VIEWS, REACH, Market, Totals, measure

INTERCEPT = np.array(CLICK)


class Shop(ss.Module):
    """Everybody."""

    def __init__(self, people: int) -> None:
        super().__init__()
        self.market = Market(people)
        self.define_states(
            ss.FloatArr("affinity", default=ss.normal(0, 1)),
            ss.IntArr("segment", default=ss.randint(0, len(CLICK))),
            ss.FloatArr("views", default=0),
            ss.BoolArr("cart", default=False),
        )
        self.gate, self.fills, self.buys = ss.bernoulli(p=0.5), ss.bernoulli(p=CART), ss.random()
        self.reach = [ss.bernoulli(p=reach) for reach in REACH]
        self.clicks = [ss.random() for _ in REACH]

    def step(self) -> None:
        """One hour of everybody."""
        market, totals = self.market, self.market.totals
        market.open(self.ti)
        self.gate.set(p=market.online)
        online = self.gate.filter()
        totals["online"] += len(online)
        before, clicked = self.views.raw.copy(), [ss.uids()]
        for reach, click in zip(self.reach, self.clicks, strict=True):
            shown = reach.filter(online)
            utility = INTERCEPT[self.segment[shown]] + CLICK_AFFINITY * self.affinity[shown]
            utility += CLICK_VIEWS * np.log1p(before[shown]) + market.word
            hits = shown[click.rvs(shown) < 1 / (1 + np.exp(-utility))]
            self.views[shown] += 1
            totals["views"] += len(shown)
            totals["clicks"] += len(hits)
            clicked.append(hits)
        who = ss.uids(np.unique(np.concatenate(clicked)))
        filled = self.fills.filter(who[~self.cart[who]])
        self.cart[filled] = True
        totals["carts"] += len(filled)
        carts = online[self.cart[online]]
        utility = market.buying + BUY_AFFINITY * self.affinity[carts]
        buyers = carts[self.buys.rvs(carts) < 1 / (1 + np.exp(-utility))][: market.stock]
        self.cart[buyers] = False
        market.stock -= len(buyers)
        market.sold = len(buyers)
        totals["purchases"] += len(buyers)
        market.close()


def simulate(people: int, hours: int, seed: int) -> Totals:
    """Totals of a run; Starsim's last step is that of its stop."""
    shop = Shop(people)
    ss.Sim(
        n_agents=people, start=0, stop=hours - 1, dt=1, modules=shop, rand_seed=seed, copy_inputs=False, verbose=0
    ).run()
    return shop.market.totals


if __name__ == "__main__":
    measure("starsim", simulate)
