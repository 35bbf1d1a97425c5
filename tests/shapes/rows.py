"""The table of shapes: which figure of the model stands beside which of the open data, and how near it must be.

`off.yaml` says where the model is known to be off; its tests are expected to fail, and fail when they pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from measures import DEPTHS, Figures, double_11, lifts, ordinary, room
from stored import percentiles, real

LIFT_FACTOR = 1.5  # how far a lift may lie from the grocery's, either way


@dataclass(frozen=True)
class Row:
    """A figure of the model, by who measures it (a replication in, figures out); `beside` is the real one as text."""

    measured_by: Callable[[int], Figures]
    figure: str
    zh: str
    en: str
    beside: str
    low: float
    high: float
    replications: int = 1  # that a test takes: two where one alone may lie on either side of an edge

    def value(self, replication: int) -> float:
        """The model's figure in one replication."""
        return self.measured_by(replication)[self.figure]

    def holds(self, value: float) -> bool:
        """Whether a value lies within what is accepted."""
        return self.low <= value <= self.high


def _lift(name: str) -> Row:
    lift, depth = real(f"lift_{name}"), f"{100 * DEPTHS[name]:g}%"
    return Row(
        lifts, f"lift_{name}", f"降价 {depth} 一周的件数倍数", f"lift of pieces, a week at {depth} off", f"{lift:.2f}",
        lift / LIFT_FACTOR, lift * LIFT_FACTOR,
    )  # fmt: skip


def _share(figure: str, zh: str, en: str, share: float) -> Row:
    """A share of purchases: ten points either way."""
    return Row(ordinary, figure, zh, en, f"{share:.3f}", share - 0.10, share + 0.10, replications=2)


DOUBLE_11 = f"{real('double_11_day_2012'):.1f}, {real('double_11_day_2013'):.1f}"

ROWS: tuple[Row, ...] = (
    Row(ordinary, "hours_2014", "逐时访问与淘宝 2014 的相关", "visits by hour, correlation with Taobao 2014",
        "1", 0.9, 1),
    Row(ordinary, "hours_2017", "逐时访问与淘宝 2017 的相关", "visits by hour, correlation with Taobao 2017",
        "1", 0.9, 1),
    Row(ordinary, "seen_a_day", "一天内上线的人", "people online in a day",
        f"{real('seen_a_day_2017'):.3f}", 0.74, 0.84),
    Row(double_11, "double_11_day", "双 11 当天订单 ÷ 平日,预算不放大",
        "orders on Double 11 ÷ a usual day, no five-fold budget", DOUBLE_11, 5, 10),
    Row(double_11, "double_11_no_venue", "同上,不进会场", "the same, outside the venue", DOUBLE_11, 5, 10),
    Row(ordinary, "buys_per_cart", "每次加购的订单", "orders a cart add",
        f"{real('buys_per_cart_2014'):.2f}, {real('buys_per_cart_2017'):.2f}", 0.3, 0.5, replications=2),
    _share("bought_1h", "首次浏览后 1 小时内下单", "bought within 1 h of the first view", real("view_to_buy_1h")),
    _share("bought_24h", "首次浏览后 24 小时内下单", "bought within 24 h of the first view", real("view_to_buy_24h")),
    _share("carted_1h", "加购后 1 小时内下单", "bought within 1 h of the cart", real("cart_to_buy_1h")),
    _share("carted_24h", "加购后 24 小时内下单", "bought within 24 h of the cart", real("cart_to_buy_24h")),
    *(_lift(name) for name in DEPTHS),
    Row(room, "room_stay_s", "普通直播间人均停留,秒", "plain room, mean stay, s", percentiles("room_stay_s"), 40, 120),
    Row(room, "room_orders", "普通直播间进房下单率", "plain room, orders an entrant", percentiles("room_orders"),
        0.01, 0.04, replications=2),
)  # fmt: skip


def known_off() -> dict[str, dict[str, Any]]:
    """Rows that the model is known to miss: what was measured, and why."""
    text = (Path(__file__).parent / "off.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return found
