"""V8: before an announced sale demand dips, at its opening it bursts, after it demand dips again."""

from __future__ import annotations

import numpy as np
import pytest

from dacu.sim.tally import Expected

DAYS = ("calendar.days=18",)
SALE = (
    "calendar.events.sale.announce=D1", "calendar.events.sale.start=D11 00:00", "calendar.events.sale.end=D12 00:00",
    "calendar.events.sale.cpm_index=1", "promotions.cut.type=time_discount", "promotions.cut.events=[sale]",
    "promotions.cut.cut=30%",
)  # fmt: skip
BEFORE, DAY, AFTER = slice(0, 10), slice(10, 11), slice(11, 18)


@pytest.fixture(scope="module")
def multiples(lived) -> np.ndarray:
    """Paid money of each day of the sale's shop in multiples of the same days without it: pairs on the same draws."""
    paid = [
        lived(*DAYS, *sale).tally.expected(Expected.PAID).sum(axis=1).reshape(-1, 24).sum(axis=1) for sale in ((), SALE)
    ]
    return np.array([paid[1][part].sum() / paid[0][part].sum() for part in (BEFORE, DAY, AFTER)])


def test_v08_people_wait_for_an_announced_sale(multiples):
    """Ten days before, media as ever: .75 to 1.05 (Tmall mother-and-baby trades before two Double 11s: .94, 1.08)."""
    assert 0.75 <= multiples[0] <= 1.05, f"{multiples[0]:.3f}"


def test_v08_the_sale_bursts(multiples):
    assert multiples[1] > 2


@pytest.mark.xfail(
    reason="found .70 of the same days without the sale: the dip after a sale is too deep at these coefficients",
    strict=True,
)
def test_v08_a_sale_leaves_a_shallow_dip(multiples):
    """Seven days after: .75 to 1.05 (the same trades: 1.07, 1.03)."""
    assert 0.75 <= multiples[2] <= 1.05, f"{multiples[2]:.3f}"
