"""What could spoil a simulated plan, read off its figures: each with what to watch and the value that gives alarm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dacu.estimates import Samples
from dacu.results import Alternative, Result
from dacu.targets import Prospect, Target, prospects
from dacu_cli.aims import target_name
from dacu_cli.onepage.sheet import figure, say, short, span
from dacu_cli.page import heading
from dacu_cli.view import View

LIKELY = 0.9
"""A target less likely than this is a risk."""
SPENT = 0.9
"""A budget of which less than this can be spent is a risk."""
LOOSE = 0.1
"""An interval wider to one side than this share of its mean is loose."""
WORSE = 0.025
"""A chance from which on a plan is surely worse in a figure."""


def run_risks(result: Result, lang: str) -> Iterator[str]:
    """All that hold for a plan, the weightiest first; the pace of sales always does."""
    yield from _loss(result, lang)
    yield from _targets(result, lang)
    yield from stock(result, lang)
    yield from _unspent(result, lang)
    yield from _loose(result, lang)
    yield from pace(result, lang)
    yield from refund_rate(result, lang)


def _loss(result: Result, lang: str) -> Iterator[str]:
    found = result.kpis.get("contribution")
    if found and found.best.mean is not None and found.best.mean < 0:
        yield say(lang, "risk_loss", loss=figure(found.best.mean, "yuan", lang))


def _targets(result: Result, lang: str) -> Iterator[str]:
    """The least likely target."""
    unlikely = [one for one in result.targets if one.target and one.chance < LIKELY and one.gap is not None]
    if unlikely:
        one = min(unlikely, key=lambda prospect: prospect.chance)
        unit = result.kpis[one.target.kpi].unit if one.target else ""
        chance, p50 = figure(one.chance, "chance", lang), figure(one.p50, unit, lang)
        yield say(lang, "risk_target", target=target_name(View(lang), one.target), chance=chance, p50=p50)


def stock(result: Result, lang: str) -> Iterator[str]:
    """Pieces lost for want of stock, and the SKU that has least left."""
    lost = result.kpis["lost_sales"].best if "lost_sales" in result.kpis else None
    if not lost or not lost.mean:
        return
    rows = result.tables["skus"].sort_values("stock_left", kind="stable")
    yield say(
        lang,
        "risk_stock",
        lost=figure(lost.mean, "units", lang),
        sku=short(str(rows["sku"].iloc[0]).removeprefix("skus.")),
    )


def _unspent(result: Result, lang: str) -> Iterator[str]:
    rate = result.kpis["spend_rate"].best.mean if "spend_rate" in result.kpis else None
    if rate is not None and rate < SPENT:
        yield say(lang, "risk_unspent", rate=figure(rate, "share", lang))


def _loose(result: Result, lang: str) -> Iterator[str]:
    one = result.kpis["gmv"].best
    if one.mean and one.high is not None and one.high - one.mean > LOOSE * one.mean:
        bounds = span(one.low, one.high, "yuan", lang)
        yield say(lang, "risk_loose", bounds=bounds, half=figure(one.high - one.mean, "yuan", lang))


def pace(result: Result, lang: str) -> Iterator[str]:
    """Sales by the middle of the campaign: what nine runs of ten pass."""
    days = list(result.replications[0].tables["daily"].keys["day"])
    half = (len(days) + 1) // 2
    sold = tuple(sum(float(x or 0) for x in run.tables["daily"].numbers["gmv"][:half]) for run in result.replications)
    spread = _spread("gmv", sold, result)
    if spread.p50 and spread.p10 and spread.p10 > 0:
        p50, p10 = (figure(value, "yuan", lang) for value in (spread.p50, spread.p10))
        yield say(lang, "risk_pace", day=days[half - 1], p50=p50, p10=p10)


def refund_rate(result: Result, lang: str) -> Iterator[str]:
    """Refunds: what nine runs of ten stay below."""
    found = result.kpis.get("refund_rate")
    spread = _spread("refund_rate", found.samples[found.used], result) if found else None
    if spread and spread.p90:
        rate, alarm = (figure(value, "share", lang) for value in (spread.p50, spread.p90))
        point = figure((result.kpis["gmv"].best.mean or 0) / 100, "yuan", lang)
        yield say(lang, "risk_refund_rate", rate=rate, alarm=alarm, point=point)


def worse(other: Alternative, kpis: Sequence[str], lang: str) -> Iterator[str]:
    """The first figure in which the other plan is surely worse."""
    for kpi in kpis:
        one = other.kpis[kpi].paired if kpi in other.kpis else None
        if one and one.better_probability is not None and one.better_probability <= WORSE:
            unit = one.difference.unit
            yield say(
                lang, "risk_worse", kpi=heading(kpi, lang), base=figure(one.base.mean, unit, lang),
                change=figure(one.difference.mean, unit, lang, signed=True),
            )  # fmt: skip
            return


def _spread(kpi: str, samples: Samples, result: Result) -> Prospect:
    """Where one more run will lie."""
    return prospects([Target(kpi, "at_least", 0.0)], {kpi: samples}, len(result.replications), result.kind)[0]
