"""Platforms compiled: rows in the order of the scenario, whom they reach, where a visit on a seeding platform leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dacu.draws import path_hash
from dacu.ledger import Account
from dacu.people.blocks import OffsetsBlock, PlatformBlock

ONLY = "shop"  # the platform of a scenario that names none


@dataclass(frozen=True)
class Offsets:
    """How this shop differs from the model's average shop, columns by platform; explained in people/blocks.py."""

    visits: NDArray[np.float32]
    cart: NDArray[np.float32]
    order: NDArray[np.float32]
    basket: NDArray[np.float32]
    preship: NDArray[np.float32]
    refund: NDArray[np.float32]
    repurchase: NDArray[np.float32]


@dataclass(frozen=True)
class Platforms:
    """Columns by platform. leads: platforms × platforms, shares of interest that is bought elsewhere."""

    names: tuple[str, ...]
    reach: NDArray[np.float64]
    minutes: NDArray[np.float64]
    sells: NDArray[np.bool_]
    leads: NDArray[np.float64]
    direct_link: NDArray[np.float64]
    fees: Mapping[Account, NDArray[np.float64]]  # shares of what is paid and kept
    hash: tuple[int, ...]  # of each name: draws are keyed by it, never by the row
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def fee(self) -> NDArray[np.float64]:
        """All that a platform keeps, a share of what is paid and kept."""
        return sum(self.fees.values(), np.zeros(len(self)))

    def row(self, name: str | None) -> int:
        """Row of a platform; None is the first one that sells. KeyError if there is none of that name."""
        if name is None:
            return int(np.flatnonzero(self.sells)[0])
        return {known: row for row, known in enumerate(self.names)}[name]

    @cached_property
    def selling(self) -> tuple[int, ...]:
        """Rows where orders are placed."""
        return tuple(int(row) for row in np.flatnonzero(self.sells))

    @cached_property
    def all_sell(self) -> bool:
        """Whether orders are placed on all of them."""
        return len(self.selling) == len(self)

    @cached_property
    def selling_bits(self) -> int:
        """Bits of the selling platforms."""
        return sum(1 << row for row in self.selling)

    def present(self) -> NDArray[np.float64]:
        """Expected share of an online person's hours on each platform, over all people (independent memberships)."""
        share = np.zeros(len(self))
        for members in range(1, 1 << len(self)):
            inside = [row for row in range(len(self)) if members >> row & 1]
            chance = 1.0
            for row in range(len(self)):
                chance *= float(self.reach[row]) if row in inside else 1 - float(self.reach[row])
            total = sum(float(self.minutes[row]) for row in inside)
            for row in inside:
                share[row] += chance * float(self.minutes[row]) / total
        return share


def build_platforms(blocks: Mapping[str, PlatformBlock], category: str = "") -> Platforms:
    """Compile the block `platforms`, for a shop of a category; without one, everybody is on one platform that sells."""
    blocks = blocks or {ONLY: PlatformBlock()}
    names = tuple(blocks)
    leads = np.zeros((len(names), len(names)))
    for row, block in enumerate(blocks.values()):
        for target, share in block.leads_to.items():
            leads[row, names.index(target)] = share
    return Platforms(
        names=names,
        reach=np.array([block.reach for block in blocks.values()]),
        minutes=np.array([block.minutes for block in blocks.values()]),
        sells=np.array([block.sells for block in blocks.values()]),
        leads=leads,
        direct_link=np.array([block.direct_link for block in blocks.values()]),
        fees={
            Account.PLATFORM_FEE: np.array([block.fees.commission for block in blocks.values()]),
            Account.TECHNICAL: np.array([block.fees.technical.get(category, 0.0) for block in blocks.values()]),
            Account.PAYMENT: np.array([block.fees.payment for block in blocks.values()]),
        },
        hash=tuple(int(path_hash(f"platforms.{name}")) for name in names),
        offsets=_offsets([block.offsets for block in blocks.values()]),
    )


def _offsets(blocks: Sequence[OffsetsBlock]) -> Offsets:
    return Offsets(
        **{key.name: np.array([getattr(block, key.name) for block in blocks], np.float32) for key in fields(Offsets)}
    )
