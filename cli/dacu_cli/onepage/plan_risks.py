"""What could spoil an optimised plan: at most three things, each with what to watch and the value that gives alarm."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dacu import words
from dacu.plan.prices import shown_step
from dacu.units import show_money
from dacu.why import Why
from dacu_cli.onepage.reason_risks import break_even, refunds
from dacu_cli.onepage.sheet import figure, first, say, short, span

if TYPE_CHECKING:
    from dacu.plan.optimise import Optimised

MOST = 3


def plan_risks(found: Optimised, splits: Sequence[Why], lang: str) -> tuple[str, ...]:
    """The first few that hold for this plan, the weightiest kinds first."""
    if found.answer.status == "kept":
        return ()
    told = (*_uncertain(found, lang), *_foretold(found, lang), *break_even(splits, lang), *_edges(found, lang),
            *_limits(found, lang), *refunds(splits, lang))  # fmt: skip
    return first(told, MOST)


def _uncertain(found: Optimised, lang: str) -> Iterator[str]:
    """The gain may be nothing."""
    gain, objective = found.answer.verified.gain, found.answer.objective
    if gain.low <= 0 and math.isfinite(gain.low) and objective.is_money and found.answer.reach is None:
        name = words.name_of(objective, lang)
        bounds = span(gain.low, gain.high, "yuan", lang, signed=True)
        before = figure(found.answer.verified.before, "yuan", lang)
        yield say(lang, "risk_uncertain", objective=name, bounds=bounds, before=before)


def _foretold(found: Optimised, lang: str) -> Iterator[str]:
    """The curves had promised more, so lines work against each other."""
    answer, gain = found.answer, found.answer.verified.gain
    if answer.verified.fresh and answer.forecast > gain.high and gain.mean > 0:
        unit = answer.change.unit
        forecast, mean, half = (figure(x, unit, lang) for x in (answer.forecast, gain.mean, gain.mean / 2))
        yield say(lang, "risk_foretold", forecast=forecast, gain=mean, half=half)


def _edges(found: Optimised, lang: str) -> Iterator[str]:
    """The dearest line that stands where nothing beyond was simulated."""
    margins = found.answer.advised.margins if found.answer.advised else ()
    edges = [m for m in margins if m.why == "cap" and m.spend != found.question.range(m.cell).most]
    if edges:
        edge = max(edges, key=lambda margin: margin.spend)
        line, phase = (short(found.question.name(part)[lang == "en"]) for part in edge.cell)
        name = f"{line} · {phase}" if phase else line
        yield say(lang, "risk_edge", line=name, count=len(edges), spend=show_money(round(edge.spend), lang))


def _limits(found: Optimised, lang: str) -> Iterator[str]:
    """The limit whose loosening would bring most, the budget apart."""
    dear = [price for price in found.answer.binding if price.limit.kind != "budget" and 0 < price.gain < math.inf]
    if dear and found.answer.advised:
        step = shown_step(dear[0].step, dear[0].limit.unit, lang)
        name = short(words.name_of(dear[0].limit, lang))
        yield say(lang, "risk_limit", sentence=dear[0].sentence(lang), limit=name, step=step)
