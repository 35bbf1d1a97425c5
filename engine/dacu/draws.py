"""Chance: every draw is a pure function of (seed, replication, stream, entity, hour, ordinal).

Nothing is drawn in sequence, so a draw does not depend on which other draws were made, on tiles, threads or
workers. A `key` holds everything but the entity and is made once; each entity then costs one hash. Entities
are ids of users or hashes of paths (`path_hash`). The hash is the finaliser of SplitMix64 (Steele, Lea &
Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA). Values with a law of their own
(counts, gamma, races) are inverse CDFs of `uniform`: behaviour/counts.py, behaviour/quantiles.py.

    hour_key = key(seed, replication, Stream.CLICK, hour)
    clicked = happens(hour_key, users, chance(probability))
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.kernels import kernel

Words: TypeAlias = NDArray[np.uint64]
Ids: TypeAlias = NDArray[np.integer[Any]]
Chances: TypeAlias = NDArray[np.uint32]

_ALL = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1, _MIX_2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_SHIFT_1, _SHIFT_2, _SHIFT_3 = 30, 27, 31
_MIXER = [np.array(part, np.uint64) for part in (_SHIFT_1, _MIX_1, _SHIFT_2, _MIX_2, _SHIFT_3)]
_FRACTION, _ODD, _HALF = (np.array(part, np.uint64) for part in (11, 1, 32))
_MOST = np.array(2**32 - 2, np.uint32)
"""The same as arrays without an axis, which NumPy takes faster than its scalars."""
_TILE = 16_384  # words a tile: 128 KiB a buffer, so that a hash's passes stay in the cache
CERTAIN = 2**32 - 1


class Stream(IntEnum):
    """What a draw decides. A number is never given to another stream; plug-ins number their own from 1000."""

    # who a user is
    PERSONA = 1
    PACE = 4
    INTEREST = 5  # ordinal: topic 0…7
    PRICE_SENSE = 6
    SPEND_CAP = 7
    CYCLE = 8
    HOUSE_STOCK = 9
    AWARENESS = 10
    CONSIDERATION = 11
    PLATFORM = 13
    CUSTOMER = 14
    LOYALTY = 15
    FOLLOW_START = 16
    RECENCY = 17
    MEMBERSHIP = 18
    # an hour
    ONLINE = 30
    SLOT = 31
    PLATFORM_NOW = 32
    EXPOSE = 33
    ITEM = 34
    CLICK = 35
    INTERACT = 36
    FOLLOW = 37
    CLAIM = 38
    LEAD = 39
    # coming by oneself
    SEARCH = 50
    SEARCH_CLICK = 51
    DIRECT = 52
    HABIT = 53
    # live rooms
    ROOM_ENTER = 60
    ROOM_BOUNCE = 61
    ROOM_DWELL = 62
    ROOM_BUY = 63
    # the shop
    LAND = 70
    CART = 71
    BUY = 72
    LEAVE = 73
    QUANTITY = 74
    ADD_ON = 75
    TOP_UP = 76
    RATION = 77
    STOCK_OUT = 78
    # promotions and members
    CLAIM_GUARD = 80
    PRESALE_BALANCE = 81
    PRICE_PROTECTION = 82
    WAKE_UP = 83
    POINTS = 84
    # private domain
    PUSH_OPEN = 90
    UNSUBSCRIBE = 91
    JOIN = 92
    ACCEPT = 93
    GROUP_ROLE = 94
    GROUP_TALK = 95
    CHECK_IN = 96
    BAG = 97
    MOMENT = 98
    # content among users
    HEAT = 100
    RECOMMEND = 101
    # after the order
    DROPOUT = 120
    RETURN = 121
    CANCEL = 122
    CANCEL_LAG = 123
    TRANSIT = 124
    DAMAGE = 125
    SATISFACTION = 126
    RETURN_CAUSE = 127
    RETURN_LAG = 128
    REVIEW = 129
    SHARE_WORD = 130
    HEAR_WORD = 131
    UGC = 132
    FRIEND = 133
    # things
    RESTOCK = 140
    VENUE = 142
    CONTENT_REVIEW = 144
    RISK = 145
    RISK_PEOPLE = 146
    LEAD_TIME = 147
    CREATOR = 148
    SERVICE_ASK = 149
    # what is believed
    BELIEF = 190


def _mix(word: int) -> int:
    word = ((word ^ (word >> _SHIFT_1)) * _MIX_1) & _ALL
    word = ((word ^ (word >> _SHIFT_2)) * _MIX_2) & _ALL
    return word ^ (word >> _SHIFT_3)


def key(seed: int, replication: int, stream: int, hour: int = 0, ordinal: int = 0) -> np.uint64:
    """The key of all draws that differ only in their entity.

    Any whole numbers will do, negative hours (warm-up) too; they count modulo 2⁶⁴. An ordinal tells apart
    several draws of one entity within an hour: a running number, or the `path_hash` of what a draw is about.
    """
    return np.uint64(_absorb(_started(seed, replication, stream, hour), int(ordinal)))


@lru_cache(maxsize=4096)
def _started(seed: int, replication: int, stream: int, hour: int) -> int:
    """The part of a key that a run asks for several times an hour."""
    return _absorb(_of_run(seed, replication, stream), int(hour))


@lru_cache(maxsize=4096)
def _of_run(seed: int, replication: int, stream: int) -> int:
    """The part of a key that is the same all through a run."""
    return _absorb(_absorb(_absorb(0, int(seed)), int(replication)), int(stream))


def _absorb(word: int, part: int) -> int:
    return _mix((word ^ _stirred(part)) * _GOLDEN & _ALL)


@lru_cache(maxsize=4096)
def _stirred(part: int) -> int:
    """A part of a key, mixed; hours and ordinals come back in many keys."""
    return _mix((part + _GOLDEN) & _ALL)


def path_hash(path: str) -> np.uint64:
    """A thing's identity as 64 bits, from its scenario path: FNV-1a over UTF-8, then mixed."""
    word = 0xCBF29CE484222325
    for byte in path.encode():
        word = ((word ^ byte) * 0x100000001B3) & _ALL
    return np.uint64(_mix(word))


