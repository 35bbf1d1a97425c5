"""What was sold: SKUs."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Part
from dacu.report.plain import ranked
from dacu.report.sections import Section

COLUMNS = {"units": "units", "gmv": "yuan", "mean_price": "yuan", "coupon_cost": "yuan", "cogs": "yuan",
           "stock_left": "units", "rating": "ratio"}  # fmt: skip


def fill(folder: RunFolder) -> Sequence[Part]:
    """GMV by SKU as bars, and the table."""
    return ranked(folder, "skus", "sku", "skus.", COLUMNS, "goods_title")


SECTION = Section("goods", frozenset({"simulate"}), 90, fill)
