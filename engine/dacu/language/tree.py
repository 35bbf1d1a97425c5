"""The tree of a scenario: leaves, branches and lists that know their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dacu.errors import Mark


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar as written; text is None for `null`, `~` and nothing at all."""

    text: str | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Branch:
    """A mapping: children by key, and the place of each key."""

    children: dict[str, Node]
    mark: Mark
    key_marks: dict[str, Mark]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


Node = Leaf | Branch | Sequence

UNSET = ("", "~", "null", "Null", "NULL")
"""Unquoted, these say that a key is not set, or that what stood there is removed."""


def is_unset(node: Node) -> bool:
    """Whether the node is a leaf set to nothing."""
    return isinstance(node, Leaf) and node.text is None


def walk(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every node at and below `node` that no key leads on from: leaves, lists, empty mappings; each with its path."""
    if isinstance(node, Branch) and node.children:
        for key, child in node.children.items():
            yield from walk(child, (*path, key))
    else:
        yield path, node


def find(tree: Branch, path: tuple[str, ...]) -> tuple[Node, Mark, bool]:
    """The node at `path`, its place (of a mapping: the key's) and True.

    When there is none, the last node on the way, its place and False.
    """
    node: Node = tree
    mark = tree.mark
    for name in path:
        if isinstance(node, Branch) and name in node.children:
            key_mark, node = node.key_marks[name], node.children[name]
            mark = key_mark if isinstance(node, Branch) else node.mark
        elif isinstance(node, Sequence) and name.isascii() and name.isdigit() and int(name) < len(node.items):
            node = node.items[int(name)]
            mark = node.mark
        else:
            return node, mark, False
    return node, mark, True
