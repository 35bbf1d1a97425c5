"""The only home of money: order lines and every other entry. What must hold between them stands in audit.py.

Money is whole fen. A figure is rounded once, where a charge is created (`round_fen`); all else is integer
addition, so no order of summing can change a total. An agent stands for `weight` people: the money of a line
is weight × one agent's bill, while `qty` counts the pieces of that one bill (units sold = weight × qty).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dacu.columns import Columns

SLOTS_AN_HOUR = 12
HOURS_A_DAY = 24
NEVER = -1
NONE = -1


class Account(IntEnum):
    """What an entry is for. Costs are positive; money that comes back to us (a make-good) is negative.

    `measure` is what an account adds to (kpis.py). `stage` is the line of the statement that it lowers:
    net GMV ("refund"), gross profit ("sale") or contribution ("campaign").
    """

    zh: str
    en: str
    measure: str
    stage: str

    def __new__(cls, code: int, zh: str = "", en: str = "", measure: str = "", stage: str = "") -> Self:
        """Give the code its labels. The defaults serve type checkers, for the look-up `Account(code)`."""
        account = int.__new__(cls, code)
        account._value_ = code
        account.zh, account.en, account.measure, account.stage = zh, en, measure, stage
        return account

    REFUND = 0, "退款", "refund", "refunds", "refund"
    COGS = 1, "货品成本", "cost of goods sold", "cogs", "sale"
    PLATFORM_FEE = 2, "平台扣点", "platform fee", "platform_fee", "sale"
    MEDIA = 3, "广告消耗", "media spend", "spend", "campaign"
    KOL_FEE = 4, "达人费用", "creator fee", "kol_cost", "campaign"
    KOL_SERVICE = 5, "达人平台服务费", "creator-desk service fee", "kol_cost", "campaign"
    GUARANTEE = 6, "保ROI返还", "guarantee make-good", "kol_cost", "campaign"
    COMMISSION = 7, "佣金", "commission", "commission", "campaign"
    FULFILMENT = 8, "履约费用", "fulfilment", "fulfilment", "campaign"
    RETURN_FREIGHT = 9, "退货运费", "return freight", "fulfilment", "campaign"
    HOST = 10, "主播费用", "host", "host_studio_content", "campaign"
    STUDIO = 11, "直播间场地", "studio", "host_studio_content", "campaign"
    CONTENT = 12, "内容制作", "content production", "host_studio_content", "campaign"
    SERVICE = 13, "客服席位", "service seats", "service", "campaign"
    MESSAGES = 14, "私域消息", "messages", "messages", "campaign"
    GIFT = 15, "赠品", "gifts", "gifts", "campaign"
    INSURANCE = 16, "退货运费险", "return-freight insurance", "fulfilment", "campaign"
    SUBSIDY_BACK = 17, "补贴退回", "subsidy given back", "subsidy_back", "sale"
    RISK = 18, "风险处置", "handling of risks", "risk_cost", "campaign"
    DEPOSIT_KEPT = 19, "没收定金", "deposit kept", "deposits_kept", "sale"
    TECHNICAL = 20, "技术服务费", "technical fee", "platform_fee", "sale"
    PAYMENT = 21, "支付手续费", "payment fee", "platform_fee", "sale"
    REBATE = 22, "投放返点", "rebate on media", "rebate", "campaign"
    MCN = 23, "MCN服务费", "agency fee", "kol_cost", "campaign"


class LineFlag(IntFlag):
    """What is special about an order line."""

    FILLER = 1  # added to reach a threshold (凑单)
    ADD_ON = 2  # a complement bought along
    IN_ROOM = 4  # bought inside a live room
    NEW_BUYER = 8  # the buyer's first order ever; set on every line of that order
    PRESENT = 16  # a gift shipped along, not paid for
    IMPULSE = 64  # bought within the hour of its cart
    UNTRACKED = 32  # no report sees what touched the buyer
    FAN = 128  # the buyer follows a room
    PRESALE = 256  # a deposit came first; the line is booked when its balance is paid


LINE_COLUMNS: Mapping[str, DTypeLike] = {
    "order": np.int64,
    "user": np.int32,
    "slot": np.int32,  # five-minute slot of the payment: 12 × hour + 0…11
    "sku": np.int16,
    "qty": np.int16,
    "platform": np.uint8,
    "lever": np.int16,  # last touch, NONE without one
    "room": np.int16,  # lever of the live room it was placed in, NONE outside
    "list": np.int64,
    "shop_off": np.int64,
    "platform_off": np.int64,
    "paid": np.int64,
    "offers": np.uint32,
    "flags": np.uint16,
    "shipped": np.int32,  # hour, NEVER if it did not happen; so are the next two
    "delivered": np.int32,
    "returned": np.int32,
    "cause": np.uint8,
    "price_back": np.int64,  # given back by price protection
    "refund": np.uint8,  # 0 none, 1 before shipment, 2 without the goods back, 3 returned
}
ENTRY_COLUMNS: Mapping[str, DTypeLike] = {
    "hour": np.int32,
    "account": np.uint8,
    "fen": np.int64,
    "lever": np.int16,
    "sku": np.int16,
    "order": np.int64,
}


def round_fen(amount: NDArray[np.float64] | float) -> NDArray[np.int64]:
    """Round charges, in fen, half to even. This is the only place where money stops being a fraction."""
    rounded = np.rint(np.asarray(amount, dtype=np.float64))
    if not np.isfinite(rounded).all():
        raise ValueError("a charge is not a finite number")
    return rounded.astype(np.int64)


class Ledger:
    """Order lines and all other money of one run. A row never changes, but for what becomes of its parcel."""

    def __init__(self) -> None:
        self.lines = Columns(LINE_COLUMNS)
        self.entries = Columns(ENTRY_COLUMNS)

    def book_lines(self, **columns: ArrayLike) -> None:
        """Book paid order lines; what becomes of their parcels is noted later.

        Wants every column of LINE_COLUMNS but shipped, delivered, returned, cause, price_back, refund; room where there
        is one.
        """
        later: dict[str, ArrayLike] = {
            "shipped": NEVER, "delivered": NEVER, "returned": NEVER, "cause": 0, "price_back": 0, "refund": 0,
        }  # fmt: skip
        self.lines.append({"room": NONE} | later | columns)

    def book_entry(
        self, hour: int, account: Account, fen: int, *, lever: int = NONE, sku: int = NONE, order: int = NONE
    ) -> None:
        """Book one amount of other money; a cost is positive."""
        self.book_entries(hour, account, fen, lever=lever, sku=sku, order=order)

    def book_entries(
        self,
        hour: ArrayLike,
        account: ArrayLike,
        fen: ArrayLike,
        *,
        lever: ArrayLike = NONE,
        sku: ArrayLike = NONE,
        order: ArrayLike = NONE,
    ) -> None:
        """Book many amounts at once; scalars are repeated."""
        self.entries.append({"hour": hour, "account": account, "fen": fen, "lever": lever, "sku": sku, "order": order})

    def spent(self, account: Account) -> int:
        """All entries of one account, fen."""
        return int(self.entries["fen"][self.entries["account"] == account].sum())

    def money(self) -> dict[str, int]:
        """The money measures that kpis.py reads, in fen, over the whole ledger."""
        lines = self.lines
        measures = {
            "list_value": int(lines["list"].sum()),
            "shop_off": int(lines["shop_off"].sum()),
            "platform_off": int(lines["platform_off"].sum()),
            "gmv": int(lines["paid"].sum()),
        }
        for account in Account:
            measures[account.measure] = measures.get(account.measure, 0) + self.spent(account)
        return measures

    def copy(self) -> Ledger:
        """A snapshot that shares nothing with this ledger."""
        twin = Ledger()
        twin.lines, twin.entries = self.lines.copy(), self.entries.copy()
        return twin
