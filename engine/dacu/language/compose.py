"""A reference and its settings → one tree in which every leaf still knows the file and line that set it.

Precedence: settings > variants > file > its parent > … > the root parent (the coefficients). Variants are
patches; two of a reference may not touch the same leaf, so their order never matters.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dacu.language.chain import Reader, chain
from dacu.language.patch import inherit, overlay, setting_patch, variant_patch
from dacu.language.paths import join_path, split_path
from dacu.language.tree import Branch, Leaf, Node, Sequence, walk
from dacu.store import read_scenario

__all__ = ["Composed", "compose", "join_path", "leaves", "split_path", "split_reference"]


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed scenario: its tree, its name (`double11+deep_coupon`), the files read (child first), all variants."""

    tree: Branch
    name: str
    files: tuple[str, ...]
    variants_available: tuple[str, ...]


def compose(
    reference: str, sets: Iterable[str] = (), root: Branch | None = None, read: Reader = read_scenario
) -> Composed:
    """The tree of `FILE+variant+…` with `PATH=VALUE` settings, on top of `root` (a tree every scenario
    starts from).

    `read` fetches texts, so that they need not lie on disk. Raises InputError with every place involved.
    """
    path, variants = split_reference(reference)
    files = list(chain(path, read))
    tree = root or Branch({}, files[0].tree.mark, {})
    patches: dict[str, Branch] = {}
    for file in reversed(files):
        tree = overlay(tree, file.settings)
        patches = inherit(patches, file)
    tree = overlay(tree, variant_patch(variants, patches, reference))
    for number, setting in enumerate(sets, 1):
        tree = overlay(tree, setting_patch(setting, number))
    name = "+".join((_stem(path, files[0].name), *variants))
    return Composed(tree, name, tuple(file.name for file in files), tuple(patches))


def leaves(tree: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Leaf]]:
    """Every scalar with its dotted path; items of a list count from 0."""
    for names, node in walk(tree, path):
        if isinstance(node, Leaf):
            yield join_path(names), node
        elif isinstance(node, Sequence):
            for index, child in enumerate(node.items):
                yield from leaves(child, (*names, str(index)))


def split_reference(reference: str) -> tuple[str, tuple[str, ...]]:
    """`FILE+v1+v2` as the file (or folder) and the variants' names."""
    found = re.fullmatch(r"(.*?\.ya?ml)((?:\+.*)?)", reference, re.DOTALL)
    folder, last = os.path.split(reference)
    path, rest = (
        (found[1], found[2][1:]) if found else (os.path.join(folder, last.split("+")[0]), last.partition("+")[2])
    )
    return path, tuple(rest.split("+")) if rest else ()


def _stem(path: str, file: str) -> str:
    """The file's name without ending; of a run folder the folder's."""
    if path == file:
        return os.path.splitext(os.path.basename(path))[0]
    return os.path.basename(os.path.normpath(path))
