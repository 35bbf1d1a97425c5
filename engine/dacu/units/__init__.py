"""How planners write amounts and times, and what they mean: "20万" ⇄ fen, "3d" ⇄ hours, "D3 19:30" ⇄ Moment.

Used at the edge only, where text comes in or goes out; inside, money is whole fen, a share a fraction, a
span hours, a time of day minutes. A form that could mean two things is refused, never guessed.
"""

from dacu.units.amounts import (
    FEN,
    Unreadable,
    parse_discount,
    parse_flag,
    parse_money,
    parse_number,
    parse_ratio,
    parse_share,
    parse_tier,
    parse_whole,
    show_count,
    show_figure,
    show_money,
    show_share,
    yuan,
)
from dacu.units.times import (
    DAY,
    Moment,
    Rate,
    Repeat,
    parse_clock,
    parse_date,
    parse_day,
    parse_moment,
    parse_rate,
    parse_repeat,
    parse_span,
    show_clock,
    show_day,
)

__all__ = [
    "DAY",
    "FEN",
    "Moment",
    "Rate",
    "Repeat",
    "Unreadable",
    "parse_clock",
    "parse_date",
    "parse_day",
    "parse_discount",
    "parse_flag",
    "parse_moment",
    "parse_money",
    "parse_number",
    "parse_rate",
    "parse_ratio",
    "parse_repeat",
    "parse_share",
    "parse_span",
    "parse_tier",
    "parse_whole",
    "show_clock",
    "show_count",
    "show_day",
    "show_figure",
    "show_money",
    "show_share",
    "yuan",
]
