"""Dials: numbers of the whole market or shop that risks and operations turn, and that everything else reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Dials:
    """What holds in this hour. Multiples are of an ordinary day's figure."""

    cpm: float = 1.0  # media prices, a multiple
    outside: float = 0.0  # pull of rivals' offers, logit of a cart add
    pool: float = 1.0  # organic distribution, a multiple
    heat_power: float = 1.0  # exponent of heat, a multiple
    heat_bar: float = 1.0  # engagement that counts as ordinary, a multiple
    lead: float = 1.0  # lead time of ordered goods, a multiple
    transit: float = 1.0  # days on the road, a multiple
    tracked: float = 1.0  # share of orders whose touch reports can see
    accounts: Mapping[str, float] = field(default_factory=dict)  # distribution of own accounts by path, a multiple
    reply_wait: float = 0.0  # mean wait for a human reply in the last hour, seconds
    late_days: float = 0.0  # days that an order paid now will leave after its promise
