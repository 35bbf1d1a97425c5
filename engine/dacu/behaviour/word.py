"""Word of mouth, one step deep: who tells friends of a delivery, how many there are, and what hearing of it does.

Friends hear independently of each other (independent cascade: Goldenberg, Libai & Muller 2001; Kempe, Kleinberg &
Tardos 2003), and nobody passes on what was heard.

| name | meaning |
|---|---|
| `tells_chance(word, satisfied)` | chance that a buyer tells friends |
| `warns(word, satisfied)` | whose word is bad |
| `friends(word, u)` | how many friends, from one uniform each |
| `recommended(word, consideration)`, `warned(word, consideration)` | consideration after hearing it once |
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Word
from dacu.behaviour.interest import gain
from dacu.behaviour.quantiles import lognormal
from dacu.behaviour.scalars import exp64

Floats: TypeAlias = NDArray[np.float32]
Reals: TypeAlias = NDArray[np.float64]


def tells_chance(word: Word, satisfied: Floats) -> Floats:
    """Few speak of what was as expected; more when they are pleased, and most when they are not."""
    chance = np.full_like(satisfied, np.float32(word.share))
    chance += (satisfied > np.float32(word.happy_above)) * np.float32(word.happy)
    chance += warns(word, satisfied) * np.float32(word.unhappy)
    return chance


def warns(word: Word, satisfied: Floats) -> NDArray[np.bool_]:
    """Displeased buyers."""
    bad: NDArray[np.bool_] = satisfied < np.float32(word.unhappy_below)
    return bad


def friends(word: Word, u: Reals) -> NDArray[np.int64]:
    """Lognormal numbers with the stated mean, rounded."""
    median = word.friends * exp64(-word.friends_sigma * word.friends_sigma / 2)
    return np.floor(lognormal(u, median, word.friends_sigma) + 0.5).astype(np.int64)


def recommended(word: Word, consideration: Floats) -> Floats:
    """A recommendation closes a share of the gap to full consideration."""
    return gain(consideration, np.full_like(consideration, np.float32(1 - word.good)))


def warned(word: Word, consideration: Floats) -> Floats:
    """A warning takes a share off."""
    return consideration * np.float32(1 - word.bad)
