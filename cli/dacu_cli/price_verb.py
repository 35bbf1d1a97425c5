"""`dacu prices`: what each SKU costs in each situation (到手价), by the price engine alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dacu.levers.contract import brackets
from dacu.scenario.load import Loaded, load
from dacu.units import FEN
from dacu_cli.options import Pieces, Reference, Sets
from dacu_cli.page import Cell, Page, Quantity, Section
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.shop.prices import FinalPrice, PriceTable

FIRST_AUDIENCE_BIT = 8


def prices(view: View, reference: Reference, sets: Sets = None, pieces: Pieces = 3) -> None:
    """Print final prices, and warn of those below a floor."""
    loaded = load(reference, sets or ())
    table = price_table_of(loaded, pieces)
    data = {
        "scenario": loaded.name,
        "prices": [_record(row) for row in table.rows],
        "warnings": [finding.sentence(view.lang) for finding in table.warnings],
    }
    whole = Section("", tuple(_record(table.rows[0])) if table.rows else (), [_raw(row) for row in table.rows])
    notes = [view.say("prices_about"), view.say("next", line=f"dacu simulate {reference}")]
    if not table.warnings:
        notes.insert(1, view.say("prices_sound"))
    view.show(Page(data, _sections(view, loaded.name, table.rows), whole, notes=tuple(notes)))
    view.warn(table.warnings)


def price_table_of(loaded: Loaded, most_pieces: int = 3) -> PriceTable:
    """The final prices of a scenario: its levers open on a stage with one agent on it, then the price engine bills.

    Warnings stand at the line of their SKU. InputError for what only shows when every lever has spoken, such as two
    prices at once.
    """
    from dacu.people.population import Seed
    from dacu.shop.checks import dearer_in_the_sale
    from dacu.shop.prices import Costs, Storefront, price_table
    from dacu.sim.stage import build, placed

    world = build(loaded, Seed(1, 0), agents=1)
    shop, platforms = loaded.scenario.shop, world.setting.platforms
    fronts = tuple(Storefront(platforms.names[row], row, float(platforms.fee[row])) for row in platforms.selling)
    costs = Costs(fronts, _parcel(loaded), shop.margin_floor, _dearest_commission(loaded))
    audiences = {name: 1 << (FIRST_AUDIENCE_BIT + place) for place, name in enumerate(loaded.scenario.people.audiences)}
    audiences |= {f"members.{name}": bit for name, bit in world.setting.level_bits.items()}
    days = loaded.scenario.calendar.days
    table = price_table(world.setting.rulebook, world.goods, audiences, costs, days, most_pieces)
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
    read = [_read(view, times, platform, margins) for times in _stretches(rows)]
    return (Section(view.say("prices_title", name=name), columns, read),)


def _stretches(rows: tuple[FinalPrice, ...]) -> list[list[tuple[FinalPrice, ...]]]:
    """Situations (prices by pieces) that say the same at other times, in the order of the first of each.

    Who pays what somebody with fewer rights pays at the time is not told.
    """
    situations: dict[tuple[Any, ...], list[FinalPrice]] = {}
    for row in rows:
        situations.setdefault((row.sku, row.platform, row.start, row.buyer), []).append(row)
    told: set[tuple[Any, ...]] = set()
    alike: dict[tuple[Any, ...], list[tuple[FinalPrice, ...]]] = {}
    for (sku, platform, start, buyer), found in situations.items():
        prices = tuple((row.pay, row.offers) for row in found)
        if (sku, platform, start, prices) not in told:
            told.add((sku, platform, start, prices))
            alike.setdefault((sku, platform, buyer, prices), []).append(tuple(found))
    place = {sku: number for number, sku in enumerate(dict.fromkeys(row.sku for row in rows))}
    return sorted(alike.values(), key=lambda times: (place[times[0][0].sku], times[0][0].start))


def _read(
    view: View, times: list[tuple[FinalPrice, ...]], platform: tuple[str, ...], margins: tuple[str, ...]
) -> list[Cell]:
    rows = times[0]
    offers = dict.fromkeys(path.removeprefix("promotions.") for row in rows for path in row.offers)
    return [
        rows[0].sku.removeprefix("skus."), *(getattr(rows[0], name) for name in platform),
        _when([(rows[0].start, rows[0].end) for rows in times]),
        _buyer(view, rows[0]),
        *(Quantity(row.piece_price / FEN, "yuan") for row in rows),
        *(Quantity(min(getattr(row, margin) for row in rows), "share") for margin in margins),
        " + ".join(offers) or view.say("none"),
    ]  # fmt: skip


def _when(spans: list[tuple[float, float]]) -> str:
    """The first stretch, `D1–D10` in whole days or `D4 20:00 – 24:00`, and how many there are."""
    joined = [spans[0]]
    for start, end in spans[1:]:
        joined[-1:] = [(joined[-1][0], end)] if joined[-1][1] == start else [joined[-1], (start, end)]
    start, end = joined[0]
    first, last = int(start // 24) + 1, -(-end // 24)
    if start % 24 == end % 24 == 0:
        when = f"D{first}" if first == last else f"D{first}–D{last:.0f}"
    else:
        when = f"{moment(start)} – " + (clock(end - 24 * (first - 1)) if first == last else moment(end))
    return when if len(joined) == 1 else f"{when} (×{len(joined)})"


def _buyer(view: View, row: FinalPrice) -> str:
    held = " + ".join(path.removeprefix("promotions.") for path in row.buyer.holds)
    return " + ".join(part for part in (row.buyer.audience, held) if part) or view.say("everybody")


def moment(hour: float) -> str:
    """Hours since D1 00:00 as `D3 19:30`."""
    return f"D{int(hour // 24) + 1} {clock(hour % 24)}"


def clock(hour: float) -> str:
    """Hours of a day as `19:30`, its end as `24:00`."""
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _record(row: FinalPrice) -> dict[str, Any]:
    return {
        "sku": row.sku, "platform": row.platform, "day": row.day, "start": moment(row.start), "end": moment(row.end),
        "audience": row.buyer.audience, "holds": " + ".join(row.buyer.holds), "pieces": row.pieces,
        "list_value": row.list_value / FEN, "shop_off": row.shop_off / FEN, "platform_off": row.platform_off / FEN,
        "pay": row.pay / FEN, "offers": " + ".join(row.offers), "margin": row.margin / FEN,
        "margin_share": row.margin_share, "creator_margin": row.creator_margin / FEN,
        "creator_margin_share": row.creator_margin_share, "below_floor": row.below_floor, "below_cost": row.below_cost,
        "below_margin": row.below_margin,
    }  # fmt: skip


def _raw(row: FinalPrice) -> list[Cell]:
    return [
        Quantity(float(value), "") if isinstance(value, int | float) and not isinstance(value, bool) else value
        for value in _record(row).values()
    ]
