"""Offers: the price rules of a campaign, who may use each, and when.

A rule lowers a unit price (a cut, a fixed price) or an order (a threshold of the shop or of the platform, a
coupon), or sends a gift along. An order uses at most one rule of each stack class; `bill.py` finds the best set.
An offer is known by its bit, its row in the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.clock.hours import SLOTS_AN_HOUR, slot_of
from dacu.errors import Finding, InputError
from dacu.kernels import kernel
from dacu.shop.shares import WHOLE, permille_of

MOST_OFFERS = 32
"""A person holds coupons as bits of 32."""
EVERY_PLATFORM = -1
UNLIMITED = -1
ALL_SLOTS = 0xFFF


class Stack(IntEnum):
    """Stack classes, in the order in which they are taken off; an order uses at most one rule of each."""

    UNIT = 0
    THRESHOLD = 1
    PLATFORM = 2
    COUPON = 3
    GIFT = 4


class Kind(IntEnum):
    """What a rule does."""

    UNIT_CUT = 0  # a share off the list price
    UNIT_PRICE = 1  # a fixed price a piece
    THRESHOLD = 2  # 满减 of the shop
    PLATFORM_THRESHOLD = 3  # 跨店满减
    COUPON = 4
    GIFT = 5  # 满赠: takes nothing off

    @property
    def stack(self) -> Stack:
        """Its stack class."""
        return _STACKS[self]


_STACKS = {
    Kind.UNIT_CUT: Stack.UNIT,
    Kind.UNIT_PRICE: Stack.UNIT,
    Kind.THRESHOLD: Stack.THRESHOLD,
    Kind.PLATFORM_THRESHOLD: Stack.PLATFORM,
    Kind.COUPON: Stack.COUPON,
    Kind.GIFT: Stack.GIFT,
}


class Claim(IntEnum):
    """Where a coupon is claimed, or that it is sent without being asked for."""

    VISIT = 0
    PUSH = 1
    ROOM = 2
    SENT = 3


class Step(NamedTuple):
    """`off` fen off an order of at least `over` fen."""

    over: int
    off: int


class Present(NamedTuple):
    """A gift that goes with an order of at least `over` fen: its retail `value`, and its `cost` to the shop, fen."""

    over: int
    value: int
    cost: int


NO_PRESENT = Present(0, 0, 0)


class Window(NamedTuple):
    """Hours [start, end) since D1 00:00, known from `announce` on (as a surprise: from its start on)."""

    start: float
    end: float
    announce: float = float("inf")

    @property
    def slots(self) -> range:
        """The five-minute slots it touches."""
        return range(slot_of(self.start), -slot_of(-self.end))

    def awaited(self, hour: float) -> bool:
        """Announced and not open yet."""
        return self.announce <= hour < self.start


class Deposit(NamedTuple):
    """A presale asks for `piece` fen or `share` permille of the price now, and for the rest in hours [opens, closes).

    A deposit paid counts for `counts` permille of itself in the price (定金膨胀); 1000 is what it is.
    """

    piece: int
    share: int
    counts: int
    opens: float
    closes: float

    def of(self, price: int) -> int:
        """Fen now for one piece of that presale price."""
        return self.piece or permille_of(price, self.share)

    def bonus(self, price: int) -> int:
        """Fen that the deposit counts for beyond what it is."""
        return permille_of(self.of(price), self.counts - WHOLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One price rule.

    `windows` say when it counts; of a coupon, when it can be claimed: it then counts `valid_h` hours.
    `cut` is permille off the list price, `price` fen a piece, `steps` the tiers of an order rule; `repeat`
    takes the one step as often as it fits. `asked_before`: the tiers of order rules ask for the value before this
    unit rule. `funded` is the platform's permille of the discount. `audience`
    is the bit of those it is for, 0 for everybody. `quantity` counts pieces a window, or coupons in all;
    `per_user` pieces an order, or coupons a person, 0 for any number. `message_cost` is fen for each person whom a
    coupon is sent to. `deposit` makes a unit rule a presale.
    """

    path: str
    kind: Kind
    skus: tuple[int, ...]
    windows: tuple[Window, ...]
    cut: int = 0
    price: int = 0
    steps: tuple[Step, ...] = ()
    repeat: bool = False
    asked_before: bool = False
    present: Present = NO_PRESENT
    deposit: Deposit | None = None
    platform: int = EVERY_PLATFORM
    audience: int = 0
    funded: int = 0
    quantity: int = UNLIMITED
    per_user: int = 0
    claimed_at: Claim | None = None
    valid_h: float = 0.0
    message_cost: int = 0
    visible_counter: bool = False
    exclusive_with: tuple[str, ...] = ()

    @property
    def needs_claim(self) -> bool:
        """Only who holds it can use it."""
        return self.claimed_at is not None

    @property
    def public(self) -> bool:
        """Open to everybody, without a claim."""
        return self.audience == 0 and not self.needs_claim

    def unit_off(self, list_price: int) -> int:
        """Fen off one piece; 0 for an order rule, and where the list price is lower anyway."""
        off = self._price_off(list_price)
        return off if self.deposit is None else off + self.deposit.bonus(list_price - off)

    def deposit_on(self, list_price: int) -> int:
        """Fen to pay now for one piece of a presale; 0 for any other rule."""
        return 0 if self.deposit is None else self.deposit.of(list_price - self._price_off(list_price))

    def _price_off(self, list_price: int) -> int:
        if self.kind is Kind.UNIT_CUT:
            return permille_of(list_price, self.cut)
        return max(0, list_price - self.price) if self.kind is Kind.UNIT_PRICE else 0

    def order_off(self, subtotal: int) -> int:
        """Fen off an order whose pieces in scope cost `subtotal` at unit prices; 0 for a unit rule."""
        if self.repeat:
            over, off = self.steps[0]
            return subtotal // over * off
        return max((off for over, off in self.steps if over <= subtotal), default=0)

    def runs_on(self, platform: int) -> bool:
        """Counts on this platform."""
        return self.platform in (EVERY_PLATFORM, platform)


