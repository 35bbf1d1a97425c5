"""The reference model in mesa-frames: columns in Polars, random numbers of the model's generator."""

from __future__ import annotations

import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from rules import BUY_AFFINITY, CART, CLICK, CLICK_AFFINITY, CLICK_VIEWS, REACH, Market, Totals, measure

CHANNELS = range(len(REACH))


class Shoppers(AgentSetPolars):
    """Everybody, a row a person."""

    def __init__(self, model: Shop, people: int) -> None:
        super().__init__(model)
        columns = {
            "unique_id": pl.int_range(people, eager=True),
            "intercept": model.random.choice(CLICK, people),
            "affinity": model.random.normal(size=people),
            "views": pl.repeat(0, people, dtype=pl.Int64, eager=True),
            "cart": pl.repeat(False, people, eager=True),
        }
        self.add(pl.DataFrame(columns))

    def step(self) -> None:
        """One hour of everybody: those online are worked on, and put back."""
        market, totals, random = self.model.market, self.model.market.totals, self.model.random
        online = self.agents.filter(pl.Series(random.random(len(self.agents))) < market.online)
        count = len(online)
        logit = pl.col("intercept") + CLICK_AFFINITY * pl.col("affinity") + CLICK_VIEWS * pl.col("views").log1p()
        draws = {f"shown{c}": pl.Series(random.random(count) < REACH[c]) for c in CHANNELS}
        draws |= {f"draw{c}": pl.Series(random.random(count)) for c in CHANNELS}
        draws |= {"fills": pl.Series(random.random(count) < CART), "buys": pl.Series(random.random(count))}
        online = (
            online.with_columns(**draws, chance=1 / (1 + (-(logit + market.word)).exp()))
            .with_columns(
                shown=pl.sum_horizontal(f"shown{c}" for c in CHANNELS),
                clicks=pl.sum_horizontal(
                    pl.col(f"shown{c}") & (pl.col(f"draw{c}") < pl.col("chance")) for c in CHANNELS
                ),
            )
            .with_columns(filled=(pl.col("clicks") > 0) & ~pl.col("cart") & pl.col("fills"))
            .with_columns(cart=pl.col("cart") | pl.col("filled"), views=pl.col("views") + pl.col("shown"))
        )
        buying = 1 / (1 + (-(market.buying + BUY_AFFINITY * pl.col("affinity"))).exp())
        wants = pl.col("cart") & (pl.col("buys") < buying)
        online = online.with_columns(bought=wants & (wants.cum_sum() <= market.stock))
        sums = online.select(pl.col("shown", "clicks", "filled", "bought").sum()).row(0, named=True)
        for name, column in (("views", "shown"), ("clicks", "clicks"), ("carts", "filled"), ("purchases", "bought")):
            totals[name] += int(sums[column])
        totals["online"] += count
        market.sold = int(sums["bought"])
        market.stock -= market.sold
        changed = online.select("unique_id", "views", cart=pl.col("cart") & ~pl.col("bought"))
        self.agents = self.agents.update(changed, on="unique_id")


class Shop(ModelDF):
    """The model."""

    def __init__(self, people: int, seed: int) -> None:
        super().__init__(seed)
        self.market, self.hour = Market(people), 0
        self.agents += Shoppers(self, people)

    def step(self) -> None:
        """One hour."""
        self.market.open(self.hour)
        self.agents.step()
        self.market.close()
        self.hour += 1


def simulate(people: int, hours: int, seed: int) -> Totals:
    """Totals of a run."""
    shop = Shop(people, seed)
    for _ in range(hours):
        shop.step()
    return shop.market.totals


if __name__ == "__main__":
    measure("mesa-frames", simulate)
