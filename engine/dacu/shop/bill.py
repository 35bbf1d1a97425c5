"""The price engine: what a basket costs under the best set of price rules, line by line. Pure, whole fen.

Unit prices come first, then the shop's threshold, the platform's threshold and one coupon. A threshold asks
for the value at unit prices (before a cut that says so), whatever another order rule takes off; what is taken off
never exceeds what is left to pay, and an order costs 1 fen or more. An order-level discount is spread over the lines
in its scope pro rata, so that each line can be refunded alone. Of the gifts whose minimum the order reaches, the most
valuable goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from dacu.shop.offers import MOST_OFFERS, Offer, Stack
from dacu.shop.shares import permille_of, spread

LEAST_PAY = 1
"""Fen an order costs at least."""
MOST_REMEMBERED = 100_000
"""Bills kept at hand; beyond that the memory starts afresh."""


class Line(NamedTuple):
    """Pieces of one SKU (row of goods) in a basket."""

    sku: int
    qty: int


class BilledLine(NamedTuple):
    """A line of a bill, fen: list_value = shop_off + platform_off + pay."""

    sku: int
    qty: int
    list_value: int
    shop_off: int
    platform_off: int
    pay: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What a basket costs, fen: list_value = shop_off + platform_off + pay, in total as in each line.

    `offers` are the bits of the rules used; `lines` stand in the order of goods, one a SKU; `clipped` says
    that the rules would have taken more than there was to pay.
    """

    lines: tuple[BilledLine, ...]
    offers: int
    clipped: bool
    list_value: int
    shop_off: int
    platform_off: int
    pay: int


class Cut(NamedTuple):
    """`off` fen by the rule of that rank: a bit of its own, higher for an earlier path; 0 is no rule."""

    off: int
    rank: int


_NO_CUT = Cut(0, 0)


class _Choice(NamedTuple):
    """An allowed set of rules and what each would take off. The most promising sorts first."""

    promised: int  # fen off before clipping, negative
    rules: int  # how many
    ranks: int  # their ranks, negative
    unit: tuple[Cut, ...]
    orders: tuple[Cut, ...]