def present_of(rules: Sequence[Offer], used: int) -> Present:
    """The gift among the rules of the bits `used`; worth and cost nothing where there is none."""
    gifts = (rule.present for bit, rule in enumerate(rules) if used >> bit & 1 and rule.kind is Kind.GIFT)
    return next(gifts, NO_PRESENT)


class Access(NamedTuple):
    """Who may use each offer in one hour, a value an offer."""

    slots: NDArray[np.uint16]  # bits of the slots of an open window; of a coupon they count where it is claimed
    left: NDArray[np.int64]  # pieces, or coupons to be claimed
    held: NDArray[np.bool_]  # only who holds it
    platform: NDArray[np.int64]  # or EVERY_PLATFORM
    audience: NDArray[np.uint32]  # bits, 0: everybody


@kernel
def usable(
    access: Access, slot: NDArray[np.uint8], platform: NDArray[np.uint8], audiences: NDArray[np.uint32],
    held: NDArray[np.uint32],
) -> NDArray[np.uint32]:  # fmt: skip
    """Bits of the offers each person may use in their slot, on their platform, with their audiences and coupons."""
    bit = np.arange(len(access.slots), dtype=np.uint32)[:, None]
    wanted, where = access.audience[:, None], access.platform[:, None]
    slots = np.where(access.held, ALL_SLOTS, np.where(access.left != 0, access.slots, 0))
    may = (slots[:, None] >> slot) & 1 != 0
    may &= ~access.held[:, None] | ((held >> bit) & 1 != 0)
    may &= (where == EVERY_PLATFORM) | (where == platform)
    may &= (wanted == 0) | (audiences & wanted != 0)
    bits: NDArray[np.uint32] = np.bitwise_or.reduce(may.astype(np.uint32) << bit, axis=0)
    return bits