def bits64(key: np.uint64, entity: Ids, ordinal: Words | None = None) -> Words:
    """64 random bits an entity; with `ordinal` (the hash of the thing each draw is about), for each pair."""
    return _hashing.bits64(key, entity, ordinal)


def bits32(key: np.uint64, entity: Ids, ordinal: Words | None = None) -> Chances:
    """32 random bits an entity, but never all ones, so that a chance of `CERTAIN` always happens."""
    return _hashing.bits32(key, entity, ordinal)


def uniform(key: np.uint64, entity: Ids, ordinal: Words | None = None) -> NDArray[np.float64]:
    """A number an entity, strictly between 0 and 1: an odd multiple of 2⁻⁵³, so that 1 − u is exact too."""
    return _hashing.uniform(key, entity, ordinal)


def uniform_one(key: np.uint64, entity: int = 0) -> float:
    """`uniform` of a single entity, without arrays: for a thing's own draw."""
    word = _mix((int(entity) * step_of(key) + int(key)) & _ALL)
    return (word >> 11 | 1) * 2.0**-53


def whole(key: np.uint64, entity: Ids, below: int) -> NDArray[np.uint32]:
    """A whole number an entity, 0…below−1, equally likely to within below·2⁻³²."""
    words = bits64(key, entity)
    words >>= np.uint64(32)
    words *= np.uint64(below)
    words >>= np.uint64(32)
    return words.astype(np.uint32)


def chance(probability: NDArray[np.floating[Any]]) -> Chances:
    """Probabilities as whole parts of 2³², rounded down, for `draw < chance`.

    0 (or less, or NaN) never happens; 1 (or more) is `CERTAIN` and always happens.
    """
    return _hashing.chance(probability)


def chance_of(probability: float) -> np.uint32:
    """`chance` of one number."""
    return np.uint32(min(max(probability * 2.0**32, 0.0), float(CERTAIN)))


