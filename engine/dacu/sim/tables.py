"""Tidy tables of one run: a row's id is a scenario path, a day or an hour; money in yuan, counts in people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.columns import totals_by
from dacu.kpis import compute
from dacu.language.paths import join_path, split_path
from dacu.ledger import SLOTS_AN_HOUR, Account, LineFlag
from dacu.levers.base import Channel
from dacu.levers.kol import Creator
from dacu.levers.organic import OrganicAccount
from dacu.levers.risk import Risk
from dacu.possible import Possible
from dacu.shop.offers import Kind
from dacu.sim.accounts import contracts, platforms
from dacu.sim.back_office import dispatch, refunds, returns, service
from dacu.sim.places import Place
from dacu.sim.rooms import SLOT_SECONDS
from dacu.sim.tally import Expected, Measure
from dacu.sim.world import World
from dacu.tables import FEN, Table, ratio, yuan

I64: TypeAlias = NDArray[np.int64]
STEPS = (
    ("exposures", Measure.VIEWS, None), ("clicks", Measure.CLICKS, Expected.CLICKS), ("visits", Measure.VISITS, None),
    ("carts", Measure.CARTS, Expected.CARTS), ("orders", Measure.ORDERS, Expected.ORDERS),
)  # fmt: skip


def tables_of(world: World) -> dict[str, Table]:
    """All tables of a run by name."""
    return {
        "funnel": _funnel(world),
        "daily": _timed(world, 24),
        "hourly": _timed(world, 1),
        "channels": _channels(world),
        "skus": _skus(world),
        "segments": _segments(world),
        "live": _live(world),
        "live_minutes": _live_minutes(world),
        "kols": _kols(world),
        "kol_groups": _kol_groups(world),
        "contracts": contracts(world),
        "platforms": platforms(world),
        "risks": _risks(world),
        "coupons": _coupons(world),
        "levels": _levels(world),
        "ledger": _ledger(world),
        "places": _places(world),
        "accounts": _accounts(world),
        "returns": returns(world),
        "refunds": refunds(world),
        "dispatch": dispatch(world),
        "service": service(world),
    }


def _funnel(world: World) -> Table:
    """Counts of each step, by draws and by chances where a draw decides."""
    realised = [int(world.tally.count[row].sum()) for _, row, _ in STEPS]
    chances = [None if row is None else float(world.tally.expected(row).sum()) for _, _, row in STEPS]
    return Table({"step": [name for name, _, _ in STEPS]}, {"count": realised, "expected": chances})


def _timed(world: World, hours: int) -> Table:
    """One row a day or an hour."""
    calendar, tally = world.setting.calendar, world.tally
    count = calendar.end_hour // hours
    days = [t * hours // 24 for t in range(count)]
    keys: dict[str, Sequence[Any]] = {"day": [day + 1 for day in days], "date": [*map(calendar.iso_date, days)]}
    if hours == 1:
        keys |= {"hour": [t % 24 for t in range(count)]}
    phases = [calendar.phase_at(t * hours + hours // 2) for t in range(count)]
    keys |= {"phase": [phase.name if phase else "" for phase in phases]}

    def by_period(by_hour: NDArray[Any]) -> NDArray[Any]:
        """Hours × levers as sums of a day or an hour, over all levers."""
        sums: NDArray[Any] = by_hour.sum(axis=1).reshape(count, hours).sum(axis=1)
        return sums

    numbers: dict[str, Any] = {name: by_period(tally.count[row]).tolist() for name, row, _ in STEPS}
    own = [index for index, row in enumerate(world.setting.levers) if row.lever.channel is Channel.ORGANIC]
    numbers["organic_plays"] = by_period(tally.count[Measure.VIEWS][:, own]).tolist()
    when = world.ledger.lines["slot"] // (12 * hours)
    numbers["gmv"] = yuan(totals_by(when, world.ledger.lines["paid"], count))
    numbers["gmv_expected"] = (by_period(tally.expected(Expected.PAID)) / FEN).tolist()
    entries = world.ledger.entries
    media = entries["account"] == Account.MEDIA
    numbers["spend"] = yuan(totals_by(entries["hour"][media] // hours, entries["fen"][media], count))
    if hours == 24:
        numbers |= {"new_orders_expected": by_period(tally.expected(Expected.NEW_ORDERS)).tolist()}
        numbers |= {"uv": tally.visitors.tolist()}
        numbers |= {name: by_period(tally.count[row]).tolist() for name, row in _BY_DAY.items()}
    return Table(keys, numbers)


_BY_DAY = {
    "uv_new": Measure.NEW_VISITORS, "coupon_visitors": Measure.COUPON_VISITORS,
    "coupon_returned": Measure.COUPON_RETURNED,
}  # fmt: skip


def _places(world: World) -> Table:
    """One row a day and platform: what a shop sees of itself there, in expected orders and money."""
    calendar, names, places = world.setting.calendar, world.setting.platforms.names, world.places
    days = range(calendar.days)
    keys: dict[str, Sequence[Any]] = {
        "day": [day + 1 for day in days for _ in names],
        "date": [calendar.iso_date(day) for day in days for _ in names],
        "platform": [join_path(("platforms", name)) for _ in days for name in names],
    }
    numbers: dict[str, Any] = {"uv": places.visitors.reshape(-1).tolist()}
    numbers |= _sold_by_place(world)
    numbers["orders_expected"] = places.expected(Place.ORDERS).reshape(-1).tolist()
    for name, place in _PAID_THERE.items():
        numbers[name] = (places.expected(place).reshape(-1) / FEN).tolist()
    numbers["spend"] = yuan(_spent_there(world))
    return Table(keys, numbers)


def _sold_by_place(world: World) -> dict[str, Sequence[float]]:
    """Orders and paid yuan by day × platform, as they came; an order counts with its first line."""
    lines, platforms = world.ledger.lines, len(world.setting.platforms)
    cells = world.setting.calendar.days * platforms
    cell = lines["slot"].astype(np.int64) // (24 * SLOTS_AN_HOUR) * platforms + lines["platform"]
    first = np.unique(lines["order"], return_index=True)[1]
    orders = np.bincount(cell[first], minlength=cells) * world.setting.weight
    return {"orders": orders.tolist(), "gmv": yuan(totals_by(cell, lines["paid"], cells))}


def _accounts(world: World) -> Table:
    """One row an own account: its posts over their whole lives, the warm-up too.

    post_rate is the plain mean over posts of at least 1,000 plays; interaction_rate pools all plays.
    """
    items, levers = world.items, world.setting.levers
    rows = [index for index, row in enumerate(levers) if isinstance(row.lever, OrganicAccount)]
    figures: list[dict[str, float | None]] = []
    for index in rows:
        plays, interactions = items["plays"][items["lever"] == index], items["interactions"][items["lever"] == index]
        known = plays >= KNOWN_PLAYS
        rates = [float(rate) for rate in interactions[known] / plays[known]]
        total = int(plays.sum())
        figures.append({
            "posts": int((plays > 0).sum()), "plays": total, "interactions": int(interactions.sum()),
            "interaction_rate": int(interactions.sum()) / total if total else None,
            "posts_known": len(rates), "post_rate": sum(rates) / len(rates) if rates else None,
        })  # fmt: skip
    names = ("posts", "plays", "interactions", "interaction_rate", "posts_known", "post_rate")
    paths = [levers[index].path for index in rows]
    return Table({"account": paths}, {name: [row[name] for row in figures] for name in names})


KNOWN_PLAYS = 1000  # from here on a post's own rate says something


def _spent_there(world: World) -> I64:
    """Fen of media by day × platform of the line."""
    entries, platforms = world.ledger.entries, len(world.setting.platforms)
    media = entries["account"] == Account.MEDIA
    home = np.array([state.get("platform", 0) for state in world.state] or [0], np.int64)
    cell = entries["hour"][media].astype(np.int64) // 24 * platforms + home[entries["lever"][media]]
    return totals_by(cell, entries["fen"][media], world.setting.calendar.days * platforms)


_PAID_THERE = {"gmv_expected": Place.PAID, "refunds_expected": Place.REFUNDED, "preship_expected": Place.CANCELLED}


def _channels(world: World) -> Table:
    """One row a lever that shows something, last-touch credit beside what it cost, and a row for no touch."""
    tally, levers = world.tally, world.setting.levers
    shown = [index for index, row in enumerate(levers) if not row.path.startswith(("promotions.", "risks."))]
    rows = [*shown, len(levers)]
    lines, entries = world.ledger.lines, world.ledger.entries
    unseen = (lines["lever"] < 0) | (lines["flags"] & LineFlag.UNTRACKED != 0)
    touched = np.where(unseen, len(levers), lines["lever"]).astype(np.int64)
    charged = np.where(entries["lever"] < 0, len(levers), entries["lever"]).astype(np.int64)
    media = entries["account"] == Account.MEDIA
    fixed = np.isin(entries["account"], [a for a in Account if a.stage == "campaign" and a.measure != "fulfilment"])
    counts = {name: tally.count[row].sum(axis=0)[rows] for name, row in _COUNTED.items()}
    gmv = totals_by(touched, lines["paid"], len(levers) + 1)[rows]
    orders = tally.count[Measure.ORDERS].sum(axis=0)[rows]
    spend = totals_by(charged[media], entries["fen"][media], len(levers) + 1)[rows]
    cost = totals_by(charged[fixed], entries["fen"][fixed], len(levers) + 1)[rows]
    budget = np.array([int(world.setting.budgets[row].sum()) if row in world.setting.budgets else 0 for row in rows])
    reach = np.array([_reach(world, row) for row in rows])
    expected = tally.credited()[rows]
    numbers: dict[str, Any] = {name: column.tolist() for name, column in counts.items()}
    numbers |= {"reach": reach.tolist(), "frequency": ratio(counts["exposures"], reach),
                "ctr": ratio(counts["clicks"], counts["exposures"])}  # fmt: skip
    numbers |= {"orders": orders.tolist(), "gmv": yuan(gmv), "gmv_expected": (expected / FEN).tolist()}
    numbers |= {"spend": yuan(spend), "budget": yuan(budget), "spend_rate": ratio(spend, budget)}
    numbers |= {"cost": yuan(cost), "roi": ratio(gmv, spend), "roi_platform": ratio(_sold_there(world, rows), spend)}
    states = [world.state[row] if row < len(levers) else {} for row in rows]
    numbers |= {"learning_days": [state.get("learning_hours", 0) / 24 for state in states]}
    return Table({"channel": [*(levers[index].path for index in shown), "none"]}, numbers)


def _sold_there(world: World, rows: Sequence[int]) -> I64:
    """Fen paid on the platform of each budget line, whatever led to it: what target-ROI lines call their own."""
    lines, levers = world.ledger.lines, world.setting.levers
    paid = totals_by(lines["platform"].astype(np.int64), lines["paid"], len(world.setting.platforms))
    return np.array([paid[world.state[row].get("platform", 0)] if row < len(levers) else 0 for row in rows], np.int64)


_COUNTED = {
    "exposures": Measure.VIEWS, "interactions": Measure.INTERACTIONS, "clicks": Measure.CLICKS,
    "visits": Measure.VISITS, "carts": Measure.CARTS, "entries": Measure.ENTRIES, "cannibalised": Measure.CANNIBALISED,
    "messages": Measure.MESSAGES,
}  # fmt: skip


def _reach(world: World, row: int) -> int:
    """People a line has reached; the last bit is shared by all levers beyond 31, which then have none of their own."""
    levers = world.setting.levers
    if row >= len(levers) or sum(other.reach_bit == levers[row].reach_bit for other in levers) > 1:
        return 0
    bit = np.uint32(1 << levers[row].reach_bit)
    return int((world.users.reached & bit != 0).sum()) * world.setting.weight


def _skus(world: World) -> Table:
    """One row a SKU."""
    goods, lines, weight = world.goods, world.ledger.lines, world.setting.weight
    sku, size = lines["sku"].astype(np.int64), len(goods)
    units = totals_by(sku, lines["qty"].astype(np.int64) * weight, size)
    paid, listed = (totals_by(sku, lines[name], size) for name in ("paid", "list"))
    off = totals_by(sku, lines["shop_off"], size)
    stock = [None if left < 0 else int(left) for left in goods.stock]
    led = np.bincount(sku[_main_lines(lines)], minlength=size) * weight
    return Table(
        {"sku": [goods.path(row) for row in range(size)]},
        {"units": units.tolist(), "orders_led": led.tolist(), "gmv": yuan(paid),
         "list_value": yuan(listed), "coupon_cost": yuan(off),
         "mean_price": ratio(paid, units * 100), "cogs": yuan(units * goods.cost), "stock_left": stock,
         "rating": goods.rating.tolist(), "reviews": goods.reviews.tolist()},
    )  # fmt: skip


def _main_lines(lines: Any) -> I64:
    """Row of each order's dearest line, the first of equals: what the order was about."""
    rank = np.lexsort((np.arange(lines.size), -lines["paid"], lines["order"]))
    first = np.unique(lines["order"][rank], return_index=True)[1]
    rows: I64 = rank[first]
    return rows


