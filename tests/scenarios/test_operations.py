"""What the shipped scenarios promise of warehouse and service desk (48-hour rate on burst days, mean first reply)."""

from functools import cache
from pathlib import Path

import pytest

from dacu.results import Result
from dacu.scenario.load import load
from dacu.sim.runs import simulate

FOLDER = Path(__file__).parents[2] / "scenarios"
BURST = slice(24, 27)  # D25, the day of the sale, and the two days on which its parcels leave


@cache
def sale(variant: str) -> Result:
    return simulate(load(f"{FOLDER}/bigsale_1111.yaml{variant}", ["calendar.warmup=3d"]), replications=1, agents=4000)


def in_48_hours(result: Result, days: slice) -> float:
    table = result.tables["dispatch"][days]
    due = table["ship48_due"]
    return float((due * table["ship48_rate"]).sum() / due.sum())


def test_hired_hands_send_the_sale_within_48_hours() -> None:
    assert in_48_hours(sale(""), BURST) > 0.95
    assert in_48_hours(sale(""), slice(0, 30)) > 0.95


def test_without_them_the_burst_waits_and_ordinary_days_do_not() -> None:
    assert in_48_hours(sale("+no_surge"), BURST) < 0.5
    assert in_48_hours(sale("+no_surge"), slice(0, 20)) > 0.9


def test_hired_hands_cost_more_a_unit_and_late_parcels_lose_orders() -> None:
    hired, plain = (sale(variant).replications[0].realised for variant in ("", "+no_surge"))
    assert hired["fulfilment"] > plain["fulfilment"]
    assert hired["preship_refunds"] < plain["preship_refunds"]


def first_reply(variant: str) -> float:
    sets = ["calendar.days=5", "calendar.warmup=3d"]
    result = simulate(load(f"{FOLDER}/ops_service.yaml{variant}", sets), replications=1, agents=50_000)
    return float(result.kpis["reply_mean_s"].best.mean or 0)


@pytest.mark.parametrize(("variant", "in_time"), [("", True), ("+half_seats", False)])
def test_the_desk_answers_within_half_a_minute_until_it_is_halved(variant: str, in_time: bool) -> None:
    assert (first_reply(variant) <= 30) is in_time
