"""What goes on among members or visitors, and what invites people to join: the facts that a run lives through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """What people do."""

    THEME = 0
    CHECK_IN = 1
    DRAW = 2


@dataclass(frozen=True, slots=True)
class Invitation:
    """How people are asked to join the private domain. factor: of the plain join shares; fen: a gift for each."""

    factor: float = 1.0
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that is on in hours [first, last), for an audience (0: everybody).

    fen: a day (THEME), a check-in (CHECK_IN), a prize (DRAW). prizes: a day, of a draw.
    """

    kind: Kind
    first: float
    last: float
    audience: int
    fen: int
    prizes: int = 0

    def on(self, first: float, last: float) -> bool:
        """Whether it is on at some time in hours [first, last)."""
        return self.first < last and first < self.last