def _segments(world: World) -> Table:
    """One row a persona."""
    lines, weight, names = world.ledger.lines, world.setting.weight, world.setting.persona_names
    persona = world.users.born.persona.astype(np.int64)
    people = np.bincount(persona, minlength=len(names)) * weight
    buyer = np.unique(lines["user"])
    buyers = np.bincount(persona[buyer], minlength=len(names)) * weight
    gmv = totals_by(persona[lines["user"]], lines["paid"], len(names))
    orders = np.unique(lines["order"], return_index=True)[1]
    ordered = np.bincount(persona[lines["user"][orders]], minlength=len(names)) * weight
    return Table(
        {"segment": [f"people.personas.{name}" for name in names]},
        {"people": people.tolist(), "buyers": buyers.tolist(), "orders": ordered.tolist(), "gmv": yuan(gmv),
         "gmv_per_person": ratio(gmv, people * 100)},
    )  # fmt: skip


def _live(world: World) -> Table:
    """One row a room."""
    tally, setting = world.tally, world.setting
    rows = list(setting.room_levers)
    lines = world.ledger.lines
    figures: list[Mapping[str, float | None]] = []
    for number, lever in enumerate(rows):
        sold = lines["room"] == lever
        measures = {name: int(tally.count[row, :, lever].sum()) for name, row in _WATCHED.items()} | {
            "live_gmv": int(lines["paid"][sold].sum()),
            "live_sessions": int((world.room(number).sessions[:, 0] >= 0).sum()),
        }
        figures.append(compute(measures) | {"sessions": measures["live_sessions"], "gmv": measures["live_gmv"] / FEN})
    names = list(figures[0]) if figures else []
    return Table({"room": [room.path for room in setting.rooms]}, {n: [f[n] for f in figures] for n in names})


