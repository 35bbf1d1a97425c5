"""The final-price table (到手价): what pieces of each SKU cost each buyer in each situation, without a simulation.

A situation is a stretch of one day in which the same rules count. A buyer is in no audience or in one, and
holds no claimed rule of a stack class or one, for an order uses no more. Every figure is a bill of the price engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from dacu.clock.hours import HOURS_A_DAY
from dacu.errors import Finding
from dacu.ledger import round_fen
from dacu.shop.bill import Bill, Line, Rulebook
from dacu.shop.checks import unknown_exclusives
from dacu.shop.goods import Goods
from dacu.shop.offers import Offer, Stack, present_of
from dacu.units import Moment, yuan


@dataclass(frozen=True, slots=True)
class Storefront:
    """Where an order is paid: a selling platform, its row, and its fee as a share of what is paid."""

    platform: str
    row: int
    fee: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What an order costs beside its goods and its gift: the fee where it is paid, and fulfilment in fen.

    Fulfilment is packing, freight and return-freight insurance. `commission` is the share of what is paid that goes
    to the dearest creator, where one brings the order. `margin_floor` is the least margin, as a share of what is paid,
    None for no floor.
    """

    storefronts: tuple[Storefront, ...]
    fulfilment: int
    margin_floor: float | None
    commission: float = 0.0


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: the audience they are in, "" for none, and the paths of the claimed rules they hold."""

    audience: str
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FinalPrice:
    """One row: `pieces` of a SKU bought alone by `buyer` in hours [start, end) since D1 00:00; `day` 1 is the first.

    Fen: list_value, shop_off, platform_off and pay of the whole order; margin is pay + platform_off less platform fee,
    goods, gift and fulfilment; creator_margin is what a creator's commission leaves of it. `offers` are the paths of
    the rules used.
    """

    sku: str
    platform: str
    day: int
    start: float
    end: float
    buyer: Buyer
    pieces: int
    list_value: int
    shop_off: int
    platform_off: int
    pay: int
    offers: tuple[str, ...]
    margin: int
    creator_margin: int
    below_floor: bool
    below_cost: bool
    below_margin: bool

    @property
    def piece_price(self) -> float:
        """Fen a piece."""
        return self.pay / self.pieces

    @property
    def margin_share(self) -> float:
        """Margin as a share of what is paid."""
        return self.margin / self.pay

    @property
    def creator_margin_share(self) -> float:
        """Margin of an order that a creator brings, as a share of what is paid."""
        return self.creator_margin / self.pay


@dataclass(frozen=True, slots=True)
class PriceTable:
    """All rows, and one warning for each SKU and combination of rules that breaks a floor."""

    rows: tuple[FinalPrice, ...]
    warnings: tuple[Finding, ...]


def price_table(
    book: Rulebook, goods: Goods, audiences: Mapping[str, int], costs: Costs, days: int, most_pieces: int = 3
) -> PriceTable:
    """Final prices of `days` days for 1 … `most_pieces` pieces of each SKU; `audiences` gives the bit of each name.

    Rows are sorted by SKU, platform, day, time, buyer and pieces, in the order of the scenario.
    """
    rows = tuple(_rows(book, goods, audiences, costs, days, most_pieces))
    return PriceTable(rows, (*unknown_exclusives(book.rules), *_warnings(rows, goods, costs)))


def _rows(
    book: Rulebook, goods: Goods, audiences: Mapping[str, int], costs: Costs, days: int, most_pieces: int
) -> Iterator[FinalPrice]:
    hours = list(_situations(book.rules, days))
    counting = [[_counting(book.rules, front.row, start) for start, _ in hours] for front in costs.storefronts]
    for sku in range(len(goods)):
        buyers = _buyers(book.rules, sku, audiences)
        for front, rules_by_span in zip(costs.storefronts, counting, strict=True):
            for span, now in zip(hours, rules_by_span, strict=True):
                for (buyer, rights), pieces in product(buyers, range(1, most_pieces + 1)):
                    bill = book.bill((Line(sku, pieces),), rights & now)
                    yield _row(bill, book, goods, costs, front, span, buyer)


def _situations(rules: Sequence[Offer], days: int) -> Iterator[tuple[float, float]]:
    """The campaign cut at midnights and wherever a rule begins or ceases to count."""
    end = float(HOURS_A_DAY * days)
    cuts = {float(HOURS_A_DAY * day) for day in range(days + 1)}
    cuts |= {hour for rule in rules for span in _spans(rule) for hour in span if 0 < hour < end}
    return pairwise(sorted(cuts))


def _spans(rule: Offer) -> Iterator[tuple[float, float]]:
    """Hours in which a rule counts for someone; a coupon until the last one claimed is no longer valid."""
    for window in rule.windows:
        yield window.start, window.end + (rule.valid_h if rule.needs_claim else 0.0)


def _counting(rules: Sequence[Offer], platform: int, hour: float) -> int:
    return sum(
        1 << bit
        for bit, rule in enumerate(rules)
        if rule.runs_on(platform) and any(start <= hour < end for start, end in _spans(rule))
    )


def _buyers(rules: Sequence[Offer], sku: int, audiences: Mapping[str, int]) -> list[tuple[Buyer, int]]:
    """Everyone to whom a different set of rules of this SKU is open, with that set: strangers first."""
    ours = {bit: rule for bit, rule in enumerate(rules) if sku in rule.skus}
    named = [(name, bit) for name, bit in audiences.items() if any(bit & rule.audience for rule in ours.values())]
    return [buyer for name, audience in [("", 0), *named] for buyer in _holders(ours, name, audience)]


def _holders(rules: Mapping[int, Offer], name: str, audience: int) -> Iterator[tuple[Buyer, int]]:
    """People of one audience by what they hold: nothing, or one claimed rule of a stack class."""
    theirs = {bit: rule for bit, rule in rules.items() if rule.audience in (0, audience)}
    free = sum(1 << bit for bit, rule in theirs.items() if not rule.needs_claim)
    claimed = [
        [0, *(1 << bit for bit, rule in theirs.items() if rule.needs_claim and rule.kind.stack is stack)]
        for stack in Stack
    ]
    for masks in product(*claimed):
        held = sum(masks)
        yield Buyer(name, tuple(rule.path for bit, rule in theirs.items() if held >> bit & 1)), free | held


def _row(
    bill: Bill,
    book: Rulebook,
    goods: Goods,
    costs: Costs,
    front: Storefront,
    hours: tuple[float, float],
    buyer: Buyer,
) -> FinalPrice:
    sku, pieces = bill.lines[0].sku, bill.lines[0].qty
    received = bill.pay + bill.platform_off
    goods_cost = pieces * int(goods.cost[sku])
    gift_cost = present_of(book.rules, bill.offers).cost
    margin = received - int(round_fen(bill.pay * front.fee)) - goods_cost - gift_cost - costs.fulfilment
    creator_margin = margin - int(round_fen(bill.pay * costs.commission))
    return FinalPrice(
        sku=goods.path(sku),
        platform=front.platform,
        day=int(hours[0] // HOURS_A_DAY) + 1,
        start=hours[0],
        end=hours[1],
        buyer=buyer,
        pieces=pieces,
        list_value=bill.list_value,
        shop_off=bill.shop_off,
        platform_off=bill.platform_off,
        pay=bill.pay,
        offers=tuple(rule.path for bit, rule in enumerate(book.rules) if bill.offers >> bit & 1),
        margin=margin,
        creator_margin=creator_margin,
        below_floor=bill.pay < pieces * int(goods.floor_price[sku]),
        below_cost=received < goods_cost,
        below_margin=costs.margin_floor is not None and creator_margin < costs.margin_floor * bill.pay,
    )


def _warnings(rows: Sequence[FinalPrice], goods: Goods, costs: Costs) -> Iterator[Finding]:
    """The first row of each SKU and combination of rules that breaks the floor price, the cost or the margin floor."""
    rows_by_path = {goods.path(sku): sku for sku in range(len(goods))}
    told: set[tuple[str, str, tuple[str, ...]]] = set()
    for row in rows:
        sku = rows_by_path[row.sku]
        broken = {
            "price_below_floor": (row.below_floor, yuan(int(goods.floor_price[sku]))),
            "price_below_cost": (row.below_cost, yuan(int(goods.cost[sku]))),
            "margin_below_floor": (row.below_margin, f"{costs.margin_floor or 0:.1%}"),
        }
        for code, (is_broken, limit) in broken.items():
            key = (code, row.sku, row.offers)
            if is_broken and key not in told:
                told.add(key)
                yield _warning(code, row, limit)


def _warning(code: str, row: FinalPrice, limit: str) -> Finding:
    price = f"{row.creator_margin_share:.1%}" if code == "margin_below_floor" else f"{row.piece_price / 100:.2f}"
    minute = round((row.start - HOURS_A_DAY * (row.day - 1)) * 60)
    args = {
        "sku": row.sku,
        "pieces": str(row.pieces),
        "price": price,
        "limit": limit,
        "from": str(Moment(row.day, minute)),
        "offers": " + ".join(row.offers) or "list",
    }
    return Finding(code, path=row.sku, args=args)
