"""The scenario that the answers make: money by line and day, days by phase, with a comment on each line."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dacu.units import FEN
from dacu_cli.wizard.questions import SEEDING, Answers

BURST = 3
"""Budgets on the day of the sale against an ordinary day."""
FEED = 0.7
"""Share of a selling platform's money in feed ads; the rest is search."""
PLACES = {
    "douyin": "{reach: 80%, minutes: 3}", "tmall": "{reach: 70%, minutes: 1}", "jd": "{reach: 45%, minutes: 0.6}",
}  # fmt: skip
"""Reach and relative time, as scenarios/rules assumes them."""


@dataclass(frozen=True)
class Line:
    """A budget line of the new plan; `daily` is whole yuan on an ordinary day."""

    name: str
    type: str
    platform: str
    daily: int


def scenario(answers: Answers) -> str:
    """The text of the file."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    burst = (answers.sale - answers.start).days + 1 if answers.sale else None
    pages = Environment(
        loader=PackageLoader("dacu_cli.wizard", ""), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,  # noqa: S701 - no HTML; what is typed stands in quotes
    )  # fmt: skip
    return pages.get_template("plan.yaml.j2").render(
        answers=answers, lines=lines(answers), burst=burst, multiple=BURST, places=_places(answers),
        name=json.dumps(answers.name, ensure_ascii=False), selling=_selling(answers),
    )  # fmt: skip


def lines(answers: Answers) -> list[Line]:
    """The budget in equal parts over platforms, those that sell with a line of feed and one of search ads.

    Whole yuan, rounded down: all days together never pass the budget.
    """
    weight = answers.days + (BURST - 1 if answers.sale else 0)
    share = answers.budget / FEN / weight / len(answers.platforms)
    found = []
    for platform in answers.platforms:
        if platform == SEEDING:
            found.append(Line(f"{platform}_feed", "feed_ads", platform, int(share)))
        else:
            found.append(Line(f"{platform}_feed", "feed_ads", platform, int(share * FEED)))
            found.append(Line(f"{platform}_search", "search_ads", platform, int(share * (1 - FEED))))
    return found


def _selling(answers: Answers) -> list[str]:
    return [platform for platform in answers.platforms if platform != SEEDING]


def _places(answers: Answers) -> dict[str, str]:
    leads = ", ".join(f"{name}: {1 / len(_selling(answers)):.0%}" for name in _selling(answers))
    return PLACES | {SEEDING: f"{{reach: 45%, minutes: 2, sells: no, leads_to: {{{leads}}}}}"}
