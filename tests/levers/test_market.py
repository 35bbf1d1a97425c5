"""Rivals: the share rank of a shop in closed form."""

import math

import pytest

from dacu.kpis import compute
from dacu.levers.market import RIVALS, RivalsBlock
from dacu.sim.run import finish

STATED = "market: {rivals: {median: 2万, spread: 0.8}}"


def test_the_median_shop_beats_half_and_one_a_spread_above_it_five_in_six() -> None:
    rivals = RivalsBlock.model_validate({"median": "10万", "spread": "1.5"})
    assert rivals.below(100_000_00) == RIVALS / 2
    assert rivals.below(100_000_00 * math.exp(1.5)) == pytest.approx(841_345, abs=1)  # Φ(1)
    assert rivals.below(0) == 0


def test_the_rank_of_a_run_by_hand(shop) -> None:
    run = finish(shop.world(STATED, "people.customers=40%"))
    month = run.realised["gmv"] * 30 / 2  # two days
    share = 0.5 * (1 + math.erf(math.log(month / 20_000_00) / 0.8 / math.sqrt(2)))
    assert compute(run.realised)["share_rank"] == pytest.approx(share, abs=1e-6)
    assert 0.01 < share < 0.99


def test_without_rivals_nothing_is_told_and_nothing_else_moves(shop) -> None:
    ranked, plain = (finish(shop.world(blocks, "people.customers=40%")).realised for blocks in (STATED, ""))
    assert ranked.keys() - plain.keys() == {"rivals", "rivals_below"}
    assert {name: ranked[name] for name in plain} == plain
