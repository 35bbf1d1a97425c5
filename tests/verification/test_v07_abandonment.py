"""V7: most carts are abandoned."""

from __future__ import annotations

from dacu.sim.tally import Expected


def test_v07_half_to_three_quarters_of_led_carts_are_abandoned(lived):
    """Carts that a channel led to, over a fortnight of the ordinary shop: 50–75% are never ordered."""
    tally = lived().tally
    orders, carts = (tally.expected(row).sum() for row in (Expected.CHANNEL_ORDERS, Expected.CHANNEL_CARTS))
    assert 0.50 <= 1 - orders / carts <= 0.75, f"{1 - orders / carts:.3f}"
