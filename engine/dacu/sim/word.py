"""Word of mouth: buyers tell friends of a delivery, and those who take notice want the shop's goods more, or less.

Who is a friend is drawn, not stored: the k-th friend of a person is a keyed draw among everybody, the same all through
a run. An agent that tells stands for `weight` people who tell as many others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.interest import parts, stock
from dacu.behaviour.word import friends, recommended, tells_chance, warned, warns
from dacu.draws import Stream, bits32, chance, chance_of, uniform
from dacu.sim.tally import Measure
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
MOST_FRIENDS = 2**16  # told apart in a draw
NOBODY = -1


def tell_friends(world: World, rows: I64, pleased: F32) -> None:
    """Let buyers of delivered orders tell their friends; after the last hour nobody listens any more."""
    if world.t >= world.setting.calendar.end_hour:
        return
    table, word, seed = world.parcels.lines, world.setting.behaviour.word, world.setting.seed
    paid_at = world.parcels.paid_at(rows)
    draw = bits32(seed.key(Stream.SHARE_WORD), table["user"][rows], paid_at)
    tells = np.flatnonzero(draw < chance(tells_chance(word, pleased)))
    if not len(tells):
        return
    teller, friend, place = friends_of(world, table["user"][rows[tells]])
    told = (paid_at[tells][teller] * np.uint64(MOST_FRIENDS)) ^ place.astype(np.uint64)
    who = table["user"][rows[tells]][teller]
    hears = bits32(seed.key(Stream.HEAR_WORD), who, told) < chance_of(word.hears)
    bad = warns(word, pleased[tells])[teller]
    _hear(world, friend[hears & ~bad], lambda known: recommended(word, known))
    _hear(world, friend[hears & bad], lambda known: warned(word, known))
    for measure, heard in ((Measure.WORD_GOOD, hears & ~bad), (Measure.WORD_BAD, hears & bad)):
        world.tally.add_people(measure, world.t, NOBODY, int(heard.sum()) * world.setting.weight)


def friends_of(world: World, people: I32) -> tuple[I64, I32, I64]:
    """Pairs of a person and a friend: (place in `people`, the friend, which of their friends it is)."""
    seed, everybody = world.setting.seed, len(world.users)
    count = friends(world.setting.behaviour.word, uniform(seed.key(Stream.FRIEND), people))
    count = np.minimum(count, MOST_FRIENDS - 1)
    person = np.repeat(np.arange(len(people)), count)
    place = np.arange(len(person)) - np.repeat(np.cumsum(count) - count, count)
    drawn = uniform(seed.key(Stream.FRIEND, ordinal=1), people[person], place.astype(np.uint64))
    return person, np.floor(drawn * everybody).astype(np.int32), place


def _hear(world: World, people: I32, after: Callable[[F32], F32]) -> None:
    """Move consideration once for each time that somebody hears."""
    if not len(people):
        return
    column = world.users.consideration
    heard, times = np.unique(people, return_counts=True)
    for time in range(int(times.max())):
        again = heard[times > time]
        column[again] = parts(after(stock(column[again])))
