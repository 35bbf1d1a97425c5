"""A sale whose price was lower before it: found before any simulation."""

from typing import Any

import pytest

PLAN = """
calendar: {{warmup: 5d, events: {{sale: {{announce: D1, start: D2, end: D2 24:00, price_check: {check}}}}}}}
promotions:
  before: {{type: time_discount, cut: 20%, start: {start}, end: D1 12:00, skus: [mask]}}
  sale: {{type: instant_discount, cut: 15%, events: [sale]}}
"""


@pytest.mark.parametrize(
    ("check", "start", "told"), [("1d", "D1", ["skus.mask"]), ("1h", "D1", []), ("30d", "D1 11:00", ["skus.mask"])]
)
def test_a_lower_price_within_the_check_is_told(shop: Any, check: str, start: str, told: list[str]) -> None:
    warnings = shop.world(PLAN.format(check=check, start=start), until=-120).setting.warnings
    assert [finding.args["sku"] for finding in warnings] == told
    assert all(f.path == "calendar.events.sale.price_check" and f.mark and f.mark.line == 4 for f in warnings)
    if told:  # 69.00 less 15% is 58.65, less 20% is 55.20
        assert (warnings[0].args["price"], warnings[0].args["before"]) == ("58.65", "55.2")
        assert "58.65" in warnings[0].sentence("zh")