def happens(key: np.uint64, entity: Ids, chance: Chances, ordinal: Words | None = None) -> NDArray[np.bool_]:
    """Which entities a chance strikes; who is struck at a chance is struck at any higher one."""
    return bits32(key, entity, ordinal) < chance


@kernel
def gate(key: np.uint64, class_of: NDArray[np.uint8], chance_of_class: Chances) -> NDArray[np.int32]:
    """Who of the people 0, 1, 2… is struck, where chances depend on a class alone: the hourly online draw, rising."""
    passed = np.empty(class_of.shape, dtype=np.bool_)
    size = min(class_of.size, _TILE)
    words, scratch, steps = np.empty((3, size), dtype=np.uint64)
    np.multiply(np.arange(size, dtype=np.uint64), np.uint64(step_of(key)), out=steps)
    limits = chance_of_class.astype(np.uint64) << np.uint64(32)
    limits[chance_of_class == CERTAIN] = _ALL
    for start in range(0, class_of.size, _TILE):
        tile = slice(start, start + _TILE)
        size = passed[tile].size
        np.add(steps[:size], np.uint64((start * step_of(key) + int(key)) & _ALL), out=words[:size])
        _mix_in_place(words[:size], scratch)
        np.take(limits, class_of[tile], out=scratch[:size], mode="wrap")
        np.less(words[:size], scratch[:size], out=passed[tile])
    return np.flatnonzero(passed).astype(np.int32)


def step_of(key: np.uint64) -> int:
    """How far apart a key sets two neighbouring entities before they are mixed: odd, and each key's own.

    With one step for all, two keys that lie d steps apart would give user i of one the draw of user i + d
    of the other, and among the millions of keys of a study there are such pairs.
    """
    return _mix(int(key)) | 1


class Hashing:
    """How many draws are made at once: by NumPy, in tiles. Another way (compiled.py) gives the same bits."""

    def bits64(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Words:
        """See bits64."""
        words = np.empty(entity.shape, dtype=np.uint64)
        scratch = np.empty(min(entity.size, _TILE), dtype=np.uint64)
        for start in range(0, entity.size, _TILE):
            tile = slice(start, start + _TILE)
            _hash(key, entity[tile], words[tile], scratch)
            if ordinal is not None:
                words[tile] ^= ordinal[tile]
                _mix_in_place(words[tile], scratch)
        return words

    def bits32(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> Chances:
        """See bits32: the upper half of each word, at most 2³² − 2."""
        words = self.bits64(key, entity, ordinal)
        words >>= _HALF
        return np.minimum(words.astype(np.uint32), _MOST)

    def uniform(self, key: np.uint64, entity: Ids, ordinal: Words | None) -> NDArray[np.float64]:
        """See uniform."""
        words = self.bits64(key, entity, ordinal)
        words >>= _FRACTION
        words |= _ODD
        return np.multiply(words, 2.0**-53, dtype=np.float64)

    def chance(self, probability: NDArray[np.floating[Any]]) -> Chances:
        """See chance."""
        parts: NDArray[np.float64] = np.multiply(probability, 2.0**32, dtype=np.float64)
        np.fmax(parts, 0.0, out=parts)
        np.fmin(parts, float(CERTAIN), out=parts)
        return parts.astype(np.uint32)


_hashing = Hashing()


def hash_by(way: Hashing) -> None:
    """Make all later draws another way; the draws are the same."""
    global _hashing  # noqa: PLW0603 - a choice of speed for the whole process, not of results
    _hashing = way


def _hash(key: np.uint64, entity: Ids, out: Words, scratch: Words) -> None:
    """mix(entity · step + key) into `out`, all in place."""
    np.multiply(entity, np.uint64(step_of(key)), out=out, dtype=np.uint64, casting="unsafe")
    out += key
    _mix_in_place(out, scratch)


def _mix_in_place(words: Words, scratch: Words) -> None:
    spare = scratch[: words.size]
    shift_1, mix_1, shift_2, mix_2, shift_3 = _MIXER
    words ^= np.right_shift(words, shift_1, out=spare)
    words *= mix_1
    words ^= np.right_shift(words, shift_2, out=spare)
    words *= mix_2
    words ^= np.right_shift(words, shift_3, out=spare)
