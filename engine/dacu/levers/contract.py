"""What a creator is owed for sales: commission by brackets, and a guarantee (保ROI) with the money it gives back.

Rates count as the decimal numbers that were written, sums are exact, and each amount is rounded to a fen once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BeforeValidator

from dacu import units
from dacu.language.block import Block, Money, Problem, Ratio, Share, Span, item
from dacu.language.fields import refusal
from dacu.ledger import Account, round_fen


def _in_order(written: Any) -> Any:
    """Brackets start at 0 and at rising amounts, so that each yuan lies in exactly one."""
    if not isinstance(written, Mapping):
        return written
    try:
        starts = [start if isinstance(start, int) else units.parse_money(str(start)) for start in written]
    except units.Unreadable:
        return written  # the key's own complaint is clearer
    if not starts or starts[0] != 0:
        raise refusal("brackets_from_zero")
    for (one, first), (other, second) in pairwise(zip(written, starts, strict=True)):
        if second <= first:
            code = "brackets_overlap" if second == first else "brackets_backwards"
            raise refusal(code, at=str(other), against=str(one))
    return written


Brackets = Annotated[dict[Money, Share], BeforeValidator(_in_order)]
"""`{0: 10%, 50万: 15%}`: from each amount on, the share of what lies above it (and below the next)."""
Commission: TypeAlias = Share | Brackets


class Bracket(NamedTuple):
    """A part of the kept sales, fen from `start` up to `end` (None: all above), and its rate."""

    start: int
    end: int | None
    rate: Fraction

    def holds(self, kept: Fraction | int) -> Fraction:
        """Fen of `kept` sales that lie in this bracket."""
        top = kept if self.end is None else min(kept, self.end)
        return Fraction(max(0, top - self.start))


def brackets(commission: float | Mapping[int, float]) -> tuple[Bracket, ...]:
    """The brackets of a commission; a flat one has a single bracket."""
    rates = commission if isinstance(commission, Mapping) else {0: commission}
    ends = [*list(rates)[1:], None]
    return tuple(Bracket(start, end, exact(rate)) for (start, rate), end in zip(rates.items(), ends, strict=True))


def earned(kept: Fraction | int, commission: float | Mapping[int, float]) -> Fraction:
    """Fen of commission on kept sales, not yet rounded: each part of them at the rate of its bracket."""
    return sum((one.rate * one.holds(kept) for one in brackets(commission)), Fraction(0))


def exact(number: float) -> Fraction:
    """A number as it was written: 0.15 is 15/100."""
    return Fraction(repr(number))


def to_fen(amount: Fraction) -> int:
    """A charge, rounded."""
    return int(round_fen(float(amount)))


FEES = (Account.KOL_FEE,)
BASES: Mapping[str, tuple[Account, ...]] = {
    "fee": FEES,
    "fee+commission": (*FEES, Account.COMMISSION),
    "fee+commission+ads": (*FEES, Account.COMMISSION),
}
"""Accounts of the creator and their rooms that a guarantee stands on; ads are those that land on the rooms."""


class GuaranteeBlock(Block):
    """What a creator promises to sell, and gives money back for where it falls short, or another show.

    Sales count from the first post or show until `window` after the last: paid ones, or what was not refunded of them
    in the end. Short of the target, the creator gives back base × (1 − sales ÷ target); or gives nothing back and holds
    an extra show, where that was agreed: whether it is owed is known when the window closes.
    """

    roi: Ratio | None = item(None, zh="保ROI", en="guaranteed ROI", gt=0, about="Sales ÷ base; or give gmv.")
    gmv: Money | None = item(None, zh="保GMV", en="guaranteed sales", gt=0)
    basis: Literal["paid", "settled"] = item(
        "settled", zh="口径", en="sales that count", about="`paid`, or `settled`: less what is refunded in the end."
    )
    base: Literal["fee", "fee+commission", "fee+commission+ads"] = item(
        "fee", zh="基数", en="money at stake", about="What a guaranteed ROI multiplies and a make-good is a part of."
    )
    window: Span = item("15d", zh="结算窗口", en="window", gt=0, le=2160, about="After the last post or show.")
    remedy: Literal["refund_pro_rata", "extra_show"] = item(
        "refund_pro_rata",
        zh="补救方式",
        en="remedy",
        about="`extra_show` is held as the room says, without a slot fee.",
    )

    def check(self) -> Iterator[Problem]:
        """One target, known when the window closes."""
        if self.remedy == "extra_show" and self.roi is not None and self.base != "fee":
            yield Problem("extra_show_on_fees", ("base",))
        if self.roi is None and self.gmv is None:
            yield Problem("guarantee_without_target")
        if self.roi is not None and self.gmv is not None:
            yield Problem("guarantee_twice", ("gmv",), against=("roi",))

    def target(self, base: int) -> Fraction:
        """Fen of sales promised for a base in fen."""
        return Fraction(self.gmv) if self.gmv is not None else exact(self.roi or 0) * base

    def make_good(self, base: int, sales: int) -> int:
        """Fen given back: none from the target on, all of the base without a sale; none where a show is owed."""
        if self.remedy == "extra_show" or not self.missed(base, sales):
            return 0
        return to_fen(base * (1 - sales / self.target(base)))

    def missed(self, base: int, sales: int) -> bool:
        """Whether sales fall short of the target."""
        return sales < self.target(base)