def _live_minutes(world: World) -> Table:
    """One row a room and five minutes since a session began: who came in and what was paid for meanwhile, all sessions
    together, and how many watched at once, the mean over those five minutes and over sessions.
    """
    lines, setting, tally = world.ledger.lines, world.setting, world.tally
    keys: dict[str, list[Any]] = {"room": [], "minute": []}
    numbers: dict[str, list[float | None]] = {name: [] for name in ("sessions", "watching", "entries", "orders", "gmv")}
    for number, (lever, planned) in enumerate(zip(setting.room_levers, setting.rooms, strict=True)):
        longest = max((stop - start for start, stop in planned.with_extra().sessions.tolist()), default=0)
        since = _since_start(world.room(number).sessions, setting.calendar.end_hour * SLOTS_AN_HOUR)
        sold = lines["room"] == lever
        step = since[lines["slot"][sold]]  # a presale's balance may be paid when the room is closed
        inside = step >= 0
        first = np.unique(lines["order"][sold][inside], return_index=True)[1]
        keys["room"] += [planned.path] * longest
        keys["minute"] += [5 * place for place in range(longest)]
        held = np.bincount(since[since >= 0], minlength=longest)
        numbers["sessions"] += held.tolist()
        watched = totals_by(since, tally.watched[number], longest) * setting.weight
        numbers["watching"] += ratio(watched, held * SLOT_SECONDS)
        numbers["entries"] += (totals_by(since, tally.entered[number], longest) * setting.weight).tolist()
        numbers["orders"] += (np.bincount(step[inside][first], minlength=longest) * setting.weight).tolist()
        numbers["gmv"] += yuan(totals_by(step[inside], lines["paid"][sold][inside], longest))
    return Table(keys, numbers)


