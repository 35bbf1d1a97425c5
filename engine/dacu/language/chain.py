"""The files of a scenario: the one named, the one it extends, the one that extends …"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dacu.errors import Finding, InputError, Mark
from dacu.language.source import parse_mapping
from dacu.language.tree import Branch, Leaf, is_unset

LONGEST_CHAIN = 32
"""Files that may extend each other."""
RESERVED = ("dacu", "extends", "variants")
"""Keys of the file language itself: they are no part of the composed tree."""

Reader = Callable[[str], tuple[str, str]]
"""Path of a scenario → the file it stands for and its text; raises InputError."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the chain: its name, its whole tree, and the tree without the reserved keys."""

    name: str
    tree: Branch

    @property
    def settings(self) -> Branch:
        """What the file sets of the scenario itself."""
        kept = {key: child for key, child in self.tree.children.items() if key not in RESERVED}
        return Branch(kept, self.tree.mark, self.tree.key_marks)


def chain(path: str, read: Reader) -> Iterator[File]:
    """The file at `path`, its parent, its parent's parent … Raises InputError for a circle."""
    seen: list[str] = []
    following: str | None = path
    mark: Mark | None = None
    while following is not None:
        try:
            name, text = read(following)
        except InputError as error:
            raise _placed(error, mark) from None
        same = os.path.realpath(name)
        if same in seen:
            circle = " → ".join(os.path.basename(file) for file in (*seen[seen.index(same) :], same))
            raise InputError(Finding("extends_cycle", mark, "extends", args={"chain": circle}))
        if len(seen) >= LONGEST_CHAIN:
            raise InputError(Finding("extends_too_deep", mark, "extends", args={"most": str(LONGEST_CHAIN)}))
        seen.append(same)
        file = File(name, parse_mapping(text, name))
        _check_version(file.tree)
        yield file
        following, mark = _parent(file)


def _placed(error: InputError, mark: Mark | None) -> InputError:
    """The error of a file that cannot be read, at the line that names the file."""
    if mark is None:
        return error
    return InputError(*(Finding(f.code, mark, "extends", f.value, f.args, f.hint) for f in error.findings))


def _check_version(tree: Branch) -> None:
    version = tree.children.get("dacu")
    if not isinstance(version, Leaf) or next(iter(tree.children)) != "dacu":
        raise InputError(Finding("version_missing", tree.mark, "dacu"))
    if version.text != "1":
        raise InputError(Finding("version_unknown", version.mark, "dacu", version.text or ""))


def _parent(file: File) -> tuple[str | None, Mark | None]:
    """The path that the file extends, None for none, and where it says so."""
    node = file.tree.children.get("extends")
    if node is None or is_unset(node):
        return None, None
    if not isinstance(node, Leaf) or not node.text:
        raise InputError(Finding("extends_not_text", node.mark, "extends"))
    if "://" in node.text:
        raise InputError(Finding("extends_url", node.mark, "extends", node.text))
    return os.path.normpath(os.path.join(os.path.dirname(file.name), node.text)), node.mark
