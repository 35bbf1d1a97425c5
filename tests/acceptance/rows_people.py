"""Rows on customers: newcomers, return on the next day, repurchase, groups, coupons, the membership programme."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from bench import Plan
from figures import (
    Found,
    Read,
    Runs,
    change,
    column,
    daily,
    difference,
    kpi,
    mean,
    measure,
    moved,
    ratio,
    realised,
    rows,
)  # fmt: skip
from table import row

from dacu.results import Replication

Results = Mapping[str, Runs]

HABIT = (
    "groups, levels and coupons act on repurchase through three multipliers that no open data pin down; with fewer or "
    "weaker rooms the base is lower and the same programme lifts it more"
)

FANS = {name: Plan(f"fan_club.yaml{variant}") for name, variant in (("off", "+no_programme"), ("on", ""))}


@row("A10", "repurchase of room followers within 90 days, programme on ÷ off − 1", 0.30, 0.40, HABIT, **FANS)
def _(r: Results) -> Found:
    found = change(r["off"], r["on"], realised("fan_repurchase_90d"))
    pooled = {name: _pooled(runs, "fan_cohort_repeaters", "fan_cohort_buyers") for name, runs in r.items()}
    buyers = mean(r["on"], lambda run: run.realised["fan_cohort_buyers"])
    return found.beside(**pooled, buyers=buyers)


def _pooled(runs: Runs, above: str, below: str) -> Found:
    return ratio(runs, lambda run: run.realised[above], lambda run: run.realised[below])


DOMAIN = {name: Plan(f"private_domain.yaml{variant}") for name, variant in (("off", "+no_coupon"), ("on", ""))}


@row("A14", "order rate of newcomers, coupon on ÷ off − 1", 0.15, 0.21, HABIT, **DOMAIN)
def _(r: Results) -> Found:
    rates = {name: mean(runs, _newcomers_rate) for name, runs in r.items()}
    return change(r["off"], r["on"], _newcomers_rate).beside(**rates)


def _newcomers_rate(run: Replication) -> float:
    """First orders ÷ visitors of a day who never bought, mean over days."""
    pairs = zip(daily(run, "new_orders_expected"), daily(run, "uv_new"), strict=True)
    rates = [orders / visitors for orders, visitors in pairs if visitors]
    return sum(rates) / len(rates)


@row("A15", "old-customer share of GMV", 0.60, 0.70, HABIT, **DOMAIN)
def _(r: Results) -> Found:
    share = kpi("old_customer_gmv_share")
    return mean(r["on"], share).beside(coupon_off=mean(r["off"], share))


GUARDED = Plan("promo_guarded.yaml")
OPEN_DOOR = Plan("promo_guarded.yaml+guard_off")
WOKEN = Plan("promo_guarded.yaml+wake_up")
ACTIVITY = range(8, 14)  # days of the coupon week


@row("A16", "next-day return of who takes part in the activity (check-in)", 0.45, 0.49, HABIT,
     on=Plan("promo_guarded.yaml+check_in"), coupon=GUARDED)  # fmt: skip
def _(r: Results) -> Found:
    def returned(run: Replication) -> float:
        came, again = daily(run, "coupon_visitors"), daily(run, "coupon_returned")
        inner = ACTIVITY[1:-1]
        return sum(again[day] / came[day - 1] for day in inner) / len(inner)

    every, checked = (mean(r["on"], realised(name)) for name in ("retention_d1", "check_in_retention_d1"))
    coupon_alone, coupon = mean(r["coupon"], returned), mean(r["on"], returned)
    return checked.beside(with_a_coupon=coupon, coupon_without_check_in=coupon_alone, all_visitors=every)


BENCHMARK = 0.12  # return rate of the category: an assumption, as the table says


@row("A17", "orders of the coupon week with a return", 0, BENCHMARK, on=GUARDED, off=OPEN_DOOR)
def _(r: Results) -> Found:
    """Every order of the run is followed to its end, so cohorts are whole."""
    guarded, free = (ratio(r[name], _in_week("returned_orders"), _in_week("orders")) for name in ("on", "off"))
    lower = None not in (guarded.value, free.value) and (guarded.value or 0) < (free.value or 0)
    by_money = ratio(r["on"], _in_week("refunded"), _in_week("gmv"))
    return guarded.beside(guard_off=free, by_money=by_money).provided(lower)


def _in_week(name: str) -> Read:
    return lambda run: sum(column(run, "refunds", name)[day - 1] for day in ACTIVITY)


LONG = ("calendar.days=104",)
PROGRAMME = {name: Plan(f"membership_live.yaml+{variant}", LONG, agents=10_000)
             for name, variant in (("off", "nothing"), ("on", "levels"))}  # fmt: skip


@row("A25", "repurchase within 90 days of all buyers, programme on", 0.48, 0.52, HABIT, **PROGRAMME)
def _(r: Results) -> Found:
    without, found = (_pooled(r[name], "cohort_repeaters", "cohort_buyers") for name in ("off", "on"))
    return found.beside(off=without).provided(without.within(0.33, 0.37))


GROUP = {name: Plan(f"membership_live.yaml{variant}", agents=10_000)
         for name, variant in (("off", "+quiet_group"), ("on", "+no_draw"), ("all_three", ""))}  # fmt: skip


@row("A26", "group interactions a member-week, theme and check-in ÷ quiet group", 1.8, 2.2, **GROUP)
def _(r: Results) -> Found:
    def times(name: str) -> Found:
        more = change(r["off"], r[name], realised("group_interaction_rate"))
        ends = (None if end is None else 1 + end for end in (more.value, more.low, more.high))
        return Found(*ends)

    return times("on").beside(with_draw=times("all_three"))


def posting(key: str, suffix: str = "") -> Plan:
    """A plan of the sweep; with `suffix` a setting of its own."""
    return Plan(f"posting_sweep.yaml{key}", (suffix,) if suffix else (), agents=5000)


MOMENTS = {f"n{n}": posting("" if n == 4 else f"+posts_{n}") for n in (4, 1, 2, 3, 6, 8, 10)}
ACCOUNT = {f"account_{n}": posting("", f"content.accounts.shop_account.posts={n}/day") for n in (4, 8)}


@row("A29", "moments a day with the best contribution of 60 days", 2, 6, **MOMENTS, **ACCOUNT)
def _(r: Results) -> Found:
    kept = {name: mean(runs, kpi("contribution")).value or 0.0 for name, runs in r.items()}
    moments = {name: kept[name] for name in MOMENTS}
    best = max(moments, key=lambda name: moments[name])
    worse = max(moments["n8"], moments["n10"]) < moments[best]
    return Found(float(best[1:]), parts={name: value / 1e4 for name, value in kept.items()}).provided(worse)


@row("N14", "next-day return of all visitors of a plain shop", 0.03, 0.12, HABIT, shop=Plan("plain_shop.yaml"))
def _(r: Results) -> Found:
    return mean(r["shop"], realised("retention_d1"))


MESSAGE = 0.05  # yuan: promotions.*.message_cost where a plan says nothing


@row("N18", "wake-up coupon: reported ROI − true ROI", 0.001, inf, off=GUARDED, on=WOKEN)
def _(r: Results) -> Found:
    """Reported: GMV of orders that used the coupon; true: GMV that goes without it. Both ÷ its cost."""

    def coupon(name: str) -> Read:
        return lambda run: rows(run.tables["coupons"], "coupon", name, lambda path: path == "promotions.wake")

    def cost(run: Replication) -> float:
        return coupon("coupon_cost")(run) + MESSAGE * coupon("messages")(run)

    spent = mean(r["on"], cost).value or 0.0
    more = difference(r["off"], r["on"], measure("gmv"))
    kept = difference(r["off"], r["on"], kpi("contribution"))
    if not spent or more.value is None or more.low is None or more.high is None:
        return Found(None)
    told = (mean(r["on"], coupon("gmv")).value or 0.0) / spent
    gaps = (told - end / 100 / spent for end in (more.value, more.high, more.low))
    return Found(*gaps).beside(reported=told, true=more.value / 100 / spent, true_contribution_yuan=kept)


@row("P1", "abuse guard: coupons claimed, on ÷ off − 1", -1, 0, off=OPEN_DOOR, on=GUARDED)
def _(r: Results) -> Found:
    return moved(change(r["off"], r["on"], realised("claims"))).beside(
        coupon_cost=change(r["off"], r["on"], measure("shop_off")), refused=mean(r["on"], realised("blocked_claims"))
    )


@row("P2", "wake-up coupon: orders, on ÷ off − 1", 0, 1, off=GUARDED, on=WOKEN)
def _(r: Results) -> Found:
    return moved(change(r["off"], r["on"], measure("orders"))).beside(
        contribution=change(r["off"], r["on"], kpi("contribution"))
    )


@row("P4", "membership programme: orders of old customers, on ÷ off − 1", 0, 1, off=GUARDED,
     on=Plan("promo_guarded.yaml+members"))  # fmt: skip
def _(r: Results) -> Found:
    def old(run: Replication) -> float:
        return run.expected["orders"] - run.expected["new_buyers"]

    return moved(change(r["off"], r["on"], old)).beside(contribution=change(r["off"], r["on"], kpi("contribution")))
