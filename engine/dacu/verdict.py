"""The sentences that answer: is the plan better, by how much, and how sure is that?

Terminal, one page, report and notebook have them from here. Figures are told to three digits, for they are estimates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from dacu import words
from dacu.estimates import Bounds, Estimate
from dacu.readable import brief, readable
from dacu.worlds import Driver, Wins

Decided = Literal["better", "worse", "open"]


def decided(change: Estimate, chance: float | None) -> Decided:
    """What the interval of a change decides: where it holds zero, or only touches it, the answer is open.

    `chance` is that the change is for the better, and tells which side of zero that is.
    """
    if chance is None or change.low is None or change.high is None or change.low <= 0 <= change.high:
        return "open"
    return "better" if chance > 0.5 else "worse"


def against(
    lang: str, name: str, figure: str, change: Estimate, chance: float | None, *, identical: bool = False
) -> str:
    """A plan against the one it is paired with, in one figure; `identical` says that it never changed."""
    if identical:
        return words.say(lang, "verdict_same", name=name, figure=figure)
    if change.mean is None:
        return words.say(lang, "verdict_undefined", name=name, figure=figure)
    told = spread(lang, change, signed=True)
    if chance is None:
        return words.say(lang, "verdict_one", name=name, figure=figure, change=told)
    key = f"verdict_{decided(change, chance)}"
    return words.say(lang, key, name=name, figure=figure, change=told, chance=readable(chance, "chance", lang))


def in_worlds(lang: str, name: str, figure: str, change: Estimate, won: Wins) -> str:
    """A plan against another in one figure, world by world."""
    low, high = (readable(bound, "chance", lang) for bound in won.share[1:])
    return words.say(
        lang, "verdict_worlds", name=name, figure=figure, better=won.better, of=won.of, share_low=low,
        share_high=high, change=spread(lang, change, signed=True),
    )  # fmt: skip


def turned(lang: str, name: str, won: Mapping[str, Wins]) -> Iterator[str]:
    """Which coefficients turn the answer in the figures that are better in some worlds and not in others."""
    open_ones = {figure: wins for figure, wins in won.items() if 0 < wins.better < wins.of}
    for figure, wins in open_ones.items():
        if wins.drivers:
            yield words.say(lang, "verdict_drivers", figure=figure, **_level(wins))
            yield from (_driver(lang, name, driver) for driver in wins.drivers)
    silent = {figure: wins for figure, wins in open_ones.items() if not wins.drivers}
    if silent:
        wins = next(iter(silent.values()))
        key = "verdict_no_driver" if wins.threshold < 1 else "verdict_too_few_worlds"
        yield words.say(lang, key, figure=words.listed(silent, lang), **_level(wins))


def _level(wins: Wins) -> dict[str, object]:
    return {"threshold": f"{wins.threshold:.2f}", "count": wins.coefficients, "of": wins.of}


def _driver(lang: str, name: str, driver: Driver) -> str:
    return words.say(
        lang, "verdict_driver_up" if driver.correlation > 0 else "verdict_driver_down", name=name, path=driver.path,
        better_low=driver.better_low, low=driver.low, better_high=driver.better_high, high=driver.high,
        correlation=f"{driver.correlation:+.2f}".replace("-", "−"),
    )  # fmt: skip


def forecast(lang: str, figure: str, found: Estimate, targets: tuple[int, float] | None) -> str:
    """What one plan brings, and the chance that it reaches its `targets` (how many, the chance of all together)."""
    told = words.say(lang, "verdict_forecast", figure=figure, value=spread(lang, found))
    if targets is None:
        return told
    count, chance = targets
    return words.say(lang, "verdict_targets", verdict=told, count=count, chance=readable(chance, "chance", lang))


def no_choice(lang: str, figure: str) -> str:
    """What several alternatives differ in, where that is nothing."""
    return words.say(lang, "verdict_no_choice", figure=figure)


def choice(lang: str, figure: str, name: str, best: Bounds, regret: float, unit: str) -> str:
    """The best of several alternatives: in what share of the cases it is, and what choosing it costs in the others."""
    share, low, high = (readable(bound, "chance", lang) for bound in best)
    cost = readable(brief(regret), unit, lang)
    return words.say(lang, "verdict_choice", figure=figure, name=name, share=share, low=low, high=high, regret=cost)


def spread(lang: str, found: Estimate, *, signed: bool = False) -> str:
    """A figure with its interval and what that covers; a single run has none."""
    middle = found.mean if found.median is None else found.median
    value, low, high = (readable(brief(one), found.unit, lang, signed) for one in (middle, found.low, found.high))
    if found.low is None:
        return value
    return words.say(lang, f"verdict_spread_{found.kind}", value=value, low=low, high=high)
