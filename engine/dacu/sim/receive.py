"""Delivery: buyers are pleased or not and say so, some never come back, and some will want their money back."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.aftersale import (
    Lines,
    Terms,
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
from dacu.behaviour.interest import parts, stock
from dacu.behaviour.loyalty import dropout
from dacu.behaviour.quantiles import beta
from dacu.draws import Stream, bits32, chance, uniform
from dacu.ledger import NONE, LineFlag
from dacu.people.population import class_middles
from dacu.people.users import Flag
from dacu.sim.parcels import FAR, Fate, State
from dacu.sim.programme import standing
from dacu.sim.reviews import write_reviews
from dacu.sim.word import tell_friends
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I64: TypeAlias = NDArray[np.int64]


def deliver_parcels(world: World, rows: I64) -> None:
    """Parcels (lines of the parcels table) that arrive in this hour."""
    if not len(rows):
        return
    table = world.parcels.lines
    table["delivered"][rows], table["state"][rows], table["event"][rows] = world.t, State.DELIVERED, FAR
    line = table["line"][rows]
    world.ledger.lines["delivered"][line[line != NONE]] = world.t
    known, first = facts(world, rows), table["first"][rows] == 1
    orders = rows[first]
    pleased = _please(world, orders, known.take(first))
    write_reviews(world, orders, pleased)
    tell_friends(world, orders, pleased)
    _stay_or_go(world, orders)
    _ask_money_back(world, rows, known)


def facts(world: World, rows: I64) -> Lines:
    """What returns depend on, of lines of the parcels table."""
    table, goods, setting = world.parcels.lines, world.goods, world.setting
    sku, flags, platform = table["sku"][rows], table["flags"][rows], table["platform"][rows]
    late = np.maximum(table["shipped"][rows] - table["due"][rows], 0).astype(np.float32) / np.float32(24)
    return Lines(
        person=setting.returns_of_persona[world.users.born.persona[table["user"][rows]]], quality=goods.quality[sku],
        listing=goods.listing[sku], hype=np.zeros(len(rows), np.float32), late_days=late,
        live=flag(flags, LineFlag.IN_ROOM), impulse=flag(flags, LineFlag.IMPULSE), filler=flag(flags, LineFlag.FILLER),
        preship_offset=setting.platforms.offsets.preship[platform],
        refund_offset=setting.platforms.offsets.refund[platform],
    )  # fmt: skip


def flag(flags: NDArray[np.uint16], which: LineFlag) -> F32:
    """1 where a flag is set."""
    is_set: F32 = (flags & np.uint16(which) != 0).astype(np.float32)
    return is_set


def terms(world: World) -> Terms:
    """What the shop promises."""
    operations = world.setting.operations
    returns = operations.returns
    return Terms(operations.carrying.damage, returns.insurance.on, returns.lenient, returns.restock)


def _please(world: World, rows: I64, known: Lines) -> F32:
    """Satisfaction with each order moves what its buyer thinks of the shop; bargain hunters learn no trust."""
    table, setting, users = world.parcels.lines, world.setting, world.users
    aftersale = setting.behaviour.aftersale
    notice = setting.operations.carrying.delay_notice
    reply, ratio = table["reply"][rows].astype(np.float32), table["ratio"][rows].astype(np.float32) / np.float32(1000)
    pleased = satisfaction(
        aftersale, known.quality, known.hype, known.listing, known.late_days, notice, reply, ratio
    )  # fmt: skip
    late = known.late_days > 0
    if late.any():
        pleased[late] = made_good(aftersale, pleased[late], np.float32(world.parcels.resolved))
    buyer = table["user"][rows]
    taste = uniform(setting.seed.key(Stream.SATISFACTION), buyer, world.parcels.paid_at(rows))
    pleased = with_taste(aftersale, pleased, taste)
    happy, trust = moved(aftersale, stock(users.satisfaction[buyer]), stock(users.trust[buyer]), pleased)
    users.satisfaction[buyer] = parts(happy)
    learns = users.flags[buyer] & Flag.BARGAIN == 0
    users.trust[buyer[learns]] = parts(trust[learns])
    return pleased


def _stay_or_go(world: World, rows: I64) -> None:
    """After each delivered order some buyers never come back (MBG/NBD, Batislam, Denizel & Filiztekin 2007)."""
    table, users, behaviour = world.parcels.lines, world.users, world.setting.behaviour
    buyer = table["user"][rows]
    own = _dropout_of_class(behaviour.loyalty.dropout_a, behaviour.loyalty.dropout_b)
    leaving = dropout(behaviour, own[users.born.dropout[buyer]], stock(users.satisfaction[buyer]))
    leaving *= np.maximum(1 - standing(world, buyer) * np.float32(behaviour.loyalty.level_dropout), np.float32(0))
    draw = bits32(world.setting.seed.key(Stream.DROPOUT), buyer, world.parcels.paid_at(rows))
    gone = draw < chance(leaving)
    users.flags[buyer[gone]] &= np.uint8(0xFF ^ Flag.ALIVE)


@lru_cache(maxsize=1024)
def _dropout_of_class(a: float, b: float) -> F32:
    """Chance that an order is the last, by class (read-only)."""
    chances: F32 = beta(a, b, class_middles()).astype(np.float32)
    chances.setflags(write=False)
    return chances


def _ask_money_back(world: World, rows: I64, known: Lines) -> None:
    """Of each order, money without goods back; else of each line competing risks of a return."""
    table, setting = world.parcels.lines, world.setting
    aftersale, category = setting.behaviour.aftersale, setting.category
    seed, buyer = setting.seed, table["user"][rows]
    own = world.parcels.paid_at(rows) ^ setting.sku_hash[table["sku"][rows]]
    without = bits32(seed.key(Stream.RETURN), buyer, own) < chance(refund_only(category, known))
    hazards = return_hazards(aftersale, category, known, terms(world))
    back = bits32(seed.key(Stream.RETURN, ordinal=1), buyer, own) < chance(return_chance(hazards))
    asks = np.flatnonzero(without | back)
    if not len(asks):
        return
    rows, buyer, own, back = rows[asks], buyer[asks], own[asks], back[asks] & ~without[asks]
    cause = return_cause(uniform(seed.key(Stream.RETURN_CAUSE), buyer, own), hazards.take(asks))
    lag = return_lag(aftersale, uniform(seed.key(Stream.RETURN_LAG), buyer, own), setting.operations.returns.window)
    table["fate"][rows] = np.where(back, Fate.RETURNED, Fate.REFUND_ONLY)
    table["cause"][rows] = np.where(back, cause, 0)
    table["event"][rows] = world.t + 1 + np.floor(lag).astype(np.int64)
