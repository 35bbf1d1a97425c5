"""Runs that an earlier search of the same shop has made, kept on disk: a stopped search goes on from there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from dacu import store
from dacu.language.patch import overlay, setting_patch
from dacu.language.text import dump
from dacu.plan.figures import Reading
from dacu.plan.fork import Course, fingerprint
from dacu.plan.question import Figure
from dacu.scenario.load import Loaded


class Kept:
    """A Memory in one file of the user's cache, under a digest of scenario, figures, seed, agents and the engine.

    What the question asks of a plan moves no run, so other limits find the same runs.
    """

    def __init__(self, loaded: Loaded, figures: Sequence[Figure], seed: int, agents: int) -> None:
        lived = overlay(loaded.composed.tree, setting_patch("optimise=null", 1))
        said = (dump(lived, origins=False), repr(figures), seed, agents, store.code_digest())
        self._key = f"runs-{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"
        self._known: dict[str, list[object]] = json.loads(store.kept(self._key) or "{}")

    def recall(self, course: Course, seed: int) -> Reading | None:
        """See fork.Memory."""
        found = self._known.get(_name(course, seed))
        if found is None:
            return None
        expected, realised, short = found
        return Reading(tuple(expected), tuple(realised), bool(short))  # type: ignore[arg-type]

    def remember(self, course: Course, seed: int, reading: Reading) -> None:
        """See fork.Memory."""
        self._known[_name(course, seed)] = [list(reading.expected), list(reading.realised), reading.short]

    def save(self) -> None:
        """Write what is known; a disk that refuses only costs time."""
        store.keep(self._key, json.dumps(self._known))


def _name(course: Course, seed: int) -> str:
    return f"{seed}-{hashlib.sha256(fingerprint(course)).hexdigest()[:24]}"