def _since_start(sessions: I64, slots: int) -> I64:
    """Of each slot of the campaign how many lie between the start of the session and it; −1 outside of sessions."""
    since = np.full(slots, -1, np.int64)
    for start, stop in reversed(sessions.tolist()):
        if start >= 0:
            since[start:stop] = np.arange(len(since[start:stop]))
    return since


_WATCHED = {
    "live_viewers": Measure.VIEWERS, "live_effective": Measure.EFFECTIVE, "live_seconds": Measure.DWELL_SECONDS,
    "live_effective_seconds": Measure.EFFECTIVE_SECONDS, "live_orders": Measure.ROOM_ORDERS,
}  # fmt: skip


def _kols(world: World) -> Table:
    """One row a creator."""
    rows = [(index, row) for index, row in enumerate(world.setting.levers) if isinstance(row.lever, Creator)]
    lines, entries, tally = world.ledger.lines, world.ledger.entries, world.tally
    size = len(world.setting.levers)
    gmv = totals_by(lines["lever"].astype(np.int64), lines["paid"], size)
    costs = np.isin(entries["account"], [a for a in Account if a.measure in ("kol_cost", "commission")])
    cost = totals_by(entries["lever"][costs].astype(np.int64), entries["fen"][costs], size)
    index = [place for place, _ in rows]
    counts = {name: tally.count[row].sum(axis=0)[index] for name, row in _COUNTED.items() if name in _CREATED}
    numbers: dict[str, Any] = {name: column.tolist() for name, column in counts.items()}
    numbers |= {
        "reach": [_reach(world, place) for place in index],
        "gmv": yuan(gmv[index]),
        "cost": yuan(cost[index]),
    }
    numbers |= {"roi": ratio(gmv[index], cost[index])}
    return Table({"kol": [row.path for _, row in rows]}, numbers)


