"""What is wrong with price rules before any basket is billed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from dacu.clock.calendar import Calendar
from dacu.errors import Finding
from dacu.language.paths import join_path
from dacu.shop.goods import Goods
from dacu.shop.offers import EVERY_PLATFORM, UNLIMITED, Offer, Stack
from dacu.shop.outlook import Outlook
from dacu.units import yuan


def falls_below_a_fen(rule: Offer, goods: Goods) -> Iterator[Finding]:
    """SKUs that this rule alone would give away. (A stack of rules that would is clipped, and counted.)"""
    for sku in rule.skus:
        price = int(goods.list_price[sku])
        if rule.kind.stack is Stack.UNIT:
            basket, off = price, rule.unit_off(price)
        else:
            basket = max(price, min((step.over for step in rule.steps), default=0))
            off = rule.order_off(basket)
        if off >= basket:
            args = {"sku": goods.path(sku), "price": yuan(basket), "off": yuan(off)}
            args["against"] = f"{goods.path(sku)}.list"
            yield Finding("price_below_a_fen", path=rule.path, args=args)


def two_prices_at_once(rules: Sequence[Offer], goods: Goods) -> Iterator[Finding]:
    """Pairs of rules that set the unit price of one SKU for the same people at the same time.

    A price of limited quantity may stand beside one without a limit, as a flash sale does inside a sale; so
    may rules that exclude each other, and one that only its holders can use.
    """
    setting = [rule for rule in rules if rule.kind.stack is Stack.UNIT and not rule.needs_claim]
    for one, other in combinations(setting, 2):
        shared = [sku for sku in one.skus if sku in other.skus]
        if shared and _same_people(one, other) and _same_time(one, other) and not _exclusive(one, other):
            args = {"sku": goods.path(shared[0]), "against": one.path}
            yield Finding("two_prices_at_once", path=other.path, args=args)


def unknown_exclusives(rules: Sequence[Offer]) -> Iterator[Finding]:
    """Rules that exclude one that is not there: a slip, or a promotion that was taken out."""
    paths = {rule.path for rule in rules}
    for rule in rules:
        for other in rule.exclusive_with:
            if other not in paths:
                yield Finding("exclusive_with_nothing", path=f"{rule.path}.exclusive_with", value=other)


def dearer_in_the_sale(
    outlook: Outlook, calendar: Calendar, platforms: Mapping[str, int], goods: Goods
) -> Iterator[Finding]:
    """SKUs whose lowest public price was lower in an event's price check than it is in the event (先涨后降)."""
    path = ("calendar", "events")
    for event in calendar.events:
        for name, row in platforms.items():
            if event.price_check and event.platform in (None, name):
                first = max(event.start - event.price_check, float(calendar.first_hour))
                before = outlook.lowest(first, event.start, row)
                during = np.min([outlook.lowest(wave.start, wave.end, row) for wave in event.waves], axis=0)
                for sku in (before < during).nonzero()[0].tolist():
                    args = {"sku": goods.path(sku), "before": yuan(int(before[sku])), "price": yuan(int(during[sku]))}
                    yield Finding("dearer_in_the_sale", path=join_path((*path, event.name, "price_check")), args=args)


def _same_people(one: Offer, other: Offer) -> bool:
    same_platform = one.platform == other.platform or EVERY_PLATFORM in (one.platform, other.platform)
    limited = (one.quantity != UNLIMITED, other.quantity != UNLIMITED)
    return same_platform and one.audience == other.audience and limited[0] == limited[1]


def _same_time(one: Offer, other: Offer) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one.windows for b in other.windows)


def _exclusive(one: Offer, other: Offer) -> bool:
    return one.path in other.exclusive_with or other.path in one.exclusive_with
