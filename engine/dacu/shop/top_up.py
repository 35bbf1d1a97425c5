"""Topping up (凑单): how far a basket is from the next tier, and which SKU would fill the gap."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from dacu.shop.bill import Line, Rulebook
from dacu.shop.offers import Kind, Offer, Stack


class TopUp(NamedTuple):
    """The nearest tier above a basket, fen: `gap` is missing to `threshold`; reaching it takes `saving` more off.

    `filler` is the row of the SKU with the smallest unit price that closes the gap (Lewis, Singh & Fay
    2006, on how baskets grow).
    """

    gap: int
    threshold: int
    saving: int
    filler: int


def top_up(
    book: Rulebook, lines: tuple[Line, ...], eligible: int, sold_out: Collection[int] = (), gift: float = 0.0
) -> TopUp | None:
    """The smallest step to more discount, of equal gaps the one that saves most; None where nothing is left.

    `gift` is the part of a gift's retail value that counts as money saved.
    """
    found = [
        step
        for bit, rule in enumerate(book.rules)
        if eligible >> bit & 1 and rule.kind.stack is not Stack.UNIT
        if (step := _next_step(book, rule, bit, lines, eligible, sold_out, gift)) is not None
    ]
    return min(found, key=lambda step: (step.gap, -step.saving, step.filler), default=None)


def _next_step(
    book: Rulebook,
    rule: Offer,
    bit: int,
    lines: tuple[Line, ...],
    eligible: int,
    sold_out: Collection[int],
    gift: float,
) -> TopUp | None:
    """The next tier of one rule, beside which only the unit prices it allows count."""
    beside = sum(1 << b for b in range(len(book.rules)) if eligible >> b & 1 and not book.excludes(b, bit))
    subtotal = sum(qty * book.asked_price(sku, beside) for sku, qty in lines if sku in rule.skus)
    threshold = _next_threshold(rule, subtotal, gift)
    if subtotal == 0 or threshold is None:
        return None
    gap = threshold - subtotal
    prices = {sku: book.asked_price(sku, beside) for sku in rule.skus if sku not in sold_out}
    fillers = [(price, sku) for sku, price in prices.items() if price >= gap]
    if not fillers:
        return None
    return TopUp(gap, threshold, _gain(rule, threshold, gift) - _gain(rule, subtotal, gift), min(fillers)[1])


def _gain(rule: Offer, subtotal: int, gift: float) -> int:
    """Fen that a rule takes off an order of `subtotal`, or that its gift is worth."""
    if rule.kind is Kind.GIFT:
        return round(gift * rule.present.value) if subtotal >= rule.present.over else 0
    return rule.order_off(subtotal)


def _next_threshold(rule: Offer, subtotal: int, gift: float) -> int | None:
    if rule.kind is Kind.GIFT:
        over = rule.present.over
        return over if _gain(rule, over, gift) > _gain(rule, subtotal, gift) else None
    if rule.repeat:
        over = rule.steps[0].over
        return (subtotal // over + 1) * over
    now = rule.order_off(subtotal)
    return min((over for over, off in rule.steps if over > subtotal and off > now), default=None)
