"""Delivery: buyers are pleased or not and say so, some never come back, and some will want their money back."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import (
    Lines,
    made_good,
    moved,
    refund_only,
    return_cause,
    return_chance,
    return_hazards,
    return_lag,
    satisfaction,
    with_taste,
)
from dacu.behaviour.coefficients import Delivered
from dacu.behaviour.interest import parts, stock
from dacu.behaviour.loyalty import dropout
from dacu.behaviour.maths import normal_quantile64
from dacu.behaviour.quantiles import beta
from dacu.columns import Columns
from dacu.draws import Stream, bits32, chance, uniform
from dacu.kernels import kernel
from dacu.ledger import NONE, LineFlag
from dacu.people.population import class_middles
from dacu.people.users import Flag, Users, having
from dacu.sim.parcels import FAR, Fate, State
from dacu.sim.promise import Promise, promise_of
from dacu.sim.reviews import write_reviews
from dacu.sim.word import tell_friends
from dacu.sim.world import World

Bools: TypeAlias = NDArray[np.bool_]
F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U8: TypeAlias = NDArray[np.uint8]
U16: TypeAlias = NDArray[np.uint16]
HOURS, PERMILLE = np.float32(24), np.float32(1000)
IN_ROOM, IMPULSE, FILLER = (np.uint16(flag) for flag in (LineFlag.IN_ROOM, LineFlag.IMPULSE, LineFlag.FILLER))


def deliver_parcels(world: World, rows: I64) -> None:
    """Parcels (lines of the parcels table) that arrive in this hour."""
    if not len(rows):
        return
    table, setting = world.parcels.lines, world.setting
    table["delivered"][rows], table["state"][rows], table["event"][rows] = world.t, State.DELIVERED, FAR
    line = table["line"][rows]
    world.ledger.lines["delivered"][line[line != NONE]] = world.t
    first, behaviour = np.flatnonzero(table["first"][rows]), setting.behaviour
    orders = rows[first]
    taste = uniform(setting.seed.key(Stream.SATISFACTION), table["user"][orders], world.parcels.paid_at(orders))
    pleased, asks, back = open_up(
        _unpacking(world), behaviour.delivered, promise_of(world), rows, first, normal_quantile64(taste),
        Arrived.of(table), Receivers.of(world.users),
        _dropout_of_class(behaviour.loyalty.dropout_a, behaviour.loyalty.dropout_b), setting.sku_hash,
    )  # fmt: skip
    write_reviews(world, orders, pleased)
    tell_friends(world, orders, pleased)
    if asks.any():
        _ask_money_back(world, rows[asks], back[asks])


class Unpacking(NamedTuple):
    """How it is drawn what follows a delivery, and what of it is the same for all."""

    leave_key: np.uint64
    without_key: np.uint64
    back_key: np.uint64
    notice: bool  # late buyers are told
    resolved: np.float32  # share of cases answered in time, of late


def _unpacking(world: World) -> Unpacking:
    seed = world.setting.seed
    return Unpacking(
        seed.key(Stream.DROPOUT), seed.key(Stream.RETURN), seed.key(Stream.RETURN, ordinal=1),
        world.setting.operations.carrying.delay_notice, np.float32(world.parcels.resolved),
    )  # fmt: skip


class Arrived(NamedTuple):
    """Columns of the parcels table, explained in parcels.py."""

    user: I32
    paid_at: I32
    sku: NDArray[np.int16]
    platform: U8
    flags: U16
    due: I32
    shipped: I32
    reply: I32
    ratio: I32

    @classmethod
    def of(cls, table: Columns) -> Arrived:
        """The columns as they are: no copy."""
        return cls(*(table[name] for name in cls._fields))


class Receivers(NamedTuple):
    """Columns of all people, explained in people/users.py."""

    persona: U8
    dropout: U8
    flags: U8
    satisfaction: U16
    trust: U16
    level: U8

    @classmethod
    def of(cls, users: Users) -> Receivers:
        """The columns as they are: no copy."""
        born = users.born
        return cls(born.persona, born.dropout, users.flags, users.satisfaction, users.trust, users.level)


@kernel
def open_up(
    unpacking: Unpacking, behaviour: Delivered, shop: Promise, rows: I64, first: I64, taste: NDArray[np.float64],
    parcels: Arrived, people: Receivers, leaves: F32, sku_hash: NDArray[np.uint64],
) -> tuple[F32, Bools, Bools]:  # fmt: skip
    """How pleased the buyer of each order is; of each line whether money is asked back, and the goods come back.

    Satisfaction moves what buyers think of the shop; bargain hunters learn no trust. After each order some never come
    back (MBG/NBD, Batislam, Denizel & Filiztekin 2007). Of each line, money without goods back; else competing risks of
    a return. rows: lines; first: of them of each order; taste: a standard normal number each; leaves: by class.
    """
    lines, orders = facts(shop, parcels, people, rows), rows[first]
    known, buyer = lines.take(first), parcels.user[orders]
    pleased = satisfaction(
        behaviour.aftersale, known.quality, known.hype, known.listing, known.late_days, unpacking.notice,
        parcels.reply[orders].astype(np.float32), parcels.ratio[orders].astype(np.float32) / PERMILLE,
    )  # fmt: skip
    late = known.late_days > 0
    pleased[late] = made_good(behaviour.aftersale, pleased[late], unpacking.resolved)
    pleased = with_taste(behaviour.aftersale, pleased, taste)
    happy, trust = moved(behaviour.aftersale, stock(people.satisfaction[buyer]), stock(people.trust[buyer]), pleased)
    people.satisfaction[buyer] = parts(happy)
    learns = people.flags[buyer] & Flag.BARGAIN == 0
    people.trust[buyer[learns]] = parts(trust[learns])
    level = people.level[buyer].astype(np.float32) if len(people.level) else np.zeros(len(buyer), np.float32)
    leaving = dropout(behaviour, leaves[people.dropout[buyer]], stock(people.satisfaction[buyer]), level)
    gone = bits32(unpacking.leave_key, buyer, parcels.paid_at[orders].astype(np.uint64)) < chance(leaving)
    people.flags[buyer[gone]] &= np.uint8(0xFF ^ Flag.ALIVE)
    buyer = parcels.user[rows]
    own = parcels.paid_at[rows].astype(np.uint64) ^ sku_hash[parcels.sku[rows]]
    without = bits32(unpacking.without_key, buyer, own) < chance(refund_only(shop.category, lines))
    hazards = return_hazards(behaviour.aftersale, shop.category, lines, shop.terms)
    back = bits32(unpacking.back_key, buyer, own) < chance(return_chance(hazards))
    return pleased, without | back, back & ~without


def facts(shop: Promise, parcels: Arrived, people: Receivers, rows: I64) -> Lines:
    """What returns depend on, of lines of the parcels table."""
    sku, flags, platform = parcels.sku[rows], parcels.flags[rows], parcels.platform[rows]
    late = np.maximum(parcels.shipped[rows] - parcels.due[rows], 0).astype(np.float32) / HOURS
    return Lines(
        person=shop.returns[people.persona[parcels.user[rows]]], quality=shop.quality[sku], listing=shop.listing[sku],
        hype=np.zeros(len(rows), np.float32), late_days=late, live=having(flags, IN_ROOM),
        impulse=having(flags, IMPULSE), filler=having(flags, FILLER),
        preship_offset=shop.preship[platform], refund_offset=shop.refund[platform],
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _dropout_of_class(a: float, b: float) -> F32:
    """Chance that an order is the last, by class."""
    chances: F32 = beta(a, b, class_middles()).astype(np.float32)
    return chances


def _ask_money_back(world: World, rows: I64, back: Bools) -> None:
    """Note why and when the money of lines will be asked back, with the goods (`back`) or without."""
    table, setting = world.parcels.lines, world.setting
    aftersale, seed, buyer, shop = setting.behaviour.aftersale, setting.seed, table["user"][rows], promise_of(world)
    own = world.parcels.paid_at(rows) ^ setting.sku_hash[table["sku"][rows]]
    known = facts(shop, Arrived.of(table), Receivers.of(world.users), rows)
    hazards = return_hazards(aftersale, shop.category, known, shop.terms)
    cause = return_cause(uniform(seed.key(Stream.RETURN_CAUSE), buyer, own), hazards)
    lag = return_lag(aftersale, uniform(seed.key(Stream.RETURN_LAG), buyer, own), setting.operations.returns.window)
    table["fate"][rows] = np.where(back, Fate.RETURNED, Fate.REFUND_ONLY)
    table["cause"][rows] = np.where(back, cause, 0)
    table["event"][rows] = world.t + 1 + np.floor(lag).astype(np.int64)
