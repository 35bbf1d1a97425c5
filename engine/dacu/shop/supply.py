"""Reorders: when a SKU's stock and what is on order fall to its reorder point, lots are ordered.

The policy is (R, nQ): as many lots of Q as bring the position above R. Lead times are lognormal, keyed by the SKU's
path and the number of its order. The state is two small arrays; arrivals are rows of the agenda.

| name | meaning |
|---|---|
| `build_supply(operations, names) -> Supply` | `names`: SKUs in the order of goods |
| `Supply.review(seed, stock, backorders, dial) -> list[Purchase]` | orders to make now; counts them as on order |
| `Purchase(sku, units, hours, dearer)` | put on the agenda `hours` from now; `dearer`: from the second supplier |
| `Supply.arrive(sku, units)` | a lot came in (the caller adds it to stock) |
| `Supply.premium(cost, units) -> int` | fen that the second supplier asks more for a lot |
| `Supply.copy()` | a snapshot |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.scalars import exp64, normal_quantile64
from dacu.draws import Stream, path_hash, uniform_one
from dacu.language.paths import join_path
from dacu.ledger import round_fen
from dacu.people.population import Seed
from dacu.shop.operations import OperationsBlock, SecondSupplierBlock


class Policy(NamedTuple):
    """Row and path hash of a SKU, reorder point and lot (units), median lead (h), log sd of the lead."""

    sku: int
    hash: int
    point: int
    lot: int
    lead: float
    sigma: float


class Purchase(NamedTuple):
    """Units of a SKU that arrive `hours` from now."""

    sku: int
    units: int
    hours: float
    dearer: bool


@dataclass(frozen=True)
class Supply:
    """The policies, and by SKU what is on order (units) and how many orders were made."""

    policies: tuple[Policy, ...]
    second: SecondSupplierBlock | None
    on_order: NDArray[np.int64]
    orders: NDArray[np.int64]

    def copy(self) -> Supply:
        """A snapshot."""
        return replace(self, on_order=self.on_order.copy(), orders=self.orders.copy())

    def review(
        self, seed: Seed, stock: NDArray[np.int64], backorders: NDArray[np.int64], dial: float
    ) -> list[Purchase]:
        """Order what is due. dial: multiple of lead times today; backorders: units paid that wait for stock."""
        available = stock - backorders + self.on_order
        short = [policy for policy in self.policies if available[policy.sku] <= policy.point]
        return [self._order(policy, int(available[policy.sku]), dial, seed) for policy in short]

    def _order(self, policy: Policy, position: int, dial: float, seed: Seed) -> Purchase:
        units = ((policy.point - position) // policy.lot + 1) * policy.lot
        number = int(self.orders[policy.sku])
        self.orders[policy.sku] += 1
        self.on_order[policy.sku] += units
        dearer = self.second is not None and dial > self.second.lead_cap
        factor = self.second.lead_cap if self.second is not None and dearer else dial
        u = uniform_one(seed.key(Stream.LEAD_TIME, ordinal=number), policy.hash)
        lead = policy.lead * exp64(policy.sigma * normal_quantile64(u))
        return Purchase(policy.sku, units, lead * factor, dearer)

    def arrive(self, sku: int, units: int) -> None:
        """A lot is no longer on order."""
        self.on_order[sku] -= units

    def premium(self, cost: int, units: int) -> int:
        """Fen beyond the unit cost, for a lot from the second supplier."""
        return 0 if self.second is None else int(round_fen(cost * units * self.second.premium))


def build_supply(operations: OperationsBlock, names: Sequence[str]) -> Supply:
    """Compile the reorders of a shop whose SKUs have these names."""
    rows = {name: row for row, name in enumerate(names)}
    main = operations.suppliers.main
    policies = [
        Policy(
            rows[name],
            int(path_hash(join_path(("skus", name)))),
            block.point,
            block.lot,
            main.lead if block.lead is None else block.lead,
            main.sigma,
        )
        for name, block in operations.reorder.items()
    ]
    empty = np.zeros(len(names), np.int64)
    return Supply(tuple(policies), operations.suppliers.second, empty, empty.copy())
