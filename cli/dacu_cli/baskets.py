"""Baskets on the command line: `mask*2, serum` read, and their final prices laid out, by the order and by the piece."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dacu import units
from dacu.errors import Finding, InputError, nearest
from dacu.readable import Quantity
from dacu.shop.bill import Line
from dacu.units import FEN
from dacu_cli.page import Cell, Section
from dacu_cli.stretches import buyer, charged, situation, stretches, when
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.shop.prices import Basket, FinalPrice, PricedLine

OPTION = "--basket"
ENTRIES = re.compile(r"[,,、+]")
COUNTED = re.compile(r"(?P<name>.*?)\s*[*×]\s*(?P<count>[^*×]*)")


def read(texts: Sequence[str], skus: Sequence[str]) -> tuple[Basket, ...]:
    """The baskets written, each once, their lines in the order of `skus`. InputError with all that is wrong."""
    found = [_basket(text, skus) for text in texts]
    wrong = [line for basket in found for line in basket if isinstance(line, Finding)]
    if wrong:
        raise InputError(*wrong)
    return tuple(dict.fromkeys(_in_order([line for line in basket if isinstance(line, Line)]) for basket in found))


def _basket(text: str, skus: Sequence[str]) -> list[Line | Finding]:
    return [_line(entry.strip(), text, skus) for entry in ENTRIES.split(text)]


def _line(entry: str, text: str, skus: Sequence[str]) -> Line | Finding:
    counted = None if entry in skus else COUNTED.fullmatch(entry)
    name, count = counted.group("name", "count") if counted else (entry, "1")
    if not name:
        return Finding("cli_basket_empty", path=OPTION, value=text)
    if name not in skus:
        return Finding("cli_basket_unknown", path=OPTION, value=name, hint=nearest(skus, name))
    try:
        pieces = units.parse_whole(count)
    except units.Unreadable as error:
        return Finding(error.code, path=OPTION, value=count, args=error.values, hint=error.hint)
    if pieces < 1:
        return Finding("below_minimum", path=OPTION, value=entry, args={"bound": "1"})
    return Line(list(skus).index(name), pieces)


def _in_order(lines: Sequence[Line]) -> Basket:
    pieces: Counter[int] = Counter()
    for sku, count in lines:
        pieces[sku] += count
    return tuple(Line(sku, pieces[sku]) for sku in sorted(pieces))


def sections(view: View, rows: tuple[FinalPrice, ...]) -> tuple[Section, ...]:
    """A table a basket: who pays what when, what falls on each piece, the margin, the discounts."""
    by_basket: dict[str, list[FinalPrice]] = {}
    for row in rows:
        by_basket.setdefault(row.basket, []).append(row)
    return tuple(_section(view, basket, tuple(own)) for basket, own in by_basket.items())


def _section(view: View, basket: str, rows: tuple[FinalPrice, ...]) -> Section:
    commission = any(row.creator_margin != row.margin for row in rows)
    margins = ("margin_share", "creator_margin_share") if commission else ("margin_share",)
    platform = ("platform",) if len({row.platform for row in rows}) > 1 else ()
    title = view.say("basket_title", basket=basket, value=units.yuan(rows[0].list_value))
    told = [[row for (row,) in times] for times in stretches(rows)]
    read_rows = [cells for times in told for cells in _read(view, times, platform, margins)]
    return Section(title, (*platform, "when", "buyer", "sku", "piece_price", "pay", *margins, "offers"), read_rows)


def _read(
    view: View, times: list[FinalPrice], platform: tuple[str, ...], margins: tuple[str, ...]
) -> Iterator[list[Cell]]:
    """The whole order, and below it each line."""
    row = times[0]
    situation: list[Cell] = [getattr(row, name) for name in platform]
    situation += [when([(one.start, one.end) for one in times]), buyer(view, row)]
    offers = " + ".join(path.removeprefix("promotions.") for path in row.offers) or view.say("none")
    shares: list[Cell] = [Quantity(getattr(row, margin), "share") for margin in margins]
    yield [*situation, view.say("whole_order"), "", Quantity(row.pay / FEN, "yuan"), *shares, offers]
    for line in row.lines:
        name = f"{line.sku.removeprefix('skus.')}×{line.pieces}"
        before, beside = [""] * len(situation), [""] * len(margins)
        yield [*before, name, _pieces(line), Quantity(line.pay / FEN, "yuan"), *beside, ""]


def _pieces(line: PricedLine) -> str:
    """`63.20`, or `63.21×1 + 63.20×2` where the fen do not come out even."""
    prices = [(f"{fen / FEN:.2f}", count) for fen, count in line.piece_prices]
    return prices[0][0] if len(prices) == 1 else " + ".join(f"{price}×{count}" for price, count in prices)


def record(row: FinalPrice) -> dict[str, Any]:
    """A row as data, with its lines."""
    return _order(row) | {"lines": [_line_record(line) for line in row.lines]}


def flat(row: FinalPrice) -> list[dict[str, Any]]:
    """A row as lines of one table: the figures of the order, then those of the line."""
    order = {name: value for name, value in _order(row).items() if name not in ("below_floor", "below_cost")}
    return [
        order | {f"line_{name}" if name in order else name: value for name, value in _line_record(line).items()}
        | {"piece_price": _pieces(line)}
        for line in row.lines
    ]  # fmt: skip


def _order(row: FinalPrice) -> dict[str, Any]:
    return {"basket": row.basket, **situation(row), **charged(row)}


def _line_record(line: PricedLine) -> dict[str, Any]:
    return {
        "sku": line.sku, "pieces": line.pieces, "list_value": line.list_value / FEN, "shop_off": line.shop_off / FEN,
        "platform_off": line.platform_off / FEN, "pay": line.pay / FEN,
        "piece_price": [{"price": fen / FEN, "pieces": count} for fen, count in line.piece_prices],
        "below_floor": line.below_floor, "below_cost": line.below_cost,
    }  # fmt: skip
