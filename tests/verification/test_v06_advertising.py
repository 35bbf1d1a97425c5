"""V6: how much money follows advertising."""

from __future__ import annotations

from math import log

import pytest

from dacu.sim.tally import Expected

USUAL = {"feed_ads": 10_000, "boost": 500, "brand_words": 150, "category_words": 800}  # yuan a day
LEVELS = (0.5, 1.5)


@pytest.mark.parametrize(("customers", "most"), [("40%", 0.25), ("5%", 0.45)], ids=["established", "young"])
def test_v06_money_follows_advertising_as_published(lived, customers, most):
    """All paid lines together from half to one and a half of their usual spend, over a fortnight: an elasticity of .03
    to .25 where many have bought before, up to .45 in a young shop that lives on ads. Means of 751 published ones:
    short-run .12, long-run .24, higher early in the life cycle (Sethuraman, Tellis & Briesch 2011).
    """
    paid = []
    for level in LEVELS:
        budgets = (f"channels.{line}.daily_budget={money * level:g}" for line, money in USUAL.items())
        world = lived(f"people.customers={customers}", *budgets)
        paid.append(world.tally.expected(Expected.PAID).sum())
    elasticity = log(paid[1] / paid[0]) / log(LEVELS[1] / LEVELS[0])
    assert 0.03 <= elasticity <= most, f"{elasticity:.3f}"
