"""The one page of `optimise`: where the money should go, how sure that is, why, and what could spoil it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dacu import words
from dacu.errors import inert
from dacu.why import CHAIN, Why
from dacu_cli.onepage.assumptions import assumptions
from dacu_cli.onepage.plan_risks import plan_risks
from dacu_cli.onepage.reasons import reason_part, reasons
from dacu_cli.onepage.sheet import Part, Sheet, Tile, figure, say, span, titled
from dacu_cli.onepage.spends import largest, spend_part
from dacu_cli.page import heading

if TYPE_CHECKING:
    from dacu.calibrate.history import Settled
    from dacu.plan.optimise import Optimised
    from dacu.plan.verify import Verified

SUMS = ("gmv", "net_gmv", "contribution")
"""KPIs told before and after, whichever of them is the objective."""


def optimised_sheet(settled: Settled, found: Optimised, lang: str) -> Sheet:
    """The page of a plan found."""
    answer, splits = found.answer, why_better(found)
    verdict, *_ = answer.sentences(lang)
    about = say(lang, "optimised_about", runs=answer.runs, seeds=len(answer.verified.seeds), agents=f"{found.agents:,}")
    moved = [line for line in largest(found.current, answer.plan, found.question.line_names) if _moves(found, line)]
    ranges = answer.advised.ranges if answer.advised else {}
    parts = (
        spend_part(found.current, answer.plan, ranges, lang),
        reason_part(splits, say(lang, "why_title"), lang),
        Part(say(lang, "risks_title"), plan_risks(found, splits, lang), listed=True),
        Part(say(lang, "assumptions_title"), assumptions(settled, moved, lang), listed=True),
    )
    shown = tuple(part for part in parts if part.filled)
    foot = (say(lang, "foot_optimised"), say(lang, "foot_sampling"))
    title = titled("optimise", [settled.loaded.name], lang)
    return Sheet(lang, title, about, (inert(verdict),), tuple(_tiles(found, lang)), shown, foot)


def why_better(found: Optimised) -> tuple[Why, ...]:
    """The splits of sales before and after; none where the current plan is kept or nothing was read."""
    verified = found.answer.verified
    if found.answer.status == "kept" or not verified.by_seed.keys() >= CHAIN.keys():
        return ()
    return reasons(*verified.sums(CHAIN), "sampling")


def _moves(found: Optimised, line: str) -> bool:
    plan = found.answer.plan
    return any(plan[cell] != found.current[cell] for cell in plan if cell.line == line)


def _tiles(found: Optimised, lang: str) -> Iterator[Tile]:
    """The gain with its interval, the chance that it is one, and the sums that the plan brings."""
    answer = found.answer
    verified, objective = answer.verified, answer.objective
    if answer.candidate == found.current:
        yield from _sums(verified, lang, taken=False)
        return
    name = words.name_of(objective, lang)
    gain = answer.change
    key = "tile_saved" if answer.reach else "tile_not_taken" if answer.status == "kept" else "tile_gain"
    label = say(lang, key, objective=name)
    yield Tile(
        label, figure(gain.mean, gain.unit, lang, signed=True), span(gain.low, gain.high, gain.unit, lang, signed=True)
    )
    if verified.fresh and answer.reach is None and verified.chance is not None:
        yield Tile(say(lang, "tile_chance"), figure(verified.chance, "chance", lang), say(lang, "tile_chance_below"))
    yield from _sums(verified, lang, taken=answer.status != "kept")


def _sums(verified: Verified, lang: str, *, taken: bool) -> Iterator[Tile]:
    """Of the plan found beside today's, or of today's alone where it is kept."""
    for kpi, means in verified.means(SUMS).items():
        now, then = (figure(value, "yuan", lang) for value in means)
        yield Tile(heading(kpi, lang), then if taken else now, say(lang, "tile_before", before=now) if taken else "")
