"""Posting: when posts go live after review, and how good each turns out. Shared by own accounts and creators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dacu.behaviour.scalars import exp64, normal_quantile64

if TYPE_CHECKING:
    from dacu.behaviour.coefficients import Content
    from dacu.levers.base import Stage


def live_hour(stage: Stage, post: int, hour: float) -> float | None:
    """The hour at which a post of that ordinal is through review; None if it is refused."""
    content = stage.behaviour.content
    if stage.uniform("review", post) < content.reject:
        return None
    delay = content.review_delay * exp64(content.review_sigma * normal_quantile64(stage.uniform("delay", post)))
    return hour + float(delay)


def post_quality(stage: Stage, post: int, mean: float, sd: float) -> float:
    """Quality of one post: the account's mean with its spread, within the scale."""
    drawn = mean + sd * float(normal_quantile64(stage.uniform("quality", post)))
    return min(max(drawn, 0.0), 1.0)


def allowance(content: Content, today: int) -> float:
    """What each post of a day gets of its full distribution: further posts share the daily allowance."""
    return min(1.0, content.allowance / max(today, 1))


def posting_hours(per_day: float, hours: Sequence[float], first_day: int, days: int) -> list[float]:
    """Hours of all posts: `per_day` posts a day at the account's hours, fractions carried over to the next day."""
    posts: list[float] = []
    due = 0.0
    for day in range(first_day, days):
        due += per_day
        today = int(due + 1e-9)
        due -= today
        posts += [24 * day + hours[i * len(hours) // max(today, 1) % len(hours)] for i in range(today)]
    return posts
