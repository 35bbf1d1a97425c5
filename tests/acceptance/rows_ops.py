"""Rows on what stands behind the shop: service desk, warehouse, suppliers, return-freight insurance."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from bench import Plan
from figures import Found, Runs, change, column, days, kpi, mean, measure, moved, ratio, realised
from table import row

from dacu.results import Replication

Results = Mapping[str, Runs]

DESK, HALF_DESK = Plan("ops_service.yaml", agents=80_000), Plan("ops_service.yaml+half_seats", agents=80_000)


@row("A20", "mean first reply, seconds", 0, 30, full=DESK, half=HALF_DESK)
def _(r: Results) -> Found:
    reply = realised("reply_mean_s")
    halved = mean(r["half"], reply)
    orders_a_day = mean(r["full"], lambda run: (kpi("orders")(run) or 0) / 14)
    told = mean(r["full"], reply).beside(half_the_seats=halved, orders_a_day=orders_a_day)
    return told.provided(halved.value is not None and halved.value > 30)


@row("N17", "first human reply, seconds (printed)", -inf, inf, full=DESK, half=HALF_DESK)
def _(r: Results) -> Found:
    shares = {name: mean(r["full"], realised(name)) for name in ("reply_30s", "reply_3min")}
    halved = {f"{name}_half": mean(r["half"], realised(name)) for name in ("reply_human_s", "reply_30s", "reply_3min")}
    return mean(r["full"], realised("reply_human_s")).beside(**shares, **halved)


BURST = 25  # the day of the sale in bigsale_1111


THE_DAY = "four-fold hands send about 13 ordinary days' parcels in three days; A13's burst day is still above 15"
HANDS = {name: Plan(f"bigsale_1111.yaml{variant}")
         for name, variant in (("surge", ""), ("none", "+no_surge"))}  # fmt: skip


@row("A21", "orders of the burst day shipped within 48 hours, with hired hands", 0.95, 1, THE_DAY, **HANDS)
def _(r: Results) -> Found:
    def kept(runs: Runs) -> Found:
        return ratio(runs, _in_time, lambda run: column(run, "dispatch", "ship48_due")[BURST - 1])

    without = kept(r["none"])
    whole = mean(r["surge"], realised("ship48_rate"))
    below = without.value is not None and without.value < 0.95
    return kept(r["surge"]).beside(without_hired=without, whole_run=whole).provided(below)


def _in_time(run: Replication) -> float:
    """Orders of the burst day that left within 48 hours."""
    due, rate = (column(run, "dispatch", name)[BURST - 1] for name in ("ship48_due", "ship48_rate"))
    return due * rate


SUPPLY = {name: Plan(f"second_supplier.yaml{variant}", agents=10_000)
          for name, variant in (("off", ""), ("on", "+second"))}  # fmt: skip


@row("P3", "second supplier: lost sales, with ÷ without − 1", -1, 0, **SUPPLY)
def _(r: Results) -> Found:
    lost = measure("lost_units")
    told = moved(change(r["off"], r["on"], lost))
    return told.beside(without=mean(r["off"], lost), second=mean(r["on"], lost))


WEAR = {name: Plan(f"womens_wear.yaml{variant}") for name, variant in (("off", "+no_insurance"), ("on", ""))}


@row("P5", "return-freight insurance: orders, on ÷ off − 1", 0, 1, **WEAR)
def _(r: Results) -> Found:
    returned, kept = (change(r["off"], r["on"], read) for read in (kpi("return_rate"), kpi("contribution")))
    told = moved(change(r["off"], r["on"], measure("orders"))).beside(return_rate=returned, contribution=kept)
    return told.provided(returned.low is not None and returned.low > 0)


PRESALE = {name: Plan(f"bigsale_1111.yaml{variant}") for name, variant in (("spot", ""), ("presale", "+presale"))}


@row("P6", "presale: GMV of the ten waiting days, on ÷ off − 1", -1, 0, **PRESALE)
def _(r: Results) -> Found:
    waiting, day = days("gmv_expected", 15, 24), days("gmv_expected", BURST, BURST)
    return moved(change(r["spot"], r["presale"], waiting)).beside(burst_day=change(r["spot"], r["presale"], day))
