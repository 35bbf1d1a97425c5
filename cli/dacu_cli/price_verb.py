"""`dacu prices`: what each SKU, or a basket, costs in each situation (到手价), by the price engine alone."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dacu.errors import Finding, InputError
from dacu.levers.contract import brackets
from dacu.readable import Quantity
from dacu.scenario.load import Loaded, load
from dacu.units import FEN
from dacu_cli import baskets
from dacu_cli.options import Baskets, Pieces, Reference, Sets
from dacu_cli.page import Cell, Page, Section
from dacu_cli.stretches import buyer, charged, situation, stretches, when
from dacu_cli.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dacu.shop.prices import Basket, FinalPrice, PriceTable

FIRST_AUDIENCE_BIT = 8
MOST_PIECES = 3


def prices(view: View, reference: Reference, sets: Sets = None, basket: Baskets = None, pieces: Pieces = None) -> None:
    """Print final prices, and warn of those below a floor."""
    if basket and pieces is not None:
        raise InputError(Finding("cli_basket_has_pieces", path="--pieces", value=str(pieces)))
    loaded = load(reference, sets or ())
    if basket:
        table = price_table_of(loaded, baskets.read(basket, tuple(loaded.scenario.skus)))
        sections, records = baskets.sections(view, table.rows), [baskets.record(row) for row in table.rows]
        lines = [line for row in table.rows for line in baskets.flat(row)]
        about = view.say("baskets_about")
    else:
        from dacu.shop.prices import alone

        table = price_table_of(loaded, alone(len(loaded.scenario.skus), pieces or MOST_PIECES))
        sections = _sections(view, loaded.name, table.rows)
        lines = records = [_record(row) for row in table.rows]
        about = view.say("prices_about")
    data = {
        "scenario": loaded.name,
        "prices": records,
        "warnings": [finding.sentence(view.lang) for finding in table.warnings],
    }
    whole = Section("", tuple(lines[0]) if lines else (), [_raw(line) for line in lines])
    sound = () if table.warnings else (view.say("prices_sound"),)
    follow = view.say("next", line=shlex.join(["dacu", "simulate", reference]))
    view.show(Page(data, sections, whole, notes=(about, *sound, follow)))
    view.warn(table.warnings)


def price_table_of(loaded: Loaded, asked: Sequence[Basket] | None = None) -> PriceTable:
    """The final prices of a scenario: its levers open on a stage with one agent on it, then the price engine bills.

    Of the baskets `asked`, or of some pieces of each SKU alone. Warnings stand at the line of their SKU. InputError
    for what only shows when every lever has spoken, such as two prices at once.
    """
    from dacu.people.population import Seed
    from dacu.shop.checks import dearer_in_the_sale
    from dacu.shop.prices import Costs, Storefront, alone, price_table
    from dacu.sim.stage import build, placed

    world = build(loaded, Seed(1, 0), agents=1)
    shop, platforms = loaded.scenario.shop, world.setting.platforms
    fronts = tuple(Storefront(platforms.names[row], row, float(platforms.fee[row])) for row in platforms.selling)
    costs = Costs(fronts, _parcel(loaded), shop.margin_floor, _dearest_commission(loaded))
    audiences = {name: 1 << (FIRST_AUDIENCE_BIT + place) for place, name in enumerate(loaded.scenario.people.audiences)}
    audiences |= {f"members.{name}": bit for name, bit in world.setting.level_bits.items()}
    days = loaded.scenario.calendar.days
    what = alone(len(world.goods), MOST_PIECES) if asked is None else asked
    table = price_table(world.setting.rulebook, world.goods, audiences, costs, days, what)
    selling = {front.platform: front.row for front in fronts}
    raised = dearer_in_the_sale(world.setting.outlook, world.setting.calendar, selling, world.goods)
    return replace(table, warnings=tuple(placed(loaded, finding) for finding in (*table.warnings, *raised)))


def _parcel(loaded: Loaded) -> int:
    """Fen that sending an order costs: packing, freight, and its return-freight insurance."""
    operations = loaded.scenario.operations
    insurance = operations.returns.insurance
    return loaded.scenario.shop.fulfilment + operations.carrying.freight + (insurance.premium if insurance.on else 0)


def _dearest_commission(loaded: Loaded) -> float:
    """The largest share of what is paid that a creator or the host of a room takes."""
    creators = [creator.commission for creator in loaded.scenario.creators.values() if creator.active]
    hosts = [room.commission for room in loaded.scenario.live.values() if room.active]
    return max((float(bracket.rate) for owed in (*creators, *hosts) for bracket in brackets(owed)), default=0.0)


def _sections(view: View, name: str, rows: tuple[FinalPrice, ...]) -> tuple[Section, ...]:
    """A row a SKU, platform, stretch of days and buyer: the price of a piece by pieces, least margin, discounts."""
    most = max((row.pieces for row in rows), default=0)
    pieces = tuple(view.say("pieces", count=count) for count in range(1, most + 1))
    commission = any(row.creator_margin != row.margin for row in rows)
    margins = ("margin_share", "creator_margin_share") if commission else ("margin_share",)
    platform = ("platform",) if len({row.platform for row in rows}) > 1 else ()
    columns = ("sku", *platform, "when", "buyer", *pieces, *margins, "offers")
    read = [_read(view, times, platform, margins) for times in stretches(rows)]
    return (Section(view.say("prices_title", name=name), columns, read),)


def _read(
    view: View, times: list[tuple[FinalPrice, ...]], platform: tuple[str, ...], margins: tuple[str, ...]
) -> list[Cell]:
    rows = times[0]
    offers = dict.fromkeys(path.removeprefix("promotions.") for row in rows for path in row.offers)
    return [
        rows[0].sku.removeprefix("skus."), *(getattr(rows[0], name) for name in platform),
        when([(rows[0].start, rows[0].end) for rows in times]),
        buyer(view, rows[0]),
        *(Quantity(row.piece_price / FEN, "yuan") for row in rows),
        *(Quantity(min(getattr(row, margin) for row in rows), "share") for margin in margins),
        " + ".join(offers) or view.say("none"),
    ]  # fmt: skip


def _record(row: FinalPrice) -> dict[str, Any]:
    return {"sku": row.sku, **situation(row), "pieces": row.pieces, **charged(row)}


def _raw(record: dict[str, Any]) -> list[Cell]:
    return [
        Quantity(float(value), "") if isinstance(value, int | float) and not isinstance(value, bool) else value
        for value in record.values()
    ]
