"""What plausible worlds say of a plan against another: wins, what turns the answer, differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dacu.behaviour.beliefs import drawn
from dacu.estimates import Estimate
from dacu.readable import Quantity, Span
from dacu.results import Alternative, Difference
from dacu.worlds import Driver, Wins
from dacu_cli.page import Cell, brief, heading, reading
from dacu_cli.view import View

HEADLINE = ("gmv", "net_gmv", "contribution")
"""The KPIs that a verdict over worlds speaks of."""
COLUMNS = ("kpi", "base", "other", "median", "band", "relative", "better_worlds")
RAW = ("other", "kpi", "unit", "base", "value", "difference", "median", "band", "relative", "better_worlds", "worlds")


def verdicts(view: View, other: Alternative) -> Iterator[str]:
    """In how many worlds the plan is better in the headline KPIs, then which coefficients turn the answer."""
    found = {heading(kpi, view.lang): other.kpis[kpi] for kpi in HEADLINE if kpi in other.kpis and other.kpis[kpi].wins}
    for kpi, one in found.items():
        yield _verdict(view, other.name, kpi, one)
    won = {kpi: one.wins for kpi, one in found.items() if one.wins and 0 < one.wins.better < one.wins.of}
    for kpi, wins in won.items():
        if wins.drivers:
            yield view.say("worlds_drivers", kpi=kpi, **_level(wins))
            yield from (_driver(view, other.name, driver) for driver in wins.drivers)
    silent = {kpi: wins for kpi, wins in won.items() if not wins.drivers}
    if silent:
        wins = next(iter(silent.values()))
        key = "worlds_no_driver" if wins.threshold < 1 else "worlds_too_few"
        yield view.say(key, kpi=", ".join(silent), **_level(wins))


def _verdict(view: View, name: str, kpi: str, one: Difference) -> str:
    won, change = one.wins, one.paired.difference
    if won is None or one.paired.identical:
        return view.say("verdict_same", name=name, kpi=kpi)
    middle, low, high = (_amount(view, value, change) for value in (change.median, change.low, change.high))
    return view.say(
        "worlds_verdict", name=name, kpi=kpi, better=won.better, of=won.of, share_low=f"{100 * won.share.low:.0f}%",
        share_high=f"{100 * won.share.high:.0f}%", median=middle, low=low, high=high,
    )  # fmt: skip


def _level(wins: Wins) -> dict[str, object]:
    return {"threshold": f"{wins.threshold:.2f}", "count": len(drawn()), "of": wins.of}


def _driver(view: View, name: str, driver: Driver) -> str:
    return view.say(
        "worlds_driver_up" if driver.correlation > 0 else "worlds_driver_down", name=name, path=driver.path,
        better_low=driver.better_low, low=driver.low, better_high=driver.better_high, high=driver.high,
        correlation=f"{driver.correlation:+.2f}".replace("-", "−"),
    )  # fmt: skip


def _amount(view: View, value: float | None, change: Estimate) -> str:
    return reading(Quantity(value, change.unit, signed=True), view.lang)


def row(one: Difference) -> list[Cell]:
    """A difference for people, below COLUMNS without the KPI."""
    base, value, _, *rest = _figures(one, brief)
    return [base, value, *rest, f"{one.wins.better}/{one.wins.of}" if one.wins else None]


def raw(name: str, kpi: str, one: Difference) -> list[Cell]:
    """A difference for programs, below RAW."""
    wins: list[Cell] = [one.wins.better, one.wins.of] if one.wins else [None, None]
    return [name, kpi, one.paired.difference.unit, *_figures(one, lambda value: value), *wins]


def _figures(one: Difference, rounded: Callable[[float | None], float | None]) -> list[Cell]:
    """Means of both plans, then the difference: mean, median, P10 to P90, and the relative change of the mean."""
    pair, change = one.paired, one.paired.difference
    return [
        Quantity(rounded(pair.base.mean), change.unit), Quantity(rounded(pair.other.mean), change.unit),
        Quantity(rounded(change.mean), change.unit, signed=True),
        Quantity(rounded(change.median), change.unit, signed=True),
        Span(rounded(change.low), rounded(change.high), change.unit, signed=True),
        Quantity(pair.relative.mean, "share", signed=True),
    ]  # fmt: skip