class Rulebook:
    """All rules and list prices of a run, frozen. Each distinct basket and set of usable rules is computed once."""

    def __init__(self, rules: Sequence[Offer], list_prices: Sequence[int]) -> None:
        self.rules = tuple(rules)
        self.list_prices = tuple(int(price) for price in list_prices)
        in_path_order = sorted(range(len(rules)), key=lambda bit: rules[bit].path)
        self._by_stack = {s: [b for b in in_path_order if rules[b].kind.stack is s] for s in Stack}
        self._rank = {bit: 1 << (MOST_OFFERS - 1 - place) for place, bit in enumerate(in_path_order)}
        self._bit = {rank: bit for bit, rank in self._rank.items()}
        self._asked_before = sum(self._rank[bit] for bit, rule in enumerate(rules) if rule.asked_before)
        self._scope = [frozenset(rule.skus) for rule in rules]
        self._covering = [
            sum(1 << bit for bit, scope in enumerate(self._scope) if sku in scope)
            for sku in range(len(self.list_prices))
        ]
        self._excluding = {self._rank[bit]: ranks for bit in in_path_order if (ranks := self._excluded_by(bit))}
        self._known: dict[tuple[tuple[Line, ...], int], Bill] = {}

    def _excluded_by(self, bit: int) -> int:
        """Ranks of the rules that may not stand beside this one, whichever of the two says so."""
        own = self.rules[bit]
        return sum(
            self._rank[other]
            for other, rule in enumerate(self.rules)
            if rule.path in own.exclusive_with or own.path in rule.exclusive_with
        )

    def bill(self, lines: tuple[Line, ...], eligible: int) -> Bill:
        """The cheapest bill of a basket for someone who may use the rules of the bits `eligible`.

        Of equally cheap sets the one with the fewest rules is used, then the one whose paths come first.
        """
        usable = 0
        for sku, _ in lines:
            usable |= self._covering[sku]
        key = (lines, usable & eligible)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._cheapest(_in_order(lines), usable & eligible)
        return found

    def asked_price(self, sku: int, eligible: int) -> int:
        """Fen a piece at the lowest single-piece rule, as the tiers of order rules count it."""
        list_price, bits = self.list_prices[sku], self._covering[sku] & eligible
        cut = _NO_CUT
        for bit in self._by_stack[Stack.UNIT]:
            if bits >> bit & 1:
                cut = _larger(cut, Cut(self.rules[bit].unit_off(list_price), self._rank[bit]))
        return list_price - self._seen(cut)

    def excludes(self, one: int, other: int) -> bool:
        """The rules of these two bits may not stand beside each other."""
        return bool(self._excluding.get(self._rank[one], 0) & self._rank[other])

    def _allowed(self, ranks: int) -> bool:
        return not any(ranks & rank and ranks & out for rank, out in self._excluding.items())

    def _cheapest(self, lines: tuple[Line, ...], bits: int) -> Bill:
        best: tuple[int, int, int] | None = None
        chosen: _Choice
        for choice in sorted(self._choices(lines, bits)):
            if best is not None and choice[:3] > best:
                break  # what is left promises less than what is certain
            settled = self._settle(lines, choice)
            score = (settled.pay - settled.list_value, choice.rules, choice.ranks)
            if best is None or score < best:
                best, bill, chosen = score, settled, choice
        gift = self._gift(lines, chosen, bits)
        return bill if gift is None else replace(bill, offers=bill.offers | 1 << gift)

    def _gift(self, lines: tuple[Line, ...], choice: _Choice, bits: int) -> int | None:
        """Bit of the most valuable gift that this order may have, of equal ones the first path's."""
        reached = [
            bit
            for bit in self._by_stack[Stack.GIFT]
            if bits >> bit & 1
            and self._asked(lines, choice.unit, bit) >= self.rules[bit].present.over
            and self._allowed(-choice.ranks | self._rank[bit])
        ]
        return max(reached, key=lambda bit: self.rules[bit].present.value, default=None)

    def _choices(self, lines: tuple[Line, ...], bits: int) -> Iterator[_Choice]:
        """All allowed sets in which every rule takes something off."""
        for unit in self._unit_choices(lines, bits):
            unit_off = unit_ranks = 0
            for off, rank in unit:
                unit_off += off
                unit_ranks |= rank
            for orders in product(*self._order_cuts(lines, unit, bits)):
                threshold, platform, coupon = orders
                ranks = unit_ranks | threshold.rank | platform.rank | coupon.rank
                if self._allowed(ranks):
                    promised = unit_off + threshold.off + platform.off + coupon.off
                    yield _Choice(-promised, ranks.bit_count(), -ranks, unit, orders)

    def _unit_choices(self, lines: tuple[Line, ...], bits: int) -> list[tuple[Cut, ...]]:
        """Each line's unit cut under every set of unit rules; the largest of a set acts, of equals the first path's."""
        choices = {(_NO_CUT,) * len(lines): None}  # a dict keeps the order
        for bit in self._by_stack[Stack.UNIT]:
            if bits >> bit & 1:
                own = tuple(Cut(self._unit_off(bit, line), self._rank[bit]) for line in lines)
                with_it = [tuple(map(_larger, choice, own)) for choice in choices]
                choices |= dict.fromkeys(with_it)
        return list(choices)

    def _unit_off(self, bit: int, line: Line) -> int:
        if line.sku not in self._scope[bit]:
            return 0
        rule = self.rules[bit]
        pieces = min(line.qty, rule.per_user) if rule.per_user else line.qty
        return pieces * rule.unit_off(self.list_prices[line.sku])

    def _order_cuts(self, lines: tuple[Line, ...], unit: tuple[Cut, ...], bits: int) -> list[list[Cut]]:
        """For each order-level class the cuts reached at these unit prices, and none."""
        classes = []
        for stack in (Stack.THRESHOLD, Stack.PLATFORM, Stack.COUPON):
            cuts = [_NO_CUT]
            for bit in self._by_stack[stack]:
                if bits >> bit & 1:
                    off = self.rules[bit].order_off(self._asked(lines, unit, bit))
                    if off:
                        cuts.append(Cut(off, self._rank[bit]))
            classes.append(cuts)
        return classes

    def _asked(self, lines: tuple[Line, ...], unit: tuple[Cut, ...], bit: int) -> int:
        """Fen of the lines in the scope of an order rule, as its tiers count them."""
        scope = self._scope[bit]
        return sum(
            qty * self.list_prices[sku] - self._seen(cut)
            for (sku, qty), cut in zip(lines, unit, strict=True)
            if sku in scope
        )

    def _seen(self, cut: Cut) -> int:
        """Fen of a unit cut that tiers take for gone."""
        return 0 if cut.rank & self._asked_before else cut.off

    def _settle(self, lines: tuple[Line, ...], choice: _Choice) -> Bill:
        """Take the discounts off, one after the other."""
        till = _Till([line.qty * self.list_prices[line.sku] for line in lines])
        for row, cut in enumerate(choice.unit):
            if cut.rank:
                till.take(cut.off, [row], self.rules[self._bit[cut.rank]].funded)
        for cut in choice.orders:
            if cut.rank:
                bit = self._bit[cut.rank]
                rows = [row for row, line in enumerate(lines) if line.sku in self._scope[bit]]
                till.take(cut.off, rows, self.rules[bit].funded)
        return till.bill(lines, sum(1 << bit for rank, bit in self._bit.items() if rank & -choice.ranks))


class _Till:
    """The lines of one order while its discounts are taken off."""

    def __init__(self, values: list[int]) -> None:
        self.values = values
        self.pay = list(values)
        self.platform = [0] * len(values)
        self.clipped = False

    def take(self, off: int, rows: list[int], funded: int) -> None:
        """Take `off` fen from these lines pro rata, or what is there; the platform bears `funded` permille of it."""
        due = [self.pay[row] for row in rows]
        taken = min(off, sum(due), sum(self.pay) - LEAST_PAY)
        self.clipped |= taken < off
        parts = spread(taken, due)
        for row, part, borne in zip(rows, parts, spread(permille_of(taken, funded), parts), strict=True):
            self.pay[row] -= part
            self.platform[row] += borne

    def bill(self, lines: tuple[Line, ...], used: int) -> Bill:
        """The finished bill."""
        rows = zip(lines, self.values, self.platform, self.pay, strict=True)
        billed = tuple(
            BilledLine(sku, qty, value, value - platform - pay, platform, pay)
            for (sku, qty), value, platform, pay in rows
        )
        value, platform, pay = sum(self.values), sum(self.platform), sum(self.pay)
        return Bill(billed, used, self.clipped, value, value - platform - pay, platform, pay)


def _larger(one: Cut, other: Cut) -> Cut:
    return other if other.off > one.off else one


def _in_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """One line a SKU, in the order of goods: the order of a basket never changes its price."""
    pieces: dict[int, int] = {}
    for sku, qty in lines:
        pieces[sku] = pieces.get(sku, 0) + qty
    return tuple(Line(sku, pieces[sku]) for sku in sorted(pieces))
