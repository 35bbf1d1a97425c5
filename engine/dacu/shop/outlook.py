"""What everybody can know of a SKU's price at other times: the sale that is announced, the sale that is over."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.clock.hours import HOURS_A_DAY
from dacu.shop.bill import Line, Rulebook
from dacu.shop.offers import Window


class Elsewhen(NamedTuple):
    """By SKU: fen for one piece at another time, and days from now to then; the list price and 0 where there is no sale."""

    price: NDArray[np.int64]
    days: NDArray[np.float64]


class Outlook:
    """Public prices by time: rules open to everybody without a claim, for one piece bought alone."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        public = (rule.windows for rule in book.rules if rule.public)
        self._windows = sorted({window for windows in public for window in windows})
        self._by_end = sorted(self._windows, key=lambda window: window.end)
        self._prices: dict[int, NDArray[np.int64]] = {}

    def coming(self, t: int, platform: int) -> Elsewhen:
        """The lowest announced price that starts after hour `t`, and days until its start; of equal ones the first."""
        found = self._no_sale()
        for window in self._windows:
            if window.awaited(t):
                prices = self._prices_of(window.slots.start, platform, known_at=t)
                better = prices < found.price
                found.price[better] = prices[better]
                found.days[better] = (window.start - t) / HOURS_A_DAY
        return found

    def last_sale(self, t: int, platform: int) -> Elsewhen:
        """The lowest price of the sales that are over at hour `t`, and days since its end; of equal ones the last."""
        found = self._no_sale()
        listed = found.price.copy()
        for window in self._by_end:
            if window.end <= t:
                prices = self._prices_of(window.slots.stop - 1, platform, known_at=t)
                better = (prices <= found.price) & (prices < listed)
                found.price[better] = prices[better]
                found.days[better] = (t - window.end) / HOURS_A_DAY
        return found

    def _no_sale(self) -> Elsewhen:
        listed = np.array(self._book.list_prices, np.int64)
        return Elsewhen(listed, np.zeros(len(listed)))

    def _prices_of(self, slot: int, platform: int, known_at: int) -> NDArray[np.int64]:
        """By SKU the public price of one piece in a slot, as far as its windows are known at hour `known_at`."""
        open_then = sum(
            1 << bit
            for bit, rule in enumerate(self._book.rules)
            if rule.public
            and rule.runs_on(platform)
            and any(slot in w.slots and _known(w, known_at) for w in rule.windows)
        )
        if open_then not in self._prices:
            skus = range(len(self._book.list_prices))
            pays = [self._book.bill((Line(sku, 1),), open_then).pay for sku in skus]
            self._prices[open_then] = np.array(pays, np.int64)
        return self._prices[open_then]


def _known(window: Window, hour: float) -> bool:
    return hour >= min(window.announce, window.start)