def _kol_groups(world: World) -> Table:
    """One row a group of creators: the sums, and what one of them brings (10th, 50th and 90th percentile)."""
    alone = _kols(world)
    paths: list[str] = list(alone.keys["kol"])
    groups = list(dict.fromkeys(join_path(split_path(path)[:2]) for path in paths if len(split_path(path)) > 2))
    numbers: dict[str, list[float | None]] = {name: [] for name in ("count", "gmv", "cost", "roi", *_PERCENTILES)}
    for group in groups:
        rows = [row for row, path in enumerate(paths) if path.startswith(f"{group}.")]
        gmv, cost = ([float(alone.numbers[name][row] or 0) for row in rows] for name in ("gmv", "cost"))
        numbers["count"].append(len(rows))
        numbers["gmv"].append(sum(gmv))
        numbers["cost"].append(sum(cost))
        numbers["roi"].append(sum(gmv) / sum(cost) if sum(cost) > 0 else None)
        for name, share in _PERCENTILES.items():
            numbers[name].append(float(np.quantile(gmv, share)))
    return Table({"group": groups}, numbers)


_PERCENTILES = {"one_p10": 0.1, "one_p50": 0.5, "one_p90": 0.9}
_CREATED = ("exposures", "interactions", "clicks", "visits")


def _risks(world: World) -> Table:
    """One row a risk: how often it struck, on which day first, for how many days, and what handling it cost."""
    rows = [(index, row) for index, row in enumerate(world.setting.levers) if isinstance(row.lever, Risk)]
    spells = [world.state[index]["spells"] for index, _ in rows]
    entries = world.ledger.entries
    handled = entries["account"] == Account.RISK
    cost = totals_by(entries["lever"][handled].astype(np.int64), entries["fen"][handled], len(world.setting.levers))
    numbers: dict[str, Any] = {
        "strikes": [len(own) for own in spells],
        "first_day": [own[0][0] // 24 + 1 if own else None for own in spells],
        "days_struck": [sum(last - first for first, last in own) / 24 for own in spells],
        "cost": yuan(cost[[index for index, _ in rows]]),
    }
    return Table({"risk": [row.path for _, row in rows]}, numbers)


def _coupons(world: World) -> Table:
    """One row a coupon: what was claimed and refused, the orders that used it, what they saved and brought."""
    rules, weight, lines = world.offers.rules, world.setting.weight, world.ledger.lines
    bits = [bit for bit, rule in enumerate(rules) if rule.kind is Kind.COUPON]
    levers = [world.setting.offer_lever[bit] for bit in bits]
    count = {name: world.tally.count[row].sum(axis=0)[levers] for name, row in _HANDED_OUT.items()}
    used = [lines["offers"] & np.uint32(1 << bit) != 0 for bit in bits]
    orders = np.array([len(np.unique(lines["order"][rows])) * weight for rows in used], np.int64)
    money = {
        heading: yuan(np.array([lines[column][rows].sum() for rows in used], np.int64))
        for heading, column in (("coupon_cost", "shop_off"), ("gmv", "paid"))
    }
    numbers: dict[str, Any] = {name: column.tolist() for name, column in count.items()}
    numbers |= {"orders": orders.tolist(), "redeemed": ratio(orders, count["claims"]), **money}
    return Table({"coupon": [rules[bit].path for bit in bits]}, numbers)


_HANDED_OUT = {"claims": Measure.CLAIMS, "blocked_claims": Measure.BLOCKED_CLAIMS, "messages": Measure.MESSAGES}


def _levels(world: World) -> Table:
    """One row a level of the membership programme, the entry level first: people at the end, what they ordered."""
    setting, lines, weight = world.setting, world.ledger.lines, world.setting.weight
    if setting.members is None:
        return Table({"level": []}, {name: [] for name in ("people", "orders", "gmv")})
    names = ["members.entry", *(join_path(("members", "levels", name)) for name in setting.level_bits)]
    level = world.users.level.astype(np.int64)
    people = np.bincount(level[world.users.orders > 0], minlength=len(names)) * weight
    orders = np.unique(lines["order"], return_index=True)[1]
    ordered = np.bincount(level[lines["user"][orders]], minlength=len(names)) * weight
    gmv = totals_by(level[lines["user"]], lines["paid"], len(names))
    return Table({"level": names}, {"people": people.tolist(), "orders": ordered.tolist(), "gmv": yuan(gmv)})


def _ledger(world: World) -> Table:
    """One row an account, orders' money first."""
    money, ledger = world.ledger.money(), world.ledger
    names = ["list_value", "shop_off", "platform_off", "gmv", *(account.name.lower() for account in Account)]
    fen = [money[name] for name in names[:4]] + [ledger.spent(account) for account in Account]
    least = np.where([name in _GIVEN_BACK for name in names], -np.inf, 0.0)
    return Table({"account": names}, {"yuan": [amount / FEN for amount in fen]}, {"yuan": Possible(least)})


_GIVEN_BACK = {account.name.lower() for account in (Account.GUARANTEE, Account.REBATE, Account.DEPOSIT_KEPT)}
"""Accounts of money that comes back to the shop, below zero."""
