"""Numbers, money, shares, discounts and ratios as planners write them, and as they are shown again."""

from __future__ import annotations

import re
from decimal import Decimal

FEN = 100
"""Fen in a yuan."""
MOST_YUAN = Decimal(10) ** 12
"""No amount is larger, so every sum of a run stays far inside 64 bits."""
LONGEST = 40
"""Characters a number may have."""

_LARGEST = Decimal(10) ** 30
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_SCALES = {
    "": 1, "k": 10**3, "千": 10**3, "w": 10**4, "万": 10**4,
    "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12,
}  # fmt: skip
_NUMBER = re.compile(
    r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:e([+-]?\d{1,4}))?\s*(k|千万|百万|万亿|千|w|万|亿|)",
    re.ASCII | re.IGNORECASE,
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?\D*", re.ASCII)
_FLAGS = {
    "yes": True,
    "true": True,
    "on": True,
    "是": True,
    "no": False,
    "false": False,
    "off": False,
    "否": False,
}
_TIER = re.compile(r"满(.+?)减(.+)")
_LOCALES = {"zh": "zh_CN", "en": "en_US"}


class Unreadable(ValueError):
    """A text that is no such value: the code of the sentence, what fills it, and what to write instead."""

    def __init__(self, code: str, hint: str = "", **values: str) -> None:
        super().__init__(code)
        self.code, self.hint, self.values = code, hint, values


def plain(text: str) -> str:
    """`text` without outer blanks, full-width signs (１２，：￥) turned into their ordinary twins."""
    return text.translate(_FULL_WIDTH).strip()


def decimal(text: str, code: str) -> Decimal:
    """An exact number with an optional scale (20万, 10w, 1.2亿). Raises Unreadable with `code` when it is none."""
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise _no_number(text, code)
    digits, exponent, scale = found.groups()
    value = Decimal(digits).scaleb(int(exponent or 0)) * _SCALES[scale.lower()]
    if abs(value) > _LARGEST:
        raise Unreadable("number_too_large")
    return value


def _no_number(text: str, code: str) -> Unreadable:
    if len(text) > LONGEST:
        return Unreadable("number_too_long", longest=str(LONGEST))
    if "," in text:
        return Unreadable("number_comma", hint=text.replace(",", "") if _GROUPED.fullmatch(text) else "")
    return Unreadable(code)


def parse_number(text: str) -> float:
    """A number: `2.5`, `1e-6`, `10w`, `1.2亿`."""
    return float(decimal(plain(text), "not_a_number"))


def parse_whole(text: str) -> int:
    """A whole number: `100000`, `10w`, `75万`."""
    value = decimal(plain(text), "not_a_number")
    if value != int(value):
        raise Unreadable("not_whole")
    return int(value)


def parse_money(text: str) -> int:
    """Yuan as fen: `5000`, `¥99.9`, `300万`, `1.2亿`, `99.9元`."""
    amount = decimal(re.sub(r"^([+-]?)¥|元$", r"\1", plain(text)).strip(), "not_money")
    if abs(amount) > MOST_YUAN:
        raise Unreadable("number_too_large")
    fen = amount * FEN
    if fen != int(fen):
        raise Unreadable("finer_than_fen")
    return int(fen)


def parse_share(text: str) -> float:
    """A fraction: `3%`, `5‰` or `0.03`."""
    return float(_share(plain(text)))


def _share(text: str) -> Decimal:
    if text.endswith("折"):
        raise Unreadable("share_is_discount")
    part = {"%": Decimal("0.01"), "‰": Decimal("0.001")}.get(text[-1:])
    return decimal(text[:-1].strip(), "not_a_share") * part if part else decimal(text, "not_a_share")


def parse_discount(text: str) -> float:
    """The fraction taken off: `15%`, `0.15`, `85折` and `8.5折` (pay .85) are the same."""
    text = plain(text)
    if not text.endswith("折"):
        return float(_share(text))
    paid = decimal(text[:-1].strip(), "not_a_discount")
    if not 0 < paid < 100 or paid == 10:
        raise Unreadable("discount_unclear")
    return float(1 - paid / (10 if paid < 10 else 100))


def parse_ratio(text: str) -> float:
    """A ratio as its second part for one of the first: `1:5.3` and `5.3` are 5.3."""
    first, colon, second = plain(text).partition(":")
    base = decimal(first.strip(), "not_a_ratio")
    if not colon:
        return float(base)
    if base == 0:
        raise Unreadable("not_a_ratio")
    return float(decimal(second.strip(), "not_a_ratio") / base)


def parse_flag(text: str) -> bool:
    """`yes`, `true`, `on`, `是` or `no`, `false`, `off`, `否`."""
    try:
        return _FLAGS[plain(text).lower()]
    except KeyError:
        raise Unreadable("not_a_flag") from None


def parse_tier(text: str) -> dict[str, str]:
    """`满300减50` as its two amounts, still written: {over: 300, minus: 50}."""
    found = _TIER.fullmatch(plain(text))
    if found is None:
        raise Unreadable("not_a_tier")
    return {"over": found[1], "minus": found[2]}


def yuan(fen: int) -> str:
    """Fen as yuan, exact: 9990 → `99.9`, 500000 → `5000`."""
    return format(Decimal(fen) / FEN, "f")


def show_money(fen: int, lang: str) -> str:
    """An amount to read, shortened from 10,000 yuan on: `¥99.9`, `¥1234.57万`, `¥12.35M`."""
    if abs(fen) < 10_000 * FEN:
        return f"{'-' if fen < 0 else ''}¥{yuan(abs(fen))}"
    from babel.numbers import format_compact_currency

    told = format_compact_currency(Decimal(fen) / FEN, "CNY", locale=_LOCALES[lang], fraction_digits=2)
    return told.replace("CN¥", "¥")  # there is no other yuan here


def show_count(count: float, lang: str) -> str:
    """A count to read: `1234.57万`, `12.35M`."""
    from babel.numbers import format_compact_decimal

    return format_compact_decimal(count, locale=_LOCALES[lang], fraction_digits=2)


def show_figure(figure: float, lang: str) -> str:
    """A figure of no known unit to read: as a count, a small one to three digits."""
    return f"{figure:.3g}" if abs(figure) < 1 else show_count(round(figure, 2), lang)


def show_share(share: float) -> str:
    """A fraction as per cent with one decimal: `3.5%`."""
    return f"{share * 100:.1f}%"
