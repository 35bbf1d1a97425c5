"""`dacu prices`: what each SKU costs in each situation (到手价), by the price engine alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dacu.language.paths import split_path
from dacu.language.tree import find
from dacu.scenario.load import Loaded, load
from dacu.units import FEN
from dacu_cli.options import Reference, Sets
from dacu_cli.page import Cell, Page, Quantity, Section
from dacu_cli.verbs import Verb
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.shop.prices import FinalPrice, PriceTable

Pieces = Annotated[int, typer.Option("--pieces", min=1, max=20, help="cli_opt_pieces")]
FIRST_AUDIENCE_BIT = 8


def prices(view: View, reference: Reference, sets: Sets = None, pieces: Pieces = 3) -> None:
    """Print final prices, and warn of those below a floor."""
    loaded = load(reference, sets or ())
    table = price_table_of(loaded, pieces)
    spans = _joined(table.rows)
    data = {
        "scenario": loaded.name,
        "prices": [_record(row) for row in table.rows],
        "warnings": [finding.sentence(view.lang) for finding in table.warnings],
    }
    sections = (Section(view.say("prices_title", name=loaded.name), _READ, [_read(view, row) for row in spans]),)
    whole = Section("", tuple(_record(table.rows[0])) if table.rows else (), [_raw(row) for row in table.rows])
    notes = () if table.warnings else (view.say("prices_sound"),)
    view.show(Page(data, sections, whole, notes=(*notes, view.say("next", line=f"dacu simulate {reference}"))))
    view.warn(_placed(loaded, finding) for finding in table.warnings)


def price_table_of(loaded: Loaded, most_pieces: int) -> PriceTable:
    """The final prices of a scenario: its levers open on a stage with hardly anybody on it, then the price engine bills."""
    from dacu.people.population import Seed
    from dacu.shop.prices import Costs, Storefront, price_table
    from dacu.sim.stage import build

    world = build(loaded, Seed(1, 0), agents=1)
    shop, platforms = loaded.scenario.shop, world.setting.platforms
    fronts = tuple(Storefront(platforms.names[row], row, float(platforms.fee[row])) for row in platforms.selling)
    costs = Costs(fronts, shop.fulfilment, shop.margin_floor)
    audiences = {name: 1 << (FIRST_AUDIENCE_BIT + place) for place, name in enumerate(loaded.scenario.people.audiences)}
    days = loaded.scenario.calendar.days
    return price_table(world.setting.rulebook, world.goods, audiences, costs, days, most_pieces)


def _placed(loaded: Loaded, finding: Any) -> Any:
    return replace(finding, mark=find(loaded.composed.tree, split_path(finding.path))[1]) if finding.path else finding


_READ = ("sku", "start", "end", "audience", "pieces", "piece_price", "margin_share", "offers")


def _joined(rows: tuple[FinalPrice, ...]) -> list[FinalPrice]:
    """Rows that follow each other in time and say the same are one stretch of days."""
    stretches: dict[tuple[object, ...], FinalPrice] = {}
    kept: list[tuple[object, ...]] = []
    done: list[FinalPrice] = []
    for row in rows:
        key = (row.sku, row.platform, row.buyer, row.pieces, row.pay, row.offers)
        last = stretches.get(key)
        if last is not None and last.end == row.start:
            stretches[key] = replace(last, end=row.end)
            continue
        if last is not None:
            done.append(last)
        else:
            kept.append(key)
        stretches[key] = row
    order = {sku: place for place, sku in enumerate(dict.fromkeys(row.sku for row in rows))}
    return sorted([*done, *(stretches[key] for key in kept)], key=lambda row: (order[row.sku], row.platform, row.start))


def _read(view: View, row: FinalPrice) -> list[Cell]:
    return [
        row.sku.removeprefix("skus."), moment(row.start), moment(row.end), _buyer(view, row), row.pieces,
        Quantity(row.piece_price / FEN, "yuan"), Quantity(row.margin_share, "share", signed=True),
        " + ".join(path.removeprefix("promotions.") for path in row.offers) or view.say("list_price"),
    ]  # fmt: skip


def _buyer(view: View, row: FinalPrice) -> str:
    held = " + ".join(path.removeprefix("promotions.") for path in row.buyer.holds)
    who = row.buyer.audience or view.say("everybody")
    return f"{who} + {held}" if held else who


def moment(hour: float) -> str:
    """Hours since D1 00:00 as `D3 19:30`."""
    minutes = round(hour * 60)
    return f"D{minutes // 1440 + 1} {minutes % 1440 // 60:02d}:{minutes % 60:02d}"


def _record(row: FinalPrice) -> dict[str, Any]:
    return {
        "sku": row.sku, "platform": row.platform, "day": row.day, "start": moment(row.start), "end": moment(row.end),
        "audience": row.buyer.audience, "holds": " + ".join(row.buyer.holds), "pieces": row.pieces,
        "list_value": row.list_value / FEN, "shop_off": row.shop_off / FEN, "platform_off": row.platform_off / FEN,
        "pay": row.pay / FEN, "offers": " + ".join(row.offers), "margin": row.margin / FEN,
        "margin_share": row.margin_share, "below_floor": row.below_floor, "below_cost": row.below_cost,
        "below_margin": row.below_margin,
    }  # fmt: skip


def _raw(row: FinalPrice) -> list[Cell]:
    return [
        Quantity(float(value), "") if isinstance(value, int | float) and not isinstance(value, bool) else value
        for value in _record(row).values()
    ]


VERBS = (Verb("prices", prices),)
