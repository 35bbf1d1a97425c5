"""Rows A: the figures of the reference case."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from bench import Plan
from figures import (
    Found,
    Read,
    Runs,
    cart_rate,
    change,
    change_of_ratio,
    daily,
    days,
    kpi,
    lines,
    mean,
    measure,
    post_rate,
    ratio,
    realised,
    yes,
)  # fmt: skip
from table import row

from dacu.results import Replication

Results = Mapping[str, Runs]
BOOSTED = "channels.boost"

SHOP = Plan("baseline_shop.yaml")
MATRIX = Plan("content_matrix.yaml", ("calendar.days=30",), agents=20_000)
BOOST = Plan("boost_hit.yaml")
HOST = Plan("live_top_host.yaml", agents=125_000)
SALE = Plan("bigsale_1111.yaml")


@row("A01", "exposure click rate", 0.03, 0.05, shop=SHOP)
def _(r: Results) -> Found:
    return mean(r["shop"], kpi("ctr"))


@row("A02", "add-to-cart rate", 0.08, 0.12, shop=SHOP)
def _(r: Results) -> Found:
    every = ratio(r["shop"], measure("carts"), measure("visits"))
    return cart_rate(r["shop"]).beside(all_visits=every)


@row("A03", "interaction rate of posts", 0.11, 0.13, matrix=MATRIX)
def _(r: Results) -> Found:
    def total(column: str) -> Read:
        return lambda run: sum(value or 0 for value in run.tables["accounts"].numbers[column])

    return mean(r["matrix"], post_rate).beside(pooled=ratio(r["matrix"], total("interactions"), total("plays")))


@row("A04", "ROI of boosted plays, last touch", 4.8, 5.8, boost=BOOST)
def _(r: Results) -> Found:
    return ratio(r["boost"], lines("gmv_expected", BOOSTED), lines("spend", BOOSTED))


@row("A05", "peak-day visitors of the shop", 100_000, inf, boost=BOOST)
def _(r: Results) -> Found:
    return mean(r["boost"], lambda run: max(daily(run, "uv")))


@row("A06", "plays of the matrix", 50e6, inf, matrix=MATRIX)
def _(r: Results) -> Found:
    return mean(r["matrix"], lines("exposures", "content.accounts."))


@row("A07", "live watch time, minutes of those who stay 60 s", 26, 30, host=HOST)
def _(r: Results) -> Found:
    every = mean(r["host"], realised("live_dwell_all_min"))
    return mean(r["host"], realised("live_dwell_min")).beside(all_viewers=every)


@row("A08", "live conversion of those who stay 60 s", 0.08, 0.11, host=HOST)
def _(r: Results) -> Found:
    return mean(r["host"], realised("live_cvr")).beside(all_viewers=mean(r["host"], realised("live_cvr_all")))


@row("A09", "GMV a session, million yuan", 0.5, 0.8, host=HOST)
def _(r: Results) -> Found:
    return mean(r["host"], lambda run: (realised("live_gmv_per_session")(run) or 0) / 1e6)


def _high_share(run: Replication) -> float:
    led = dict(zip(run.tables["skus"].keys["sku"], run.tables["skus"].numbers["orders_led"], strict=True))
    return sum(n or 0 for sku, n in led.items() if ".high" in sku) / sum(n or 0 for n in led.values())


BEFORE, AFTER = Plan("assortment_shift.yaml"), Plan("assortment_shift.yaml+after")


@row("A11", "order share of high-price SKUs after the shift", 0.37, 0.43, before=BEFORE, after=AFTER)
def _(r: Results) -> Found:
    return mean(r["after"], _high_share).beside(before=mean(r["before"], _high_share), assortment=8 / 12)


@row("A12", "change of AOV", 0.19, 0.25, before=BEFORE, after=AFTER)
def _(r: Results) -> Found:
    return change_of_ratio(r["before"], r["after"], measure("gmv"), measure("orders"))


NO_VENUE = Plan("bigsale_1111.yaml+no_venue")


@row("A13", "big-sale multiple of a burst day", 13.5, 16.5, sale=SALE, no_venue=NO_VENUE)
def _(r: Results) -> Found:
    day, usual = days("gmv", 25, 25), days("gmv", 1, 14)
    without = ratio(r["no_venue"], day, usual)
    whole = ratio(r["sale"], lambda run: sum(daily(run, "gmv")[14:]), usual)
    venue = ratio(r["sale"], lines("gmv", "channels.venue"), lambda run: daily(run, "gmv")[24])
    return ratio(r["sale"], day, usual).beside(without_venue=without, period_total=whole, venue_share=venue)


@row("A19", "SKU roles 40/30/30", 1, 1)
def _(r: Results) -> Found:
    roles = [sku.role for sku in SHOP.load().scenario.skus.values()]
    shares = [roles.count(role) / len(roles) for role in ("traffic", "profit", "image")]
    return yes(shares == [0.4, 0.3, 0.3])


KOLS, NO_KOLS = Plan("kol_brand.yaml"), Plan("kol_brand.yaml+no_kol")


@row("A27", "creators' exposures, million", 0.9, 1.1, kol=KOLS)
def _(r: Results) -> Found:
    return mean(r["kol"], lambda run: (lines("exposures", "kols.")(run) or 0) / 1e6)


@row("A28", "brand search index against no creators", 0.25, 0.35, kol=KOLS, none=NO_KOLS)
def _(r: Results) -> Found:
    index = mean(r["kol"], lambda run: (kpi("brand_search_index")(run) or 0) - 1)
    return change(r["none"], r["kol"], measure("brand_searches")).beside(against_week_before=index)


@row("A30", "three peaks of hourly visits", 1, 1, shop=SHOP)
def _(r: Results) -> Found:
    hours = [0.0] * 24
    for run in r["shop"]:
        for place, value in enumerate(run.tables["hourly"].numbers["visits"]):
            hours[place % 24] += value or 0
    peaks = [h for h in range(24) if hours[h] > hours[h - 1] and hours[h] > hours[(h + 1) % 24]]
    top = sorted(sorted(peaks, key=lambda h: -hours[h])[:3])
    inside = len(top) == 3 and 8 <= top[0] < 10 and 11 <= top[1] <= 13 and 18 <= top[2] < 24
    return yes(inside, **{f"peak_{place + 1}": float(hour) for place, hour in enumerate(top)})


SHOCK = {name: Plan(f"algorithm_shock.yaml{suffix}", agents=10_000)
         for name, suffix in (("shock", ""), ("calm", "+no_shock"), ("answer", "+new_formats"))}  # fmt: skip


def _plays(first: int, last: int) -> Read:
    """Plays of own posts on days first…last, by hours of the daily table of exposures."""

    def read(run: Replication) -> float:
        return sum(daily(run, "organic_plays")[first - 1 : last])

    return read


@row("A34", "algorithm shock: drop of organic plays", 0.30, inf, **SHOCK)
def _(r: Results) -> Found:
    drop = change(r["calm"], r["shock"], _plays(13, 19))
    lost = ratio(r["calm"], _plays(21, 27), lambda _run: 1.0).value or 0
    left = ratio(r["shock"], _plays(21, 27), lambda _run: 1.0).value or 0
    won = ratio(r["answer"], _plays(21, 27), lambda _run: 1.0).value or 0
    back = (won - left) / (lost - left) if lost > left else None
    low, high = (None if end is None else -end for end in (drop.high, drop.low))
    found = Found(None if drop.value is None else -drop.value, low, high, {"recovery": back})
    return found.provided(back is not None and back >= 0.5)


ONE, TWO = (Plan(f"supply_shock.yaml{variant}", agents=10_000) for variant in ("", "+second_supplier"))


@row("A35", "lost sales: change by a second supplier", -1, -0.001, one=ONE, two=TWO)
def _(r: Results) -> Found:
    lost = measure("lost_units")
    return change(r["one"], r["two"], lost).beside(without=mean(r["one"], lost), second=mean(r["two"], lost))