class Offers:
    """All offers of a run. Frozen but for `left`: pieces or coupons still to be had, people's (UNLIMITED = no limit).

    InputError when there are more than 32.
    """

    def __init__(self, rules: Sequence[Offer]) -> None:
        if len(rules) > MOST_OFFERS:
            too_many = rules[MOST_OFFERS].path
            raise InputError(Finding("too_many_offers", path=too_many, args={"most": str(MOST_OFFERS)}))
        self.rules = tuple(rules)
        self.left = np.array([rule.quantity for rule in rules], dtype=np.int64)
        windows = [(bit, window) for bit, rule in enumerate(rules) for window in rule.windows]
        self._bit = np.array([bit for bit, _ in windows], dtype=np.int64)
        self._first = np.array([window.slots.start for _, window in windows], dtype=np.int64)
        self._last = np.array([window.slots.stop for _, window in windows], dtype=np.int64)
        self._starts = np.array([window.start for _, window in windows], dtype=np.float64)
        self._ends = np.array([window.end for _, window in windows], dtype=np.float64)
        self._slots_open: dict[int, NDArray[np.uint16]] = {}
        self._held = np.array([rule.needs_claim for rule in rules], dtype=np.bool_)
        self._platform = np.array([rule.platform for rule in rules], dtype=np.int64)
        self._audience = np.array([rule.audience for rule in rules], dtype=np.uint32)
        self.coupons = tuple(
            bit
            for bit, rule in enumerate(rules)
            if rule.needs_claim and rule.kind is Kind.COUPON and any(step.off for step in rule.steps)
        )
        """Bits of coupons to be claimed that take something off."""

    def __len__(self) -> int:
        return len(self.rules)

    def slots_open(self, t: int) -> NDArray[np.uint16]:
        """For each offer the slots of hour `t` in which a window is open: bit s is the slot from 5·s minutes past.

        Every step of an hour asks, so each hour is worked out once.
        """
        if t not in self._slots_open:
            self._slots_open[t] = self._find_slots_open(SLOTS_AN_HOUR * t)
        return self._slots_open[t]

    def _find_slots_open(self, now: int) -> NDArray[np.uint16]:
        masks = [0] * len(self)
        for window in np.flatnonzero((self._first < now + SLOTS_AN_HOUR) & (self._last > now)).tolist():
            first = max(int(self._first[window]) - now, 0)
            last = min(int(self._last[window]) - now, SLOTS_AN_HOUR)
            masks[int(self._bit[window])] |= (1 << last) - (1 << first)
        return np.array(masks, np.uint16)

    def closes(self, t: int) -> NDArray[np.float64]:
        """For each offer the hours from `t` to the end of the window open in hour `t`; inf where none is."""
        hours = np.full(len(self), np.inf)
        now = (self._starts < t + 1) & (self._ends > t)
        np.minimum.at(hours, self._bit[now], self._ends[now] - t)
        return hours

    def refill(self, t: int) -> None:
        """Give every price of limited quantity whose window starts in hour `t` its pieces; what was left is gone."""
        starting = self._bit[(self._starts >= t) & (self._starts < t + 1)]
        for bit in starting:
            if not self.rules[bit].needs_claim:
                self.left[bit] = self.rules[bit].quantity

    def eligible(
        self,
        t: int,
        slot: NDArray[np.uint8],
        platform: NDArray[np.uint8],
        audiences: NDArray[np.uint32],
        held: NDArray[np.uint32],
    ) -> NDArray[np.uint32]:
        """Bits of the offers each person may use in `slot` of hour `t`: open and not sold out, or held, and for them.

        `audiences` and `held` are the person's bits; a coupon past its validity must no longer be in `held`.
        """
        access = Access(self.slots_open(t), self.left, self._held, self._platform, self._audience)
        return usable(access, slot, platform, audiences, held)

    def copy(self) -> Offers:
        """A snapshot: shares what never changes, not `left`."""
        twin = object.__new__(Offers)
        twin.__dict__.update(self.__dict__)
        twin.left = self.left.copy()
        return twin
