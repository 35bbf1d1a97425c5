"""The reference model in Mesa: agents act in the order of their ids."""

from __future__ import annotations

import mesa
from rules import CLICK, Market, Totals, live, measure


class Shopper(mesa.Agent):
    """A person."""

    def __init__(self, model: Shop) -> None:
        super().__init__(model)
        self.segment, self.affinity = model.random.randrange(len(CLICK)), model.random.gauss(0, 1)
        self.views, self.cart = 0, False

    def step(self) -> None:
        """One hour."""
        live(self, self.model.market, self.model.random.random)


class Shop(mesa.Model):
    """Everybody."""

    def __init__(self, people: int, seed: int) -> None:
        super().__init__(seed=seed)
        self.market, self.hour = Market(people), 0
        Shopper.create_agents(self, people)

    def step(self) -> None:
        """One hour of everybody."""
        self.market.open(self.hour)
        self.agents.do("step")
        self.market.close()
        self.hour += 1


def simulate(people: int, hours: int, seed: int) -> Totals:
    """Totals of a run."""
    shop = Shop(people, seed)
    for _ in range(hours):
        shop.step()
    return shop.market.totals


if __name__ == "__main__":
    measure("mesa", simulate)
