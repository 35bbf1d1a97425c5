"""The questions of `dacu new`, asked until each answer can be read; Enter takes what stands in brackets."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import typer

from dacu import units
from dacu.clock.blocks import FIRST_YEAR, LAST_YEAR
from dacu.errors import Finding, shown
from dacu.shop.categories import NAMES, preset
from dacu_cli.view import View, report

Answer = TypeVar("Answer")

SALES = {"618": (6, 18), "1111": (11, 11), "1212": (12, 12), "38": (3, 8)}
"""Big sales by the month and day of their burst."""
NO_SALE = "none"
PLATFORMS = ("douyin", "tmall", "jd", "xiaohongshu")
SEEDING = "xiaohongshu"
"""It sells nothing itself: what it stirs is bought elsewhere."""
BEFORE, FARTHEST = 14, 60
"""Days that a plan begins before its sale by itself, and at most."""
NEAREST = 3
AFTER = 4
"""Days of a plan after the day of its sale."""
WITHOUT_SALE = 21
LEAST_BUDGET = 1_000_00
"""Fen below which lines would get nothing."""


class NotAnAnswer(Exception):
    """What was typed cannot be taken; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


@dataclass(frozen=True)
class Answers:
    """What the planner said; `budget` is fen over all days, `sale` the day of the burst, None for no sale."""

    name: str
    category: str
    event: str
    start: date
    sale: date | None
    budget: int
    platforms: tuple[str, ...]

    @property
    def days(self) -> int:
        """Length of the plan."""
        return (self.sale - self.start).days + 1 + AFTER if self.sale else WITHOUT_SALE


def at_a_terminal() -> bool:
    """Whether somebody sits there to answer, and to read."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def answers(view: View, today: date) -> Answers:
    """Ask everything. KeyboardInterrupt where the reader leaves."""
    name = _ask(view, "name", view.say("ask_name_default"), _name)
    category = _ask(view, "category", "skincare", _category)
    event = _ask(view, "event", "618", _event)
    start = _ask(view, "start", _usual_start(event, today).isoformat(), lambda text: _start(text, event))
    budget = _ask(view, "budget", "100万", _budget)
    platforms = _ask(view, "platforms", "douyin", _platforms)
    return Answers(name, category, event, start, _next_sale(event, start), budget, platforms)


def _ask(view: View, key: str, usual: str, read: Callable[[str], Answer]) -> Answer:
    while True:
        try:
            typed = str(typer.prompt(view.say(f"ask_{key}"), default=usual, err=True)).strip()
        except typer.Abort:
            raise KeyboardInterrupt from None
        try:
            return read(typed)
        except units.Unreadable as error:
            report([Finding(error.code, value=typed, args=error.values, hint=error.hint)], view.lang, as_data=False)
        except NotAnAnswer as no:
            report([no.finding], view.lang, as_data=False)


def _name(text: str) -> str:
    return shown(text)


def _category(text: str) -> str:
    known = preset(text)
    if known is None:
        names = ", ".join(words[0] for words in NAMES.values())
        raise NotAnAnswer(Finding("cli_not_a_choice", value=text, args={"options": names}))
    return known


def _event(text: str) -> str:
    event = {"无": NO_SALE, "双11": "1111", "双12": "1212"}.get(text, text)
    if event not in (*SALES, NO_SALE):
        raise NotAnAnswer(Finding("cli_not_a_choice", value=text, args={"options": ", ".join((*SALES, NO_SALE))}))
    return event


def _start(text: str, event: str) -> date:
    start = units.parse_date(text)
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        args = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
        raise NotAnAnswer(Finding("year_out_of_reach", value=text, args=args))
    sale = _next_sale(event, start)
    if sale is not None and not NEAREST <= (sale - start).days <= FARTHEST:
        args = {"sale": sale.isoformat(), "least": str(NEAREST), "most": str(FARTHEST)}
        raise NotAnAnswer(Finding("cli_start_far", value=text, args=args))
    return start


def _budget(text: str) -> int:
    budget = units.parse_money(text)
    if budget < LEAST_BUDGET:
        raise NotAnAnswer(Finding("below_minimum", value=text, args={"bound": str(LEAST_BUDGET // units.FEN)}))
    return budget


def _platforms(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(text.replace(",", " ").replace("、", " ").replace(",", " ").split()))
    for name in chosen:
        if name not in PLATFORMS:
            raise NotAnAnswer(Finding("cli_not_a_choice", value=name, args={"options": ", ".join(PLATFORMS)}))
    if not set(chosen) - {SEEDING}:
        raise NotAnAnswer(Finding("nothing_sells"))
    return chosen


def _next_sale(event: str, start: date) -> date | None:
    """The first day of this sale on or after `start`."""
    if event == NO_SALE:
        return None
    days = (date(year, *SALES[event]) for year in (start.year, start.year + 1))
    return next(day for day in days if day >= start)


def _usual_start(event: str, today: date) -> date:
    sale = _next_sale(event, today + timedelta(days=BEFORE))
    return sale - timedelta(days=BEFORE) if sale else today
