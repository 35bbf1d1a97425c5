"""Drawing the crowd: every property of an agent is keyed by (seed, replication, stream, agent), nothing by order.

So two scenarios of equal people share their agents, and adding a persona or a platform moves nobody else's draws more
than it must.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour import quantiles
from dacu.behaviour.coefficients import Behaviour, Persona
from dacu.behaviour.interest import UNIT, parts
from dacu.draws import Stream, bits32, chance_of, key, uniform
from dacu.people.blocks import PeopleBlock
from dacu.people.platforms import Platforms
from dacu.people.users import LONG_AGO, NO_CART, REFERENCE, ROLES, TOPICS, Born, Flag, Users

CLASSES = 256
F64: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Seed:
    """What a whole run is keyed by."""

    seed: int
    replication: int

    def key(self, stream: int, hour: int = 0, ordinal: int = 0) -> np.uint64:
        """The key of a stream in this run."""
        return key(self.seed, self.replication, stream, hour, ordinal)


def persona_table(people: PeopleBlock, behaviour: Behaviour) -> dict[str, Persona]:
    """Personas with the shares of this scenario, or those of parameters.yaml."""
    if not people.personas:
        return behaviour.personas
    return {name: behaviour.personas[name]._replace(share=share) for name, share in people.personas.items()}


def class_middles() -> F64:
    """The middle of each of 256 equally likely classes."""
    return (np.arange(CLASSES) + 0.5) / CLASSES


@cache
def class_rates() -> F64:
    """Exponential values of mean 1 at the middles of the classes (read-only): how fast each comes, relative to all."""
    rates = quantiles.exponential(class_middles())
    rates.setflags(write=False)
    return rates


def build_born(seed: Seed, agents: int, people: PeopleBlock, behaviour: Behaviour, platforms: Platforms) -> Born:
    """What each agent is; equal arguments give equal columns, so runs may share them (they are read-only)."""
    ids = np.arange(agents, dtype=np.int64)
    personas = list(persona_table(people, behaviour).items())
    persona = _draw_persona(seed, ids, [row.share for _, row in personas])
    rows = [row for _, row in personas]
    spend = np.array([row.spend for row in rows])[persona]
    price = np.array([row.price for row in rows])[persona]
    facts = behaviour.people
    born = Born(
        persona=persona,
        pace=_class(seed, Stream.PACE, ids),
        repeat=_class(seed, Stream.LOYALTY, ids),
        dropout=_class(seed, Stream.DROPOUT, ids),
        platforms=_memberships(seed, ids, platforms),
        interests=_interests(seed, ids, persona, [name for name, _ in personas], behaviour),
        price_sense=_lognormal(seed, Stream.PRICE_SENSE, ids, facts.price_median, facts.price_sigma, price),
        spend_cap=_lognormal(seed, Stream.SPEND_CAP, ids, facts.spend_median, facts.spend_sigma, spend),
        cycle=_lognormal(seed, Stream.CYCLE, ids, facts.cycle_median, facts.cycle_sigma, 1.0),
    )
    for column in vars(born).values():
        column.setflags(write=False)
    return born


def build_users(
    seed: Seed, born: Born, people: PeopleBlock, behaviour: Behaviour, channels: int, first_hour: int
) -> Users:
    """The moving columns at the first hour of the warm-up."""
    agents = len(born.persona)
    ids = np.arange(agents, dtype=np.int64)
    facts = behaviour.people
    customer = bits32(seed.key(Stream.CUSTOMER), ids) < chance_of(people.customers)
    recency = uniform(seed.key(Stream.RECENCY), ids)
    days_since = recency * np.minimum(2.0 * born.cycle, 180.0)
    stocked_days = np.where(
        customer, np.maximum(0.0, born.cycle - days_since), uniform(seed.key(Stream.HOUSE_STOCK), ids) * born.cycle
    )
    alive = customer & (bits32(seed.key(Stream.RETURN), ids) < chance_of(behaviour.loyalty.alive))
    member = customer & (bits32(seed.key(Stream.MEMBERSHIP), ids) < chance_of(people.members))
    bargain = born.persona == _row_of(people, behaviour, "bargain_hunter")
    flags = alive * Flag.ALIVE + member * Flag.MEMBER + bargain * Flag.BARGAIN
    trust = np.where(customer, np.float32(facts.trust_customer), np.float32(facts.trust))
    return Users(
        born=born,
        flags=flags.astype(np.uint8),
        awareness=_stock(seed, Stream.AWARENESS, ids, facts.awareness),
        consideration=_stock(seed, Stream.CONSIDERATION, ids, facts.consideration),
        trust=parts(trust),
        satisfaction=np.full(agents, round(behaviour.reference.satisfaction * 65535), np.uint16),
        fatigue=np.zeros((channels, agents), np.uint16),
        ref_price=np.full((ROLES, agents), REFERENCE, np.uint16),
        stocked_until=(first_hour + stocked_days * 24).astype(np.int32),
        last_order=np.where(customer, first_hour - days_since * 24, LONG_AGO).astype(np.int32),
        orders=customer.astype(np.uint16),
        spend_30d=np.zeros(agents, np.uint32),
        cart_sku=np.full(agents, NO_CART, np.int16),
        cart_slot=np.full(agents, LONG_AGO, np.int32),
        cart_flags=np.zeros(agents, np.uint8),
        held=np.zeros(agents, np.uint32),
        touch_lever=np.full(agents, -1, np.int16),
        touch_slot=np.full(agents, LONG_AGO, np.int32),
        audiences=born.platforms.astype(np.uint32),
        reached=np.zeros(agents, np.uint32),
        visited=np.full(agents, -(2**15), np.int16),
        follows=np.zeros(agents, np.uint16),
        claimed=np.zeros(agents, np.uint32),
        priced=np.full(agents, 255, np.uint8),
        level=np.empty(0, np.uint8),
        points=np.empty(0, np.uint32),
        spend_year=np.empty(0, np.uint32),
        refused=np.empty(0, np.uint32),
    )


def _row_of(people: PeopleBlock, behaviour: Behaviour, persona: str) -> int:
    names = list(persona_table(people, behaviour))
    return names.index(persona) if persona in names else CLASSES


def _draw_persona(seed: Seed, ids: NDArray[np.int64], shares: list[float]) -> NDArray[np.uint8]:
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, uniform(seed.key(Stream.PERSONA), ids), side="right").astype(np.uint8)


def _class(seed: Seed, stream: Stream, ids: NDArray[np.int64]) -> NDArray[np.uint8]:
    return (bits32(seed.key(stream), ids) >> np.uint32(24)).astype(np.uint8)


def _memberships(seed: Seed, ids: NDArray[np.int64], platforms: Platforms) -> NDArray[np.uint8]:
    """Bit p: uses platform p; independent draws, so overlaps follow from the reaches."""
    bits = np.zeros(len(ids), np.uint8)
    for row, reach in enumerate(platforms.reach):
        inside = bits32(seed.key(Stream.PLATFORM, ordinal=platforms.hash[row]), ids) < chance_of(reach)
        bits |= inside.astype(np.uint8) << np.uint8(row)
    return bits


def _interests(
    seed: Seed, ids: NDArray[np.int64], persona: NDArray[np.uint8], names: list[str], behaviour: Behaviour
) -> NDArray[np.int8]:
    """Dirichlet weights about the persona's centre (as normalised Gamma quantiles), scaled to unit length, in parts."""
    weights = np.empty((TOPICS, len(ids)), np.float32)
    for topic in range(TOPICS):
        draw = uniform(seed.key(Stream.INTEREST, ordinal=topic), ids)
        for row, name in enumerate(names):
            rows = np.flatnonzero(persona == row)
            shape = behaviour.people.concentration * behaviour.interests[name][topic]
            weights[topic, rows] = quantiles.gamma(shape, draw[rows])
    square = weights[0] * weights[0]
    for weight in weights[1:]:
        square += weight * weight
    length = np.sqrt(np.maximum(square, np.float32(1e-30)))
    scaled: NDArray[np.float32] = np.rint(weights / length * UNIT)
    return np.asfortranarray(scaled.astype(np.int8))


def _lognormal(
    seed: Seed, stream: Stream, ids: NDArray[np.int64], median: float, sigma: float, factor: F64 | float
) -> NDArray[np.float32]:
    return (quantiles.lognormal(uniform(seed.key(stream), ids), median, sigma) * factor).astype(np.float32)


def _stock(seed: Seed, stream: Stream, ids: NDArray[np.int64], level: float) -> NDArray[np.uint16]:
    start = quantiles.beta(1.0, 3.0, uniform(seed.key(stream), ids)) * level
    return parts(start.astype(np.float32))
