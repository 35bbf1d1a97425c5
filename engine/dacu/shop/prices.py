"""The final-price table (到手价): what a basket costs each buyer in each situation, without a simulation.

A situation is a stretch of one day in which the same rules count. A buyer is in no audience or in one, and
holds no claimed rule of a stack class or one, for an order uses no more. Every figure is a bill of the price engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise, product
from typing import NamedTuple, TypeAlias

from dacu.clock.hours import HOURS_A_DAY
from dacu.errors import Finding
from dacu.ledger import round_fen
from dacu.shop.bill import Bill, BilledLine, Line, Rulebook
from dacu.shop.checks import unknown_exclusives
from dacu.shop.goods import Goods
from dacu.shop.offers import Offer, Stack, present_of
from dacu.units import Moment, yuan

Basket: TypeAlias = tuple[Line, ...]


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


class PricedLine(NamedTuple):
    """A SKU of a priced basket, by its path, and what falls on its pieces.

    Fen: list_value = shop_off + platform_off + pay. It is below cost where the buyer and the platform together pay
    less than its goods cost.
    """

    sku: str
    pieces: int
    list_value: int
    shop_off: int
    platform_off: int
    pay: int
    below_floor: bool
    below_cost: bool

    @property
    def piece_prices(self) -> tuple[tuple[int, int], ...]:
        """(fen, so many pieces at it): equal to the fen, the dearer first; together they are `pay`."""
        price, dearer = divmod(self.pay, self.pieces)
        return tuple((fen, count) for fen, count in ((price + 1, dearer), (price, self.pieces - dearer)) if count)


@dataclass(frozen=True, slots=True)
class FinalPrice:
    """One row: a basket ordered by `buyer` in hours [start, end) since D1 00:00; `day` 1 is the first.

    Fen: list_value, shop_off, platform_off and pay of the whole order; margin is pay + platform_off less platform fee,
    goods, gift and fulfilment; creator_margin is what a creator's commission leaves of it. `offers` are the paths of
    the rules used.
    """

    lines: tuple[PricedLine, ...]
    platform: str
    day: int
    start: float
    end: float
    buyer: Buyer
    list_value: int
    shop_off: int
    platform_off: int
    pay: int
    offers: tuple[str, ...]
    margin: int
    creator_margin: int
    below_margin: bool

    @property
    def sku(self) -> str:
        """The path of the one SKU; ValueError where there are more."""
        (line,) = self.lines
        return line.sku

    @property
    def skus(self) -> tuple[str, ...]:
        """The paths of all SKUs."""
        return tuple(line.sku for line in self.lines)

    @property
    def pieces(self) -> int:
        """Pieces in all."""
        return sum(line.pieces for line in self.lines)

    @property
    def basket(self) -> str:
        """The basket to read: `mask×2 + serum×1`."""
        return " + ".join(f"{line.sku.removeprefix('skus.')}×{line.pieces}" for line in self.lines)

    @property
    def below_floor(self) -> bool:
        """A SKU comes to less than its floor price."""
        return any(line.below_floor for line in self.lines)

    @property
    def below_cost(self) -> bool:
        """A SKU comes to less than its cost."""
        return any(line.below_cost for line in self.lines)

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
    """All rows, and one warning for each set of SKUs, SKU in it and combination of rules that breaks a floor."""

    rows: tuple[FinalPrice, ...]
    warnings: tuple[Finding, ...]


def alone(skus: int, most_pieces: int = 3) -> tuple[Basket, ...]:
    """1 … `most_pieces` pieces of each of so many SKUs, bought alone."""
    return tuple((Line(sku, pieces),) for sku in range(skus) for pieces in range(1, most_pieces + 1))


def price_table(
    book: Rulebook, goods: Goods, audiences: Mapping[str, int], costs: Costs, days: int, baskets: Sequence[Basket]
) -> PriceTable:
    """Final prices of `baskets` on `days` days; `audiences` gives the bit of each name.

    Rows stand by platform, day, time and buyer; neighbouring baskets of the same SKUs stand side by side.
    """
    rows = tuple(_rows(book, goods, audiences, costs, days, baskets))
    return PriceTable(rows, (*unknown_exclusives(book.rules), *_warnings(rows, goods, costs)))


def _rows(
    book: Rulebook, goods: Goods, audiences: Mapping[str, int], costs: Costs, days: int, baskets: Sequence[Basket]
) -> Iterator[FinalPrice]:
    hours = list(_situations(book.rules, days))
    counting = [[_counting(book.rules, front.row, start) for start, _ in hours] for front in costs.storefronts]
    for skus, neighbours in groupby(baskets, key=lambda basket: frozenset(line.sku for line in basket)):
        buyers, alike = _buyers(book.rules, skus, audiences), tuple(neighbours)
        for front, rules_by_span in zip(costs.storefronts, counting, strict=True):
            for span, now in zip(hours, rules_by_span, strict=True):
                for (buyer, rights), basket in product(buyers, alike):
                    yield _row(book.bill(basket, rights & now), book, goods, costs, front, span, buyer)


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


def _buyers(rules: Sequence[Offer], skus: Set[int], audiences: Mapping[str, int]) -> list[tuple[Buyer, int]]:
    """Everyone to whom a different set of rules of these SKUs is open, with that set: strangers first."""
    ours = {bit: rule for bit, rule in enumerate(rules) if skus & set(rule.skus)}
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
    goods_cost = sum(line.qty * int(goods.cost[line.sku]) for line in bill.lines)
    gift_cost = present_of(book.rules, bill.offers).cost
    fee = int(round_fen(bill.pay * front.fee))
    margin = bill.pay + bill.platform_off - fee - goods_cost - gift_cost - costs.fulfilment
    creator_margin = margin - int(round_fen(bill.pay * costs.commission))
    return FinalPrice(
        lines=tuple(_line(line, goods) for line in bill.lines),
        platform=front.platform,
        day=int(hours[0] // HOURS_A_DAY) + 1,
        start=hours[0],
        end=hours[1],
        buyer=buyer,
        list_value=bill.list_value,
        shop_off=bill.shop_off,
        platform_off=bill.platform_off,
        pay=bill.pay,
        offers=tuple(rule.path for bit, rule in enumerate(book.rules) if bill.offers >> bit & 1),
        margin=margin,
        creator_margin=creator_margin,
        below_margin=costs.margin_floor is not None and creator_margin < costs.margin_floor * bill.pay,
    )


def _line(line: BilledLine, goods: Goods) -> PricedLine:
    floor, cost = int(goods.floor_price[line.sku]), int(goods.cost[line.sku])
    return PricedLine(
        sku=goods.path(line.sku),
        pieces=line.qty,
        list_value=line.list_value,
        shop_off=line.shop_off,
        platform_off=line.platform_off,
        pay=line.pay,
        below_floor=line.pay < line.qty * floor,
        below_cost=line.pay + line.platform_off < line.qty * cost,
    )


def _warnings(rows: Sequence[FinalPrice], goods: Goods, costs: Costs) -> Iterator[Finding]:
    """The first row of each set of SKUs and combination of rules in which a SKU or the margin breaks a floor."""
    floors = {goods.path(sku): int(fen) for sku, fen in enumerate(goods.floor_price)}
    goods_costs = {goods.path(sku): int(fen) for sku, fen in enumerate(goods.cost)}
    told: set[tuple[object, ...]] = set()
    for row in rows:
        for warning in _broken(row, floors, goods_costs, costs.margin_floor):
            key = (warning.code, warning.path, row.skus, row.offers)
            if key not in told:
                told.add(key)
                yield warning


def _broken(
    row: FinalPrice, floors: Mapping[str, int], goods_costs: Mapping[str, int], margin_floor: float | None
) -> Iterator[Finding]:
    for line in row.lines:
        price = f"{line.pay / line.pieces / 100:.2f}"
        if line.below_floor:
            yield _warning("price_below_floor", row, line.sku, price, yuan(floors[line.sku]))
        if line.below_cost:
            yield _warning("price_below_cost", row, line.sku, price, yuan(goods_costs[line.sku]))
    if row.below_margin:
        path = row.sku if len(row.lines) == 1 else "shop.margin_floor"
        yield _warning("margin_below_floor", row, path, f"{row.creator_margin_share:.1%}", f"{margin_floor or 0:.1%}")


def _warning(code: str, row: FinalPrice, path: str, price: str, limit: str) -> Finding:
    """Of a basket of one SKU in the words of that SKU, of any other in those of the basket."""
    minute = round((row.start - HOURS_A_DAY * (row.day - 1)) * 60)
    args = {
        "sku": path,
        "pieces": str(row.pieces),
        "price": price,
        "limit": limit,
        "from": str(Moment(row.day, minute)),
        "offers": " + ".join(row.offers) or "list",
    }
    if len(row.lines) == 1:
        return Finding(code, path=path, args=args)
    return Finding(f"basket_{code}", path=path, args=args | {"basket": row.basket})
