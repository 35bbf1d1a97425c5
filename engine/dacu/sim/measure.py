"""From a finished World to figures: measures of the run, realised and expected, and tidy tables whose ids are paths."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dacu.clock.hours import HOURS_A_DAY
from dacu.columns import totals_by
from dacu.ledger import NONE, Account, LineFlag, round_fen
from dacu.levers.base import Channel
from dacu.levers.contract import earned
from dacu.levers.kol import Creator
from dacu.levers.market import RIVALS
from dacu.people.users import Flag
from dacu.results import Replication
from dacu.shop.offers import Kind
from dacu.sim.aftermath import aftermath, quick_refunds
from dacu.sim.programme import open_points
from dacu.sim.repurchase import repurchase
from dacu.sim.tables import tables_of
from dacu.sim.tally import Expected, Measure
from dacu.sim.world import World

FROM_TALLY = {
    "exposures": Measure.VIEWS, "linked_exposures": Measure.LINKED_VIEWS, "interactions": Measure.INTERACTIONS,
    "clicks": Measure.CLICKS, "linked_clicks": Measure.LINKED_CLICKS, "visits": Measure.VISITS,
    "carts": Measure.CARTS, "channel_carts": Measure.CHANNEL_CARTS, "brand_searches": Measure.BRAND_SEARCHES,
    "orders": Measure.ORDERS, "channel_orders": Measure.CHANNEL_ORDERS, "lost_units": Measure.LOST_UNITS,
    "live_viewers": Measure.VIEWERS, "live_effective": Measure.EFFECTIVE, "live_seconds": Measure.DWELL_SECONDS,
    "live_effective_seconds": Measure.EFFECTIVE_SECONDS, "live_orders": Measure.ROOM_ORDERS,
    "contacts": Measure.CONTACTS, "reply_seconds": Measure.REPLY_SECONDS, "human_contacts": Measure.HUMAN_CONTACTS,
    "human_seconds": Measure.HUMAN_SECONDS, "human_half_minute": Measure.HUMAN_HALF_MINUTE,
    "human_three_minutes": Measure.HUMAN_THREE_MINUTES, "returning_visitors": Measure.RETURNS,
    "new_visitors": Measure.NEW_VISITORS,
    "returning_check_ins": Measure.CHECK_IN_RETURNS, "group_interactions": Measure.TALK,
    "member_days": Measure.MEMBER_DAYS,
    "claims": Measure.CLAIMS, "blocked_claims": Measure.BLOCKED_CLAIMS, "coupon_visitors": Measure.COUPON_VISITORS,
    "coupon_returned": Measure.COUPON_RETURNED, "points_issued": Measure.POINTS_ISSUED,
    "points_redeemed": Measure.POINTS_REDEEMED, "points_off": Measure.POINTS_OFF,
    "points_taken": Measure.POINTS_TAKEN,
    "abandoned": Measure.ABANDONED,
    "word_good": Measure.WORD_GOOD, "word_bad": Measure.WORD_BAD,
    "presale_deposits": Measure.DEPOSITS, "presale_paid": Measure.BALANCES,
}  # fmt: skip
FROM_CHANCES = {
    "clicks": Expected.CLICKS, "linked_clicks": Expected.LINKED_CLICKS, "carts": Expected.CARTS,
    "channel_carts": Expected.CHANNEL_CARTS, "orders": Expected.ORDERS, "channel_orders": Expected.CHANNEL_ORDERS,
    "new_buyers": Expected.NEW_ORDERS, "units": Expected.UNITS, "brand_searches": Expected.BRAND_SEARCHES,
    "list_value": Expected.LIST,
    "shop_off": Expected.SHOP_OFF, "platform_off": Expected.PLATFORM_OFF, "gmv": Expected.PAID,
    "old_gmv": Expected.OLD_PAID, "cogs": Expected.COGS, "platform_fee": Expected.FEE,
    "fulfilment": Expected.FULFILMENT, "refunds": Expected.REFUNDED, "preship_refunds": Expected.CANCELLED,
    "subsidy_back": Expected.SUBSIDY_BACK, "gifts": Expected.GIFTS, "presale_deposits": Expected.DEPOSITS,
    "presale_paid": Expected.BALANCES, "deposits_kept": Expected.DEPOSITS_KEPT,
}  # fmt: skip
FIXED = (
    "exposures", "linked_exposures", "interactions", "plays", "visits", "visitors", "reach", "channel_clicks", "spend",
    "budget", "paid_exposures", "paid_clicks", "kol_cost", "host_studio_content", "service", "messages",
    "risk_cost", "newcomer_off", "attributed_refunds", "learning_hours",
    "price_back",
    "returning_visitors", "visitor_days", "returning_check_ins", "check_in_days", "group_interactions", "member_days",
    "private_members", "new_visitors",
    "claims", "blocked_claims", "coupon_visitors", "coupon_returned", "coupon_orders",
    "points_issued", "points_redeemed", "points_taken", "points_off", "points_open", "rebate",
)  # fmt: skip
"""Measures that no draw of a purchase touches, or whose chances nobody sums: expected figures are the realised ones."""


def measure(world: World) -> Replication:
    """The figures of one run."""
    setting = world.setting
    realised = _realised(world)
    return Replication(
        setting.seed.seed, setting.seed.replication, realised, _expected(world, realised), tables_of(world)
    )


def paid_levers(world: World) -> NDArray[np.bool_]:
    """Which levers are budget lines."""
    return np.array([index in world.setting.budgets for index in range(len(world.setting.levers))], np.bool_)


def _realised(world: World) -> dict[str, int]:
    weight, lines, count = world.setting.weight, world.ledger.lines, world.tally.count
    figures = {name: int(count[row].sum()) for name, row in FROM_TALLY.items()}
    figures |= world.ledger.money()
    paid, new = paid_levers(world), lines["flags"] & LineFlag.NEW_BUYER != 0
    searched = _of_channel(world, Channel.SEARCH_ADS)
    by_lever = {row: count[row].sum(axis=0)[:-1] for row in (Measure.VIEWS, Measure.CLICKS, Measure.VISITS)}
    again = repurchase(world.ledger, world.setting.calendar.end_hour)
    figures |= {name: agents * weight for name, agents in again.items()}
    figures |= aftermath(world) | {
        "units": int(lines["qty"].astype(np.int64).sum()) * weight,
        "buyers": len(np.unique(lines["user"])) * weight,
        "new_buyers": len(np.unique(lines["user"][new])) * weight,
        "old_gmv": int(lines["paid"][~new].sum()),
        "visitors": int((world.users.flags & Flag.VISITED != 0).sum()) * weight,
        "reach": int((world.users.reached != 0).sum()) * weight,
        "plays": figures["exposures"] - int(by_lever[Measure.VIEWS][searched].sum()),
        "channel_clicks": int(by_lever[Measure.VISITS].sum()),
        "paid_exposures": int(by_lever[Measure.VIEWS][paid].sum()),
        "paid_clicks": int(by_lever[Measure.CLICKS][paid].sum()),
        "budget": int(sum(int(by_day.sum()) for by_day in world.setting.budgets.values())),
        "attributed_gmv": int(_by_lever(world, lines["paid"])[paid].sum()),
        "attributed_refunds": int(_refunds(world)[paid].sum()),
        "learning_hours": sum(state.get("learning_hours", 0) for state in world.state),
        "live_gmv": int(lines["paid"][lines["flags"] & LineFlag.IN_ROOM != 0].sum()),
        "live_sessions": sum(
            int((world.room(number).sessions[:, 0] >= 0).sum()) for number in range(len(world.setting.rooms))
        ),
        "visitor_days": int(world.tally.visitors[:-1].sum()),
        "check_in_days": int(count[Measure.CHECK_INS, :-HOURS_A_DAY].sum()),
        "private_members": int((world.users.flags & Flag.MEMBER != 0).sum()) * weight,
        "brand_searches_usual": round(world.tally.usual_count * _as_long(world)),
        "newcomer_off": _newcomer_off(world),
        "points_open": open_points(world),
        "coupon_orders": len(np.unique(lines["order"][lines["offers"] & np.uint32(_coupons(world)) != 0])) * weight,
    }
    if tax := world.setting.shop.costs.tax.share():  # a memo, printed where a rate is given
        figures["vat"] = int(round_fen((figures["gmv"] - figures["refunds"]) * tax))
    figures |= _ranked(world, figures["gmv"])
    return figures


def _expected(world: World, realised: Mapping[str, int]) -> dict[str, float]:
    mass = {name: world.tally.expected(row).sum(axis=0) for name, row in FROM_CHANCES.items()}
    figures = {name: float(by_lever.sum()) for name, by_lever in mass.items()}
    figures |= {name: float(realised[name]) for name in FIXED}
    figures["gifts"] += _given_away(world)
    figures["refunds"] += figures["price_back"]
    figures["attributed_gmv"] = float(world.tally.credited()[:-1][paid_levers(world)].sum())
    figures["commission"] = sum(
        float(earned(Fraction(float(mass["gmv"][index] - mass["refunds"][index])), row.lever.commission))
        for index, row in enumerate(world.setting.levers)
        if isinstance(row.lever, Creator) and row.lever.active
    ) + _hosts_commission(world)
    if tax := world.setting.shop.costs.tax.share():
        figures["vat"] = (figures["gmv"] - figures["refunds"]) * tax
    figures |= {name: float(rivals) for name, rivals in _ranked(world, figures["gmv"]).items()}
    figures["brand_searches_usual"] = world.tally.usual_mass / 2.0**32 * world.setting.weight * _as_long(world)
    return figures


def _ranked(world: World, gmv: float) -> dict[str, int]:
    """Rivals, and those who sell less than the shop in 30 days; nothing where none are stated."""
    rivals = world.setting.market.rivals
    if rivals is None:
        return {}
    return {"rivals": RIVALS, "rivals_below": rivals.below(gmv * 30 / world.setting.calendar.days)}


def _given_away(world: World) -> float:
    """Fen of gifts that go with no order: those of joining and of group activities."""
    entries = world.ledger.entries
    return float(entries["fen"][(entries["account"] == Account.GIFT) & (entries["order"] == NONE)].sum())


def _hosts_commission(world: World) -> int:
    """Fen of commission on what was sold in rooms: chances are summed by last touch, not by room."""
    entries = world.ledger.entries
    rooms = np.isin(entries["lever"], world.setting.room_levers)
    return int(entries["fen"][rooms & (entries["account"] == Account.COMMISSION)].sum())


def _as_long(world: World) -> float:
    """Days of the campaign per day of the week before it."""
    return world.setting.calendar.days / 7


def _of_channel(world: World, channel: Channel) -> NDArray[np.bool_]:
    return np.array([row.lever.channel is channel for row in world.setting.levers], np.bool_)


def _by_lever(world: World, amounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Amounts of order lines by the touch that reports can see."""
    lines = world.ledger.lines
    levers = np.where(_unseen(world), NONE, lines["lever"]).astype(np.int64)
    return totals_by(levers, amounts, len(world.setting.levers))


def _unseen(world: World) -> NDArray[np.bool_]:
    unseen: NDArray[np.bool_] = world.ledger.lines["flags"] & LineFlag.UNTRACKED != 0
    return unseen


def _refunds(world: World) -> NDArray[np.int64]:
    """Fen paid back within the first hour, by the touch of their orders that reports can see."""
    return _by_lever(world, np.where(quick_refunds(world), world.ledger.lines["paid"], 0))


def _coupons(world: World) -> int:
    """Bits of all coupons."""
    return sum(1 << bit for bit, rule in enumerate(world.offers.rules) if rule.kind is Kind.COUPON)


def _newcomer_off(world: World) -> int:
    """Discounts on lines that used an offer meant for people who never bought."""
    audiences = world.setting.audiences
    newcomers = sum(1 << (8 + place) for place, block in enumerate(audiences) if block.bought == "never")
    bits = sum(1 << bit for bit, rule in enumerate(world.offers.rules) if rule.audience & newcomers)
    lines = world.ledger.lines
    return int(lines["shop_off"][lines["offers"] & np.uint32(bits) != 0].sum())
