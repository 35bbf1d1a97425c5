"""What differs between two composed scenarios, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dacu.errors import Mark
from dacu.language.compose import Composed, join_path
from dacu.language.explain import written
from dacu.language.tree import Branch, Node, find, is_unset

THERE = "there"
NOT_THERE = "not there"
_NOTHING = Branch({}, Mark("", 1, 1), {})


class Change(NamedTuple):
    """One difference: path, values before and after (None: not set), and where the later is written, or
    else the earlier.

    A thing that only one scenario has is one change, from `not there` to `there` or back.
    """

    path: str
    before: str | None
    after: str | None
    file: str
    line: int


def differences(base: Composed, other: Composed) -> list[Change]:
    """The changes from `base` to `other`, block by block, what only `other` has after what both have."""
    return list(_between(base.tree, other.tree, ()))


def _between(base: Branch, other: Branch, path: tuple[str, ...]) -> Iterator[Change]:
    for key in base.children | other.children:
        before, after = _get(base, key), _get(other, key)
        if isinstance(before, Branch) and (isinstance(after, Branch) or (after is None and _holds_things(before))):
            yield from _between(before, after or _NOTHING, (*path, key))
        elif isinstance(after, Branch) and before is None and _holds_things(after):
            yield from _between(_NOTHING, after, (*path, key))
        elif _text(before, after) != _text(after, before):
            mark = find(base if after is None else other, (key,))[1]
            yield Change(join_path((*path, key)), _text(before, after), _text(after, before), mark.file, mark.line)


def _get(branch: Branch, key: str) -> Node | None:
    """What is set under `key`."""
    node = branch.children.get(key)
    return None if node is None or is_unset(node) else node


def _holds_things(branch: Branch) -> bool:
    """Whether it is a block of named things, which come and go one by one."""
    return bool(branch.children) and all(isinstance(child, Branch) for child in branch.children.values())


def _text(node: Node | None, counterpart: Node | None) -> str | None:
    """How one side of a change is told."""
    if node is None:
        return NOT_THERE if isinstance(counterpart, Branch) else None
    return THERE if counterpart is None and isinstance(node, Branch) else written(node)
