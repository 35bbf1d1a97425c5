"""What could undo a gain in sales, read off its split: the value of a factor at which nothing is gained any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dacu.units import show_share
from dacu.why import Why
from dacu_cli.onepage.reasons import factor_figure, factor_name
from dacu_cli.onepage.sheet import figure, say
from dacu_cli.page import heading


def break_even(splits: Sequence[Why], lang: str) -> Iterator[str]:
    """The factor that the gain hangs on, and the value at which nothing is gained any more."""
    for one in splits:
        part = max(one.parts, key=lambda part: part.part.mean or 0.0)
        if (one.change.mean or 0.0) > 0:
            yield say(
                lang, "risk_factor", factor=factor_name(part.factor, lang), kpi=heading(one.kpi, lang),
                part=figure(part.part.mean, part.part.unit, lang, signed=True),
                value=factor_figure(part, part.after, lang), alarm=factor_figure(part, one.break_even(part), lang),
            )  # fmt: skip
            return


def refunds(splits: Sequence[Why], lang: str) -> Iterator[str]:
    """The refund rate at which no net GMV is gained any more."""
    for one in splits:
        kept = next((part for part in one.parts if part.factor == "kept_share"), None)
        if kept is not None and (one.change.mean or 0.0) > 0:
            alarm, rate = 1 - one.break_even(kept), 1 - kept.after
            yield say(lang, "risk_refunds", rate=show_share(rate), alarm=show_share(alarm))
