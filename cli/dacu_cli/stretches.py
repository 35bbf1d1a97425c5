"""Situations of a final-price table that are priced alike, told as one row: when it is, and who buys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dacu.units import FEN
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.shop.prices import FinalPrice


def stretches(rows: tuple[FinalPrice, ...]) -> list[list[tuple[FinalPrice, ...]]]:
    """Situations (the rows of the same SKUs) that say the same at other times, in the order of the first of each.

    Who pays what somebody with fewer rights pays at the time is not told.
    """
    situations: dict[tuple[Any, ...], list[FinalPrice]] = {}
    for row in rows:
        situations.setdefault((row.skus, row.platform, row.start, row.buyer), []).append(row)
    told: set[tuple[Any, ...]] = set()
    alike: dict[tuple[Any, ...], list[tuple[FinalPrice, ...]]] = {}
    for (skus, platform, start, who), found in situations.items():
        prices = tuple((row.pay, row.offers) for row in found)
        if (skus, platform, start, prices) not in told:
            told.add((skus, platform, start, prices))
            alike.setdefault((skus, platform, who, prices), []).append(tuple(found))
    place = {skus: number for number, skus in enumerate(dict.fromkeys(row.skus for row in rows))}
    return sorted(alike.values(), key=lambda times: (place[times[0][0].skus], times[0][0].start))


def when(spans: list[tuple[float, float]]) -> str:
    """The first stretch, `D1–D10` in whole days or `D4 20:00 – 24:00`, and how many there are."""
    joined = [spans[0]]
    for start, end in spans[1:]:
        joined[-1:] = [(joined[-1][0], end)] if joined[-1][1] == start else [joined[-1], (start, end)]
    start, end = joined[0]
    first, last = int(start // 24) + 1, -(-end // 24)
    if start % 24 == end % 24 == 0:
        told = f"D{first}" if first == last else f"D{first}–D{last:.0f}"
    else:
        told = f"{moment(start)} – " + (clock(end - 24 * (first - 1)) if first == last else moment(end))
    return told if len(joined) == 1 else f"{told} (×{len(joined)})"


def buyer(view: View, row: FinalPrice) -> str:
    """Audience and coupons held, or everybody."""
    held = " + ".join(path.removeprefix("promotions.") for path in row.buyer.holds)
    return " + ".join(part for part in (row.buyer.audience, held) if part) or view.say("everybody")


def situation(row: FinalPrice) -> dict[str, Any]:
    """Where, when and for whom a price holds, as columns of a table."""
    return {
        "platform": row.platform, "day": row.day, "start": moment(row.start), "end": moment(row.end),
        "audience": row.buyer.audience, "holds": " + ".join(row.buyer.holds),
    }  # fmt: skip


def charged(row: FinalPrice) -> dict[str, Any]:
    """What the bill comes to and what it leaves the shop, in yuan, as columns of a table."""
    return {
        "list_value": row.list_value / FEN, "shop_off": row.shop_off / FEN, "platform_off": row.platform_off / FEN,
        "pay": row.pay / FEN, "offers": " + ".join(row.offers), "margin": row.margin / FEN,
        "margin_share": row.margin_share, "creator_margin": row.creator_margin / FEN,
        "creator_margin_share": row.creator_margin_share, "below_floor": row.below_floor, "below_cost": row.below_cost,
        "below_margin": row.below_margin,
    }  # fmt: skip


def moment(hour: float) -> str:
    """Hours since D1 00:00 as `D3 19:30`."""
    return f"D{int(hour // 24) + 1} {clock(hour % 24)}"


def clock(hour: float) -> str:
    """Hours of a day as `19:30`, its end as `24:00`."""
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
