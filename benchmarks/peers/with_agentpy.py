"""The reference model in AgentPy: a list of agents is called hour by hour."""

from __future__ import annotations

import agentpy
from rules import CLICK, Market, Totals, live, measure


class Shopper(agentpy.Agent):
    """A person."""

    def setup(self) -> None:
        """Before the first hour."""
        chance = self.model.random
        self.segment, self.affinity, self.views, self.cart = chance.randrange(len(CLICK)), chance.gauss(0, 1), 0, False

    def act(self) -> None:
        """One hour."""
        live(self, self.model.market, self.model.random.random)


class Shop(agentpy.Model):
    """Everybody."""

    def setup(self) -> None:
        """Before the first hour."""
        self.market = Market(self.p.people)
        self.people = agentpy.AgentList(self, self.p.people, Shopper)

    def step(self) -> None:
        """One hour of everybody; AgentPy counts its first step as 1."""
        self.market.open(self.t - 1)
        self.people.act()
        self.market.close()


def simulate(people: int, hours: int, seed: int) -> Totals:
    """Totals of a run."""
    shop = Shop({"people": people, "steps": hours, "seed": seed})
    shop.run(display=False)
    return shop.market.totals


if __name__ == "__main__":
    measure("agentpy", simulate)
