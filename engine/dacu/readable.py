"""A figure with its unit as people read it, in Chinese or English."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from dacu import units, words

if TYPE_CHECKING:
    from markupsafe import Markup

STARTS = ("channels.", "behaviour.", "promotions.", "content.accounts.")
"""What most paths of a scenario begin with."""
FIGURE = re.compile(r"[+−]?¥[\d.,]+[万亿KMB]?|[+−]?[\d.,]*\d[万亿KMB%]|[+−][\d.,]*\d|(?<!\S)--[a-z]+")
"""A figure with its sign and unit, or an option of the command line, which no line may end within."""
CUT = re.compile(r"…(?=\w)")
"""An ellipsis before the end of a name, behind which no line may end."""
JOINED = "…\u2060"
"""The same with a joiner, which nobody sees."""
LONG_NUMBER = re.compile(r"(?<![\w.])\d{5,}(\.\d+)?(?![\w.])")
"""A number that is read more easily in 万 or thousands."""


def unbroken(text: str) -> Markup:
    """The text as HTML, escaped, with figures, options and cut names kept on one line: tags stand around digits and
    options alone.
    """
    from markupsafe import Markup, escape

    return Markup(FIGURE.sub(r'<span class="sum">\g<0></span>', CUT.sub(JOINED, str(escape(text)))))  # noqa: S704 - escaped before


def shorter(text: str, lang: str) -> str:
    """A text with its long numbers in 万 or thousands: `1500000 ~ 2380000` as `150万 ~ 238万`."""
    return LONG_NUMBER.sub(lambda found: units.show_count(float(found[0]), lang), text)


def brief(value: float | None) -> float | None:
    """Three digits: more than an estimate is sure of."""
    return None if value is None else float(f"{value:.3g}")


def short_path(path: str) -> str:
    """A scenario path without what most begin with."""
    return bare(next((path.removeprefix(start) for start in STARTS if path.startswith(start)), path))


def bare(path: str) -> str:
    """A path of one part as it was named, without the quotes that a path puts around blanks."""
    return path[1:-1] if re.fullmatch('"[^"]+"', path) else path


def line_name(path: str, lang: str) -> str:
    """A line by its path; sales that no line led to ("none") have a name of their own."""
    return words.say(lang, "no_touch") if path == "none" else short_path(path)


class Quantity(NamedTuple):
    """A number with its unit (a KPI's, or "" for none); `signed` tells a gain from a loss."""

    value: float | None
    unit: str
    signed: bool = False


class Span(NamedTuple):
    """An interval of two numbers of one unit."""

    low: float | None
    high: float | None
    unit: str
    signed: bool = False


def interval(low: float | None, high: float | None, unit: str, lang: str, signed: bool = False) -> str:
    """`¥1.2M – ¥1.4M`; a dash where there is none."""
    return " – ".join(readable(bound, unit, lang, signed) for bound in (low, high)) if low is not None else "–"


def readable(value: float | None, unit: str, lang: str, signed: bool = False) -> str:
    """`¥12.9M`, `7.3%`, `−4.78K`; a dash for what is not defined.

    `unit` is a KPI's, "plain" for a number of no unit, "chance" for a probability; `signed` tells a gain from a loss.
    """
    if value is None or math.isnan(value):
        return "–"
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    size = abs(value)
    if unit == "yuan":
        return sign + units.show_money(round(size * units.FEN), lang)
    if unit == "share":
        return sign + units.show_share(size)
    if unit in ("count", "people", "units"):
        return sign + units.show_count(round(size) if size >= 100 else round(size, 2), lang)
    if unit == "plain":
        return sign + units.show_figure(size, lang)
    if unit == "chance":
        return f"{100 * size:.0f}%"
    return f"{sign}{size:.1f}" if unit in ("minutes", "seconds", "times") else f"{sign}{size:.2f}"
