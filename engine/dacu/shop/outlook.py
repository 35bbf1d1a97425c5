"""What everybody can know of a SKU's price at other times: of the sale announced, and of the sale that is over."""

from __future__ import annotations

from bisect import bisect_right
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.clock.hours import HOURS_A_DAY, SLOTS_AN_HOUR, slot_of
from dacu.shop.bill import Line, Rulebook
from dacu.shop.offers import UNLIMITED, Offer, Window


class Elsewhen(NamedTuple):
    """By SKU: fen for one piece at another time, days from now to then; list price and 0 where there is no sale."""

    price: NDArray[np.int64]
    days: NDArray[np.float64]


class _Sale(NamedTuple):
    """By SKU: the price, and the hour it starts or ended."""

    price: NDArray[np.int64]
    hour: NDArray[np.float64]


class Outlook:
    """Public prices by time: rules open to everybody without a claim, for one piece bought alone.

    What is known changes only when a window is announced, starts or ends; between two such turns it is looked up.
    """

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._list = np.array(book.list_prices, np.int64)
        self._windows = sorted({window for rule in book.rules if _lasting(rule) for window in rule.windows})
        self._turns = sorted({hour for window in self._windows for hour in window})
        self._coming: dict[tuple[int, int], _Sale] = {}
        self._over: dict[tuple[int, int], _Sale] = {}
        self._prices: dict[int, NDArray[np.int64]] = {}

    def coming(self, t: int, platform: int) -> Elsewhen:
        """The lowest announced price that starts after hour `t`, and days until its start; of equal ones the first."""
        key = (bisect_right(self._turns, t), platform)
        if key not in self._coming:
            self._coming[key] = self._find_coming(t, platform)
        return self._seen_from(t, self._coming[key])

    def now(self, t: int, platform: int) -> NDArray[np.int64]:
        """By SKU fen for one piece at the start of hour `t`."""
        return self._public_prices(SLOTS_AN_HOUR * t, platform, known_at=t)

    def lowest(self, first: float, last: float, platform: int) -> NDArray[np.int64]:
        """By SKU the lowest price of one piece sold at once in hours [first, last)."""
        turns = [first, *(turn for turn in self._turns if first < turn < last)]
        prices = [self._public_prices(slot_of(turn), platform, known_at=ceil(turn), presale=False) for turn in turns]
        lowest: NDArray[np.int64] = np.array(prices, np.int64).min(axis=0)
        return lowest

    def last_sale(self, t: int, platform: int) -> Elsewhen:
        """The lowest price of the sales over at hour `t`, and days since its end; of equal ones the last."""
        key = (bisect_right(self._turns, t), platform)
        if key not in self._over:
            self._over[key] = self._find_over(t, platform)
        return self._seen_from(t, self._over[key])

    def _find_coming(self, t: int, platform: int) -> _Sale:
        found = _Sale(self._list.copy(), np.zeros(len(self._list)))
        for window in self._windows:
            if window.awaited(t):
                prices = self._public_prices(window.slots.start, platform, known_at=t)
                better = prices < found.price
                found.price[better], found.hour[better] = prices[better], window.start
        return found

    def _find_over(self, t: int, platform: int) -> _Sale:
        found = _Sale(self._list.copy(), np.zeros(len(self._list)))
        over = (window for window in self._windows if window.end <= t)
        for window in sorted(over, key=lambda window: window.end):
            prices = self._public_prices(window.slots.stop - 1, platform, known_at=t)
            better = (prices <= found.price) & (prices < self._list)
            found.price[better], found.hour[better] = prices[better], window.end
        return found

    def _seen_from(self, t: int, sale: _Sale) -> Elsewhen:
        days = np.where(sale.price < self._list, np.abs(sale.hour - t) / HOURS_A_DAY, 0.0)
        return Elsewhen(sale.price, days)

    def _public_prices(self, slot: int, platform: int, known_at: int, presale: bool = True) -> NDArray[np.int64]:
        """By SKU the price of one piece in a slot, as far as the windows are known at hour `known_at`.

        presale: a price for a deposit now and the rest later counts, too.
        """
        open_then = sum(
            1 << bit
            for bit, rule in enumerate(self._book.rules)
            if _lasting(rule)
            and rule.runs_on(platform)
            and (presale or rule.deposit is None)
            and any(slot in window.slots and _known(window, known_at) for window in rule.windows)
        )
        if open_then not in self._prices:
            pays = [self._book.bill((Line(sku, 1),), open_then).pay for sku in range(len(self._list))]
            self._prices[open_then] = np.array(pays, np.int64)
        return self._prices[open_then]


def _known(window: Window, hour: float) -> bool:
    return hour >= min(window.announce, window.start)


def _lasting(rule: Offer) -> bool:
    """Everybody can count on it: public, and not limited to some pieces."""
    return rule.public and rule.quantity == UNLIMITED
