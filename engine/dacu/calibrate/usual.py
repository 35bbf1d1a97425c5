"""The plan of ordinary days: what is left of a campaign when nothing special goes on.

Lines spend their baseline, accounts post, rooms with a schedule go live, members get their pushes; no phase, sale,
promotion, creator, risk or shortage. The shop's history is compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dacu.errors import Mark
from dacu.language.patch import leaf_patch, overlay
from dacu.language.tree import Branch, Leaf, find
from dacu.levers.paid import Paid
from dacu.levers.venue import Venue
from dacu.scenario.load import Loaded, from_tree

DAYS = 14
_WHERE = Mark("history", 1, 1)
_DROPPED = (
    ("calendar", "today"), ("calendar", "phases"), ("calendar", "events"), ("promotions",), ("kols",), ("risks",),
    ("optimise",), ("targets",),
    ("history",), ("content", "hot_topics"), ("operations", "warehouse", "surge"), ("operations", "reorder"),
)  # fmt: skip


def usual_days(loaded: Loaded) -> Loaded:
    """The same shop on ordinary days. Raises InputError where it cannot live without the campaign."""
    tree = loaded.composed.tree
    for path, text in _changes(loaded):
        if text is not None or find(tree, path)[2]:
            tree = overlay(tree, leaf_patch(path, Leaf(text, _WHERE)))
    return from_tree(replace(loaded.composed, tree=tree))


def _changes(loaded: Loaded) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Paths and their new texts; None removes."""
    scenario = loaded.scenario
    yield ("calendar", "days"), str(DAYS)
    yield from ((path, None) for path in _DROPPED)
    yield from ((("skus", name, key), None) for name in scenario.skus for key in ("stock", "restock"))
    gone = {f"live.{name}" for name, room in scenario.live.items() if room.every is None}
    yield from ((("live", name.removeprefix("live.")), None) for name in gone)
    dated = ("sessions", "start", "until")
    yield from ((("live", name, key), None) for name in scenario.live for key in dated)
    for name, line in scenario.channels.items():
        if isinstance(line, Paid):
            yield from _line(loaded, name, gone)
        elif isinstance(line, Venue):
            yield ("channels", name), None
        else:
            yield from ((("channels", name, key), None) for key in ("start", "until"))


def _line(loaded: Loaded, name: str, gone: set[str]) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """A budget line at its baseline; one without a baseline spends nothing."""
    fen, line = loaded.scenario.market.baseline.get(name, 0), loaded.scenario.channels[name]
    yield from ((("channels", name, key), None) for key in ("budget", "days", "start", "end"))
    yield ("channels", name, "daily_budget"), f"{fen / 100:.2f}"
    if getattr(line, "lands_on", None) in gone:
        yield ("channels", name, "lands_on"), None


def with_leaves(loaded: Loaded, leaves: dict[tuple[str, ...], Leaf]) -> Loaded:
    """The scenario with some leaves set, each with the place that says so."""
    tree: Branch = loaded.composed.tree
    for path, leaf in leaves.items():
        tree = overlay(tree, leaf_patch(path, leaf))
    return from_tree(replace(loaded.composed, tree=tree))
