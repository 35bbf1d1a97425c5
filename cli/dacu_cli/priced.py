"""Prices of limits as records, for tables and JSON of both forms of `optimise`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dacu.plan.prices import Price


def price_records(prices: Iterable[Price], measure: str, key: str) -> list[dict[str, Any]]:
    """Every limit (its id under `key`) with its price in `measure`, in words in both languages; infinite is None."""
    return [
        {key: price.limit.id, "binding": price.binding, "price": price.price, "low": _finite(price.low),
         "high": _finite(price.high), "unit": f"{measure} / {price.unit}",
         "sentence_zh": price.sentence("zh"), "sentence_en": price.sentence("en")}
        for price in prices
    ]  # fmt: skip


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
